# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Brings the lengths of the shown leaf's texts up to date: at its fields, and as warnings where they are too long."""

from __future__ import annotations

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.checking import problems_at
from ilab_core.taxonomy.meter import long_examples
from PySide6.QtCore import QObject

from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.leaf_editor import LeafEditor
from ilab_desktop.pages.taxonomy.token_counter import TokenCounter
from ilab_desktop.services import Services


class Meters(QObject):
    """Joins the token counter to the editor."""

    def __init__(self, services: Services, editor: LeafEditor) -> None:
        super().__init__(editor)
        self.counter = TokenCounter(services, self)
        self._editor = editor
        editor.form.use_tokens(self.counter.counts)
        self.counter.counted.connect(self.refresh)

    def refresh(self) -> None:
        """Show the counts there are now."""
        self._editor.form.refresh_meters()
        if self._editor.document is not None:
            self.look_at(self._editor.document)

    def look_at(self, document: LeafDocument) -> None:
        """Warn of examples that are too long; what is not counted yet follows."""
        leaf = document.parsed()
        if document is not self._editor.document or isinstance(leaf, TaxonomyError):
            return
        findings = list(long_examples(leaf, self.counter.counts()))
        document.note(problems_at(document.text, document.path, findings) if findings else [])

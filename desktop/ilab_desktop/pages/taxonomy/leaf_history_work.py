# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The history of the leaf that is shown: what stands behind the history panel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ilab_core.errors import IlabError
from ilab_core.taxonomy.change_diffs import ChangeDiff, version_diff
from ilab_core.taxonomy.leaf_history import LeafVersion, leaf_history, version_text
from PySide6.QtCore import QObject

from ilab_desktop.background import Result, Task, run_in_background
from ilab_desktop.pages.taxonomy.frame import TaxonomyFrame
from ilab_desktop.pages.taxonomy.history_panel import HistoryPanel
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.services import Services


class LeafHistoryWork(QObject):
    """Reads versions and what each changed in the background; takes one back as a step that can be undone."""

    def __init__(self, frame: TaxonomyFrame, services: Services) -> None:
        super().__init__(frame)
        self._frame = frame
        self._services = services
        self._document: LeafDocument | None = None
        self._task: Task | None = None
        self.panel = HistoryPanel()
        frame.middle.addWidget(self.panel)
        self.panel.version_shown.connect(self._compare)
        self.panel.version_wanted.connect(self._take_back)
        self.panel.left.connect(self._leave)

    def open(self) -> None:
        """Show the history of the leaf that is in the editor."""
        frame = self._frame
        frame.editor.flush()
        self._document = frame.editor.document
        if self._document is not None:
            self.panel.wait_for(self._document.name)
            frame.show_in_middle(self.panel)
            work = partial(leaf_history, self._root, self._document.name)
            self._run(work, self.panel.show_versions)

    @property
    def _root(self) -> Path:
        return self._services.taxonomy_root

    def _compare(self, number: int) -> None:
        version = self.panel.versions[number]
        work = partial(version_diff, self._root, self.panel.versions, number)
        self._run(work, partial(self._compared, version))

    def _compared(self, version: LeafVersion, diff: ChangeDiff) -> None:
        self.panel.diff.show_diff(version.title, diff)

    def _take_back(self, version: LeafVersion) -> None:
        self._run(partial(version_text, self._root, version), partial(self._taken_back, version))

    def _taken_back(self, version: LeafVersion, text: str) -> None:
        document = self._document
        if document is None or document is not self._frame.editor.document:
            return
        document.change(text, f"Take back of “{version.title}”")
        self._leave()

    def _run(self, work: Callable[[], Result], on_done: Callable[[Result], None]) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = run_in_background(self, work, on_done, self._say)

    def _leave(self) -> None:
        frame = self._frame
        frame.show_in_middle(frame.editor if frame.editor.document is not None else frame.choose)
        frame.editor.take_focus()

    def _say(self, error: Exception) -> None:
        self.panel.diff.say(f"{error.summary} {error.hint}".strip() if isinstance(error, IlabError) else str(error))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The choice between an edited leaf and what another program wrote: keep mine, take the other, compare."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ilab_core.taxonomy.merging import Merge, merge
from ilab_core.taxonomy.text_file import FileText
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ilab_desktop.background import run_in_background
from ilab_desktop.pages.taxonomy.compare_panel import ComparePanel
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.leaf_editor import LeafEditor
from ilab_desktop.pages.taxonomy.outside_changes import OutsideChanges


class OutsideChoice(QObject):
    """Asks in the editor's notice; every answer is one step of the history, and undone it is asked again."""

    def __init__(
        self,
        editor: LeafEditor,
        changes: OutsideChanges,
        show: Callable[[QWidget], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.panel = ComparePanel()
        self._editor = editor
        self._changes = changes
        self._show = show
        self._asked: tuple[LeafDocument, FileText] | None = None
        self._compared: tuple[str, str, str] | None = None
        changes.in_conflict.connect(self._ask)
        changes.settled.connect(self._settled)
        editor.changed_on_disk.connect(changes.look_anew)
        self.panel.mine_chosen.connect(self.keep_mine)
        self.panel.theirs_chosen.connect(self.take_other)
        self.panel.merged_chosen.connect(self._merged)
        self.panel.left.connect(lambda: self._show(self._editor))

    def keep_mine(self) -> None:
        """Go on with the edits: what another program wrote is overwritten by the next save."""
        self._settle(lambda document, _file: document.text, "Keep mine")

    def take_other(self) -> None:
        """Go on with what another program wrote, or let a leaf go that it removed."""
        self._settle(lambda _document, file: file.text, "Take the other")

    def compare(self) -> None:
        """Show the three texts."""
        if self._asked is None:
            return
        document, file = self._asked
        texts = (document.file.text, document.text, file.text)
        run_in_background(self, partial(merge, *texts), lambda found: self._compare(document, texts, found))

    def _ask(self, document: LeafDocument, file: FileText) -> None:
        if document is not self._editor.document:
            return
        if self._asked is not None and self._is_asking() and self._asked[1].digest == file.digest:
            return
        self._asked = (document, file)
        notice = self._editor.notice
        if file.digest:
            hint = "Nothing was overwritten. Whatever you choose, undo brings you back here."
            notice.tell("warning", "Another program changed this leaf while you were editing it.", hint)
            notice.offer(
                [("Keep mine", self.keep_mine), ("Take the other", self.take_other), ("Compare", self.compare)]
            )
        else:
            hint = "Your text is kept as a draft. Keep it, and save to write the leaf again; or let it go."
            notice.tell("warning", "Another program deleted this leaf while you were editing it.", hint)
            notice.offer([("Keep mine", self.keep_mine), ("Let it go", self.take_other)])
        if self.panel.isVisible():
            self.compare()

    def _settle(self, text: Callable[[LeafDocument, FileText], str], label: str) -> None:
        if self._asked is None:
            return
        document, file = self._asked
        self._settled(document)
        document.settle(file, text(document, file), label)
        document.check_now()
        # The file may have changed again while the person was choosing.
        self._changes.look_anew(document)

    def _merged(self, text: str) -> None:
        asked = self._asked
        if asked is not None and (asked[0].file.text, asked[0].text, asked[1].text) != self._compared:
            # One of the texts changed since they were shown.
            self.compare()
        else:
            self._settle(lambda _document, _file: text, "Merge")

    def _settled(self, document: LeafDocument) -> None:
        if self._asked is not None and self._asked[0] is document:
            self._asked = None
            self._editor.notice.clear()
            if self.panel.isVisible():
                self._show(self._editor)

    def _is_asking(self) -> bool:
        return (
            self._asked is not None and self._asked[0] is self._editor.document and bool(self._editor.notice.choices())
        )

    def _compare(self, document: LeafDocument, texts: tuple[str, str, str], found: Merge) -> None:
        if self._asked is not None and self._asked[0] is document:
            self._compared = texts
            self.panel.show_merge(document.name, found)
            self._show(self.panel)
            self.panel.view.setFocus()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The leaves that were opened, the one undo history of all, and the drafts that keep unsaved edits."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ilab_core.errors import WorkspaceError
from ilab_core.paths import Workspace
from ilab_core.taxonomy.text_file import read_text_file
from ilab_core.taxonomy.tree import LeafEntry
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from ilab_desktop.background import run_in_background
from ilab_desktop.pages.taxonomy.drafts import Draft, DraftStore
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument

DRAFT_DELAY = 2000
"""Milliseconds after an edit until it is kept as a draft."""


class OpenLeaves(QObject):
    """Opens each leaf once; edits that are not saved are kept in the workspace until they are."""

    unsaved_changed = Signal(str, bool)
    saved = Signal(object)
    checked = Signal(object)
    draft_failed = Signal(object)
    travelled = Signal(object)
    """Undo or redo changed this leaf, which may not be the one that is shown."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = QUndoStack(self)
        self._store = DraftStore(workspace)
        self._documents: dict[Path, LeafDocument] = {}
        self._kept: dict[Path, str] = {draft.path_as_path: draft.text for draft in self._store.all()}
        self._timer = QTimer(self, singleShot=True, interval=DRAFT_DELAY)
        self._timer.timeout.connect(self._keep_in_background)

    def open(self, entry: LeafEntry) -> LeafDocument:
        """Return the leaf, read now where it was not open; an earlier draft becomes its first, undoable edit.

        TaxonomyError where the file cannot be read.
        """
        document = self._documents.get(entry.path)
        if document is None:
            file = read_text_file(entry.path)
            document = LeafDocument(entry.name, entry.kind, entry.path, file, self.history, self)
            self._documents[entry.path] = document
            document.text_changed.connect(lambda _origin: self._edited())
            document.state_changed.connect(lambda: self.unsaved_changed.emit(document.name, document.unsaved))
            document.saved.connect(lambda: self._was_saved(document))
            document.checked.connect(lambda: self.checked.emit(document))
            document.travelled.connect(lambda: self.travelled.emit(document))
            draft = self._store.find(entry.path)
            if draft is not None:
                document.change(draft.text, "Restore the draft")
            document.check_now()
        return document

    def has_draft(self, path: Path) -> bool:
        """Return True where an unsaved edit of an earlier session waits."""
        return path in self._kept

    def unsaved(self) -> list[LeafDocument]:
        """Return the open leaves with edits that are not in their files."""
        return [document for document in self._documents.values() if document.unsaved]

    def keep_drafts(self) -> None:
        """Write down all unsaved edits now."""
        self._timer.stop()
        for draft in self._new_drafts():
            try:
                self._store.keep(draft)
            except WorkspaceError as error:
                self.draft_failed.emit(error)

    def _edited(self) -> None:
        self._timer.start()

    def _keep_in_background(self) -> None:
        for draft in self._new_drafts():
            run_in_background(self, partial(self._store.keep, draft), lambda _: None, self.draft_failed.emit)

    def _new_drafts(self) -> list[Draft]:
        """Return what has to be written, and forget the drafts of leaves that say again what their file says."""
        drafts = []
        for path, document in self._documents.items():
            if not document.unsaved:
                if self._kept.pop(path, None) is not None:
                    self._store.drop(path)
            elif self._kept.get(path) != document.text:
                self._kept[path] = document.text
                drafts.append(Draft(str(path), document.file.digest, document.text))
        return drafts

    def _was_saved(self, document: LeafDocument) -> None:
        self._edited()
        self.saved.emit(document)

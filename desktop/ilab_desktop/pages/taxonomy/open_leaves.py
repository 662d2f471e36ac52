# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The leaves that were opened, the one undo history of all, and the drafts that keep unsaved edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from ilab_core.errors import WorkspaceError
from ilab_core.paths import Workspace
from ilab_core.taxonomy.arranging import Done, followed
from ilab_core.taxonomy.attribution import attribution_file
from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_core.taxonomy.source import LeafError
from ilab_core.taxonomy.text_file import FileText, missing_file, read_text_file
from ilab_core.taxonomy.tree import LeafEntry, kind_of, leaf_name
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from ilab_desktop.background import run_in_background
from ilab_desktop.pages.taxonomy.attribution_text import AttributionText
from ilab_desktop.pages.taxonomy.drafts import Draft, DraftStore
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument

DRAFT_DELAY = 300
"""Milliseconds after an edit until it is kept as a draft, however many follow."""
RETRY_DELAY = 5000
"""Milliseconds until a draft that could not be written is tried again."""


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
        self._documents_folder = workspace.documents
        self._store = DraftStore(workspace)
        self._documents: dict[Path, LeafDocument] = {}
        self._kept: dict[Path, Draft] = {draft.path_as_path: draft for draft in self._store.all()}
        self._aside: set[LeafDocument] = set()
        self._keeping = False
        self._failed = False
        self._number = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._keep_in_background)

    def open(self, entry: LeafEntry) -> LeafDocument:
        """Return the leaf, read now where it was not open; an earlier draft becomes its first, undoable edit.

        TaxonomyError where the file cannot be read; one that is gone is opened from its draft.
        """
        document = self._documents.get(entry.path)
        if document is None:
            draft = self._store.find(entry.path)
            file = _file_before(entry.path, draft)
            document = LeafDocument(entry.name, entry.kind, entry.path, file, self.history, self)
            self._documents[entry.path] = document
            document.text_changed.connect(lambda _origin: self._edited())
            document.documents = self._documents_folder
            document.attribution.text_changed.connect(lambda _origin: self._edited())
            document.state_changed.connect(lambda: self._state_changed(document))
            document.saved.connect(lambda: self._was_saved(document))
            document.checked.connect(lambda: self.checked.emit(document))
            document.travelled.connect(lambda: self.travelled.emit(document))
            if draft is not None and draft.text is not None:
                document.change(draft.text, "Restore the draft")
            self._restore_attribution(document.attribution)
            document.check_now()
        return document

    def has_draft(self, path: Path) -> bool:
        """Return True where an unsaved edit of an earlier session waits."""
        return bool(self._kept) and (path in self._kept or attribution_file(path) in self._kept)

    def unsaved(self) -> list[LeafDocument]:
        """Return the open leaves with edits that are not in their files."""
        return [found for found in self._documents.values() if found.has_edits and found not in self._aside]

    def is_saving(self) -> bool:
        """Return True while a leaf is being written to its file."""
        return any(document.is_saving for document in self._documents.values())

    def follow(self, done: Done, root: Path) -> None:
        """Go along with leaves that were renamed, moved, deleted or put back in the taxonomy at `root`.

        Their edits and drafts go along. What went to the trash is put aside until it comes back.
        """
        drafts: list[Draft] = []
        for path in {*self._documents, *self._kept}:
            new = followed(path, done)
            if new == path:
                continue
            document, kept = self._documents.pop(path, None), self._kept.pop(path, None)
            if kept is not None:
                drafts += [replace(kept, text=None), replace(kept, path=str(new))]
            if document is not None:
                self._documents[new] = document
                self._put(document, new, root)
        self._keep_now(drafts)

    def _put(self, document: LeafDocument, path: Path, root: Path) -> None:
        """Tell a leaf where it is now."""
        self.unsaved_changed.emit(document.name, False)
        is_here = root in path.parents
        (self._aside.discard if is_here else self._aside.add)(document)
        document.move_to(leaf_name(path, root) if is_here else document.name, path)

    def without_file(self, entries: Iterable[LeafEntry], root: Path) -> list[LeafEntry]:
        """Return the leaves below `root` whose text is only in their draft: another program removed their files."""
        known = {entry.path for entry in entries}
        edited = {document.path for document in self.unsaved()} | {
            path for path in self._kept if path.name == LEAF_NAME
        }
        lost = [path for path in edited - known if path.is_relative_to(root) and not path.exists()]
        return [LeafEntry(leaf_name(path, root), path, kind_of(path) or "skill") for path in sorted(lost)]

    def keep_drafts(self) -> None:
        """Write down all unsaved edits now."""
        self._timer.stop()
        self._keep_now(self._new_drafts())

    def _keep_now(self, drafts: list[Draft]) -> None:
        try:
            self._store.keep(drafts, self._next_number())
        except WorkspaceError as error:
            self.draft_failed.emit(error)
        else:
            self._were_kept(drafts)

    def _state_changed(self, document: LeafDocument) -> None:
        if document not in self._aside:
            self.unsaved_changed.emit(document.name, document.has_edits)

    def _edited(self) -> None:
        if not self._timer.isActive():
            self._timer.start(DRAFT_DELAY)

    def _keep_in_background(self) -> None:
        drafts = [] if self._keeping else self._new_drafts()
        if drafts:
            self._keeping = True
            write = partial(self._store.keep, drafts, self._next_number())
            run_in_background(self, write, lambda _: self._were_kept(drafts), self._were_not_kept)

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _were_kept(self, drafts: list[Draft]) -> None:
        self._keeping = self._failed = False
        for draft in drafts:
            if draft.text is None:
                self._kept.pop(draft.path_as_path, None)
            else:
                self._kept[draft.path_as_path] = draft
        if self._new_drafts():
            self._edited()

    def _were_not_kept(self, error: Exception) -> None:
        self._keeping = False
        if not self._failed:
            self._failed = True
            self.draft_failed.emit(error)
        self._timer.start(RETRY_DELAY)

    def _new_drafts(self) -> list[Draft]:
        """Return what has to be written, and that leaves which say again what their file says need no draft."""
        drafts = []
        texts = [text for document in self._documents.values() for text in (document, document.attribution)]
        for document in texts:
            path, file = document.path, document.file
            kept = self._kept.get(path)
            if not document.unsaved:
                if kept is not None:
                    drafts.append(Draft(str(path), file.digest, None))
            elif kept is None or (kept.text, kept.digest) != (document.text, file.digest):
                drafts.append(Draft(str(path), file.digest, document.text, file.text))
        return drafts

    def _restore_attribution(self, attribution: AttributionText) -> None:
        draft = self._store.find(attribution.path)
        if draft is not None and draft.text is not None:
            if draft.digest != attribution.file.digest:
                attribution.file = FileText(replace(attribution.file.source, text=draft.before), draft.digest)
            attribution.change(draft.text, "Restore the draft")

    def _was_saved(self, document: LeafDocument) -> None:
        # At once: a draft of a leaf that is saved would look like an edit that is not.
        self._timer.start(0)
        self.saved.emit(document)


def _file_before(path: Path, draft: Draft | None) -> FileText:
    """Return the file as it is, or as it was when the draft's edits began: another program changed it since."""
    try:
        file = read_text_file(path)
    except LeafError as error:
        if draft is None or error.problem_code != "not-found":
            raise
        file = missing_file()
    if draft is None or draft.digest == file.digest:
        return file
    return FileText(replace(file.source, text=draft.before), draft.digest)

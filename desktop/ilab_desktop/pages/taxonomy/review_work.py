# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Review, commit and discard: what stands behind the review panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ilab_core.errors import IlabError, TaxonomyError, WorkspaceError
from ilab_core.taxonomy.attribution import ATTRIBUTION_NAME
from ilab_core.taxonomy.base import HEAD
from ilab_core.taxonomy.change_diffs import ChangeDiff, uncommitted_diff
from ilab_core.taxonomy.changes import LeafChange, changed_leaves
from ilab_core.taxonomy.commits import Author, Discarded, author_of, commit_leaves, discard_leaf, put_back
from ilab_core.taxonomy.contribution import WorkState, work_state
from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_core.taxonomy.leaf_history import committed_text
from ilab_core.taxonomy.text_file import digest_of_file
from ilab_core.taxonomy.tree import LeafEntry
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.dialogs import ask
from ilab_desktop.pages.taxonomy.frame import TaxonomyFrame
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.open_leaves import OpenLeaves
from ilab_desktop.pages.taxonomy.review_panel import ReviewPanel
from ilab_desktop.services import Services
from ilab_desktop.widgets.announce import announce

NOTHING = "Nothing has changed since the last commit. What you change and save from now on is listed here."
NO_TEXTS: Mapping[str, str] = {}
_KINDS = {"new": "the new leaf", "changed": "the changes of", "moved": "the move of", "removed": "the removal of"}


@dataclass(frozen=True)
class _Found:
    """What is not committed, where the work stands, and who commits."""

    changes: list[LeafChange]
    state: WorkState
    author: Author


class ReviewWork(QObject):
    """Fills the panel from git, in the background, and does what the person chooses there."""

    files_changed = Signal()
    """Files were written or committed: tree and badges are to be read again."""
    leaf_leaving = Signal(str)
    """The file of this leaf is about to go."""

    def __init__(
        self,
        frame: TaxonomyFrame,
        services: Services,
        leaves: OpenLeaves,
        entry_of: Callable[[str], LeafEntry | None],
    ) -> None:
        super().__init__(frame)
        self._frame = frame
        self._services = services
        self._leaves = leaves
        self._entry_of = entry_of
        self._reading: Task | None = None
        self._comparing: Task | None = None
        self._committed = ""
        self._told = False
        self.panel = ReviewPanel()
        frame.middle.addWidget(self.panel)
        self.panel.leaf_shown.connect(self._compare)
        self.panel.commit_wanted.connect(self._commit)
        self.panel.discard_wanted.connect(self._ask_to_discard)
        self.panel.left.connect(self._leave)

    @property
    def is_open(self) -> bool:
        """True while the panel is in front."""
        return self._frame.middle.currentWidget() is self.panel

    def open(self) -> None:
        """Show what is not committed."""
        self._frame.editor.flush()
        self._committed = ""
        self.panel.begin_anew()
        self._frame.show_whole(self._frame.work)
        self._frame.show_in_middle(self.panel)
        self.refresh(take_focus=True)

    def refresh(self, take_focus: bool = False) -> None:
        """Read again what is not committed."""
        if self._reading is not None:
            self._reading.cancel()
        settings = self._services.settings
        work = partial(_find, self._root, settings.contributor, settings.contributor_email)
        self._reading = run_in_background(self, work, partial(self._found, take_focus), self._say)

    @property
    def _root(self) -> Path:
        return self._services.taxonomy_root

    def _found(self, take_focus: bool, found: _Found | None) -> None:
        if found is None:
            self.panel.say_empty("No history of this folder is kept, so there is nothing to commit to.")
            return
        statuses = {change.name: self._frame.tree.model.status(change.name) for change in found.changes}
        problems = {name: status.errors for name, status in statuses.items() if status is not None and status.errors}
        self.panel.say_empty(
            f"Committed: {self._committed}. Nothing has changed since." if self._committed else NOTHING
        )
        self.panel.show_changes(found.changes, found.state, found.author, problems)
        self._tell_of_unsaved()
        if take_focus:
            self.panel.take_focus()

    def _tell_of_unsaved(self) -> None:
        unsaved = len(self._leaves.unsaved())
        told, self._told = self._told, bool(unsaved)
        if unsaved:
            leaves = "1 leaf has edits" if unsaved == 1 else f"{unsaved:,} leaves have edits"
            hint = "A commit takes what is saved."
            self.panel.notice.tell("information", f"{leaves} that are not saved.", hint, "", "Save all", self._save_all)
        elif told:
            self.panel.notice.clear()

    def _save_all(self) -> None:
        self.panel.notice.clear()
        for document in self._leaves.unsaved():
            document.save()

    def _compare(self, change: LeafChange) -> None:
        if self._comparing is not None:
            self._comparing.cancel()
        work = partial(uncommitted_diff, self._root, change)
        self._comparing = run_in_background(
            self, work, partial(self._compared, change), lambda error: self.panel.diff.say(_words(error))
        )

    def _compared(self, change: LeafChange, diff: ChangeDiff) -> None:
        notes = {"moved": f"Moved here from {change.earlier}.", "removed": "The leaf was removed."}
        self.panel.diff.show_diff(change.name, diff, notes.get(change.change, ""))

    def _commit(self, changes: list[LeafChange], message: str, author: Author) -> None:
        self.panel.commit.setEnabled(False)
        work = partial(commit_leaves, self._root, changes, message, author)
        run_in_background(self, work, lambda _id: self._was_committed(message, author), self._say)

    def _was_committed(self, message: str, author: Author) -> None:
        self._committed = message.strip().partition("\n")[0]
        self.panel.begin_anew()
        announce(self.panel, f"Committed: {self._committed}")
        self._remember(author)
        self.files_changed.emit()

    def _remember(self, author: Author) -> None:
        """Keep in the settings who committed, where they do not say it yet."""
        settings = self._services.settings
        known = (settings.contributor or author.name, settings.contributor_email or author.address)
        if known != (settings.contributor, settings.contributor_email):
            try:
                self._services.save_settings(contributor=known[0], contributor_email=known[1])
            except WorkspaceError as error:
                self._say(error)

    def _ask_to_discard(self, change: LeafChange) -> None:
        short = change.name.rpartition("/")[2]
        question = f"Discard {_KINDS[change.change]} {short}?"
        explanation = "The leaf goes back to what it was at the last commit. Undo brings your work back."
        if ask(self.panel, question, explanation, "Discard", "Keep it"):
            self.discard(change)

    def discard(self, change: LeafChange) -> None:
        """Bring a leaf back to the last commit: one step that can be undone."""
        entry = self._entry_of(change.name)
        if change.change == "changed" and entry is not None:
            try:
                document = self._leaves.open(entry)
            except TaxonomyError:
                self._discard_files(change)
                return
            digests = (document.file.digest, document.attribution.file.digest)
            work = partial(_committed_texts, self._root, change.name, digests)
            run_in_background(self, work, partial(self._discard_files, change, document), self._say)
            return
        self.leaf_leaving.emit(change.name)
        self._frame.show_in_middle(self.panel)
        self._discard_files(change)

    def _discard_files(
        self, change: LeafChange, document: LeafDocument | None = None, texts: Mapping[str, str] = NO_TEXTS
    ) -> None:
        """Bring files back, but for the `texts` (by file name), which the document itself takes."""
        beside = tuple(
            file for file in change.files if Path(file).name not in texts or Path(file).parent != Path(change.name)
        )
        rest = replace(change, files=beside)
        work = partial(discard_leaf, self._root, rest)
        run_in_background(self, work, partial(self._was_discarded, rest, document, texts), self._say)

    def _was_discarded(
        self, change: LeafChange, document: LeafDocument | None, texts: Mapping[str, str], taken: Discarded
    ) -> None:
        title = f"Discard of {change.name.rpartition('/')[2]}"
        history = self._leaves.history
        history.beginMacro(title)
        if taken.files:
            again = partial(discard_leaf, taken.root, change)
            history.push(_Files(title, partial(self._write, partial(put_back, taken)), partial(self._write, again)))
        if document is not None:
            document.change(texts.get(LEAF_NAME, document.text), title)
            document.attribution.change(texts.get(ATTRIBUTION_NAME, document.attribution.text), title)
        history.endMacro()
        if document is not None and (document.can_be_saved or document.has_edits):
            document.save()
        self.files_changed.emit()

    def _write(self, work: Callable[[], object]) -> None:
        """Do again, or undo, what a discard did to files."""
        run_in_background(self, work, lambda _: self.files_changed.emit(), self._frame.editor.show_error)

    def _leave(self) -> None:
        frame = self._frame
        frame.show_in_middle(frame.editor if frame.editor.document is not None else frame.choose)

    def _say(self, error: Exception) -> None:
        summary, hint = (error.summary, error.hint) if isinstance(error, IlabError) else (str(error), "")
        detail = error.detail if isinstance(error, IlabError) else ""
        self.panel.notice.tell("danger", summary, hint, detail, "Close", self.panel.notice.clear)
        self.panel.commit.setEnabled(True)


class _Files(QUndoCommand):
    """What was done to files already, and how to take it back."""

    def __init__(self, title: str, undo: Callable[[], None], again: Callable[[], None]) -> None:
        super().__init__(title)
        self._undo, self._again, self._first = undo, again, True

    def redo(self) -> None:
        """Do it again; the first time it is done already."""
        first, self._first = self._first, False
        if not first:
            self._again()

    def undo(self) -> None:
        """Take it back."""
        self._undo()


def _find(root: Path, name: str, address: str) -> _Found | None:
    state = work_state(root)
    return None if state is None else _Found(changed_leaves(root, HEAD), state, author_of(root, name, address))


def _committed_texts(root: Path, name: str, digests: tuple[str, str]) -> dict[str, str]:
    """Return the committed texts of the leaf and its attribution, by file name.

    Only of those whose file is what the editor knows, by `digests`: another program may have written them since.
    """
    files = zip((LEAF_NAME, ATTRIBUTION_NAME), digests, strict=True)
    known = [file for file, digest in files if digest_of_file(root / name / file) == digest]
    return {file: committed_text(root, name, file) for file in known}


def _words(error: Exception) -> str:
    return f"{error.summary} {error.hint}".strip() if isinstance(error, IlabError) else str(error)

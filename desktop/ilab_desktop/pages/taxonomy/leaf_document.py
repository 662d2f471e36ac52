# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A leaf being edited: one text, its steps in the undo history, its problems, and whether it is in its file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ilab_core.errors import IlabError, TaxonomyError
from ilab_core.taxonomy.attribution import attribution_file
from ilab_core.taxonomy.checking import Problem, check_text
from ilab_core.taxonomy.leaf import Kind, Leaf
from ilab_core.taxonomy.reader import parse_leaf
from ilab_core.taxonomy.surroundings import Surroundings
from ilab_core.taxonomy.text_file import FileText, save_text_file
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from ilab_desktop.background import run_in_background
from ilab_desktop.models.leaf_status import LeafStatus
from ilab_desktop.pages.taxonomy.attribution_text import AttributionChangedError, AttributionText, save_attribution
from ilab_desktop.pages.taxonomy.problem_groups import gathered, status_of
from ilab_desktop.pages.taxonomy.text_command import TextCommand

CHECK_DELAY = 200
"""Milliseconds without a key before the text is checked."""
LARGEST_FORM = 400_000
"""Characters up to which a text is read for the form; beyond, every key would hold up the window."""


class LeafDocument(QObject):
    """The one text that the form and the YAML view both show. Every change of it goes through `change`."""

    text_changed = Signal(str)
    """The text is new. Says where the change came from: a field, "yaml", or "" for undo, revert and the like."""
    checked = Signal()
    state_changed = Signal()
    saved = Signal()
    save_failed = Signal(object)
    travelled = Signal()
    """Undo or redo changed this text: it wants to be seen."""

    def __init__(
        self, name: str, kind: Kind, path: Path, file: FileText, history: QUndoStack, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.kind = kind
        self.path = path
        self.file = file
        self.text = file.text
        self.problems: tuple[Problem, ...] = ()
        self._found: tuple[Problem, ...] = ()
        self._noted: tuple[Problem, ...] = ()
        self.is_checked = False
        self.is_saving = False
        self.undo_stack = history
        self.documents: Path | None = None
        self.attribution = AttributionText(path, history, self)
        self.attribution.text_changed.connect(lambda _origin: self._attribution_changed())
        self.attribution.travelled.connect(self.travelled)
        self._save_again = False
        self._gathered: tuple[tuple[Problem, ...], tuple[Problem, ...]] | None = None
        self._parsed: tuple[str, Leaf | TaxonomyError] | None = None
        self._timer = QTimer(self, singleShot=True, interval=CHECK_DELAY)
        self._timer.timeout.connect(self._check)

    @property
    def unsaved(self) -> bool:
        """True while the text differs from the file's."""
        return self.text != self.file.text

    @property
    def has_edits(self) -> bool:
        """True while the text or the attribution differs from its file's."""
        return self.unsaved or self.attribution.unsaved

    @property
    def can_be_saved(self) -> bool:
        """True while saving would change a file."""
        return self.has_edits or not self.file.source.is_utf8

    @property
    def shown_problems(self) -> tuple[Problem, ...]:
        """The problems as a person should meet them, empty texts gathered."""
        if self._gathered is None or self._gathered[0] is not self.problems:
            self._gathered = (self.problems, gathered(self.problems))
        return self._gathered[1]

    def status(self, change: str) -> LeafStatus:
        """Return what the badge says of the text as it is now; `change` is how the file differs from git's."""
        return status_of(self.problems, change)

    @property
    def can_be_redone(self) -> bool:
        """True while steps of this leaf are undone, which the next step would end for good."""
        stack = self.undo_stack
        undone = (stack.command(place) for place in range(stack.index(), stack.count()))
        return any(isinstance(step, TextCommand) and step.changes(self) for step in undone)

    def parsed(self) -> Leaf | TaxonomyError:
        """Return the leaf that the text says, or why it says none."""
        if self._parsed is None or self._parsed[0] != self.text:
            found: Leaf | TaxonomyError
            try:
                if len(self.text) > LARGEST_FORM:
                    raise TaxonomyError("This leaf is too large for the form.", "Edit it as YAML, or split it.")
                found = parse_leaf(self.text, self.path)
            except TaxonomyError as error:
                found = error
            self._parsed = (self.text, found)
        return self._parsed[1]

    def change(self, text: str, label: str, origin: str = "") -> None:
        """Make `text` the leaf's text, as one step that can be undone; quick changes of one `origin` are one step."""
        if text != self.text:
            self.undo_stack.push(TextCommand(self, text, label, origin))

    def revert(self) -> None:
        """Go back to what is in the files; undo brings the edits back."""
        if self.attribution.unsaved:
            self.undo_stack.beginMacro("Revert")
            self.attribution.change(self.attribution.file.text, "Revert")
            self.change(self.file.text, "Revert")
            self.undo_stack.endMacro()
        else:
            self.change(self.file.text, "Revert")

    def take_from_disk(self, file: FileText) -> None:
        """Follow a file that another program wrote; the earlier text is one undo away."""
        self.file = file
        self.change(file.text, "Reload")
        self.state_changed.emit()

    def settle(self, file: FileText, text: str, label: str) -> None:
        """Take note of what another program made of the file and go on with `text`: one step that can be undone."""
        self.undo_stack.push(_SettleCommand(self, file, text, label))

    def agree(self, file: FileText) -> None:
        """Take note that the file says what the text says."""
        self.file = file
        self.state_changed.emit()

    def move_to(self, name: str, path: Path) -> None:
        """Follow the file to another place; the text and what is not saved of it stay."""
        self.name, self.path = name, path
        self.attribution.path = attribution_file(path)
        self._parsed = None
        self.state_changed.emit()

    def check_now(self) -> None:
        """Check the text in the background, without waiting for a pause."""
        self._timer.stop()
        self._check()

    def save(self, overwrite: bool = False) -> None:
        """Write both texts to their files in the background; `saved` or `save_failed` tells how it went."""
        if self.is_saving:
            self._save_again = True
            return
        self.is_saving = True
        self.state_changed.emit()
        held = self.attribution
        run_in_background(
            self,
            partial(_save, (self.path, self.file, self.text), overwrite, (held.path, held.file, held.text)),
            self._was_saved,
            self._was_not_saved,
        )

    def set_text(self, text: str, origin: str) -> None:
        """Take a command's text; only commands call this."""
        was_unsaved = self.unsaved
        self.text = text
        self._timer.start()
        self.text_changed.emit(origin)
        if was_unsaved != self.unsaved:
            self.state_changed.emit()

    def _check(self) -> None:
        text = self.text
        run_in_background(
            self,
            partial(check_text, text, self.path, Surroundings(self.attribution.checked_text, self.documents)),
            lambda problems: self._was_checked(text, problems),
            lambda error: self._was_checked(text, [_problem_of(error, self.path)]),
        )

    def _was_checked(self, text: str, problems: list[Problem]) -> None:
        if text != self.text:
            return
        if not self.file.source.is_utf8:
            problems = [_encoding_problem(self.path), *problems]
        self._found = tuple(problems)
        self.problems = self._found + self._noted
        self.is_checked = True
        self.checked.emit()

    def note(self, problems: Sequence[Problem]) -> None:
        """Take the warnings of a look that is not part of the check; they stand with its problems."""
        if tuple(problems) != self._noted:
            self._noted = tuple(problems)
            self.problems = self._found + self._noted
            if self.is_checked:
                self.checked.emit()

    def _attribution_changed(self) -> None:
        self._timer.start()
        self.state_changed.emit()

    def _was_saved(self, files: tuple[FileText, FileText]) -> None:
        self.file, self.attribution.file = files
        self.is_saving = False
        again, self._save_again = self._save_again, False
        self.state_changed.emit()
        self.saved.emit()
        if again and self.has_edits:
            self.save()

    def _was_not_saved(self, error: object) -> None:
        self.is_saving = self._save_again = False
        if isinstance(error, AttributionChangedError):
            self.attribution.file = error.file
        self.state_changed.emit()
        self.save_failed.emit(error)


class _SettleCommand(TextCommand):
    """A choice between the text and what another program wrote. Undone, the choice is open again."""

    def __init__(self, document: LeafDocument, file: FileText, text: str, label: str) -> None:
        super().__init__(document, text, label, "")
        self._before, self._after = document.file, file

    def redo(self) -> None:
        """Make the choice."""
        self._swap(self._before, self._after)
        super().redo()
        self._document.state_changed.emit()

    def undo(self) -> None:
        """Open the choice again; where the leaf was saved since, there is none."""
        self._swap(self._after, self._before)
        super().undo()
        self._document.state_changed.emit()

    def _swap(self, old: FileText, new: FileText) -> None:
        if self._document.file is old:
            self._document.file = new


def _save(
    leaf: tuple[Path, FileText, str], overwrite: bool, attribution: tuple[Path, FileText, str]
) -> tuple[FileText, FileText]:
    """Write what differs from its file, the attribution first: where it is refused, neither is written."""
    _, leaf_file, text = leaf
    attribution_changed = attribution[2] != attribution[1].text
    saved = save_attribution(*attribution) if attribution_changed else attribution[1]
    leaf_changed = overwrite or text != leaf_file.text or not leaf_file.source.is_utf8 or not attribution_changed
    return (save_text_file(*leaf, overwrite) if leaf_changed else leaf_file), saved


def _problem_of(error: object, path: Path) -> Problem:
    summary = error.summary if isinstance(error, IlabError) else f"The leaf could not be checked: {error}"
    hint = error.hint if isinstance(error, IlabError) else ""
    return Problem(
        path=path, line=1, column=1, field="", severity="error", code="check-failed", message=summary, fix=hint
    )


def _encoding_problem(path: Path) -> Problem:
    message = "The file is not UTF-8, which the standard needs."
    return Problem(path, 1, 1, "", "error", "encoding", message, "Save the leaf: it is written as UTF-8.")

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Rename, move, duplicate, delete and put back, as steps of the one undo history; open leaves and the tree follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ilab_core.errors import IlabError
from ilab_core.taxonomy import arranging
from ilab_core.taxonomy.arranging import Done, Move
from ilab_core.taxonomy.trash import TrashedItem, sweep, trash_folder
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand

from ilab_desktop.background import run_in_background
from ilab_desktop.pages.taxonomy.open_leaves import OpenLeaves
from ilab_desktop.pages.taxonomy.tree_pane import TreePane
from ilab_desktop.pages.taxonomy.tree_reader import TreeReader
from ilab_desktop.services import Services

SAVING = 20
"""Milliseconds until an operation is tried again that had to wait for a file that is being saved."""


class TreeOperations(QObject):
    """What is done is told by `arranged`, also where undo or redo does it; what cannot be done by `failed`."""

    starting = Signal()
    """What is being typed must be in its leaf now."""
    arranged = Signal(object)
    """A `Done`. The open leaves have followed; the tree follows next."""
    done = Signal(object, str)
    """A `Done` for the first time, and its label; the tree has followed."""
    failed = Signal(object)

    def __init__(
        self, services: Services, leaves: OpenLeaves, reader: TreeReader, pane: TreePane, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._leaves = leaves
        self._reader = reader
        self._pane = pane
        self.trash = trash_folder(services.workspace)
        run_in_background(self, partial(sweep, self.trash), lambda _: None)

    @property
    def root(self) -> Path:
        """The taxonomy that is open."""
        return self._services.taxonomy_root

    def rename(self, name: str, new: str) -> None:
        """Give a leaf or folder another name."""
        self._do("Rename", partial(arranging.rename, self.root, name, new))

    def move(self, names: Sequence[str], folder: str) -> None:
        """Bring leaves and folders into a folder."""
        self._do("Move", partial(arranging.move, self.root, list(names), folder))

    def delete(self, names: Sequence[str]) -> None:
        """Bring leaves and folders to the trash."""
        self._do("Delete", partial(arranging.delete, self.root, list(names), self.trash))

    def put_back(self, items: Sequence[TrashedItem]) -> None:
        """Bring items of the trash back to where they were."""
        self._do("Put back", partial(arranging.put_back, self.root, list(items)))

    def duplicate(self, names: Sequence[str]) -> None:
        """Copy leaves and folders, each beside itself, as they are in their files."""
        copy = partial(arranging.make_copies, self.root, list(names), self.trash)
        run_in_background(self, copy, self._place_copies, self.failed.emit)

    def follow(self, done: Done) -> None:
        """Let the open leaves and the tree follow what was done on the disk."""
        root = self.root
        self._leaves.follow(done, root)
        self.arranged.emit(done)
        self._pane.moved = [
            (step.source.relative_to(root).as_posix(), step.target.relative_to(root).as_posix())
            for step in done.moves
            if root in step.source.parents and root in step.target.parents
        ]
        self._reader.take(arranging.entries_after(self._reader.entries, done, root))
        self._pane.moved = ()
        self._pane.choose(names_in_tree(done, root))

    def _place_copies(self, copies: list[Move]) -> None:
        self._do("Duplicate", partial(arranging.place_copies, copies))

    def _do(self, label: str, operation: Callable[[], Done]) -> None:
        self.starting.emit()
        if self._leaves.is_saving():
            QTimer.singleShot(SAVING, self, lambda: self._do(label, operation))
            return
        try:
            done = operation()
        except IlabError as error:
            self.failed.emit(error)
            return
        if done.moves:
            self._leaves.history.push(_TreeCommand(self, label, done))
            self.done.emit(done, label)


class _TreeCommand(QUndoCommand):
    """Something that was done to the tree."""

    def __init__(self, operations: TreeOperations, label: str, done: Done) -> None:
        super().__init__(label)
        self._operations = operations
        self._done = done
        self._first = True

    def redo(self) -> None:
        """Do it again; the first time it is done already, and only followed."""
        if self._first:
            self._first = False
            self._operations.follow(self._done)
        else:
            self.undo()

    def undo(self) -> None:
        """Take it back, or where that cannot be, say so and drop out of the history."""
        try:
            self._done = arranging.take_back(self._done)
        except IlabError as error:
            self.setObsolete(True)
            # Once the history has dropped this step: what is told is cleared with each
            QTimer.singleShot(0, self._operations, partial(self._operations.failed.emit, error))
        else:
            self._operations.follow(self._done)


def names_in_tree(done: Done, root: Path) -> list[str]:
    """Return the full names that an operation brought into the tree, or gave there."""
    return sorted(step.target.relative_to(root).as_posix() for step in done.moves if root in step.target.parents)

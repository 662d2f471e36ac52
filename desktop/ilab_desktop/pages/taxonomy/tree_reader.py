# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Reads the tree in the background, whole or only the folders that changed, one reading after the other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from ilab_core.taxonomy.tree import LeafEntry, find_leaves
from ilab_core.taxonomy.watching import changed_folders, leafless_folders, leaves_again
from PySide6.QtCore import QObject, Signal

from ilab_desktop.background import Task, run_in_background

Reading = tuple[list[LeafEntry], list[Path]]


class TreeReader(QObject):
    """Knows the leaves of one taxonomy as they were read last."""

    found = Signal(object)
    """A list of `LeafEntry`, every leaf by name."""
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.leafless: list[Path] = []
        """Folders in which something changed and that have no leaf below them."""
        self._root: Path | None = None
        self._entries: list[LeafEntry] | None = None
        self._unread: set[Path] = set()
        self._task: Task | None = None

    def read(self, root: Path) -> None:
        """Read the whole tree."""
        if root != self._root:
            if self._task is not None:
                self._task.cancel()
            self._root, self._task = root, None
            self._entries, self.leafless, self._unread = None, [], set()
        self.read_again([root])

    def read_again(self, folders: Iterable[Path]) -> None:
        """Read these folders of the tree again."""
        self._unread |= set(folders)
        if self._task is None and self._root is not None and self._unread:
            changed, self._unread = changed_folders(self._unread), set()
            entries = None if self._root in changed else self._entries
            reading = partial(_read, self._root, entries, changed, self.leafless)
            self._task = run_in_background(self, reading, self._was_read, self._was_not_read)

    @property
    def entries(self) -> list[LeafEntry]:
        """The leaves as they were read last, by name."""
        return self._entries or []

    def take(self, entries: list[LeafEntry]) -> None:
        """Go on from these leaves, without reading: the program itself changed the tree."""
        if self._task is not None and self._root is not None:
            # What is being read may be from before the change
            self._task.cancel()
            self._task = None
            self._unread.add(self._root)
        self._entries = entries
        self.found.emit(entries)
        self.read_again(())

    def _was_read(self, reading: Reading) -> None:
        self._task = None
        self._entries, self.leafless = reading
        self.found.emit(self._entries)
        self.read_again(())

    def _was_not_read(self, error: Exception) -> None:
        self._task = None
        self._entries = None
        self.failed.emit(error)
        self.read_again(())


def _read(root: Path, known: list[LeafEntry] | None, changed: list[Path], leafless: list[Path]) -> Reading:
    if known is None:
        return find_leaves(root), []
    entries = leaves_again(known, root, changed)
    return entries, leafless_folders({*changed, *(folder.parent for folder in leafless)}, entries)

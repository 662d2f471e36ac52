# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Watches what the tree shows: its unfolded folders, the leaves in them, and folders that have no leaf yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ilab_core.taxonomy.watching import watched_paths
from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTreeView

from ilab_desktop.models.taxonomy_tree import LEAF_ROLE, NAME_ROLE
from ilab_desktop.pages.taxonomy.outside_changes import OutsideChanges

MOST_WATCHED = 512
"""Paths: systems allow some thousands, shared by all programs. Folded folders are read when the person comes back."""
REST = 50


class TreeWatch(QObject):
    """Keeps the watched paths those that a person sees."""

    def __init__(self, view: QTreeView, changes: OutsideChanges, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._changes = changes
        self._root: Path | None = None
        self._leafless: list[Path] = []
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._refresh)
        view.expanded.connect(lambda _index: self._rest.start())
        view.collapsed.connect(lambda _index: self._rest.start())
        QGuiApplication.instance().applicationStateChanged.connect(self._came_back)

    def show_root(self, root: Path | None, leafless: Iterable[Path] = ()) -> None:
        """Watch the tree of this folder as it is shown now, and folders in which a leaf may be about to be made."""
        self._root = root
        self._leafless = list(leafless)
        self._rest.start()

    def _came_back(self, state: Qt.ApplicationState) -> None:
        """Read the whole tree when the person comes back from another program: folded folders are not watched."""
        if state == Qt.ApplicationState.ApplicationActive and self._root is not None and self._view.isVisible():
            self._changes.look()
            self._changes.folders_changed.emit([self._root])

    def _refresh(self) -> None:
        if self._root is None:
            self._changes.watch([])
            return
        folders: list[str] = []
        leaves: list[str] = []
        for index in _rows_in_sight(self._view):
            (leaves if index.data(LEAF_ROLE) else folders).append(str(index.data(NAME_ROLE)))
            if len(folders) + len(leaves) >= MOST_WATCHED:
                break
        paths = [*self._leafless, *watched_paths(self._root, folders, leaves, MOST_WATCHED)]
        self._changes.watch(paths[:MOST_WATCHED])


def _rows_in_sight(view: QTreeView) -> Iterator[QModelIndex]:
    """Yield the rows of unfolded folders, and these folders."""
    model = view.model()
    waiting = [QModelIndex()]
    while waiting:
        parent = waiting.pop()
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            if view.isExpanded(index):
                waiting.append(index)
                yield index
            elif index.data(LEAF_ROLE):
                yield index

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The taxonomy as a lazy tree: folders and leaves, the state of each leaf, and a filter over all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

AnyIndex = QModelIndex | QPersistentModelIndex

NAME_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The full name, `knowledge/places/harrow_cove`; for a folder its path from the root."""
LEAF_ROLE = NAME_ROLE + 1
"""True for a leaf, False for a folder."""
BADGE_ROLE = NAME_ROLE + 2
"""`(text, meaning)` of the badge, or None while the leaf is not checked yet."""
COUNT_ROLE = NAME_ROLE + 3
"""How many leaves are below a folder."""
UNSAVED_ROLE = NAME_ROLE + 4
"""True while the leaf holds edits that are not in its file."""


@dataclass(frozen=True)
class LeafStatus:
    """What is known of a leaf: its problems, and how its file differs from the last commit ("", "new", "changed").

    `unwritten` counts the errors that are only texts still to be written.
    """

    errors: int = 0
    warnings: int = 0
    change: str = ""
    unwritten: int = 0


@dataclass
class _Node:
    number: int
    label: str
    name: str
    parent: _Node | None
    row: int = 0
    leaf: bool = False
    leaves: int = 0
    fetched: bool = False
    children: list[_Node] = field(default_factory=list)


def badge_of(status: LeafStatus | None) -> tuple[str, str] | None:
    """Return the badge's text and meaning for a leaf; None while nothing is known of it."""
    if status is None:
        return None
    if status.errors > status.unwritten:
        return (f"{status.errors} problem" + ("s" if status.errors != 1 else ""), "danger")
    if status.errors:
        return ("unfinished", "neutral")
    if status.change == "new":
        return ("new", "accent")
    if status.change == "changed":
        return ("changed", "warning")
    if status.warnings:
        return (f"{status.warnings} warning" + ("s" if status.warnings != 1 else ""), "warning")
    return ("valid", "success")


class TaxonomyTreeModel(QAbstractItemModel):
    """Folders and leaves by name. Indexes carry integer ids; a folder's rows appear when the view asks for them."""

    names_changed = Signal()
    """There are other leaves; the reset that shows them follows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._status: dict[str, LeafStatus] = {}
        self._unsaved: set[str] = set()
        self._leaf_names: list[str] = []
        self._nodes, self._by_name = _grow(())

    def set_leaves(self, names: Iterable[str]) -> None:
        """Show these leaves, given by full name, in place of those shown now. What is known of each is kept."""
        wanted = sorted(set(names))
        if wanted == list(self.leaf_names()):
            return
        self.beginResetModel()
        self._nodes, self._by_name = _grow(wanted)
        self._leaf_names = wanted
        self._status = {name: status for name, status in self._status.items() if name in self._by_name}
        self.names_changed.emit()
        self.endResetModel()

    def leaf_names(self) -> Iterator[str]:
        """Yield the full names of all leaves, sorted."""
        return iter(self._leaf_names)

    def folder_names(self) -> list[str]:
        """Return every folder that has something in it, sorted."""
        return sorted(name for name, node in self._by_name.items() if node.children and name)

    def status(self, name: str) -> LeafStatus | None:
        """Return what is known of a leaf, None where it was not checked yet."""
        return self._status.get(name)

    def set_status(self, name: str, status: LeafStatus) -> None:
        """Show what was found out about a leaf."""
        if name in self._by_name and self._status.get(name) != status:
            self._status[name] = status
            self._repaint(name)

    def set_unsaved(self, name: str, unsaved: bool) -> None:
        """Mark a leaf as holding edits that are not in its file, or take the mark away."""
        if unsaved == (name in self._unsaved):
            return
        if unsaved:
            self._unsaved.add(name)
        else:
            self._unsaved.discard(name)
        self._repaint(name)

    def index_of(self, name: str) -> QModelIndex:
        """Return the index of a leaf or folder, fetching the folders above it; invalid where there is none."""
        node = self._by_name.get(name)
        if node is None or node.parent is None:
            return QModelIndex()
        self._fetch_down_to(node)
        return self.createIndex(node.row, 0, node.number)

    def name_of(self, index: AnyIndex) -> str:
        """Return the full name at an index, "" for the root."""
        return self._node(index).name

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the index of a child."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._node(parent).children[row].number)

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """Return the index of the folder above."""
        above = self._node(index).parent
        if above is None or above.parent is None:
            return QModelIndex()
        return self.createIndex(above.row, 0, above.number)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows are fetched below an index."""
        node = self._node(parent)
        return len(node.children) if node.fetched else 0

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Return 1: a name, with its badge drawn beside it."""
        return 1

    def hasChildren(self, parent: AnyIndex = QModelIndex()) -> bool:  # noqa: B008
        """Return True for a folder with something in it, fetched or not."""
        return bool(self._node(parent).children)

    def canFetchMore(self, parent: AnyIndex) -> bool:
        """Return True for a folder whose rows were not asked for yet."""
        node = self._node(parent)
        return bool(node.children) and not node.fetched

    def fetchMore(self, parent: AnyIndex) -> None:
        """Make a folder's rows appear."""
        node = self._node(parent)
        if node.children and not node.fetched:
            self.beginInsertRows(self._index(node), 0, len(node.children) - 1)
            node.fetched = True
            self.endInsertRows()

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return a row's label, full name, badge, count, tooltip or spoken text."""
        if not index.isValid():
            return None
        node = self._node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return node.label
        if role == NAME_ROLE:
            return node.name
        if role == LEAF_ROLE:
            return node.leaf
        if role == BADGE_ROLE:
            return badge_of(self._status.get(node.name)) if node.leaf else None
        if role == COUNT_ROLE:
            return node.leaves
        if role == UNSAVED_ROLE:
            return node.name in self._unsaved
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(node)
        return None

    def _spoken(self, node: _Node) -> str:
        if not node.leaf:
            return f"{node.label}, folder, {node.leaves} " + ("leaf" if node.leaves == 1 else "leaves")
        badge = badge_of(self._status.get(node.name))
        words = [node.label, badge[0] if badge else "not checked yet"]
        if node.name in self._unsaved:
            words.append("unsaved edits")
        return ", ".join(words)

    def _node(self, index: AnyIndex) -> _Node:
        return self._nodes[index.internalId()] if index.isValid() else self._nodes[0]

    def _index(self, node: _Node) -> QModelIndex:
        return QModelIndex() if node.parent is None else self.createIndex(node.row, 0, node.number)

    def _fetch_down_to(self, node: _Node) -> None:
        above = []
        while node.parent is not None:
            node = node.parent
            above.append(node)
        for folder in reversed(above):
            self.fetchMore(self._index(folder))

    def _repaint(self, name: str) -> None:
        node = self._by_name.get(name)
        if node is None or node.parent is None or not node.parent.fetched:
            return
        index = self._index(node)
        self.dataChanged.emit(index, index)


class TaxonomyFilterModel(QSortFilterProxyModel):
    """Shows the leaves whose text matches, with the folders above them. It fetches nothing of the tree to decide."""

    def __init__(self, source: TaxonomyTreeModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree = source
        self._visible: set[str] | None = None
        self._words: tuple[str, ...] = ()
        self._extra: dict[str, str] = {}
        self.setSourceModel(source)
        source.names_changed.connect(self._names_changed)

    def set_search_text(self, extra: dict[str, str]) -> None:
        """Set what else is searched for each leaf (contributor, questions), in lower case, by full name."""
        self._extra = extra
        if self._words:
            self.search(" ".join(self._words))

    def search(self, text: str) -> list[str]:
        """Show only leaves that hold every word of `text`; return their names, or [] when everything is shown."""
        self._words = tuple(text.casefold().split())
        matches = self._matching()
        self.beginFilterChange()
        self._visible = None if not self._words else _with_folders_above(matches)
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)
        return matches

    def is_searching(self) -> bool:
        """Return True while a search hides leaves."""
        return bool(self._words)

    def filterAcceptsRow(self, source_row: int, source_parent: AnyIndex) -> bool:
        """Return True for a row that matches or leads to a match."""
        if self._visible is None:
            return True
        return self._tree.name_of(self._tree.index(source_row, 0, source_parent)) in self._visible

    def _matching(self) -> list[str]:
        if not self._words:
            return []
        extra = self._extra
        found = []
        for name in self._tree.leaf_names():
            searched = f"{name.casefold()}\n{extra.get(name, '')}"
            if all(word in searched for word in self._words):
                found.append(name)
        return found

    def _names_changed(self) -> None:
        if self._words:
            self._visible = _with_folders_above(self._matching())


def _grow(names: Iterable[str]) -> tuple[list[_Node], dict[str, _Node]]:
    """Return the nodes by number, the root first, and by name."""
    root = _Node(0, "", "", None, fetched=True)
    nodes = [root]
    by_name = {"": root}
    for name in names:
        node = root
        root.leaves += 1
        for part in name.split("/"):
            below = f"{node.name}/{part}" if node.name else part
            child = by_name.get(below)
            if child is None:
                child = _Node(len(nodes), part, below, node)
                nodes.append(child)
                by_name[below] = child
                node.children.append(child)
            node = child
            node.leaves += 1
        node.leaf = True
    for node in nodes:
        node.children.sort(key=lambda child: (not child.children, child.label.casefold(), child.label))
        for row, child in enumerate(node.children):
            child.row = row
    return nodes, by_name


def _with_folders_above(names: Iterable[str]) -> set[str]:
    shown: set[str] = set()
    for name in names:
        while name and name not in shown:
            shown.add(name)
            name = name.rpartition("/")[0]
    return shown

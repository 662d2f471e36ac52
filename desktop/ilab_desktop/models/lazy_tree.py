# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A lazy item model over nodes: rows appear when a view asks for them, and come, move and go one by one."""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex

from ilab_desktop.models.taxonomy_nodes import Node, Nodes, number_rows

AnyIndex = QModelIndex | QPersistentModelIndex


class LazyTreeModel(QAbstractItemModel):
    """Indexes carry the integer numbers of nodes. Where `shown` holds names, only these are rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.nodes = Nodes()
        self.shown: set[str] | None = None

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the index of a child."""
        rows = self.node_at(parent).rows
        if column != 0 or rows is None or not 0 <= row < len(rows):
            return QModelIndex()
        return self.createIndex(row, 0, rows[row].number)

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """Return the index of the folder above."""
        folder = self.node_at(index).parent
        return QModelIndex() if folder is None else self.index_at(folder)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows are fetched below an index."""
        return len(self.node_at(parent).rows or ())

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Return 1: a name, with its badge drawn beside it."""
        return 1

    def hasChildren(self, parent: AnyIndex = QModelIndex()) -> bool:  # noqa: B008
        """Return True for a folder with something to show in it, fetched or not."""
        node = self.node_at(parent)
        return bool(node.rows) or (node.rows is None and any(map(self.is_shown, node.children)))

    def canFetchMore(self, parent: AnyIndex) -> bool:
        """Return True for a folder whose rows were not asked for yet."""
        return self.node_at(parent).rows is None and self.hasChildren(parent)

    def fetchMore(self, parent: AnyIndex) -> None:
        """Make a folder's rows appear."""
        node = self.node_at(parent)
        if node.rows is None and (shown := [child for child in node.children if self.is_shown(child)]):
            self.beginInsertRows(self.index_at(node), 0, len(shown) - 1)
            node.rows = shown
            number_rows(shown)
            self.endInsertRows()

    def node_at(self, index: AnyIndex) -> Node:
        """Return the node of an index, the root for none."""
        return self.nodes.by_number[index.internalId()] if index.isValid() else self.nodes.root

    def index_at(self, node: Node) -> QModelIndex:
        """Return the index of a node, which a view was told of."""
        return QModelIndex() if node.parent is None else self.createIndex(node.row, 0, node.number)

    def is_shown(self, node: Node) -> bool:
        """Return whether a node is among those that are shown."""
        return self.shown is None or node.name in self.shown

    @contextmanager
    def anew(self) -> Iterator[None]:
        """Show the whole tree anew, folded."""
        self.beginResetModel()
        yield
        for node in self.nodes.by_number.values():
            node.rows = None
        root = self.nodes.root
        root.rows = [child for child in root.children if self.is_shown(child)]
        number_rows(root.rows)
        self.endResetModel()

    def insert_leaf(self, name: str) -> Node:
        """Make the rows of a leaf that came; return its node."""
        folder = self.nodes.deepest(name)
        was_folder = bool(folder.children)
        leaf = self.nodes.make(name)
        if folder is not leaf:
            made = folder.children.pop()
            insort(folder.children, made, key=lambda node: node.order)
            if folder.rows is not None or (not was_folder and self.is_known(folder)):
                row = folder.children.index(made)
                self.beginInsertRows(self.index_at(folder), row, row)
                folder.rows = list(folder.children)
                number_rows(folder.rows, row)
                self.endInsertRows()
            if not was_folder:
                self._settle(folder)
        return leaf

    def remove_leaf(self, name: str) -> Node:
        """Take away the rows of a leaf that is gone and of the folders that only led to it; return what stays above."""
        leaf = self.nodes.by_name[name]
        leaf.leaf = False
        gone, folder = leaf, leaf.parent
        if leaf.children or folder is None:
            return leaf
        while len(folder.children) == 1 and not folder.leaf and folder.parent is not None:
            gone, folder = folder, folder.parent
        if len(folder.children) == 1 and self.is_known(folder):
            self.fetchMore(self.index_at(folder))  # so that a view is told that nothing is below it any more
        if folder.rows is not None:
            self.beginRemoveRows(self.index_at(folder), gone.row, gone.row)
            del folder.rows[gone.row]
            number_rows(folder.rows, gone.row)
        folder.children.remove(gone)
        if folder.rows is not None:
            self.endRemoveRows()
        self.nodes.forget(gone)
        if not folder.children:
            self._settle(folder)
        return folder

    def _settle(self, node: Node) -> None:
        """Bring a node to its place among its siblings after it became a folder, or is one no longer."""
        folder = node.parent
        if folder is None:
            return
        others = [child for child in folder.children if child is not node]
        row = bisect(others, node.order, key=lambda child: child.order)
        if row == folder.children.index(node):
            return
        above_it = self.index_at(folder)
        if folder.rows is not None:
            self.beginMoveRows(above_it, node.row, node.row, above_it, row if row < node.row else row + 1)
        folder.children = [*others[:row], node, *others[row:]]
        if folder.rows is not None:
            folder.rows = list(folder.children)
            number_rows(folder.rows)
            self.endMoveRows()

    def is_known(self, node: Node) -> bool:
        """Return whether a view may have been told of a node."""
        return node.parent is None or node.parent.rows is not None

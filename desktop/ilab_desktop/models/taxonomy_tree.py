# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The taxonomy as a lazy tree: folders and leaves, the state of each, what folders come to, and a search over all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ilab_core.taxonomy.arranging import move_problem, rename_problem
from ilab_core.taxonomy.search import Query, parse_query
from PySide6.QtCore import QMimeData, QModelIndex, QObject, Qt, Signal

from ilab_desktop.models.dragged_leaves import FORMAT, mime_of, names_in
from ilab_desktop.models.lazy_tree import AnyIndex, LazyTreeModel
from ilab_desktop.models.leaf_facts import LeafFacts
from ilab_desktop.models.leaf_status import LeafStatus, badges_of
from ilab_desktop.models.taxonomy_nodes import Node, Nodes, above, names_with_folders

NAME_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The full name, `knowledge/places/harrow_cove`; for a folder its path from the root."""
LEAF_ROLE = NAME_ROLE + 1
"""True for a leaf, False for a folder."""
BADGE_ROLE = NAME_ROLE + 2
"""`(text, meaning)` of the badge of a leaf, or None while it is not checked yet."""
COUNT_ROLE = NAME_ROLE + 3
"""How many leaves are at and below a folder."""
UNSAVED_ROLE = NAME_ROLE + 4
"""True while the leaf holds edits that are not in its file."""
FOLDED_BADGE_ROLE = NAME_ROLE + 5
"""`(text, meaning)` of the worst that the leaves at and below a folder come to, or None."""
CUT_ROLE = NAME_ROLE + 6
"""True for what was cut and waits to be moved."""

# Put together once: a view asks for them with every row that it lays out
_LEAF_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEditable
    | Qt.ItemFlag.ItemIsDragEnabled
)
_FOLDER_FLAGS = _LEAF_FLAGS | Qt.ItemFlag.ItemIsDropEnabled
MOST_STEPS = 200
"""Leaves that come and go up to this many are told one by one; beyond, the tree is shown anew."""


class TaxonomyTreeModel(LazyTreeModel):
    """Folders and leaves by name. Indexes carry integer ids; a folder's rows appear when the view asks for them.

    What a person does to rows is only asked for here: `rename_wanted` and `move_wanted`.
    """

    rename_wanted = Signal(str, str)
    """A full name, and the new last part that was typed for it."""
    move_wanted = Signal(list, str)
    """Full names that were dropped on a folder."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.facts = LeafFacts()
        self._cut: frozenset[str] = frozenset()
        self._query = Query()
        self._found: list[str] = []
        self._earlier: dict[Query, list[str]] = {}
        self._leaf_names: list[str] = []

    def set_leaves(self, names: Iterable[str]) -> None:
        """Show these leaves, given by full name, in place of those shown now. What is known of each is kept."""
        wanted = sorted(set(names))
        before, after = set(self._leaf_names), set(wanted)
        if before == after:
            return
        gone, come = before - after, after - before
        self._leaf_names = wanted
        self._earlier.clear()
        self.facts.meet(come)
        if self._query or len(gone) + len(come) > MOST_STEPS:
            with self.anew():
                self.nodes = Nodes(wanted)
                self._tally_all()
                self._look(wanted)
        else:
            # Those that come first: a folder whose leaves all have other names now stays, and stays unfolded.
            for name in sorted(come):
                leaf = self.insert_leaf(name)
                self._count(leaf, 1)
                self._repaint_up(leaf)
            for name in sorted(gone, reverse=True):
                self._count(self.nodes.by_name[name], -1)
                self._repaint_up(self.remove_leaf(name))
        for name in gone:
            self.facts.forget(name)

    def leaf_names(self) -> Iterator[str]:
        """Yield the full names of all leaves, sorted."""
        return iter(self._leaf_names)

    def folder_names(self) -> list[str]:
        """Return every folder that has something in it, sorted."""
        return sorted(name for name, node in self.nodes.by_name.items() if node.children and name)

    def leaves_below(self, names: Collection[str]) -> int:
        """Return how many leaves are at and below these names, none of which lies inside another."""
        return sum(self.nodes.by_name[name].tally.leaves for name in names if name in self.nodes.by_name)

    def has(self, name: str) -> bool:
        """Return True where there is a leaf or folder of this name."""
        return name in self.nodes.by_name

    def status(self, name: str) -> LeafStatus | None:
        """Return what is known of a leaf, None where it was not checked yet."""
        return self.facts.status.get(name)

    def set_status(self, name: str, status: LeafStatus) -> None:
        """Show what was found out about a leaf."""
        if name in self.nodes.by_name and self.facts.status.get(name) != status:
            with self._recounted(name):
                self.facts.status[name] = status

    def set_unsaved(self, name: str, unsaved: bool) -> None:
        """Mark a leaf as holding edits that are not in its file, or take the mark away."""
        known = self.facts.unsaved
        if unsaved != (name in known):
            with self._recounted(name):
                (known.add if unsaved else known.discard)(name)

    def set_cut(self, names: Iterable[str]) -> None:
        """Mark what was cut and waits to be moved."""
        before, self._cut = self._cut, frozenset(names)
        for name in before ^ self._cut:
            if name in self.nodes.by_name:
                self._repaint(self.nodes.by_name[name])

    def search(self, text: str) -> list[str]:
        """Show only leaves that match `text`; return their names, or [] when everything is shown."""
        query = parse_query(text)
        if query == self._query and not query:
            return []
        narrower = bool(self._query) and query.narrows(self._query)
        self._query = query
        found, was_shown = self._found, self.shown is not None
        self._look(found if narrower else self._leaf_names)
        if found != self._found or was_shown != (self.shown is not None):
            with self.anew():
                pass
        return self._found

    def search_again(self) -> bool:
        """Look again, because what is known of the leaves is new; return whether something else is shown now."""
        found = self._found
        self._earlier.clear()
        self._look(self._leaf_names)
        if found == self._found:
            return False
        with self.anew():
            pass
        return True

    def is_searching(self) -> bool:
        """Return True while a search hides leaves."""
        return bool(self._query)

    def index_of(self, name: str) -> QModelIndex:
        """Return the index of a leaf or folder, fetching those above; invalid where there is none or it is hidden."""
        node = self.nodes.by_name.get(name)
        if node is None or node.parent is None or not self.is_shown(node):
            return QModelIndex()
        for folder in reversed(list(above(node.parent))):
            self.fetchMore(self.index_at(folder))
        return self.index_at(node)

    def name_of(self, index: AnyIndex) -> str:
        """Return the full name at an index, "" for the root."""
        return self.node_at(index).name

    def rename_problem(self, index: AnyIndex, new: str) -> str:
        """Return why the row cannot be called `new`, as a sentence, or ""."""
        node = self.node_at(index)
        beside = node.parent.children if node.parent is not None else []
        return rename_problem(node.name, new, node.leaf, [child.label for child in beside])

    def move_problem(self, names: Iterable[str], folder: str) -> str:
        """Return why `names` cannot be moved into a folder, as a sentence, or ""."""
        return move_problem(names, folder, self.has)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Return that rows can be renamed and dragged, and that folders take what is dropped."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _LEAF_FLAGS if self.node_at(index).leaf else _FOLDER_FLAGS

    def setData(self, index: AnyIndex, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """Ask for another name; the row takes it once the folder has it."""
        node = self.node_at(index)
        new = str(value).strip()
        if role == Qt.ItemDataRole.EditRole and new != node.label and not self.rename_problem(index, new):
            self.rename_wanted.emit(node.name, new)
        return False

    def mimeTypes(self) -> list[str]:
        """Return the one format that is dragged."""
        return [FORMAT]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the names of the rows that are dragged."""
        return mime_of(map(self.name_of, indexes))

    def supportedDropActions(self) -> Qt.DropAction:
        """Return that what is dropped is moved."""
        return Qt.DropAction.MoveAction

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex) -> bool:
        """Return True where each of the dragged rows can be moved to the folder."""
        names = names_in(data)
        folder = self.name_of(parent)
        return bool(names and folder) and not self.move_problem(names, folder)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex) -> bool:
        """Ask for a move; the rows follow once the folders have moved."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        self.move_wanted.emit(names_in(data), self.name_of(parent))
        return True

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return a row's label, full name, badge, count, tooltip or spoken text."""
        if not index.isValid():
            return None
        node = self.node_at(index)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return node.label
        if role == NAME_ROLE:
            return node.name
        if role == LEAF_ROLE:
            return node.leaf
        if role == BADGE_ROLE:
            return self.facts.badge(node.name) if node.leaf else None
        if role == FOLDED_BADGE_ROLE:
            return next(iter(badges_of(node.tally)), None)
        if role == COUNT_ROLE:
            return node.tally.leaves
        if role == UNSAVED_ROLE:
            return node.name in self.facts.unsaved
        if role == CUT_ROLE:
            return node.name in self._cut
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([node.name, ", ".join(self._words(node))])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join([node.label, *self._words(node)])
        return None

    def _words(self, node: Node) -> list[str]:
        """Return what there is to say of a row beside its name."""
        words = self.facts.words(node.name) if node.leaf else []
        if node.children:
            count = node.tally.leaves
            words += ["folder", f"{count:,} " + ("leaf" if count == 1 else "leaves")]
            words += [text for text, _ in badges_of(node.tally)]
        return words

    def _look(self, candidates: Iterable[str]) -> None:
        """Set what the query finds among the candidates, and what is shown therefore."""
        query = self._query
        if not query:
            self._found, self.shown = [], None
            self._earlier.clear()
            return
        if query not in self._earlier:
            self._earlier[query] = self.facts.find(query, candidates)
        self._found = self._earlier[query]
        # Where everything matches there is nothing to hide
        self.shown = names_with_folders(self._found) if len(self._found) < len(self._leaf_names) else None

    def _tally_all(self) -> None:
        """Count everything anew: each node into the folder above it, whose number is lower."""
        for node in reversed(self.nodes.by_number.values()):
            if node.leaf:
                node.tally.add(self.facts.tally(node.name))
            if node.parent is not None:
                node.parent.tally.add(node.tally)

    def _count(self, leaf: Node, times: int) -> None:
        counted = self.facts.tally(leaf.name)
        for node in above(leaf):
            node.tally.add(counted, times)

    @contextmanager
    def _recounted(self, name: str) -> Iterator[None]:
        """Change what is known of a leaf: only it and the folders above it are counted and painted again."""
        leaf = self.nodes.by_name.get(name)
        self._earlier.clear()
        if leaf is None or not leaf.leaf:
            yield
            return
        self._count(leaf, -1)
        yield
        self._count(leaf, 1)
        self._repaint_up(leaf)

    def _repaint(self, node: Node) -> None:
        if node.parent is not None and self.is_known(node) and self.is_shown(node):
            index = self.index_at(node)
            self.dataChanged.emit(index, index)

    def _repaint_up(self, node: Node) -> None:
        for shown in above(node):
            self._repaint(shown)

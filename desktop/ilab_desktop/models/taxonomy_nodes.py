# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The nodes behind the taxonomy's item model: folders and leaves by number and by name, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ilab_desktop.models.leaf_status import Tally


@dataclass(slots=True, eq=False)
class Node:
    """A folder, a leaf, or both. `rows` are the children that a view was told of, None before it asked."""

    number: int
    label: str
    name: str
    parent: Node | None
    leaf: bool = False
    row: int = 0
    rows: list[Node] | None = None
    children: list[Node] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @property
    def order(self) -> tuple[bool, str, str]:
        """What its place among its siblings goes by: folders first, then by name."""
        return (not self.children, self.label.casefold(), self.label)


class Nodes:
    """All nodes of a tree; number 0 is the root. Numbers are never used twice."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.root = Node(0, "", "", None, rows=[])
        self.by_number = {0: self.root}
        self.by_name = {"": self.root}
        self._next = 1
        for name in names:
            self.make(name)
        for node in self.by_number.values():
            node.children.sort(key=lambda child: child.order)

    def make(self, name: str) -> Node:
        """Make the leaf `name` and what is missing above it, each last among its siblings; return the leaf."""
        node = self.root
        below = ""
        for part in name.split("/"):
            below = f"{below}/{part}" if below else part
            child = self.by_name.get(below)
            if child is None:
                child = Node(self._next, part, below, node)
                self._next += 1
                self.by_number[child.number] = child
                self.by_name[below] = child
                node.children.append(child)
            node = child
        node.leaf = True
        return node

    def forget(self, node: Node) -> None:
        """Drop a node and all below it."""
        for child in node.children:
            self.forget(child)
        del self.by_number[node.number]
        del self.by_name[node.name]

    def deepest(self, name: str) -> Node:
        """Return the node nearest to `name` of those at and above it."""
        while name not in self.by_name:
            name = name.rpartition("/")[0]
        return self.by_name[name]


def above(node: Node) -> Iterable[Node]:
    """Yield the node and those above it, the root last."""
    found: Node | None = node
    while found is not None:
        yield found
        found = found.parent


def number_rows(rows: list[Node], start: int = 0) -> None:
    """Tell each node which row it is in."""
    for row in range(start, len(rows)):
        rows[row].row = row


def names_with_folders(names: Iterable[str]) -> set[str]:
    """Return the names and those of all folders above them."""
    shown = set(names)
    above_them = {name.rpartition("/")[0] for name in shown}
    while above_them - shown:
        shown |= above_them
        above_them = {name.rpartition("/")[0] for name in above_them}
    shown.discard("")
    return shown

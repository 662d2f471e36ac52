# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Left: a search box over the lazy tree, and below it what was just done to the tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from PySide6.QtCore import QModelIndex, QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from ilab_desktop.models.taxonomy_nodes import names_with_folders
from ilab_desktop.models.taxonomy_tree import LEAF_ROLE, NAME_ROLE, TaxonomyTreeModel
from ilab_desktop.pages.taxonomy.search_box import SearchBox
from ilab_desktop.pages.taxonomy.tree_view import TreeView
from ilab_desktop.theme import Space
from ilab_desktop.widgets.buttons import plain_button
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.notice import Notice

MOST_UNFOLDED = 80
"""Leaves of a small tree, which is unfolded whole."""
MATCHES_UNFOLDED = 40
"""Matches that are unfolded at once: more than a screen shows."""


class TreePane(Card):
    """Emits `leaf_chosen` with a full name when the person goes to a leaf."""

    leaf_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=Space.SMALL, spacing=Space.SMALL)
        self.model = TaxonomyTreeModel(self)
        self.moved: Sequence[tuple[str, str]] = ()
        """Full names that change with the next leaves, each with its new one."""
        self.search = SearchBox()
        self.tree = TreeView(self.model)
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self.tree.selectionModel().currentChanged.connect(self._current_changed)
        self.notice = Notice(narrow=True)
        self._nothing_said = label("", "muted", wrap=True)
        self._clear = plain_button("Clear the search")
        self._nothing = self._nothing_found()
        self.menu = QMenu(self)
        # Keys that come faster than the tree answers are answered together
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.search_now)
        self._unfolded_before: set[str] | None = None
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.search.returnPressed.connect(self._go_to_first)
        self.column.addWidget(self.search)
        self.column.addWidget(self._nothing, 1)
        self.column.addWidget(self.tree, 1)
        self.column.addWidget(self.notice)

    def set_leaves(self, kinds: Mapping[str, str]) -> None:
        """Show these leaves, given by full name with their kinds. What was unfolded and chosen stays so.

        A first small tree is unfolded whole.
        """
        first = next(self.model.leaf_names(), None) is None
        unfolded = {_renamed(name, self.moved) for name in self.tree.unfolded()}
        current = _renamed(self.current_name(), self.moved)
        self.model.facts.kinds = kinds
        with QSignalBlocker(self):
            self.model.set_leaves(kinds)
            if first and len(kinds) <= MOST_UNFOLDED:
                self.tree.expandAll()
            elif first:
                self.tree.unfold({name.split("/", 1)[0] for name in kinds})
            else:
                self.tree.unfold(names_with_folders(unfolded))
            if current and current != self.current_name() and self.model.index_of(current).isValid():
                self.select(current)
        if self.current_name() != current:
            self._current_changed(self.tree.currentIndex(), QModelIndex())

    def select(self, name: str) -> bool:
        """Go to a leaf, clearing a search that hides it; False where there is none of that name."""
        if not self.model.has(name):
            return False
        if not self.model.index_of(name).isValid():
            self.search.clear()
            self.search_now()
        index = self.model.index_of(name)
        self.tree.setCurrentIndex(index)
        self.tree.scrollTo(index)
        return True

    def choose(self, names: Sequence[str]) -> None:
        """Choose these leaves and folders, clearing a search that hides the first."""
        if names and self.select(names[0]):
            self.tree.choose(list(names))

    def current_name(self) -> str:
        """Return the full name of the chosen leaf or folder, "" where nothing is chosen."""
        return str(self.tree.currentIndex().data(NAME_ROLE) or "")

    def search_now(self) -> None:
        """Filter the tree by what stands in the search box, and unfold what was found."""
        self._timer.stop()
        text = self.search.text().strip()
        before = self.tree.unfolded() if not self.model.is_searching() else None
        current = self.current_name()
        found = self.model.search(text)
        searching = self.model.is_searching()
        if before is not None and searching:
            self._unfolded_before = before
        with QSignalBlocker(self):
            if searching:
                self.tree.unfold(names_with_folders(name.rpartition("/")[0] for name in found[:MATCHES_UNFOLDED]))
                self.tree.scrollToTop()
            elif self._unfolded_before is not None:
                self.tree.unfold(self._unfolded_before)
                self._unfolded_before = None
            if current and self.model.index_of(current).isValid():
                self.select(current)
        nothing = searching and not found
        self._nothing_said.setText(f"No leaf holds “{text}”." if nothing else "")
        self._nothing.setVisible(nothing)
        self.tree.setVisible(not nothing)

    def search_again(self) -> None:
        """Look again for what stands in the search box, because more is known of the leaves now."""
        unfolded, current = self.tree.unfolded(), self.current_name()
        if self.model.search_again():
            with QSignalBlocker(self):
                self.tree.unfold(unfolded)
                if current and self.model.index_of(current).isValid():
                    self.select(current)

    def focus_search(self) -> None:
        """Give the keyboard to the search box."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and current.data(LEAF_ROLE) and not self.tree.extending:
            self.leaf_chosen.emit(str(current.data(NAME_ROLE)))

    def _go_to_first(self) -> None:
        self.search_now()
        index = self.model.index(0, 0)
        while index.isValid() and not index.data(LEAF_ROLE):
            self.model.fetchMore(index)
            index = self.model.index(0, 0, index)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_menu(self, position: QPoint) -> None:
        self.menu.popup(self.tree.viewport().mapToGlobal(position))

    def _clear_search(self) -> None:
        self.search.clear()
        self.search_now()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _nothing_found(self) -> QWidget:
        """Return what stands in place of the tree when a search finds nothing."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.SMALL, Space.MARGIN, Space.SMALL, 0)
        column.setSpacing(Space.MEDIUM)
        self._nothing_said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._clear.clicked.connect(self._clear_search)
        column.addWidget(self._nothing_said)
        column.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        page.hide()
        return page


def _renamed(name: str, moved: Iterable[tuple[str, str]]) -> str:
    for old, new in moved:
        if PurePosixPath(name).is_relative_to(old):
            return new + name[len(old) :]
    return name

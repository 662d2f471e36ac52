# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The tree itself: full rows, several of them chosen at once, dragged to folders, renamed in place."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QTreeView

from ilab_desktop.models.taxonomy_tree import LEAF_ROLE, NAME_ROLE, TaxonomyTreeModel
from ilab_desktop.pages.taxonomy.tree_rows import RowDelegate
from ilab_desktop.theme import Size, Space, colours

_EXTENDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class TreeView(QTreeView):
    """Rows of the theme's height; Left and Right fold, Return unfolds a folder, Shift and Ctrl choose several."""

    def __init__(self, model: TaxonomyTreeModel) -> None:
        super().__init__()
        self._tree = model
        self.extending = False
        """True while the person adds to what is chosen: going to a row then does not open it."""
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.setAccessibleName("Taxonomy")
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(Space.GROUP)
        self.setAnimated(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setAutoExpandDelay(600)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setExpandsOnDoubleClick(False)
        self.clicked.connect(self._fold_folder)
        self.activated.connect(self._fold_folder)
        self.setMouseTracking(True)
        # Rows are drawn below, rounded and over the whole width; the style's square ones would cover them.
        self.setStyleSheet(
            "QTreeView { selection-background-color: transparent; }"
            "QTreeView::item:selected, QTreeView::item:hover, QTreeView::branch:selected { background: transparent; }"
        )

    def chosen_names(self) -> list[str]:
        """Return the full names of the chosen rows, sorted."""
        return sorted(str(index.data(NAME_ROLE)) for index in self.selectionModel().selectedRows())

    def choose(self, names: list[str]) -> None:
        """Choose exactly these rows, the first of them as the one that the keyboard is at."""
        indexes = [index for name in names if (index := self._tree.index_of(name)).isValid()]
        if not indexes:
            return
        chosen = QItemSelection()
        for index in indexes:
            chosen.select(index, index)
        self.selectionModel().setCurrentIndex(indexes[0], QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(indexes[0])

    def unfolded(self) -> set[str]:
        """Return the full names of the folders that are unfolded."""
        found: set[str] = set()
        waiting = [QModelIndex()]
        while waiting:
            parent = waiting.pop()
            for row in range(self._tree.rowCount(parent)):
                index = self._tree.index(row, 0, parent)
                if self.isExpanded(index):
                    found.add(self._tree.name_of(index))
                    waiting.append(index)
        return found

    def unfold(self, names: set[str]) -> None:
        """Unfold these folders; those above them must be among them."""
        for name in sorted(names):
            index = self._tree.index_of(name)
            if index.isValid():
                self._tree.fetchMore(index)
                self.expand(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a row, or one more."""
        self.extending = bool(event.modifiers() & _EXTENDING)
        super().mousePressEvent(event)
        self.extending = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a row; with Shift or Ctrl choose it as well."""
        self.extending = bool(event.modifiers() & _EXTENDING)
        super().keyPressEvent(event)
        self.extending = False

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the row's own background over its whole width, then what the style draws."""
        chosen = self.selectionModel().isSelected(index)
        under = options.state & QStyle.StateFlag.State_MouseOver
        if chosen or under:
            palette = colours(self)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.accent_selection if chosen else palette.side))
            area = QRect(0, options.rect.top(), self.viewport().width(), options.rect.height())
            painter.drawRoundedRect(area, Size.CONTROL_RADIUS, Size.CONTROL_RADIUS)
            painter.restore()
        super().drawRow(painter, options, index)

    def _fold_folder(self, index: QModelIndex) -> None:
        if not index.data(LEAF_ROLE) and len(self.selectionModel().selectedRows()) == 1:
            self.setExpanded(index, not self.isExpanded(index))

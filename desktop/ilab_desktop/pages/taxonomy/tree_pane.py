# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Left: a search box over the lazy tree, each leaf with its badge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QWidget,
)

from ilab_desktop.icons import icon
from ilab_desktop.models.taxonomy_tree import (
    BADGE_ROLE,
    COUNT_ROLE,
    LEAF_ROLE,
    NAME_ROLE,
    UNSAVED_ROLE,
    TaxonomyFilterModel,
    TaxonomyTreeModel,
)
from ilab_desktop.theme import Size, Space, Type, colours, font
from ilab_desktop.widgets.badge import badge_size, paint_badge
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import label

SEARCH_DELAY = 120
"""Milliseconds without a key before the tree is filtered."""
ROOM_FOR_NAME = 104
"""Pixels that a name should have at least: where there are fewer, the badge says its word in short."""
_SHORT = {"valid": "✓", "changed": "±", "unfinished": "…"}
MOST_UNFOLDED = 80
"""Matches up to this many are unfolded at once."""


class TreePane(Card):
    """Emits `leaf_chosen` with a full name when the person goes to a leaf."""

    leaf_chosen = Signal(str)

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=Space.SMALL, spacing=Space.SMALL)
        self.model = TaxonomyTreeModel(self)
        self.filter = TaxonomyFilterModel(self.model, self)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search leaves, text, people")
        self.search.setAccessibleName("Search leaves")
        self.search.setToolTip("Search by path, text or contributor (Ctrl+F)")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        for button in self.search.findChildren(QToolButton):
            button.setStyleSheet("min-height: 0; padding: 0; border: none; background: transparent;")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tree = _Tree()
        self.tree.setModel(self.filter)
        self.tree.setItemDelegate(_LeafDelegate(self.tree))
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self.tree.selectionModel().currentChanged.connect(self._current_changed)
        self._nothing = label("", "muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.hide()
        self._menu = QMenu(self)
        self._menu.addActions(list(actions))
        self._timer = QTimer(self, singleShot=True, interval=SEARCH_DELAY)
        self._timer.timeout.connect(self.search_now)
        self._unfolded_before: set[str] | None = None
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.search.returnPressed.connect(self._go_to_first)
        self.column.addWidget(self.search)
        self.column.addWidget(self._nothing)
        self.column.addWidget(self.tree, 1)

    def set_leaves(self, names: Sequence[str]) -> None:
        """Show these leaves; what was unfolded and chosen stays so. A first small tree is unfolded whole."""
        first = not list(self.model.leaf_names())
        unfolded = self._unfolded()
        current = self.current_name()
        self.model.set_leaves(names)
        if first and len(names) <= MOST_UNFOLDED:
            self.tree.expandAll()
        elif first:
            self._unfold({name.split("/", 1)[0] for name in names})
        else:
            self._unfold(unfolded)
        if current:
            self.select(current, tell=False)

    def select(self, name: str, tell: bool = True) -> bool:
        """Go to a leaf, clearing a search that hides it; False where there is none of that name."""
        source = self.model.index_of(name)
        if not source.isValid():
            return False
        shown = self.filter.mapFromSource(source)
        if not shown.isValid():
            self.search.clear()
            self.search_now()
            shown = self.filter.mapFromSource(source)
        blocked = self.blockSignals(not tell)
        self.tree.setCurrentIndex(shown)
        self.blockSignals(blocked)
        self.tree.scrollTo(shown)
        return True

    def current_name(self) -> str:
        """Return the full name of the chosen leaf or folder, "" where nothing is chosen."""
        return str(self.tree.currentIndex().data(NAME_ROLE) or "")

    def search_now(self) -> None:
        """Filter the tree by what stands in the search box, and unfold what was found."""
        self._timer.stop()
        text = self.search.text().strip()
        if text and not self.filter.is_searching():
            self._unfolded_before = self._unfolded()
        found = self.filter.search(text)
        if text:
            self._unfold(_folders_above(found[:MOST_UNFOLDED]))
            self.tree.scrollToTop()
        elif self._unfolded_before is not None:
            self.tree.collapseAll()
            self._unfold(self._unfolded_before)
            self._unfolded_before = None
            self.tree.scrollTo(self.tree.currentIndex())
        nothing = bool(text) and not found
        self._nothing.setText(f"No leaf holds “{text}”." if nothing else "")
        self._nothing.setVisible(nothing)
        self.tree.setVisible(not nothing)

    def focus_search(self) -> None:
        """Give the keyboard to the search box."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and current.data(LEAF_ROLE):
            self.leaf_chosen.emit(str(current.data(NAME_ROLE)))

    def _go_to_first(self) -> None:
        self.search_now()
        index = self.filter.index(0, 0)
        while index.isValid() and not index.data(LEAF_ROLE):
            index = self.filter.index(0, 0, index)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_menu(self, position: QPoint) -> None:
        self._menu.popup(self.tree.viewport().mapToGlobal(position))

    def _unfolded(self) -> set[str]:
        found: set[str] = set()
        waiting = [QModelIndex()]
        while waiting:
            parent = waiting.pop()
            for row in range(self.filter.rowCount(parent)):
                index = self.filter.index(row, 0, parent)
                if self.tree.isExpanded(index):
                    found.add(str(index.data(NAME_ROLE)))
                    waiting.append(index)
        return found

    def _unfold(self, names: set[str]) -> None:
        for name in sorted(names):
            index = self.filter.mapFromSource(self.model.index_of(name))
            if index.isValid():
                if self.filter.canFetchMore(index):
                    self.filter.fetchMore(index)
                self.tree.expand(index)


class _Tree(QTreeView):
    """Full rows of the theme's height; Left and Right fold, Return unfolds a folder."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Taxonomy")
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(Space.GROUP)
        self.setAnimated(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
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
        if not index.data(LEAF_ROLE):
            self.setExpanded(index, not self.isExpanded(index))


class _LeafDelegate(QStyledItemDelegate):
    """The name, cut in the middle where it is long; at the right the badge, or a folded folder's count."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Return the theme's row height."""
        return QSize(0, Size.ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw a row."""
        palette = colours()
        area = option.rect.adjusted(Space.TINY, 0, -Space.SMALL, 0)
        badge = index.data(BADGE_ROLE)
        view = self.parent()
        folded = not index.data(LEAF_ROLE) and isinstance(view, QTreeView) and not view.isExpanded(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if badge:
            text = badge[0]
            if area.width() - badge_size(text).width() < ROOM_FOR_NAME:
                text = _SHORT.get(text, text.split()[0])
            size = badge_size(text)
            spot = QRectF(0, 0, size.width(), size.height())
            spot.moveCenter(QRectF(area).center())
            spot.moveRight(area.right() + 1)
            paint_badge(painter, spot, text, badge[1], palette)
            area.setRight(round(spot.left()) - Space.SMALL)
        elif folded:
            painter.setFont(font(Type.CAPTION))
            painter.setPen(QColor(palette.muted))
            text = f"{index.data(COUNT_ROLE):,}"
            painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
            area.setRight(area.right() - painter.fontMetrics().horizontalAdvance(text) - Space.SMALL)
        if index.data(UNSAVED_ROLE):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.warning))
            dot = QRectF(area.right() - 6, area.center().y() - 3, 7, 7)
            painter.drawEllipse(dot)
            area.setRight(round(dot.left()) - Space.TINY)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setFont(font(1.0, Type.STRONG if chosen else Type.REGULAR))
        painter.setPen(QColor(palette.text))
        name = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, max(Space.MARGIN, area.width())
        )
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
        painter.restore()


def _folders_above(names: Sequence[str]) -> set[str]:
    above: set[str] = set()
    for name in names:
        folder = name.rpartition("/")[0]
        while folder and folder not in above:
            above.add(folder)
            folder = folder.rpartition("/")[0]
    return above

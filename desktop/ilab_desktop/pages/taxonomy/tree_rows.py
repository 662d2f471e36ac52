# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Draws a row of the tree, and lets its name be typed in its place."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QValidator
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QTreeView, QWidget

from ilab_desktop.models.taxonomy_tree import (
    BADGE_ROLE,
    COUNT_ROLE,
    CUT_ROLE,
    FOLDED_BADGE_ROLE,
    LEAF_ROLE,
    UNSAVED_ROLE,
    TaxonomyTreeModel,
)
from ilab_desktop.theme import Palette, Size, Space, Type, colours, font
from ilab_desktop.widgets.announce import announce
from ilab_desktop.widgets.badge import badge_size, paint_badge
from ilab_desktop.widgets.labels import set_flag

ROOM_FOR_NAME = 104
"""Pixels that a name should have at least: where there are fewer, the badge says its word in short."""
_SHORT = {"valid": "✓", "published": "✓", "changed": "±", "draft": "✎", "unfinished": "…"}


class RowDelegate(QStyledItemDelegate):
    """The name, cut in the middle where it is long; at the right the badge, for a folded folder also its count."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Return the theme's row height."""
        return QSize(0, Size.ROW_HEIGHT)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget:
        """Return the field for a new name; it says as you type why a name cannot be."""
        return _NameField(parent, index)

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:
        """Put in the name that it has, once: what is typed is not lost when a badge changes."""
        if isinstance(editor, QLineEdit) and not editor.isModified() and not editor.text():
            editor.setText(str(index.data()))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex) -> None:
        """Ask for the new name."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Put the field over the row, to its right end."""
        view = self.parent()
        right = view.viewport().width() if isinstance(view, QTreeView) else option.rect.right()
        editor.setGeometry(QRect(option.rect.left(), option.rect.top(), right - option.rect.left(), Size.ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw a row."""
        palette = colours()
        area = option.rect.adjusted(Space.TINY, 0, -Space.SMALL, 0)
        view = self.parent()
        folded = index.model().hasChildren(index) and isinstance(view, QTreeView) and not view.isExpanded(index)
        badge = index.data(FOLDED_BADGE_ROLE if folded else BADGE_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if folded:
            self._draw_count(painter, area, f"{index.data(COUNT_ROLE):,}", palette)
        if badge:
            self._draw_badge(painter, area, badge, palette)
        if index.data(UNSAVED_ROLE) and not (badge and badge[0] == "draft"):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.warning))
            dot = QRectF(area.right() - 6, area.center().y() - 3, 7, 7)
            painter.drawEllipse(dot)
            area.setRight(round(dot.left()) - Space.TINY)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setFont(font(1.0, Type.STRONG if chosen else Type.REGULAR))
        painter.setPen(QColor(palette.faint if index.data(CUT_ROLE) else palette.text))
        name = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, max(Space.MARGIN, area.width())
        )
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
        painter.restore()

    def _draw_count(self, painter: QPainter, area: QRect, text: str, palette: Palette) -> None:
        painter.setFont(font(Type.CAPTION))
        painter.setPen(QColor(palette.muted))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        area.setRight(area.right() - painter.fontMetrics().horizontalAdvance(text) - Space.SMALL)

    def _draw_badge(self, painter: QPainter, area: QRect, badge: tuple[str, str], palette: Palette) -> None:
        text, meaning = badge
        if area.width() - badge_size(text).width() < ROOM_FOR_NAME:
            text = _SHORT.get(text, text.split()[0])
        size = badge_size(text)
        spot = QRectF(0, 0, size.width(), size.height())
        spot.moveCenter(QRectF(area).center())
        spot.moveRight(area.right() + 1)
        paint_badge(painter, spot, text, meaning, palette)  # type: ignore[arg-type]
        area.setRight(round(spot.left()) - Space.SMALL)


class _NameField(QLineEdit):
    """A new name for a row. Return takes it where it can be; Escape, or going elsewhere with a bad one, does not."""

    def __init__(self, parent: QWidget, index: QModelIndex) -> None:
        super().__init__(parent)
        kind = "leaf" if index.data(LEAF_ROLE) else "folder"
        self.setAccessibleName(f"New name of the {kind} {index.data()}")
        self.setStyleSheet("min-height: 0; padding: 0 3px;")
        self._check = _NameCheck(index, self)
        self.setValidator(self._check)
        self.textChanged.connect(self._say_problem)

    def _say_problem(self, text: str) -> None:
        problem = self._check.problem(text)
        set_flag(self, "invalid", bool(problem))
        if problem != self.accessibleDescription():
            self.setAccessibleDescription(problem)
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), problem, self)
            if problem:
                announce(self, problem)


class _NameCheck(QValidator):
    """Lets anything be typed, and only a good name be taken."""

    def __init__(self, index: QModelIndex, parent: QLineEdit) -> None:
        super().__init__(parent)
        self._name = index.model().name_of(index)
        self._model: TaxonomyTreeModel = index.model()

    def problem(self, text: str) -> str:
        """Return why the text cannot be the name, or ""."""
        index = self._model.index_of(self._name)
        return self._model.rename_problem(index, text.strip()) if index.isValid() else ""

    def validate(self, text: str, position: int) -> object:
        """Return whether the text can be the name as it is."""
        state = QValidator.State.Intermediate if self.problem(text) else QValidator.State.Acceptable
        return state, text, position

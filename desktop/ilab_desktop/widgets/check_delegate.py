# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Draws the rows of a checklist: our check box, the text, a muted note at the right. The whole row is the switch."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ilab_desktop.icons import pixmap
from ilab_desktop.models.checklist import NOTE_ROLE
from ilab_desktop.theme import Size, Space, Type, colours, font

Index = QModelIndex | QPersistentModelIndex

_CORNER = 4
_MARK = 12


class CheckDelegate(QStyledItemDelegate):
    """For a list view over a `Checklist`. Click anywhere on the row, or Space, checks and clears it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a row."""
        width = option.fontMetrics.horizontalAdvance(str(index.data() or ""))
        note = QFontMetrics(font(Type.CAPTION)).horizontalAdvance(str(index.data(NOTE_ROLE) or ""))
        return QSize(width + note + Size.SMALL_ICON + 5 * Space.SMALL, Size.ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        palette = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(1, 1, -1, -1)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if option.state & QStyle.StateFlag.State_MouseOver or focused:
            painter.setPen(QPen(QColor(palette.accent), Size.EDGE) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.hover))
            painter.drawRoundedRect(area, Size.CONTROL_RADIUS, Size.CONTROL_RADIUS)
        side = Size.SMALL_ICON
        box = QRectF(area.left() + Space.SMALL + 0.5, area.center().y() - side / 2 + 0.5, side - 1, side - 1)
        checked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        painter.setPen(QColor(palette.accent if checked else palette.faint))
        painter.setBrush(QColor(palette.accent if checked else palette.background))
        painter.drawRoundedRect(box, _CORNER, _CORNER)
        if checked:
            mark = pixmap("check", _MARK, "on_accent", painter.device().devicePixelRatioF())
            corner = box.center() - QPointF(_MARK / 2, _MARK / 2)
            painter.drawPixmap(corner, mark)
        words = area.adjusted(side + 2 * Space.SMALL, 0, -Space.SMALL, 0)
        note = str(index.data(NOTE_ROLE) or "")
        if note:
            painter.setFont(font(Type.CAPTION))
            painter.setPen(QColor(palette.muted))
            painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
            words.adjust(0, 0, -painter.fontMetrics().horizontalAdvance(note) - Space.SMALL, 0)
        painter.setFont(font())
        painter.setPen(QColor(palette.text))
        text = painter.fontMetrics().elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideMiddle, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """Switch the row's check."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        released = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        if not (pressed and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)) and not (
            released
            and event.button() == Qt.MouseButton.LeftButton
            and option.rect.contains(event.position().toPoint())
        ):
            return False
        role = Qt.ItemDataRole.CheckStateRole
        checked = Qt.CheckState(index.data(role)) == Qt.CheckState.Checked
        return model.setData(index, Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked, role)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Draws the cells of the samples table: the result as a badge, the reason muted, the rest as text."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ilab_desktop.models.sample_words import result_meaning
from ilab_desktop.models.samples_table import RESULT, WHY
from ilab_desktop.theme import Space, Type, colours, font
from ilab_desktop.widgets.badge import badge_size, paint_badge

Index = QModelIndex | QPersistentModelIndex


class SampleDelegate(QStyledItemDelegate):
    """For the samples table."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.state &= ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver)
        words, own.text = own.text, ""
        style = own.widget.style() if own.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        # Where the style itself would begin a cell's text, which is where the header's begins
        left = Space.SMALL + style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, own, own.widget) + 1
        if index.column() == RESULT:
            size = badge_size(words)
            top = option.rect.center().y() + 0.5 - size.height() / 2
            area = QRectF(option.rect.left() + left, top, size.width(), size.height())
            paint_badge(painter, area, words, result_meaning(words), colours())
            return
        quiet = index.column() == WHY
        painter.save()
        painter.setFont(font(Type.CAPTION) if quiet else font())
        painter.setPen(QColor(colours().muted if quiet else colours().text))
        room = option.rect.adjusted(left, 0, -Space.SMALL, 0)
        words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

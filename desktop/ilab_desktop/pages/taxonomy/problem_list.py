# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The leaf's problems, one a row; a click or Return goes to the place."""

from __future__ import annotations

from collections.abc import Sequence

from ilab_core.taxonomy.checking import Problem
from ilab_core.taxonomy.leaf import LEAF_NAME
from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ilab_desktop.icons import pixmap
from ilab_desktop.theme import Size, Space, Type, colours, font

_FLAGS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop)
_ROLE = Qt.ItemDataRole.UserRole


class ProblemList(QListWidget):
    """Errors first, then warnings, each with its line and what mends it."""

    chosen = Signal(object)
    """A problem was clicked or Return pressed on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Problems of this leaf")
        self.setItemDelegate(_ProblemDelegate(self))
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.itemClicked.connect(lambda item: self.chosen.emit(item.data(_ROLE)))
        self.itemActivated.connect(lambda item: self.chosen.emit(item.data(_ROLE)))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems, keeping the chosen row where it is still there."""
        current = self.currentItem().data(_ROLE) if self.currentItem() is not None else None
        ordered = sorted(problems, key=lambda problem: (problem.severity != "error", problem.line, problem.column))
        if [self.item(row).data(_ROLE) for row in range(self.count())] == ordered:
            return
        self.clear()
        for problem in ordered:
            kind = "Error" if problem.severity == "error" else "Warning"
            item = QListWidgetItem(problem.message)
            item.setData(_ROLE, problem)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{kind}, line {problem.line}: {problem.message} {problem.fix}"
            )
            item.setToolTip(problem.fix)
            self.addItem(item)
            if problem == current:
                self.setCurrentItem(item)

    def wanted_height(self) -> int:
        """Return how high all rows are together, in pixels."""
        frame = 2 * self.frameWidth() + Space.TINY
        return frame + sum(self.sizeHintForRow(row) for row in range(self.count()))


class _ProblemDelegate(QStyledItemDelegate):
    """An icon, the message over as many lines as it needs, and the line with the mend in caption."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Return the height of the wrapped text."""
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListWidget) else option.rect.width()
        message, caption = self._rows(index, QRect(0, 0, width, 0), option)
        return QSize(width, message.height() + caption.height() + 2 * Space.SMALL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw a row."""
        problem: Problem = index.data(_ROLE)
        palette = colours()
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected or state & QStyle.StateFlag.State_MouseOver:
            chosen = state & QStyle.StateFlag.State_Selected
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.accent_selection if chosen else palette.side))
            painter.drawRoundedRect(option.rect, Size.CONTROL_RADIUS, Size.CONTROL_RADIUS)
        is_error = problem.severity == "error"
        ratio = painter.device().devicePixelRatioF()
        drawing = pixmap(
            "error" if is_error else "warning", Size.SMALL_ICON, "danger" if is_error else "warning", ratio
        )
        message, caption = self._rows(index, option.rect, option)
        painter.drawPixmap(option.rect.left() + Space.TINY, message.top() + 1, drawing)
        painter.setPen(QColor(palette.text))
        painter.setFont(font(Type.CAPTION))
        painter.drawText(message, _FLAGS, problem.message)
        painter.setPen(QColor(palette.muted))
        painter.drawText(caption, _FLAGS, _caption(problem))
        painter.restore()

    def _rows(self, index: QModelIndex, area: QRect, option: QStyleOptionViewItem) -> tuple[QRect, QRect]:
        problem: Problem = index.data(_ROLE)
        metrics_font = font(Type.CAPTION)
        left = area.left() + Space.TINY + Size.SMALL_ICON + Space.SMALL
        width = max(Space.LARGE, area.right() - left - Space.SMALL)
        metrics = QFontMetrics(metrics_font)
        top = area.top() + Space.SMALL
        message = metrics.boundingRect(QRect(0, 0, width, 10_000), _FLAGS, problem.message)
        caption = metrics.boundingRect(QRect(0, 0, width, 10_000), _FLAGS, _caption(problem))
        first = QRect(left, top, width, message.height())
        return first, QRect(left, first.bottom() + 1, width, caption.height())


def _caption(problem: Problem) -> str:
    of_file = "" if problem.path.name == LEAF_NAME else f" of {problem.path.name}"
    return f"Line {problem.line}{of_file}. {problem.fix}".strip()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A scrolling page whose content is at most as wide as reads well, in the middle of a wide window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ilab_desktop.theme import Size, Space


class ScrollPage(QScrollArea):
    """Scrolls only up and down; `column` is the layout of what it shows."""

    def __init__(self, maximum_width: int = 0, spacing: int = Space.GROUP, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = _Body()
        body.setObjectName("scrollBody")
        outer = QHBoxLayout(body)
        outer.setContentsMargins(Space.MARGIN, 0, Space.MARGIN, Space.MARGIN)
        inner = QWidget()
        inner.setObjectName("scrollBody")
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(spacing)
        if maximum_width:
            inner.setMaximumWidth(maximum_width)
            outer.addStretch(1)
            outer.addWidget(inner, 1000)
            outer.addStretch(1)
        else:
            outer.addWidget(inner, 1)
        self._outer = outer
        self.setWidget(body)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the content where it is when the scroll bar comes and goes."""
        super().resizeEvent(event)
        taken = self.width() - self.viewport().width()
        margins = self._outer.contentsMargins()
        if margins.right() != Space.MARGIN - taken:
            self._outer.setContentsMargins(Space.MARGIN, 0, max(0, Space.MARGIN - taken), Space.MARGIN)


def reading_page(spacing: int = Space.GROUP) -> ScrollPage:
    """Return a scrolling page at most 760 pixels wide."""
    return ScrollPage(Size.READING_WIDTH, spacing)


class _Body(QWidget):
    """Asks for the height that its content needs at the width it really has.

    Qt would ask for what it needs at its smallest width, where every text wraps: a scroll bar with nothing to scroll.
    """

    def minimumSizeHint(self) -> QSize:
        """Return the smallest width, and the smallest height at the width of the viewport."""
        smallest, layout, viewport = super().minimumSizeHint(), self.layout(), self.parentWidget()
        if layout is None or viewport is None or not layout.hasHeightForWidth():
            return smallest
        width = max(viewport.width(), smallest.width())
        return QSize(smallest.width(), layout.totalMinimumHeightForWidth(width))

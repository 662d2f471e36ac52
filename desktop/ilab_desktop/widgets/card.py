# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A rounded surface with a one-pixel edge."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilab_desktop.theme import Space
from ilab_desktop.widgets.labels import set_flag


class Card(QFrame):
    """Holds a group of things; `column` is its layout. `accent` makes it the one to look at."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None, margin: int = Space.GROUP, spacing: int = Space.SMALL) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(spacing)
        self._clickable = False

    def set_accent(self, accent: bool) -> None:
        """Emphasise the card, or not."""
        set_flag(self, "accent", accent)

    def make_clickable(self, accessible: str) -> None:
        """Let the whole card be pressed, by mouse or by Space and Return; `clicked` follows."""
        self._clickable = True
        self.setAccessibleName(accessible)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        set_flag(self, "clickable", True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Report a click inside a clickable card."""
        if (
            self._clickable
            and event.button() == Qt.MouseButton.LeftButton
            and self.rect().contains(event.position().toPoint())
        ):
            self.clicked.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Report Space and Return on a clickable card."""
        if self._clickable and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
            return
        super().keyPressEvent(event)


def row(*widgets: QWidget, spacing: int = Space.SMALL) -> QHBoxLayout:
    """Return a row layout without margins that holds `widgets`."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for widget in widgets:
        made.addWidget(widget)
    return made


def column(*widgets: QWidget, spacing: int = Space.SMALL) -> QVBoxLayout:
    """Return a column layout without margins that holds `widgets`."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for widget in widgets:
        made.addWidget(widget)
    return made


def line() -> QFrame:
    """Return a one-pixel line across."""
    made = QFrame()
    made.setProperty("line", True)
    return made

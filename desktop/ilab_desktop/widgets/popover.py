# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A small panel that opens at a button and closes with Escape or a click elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ilab_desktop.theme import Space


class Popover(QFrame):
    """Holds a few fields in `body`. It opens below its anchor where there is room, else above."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("card", True)
        self.setAccessibleName(name)
        self.setWindowTitle(name)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(Space.GROUP, Space.GROUP, Space.GROUP, Space.GROUP)
        self.body.setSpacing(Space.SMALL)

    def open_at(self, anchor: QWidget, first: QWidget | None = None) -> None:
        """Open at `anchor` with the keyboard focus on `first`."""
        self.adjustSize()
        area = anchor.screen().availableGeometry()
        corner = anchor.mapToGlobal(QPoint(0, anchor.height() + Space.TINY))
        if corner.y() + self.height() > area.bottom():
            corner.setY(anchor.mapToGlobal(QPoint(0, 0)).y() - self.height() - Space.TINY)
        window = anchor.window().frameGeometry()
        right = min(area.right(), max(window.right() - Space.MARGIN, window.left() + self.width()))
        corner.setX(max(area.left(), min(corner.x(), right - self.width())))
        corner.setY(max(area.top(), corner.y()))
        self.move(corner)
        self.show()
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

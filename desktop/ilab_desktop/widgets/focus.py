# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Marks the control that has the keyboard, when it came there by keyboard."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from ilab_desktop.widgets.labels import set_flag


class KeyboardFocus(QObject):
    """Sets the property `keyboardFocus`, which the stylesheet shows as a ring, unless a mouse button is down."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._marked: QWidget | None = None
        self._marked_when_left: QWidget | None = None
        app.focusChanged.connect(self._move)

    def _move(self, old: QWidget | None, new: QWidget | None) -> None:
        marked = self._marked if self._marked is not None and shiboken6.isValid(self._marked) else None
        self._marked = None
        if marked is not None:
            set_flag(marked, "keyboardFocus", False)
        if new is None:
            # The window loses the keyboard; coming back to it is no move by keyboard
            self._marked_when_left = marked
            return
        by_keyboard = QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton
        if by_keyboard and (old is not None or new is self._marked_when_left):
            set_flag(new, "keyboardFocus", True)
            self._marked = new

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A message across the top of the window that does not stand in the way of work."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from ilab_desktop.icons import pixmap
from ilab_desktop.theme import Duration, Size, Space
from ilab_desktop.widgets.announce import announce
from ilab_desktop.widgets.badge import Meaning
from ilab_desktop.widgets.buttons import quiet_button, small
from ilab_desktop.widgets.labels import label, set_flag

_ICONS = {"danger": "error", "warning": "warning", "success": "check-circle", "information": "info"}


class Banner(QFrame):
    """Hidden until `show_message`; an error stays until it is closed, anything else goes by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._detail = ""
        self._icon = QLabel()
        self._text = label("", wrap=True, selectable=True)
        self._copy = small(quiet_button("Copy details", "copy"))
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._detail))
        self._close = small(quiet_button("", "close", "Close the message"))
        self._close.setIconSize(QSize(Size.SMALL_ICON, Size.SMALL_ICON))
        self._close.clicked.connect(self.hide)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.MARGIN, Space.SMALL, Space.GROUP, Space.SMALL)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._copy)
        layout.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    @property
    def detail(self) -> str:
        """What Copy details copies."""
        return self._detail

    def show_message(self, text: str, meaning: Meaning = "information", detail: str = "") -> None:
        """Show a message and say it to a screen reader."""
        name = meaning if meaning in _ICONS else "information"
        set_flag(self, "meaning", name)
        self._icon.setPixmap(pixmap(_ICONS[name], Size.ICON, name, self.devicePixelRatioF()))
        self._detail = detail
        self._text.setText(text)
        self._copy.setVisible(bool(detail))
        self.show()
        announce(self, text, urgent=name == "danger")
        if name == "danger":
            self._timer.stop()
        else:
            self._timer.start(Duration.NOTE)

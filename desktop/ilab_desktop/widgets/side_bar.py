# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The side bar: the program's name, its pages, the settings, and how many requests it made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ilab_desktop.icons import application_icon
from ilab_desktop.services import Network
from ilab_desktop.theme import Size, Space, colours
from ilab_desktop.widgets.labels import label


class SideBar(QFrame):
    """One button an action; the action of the page that is shown is checked."""

    def __init__(self, pages: Sequence[QAction], settings: QAction, network: Network) -> None:
        super().__init__()
        self.setObjectName("sideBar")
        self.setFixedWidth(Size.SIDE_BAR)
        self.buttons: list[QToolButton] = []
        logo = QLabel()
        logo.setPixmap(application_icon().pixmap(QSize(Size.ICON, Size.ICON), self.devicePixelRatioF()))
        name = QHBoxLayout()
        name.setContentsMargins(Space.SMALL + 2, 0, 0, 0)
        name.setSpacing(Space.SMALL)
        name.addWidget(logo)
        name.addWidget(label("InstructLab", "strong"))
        name.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.SMALL + 2, Space.GROUP + 2, Space.SMALL + 2, Space.GROUP)
        layout.setSpacing(Space.TINY)
        layout.addLayout(name)
        layout.addSpacing(Space.SMALL)
        for action in pages:
            layout.addWidget(self._button(action))
        layout.addStretch(1)
        layout.addWidget(self._button(settings))
        self._requests = label("", "caption")
        self._dot = _Dot(network)
        state = QHBoxLayout()
        state.setContentsMargins(Space.SMALL + 2, Space.SMALL, 0, 0)
        state.setSpacing(Space.SMALL)
        state.addWidget(self._dot)
        state.addWidget(self._requests)
        state.addStretch(1)
        layout.addLayout(state)
        network.changed.connect(self._show_requests)
        self._show_requests(network.requests)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(Size.ICON, Size.ICON))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text().replace("&", ""))
        self.buttons.append(button)
        return button

    def _show_requests(self, count: int) -> None:
        words = "Offline" if count == 0 else "Online"
        self._requests.setText(f"{words} · {count} request{'' if count == 1 else 's'}")
        self._requests.setToolTip("How many requests this program has made to the network since it was started")
        self._dot.update()


class _Dot(QWidget):
    """Green while nothing left this computer."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network
        self.setFixedSize(Size.DOT, Size.DOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot."""
        palette = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.success if self._network.requests == 0 else palette.information))
        painter.drawEllipse(self.rect())
        painter.end()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The side bar: the program's name, its pages, the settings, and how many requests it made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFontMetrics, QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ilab_desktop.icons import application_icon
from ilab_desktop.services import Network
from ilab_desktop.theme import Size, Space, Type, colours, font
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
        name.setContentsMargins(Space.SMALL + Space.HAIR, 0, 0, 0)
        name.setSpacing(Space.SMALL)
        name.addWidget(logo)
        name.addWidget(label("InstructLab", "strong"))
        name.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(
            Space.SMALL + Space.HAIR, Space.GROUP + Space.HAIR, Space.SMALL + Space.HAIR, Space.GROUP
        )
        layout.setSpacing(Space.HAIR)
        layout.addLayout(name)
        layout.addSpacing(Space.MEDIUM)
        for action in pages:
            layout.addWidget(self._button(action))
        layout.addStretch(1)
        layout.addWidget(self._button(settings))
        self._requests = label("", "caption")
        self._dot = _Dot(network)
        state = QHBoxLayout()
        state.setContentsMargins(Space.SMALL + Space.HAIR, Space.SMALL, 0, 0)
        state.setSpacing(Space.SMALL)
        state.addWidget(self._dot)
        state.addWidget(self._requests)
        state.addStretch(1)
        layout.addLayout(state)
        network.changed.connect(self._show_requests)
        self._show_requests(network.requests)

    def _button(self, action: QAction) -> QToolButton:
        button = NavigationButton(action)
        self.buttons.append(button)
        return button

    def _show_requests(self, count: int) -> None:
        words = "Offline" if count == 0 else "Online"
        self._requests.setText(f"{words} · {count} request{'' if count == 1 else 's'}")
        self._requests.setToolTip("How many requests this program has made to the network since it was started")
        self._dot.update()


class NavigationButton(QToolButton):
    """Icon and name of a page; the one that is shown stands on a wash of the accent."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self.setDefaultAction(action)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(action.text().replace("&", ""))

    def sizeHint(self) -> QSize:
        """Return the size of a control across the bar."""
        return QSize(Size.SIDE_BAR, max(Size.CONTROL_HEIGHT, QFontMetrics(font()).height() + 2 * Space.SMALL))

    def minimumSizeHint(self) -> QSize:
        """Return the same size: it does not shrink."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the wash, the focus ring, the icon and the name."""
        palette = colours(self)
        chosen, focused = self.isChecked(), bool(self.property("keyboardFocus"))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = Size.FOCUS_RING / 2
        area = QRectF(self.rect()).adjusted(ring, ring, -ring, -ring)
        wash = palette.accent_selection if chosen else palette.hover if self.underMouse() else ""
        painter.setPen(QPen(QColor(palette.accent), Size.FOCUS_RING) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(wash) if wash else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, Size.CONTROL_RADIUS, Size.CONTROL_RADIUS)
        left = Space.SMALL + Space.HAIR
        top = (self.height() - Size.ICON) // 2
        state = QIcon.State.On if chosen else QIcon.State.Off
        self.icon().paint(
            painter, QRect(left, top, Size.ICON, Size.ICON), Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state
        )
        painter.setPen(QColor(palette.accent_strong if chosen else palette.soft))
        painter.setFont(font(1.0, Type.STRONG if chosen else Type.REGULAR))
        words = self.rect().adjusted(left + Size.ICON + Space.SMALL, 0, -Space.SMALL, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()


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

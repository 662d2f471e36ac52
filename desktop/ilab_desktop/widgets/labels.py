# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Labels in the roles of the type scale."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

Role = Literal[
    "body",
    "title",
    "figure",
    "section",
    "strong",
    "muted-strong",
    "field",
    "caption",
    "muted",
    "danger",
    "warning",
    "code",
]


def label(text: str = "", role: Role = "body", wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return a label of plain text in one role; `wrap` lets it take several lines."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    set_role(made, role)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def set_role(widget: QLabel, role: Role) -> None:
    """Give a label another role, also while it is shown."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        restyle(widget)


def set_flag(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the stylesheet looks at, and show its effect."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Let the stylesheet look at the widget's properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class ElidedLabel(QLabel):
    """One line that gives way: cut in the middle or at the end, with the whole text in the tooltip."""

    def __init__(self, text: str = "", role: Role = "body", middle: bool = False) -> None:
        super().__init__()
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        set_role(self, role)
        self.setText(text)

    def minimumSizeHint(self) -> QSize:
        """Return the size of a few letters."""
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the text as there is room for."""
        text = self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())
        self.setToolTip(self.text() if text != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment()), text)
        painter.end()

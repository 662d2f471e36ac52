# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One step of the path: a mark, what it is, how it stands, and the button that goes on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ilab_desktop.home_state import Step, StepState
from ilab_desktop.icons import Tint, pixmap
from ilab_desktop.theme import Size, Space, Type, colours, font
from ilab_desktop.widgets.buttons import plain_button
from ilab_desktop.widgets.card import Card, column
from ilab_desktop.widgets.labels import label, set_flag, set_role

_WORDS: dict[StepState, str] = {
    "done": "done",
    "now": "the next thing to do",
    "waiting": "waits for the step before",
    "problem": "has a problem",
    "running": "running",
}


class StepCard(Card):
    """Shows a step; `activated` carries where its button goes."""

    activated = Signal(str)

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=Space.GROUP)
        self._number = number
        self._target = ""
        self._mark = StepMark(number)
        self._title = label("", "strong", wrap=True)
        self._text = label("", "caption", wrap=True)
        self.button: QPushButton = plain_button("", accessible=f"Step {number}")
        self.button.hide()
        self.button.clicked.connect(lambda: self.activated.emit(self._target))
        across = QHBoxLayout()
        across.setSpacing(Space.MARGIN)
        across.addWidget(self._mark)
        across.addLayout(column(self._title, self._text, spacing=Space.TINY), 1)
        across.addWidget(self.button)
        self.column.addLayout(across)

    def show_step(self, step: Step) -> None:
        """Show how the step stands now."""
        self._target = step.target
        self._mark.set_state(step.state)
        self._title.setText(step.title)
        self._text.setText(step.text)
        set_role(self._text, "warning" if step.state == "problem" else "caption")
        quiet = step.state == "waiting"
        set_role(self._title, "muted-strong" if quiet else "strong")
        self.setAccessibleName(f"Step {self._number}, {_WORDS[step.state]}: {step.title}")
        self.setAccessibleDescription(step.text)
        self.button.setText(step.button)
        self.button.setAccessibleName(f"{step.button}: {step.title}")
        self.button.setVisible(bool(step.button))
        self.set_accent(step.state == "now")
        set_flag(self.button, "variant", "primary" if step.state == "now" else "plain")


class StepMark(QWidget):
    """A circle with the step's number, or with a tick or a warning in it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._state: StepState = "waiting"
        self.setFixedSize(Size.STEP_MARK, Size.STEP_MARK)

    def set_state(self, state: StepState) -> None:
        """Show another state."""
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the circle and what is in it."""
        palette = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        edge = {"waiting": palette.control_edge, "problem": palette.warning}.get(self._state, palette.accent)
        filled = {"done": palette.accent, "problem": palette.warning_wash}.get(self._state)
        painter.setPen(QPen(QColor(edge), 1.5))
        painter.setBrush(QColor(filled) if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(area)
        drawings: dict[str, tuple[str, Tint]] = {
            "done": ("check", "on_accent"),
            "problem": ("warning", "warning"),
            "running": ("refresh", "accent"),
        }
        if self._state in drawings:
            name, tint = drawings[self._state]
            side = Size.SMALL_ICON
            corner = (self.width() - side) // 2
            painter.drawPixmap(corner, corner, pixmap(name, side, tint, self.devicePixelRatioF()))
        else:
            painter.setPen(QColor(palette.accent_strong if self._state == "now" else palette.muted))
            painter.setFont(font(1.0, Type.STRONG))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()

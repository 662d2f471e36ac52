# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One figure large, what it counts below, and where it is a part of something a thin bar."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.badge import Meaning
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import label

NOTHING = "\N{EN DASH}"
_BAR_STEPS = 1000


class StatTile(Card):
    """Shows a figure over its caption; `share` (0 to 1) fills the bar in the colour of `meaning`."""

    def __init__(
        self, caption: str, bar: bool = False, meaning: Meaning = "accent", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, margin=Space.MEDIUM, spacing=0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._value = label(NOTHING, "figure")
        self._caption = label(caption, "caption")
        self.column.addWidget(self._value)
        self.column.addWidget(self._caption)
        self._bar: QProgressBar | None = None
        if bar:
            self._bar = QProgressBar()
            self._bar.setRange(0, _BAR_STEPS)
            self._bar.setTextVisible(False)
            self._bar.setFixedHeight(Size.PROGRESS)
            self._bar.setProperty("meaning", meaning)
            self._bar.setAccessibleName(caption)
            self.column.addSpacing(Space.SMALL)
            self.column.addWidget(self._bar)
        self.show_value(NOTHING)

    @property
    def value(self) -> str:
        """The figure as it is shown."""
        return self._value.text()

    @property
    def caption(self) -> str:
        """What the figure counts."""
        return self._caption.text()

    def show_value(self, value: str, caption: str | None = None, share: float = 0.0, exact: str = "") -> None:
        """Show a figure; `exact` is its tool tip."""
        self._value.setText(value)
        if caption is not None:
            self._caption.setText(caption)
        if self._bar is not None:
            self._bar.setValue(round(share * _BAR_STEPS))
        self.setToolTip(exact)
        self.setAccessibleName(f"{value} {self._caption.text()}")

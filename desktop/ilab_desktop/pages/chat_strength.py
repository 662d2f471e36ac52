# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How strongly the adapter acts: a small button that opens a slider."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QSlider, QWidget

from ilab_desktop.theme import Duration, Size
from ilab_desktop.widgets.labels import label, set_flag
from ilab_desktop.widgets.popover import Popover

STEPS = 10
HIGHEST = 2.0


class StrengthButton(QPushButton):
    """`scale` runs from 0 (the base model) over 1 (as trained) to 2."""

    scale_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        set_flag(self, "small", True)
        set_flag(self, "variant", "quiet")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round(HIGHEST * STEPS))
        self.slider.setPageStep(STEPS // 2)
        self.slider.setFixedWidth(Size.CARD_WIDTH // 2)
        self.slider.setAccessibleName("Strength of the adapter")
        self._popover = Popover(self, "Strength of the adapter")
        self._popover.body.addWidget(label("Strength of the adapter", "field"))
        self._popover.body.addWidget(self.slider)
        self._popover.body.addWidget(label("0 is the base model, 1 is as trained.", "caption"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(Duration.DEBOUNCE)
        self._timer.timeout.connect(self.scale_changed)
        self.slider.valueChanged.connect(self._moved)
        self.clicked.connect(lambda: self._popover.open_at(self, self.slider))
        self.set_scale(1.0)

    @property
    def scale(self) -> float:
        """The strength chosen."""
        return self.slider.value() / STEPS

    def set_scale(self, scale: float) -> None:
        """Show a strength without telling anyone."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(scale * STEPS))
        self.slider.blockSignals(False)
        self._name()

    def _moved(self) -> None:
        self._name()
        self._timer.start()

    def _name(self) -> None:
        self.setText(f"strength {self.scale:.1f}")
        self.setAccessibleName(f"Strength of the adapter: {self.scale:.1f}")
        self.setToolTip("How strongly the adapter acts")

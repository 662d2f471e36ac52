# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Before a training: base model, data, how long, and folded away what an expert may want to set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ilab_core.models.inspection import ModelInfo
from ilab_core.models.library import LibraryEntry
from ilab_core.text import human_bytes
from ilab_core.training.presets import preset
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ilab_desktop.models.checklist import CheckItem, Checklist
from ilab_desktop.pages.train_choice import PresetChooser
from ilab_desktop.pages.train_state import Plan, preset_figures
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.check_delegate import CheckDelegate
from ilab_desktop.widgets.labels import label, set_role

ROWS_SHOWN = 5


class TrainingSetup(QWidget):
    """The fields of a training request; `changed` follows each of them."""

    changed = Signal()

    def __init__(self, chosen_preset: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._infos: dict[str, ModelInfo] = {}
        self._own_name = False
        self.base = QComboBox()
        self.base.setAccessibleName("Base model")
        self.base.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.name.setAccessibleName("Name of the adapter")
        self.data = Checklist(self)
        self._list = _list(self.data)
        self.presets = PresetChooser(chosen_preset)
        self.check_line = label("", "caption", wrap=True)
        self.expert = Card()
        self._fill_expert()
        first = QHBoxLayout()
        first.setSpacing(Space.GROUP)
        first.addLayout(_field("Base model, the one that learns", self.base), 1)
        first.addLayout(_field("Adapter: what it learned, under this name", self.name), 1)
        data_card = Card(margin=Space.SMALL)
        data_card.column.addWidget(self._list)
        self._no_data = label("Nothing yet: what the data page generates and keeps is listed here.", "muted", wrap=True)
        self._no_data.setContentsMargins(Space.SMALL, Space.TINY, Space.SMALL, Space.TINY)
        data_card.column.addWidget(self._no_data)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.GROUP)
        column.addLayout(first)
        column.addLayout(_field("Data to learn from", data_card))
        column.addLayout(_field("How long", self.presets))
        column.addWidget(self.check_line)
        column.addWidget(self.expert)
        column.addStretch(1)
        self._list.hide()
        self.expert.hide()
        self._show_preset_values()
        self.base.currentIndexChanged.connect(self.changed)
        self.data.checked_changed.connect(self.changed)
        self.presets.chosen.connect(self._preset_chosen)
        self.name.textEdited.connect(self._named)

    def set_bases(self, entries: Sequence[LibraryEntry], preferred: Path | None) -> None:
        """Offer the models that can be trained; the one chosen stays, else `preferred` is chosen."""
        wanted = self.base.currentData() or str(preferred)
        self.base.blockSignals(True)
        self.base.clear()
        self._infos.clear()
        for entry in entries:
            if entry.info is not None and entry.info.trainable:
                self._infos[str(entry.path)] = entry.info
                self.base.addItem(entry.info.name or entry.name, str(entry.path))
                words = f"{entry.path.name}, {human_bytes(entry.info.bytes)}"
                self.base.setItemData(self.base.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.base.setCurrentIndex(max(self.base.findData(wanted), 0 if self.base.count() else -1))
        self.base.setEnabled(self.base.count() > 0)
        self.base.blockSignals(False)
        self.changed.emit()

    def set_runs(self, items: Sequence[CheckItem]) -> None:
        """Offer runs of generated data."""
        self.data.set_items(items)
        self._list.setVisible(bool(items))
        self._no_data.setVisible(not items)
        rows = min(max(len(items), 1), ROWS_SHOWN)
        self._list.setFixedHeight(rows * Size.ROW_HEIGHT + 2 * Size.FOCUS_RING)

    def base_info(self) -> ModelInfo | None:
        """Return what is known of the chosen base."""
        return self._infos.get(str(self.base.currentData()))

    def suggest_name(self, name: str) -> None:
        """Name the adapter, unless the person has done so."""
        if not self._own_name:
            self.name.setText(name)

    def request(self, folders: Sequence[Path], publish: Path) -> dict[str, Any] | None:
        """Return the request of a training job; None while there is no base or no data."""
        if self.base.currentData() is None or not folders:
            return None
        values = preset(self.presets.preset)
        own = self.expert.isVisibleTo(self)

        def changed(value: float, otherwise: float) -> float | None:
            return value if own and value != otherwise else None

        return {
            "base": self.base.currentData(),
            "data": [str(folder) for folder in folders],
            "preset": self.presets.preset,
            "epochs": changed(self.epochs.value(), values.epochs),
            "max_steps": (self.max_steps.value() or None) if own else None,
            "rank": changed(self.rank.value(), values.rank),
            "learning_rate": changed(self.learning_rate.value(), values.learning_rate),
            "seed": self.seed.value() if own else 0,
            "backend": "auto",
            "publish": str(publish),
            "name": self.name.text().strip(),
            "held_out": 0.1,
        }

    def show_plan(self, plan: Plan | None) -> None:
        """Show what is known of time and memory."""
        checks = plan.checks if plan is not None else {}
        for key, card in self.presets.cards.items():
            card.show_figures(preset_figures(checks.get(key)))
        check = checks.get(self.presets.preset)
        self.check_line.setText(check.sentence if check is not None else plan.problem if plan is not None else "")
        set_role(self.check_line, "danger" if check is not None and not check.fits else "caption")

    def show_expert(self, shown: bool) -> None:
        """Show or fold away the expert panel."""
        self.expert.setVisible(shown)
        self.changed.emit()

    def _fill_expert(self) -> None:
        self.epochs = _spin("Epochs", 1, 1000)
        self.max_steps = _spin("Most steps", 0, 10_000_000)
        self.max_steps.setSpecialValueText("no limit")
        self.rank = _spin("Rank", 1, 512)
        self.learning_rate = QDoubleSpinBox()
        self.learning_rate.setDecimals(6)
        self.learning_rate.setRange(1e-6, 1.0)
        self.learning_rate.setSingleStep(1e-4)
        self.learning_rate.setAccessibleName("Learning rate")
        self.learning_rate.setFixedHeight(Size.CONTROL_HEIGHT)
        self.seed = _spin("Seed", 0, 2**31 - 1)
        line = QHBoxLayout()
        line.setSpacing(Space.GROUP)
        fields = (
            ("Epochs", self.epochs, "how often each example is seen"),
            ("Most steps", self.max_steps, "ends there at the latest"),
            ("Rank", self.rank, "size of the adapter"),
            ("Learning rate", self.learning_rate, "size of a step"),
            ("Seed", self.seed, "same seed, same result"),
        )
        for title, widget, words in fields:
            line.addLayout(_field(title, widget, words), 1)
            widget.valueChanged.connect(lambda _value: self.changed.emit())
        self.expert.column.addLayout(line)

    def _show_preset_values(self) -> None:
        values = preset(self.presets.preset)
        for widget, value in (
            (self.epochs, values.epochs),
            (self.rank, values.rank),
            (self.learning_rate, values.learning_rate),
            (self.max_steps, values.max_steps or 0),
        ):
            widget.blockSignals(True)
            widget.setValue(value)
            widget.blockSignals(False)

    def _preset_chosen(self) -> None:
        self._show_preset_values()
        self.changed.emit()

    def _named(self, text: str) -> None:
        self._own_name = bool(text.strip())
        self.changed.emit()


def _list(model: Checklist) -> QListView:
    view = QListView()
    view.setModel(model)
    view.setItemDelegate(CheckDelegate(view))
    view.setMouseTracking(True)
    view.setUniformItemSizes(True)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setSelectionMode(QListView.SelectionMode.NoSelection)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setAccessibleName("Data to learn from")
    return view


def _spin(name: str, minimum: int, maximum: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(minimum, maximum)
    spin.setAccessibleName(name)
    spin.setFixedHeight(Size.CONTROL_HEIGHT)
    return spin


def _field(title: str, widget: QWidget, words: str = "") -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(Space.TINY)
    column.addWidget(label(title, "field"))
    column.addWidget(widget)
    if words:
        column.addWidget(label(words, "caption", wrap=True))
    return column

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What is to be generated: leaves, teacher, number, and folded away the seed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ilab_core.text import human_bytes
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from ilab_desktop.pages.data_leaves import LeafChooser
from ilab_desktop.theme import Space
from ilab_desktop.widgets.labels import label

if TYPE_CHECKING:
    from ilab_core.models.library import LibraryEntry

MAXIMUM_SAMPLES = 100_000
MAXIMUM_SEED = 2**31 - 1


class GenerationOptions(QWidget):
    """The fields of a generation request; `changed` follows each of them."""

    changed = Signal()

    def __init__(self, samples: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.leaves = LeafChooser()
        self.teacher = QComboBox()
        self.teacher.setAccessibleName("Teacher")
        self.teacher.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.teacher.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.teacher.setMinimumContentsLength(14)
        self.samples = _spin("Number of samples", 1, MAXIMUM_SAMPLES, samples)
        self.seed = _spin("Seed", 0, MAXIMUM_SEED, 0)
        seed_help = label(
            "The same seed with the same leaves and teacher writes the same samples.", "caption", wrap=True
        )

        first = QHBoxLayout()
        first.setSpacing(Space.GROUP)
        first.addLayout(_field("Leaves", self.leaves), 5)
        first.addLayout(_field("Teacher, the model that writes", self.teacher), 4)
        first.addLayout(_field("Samples", self.samples), 0)
        self._more = QWidget()
        second = QHBoxLayout(self._more)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(Space.GROUP)
        second.addLayout(_field("Seed", self.seed), 0)
        second.addLayout(_field("", seed_help), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.MEDIUM)
        whole.addLayout(first)
        whole.addWidget(self._more)
        self.show_more(False)
        self.leaves.chosen_changed.connect(self.changed)
        self.teacher.currentIndexChanged.connect(self.changed)
        self.samples.valueChanged.connect(self.changed)
        self.seed.valueChanged.connect(self.changed)

    def set_teachers(self, entries: Sequence[LibraryEntry], preferred: Path | None) -> None:
        """Offer the models that can chat; the one chosen stays, else `preferred` is chosen."""
        wanted = self.teacher_path() or preferred
        self.teacher.blockSignals(True)
        self.teacher.clear()
        for entry in entries:
            if entry.info is not None and entry.info.chattable:
                self.teacher.addItem(entry.info.name or entry.name, str(entry.path))
                words = f"{entry.path.name}, {human_bytes(entry.info.bytes)}"
                self.teacher.setItemData(self.teacher.count() - 1, words, 3)
        self.teacher.setCurrentIndex(max(self.teacher.findData(str(wanted)), 0 if self.teacher.count() else -1))
        self.teacher.setEnabled(self.teacher.count() > 0)
        self.teacher.blockSignals(False)
        self.changed.emit()

    def teacher_path(self) -> Path | None:
        """Return the chosen teacher's file."""
        data = self.teacher.currentData()
        return Path(data) if data else None

    def request(self, taxonomy: Path, documents: Path, threads: int | None) -> dict[str, Any] | None:
        """Return the request of a generation job; None while there is no leaf or no teacher."""
        teacher, leaves = self.teacher_path(), self.leaves.chosen()
        if teacher is None or not leaves:
            return None
        return {
            "taxonomy": str(taxonomy),
            "leaves": leaves,
            "teacher": str(teacher),
            "samples": self.samples.value(),
            "seed": self.seed.value(),
            "documents": str(documents),
            "threads": threads,
        }

    def show_more(self, shown: bool) -> None:
        """Show or fold away the seed."""
        self._more.setVisible(shown)


def _spin(name: str, minimum: int, maximum: int, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(minimum, maximum)
    spin.setValue(value)
    spin.setGroupSeparatorShown(True)
    spin.setAccessibleName(name)
    return spin


def _field(title: str, widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(Space.TINY)
    column.addWidget(label(title, "field"))
    column.addWidget(widget)
    return column

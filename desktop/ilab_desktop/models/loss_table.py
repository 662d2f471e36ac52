# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The loss chart as a table: one row for each step, newest last."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from ilab_desktop.models.training_curve import TrainingCurve

Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("Step", "Training loss", "Held-out loss", "")
ROOT = QModelIndex()


class LossTable(QAbstractTableModel):
    """Shows the rows of a curve; `show` appends where the curve only grew."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[int, float | None, float | None]] = []
        self._best: int | None = None

    def show(self, curve: TrainingCurve) -> None:
        """Take the curve's present rows."""
        lines = curve.table()
        known = len(self._lines)
        if known and lines[:known] == self._lines and curve.best_step == self._best:
            if len(lines) > known:
                self.beginInsertRows(ROOT, known, len(lines) - 1)
                self._lines = lines
                self.endInsertRows()
            return
        self.beginResetModel()
        self._lines, self._best = lines, curve.best_step
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of steps."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the column's name."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section] if 0 <= section < len(COLUMNS) else None
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the figure with three decimals, in full in the tool tip; the best step is marked by a word."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        step, training, held_out = self._lines[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return f"{step:,}"
            if column == 3:
                return "best" if step == self._best and held_out is not None else ""
            value = training if column == 1 else held_out
            return "" if value is None else f"{value:.3f}"
        if role == Qt.ItemDataRole.ToolTipRole and column in (1, 2):
            value = training if column == 1 else held_out
            return None if value is None else repr(value)
        return None

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The adapters of the workspace: name, base, what each learned from, how well, how large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ilab_core.models.adapters import AdapterEntry
from ilab_core.text import human_bytes, human_count
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex

HEADINGS = ("Adapter", "Base", "Learned from", "Held-out loss", "Size")
ROOT = QModelIndex()


class AdaptersTable(QAbstractTableModel):
    """One row an adapter, in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[AdapterEntry] = []

    def set_adapters(self, rows: Sequence[AdapterEntry]) -> None:
        """Replace the rows."""
        if list(rows) == self._rows:
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def adapter_at(self, row: int) -> AdapterEntry:
        """Return the adapter of a row."""
        return self._rows[row]

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of adapters."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the heading of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section] if 0 <= section < len(HEADINGS) else None
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, and the exact values in its tooltip."""
        if not index.isValid():
            return None
        entry = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            size = human_bytes(entry.bytes)
            shown = (entry.name, entry.base_name, learned_from(entry.card), held_out(entry.card), size)
            return shown[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            exact = (
                str(entry.path),
                f"SHA-256 {entry.base_sha256}",
                learned_from(entry.card),
                str(entry.card.get("result", "")),
                f"{entry.bytes:,} bytes",
            )
            return exact[index.column()]
        return None


def learned_from(card: Mapping[str, Any]) -> str:
    """Return "41 examples, 1 leaf", as far as the card says."""
    data = card.get("data")
    if not isinstance(data, Mapping):
        return ""
    parts = []
    training = data.get("training")
    if isinstance(training, int):
        parts.append(f"{human_count(training)} example{'' if training == 1 else 's'}")
    leaves = data.get("leaves")
    if isinstance(leaves, Mapping):
        parts.append(f"{len(leaves)} lea{'f' if len(leaves) == 1 else 'ves'}")
    return ", ".join(parts)


def held_out(card: Mapping[str, Any]) -> str:
    """Return "0.41, before 3.02", or nothing where it was not measured."""
    before, best = card.get("held_out_before"), card.get("held_out_best")
    if not isinstance(before, float | int) or not isinstance(best, float | int):
        return ""
    return f"{human_count(float(best))}, before {human_count(float(before))}"

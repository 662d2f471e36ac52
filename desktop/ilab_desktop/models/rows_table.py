# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A flat table: columns say what of a row they show, and new rows come in without anyone losing their place."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

ROOT = QModelIndex()


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A heading, and what a cell shows of its row: a text, and a tooltip (None for none)."""

    heading: str
    text: Callable[[Row], str]
    tool_tip: Callable[[Row], str | None]


class RowsTable(QAbstractTableModel, Generic[Row]):
    """Shows rows in the order given; `key` tells which of them are the same thing as before."""

    def __init__(
        self, columns: Sequence[Column[Row]], key: Callable[[Row], Hashable], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._key = key
        self._rows: list[Row] = []
        self._places: dict[Hashable, int] = {}

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Take newer rows: where the old ones are still the first, they change in place and the rest is appended."""
        rows, known = list(rows), len(self._rows)
        if [self._key(row) for row in rows[:known]] != list(self._places):
            self.reset_rows(rows)
            return
        both = enumerate(zip(rows, self._rows, strict=False))
        changed = [place for place, (new, old) in both if new is not old and new != old]
        self._rows[:] = rows[:known]
        for place in changed:
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(self._columns) - 1))
        if len(rows) > known:
            self.beginInsertRows(ROOT, known, len(rows) - 1)
            self._rows = rows
            self._places.update({self._key(row): known + place for place, row in enumerate(rows[known:])})
            self.endInsertRows()

    def reset_rows(self, rows: Iterable[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self._places = {self._key(row): place for place, row in enumerate(self._rows)}
        self.endResetModel()

    def rows(self) -> list[Row]:
        """Return the rows in their order."""
        return list(self._rows)

    def row_at(self, place: int) -> Row:
        """Return the row at `place`."""
        return self._rows[place]

    def row_of(self, key: Hashable) -> int:
        """Return the place of the row with `key`, -1 where none has it."""
        return self._places.get(key, -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the heading of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].heading if 0 <= section < len(self._columns) else None
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, or its tooltip."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        return column.tool_tip(row) if role == Qt.ItemDataRole.ToolTipRole else None

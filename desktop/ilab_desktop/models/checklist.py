# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A list with a check box on each row, searchable: the leaves to generate from, the runs to train on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

Index = QModelIndex | QPersistentModelIndex

KEY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
NOTE_ROLE = int(Qt.ItemDataRole.UserRole) + 2
ROOT = QModelIndex()


@dataclass(frozen=True)
class CheckItem:
    """A row: its key, what it is called, and a short note drawn at its right end."""

    key: str
    text: str
    note: str = ""
    tool_tip: str = ""


class Checklist(QAbstractListModel):
    """Rows with a check each. What is checked stays checked while a search hides it."""

    checked_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[CheckItem] = []
        self._shown: list[CheckItem] = []
        self._checked: set[str] = set()
        self._search = ""

    def set_items(self, items: Iterable[CheckItem]) -> None:
        """Replace the rows; checks of rows that are still there stay."""
        fresh = list(items)
        if fresh == self._items:
            return
        before = self.checked()
        self.beginResetModel()
        self._items = fresh
        self._checked &= {item.key for item in fresh}
        self._shown = self._matching()
        self.endResetModel()
        if self.checked() != before:
            self.checked_changed.emit()

    def items(self) -> Sequence[CheckItem]:
        """Return every row, also those a search hides."""
        return tuple(self._items)

    def checked(self) -> list[str]:
        """Return the keys of the checked rows in the order of the rows."""
        return [item.key for item in self._items if item.key in self._checked]

    def set_checked(self, keys: Iterable[str]) -> None:
        """Check exactly the rows with these keys."""
        wanted = set(keys) & {item.key for item in self._items}
        if wanted == self._checked:
            return
        self._checked = wanted
        self._emit_all()

    def search(self, text: str) -> None:
        """Show only the rows whose text or key has every word of `text`."""
        if text == self._search:
            return
        self._search = text
        self.beginResetModel()
        self._shown = self._matching()
        self.endResetModel()

    def check_shown(self, on: bool) -> None:
        """Check or clear every row that the search shows."""
        keys = {item.key for item in self._shown}
        wanted = self._checked | keys if on else self._checked - keys
        if wanted != self._checked:
            self._checked = wanted
            self._emit_all()

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return the flags of a row: it can be checked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable | flag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the row's text, check, note or tool tip."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        item = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.text
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if item.key in self._checked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.tool_tip or item.key
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.text}, {item.note}" if item.note else item.text
        return {KEY_ROLE: item.key, NOTE_ROLE: item.note}.get(role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Check or clear a row."""
        if not index.isValid() or role != Qt.ItemDataRole.CheckStateRole or index.row() >= len(self._shown):
            return False
        key = self._shown[index.row()].key
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        if on == (key in self._checked):
            return True
        self._checked = self._checked | {key} if on else self._checked - {key}
        self.dataChanged.emit(index, index, [role])
        self.checked_changed.emit()
        return True

    def _matching(self) -> list[CheckItem]:
        words = self._search.casefold().split()
        return [item for item in self._items if all(word in f"{item.text} {item.key}".casefold() for word in words)]

    def _emit_all(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1), [Qt.ItemDataRole.CheckStateRole])
        self.checked_changed.emit()

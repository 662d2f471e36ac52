# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The trash: what was deleted from this taxonomy, to put back or to remove for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from ilab_core.taxonomy.trash import TrashedItem, list_trash, remove_for_good
from ilab_core.text import human_when
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QVBoxLayout, QWidget

from ilab_desktop.background import run_in_background
from ilab_desktop.dialogs import ask
from ilab_desktop.models.rows_table import Column, RowsTable
from ilab_desktop.theme import Space
from ilab_desktop.widgets.buttons import danger_button, plain_button, primary_button
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.notice import Notice
from ilab_desktop.widgets.table import table_view

_ABOUT = "Deleted leaves stay here until you empty the trash. Put back, they are where they were."
_EMPTY = "The trash is empty."


class TrashPanel(QWidget):
    """Stands in place of the editor until it is closed."""

    put_back_wanted = Signal(object)
    """A list of `TrashedItem`."""
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trash = Path()
        self._root = Path()
        self.items: RowsTable[TrashedItem] = RowsTable(_COLUMNS, lambda item: item.content, self)
        self.table = table_view(self.items, "Deleted leaves and folders")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._refresh())
        self.table.doubleClicked.connect(lambda _index: self._put_back())
        self.put_back = primary_button("Put back")
        self.put_back.setToolTip("Put back the chosen ones (Return)")
        self.put_back.clicked.connect(self._put_back)
        self.empty = danger_button("Empty the trash…", "trash")
        self.empty.clicked.connect(self._empty)
        self.close_button = plain_button("Close")
        self.close_button.setToolTip("Close (Esc)")
        self.close_button.clicked.connect(self.closed)
        self.notice = Notice()
        self._about = label(_ABOUT, "muted", wrap=True)
        self._lay_out()

    def show_trash(self, trash: Path, root: Path) -> None:
        """List what was deleted from the taxonomy at `root`."""
        self._trash, self._root = trash, root
        self.notice.clear()
        self.refresh()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """List it again."""
        run_in_background(self, partial(list_trash, self._trash, self._root), self._listed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Escape, put back with Return."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._put_back()
        else:
            super().keyPressEvent(event)

    def chosen(self) -> list[TrashedItem]:
        """Return the items that are chosen."""
        return [self.items.row_at(index.row()) for index in self.table.selectionModel().selectedRows()]

    def _listed(self, found: Sequence[TrashedItem]) -> None:
        self.items.reset_rows(found)
        self._about.setText(_ABOUT if found else _EMPTY)
        if found:
            self.table.selectRow(0)
        self._refresh()

    def _refresh(self) -> None:
        self.put_back.setEnabled(bool(self.chosen()))
        self.empty.setEnabled(bool(self.items.rows()))

    def _put_back(self) -> None:
        if self.chosen():
            self.put_back_wanted.emit(self.chosen())

    def _empty(self) -> None:
        items = self.items.rows()
        what = "1 deleted item" if len(items) == 1 else f"{len(items):,} deleted items"
        explanation = "They cannot be put back afterwards, also not with Undo."
        if ask(self, f"Remove {what} for good?", explanation, "Empty the trash", "Keep"):
            run_in_background(self, partial(remove_for_good, items), lambda _: self.refresh(), self._not_emptied)

    def _not_emptied(self, error: Exception) -> None:
        self.refresh()
        summary, hint = getattr(error, "summary", str(error)), getattr(error, "hint", "")
        self.notice.tell("danger", summary, hint, getattr(error, "detail", ""), "Close", self.notice.clear)

    def _lay_out(self) -> None:
        card = Card(margin=Space.MARGIN, spacing=Space.MEDIUM)
        card.column.addWidget(label("Trash", "section"))
        card.column.addWidget(self._about)
        card.column.addWidget(self.notice)
        card.column.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.SMALL)
        buttons.addWidget(self.put_back)
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        buttons.addWidget(self.empty)
        card.column.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)


def _when(item: TrashedItem) -> str:
    return human_when(item.deleted, datetime.now().astimezone())


_COLUMNS = (
    Column[TrashedItem]("Leaf or folder", lambda item: item.name, lambda item: item.name),
    Column[TrashedItem]("Leaves", lambda item: f"{item.leaves:,}", lambda item: None),
    Column[TrashedItem]("Deleted", _when, lambda item: f"{item.deleted.astimezone():%Y-%m-%d %H:%M:%S}"),
)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The table of samples with its filters and the actions of a review: keep, reject, edit, next, previous."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ilab_core.generation.samples import Sample
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QHeaderView, QLineEdit, QTableView, QWidget

from ilab_desktop.icons import icon
from ilab_desktop.models.samples_table import ANSWER, QUESTION, RESULT, SCORE, WHY, SamplesTable
from ilab_desktop.pages.data_delegate import SampleDelegate
from ilab_desktop.pages.data_state import leaf_title
from ilab_desktop.theme import Duration, Size, Space
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.roomy_empty_state import RoomyEmptyState

RESULTS = (
    ("", "All results"),
    ("kept", "Kept"),
    ("rejected", "Rejected"),
    ("edited", "Edited"),
    ("pending", "Pending"),
)
RESULT_WIDTH = 100
SCORE_WIDTH = 68


class SamplesCard(Card):
    """`current_changed` follows the selected row. The actions work on it; their keys work while the table has focus."""

    current_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=0, spacing=0)
        self.model = SamplesTable(self)
        self._wanted: int | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText("Filter text")
        self.search.setAccessibleName("Filter samples by text")
        self.search.setToolTip("Filter samples by text (Ctrl+F)")
        self.search.setClearButtonEnabled(True)
        self.leaf = _combo("Filter samples by leaf")
        self.result = _combo("Filter samples by result")
        for key, words in RESULTS:
            self.result.addItem(words, key)
        self.leaf.addItem("All leaves", "")
        filters = QHBoxLayout()
        filters.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.SMALL)
        filters.setSpacing(Space.SMALL)
        filters.addWidget(self.search, 1)
        filters.addWidget(self.leaf)
        filters.addWidget(self.result)
        self.table = _table(self.model)
        self._nothing = RoomyEmptyState("filter", "No sample matches the filter.", "Show all", self.clear_filter)
        self._nothing.hide()
        self.column.addLayout(filters)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self._nothing, 1)

        self.keep = self._action("Keep", "check", "A")
        self.reject = self._action("Reject", "close", "R")
        self.edit = self._action("Edit", "edit", "E")
        self.next = self._action("Next sample", "down", "J")
        self.previous = self._action("Previous sample", "up", "K")
        self.next.triggered.connect(lambda: self._move(1))
        self.previous.triggered.connect(lambda: self._move(-1))
        find = QAction("Filter text", self)
        find.setShortcut(QKeySequence.StandardKey.Find)
        find.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.triggered.connect(lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.addAction(find)

        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(Duration.DEBOUNCE)
        self._typing.timeout.connect(self._filter)
        self.search.textChanged.connect(lambda: self._typing.start())
        self.leaf.currentIndexChanged.connect(self._filter)
        self.result.currentIndexChanged.connect(self._filter)
        self.table.selectionModel().currentRowChanged.connect(self._current_moved)
        self._offer()

    def current(self) -> Sample | None:
        """Return the selected sample."""
        return self.model.sample_at(self.table.currentIndex().row())

    def show_run(self, samples: Sequence[Sample]) -> None:
        """Show another run's samples, the first one selected."""
        self._wanted = None
        self.model.show(samples)
        self._show_leaves()
        self._select_row(0)

    def take(self, samples: Sequence[Sample], whole: bool) -> None:
        """Take newer states of the same run's samples; selection and scroll position stay."""
        current = self.current()
        resets = whole and self.model.total() > 0
        if whole:
            self.model.take_all(samples)
        else:
            self.model.merge(samples)
        if len(self.model.leaves()) + 1 != self.leaf.count():
            self._show_leaves()
        if current is None:
            self._select_row(0)
        elif resets and self.current() is None:
            self._select_row(max(self.model.row_of(current.id), 0))
        elif self.model.sample(current.id) is not current:
            self.current_changed.emit(self.current())
        self._offer()

    def clear_filter(self) -> None:
        """Show every sample."""
        self.search.clear()
        self.leaf.setCurrentIndex(0)
        self.result.setCurrentIndex(0)
        self._typing.stop()
        self._filter()

    def _action(self, text: str, icon_name: str, key: str) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(action)
        return action

    def _filter(self) -> None:
        current = self.current()
        self.model.set_filter(self.search.text(), self.leaf.currentData() or "", self.result.currentData() or "")
        self._select_row(max(self.model.row_of(current.id), 0) if current is not None else 0)

    def _select_row(self, row: int) -> None:
        index = self.model.index(row, QUESTION)
        flags = QItemSelectionModel.SelectionFlag
        if index.isValid():
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.table.scrollTo(index)
        self._offer()
        self.current_changed.emit(self.current())

    def _move(self, by: int) -> None:
        row = self.table.currentIndex().row() + by
        if 0 <= row < self.model.rowCount():
            self._select_row(row)

    def _current_moved(self, current: QModelIndex, before: QModelIndex) -> None:
        self._offer()
        self.current_changed.emit(self.current())

    def _offer(self) -> None:
        sample, row = self.current(), self.table.currentIndex().row()
        self.keep.setEnabled(sample is not None and sample.status != "kept" and bool(sample.question))
        self.reject.setEnabled(sample is not None and sample.status != "rejected")
        self.edit.setEnabled(sample is not None)
        self.next.setEnabled(0 <= row < self.model.rowCount() - 1)
        self.previous.setEnabled(row > 0)
        empty = self.model.rowCount() == 0 and self.model.total() > 0
        self._nothing.setVisible(empty)
        self.table.setVisible(not empty)

    def _show_leaves(self) -> None:
        chosen = self.leaf.currentData()
        self.leaf.blockSignals(True)
        self.leaf.clear()
        self.leaf.addItem("All leaves", "")
        for name in self.model.leaves():
            self.leaf.addItem(leaf_title(name), name)
        self.leaf.setCurrentIndex(max(self.leaf.findData(chosen), 0))
        self.leaf.blockSignals(False)
        if (self.leaf.currentData() or "") != (chosen or ""):
            self._filter()


def connect_review(
    card: SamplesCard, keep: Callable[[int], None], reject: Callable[[int], None], edit: Callable[[], None]
) -> None:
    """Let the card's actions call `keep` and `reject` with the selected sample's id, and `edit`."""

    def on_current(function: Callable[[int], None]) -> None:
        sample = card.current()
        if sample is not None:
            function(sample.id)

    card.keep.triggered.connect(lambda: on_current(keep))
    card.reject.triggered.connect(lambda: on_current(reject))
    card.edit.triggered.connect(lambda: edit())


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo


def _table(model: SamplesTable) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setItemDelegate(SampleDelegate(table))
    table.setAccessibleName("Samples")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover, False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(Size.ROW_HEIGHT)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column in (QUESTION, ANSWER, WHY):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    for column, width in ((RESULT, RESULT_WIDTH), (SCORE, SCORE_WIDTH)):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        table.setColumnWidth(column, width)
    return table

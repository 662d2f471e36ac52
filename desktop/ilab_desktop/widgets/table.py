# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A table in the window's way: whole rows, no grid, 32-pixel rows, no frame."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ilab_desktop.theme import Size, Space


def table_view(model: QAbstractItemModel, accessible: str, stretch: int | tuple[int, ...] = 0) -> QTableView:
    """Return a read-only table on `model`; the columns `stretch` share the room that is left."""
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(accessible)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setTextElideMode(Qt.TextElideMode.ElideRight)
    view.verticalHeader().hide()
    view.verticalHeader().setMinimumSectionSize(Size.ROW_HEIGHT)
    view.verticalHeader().setDefaultSectionSize(Size.ROW_HEIGHT + Space.HAIR)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setMinimumSectionSize(2 * Size.ROW_HEIGHT)
    stretching = (stretch,) if isinstance(stretch, int) else stretch
    for column in range(model.columnCount()):
        mode = QHeaderView.ResizeMode.Stretch if column in stretching else QHeaderView.ResizeMode.ResizeToContents
        header.setSectionResizeMode(column, mode)
    return view


def height_for(view: QTableView, rows: int) -> int:
    """Return how high the table is that shows exactly `rows` rows, in pixels."""
    row = view.verticalHeader().defaultSectionSize()
    return rows * row + view.horizontalHeader().sizeHint().height() + 2 * Size.FOCUS_RING + Space.HAIR


def rows_that_fit(view: QTableView) -> int:
    """Return how many whole rows the table has room for at the height it has now."""
    return max(0, (view.height() - height_for(view, 0)) // view.verticalHeader().defaultSectionSize())


def fit_height(view: QTableView) -> None:
    """Make the table as high as its rows, for a page that scrolls as a whole."""
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setFixedHeight(height_for(view, view.model().rowCount()))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The flat table: what its columns show, and how new rows come in."""

from __future__ import annotations

import pytest
from ilab_desktop.models.rows_table import Column, RowsTable
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

COLUMNS = (
    Column("Name", lambda row: row[0], lambda _row: None),
    Column("Size", lambda row: f"{row[1]} kB", lambda row: f"{row[1]}000 bytes"),
)


@pytest.fixture
def table(qtbot):
    made = RowsTable(COLUMNS, lambda row: row[0])
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.set_rows([("a", 1), ("b", 2)])
    return made


@pytest.fixture
def said(table):
    """What the table told its views, in order."""
    told = []
    table.modelReset.connect(lambda: told.append("reset"))
    table.dataChanged.connect(lambda first, last, _roles: told.append(("changed", first.row(), last.column())))
    table.rowsInserted.connect(lambda _parent, first, last: told.append(("inserted", first, last)))
    return told


def shown(table):
    return [[table.index(row, column).data() for column in range(2)] for row in range(table.rowCount())]


def test_cells_headings_and_tooltips_come_from_the_columns(table):
    assert shown(table) == [["a", "1 kB"], ["b", "2 kB"]]
    heading = [table.headerData(column, Qt.Orientation.Horizontal) for column in range(3)]
    assert heading == ["Name", "Size", None]
    tips = [table.index(1, column).data(Qt.ItemDataRole.ToolTipRole) for column in range(2)]
    assert tips == [None, "2000 bytes"]
    assert table.data(QModelIndex()) is None
    assert table.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is None


def test_same_rows_say_nothing(table, said):
    table.set_rows([("a", 1), ("b", 2)])
    assert said == []


def test_rows_change_in_place_and_grow_at_the_end(table, said):
    table.set_rows([("a", 1), ("b", 5), ("c", 3)])
    assert said == [("changed", 1, 1), ("inserted", 2, 2)]
    assert shown(table) == [["a", "1 kB"], ["b", "5 kB"], ["c", "3 kB"]]
    assert (table.row_of("c"), table.row_of("d")) == (2, -1)


@pytest.mark.parametrize("rows", [[], [("a", 1)], [("b", 2), ("a", 1)], [("z", 0), ("a", 1), ("b", 2)]])
def test_any_other_rows_start_anew(table, said, rows):
    table.set_rows(rows)
    assert said == ["reset"]
    assert table.rows() == rows
    assert [table.row_of(name) for name, _size in rows] == list(range(len(rows)))

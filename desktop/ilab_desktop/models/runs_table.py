# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The last runs: what ran, what came of it, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import JobView
from ilab_core.text import human_when
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ilab_desktop import job_text

Index = QModelIndex | QPersistentModelIndex

HEADINGS = ("Run", "Result", "When")
ROOT = QModelIndex()


class RunsTable(QAbstractTableModel):
    """One row a run, in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[RunFolder, JobView]] = []

    def set_runs(self, rows: Sequence[tuple[RunFolder, JobView]]) -> None:
        """Replace the rows; the same runs with other results only change their text."""
        same = [run.id for run, _ in rows] == [run.id for run, _ in self._rows]
        if not same:
            self.beginResetModel()
        self._rows = list(rows)
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(HEADINGS) - 1))

    def run_at(self, row: int) -> RunFolder:
        """Return the run of a row."""
        return self._rows[row][0]

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of runs."""
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
        """Return the text of a cell, in full in its tooltip."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        run, view = self._rows[index.row()]
        if index.column() == 0:
            return f"{job_text.noun(run)} · {run.title}"
        if index.column() == 1:
            return job_text.result_line(view)
        time = view.ended or view.started or run.created
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{time.astimezone():%Y-%m-%d %H:%M:%S}"
        return human_when(time, datetime.now().astimezone())

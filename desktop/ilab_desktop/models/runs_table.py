# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The last runs: what ran, what came of it, when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import JobView
from ilab_core.text import human_when
from PySide6.QtCore import QObject

from ilab_desktop import job_text
from ilab_desktop.models.rows_table import Column, RowsTable


class RunRow(NamedTuple):
    """A run as its row tells of it."""

    run: RunFolder
    title: str
    result: str
    when: str
    time: str


class RunsTable(RowsTable[RunRow]):
    """One row a run, in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, lambda row: row.run.id, parent)

    def set_runs(self, runs: Iterable[tuple[RunFolder, JobView]]) -> None:
        """Replace the rows; the same runs with other results only change their text."""
        now = datetime.now().astimezone()
        self.set_rows(_row(run, view, now) for run, view in runs)

    def run_at(self, row: int) -> RunFolder:
        """Return the run of a row."""
        return self.row_at(row).run


def _row(run: RunFolder, view: JobView, now: datetime) -> RunRow:
    time = view.ended or view.started or run.created
    title, exact = f"{job_text.noun(run)} · {run.title}", f"{time.astimezone():%Y-%m-%d %H:%M:%S}"
    return RunRow(run, title, job_text.result_line(view), human_when(time, now), exact)


COLUMNS = (
    Column[RunRow]("Run", lambda row: row.title, lambda row: row.title),
    Column[RunRow]("Result", lambda row: row.result, lambda row: row.result),
    Column[RunRow]("When", lambda row: row.when, lambda row: row.time),
)

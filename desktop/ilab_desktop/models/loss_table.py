# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The loss chart as a table: one row for each step, newest last."""

from __future__ import annotations

from typing import NamedTuple

from ilab_desktop.models.rows_table import Column, RowsTable
from ilab_desktop.models.training_curve import TrainingCurve


class LossRow(NamedTuple):
    """What was measured at a step, and whether it is the best of all."""

    step: int
    training: float | None
    held_out: float | None
    best: bool


class LossTable(RowsTable[LossRow]):
    """Shows the rows of a curve."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, lambda row: row.step)

    def show(self, curve: TrainingCurve) -> None:
        """Take the curve's present rows."""
        self.set_rows(
            LossRow(step, training, held_out, step == curve.best_step and held_out is not None)
            for step, training, held_out in curve.table()
        )


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _exact(value: float | None) -> str | None:
    return None if value is None else repr(value)


COLUMNS = (
    Column[LossRow]("Step", lambda row: f"{row.step:,}", lambda _row: None),
    Column[LossRow]("Training loss", lambda row: _figure(row.training), lambda row: _exact(row.training)),
    Column[LossRow]("Held-out loss", lambda row: _figure(row.held_out), lambda row: _exact(row.held_out)),
    Column[LossRow]("", lambda row: "best" if row.best else "", lambda _row: None),
)

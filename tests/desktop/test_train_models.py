# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A training run's events become the curve, the figures and the table, also after a resume."""

from __future__ import annotations

import math

import pytest
from ilab_desktop.models.loss_table import LossTable
from ilab_desktop.models.training_curve import TrainingCurve, axis_top
from PySide6.QtTest import QAbstractItemModelTester


def step(number, loss, total=10, **more):
    return {"event": "step", "step": number, "total_steps": total, "loss": loss, **more}


def evaluation(number, loss, best_step=None, **more):
    return {
        "event": "evaluation",
        "step": number,
        "held_out_loss": loss,
        "best": best_step == number,
        "best_step": best_step,
        **more,
    }


def test_events_become_series_and_figures():
    curve = TrainingCurve()
    curve.add_all(
        [
            {"event": "state", "state": "running"},
            evaluation(0, 3.0, 0, question="Who?", answer="A lighthouse."),
            step(1, 2.9, tokens_per_second=364.2, memory_bytes=2_100_000_000, seconds_left=99.5),
            step(2, 2.5, tokens_per_second=370, memory_bytes=2_200_000_000, seconds_left=90),
            evaluation(2, 2.1, 2, question="Who?", answer="Ilse Maren."),
        ]
    )
    assert curve.steps == [1, 2]
    assert curve.held_out_losses == [3.0, 2.1]
    assert (curve.step, curve.total_steps, curve.best_step, curve.best_loss) == (2, 10, 2, 2.1)
    assert (curve.tokens_per_second, curve.seconds_left, curve.memory_bytes) == (370, 90, 2_200_000_000)
    assert [(one.step, one.answer) for one in curve.asked] == [(0, "A lighthouse."), (2, "Ilse Maren.")]
    assert curve.held_out_at(2) == 2.1
    assert curve.held_out_at(1) is None


def test_resume_goes_over_the_last_steps_again():
    curve = TrainingCurve()
    curve.add_all([step(n, 3.0 - n / 10) for n in range(1, 8)])
    curve.add_all([evaluation(0, 3.0, 0), evaluation(5, 2.5, 5, question="Who?", answer="Old")])
    curve.add_all([step(5, 1.0), step(6, 0.9), evaluation(5, 2.4, 5, question="Who?", answer="New")])
    assert curve.steps == [1, 2, 3, 4, 5, 6]
    assert curve.losses[-2:] == [1.0, 0.9]
    assert curve.held_out_losses == [3.0, 2.4]
    assert [one.answer for one in curve.asked] == ["New"]


def test_numbers_that_are_none_are_not_drawn():
    curve = TrainingCurve()
    assert not curve.add({"event": "step", "loss": 1.0})
    curve.add(step(1, math.nan, tokens_per_second=None))
    assert curve.steps == []
    assert curve.total_steps == 10
    assert not curve.add(evaluation(1, math.inf))
    assert curve.best_loss is None


def test_nearest_step_for_the_pointer():
    curve = TrainingCurve()
    assert curve.nearest(3) is None
    curve.add_all([step(n, 1.0) for n in (10, 20, 40)])
    assert [curve.nearest(x) for x in (-5, 14, 16, 29, 31, 400)] == [0, 0, 1, 1, 2, 2]


def test_thousands_of_events_are_taken_in_at_once():
    curve = TrainingCurve()
    curve.add_all(step(n, 1.0 / n, 20_000) for n in range(1, 20_001))
    assert len(curve.steps) == 20_000
    assert len(curve.table()) == 20_000


def test_axis_ends_on_a_round_number():
    assert [axis_top([value]) for value in (0.41, 0.9, 1.2, 2.9, 3.0, 5.7, 70)] == pytest.approx(
        [0.5, 1.0, 1.5, 3.0, 3.0, 6.0, 80]
    )
    assert axis_top([]) == axis_top([0.0]) == 1.0


def test_loss_table_grows_and_marks_the_best(qtbot):
    model = LossTable()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    curve = TrainingCurve()
    curve.add_all([step(1, 2.0), evaluation(1, 1.5, 1)])
    model.show(curve)
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    curve.add_all([step(2, 1.75), step(3, 1.5)])
    model.show(curve)
    assert resets == []
    assert model.rowCount() == 3
    assert [model.index(0, column).data() for column in range(4)] == ["1", "2.000", "1.500", "best"]
    assert model.index(2, 2).data() == ""
    curve.add(evaluation(3, 1.25, 3))
    model.show(curve)
    assert [model.index(row, 3).data() for row in range(3)] == ["", "", "best"]
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    resumed = TrainingCurve()
    resumed.add(step(1, 0.5))
    model.show(resumed)
    assert [model.index(row, 1).data() for row in range(model.rowCount())] == ["0.500"]
    model.show(TrainingCurve())
    assert model.rowCount() == 0
    assert tester is not None

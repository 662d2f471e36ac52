# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from ilab_core.errors import Cancelled, TrainingError
from ilab_core.training.loop import LoopHooks, LoopState, as_good, run_loop
from ilab_core.training.packing import Pack
from ilab_core.training.presets import TrainingOptions
from ilab_core.training.schedule import Plan, make_plan, shape
from ilab_core.training.trainer import AdapterWeights, StepOutcome
from training_helpers import make_rows


class ScriptedTrainer:
    """Loses what its script says; remembers what it was asked to learn, and at which rate."""

    def __init__(
        self, held_out: Sequence[float | list[float]], losses: Callable[[int], float] = lambda step: 1.0
    ) -> None:
        self.held_out, self.losses = list(held_out), losses
        self.evaluations = 0
        self.learned: list[tuple[tuple[int, ...], float]] = []

    def step(self, packs: Sequence[Pack], learning_rate: float) -> StepOutcome:
        loss = self.losses(len(self.learned))
        self.learned.append((packs[0].ids, learning_rate))
        return StepOutcome(loss, 1.0, math.isfinite(loss))

    def evaluate(self, packs: Sequence[Pack]) -> list[float]:
        self.evaluations += 1
        told = self.held_out[min(self.evaluations, len(self.held_out)) - 1]
        return told if isinstance(told, list) else [told]

    def answer(self, prompt: Sequence[int], ends: Callable[[int], bool], max_tokens: int, seconds: float) -> list[int]:
        return []

    def adapter(self) -> AdapterWeights:
        return AdapterWeights(1, 1.0, {})

    def state(self) -> dict[str, Any]:
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        pass


class Notes:
    """Hooks that write down what they are told."""

    def __init__(self, stop_at: int | None = None, cancel_at: int | None = None) -> None:
        self.steps = 0
        self.stop_at, self.cancel_at = stop_at, cancel_at
        self.best: list[int] = []
        self.checkpoints: list[dict[str, Any]] = []
        self.back_offs = 0
        self.time = 0.0

    def hooks(self) -> LoopHooks:
        return LoopHooks(
            self.poll, self.on_step, lambda *told: None, self.on_best, self.on_checkpoint, self.on_back_off, self.clock
        )

    def poll(self) -> bool:
        if self.cancel_at == self.steps:
            raise Cancelled
        return self.stop_at == self.steps

    def on_step(self, *told: Any) -> None:
        self.steps += 1

    def on_best(self, state: LoopState) -> None:
        self.best.append(state.step)

    def on_checkpoint(self, state: LoopState) -> None:
        self.checkpoints.append(state.to_json())

    def on_back_off(self, state: LoopState) -> None:
        self.back_offs += 1

    def clock(self) -> float:
        self.time += 1.0
        return self.time


def plan(**changes: Any) -> Plan:
    fields = {"epochs": 8, "token_goal": None, "patience": None, "pack_tokens": 40, "evaluations": 4}
    rows = make_rows([20] * 6)
    return make_plan(rows[:4], rows[4:], TrainingOptions("test", **{**fields, **changes}))


def test_the_best_is_kept_and_what_is_worse_is_not() -> None:
    notes, trainer = Notes(), ScriptedTrainer([3.0, 2.0, 1.0, 1.5, 1.2])
    state = run_loop(trainer, plan(), LoopState(), notes.hooks())
    assert notes.best == [4, 8]
    assert (state.held_out_before, state.held_out_best, state.best_step) == (3.0, 1.0, 8)
    assert (state.ending, state.step) == ("complete", 16)
    assert [step for step, _ in state.held_out_curve] == [0, 4, 8, 12, 16]


def test_of_evaluations_that_chance_alone_tells_apart_the_later_is_kept() -> None:
    notes, trainer = Notes(), ScriptedTrainer([[3.0, 3.0, 3.0], [1.0, 1.0, 1.0], [0.5, 1.9, 0.8], [1.2, 1.3, 1.25]])
    state = run_loop(trainer, plan(), LoopState(), notes.hooks())
    assert notes.best == [4, 8]
    assert (state.best_step, state.lowest) == (8, 1.0)
    assert state.held_out_best == pytest.approx(3.2 / 3)


@pytest.mark.parametrize(
    ("losses", "lowest", "expected"),
    [
        ([1.0, 1.0], [1.0, 1.0], True),
        ([0.9, 0.9], [1.0, 1.0], True),
        ([2.0, 0.5], [1.0, 1.0], True),
        ([1.1, 1.11], [1.0, 1.0], False),
        ([1.0], [1.0], False),
        ([math.nan, 1.0], [1.0, 1.0], False),
    ],
)
def test_as_good_means_within_one_standard_error(losses: list[float], lowest: list[float], expected: bool) -> None:
    assert as_good(losses, lowest) is expected


def test_patience_ends_a_run_that_no_longer_gets_better() -> None:
    trainer = ScriptedTrainer([3.0, 2.0, 2.1, 1.999, 1.9])
    state = run_loop(trainer, plan(patience=2), LoopState(), Notes().hooks())
    assert (state.ending, state.step, state.best_step) == ("early", 12, 12)


def test_stop_measures_once_more_and_ends() -> None:
    notes, trainer = Notes(stop_at=2), ScriptedTrainer([3.0, 2.0])
    state = run_loop(trainer, plan(), LoopState(), notes.hooks())
    assert (state.ending, state.step, notes.best) == ("stopped", 2, [2])


def test_cancel_goes_through() -> None:
    with pytest.raises(Cancelled):
        run_loop(ScriptedTrainer([1.0]), plan(), LoopState(), Notes(cancel_at=3).hooks())


def test_going_on_repeats_no_step_and_skips_none() -> None:
    whole = ScriptedTrainer([3.0, 2.0])
    run_loop(whole, plan(), LoopState(), Notes().hooks())
    first, notes = ScriptedTrainer([3.0, 2.0]), Notes(cancel_at=7)
    with pytest.raises(Cancelled):
        run_loop(first, plan(checkpoint_seconds=0.0), LoopState(), notes.hooks())
    saved = notes.checkpoints[-1]
    second = ScriptedTrainer([2.0])
    run_loop(second, plan(), LoopState.from_json(saved), Notes().hooks())
    assert first.learned[: saved["step"]] + second.learned == whole.learned
    assert saved["step"] == 7


def test_a_loss_that_is_no_number_halves_the_rate() -> None:
    notes = Notes()
    trainer = ScriptedTrainer([3.0, 2.0], lambda step: math.nan if step == 5 else 1.0)
    state = run_loop(trainer, plan(), LoopState(), notes.hooks())
    steady = ScriptedTrainer([3.0, 2.0])
    run_loop(steady, plan(), LoopState(), Notes().hooks())
    assert (state.ending, notes.back_offs) == ("complete", 1)
    assert trainer.learned[5][1] == steady.learned[5][1]
    assert trainer.learned[6][1] == pytest.approx(steady.learned[6][1] / 2)


def test_an_unstable_run_ends_on_its_best_adapter() -> None:
    trainer = ScriptedTrainer([3.0, 2.0], lambda step: math.inf if step >= 5 else 1.0)
    state = run_loop(trainer, plan(), LoopState(), Notes().hooks())
    assert (state.ending, state.best_step) == ("unstable", 4)


def test_an_unstable_run_without_an_adapter_says_so() -> None:
    with pytest.raises(TrainingError, match="unstable"):
        run_loop(ScriptedTrainer([3.0], lambda step: math.nan), plan(), LoopState(), Notes().hooks())


def test_a_base_without_numbers_is_refused_before_the_start() -> None:
    with pytest.raises(TrainingError, match="no usable numbers"):
        run_loop(ScriptedTrainer([math.nan]), plan(), LoopState(), Notes().hooks())


def test_the_rate_rises_then_falls() -> None:
    for schedule in ("cosine", "linear"):
        values = [shape(step, 100, 0.1, schedule) for step in range(100)]
        assert values[0] == pytest.approx(1 / 11)
        assert values[10] == 1.0
        assert values[:11] == sorted(values[:11])
        assert values[10:] == sorted(values[10:], reverse=True)
        assert 0.0 < values[-1] < 0.05


def test_a_plan_has_as_many_steps_as_asked_for_and_measures_at_the_end() -> None:
    assert plan(max_steps=5).total_steps == 5
    assert 5 in plan(max_steps=5).evaluations
    assert plan(epochs=1).total_steps == 2
    assert plan(epochs=1).evaluations == {1, 2}
    assert plan(packs_per_step=2).total_steps == 8

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The training loop, the same for every backend: step, measure, keep the best, leave a trail to go on from."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ilab_core.errors import TrainingError
from ilab_core.training.packing import Pack
from ilab_core.training.schedule import Plan
from ilab_core.training.trainer import StepOutcome, Trainer

Ending = Literal["", "complete", "stopped", "early", "unstable"]
BACK_OFF = 0.5
MAX_BACK_OFFS = 4
LEAST_GAIN = 0.002
STOP_EVALUATION_SECONDS = 5.0


@dataclass
class LoopState:
    """Where a run stands; with the backend's own state it is all that a checkpoint holds.

    Losses are nats per learned token. `training_curve` and `held_out_curve` are (step, loss) pairs. `best_step` and
    `held_out_best` are those of the adapter that is kept, `lowest_losses` are of each token at the lowest evaluation.
    """

    step: int = 0
    learning_rate_factor: float = 1.0
    back_offs: int = 0
    held_out_before: float | None = None
    held_out_best: float | None = None
    best_step: int = 0
    lowest: float | None = None
    lowest_losses: list[float] = field(default_factory=list)
    without_gain: int = 0
    tokens: int = 0
    seconds: float = 0.0
    ending: Ending = ""
    training_curve: list[tuple[int, float]] = field(default_factory=list)
    held_out_curve: list[tuple[int, float]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return the fields for a checkpoint."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> LoopState:
        """Return the state that `to_json` wrote."""
        curves = {name: [(int(step), float(loss)) for step, loss in fields[name]] for name in _CURVES}
        return cls(**{**fields, **curves})


_CURVES = ("training_curve", "held_out_curve")


@dataclass(frozen=True)
class LoopHooks:
    """What the loop tells and asks of the run around it; `poll` may raise Cancelled, True means stop now."""

    poll: Callable[[], bool]
    on_step: Callable[[LoopState, StepOutcome, float, int, float], None]
    on_evaluation: Callable[[LoopState, float, bool, float], None]
    save_best: Callable[[LoopState], None]
    save_checkpoint: Callable[[LoopState], None]
    on_back_off: Callable[[LoopState], None]
    clock: Callable[[], float] = time.monotonic


def run_loop(trainer: Trainer, plan: Plan, state: LoopState, hooks: LoopHooks) -> LoopState:
    """Train from `state` to the end of `plan`, to an early end, or to a stop; return the state with its `ending`.

    Going on from a checkpoint gives the losses of an unbroken run. A step whose loss or gradient is not finite changes
    nothing and halves the learning rate; after several of them the run ends on the best adapter, or, where there is
    none, with a TrainingError.
    """
    loop = _Loop(trainer, plan, state, hooks)
    if state.held_out_before is None:
        loop.measure_base()
    loop.train()
    return state


def as_good(losses: Sequence[float], lowest: Sequence[float]) -> bool:
    """Return whether token losses are above the lowest ones by no more than chance: one standard error of the mean.

    A few held-out questions cannot tell such evaluations apart, and then the later one has learned more. (The
    one-standard-error rule of Breiman et al., Classification and Regression Trees, 1984, taken on paired differences.)
    """
    differences = [loss - before for loss, before in zip(losses, lowest, strict=True)]
    if len(differences) < 2 or not all(map(math.isfinite, differences)):
        return False
    return statistics.mean(differences) <= statistics.stdev(differences) / math.sqrt(len(differences))


def _mean(losses: Sequence[float]) -> float:
    return sum(losses) / len(losses)


class _Loop:
    def __init__(self, trainer: Trainer, plan: Plan, state: LoopState, hooks: LoopHooks) -> None:
        self._trainer, self._plan, self._state, self._hooks = trainer, plan, state, hooks
        self._epoch = -1
        self._packs: list[Pack] = []
        self._evaluation_seconds = 0.0
        self._saved_at = hooks.clock()

    def measure_base(self) -> None:
        loss = _mean(self._timed_evaluation())
        if not math.isfinite(loss):
            raise TrainingError(
                "The base model gives no usable numbers for this data.",
                "Choose another base model, or another quantization of it.",
                f"held-out loss before training: {loss}",
            )
        self._state.held_out_before = loss
        self._state.held_out_curve.append((0, loss))
        self._hooks.on_evaluation(self._state, loss, False, self._evaluation_seconds)

    def train(self) -> None:
        state, plan, hooks = self._state, self._plan, self._hooks
        while not state.ending and state.step < plan.total_steps:
            if hooks.poll():
                self._stop()
                return
            self._step()
            if state.ending:
                return
            if state.step in plan.evaluations:
                self._evaluate()
                self._checkpoint()
            elif hooks.clock() - self._saved_at >= plan.options.checkpoint_seconds:
                self._checkpoint()
        state.ending = state.ending or "complete"

    def _step(self) -> None:
        state, plan, hooks = self._state, self._plan, self._hooks
        epoch, index = plan.steps[state.step]
        if epoch != self._epoch:
            self._epoch, self._packs = epoch, plan.epoch_packs(epoch)
        packs = self._packs[index : index + plan.options.packs_per_step]
        rate = plan.learning_rate(state.step) * state.learning_rate_factor
        started = hooks.clock()
        outcome = self._trainer.step(packs, rate)
        seconds = hooks.clock() - started
        tokens = sum(pack.tokens for pack in packs)
        state.step += 1
        state.tokens += tokens
        state.seconds += seconds
        if not outcome.applied:
            self._back_off(outcome)
            return
        state.training_curve.append((state.step, outcome.loss))
        hooks.on_step(state, outcome, rate, tokens, seconds)

    def _back_off(self, outcome: StepOutcome) -> None:
        state = self._state
        state.back_offs += 1
        state.learning_rate_factor *= BACK_OFF
        self._hooks.on_back_off(state)
        if state.back_offs < MAX_BACK_OFFS:
            return
        if state.held_out_best is None:
            raise TrainingError(
                "The training became unstable: the loss stopped being a number.",
                "Start again with a smaller learning rate.",
                f"step {state.step}: loss {outcome.loss}, gradient {outcome.gradient_norm}",
            )
        state.ending = "unstable"

    def _evaluate(self) -> None:
        state = self._state
        losses = self._timed_evaluation()
        loss, previous = _mean(losses), state.lowest
        lowest = math.isfinite(loss) and (previous is None or loss < previous)
        gained = lowest and (previous is None or loss < previous * (1 - LEAST_GAIN))
        state.without_gain = 0 if gained else state.without_gain + 1
        state.held_out_curve.append((state.step, loss))
        best = lowest or as_good(losses, state.lowest_losses)
        if lowest:
            state.lowest, state.lowest_losses = loss, losses
        if best:
            state.held_out_best, state.best_step = loss, state.step
            self._hooks.save_best(state)
        self._hooks.on_evaluation(state, loss, best, self._evaluation_seconds)
        patience = self._plan.options.patience
        if patience is not None and state.without_gain >= patience and state.step < self._plan.total_steps:
            state.ending = "early"

    def _stop(self) -> None:
        """End now; measure first where there is no adapter yet, or where measuring is quick and there is news."""
        state = self._state
        news = state.step > 0 and state.held_out_curve[-1][0] != state.step
        if news and (state.held_out_best is None or self._evaluation_seconds < STOP_EVALUATION_SECONDS):
            self._evaluate()
        state.ending = "stopped"
        self._checkpoint()

    def _timed_evaluation(self) -> list[float]:
        started = self._hooks.clock()
        losses = self._trainer.evaluate(self._plan.held_out)
        self._evaluation_seconds = self._hooks.clock() - started
        return losses

    def _checkpoint(self) -> None:
        self._hooks.save_checkpoint(self._state)
        self._saved_at = self._hooks.clock()

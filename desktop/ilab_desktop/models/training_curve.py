# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The course of one training run, gathered from its events: what the chart, the figures and the table show."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One held-out question and what the model answered at `step`."""

    step: int
    question: str
    answer: str


@dataclass
class TrainingCurve:
    """Grows with every event. A run that was resumed from a checkpoint goes over its last steps again: what was
    recorded at and after such a step is replaced.
    """

    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    held_out_steps: list[int] = field(default_factory=list)
    held_out_losses: list[float] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    best_step: int | None = None
    total_steps: int = 0
    tokens_per_second: float | None = None
    memory_bytes: int | None = None
    seconds_left: float | None = None
    learning_rate: float | None = None

    @property
    def step(self) -> int:
        """The last step taken."""
        return self.steps[-1] if self.steps else 0

    @property
    def best_loss(self) -> float | None:
        """The held-out loss at the best step."""
        if self.best_step is None:
            return None
        place = bisect_left(self.held_out_steps, self.best_step)
        found = place < len(self.held_out_steps) and self.held_out_steps[place] == self.best_step
        return self.held_out_losses[place] if found else None

    def add(self, event: Mapping[str, Any]) -> bool:
        """Take in one event and return whether it changed anything shown."""
        kind = event.get("event")
        if kind == "step":
            return self._add_step(event)
        if kind == "evaluation":
            return self._add_evaluation(event)
        return False

    def add_all(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Take in recorded events in order."""
        for event in events:
            self.add(event)

    def nearest(self, step: float) -> int | None:
        """Return the place in `steps` nearest to `step`, None where nothing was recorded."""
        if not self.steps:
            return None
        place = bisect_left(self.steps, step)
        if place == 0:
            return 0
        if place == len(self.steps):
            return place - 1
        return place if self.steps[place] - step < step - self.steps[place - 1] else place - 1

    def held_out_at(self, step: int) -> float | None:
        """Return the held-out loss measured at exactly `step`."""
        place = bisect_left(self.held_out_steps, step)
        if place < len(self.held_out_steps) and self.held_out_steps[place] == step:
            return self.held_out_losses[place]
        return None

    def table(self) -> list[tuple[int, float | None, float | None]]:
        """Return (step, training loss, held-out loss) for every step that has either."""
        training = dict(zip(self.steps, self.losses, strict=True))
        held_out = dict(zip(self.held_out_steps, self.held_out_losses, strict=True))
        return [(step, training.get(step), held_out.get(step)) for step in sorted(training.keys() | held_out.keys())]

    def _add_step(self, event: Mapping[str, Any]) -> bool:
        step, loss = _whole(event.get("step")), _finite(event.get("loss"))
        if step is None:
            return False
        self.total_steps = _whole(event.get("total_steps")) or self.total_steps
        self.tokens_per_second = _finite(event.get("tokens_per_second"))
        self.memory_bytes = _whole(event.get("memory_bytes"))
        self.seconds_left = _finite(event.get("seconds_left"))
        self.learning_rate = _finite(event.get("learning_rate"))
        if loss is not None:
            _cut(self.steps, self.losses, step)
            self.steps.append(step)
            self.losses.append(loss)
        return True

    def _add_evaluation(self, event: Mapping[str, Any]) -> bool:
        step, loss = _whole(event.get("step")), _finite(event.get("held_out_loss"))
        if step is None or loss is None:
            return False
        _cut(self.held_out_steps, self.held_out_losses, step)
        self.held_out_steps.append(step)
        self.held_out_losses.append(loss)
        best = _whole(event.get("best_step"))
        self.best_step = step if event.get("best") else best if best is not None else self.best_step
        question, answer = str(event.get("question") or ""), str(event.get("answer") or "")
        if question:
            self.asked = [one for one in self.asked if one.step < step]
            self.asked.append(Asked(step, question, answer))
        return True


def axis_top(values: Iterable[float]) -> float:
    """Return a round upper end for a loss axis: 1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    highest = max((value for value in values if math.isfinite(value)), default=1.0)
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(
        factor * power for factor in (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0) if factor * power >= highest * 0.999
    )


def _cut(steps: list[int], values: list[float], step: int) -> None:
    if steps and steps[-1] >= step:
        place = bisect_left(steps, step)
        del steps[place:], values[place:]


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _whole(value: object) -> int | None:
    number = _finite(value)
    return None if number is None else int(number)

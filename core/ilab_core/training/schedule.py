# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The whole run laid out beforehand: which packs at which step, how fast it learns, when it is measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ilab_core.training.packing import Pack, Row, pack_rows
from ilab_core.training.presets import Schedule, TrainingOptions

FLOOR = 0.02


@dataclass(frozen=True)
class Plan:
    """`steps` holds, for each optimizer step, its epoch and the index of its first pack in that epoch's packs."""

    rows: tuple[Row, ...]
    held_out: tuple[Pack, ...]
    options: TrainingOptions
    steps: tuple[tuple[int, int], ...]
    evaluations: frozenset[int]

    @property
    def total_steps(self) -> int:
        """How many optimizer steps the run has when nothing ends it early."""
        return len(self.steps)

    def epoch_packs(self, epoch: int) -> list[Pack]:
        """Return the packs of an epoch: always the same for the same rows, options and epoch."""
        return pack_rows(self.rows, self.options.pack_tokens, _epoch_seed(self.options.seed, epoch))

    def learning_rate(self, step: int) -> float:
        """Return the learning rate of optimizer step `step`, counted from 0."""
        options = self.options
        return options.learning_rate * shape(step, self.total_steps, options.warmup, options.schedule)


def make_plan(rows: Sequence[Row], held_out: Sequence[Row], options: TrainingOptions) -> Plan:
    """Return the plan for learning `rows`; `held_out` rows are only measured."""
    tokens = sum(len(row.ids) for row in rows)
    steps: list[tuple[int, int]] = []
    for epoch in range(options.epochs_for(tokens)):
        packs = pack_rows(rows, options.pack_tokens, _epoch_seed(options.seed, epoch))
        steps += [(epoch, index) for index in range(0, len(packs), options.packs_per_step)]
        if options.max_steps is not None and len(steps) >= options.max_steps:
            steps = steps[: options.max_steps]
            break
    total = len(steps)
    every = max(total / options.evaluations, 1.0)
    evaluations = {round(every * count) for count in range(1, options.evaluations + 1)} | {total}
    return Plan(
        tuple(rows),
        tuple(pack_rows(held_out, options.pack_tokens)),
        options,
        tuple(steps),
        frozenset(step for step in evaluations if 0 < step <= total),
    )


def shape(step: int, total: int, warmup: float, schedule: Schedule) -> float:
    """Return the factor on the peak learning rate: a straight rise over `warmup` of the steps, then the fall."""
    rising = math.ceil(total * warmup)
    if step < rising:
        return (step + 1) / (rising + 1)
    done = (step - rising) / max(total - rising, 1)
    fall = 1.0 - done if schedule == "linear" else 0.5 * (1.0 + math.cos(math.pi * done))
    return FLOOR + (1.0 - FLOOR) * fall


def _epoch_seed(seed: int, epoch: int) -> int:
    return seed * 1_000_003 + epoch

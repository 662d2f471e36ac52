# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a run says while it goes: steps, evaluations and the time left, from what its own steps have taken."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, field

from ilab_core.jobs.context import JobContext
from ilab_core.training.card import loss_text
from ilab_core.training.loop import LoopState
from ilab_core.training.memory import peak_memory
from ilab_core.training.schedule import Plan
from ilab_core.training.trainer import StepOutcome

PHASE_READING = "Reading the model"
PHASE_PREPARING = "Preparing"
PHASE_TRAINING = "Training"
PHASE_SAVING = "Saving"
RECENT_STEPS = 20
PROGRESS_SECONDS = 0.25


@dataclass
class Reporter:
    """Turns what the loop tells into the job's events."""

    context: JobContext
    plan: Plan
    evaluation_seconds: float = 0.0
    recent: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=RECENT_STEPS))
    reported_at: float = -math.inf

    def step(self, state: LoopState, outcome: StepOutcome, rate: float, tokens: int, seconds: float) -> None:
        """Report a step that took `seconds` over `tokens`."""
        self.recent.append((tokens, max(seconds, 1e-9)))
        left = self.seconds_left(state)
        speed = sum(count for count, _ in self.recent) / sum(taken for _, taken in self.recent)
        self.context.emit(
            "step",
            step=state.step,
            total_steps=self.plan.total_steps,
            loss=outcome.loss,
            learning_rate=rate,
            tokens_per_second=round(speed, 1),
            memory_bytes=peak_memory(),
            seconds_left=round(left, 1),
        )
        now = time.monotonic()
        if now - self.reported_at >= PROGRESS_SECONDS or state.step == self.plan.total_steps:
            self.reported_at = now
            self.progress(state, left)

    def progress(self, state: LoopState, left: float | None) -> None:
        """Report how far the run is."""
        taken = sum(seconds for _, seconds in self.recent)
        best = state.held_out_best if state.held_out_best is not None else state.held_out_before
        self.context.emit(
            "progress",
            phase=PHASE_TRAINING,
            done=state.step,
            total=self.plan.total_steps,
            unit="steps",
            rate=round(60 * len(self.recent) / taken, 1) if taken else None,
            seconds_left=None if left is None else round(left, 1),
            message="" if best is None else f"Held-out loss {loss_text(best)}",
        )

    def seconds_left(self, state: LoopState) -> float:
        """Return the seconds to the end of the plan, from the latest steps and the last evaluation."""
        steps = self.plan.total_steps - state.step
        evaluations = sum(1 for step in self.plan.evaluations if step >= state.step)
        per_step = sum(seconds for _, seconds in self.recent) / max(len(self.recent), 1)
        return steps * per_step + evaluations * self.evaluation_seconds

    def evaluation(self, state: LoopState, loss: float, best: bool, question: str, answer: str) -> None:
        """Report an evaluation, and what the model answers now."""
        self.context.emit(
            "evaluation",
            step=state.step,
            held_out_loss=loss if math.isfinite(loss) else None,
            best=best,
            best_step=state.best_step,
            question=question,
            answer=answer,
        )
        self.progress(state, self.seconds_left(state) if self.recent else None)


def say_phase(context: JobContext, name: str, message: str = "") -> None:
    """Report that a phase without a known length has begun."""
    context.emit(
        "progress", phase=name, done=0, total=None, unit="steps", rate=None, seconds_left=None, message=message
    )

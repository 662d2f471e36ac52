# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What is said of a run: the adapter's card, and the result in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ilab_core.models.inspection import ModelInfo
from ilab_core.training.data import Rows
from ilab_core.training.loop import LoopState
from ilab_core.training.presets import TrainingOptions, as_recipe

CARD_FORMAT = 1
LEARNED = 0.3
LITTLE = 0.05
OVERFITTED = 1.1
CURVE_POINTS = 500


@dataclass(frozen=True)
class Lineage:
    """Where an adapter comes from: names, hashes and counts that stay true for the whole run."""

    name: str
    created: str
    run: str
    info: ModelInfo
    base_sha256: str
    data_runs: tuple[str, ...]
    training: Rows
    held_out: Rows
    duplicates: int
    measured_on_training: bool


def make_card(lineage: Lineage, options: TrainingOptions, state: LoopState) -> dict[str, Any]:
    """Return the card of the best adapter so far, JSON-able."""
    info = lineage.info
    return {
        "format": CARD_FORMAT,
        "name": lineage.name,
        "created": lineage.created,
        "run": lineage.run,
        "base": {
            "name": info.name,
            "file": info.path.name,
            "sha256": lineage.base_sha256,
            "bytes": info.bytes,
            "architecture": info.architecture,
            "quantization": info.quantization,
        },
        "licence": info.licence,
        "data": {
            "runs": list(lineage.data_runs),
            "leaves": _leaf_counts(lineage.training, lineage.held_out),
            "training": len(lineage.training.rows),
            "held_out": len(lineage.held_out.rows),
            "duplicates": lineage.duplicates,
            "left_out": left_out(lineage),
        },
        "recipe": as_recipe(options),
        "rank": options.rank,
        "alpha": options.alpha,
        "held_out_before": state.held_out_before,
        "held_out_best": state.held_out_best,
        "best_step": state.best_step,
        "steps": state.step,
        "seconds": round(state.seconds, 1),
        "curves": {"training": _thin(state.training_curve), "held_out": _thin(state.held_out_curve)},
        "outcome": outcome(state),
        "result": sentence(state, lineage.measured_on_training),
    }


def left_out(lineage: Lineage) -> dict[str, int]:
    """Return how many examples were left out for each reason, held-out ones included."""
    return dict(Counter(lineage.training.left_out) + Counter(lineage.held_out.left_out))


def outcome(state: LoopState) -> str:
    """Return in plain words what came of it."""
    fall = _fall(state)
    if state.ending == "unstable":
        return "Ended early: the loss stopped being a number. The best adapter so far was kept."
    if fall >= LEARNED:
        return "Learned" + (f"; overfitted after step {state.best_step}" if _overfitted(state) else "")
    if fall >= LITTLE:
        return "Little change: more data or more steps may help"
    return "Not learned: the held-out loss did not fall. More examples, more steps or another learning rate may help"


def sentence(state: LoopState, measured_on_training: bool) -> str:
    """Return the result as one sentence with its numbers."""
    what = "Loss on the training examples" if measured_on_training else "Held-out loss"
    before, best = state.held_out_before, state.held_out_best
    if before is None or best is None:
        return f"Ended at step {state.step}, before anything was measured."
    if best < before:
        return f"{what} fell from {loss_text(before)} to {loss_text(best)}, best at step {state.best_step}."
    return f"{what} did not fall: {loss_text(before)} before, {loss_text(best)} at its best in {state.step} steps."


def loss_text(loss: float) -> str:
    """Return a loss as a person reads it: two decimals, or as many as show something."""
    return f"{loss:.2f}" if loss >= 0.1 else f"{loss:.4f}"


def _fall(state: LoopState) -> float:
    if not state.held_out_before or state.held_out_best is None:
        return 0.0
    return 1.0 - state.held_out_best / state.held_out_before


def _overfitted(state: LoopState) -> bool:
    last = state.held_out_curve[-1][1] if state.held_out_curve else 0.0
    return state.held_out_best is not None and last > state.held_out_best * OVERFITTED


def _leaf_counts(*parts: Rows) -> Mapping[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for part in parts:
        for item in part.examples:
            leaf = counts.setdefault(item.leaf, {"seed": 0, "sample": 0})
            leaf[item.source] += 1
    return counts


def _thin(curve: Sequence[tuple[int, float]]) -> list[list[float]]:
    stride = max(1, -(-len(curve) // CURVE_POINTS))
    return [[step, round(loss, 5)] for step, loss in curve[::stride]]

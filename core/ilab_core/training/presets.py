# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How a run trains: the presets, and the request's own wishes over them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from ilab_core.errors import TrainingError

Schedule = Literal["cosine", "linear"]
DEFAULT_PRESET = "balanced"


@dataclass(frozen=True)
class TrainingOptions:
    """Everything that shapes a run: with the rows and the base it decides every loss.

    `epochs` is at most as often as every row is seen; more data is seen less often, so that about `token_goal` tokens
    are learned from in all (None: always `epochs`). `patience` is how many evaluations may pass without a better
    held-out loss (None: all). `warmup` is a fraction of the steps; `clip` the longest gradient; `held_out` a fraction
    of each leaf's questions; `checkpoint_seconds` decides only how much a crash can cost.
    """

    preset: str
    epochs: int
    token_goal: int | None
    patience: int | None
    max_steps: int | None = None
    rank: int = 16
    alpha: float = 32.0
    learning_rate: float = 1e-3
    schedule: Schedule = "cosine"
    warmup: float = 0.05
    weight_decay: float = 0.0
    clip: float = 1.0
    pack_tokens: int = 512
    packs_per_step: int = 1
    max_row_tokens: int = 2048
    evaluations: int = 8
    held_out: float = 0.1
    seed: int = 0
    checkpoint_seconds: float = 15.0

    def epochs_for(self, tokens: int) -> int:
        """Return how often rows of `tokens` tokens in all are seen: at least once."""
        if self.token_goal is None:
            return self.epochs
        return max(1, min(self.epochs, math.ceil(self.token_goal / max(tokens, 1))))


PRESETS: Mapping[str, TrainingOptions] = {
    "quick": TrainingOptions("quick", epochs=8, token_goal=60_000, patience=None),
    "balanced": TrainingOptions("balanced", epochs=16, token_goal=200_000, patience=3, learning_rate=6e-4),
    "thorough": TrainingOptions(
        "thorough", epochs=30, token_goal=800_000, patience=4, learning_rate=4e-4, rank=32, alpha=64.0, evaluations=16
    ),
}

_BOUNDS: Mapping[str, tuple[type, float, float]] = {
    "epochs": (int, 1, 1000),
    "max_steps": (int, 1, 10_000_000),
    "rank": (int, 1, 512),
    "alpha": (float, 1e-6, 4096),
    "learning_rate": (float, 1e-8, 1.0),
    "warmup": (float, 0.0, 1.0),
    "weight_decay": (float, 0.0, 1.0),
    "clip": (float, 1e-6, 1e6),
    "pack_tokens": (int, 16, 1_000_000),
    "packs_per_step": (int, 1, 1024),
    "max_row_tokens": (int, 16, 1_000_000),
    "evaluations": (int, 1, 1000),
    "patience": (int, 1, 1000),
    "held_out": (float, 0.0, 0.5),
    "seed": (int, 0, 2**63 - 1),
    "checkpoint_seconds": (float, 0.0, 3600.0),
}


def preset(name: str) -> TrainingOptions:
    """Return the preset called quick, balanced or thorough; TrainingError for any other name."""
    if name not in PRESETS:
        raise TrainingError(f"There is no preset “{name}”.", f"Choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]


def options_from_request(request: Mapping[str, Any]) -> TrainingOptions:
    """Return the preset the request names, with every option that the request gives itself in its place.

    A number of epochs that was asked for is kept to, however much data there is. TrainingError names an option whose
    value is not a number or out of its range.
    """
    options = preset(str(request.get("preset") or DEFAULT_PRESET))
    given = {name: _number(name, request[name]) for name in _BOUNDS if request.get(name) is not None}
    if "rank" in given and "alpha" not in given:
        given["alpha"] = options.alpha / options.rank * given["rank"]
    if "epochs" in given or "max_steps" in given:
        given["token_goal"] = None
    schedule = request.get("schedule")
    if schedule is not None:
        if schedule not in ("cosine", "linear"):
            raise TrainingError(f"There is no schedule “{schedule}”.", "Choose cosine or linear.")
        given["schedule"] = schedule
    return replace(options, **given)


def as_recipe(options: TrainingOptions) -> dict[str, Any]:
    """Return the options as JSON-able fields, for an adapter's card."""
    return {field.name: getattr(options, field.name) for field in fields(options)}


def _number(name: str, value: Any) -> Any:
    kind, least, most = _BOUNDS[name]
    whole = kind is float or (isinstance(value, int | float) and float(value).is_integer())
    if isinstance(value, bool) or not isinstance(value, int | float) or not whole or not least <= value <= most:
        what = "a whole number" if kind is int else "a number"
        raise TrainingError(
            f"{name.replace('_', ' ').capitalize()} cannot be {value}.", f"Give {what} from {least:g} to {most:g}."
        )
    return kind(value)

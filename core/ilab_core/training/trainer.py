# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the training loop asks of a backend; torch is one, MLX will be another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ilab_core.training.packing import Pack


@dataclass(frozen=True)
class StepOutcome:
    """One optimizer step: mean loss per learned token (nats) and length of the gradient before clipping.

    `applied` is False where either was not a finite number: the weights are then as they were before the step.
    """

    loss: float
    gradient_norm: float
    applied: bool


@dataclass(frozen=True)
class AdapterWeights:
    """A LoRA adapter out of any backend: module name (as transformers names it) to float32 (A, B).

    A is (rank, inputs), B is (outputs, rank); what is added to the module's weight is B·A·alpha/rank.
    """

    rank: int
    alpha: float
    modules: Mapping[str, tuple[Any, Any]]


class Trainer(Protocol):
    """A base model with a LoRA adapter on it that can be taught, asked and saved."""

    def step(self, packs: Sequence[Pack], learning_rate: float) -> StepOutcome:
        """Take one optimizer step over the learned tokens of all `packs` together."""

    def evaluate(self, packs: Sequence[Pack]) -> list[float]:
        """Return the loss (nats) of each learned token of `packs`, nothing being learned; may be nan or infinite."""

    def answer(self, prompt: Sequence[int], ends: Callable[[int], bool], max_tokens: int, seconds: float) -> list[int]:
        """Return the greedy continuation of `prompt` up to a token that `ends` it, or as far as `seconds` reach."""

    def adapter(self) -> AdapterWeights:
        """Return a copy of the adapter as it is now."""

    def state(self) -> dict[str, Any]:
        """Return a copy of everything a later `restore` needs to go on alike, as numpy arrays by name."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to what `state` returned."""

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What every engine understands: requests of token ids in, completions and log-probabilities out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

FinishReason = Literal["stop", "length", "cancelled"]


@dataclass(frozen=True)
class Sampling:
    """How the next token is drawn; temperature 0 takes the likeliest one."""

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class CompletionRequest:
    """A prompt as token ids, and when to stop."""

    id: str
    tokens: tuple[int, ...]
    max_tokens: int
    stop: tuple[str, ...] = ()
    sampling: Sampling = Sampling()


@dataclass(frozen=True)
class Completion:
    """The answer to one request; `text` ends before the stop string or the end-of-turn token."""

    id: str
    text: str
    tokens: tuple[int, ...]
    finish_reason: FinishReason


class Engine(Protocol):
    """Anything that completes and scores: llama.cpp here, a remote server elsewhere."""

    def submit(self, requests: Sequence[CompletionRequest]) -> Iterator[Completion]:
        """Return the completions as they finish, in any order."""

    def score(self, prompt: Sequence[int], continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """Return, for each continuation, the log-probability (nats) of each of its tokens after `prompt`."""

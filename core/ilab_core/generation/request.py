# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a run of kind "generate" is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PIPELINES = ("quick", "full")
QUICK_SAMPLES = 5
FULL_SAMPLES = 60


def samples_for(pipeline: str, leaves: int) -> int:
    """Return how many samples a pipeline keeps from so many leaves: a few of each to look at, or enough to train on."""
    return QUICK_SAMPLES * leaves if pipeline == "quick" else FULL_SAMPLES


@dataclass(frozen=True)
class GenerationRequest:
    """The leaves to generate from, and how; `samples` is the number to keep, over all leaves,
    and `threads` None means one for each core.
    """

    taxonomy: Path
    leaves: tuple[str, ...]
    teacher: Path
    samples: int
    seed: int
    documents: Path | None = None
    threads: int | None = None

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> GenerationRequest:
        """Return the request as `run.json` holds it."""
        return cls(
            taxonomy=Path(request["taxonomy"]),
            leaves=tuple(request["leaves"]),
            teacher=Path(request["teacher"]),
            samples=int(request["samples"]),
            seed=int(request["seed"]),
            documents=Path(request["documents"]) if request.get("documents") else None,
            threads=request.get("threads"),
        )

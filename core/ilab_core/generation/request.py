# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a run of kind "generate" is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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

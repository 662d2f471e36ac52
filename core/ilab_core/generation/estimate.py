# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How long a run will take, from what earlier runs with the same teacher took here."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from ilab_core.jobs.runs import RunFolder

RUNS_LOOKED_AT = 5


def seconds_per_sample(runs: Iterable[RunFolder], teacher: str) -> float | None:
    """Return the median time that a kept sample took in the newest finished runs with `teacher`, None without any."""
    times: list[float] = []
    for run in runs:
        if run.kind != "generate" or run.request.get("teacher") != teacher:
            continue
        result = run.view().result or {}
        if result.get("seconds") and result.get("kept"):
            times.append(result["seconds"] / result["kept"])
        if len(times) == RUNS_LOOKED_AT:
            break
    return median(times) if times else None


def predict(runs: Iterable[RunFolder], teacher: str, samples: int) -> float | None:
    """Return the predicted seconds for `samples` kept samples, None where no earlier run tells."""
    each = seconds_per_sample(runs, teacher)
    return None if each is None else each * samples

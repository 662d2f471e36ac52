# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which waiting job starts next: one heavy job at a time, in the order they were asked for; chat waits for nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ilab_core.jobs.kinds import HEAVY_KINDS
from ilab_core.jobs.view import LIVE_STATES, State


@dataclass(frozen=True)
class Waiting:
    """What the queue needs to know of a job."""

    id: str
    kind: str
    state: State


def next_to_start(jobs: Sequence[Waiting]) -> tuple[str, ...]:
    """Return the ids of the queued jobs that may start now; `jobs` are in the order they were asked for."""
    heavy_places = 0 if any(job.kind in HEAVY_KINDS and job.state in LIVE_STATES for job in jobs) else 1
    ids = []
    for job in jobs:
        if job.state != "queued":
            continue
        if job.kind not in HEAVY_KINDS:
            ids.append(job.id)
        elif heavy_places:
            heavy_places -= 1
            ids.append(job.id)
    return tuple(ids)

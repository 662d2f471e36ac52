# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which of the waiting jobs starts next."""

from __future__ import annotations

import pytest
from ilab_core.jobs.queue import Waiting, next_to_start


@pytest.mark.parametrize(
    ("jobs", "started"),
    [
        ("", ""),
        ("g:queued", "g"),
        ("g:queued t:queued", "g"),
        ("t:queued g:queued", "t"),
        ("g:running t:queued", ""),
        ("g:cancelling t:queued", ""),
        ("t:queued g:running", ""),
        ("g:done t:queued", "t"),
        ("g:failed t:queued", "t"),
        ("g:cancelled t:queued", "t"),
        ("g:crashed t:queued", "t"),
        ("c:queued", "c"),
        ("g:running c:queued", "c"),
        ("c:running g:queued", "g"),
        ("c:running c:queued", "c"),
        ("t:queued c:queued g:queued", "tc"),
        ("g:running t:queued c:queued c:queued", "cc"),
        ("g:running c:running", ""),
    ],
)
def test_one_heavy_job_at_a_time_and_chat_always(jobs: str, started: str):
    kinds = {"g": "generate", "t": "train", "c": "chat"}
    waiting = [
        Waiting(f"{number}{job[0]}", kinds[job[0]], job[2:])  # type: ignore[arg-type]
        for number, job in enumerate(jobs.split())
    ]
    ids = next_to_start(waiting)
    assert "".join(job_id[-1] for job_id in ids) == started
    assert list(ids) == sorted(ids), "in the order they were asked for"

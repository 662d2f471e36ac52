# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Training in a real worker process, killed without warning and started again."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from ilab_core.jobs.launch import WorkerProcess
from ilab_core.jobs.runs import RunFolder, create_run, open_run
from training_helpers import FACTS, write_generation_run

pytestmark = pytest.mark.torch

SECONDS = 120.0


def losses(run: RunFolder) -> list[tuple[int, float]]:
    return [(event["step"], event["loss"]) for event in run.events() if event["event"] == "step"]


def work(run: RunFolder, kill_at: int | None = None) -> list[dict[str, Any]]:
    """Run the worker to its end, or until it has reported step `kill_at`."""
    seen = []
    with WorkerProcess(run) as worker:
        for event in worker.events(timeout=SECONDS):
            seen.append(event)
            if kill_at is not None and event["event"] == "step" and event["step"] >= kill_at:
                os.kill(worker.pid, signal.SIGKILL)
    return seen


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_killed_it_goes_on_from_its_last_checkpoint_with_the_same_losses(tmp_path: Path, tiny_base: Path) -> None:
    data = write_generation_run(tmp_path / "generate-1", samples=FACTS)
    request = {
        "base": str(tiny_base),
        "data": [str(data)],
        "preset": "quick",
        "epochs": 8,
        "rank": 4,
        "learning_rate": 1e-2,
        "seed": 1,
        "publish": None,
        "pack_tokens": 96,
        "checkpoint_seconds": 0.0,
    }
    whole = create_run(tmp_path, "train", "Whole", request)
    assert work(whole)[-1]["state"] == "done"
    broken = create_run(tmp_path, "train", "Broken", request)
    work(broken, kill_at=6)
    assert open_run(broken.path).state() == "crashed"
    before = losses(broken)
    work(broken)
    assert open_run(broken.path).state() == "done"
    after = losses(broken)[len(before) :]
    assert before[-1][0] <= after[0][0] <= before[-1][0] + 1
    assert dict(before + after) == dict(losses(whole))
    assert {file.name for file in (broken.path / "adapter").iterdir()} >= {"adapter.gguf", "card.json"}
    assert "Converting" not in broken.log_file.read_text(encoding="utf-8")

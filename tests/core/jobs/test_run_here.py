# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Jobs in the command line's own process."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from ilab_core.errors import Cancelled, JobError, TrainingError
from ilab_core.jobs.local import run_here
from ilab_core.jobs.runs import RunFolder, create_run


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return {"probe": "job_probes:run"}


def new_run(folder: Path, do: str, **request) -> RunFolder:
    return create_run(folder, "probe", f"Probe {do}", {"do": do, **request})


def test_a_job_returns_its_result_and_leaves_the_same_folder_as_a_worker(tmp_path: Path, handlers: dict):
    run = new_run(tmp_path, "count", total=2)
    events: list[dict] = []
    assert run_here(run, events.append, handlers) == {"summary": "Counted to 2.", "total": 2}
    assert list(run.events()) == events
    assert [event["event"] for event in events] == [
        "state",
        "sample",
        "progress",
        "sample",
        "progress",
        "result",
        "state",
    ]
    assert run.state() == "done"


def test_a_failure_is_raised_and_recorded(tmp_path: Path, handlers: dict):
    run = new_run(tmp_path, "failing")
    with pytest.raises(TrainingError, match="infinite"):
        run_here(run, lambda _: None, handlers)
    assert run.state() == "failed"


def test_ctrl_c_cancels_and_the_handlers_before_are_back(tmp_path: Path, handlers: dict):
    run = new_run(tmp_path, "obedient")
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    def press_ctrl_c(event: dict) -> None:
        if event["event"] == "message":
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(Cancelled):
        run_here(run, press_ctrl_c, handlers)
    assert run.state() == "cancelled"
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_second_ctrl_c_ends_a_job_that_is_deaf_to_the_first(tmp_path: Path, handlers: dict):
    run = new_run(tmp_path, "deaf")

    def press_ctrl_c_twice(event: dict) -> None:
        if event["event"] == "message":
            signal.raise_signal(signal.SIGINT)
        if event.get("state") == "cancelling":
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Cancelled):
        run_here(run, press_ctrl_c_twice, handlers)
    assert run.state() == "cancelled"


def test_what_a_job_prints_does_not_reach_stdout(tmp_path: Path, capfd: pytest.CaptureFixture, monkeypatch):
    module = tmp_path / "loud_probe.py"
    module.write_text("import os\ndef run(context):\n    os.write(1, b'native')\n    print('python')\n    return {}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    run = create_run(tmp_path / "runs", "loud", "Loud", {})
    run_here(run, lambda _: None, {"loud": "loud_probe:run"})
    print("mine")
    sys.stdout.flush()
    captured = capfd.readouterr()
    assert captured.out == "mine\n"
    assert "native" in captured.err
    assert "python" in captured.err


def test_a_run_that_is_at_work_is_not_started_again(tmp_path: Path, handlers: dict):
    run = new_run(tmp_path, "count")
    with run.lock(), pytest.raises(JobError, match="already running"):
        run_here(run, lambda _: None, handlers)
    assert list(run.events()) == []
    run_here(run, lambda _: None, handlers)
    assert run.state() == "done"

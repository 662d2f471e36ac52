# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Jobs of the window with real worker processes: started, queued, cancelled, crashed, resumed, and found again."""

from __future__ import annotations

import os
import signal
import sys
import time

import ilab_desktop.job_process
import psutil
import pytest
from ilab_core.jobs.runs import create_run, record
from ilab_desktop.jobs import JobManager

WORKER = """
import json, sys, threading, time
behaviour = sys.argv[1]
def say(event, **fields):
    print(json.dumps({"v": 1, "event": event, **fields}), flush=True)
say("state", state="running")
if behaviour == "crash":
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
if behaviour == "quick":
    say("progress", phase="Writing questions", done=1, total=2, unit="samples", rate=60, seconds_left=1, message="")
    print("native code prints this", flush=True)
    say("counts", generated=3, parsed=3, unique=3, judged=3, kept=2)
    say("result", summary="2 kept of 3.")
    say("state", state="done")
    sys.exit(0)
print("started", file=sys.stderr, flush=True)
for line in sys.stdin:
    command = json.loads(line)
    say("message", level="info", text=command["command"])
    if command["command"] == "cancel" and behaviour == "obeys":
        say("state", state="cancelled")
        sys.exit(0)
    if command["command"] == "cancel" and behaviour == "deaf":
        time.sleep(60)
"""


@pytest.fixture
def manager(qapp, workspace, monkeypatch):
    """Jobs whose worker does what the run's title says."""

    def command(folder):
        title = next(run.title for run, _ in made.views() if run.path == folder)
        return [sys.executable, "-c", WORKER, title]

    monkeypatch.setattr(ilab_desktop.job_process, "worker_command", command)
    made = JobManager(workspace)
    yield made
    made.shut_down()


def new_run(workspace, behaviour, kind="generate"):
    return create_run(workspace.runs, kind, behaviour, {})


def wait_for(qtbot, manager, job_id, state, seconds=10):
    qtbot.waitUntil(lambda: manager.view(job_id).state == state, timeout=seconds * 1000)


def test_job_runs_to_its_end_and_its_events_arrive_in_order(qtbot, manager, workspace):
    run, events, finished = new_run(workspace, "quick"), [], []
    manager.job_event.connect(lambda job_id, event: events.append((job_id, event["event"])))
    manager.job_finished.connect(finished.append)
    manager.start(run)
    wait_for(qtbot, manager, run.id, "done")
    qtbot.waitUntil(lambda: finished == [run.id])
    names = [name for job_id, name in events if job_id == run.id and name != "state"]
    assert names == ["progress", "counts", "result"]
    view = manager.view(run.id)
    assert view.counts["kept"] == 2
    assert view.result["summary"] == "2 kept of 3."
    assert manager.live() == []


def test_cancel_ends_an_obedient_worker_at_once(qtbot, manager, workspace):
    run = new_run(workspace, "obeys")
    manager.start(run)
    qtbot.waitUntil(lambda: manager.pid(run.id) > 0)
    pid = manager.pid(run.id)
    started = time.monotonic()
    manager.cancel(run.id)
    assert manager.view(run.id).state == "cancelling"
    wait_for(qtbot, manager, run.id, "cancelled")
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid))
    assert time.monotonic() - started < 3


def test_cancel_kills_a_deaf_worker_after_three_seconds(qtbot, manager, workspace):
    run = new_run(workspace, "deaf")
    manager.start(run)
    qtbot.waitUntil(lambda: manager.pid(run.id) > 0)
    pid = manager.pid(run.id)
    started = time.monotonic()
    manager.cancel(run.id)
    wait_for(qtbot, manager, run.id, "cancelled")
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid))
    assert 2.5 < time.monotonic() - started < 4.5
    assert run.state() == "cancelled", "recorded in its folder as well"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_worker_is_told_as_crashed_and_can_be_resumed(qtbot, manager, workspace):
    run = new_run(workspace, "obeys")
    manager.start(run)
    qtbot.waitUntil(lambda: manager.pid(run.id) > 0)
    os.kill(manager.pid(run.id), signal.SIGKILL)
    wait_for(qtbot, manager, run.id, "crashed")
    error = manager.view(run.id).error
    assert "ended from outside" in error.summary
    assert "goes on where it stopped" in error.hint
    manager.resume(run)
    wait_for(qtbot, manager, run.id, "running")
    assert manager.view(run.id).error is None


def test_worker_that_cannot_be_started_is_told(qtbot, manager, workspace, monkeypatch):
    monkeypatch.setattr(ilab_desktop.job_process, "worker_command", lambda folder: ["/does/not/exist"])
    run = new_run(workspace, "quick")
    manager.start(run)
    wait_for(qtbot, manager, run.id, "crashed")


def test_heavy_jobs_wait_for_each_other_and_a_chat_does_not(qtbot, manager, workspace):
    first, second, chat = (new_run(workspace, "obeys", kind) for kind in ("generate", "train", "chat"))
    for run in (first, second, chat):
        manager.start(run)
    assert manager.live() == [first.id, second.id]
    assert manager.view(second.id).state == "queued"
    assert manager.view(chat.id).state == "running"
    manager.cancel(first.id)
    wait_for(qtbot, manager, second.id, "running")


def test_waiting_job_is_cancelled_without_a_process(qtbot, manager, workspace):
    first, second = (new_run(workspace, "obeys") for _ in range(2))
    manager.start(first)
    manager.start(second)
    manager.cancel(second.id)
    assert manager.view(second.id).state == "cancelled"
    assert second.state() == "cancelled"
    assert manager.live() == [first.id]


def test_command_reaches_the_worker_and_its_words_reach_the_log(qtbot, manager, workspace):
    run = new_run(workspace, "obeys")
    manager.start(run)
    manager.send(run.id, {"command": "stop"})
    qtbot.waitUntil(lambda: manager.view(run.id).message == "stop")
    assert "started" in run.log_file.read_text(encoding="utf-8")


def test_shut_down_leaves_no_process(qtbot, manager, workspace):
    runs = [new_run(workspace, "obeys", kind) for kind in ("generate", "chat")]
    for run in runs:
        manager.start(run)
    qtbot.waitUntil(lambda: all(manager.pid(run.id) for run in runs))
    pids = [manager.pid(run.id) for run in runs]
    manager.shut_down()
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_runs_of_an_earlier_window_are_found_again(qtbot, manager, workspace):
    done, died, waited = (new_run(workspace, name) for name in ("done", "died", "waited"))
    record(done, "state", state="running")
    record(done, "counts", generated=4, kept=3)
    record(done, "state", state="done")
    record(died, "state", state="running")
    record(waited, "state", state="queued")
    manager.load()
    assert manager.view(done.id).state == "done"
    assert manager.view(done.id).counts["kept"] == 3
    assert manager.view(died.id).state == "crashed"
    assert manager.view(waited.id).state == "cancelled"
    assert manager.live() == []

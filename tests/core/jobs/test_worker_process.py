# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Real worker processes, obeying, misbehaving, crashing and being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from ilab_core.errors import JobError
from ilab_core.jobs.launch import WorkerProcess, worker_command, worker_environment
from ilab_core.jobs.runs import RunFolder, create_run, record
from ilab_core.jobs.view import JobView, reduce_events

PROBES = Path(__file__).with_name("job_probes.py")
posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
SECONDS = 30


def new_run(folder: Path, do: str, **request) -> RunFolder:
    return create_run(folder / "runs", "probe", f"Probe {do}", {"do": do, **request})


def worker(run: RunFolder) -> WorkerProcess:
    return WorkerProcess(run, [sys.executable, str(PROBES), str(run.path)])


def run_to_end(run: RunFolder) -> list[dict]:
    with worker(run) as process:
        return list(process.events(SECONDS))


def wait_for(process: WorkerProcess, event: str) -> dict:
    return next(document for document in process.events(SECONDS) if document["event"] == event)


def states(events: list[dict]) -> list[str]:
    return [event["state"] for event in events if event["event"] == "state"]


def ends_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_a_job_runs_to_its_result(tmp_path: Path):
    run = new_run(tmp_path, "count", total=3)
    assert run.state() == "queued"

    events = run_to_end(run)

    assert states(events) == ["running", "done"]
    assert [event["id"] for event in events if event["event"] == "sample"] == [0, 1, 2]
    view = reduce_events(events)
    assert (view.done, view.total, view.unit, view.phase) == (3.0, 3.0, "samples", "Counting")
    assert view.result == {"summary": "Counted to 3.", "total": 3}
    assert run.state() == "done"
    assert not run.has_worker()


def test_the_file_tells_the_same_as_the_pipe(tmp_path: Path):
    run = new_run(tmp_path, "count", total=5, pause=0.05)
    events = run_to_end(run)
    kept = list(run.events())
    assert reduce_events(kept) == reduce_events(events) == run.view()
    assert [event["seq"] for event in kept] == list(range(1, len(kept) + 1))


def test_prints_go_to_the_log_and_not_between_the_events(tmp_path: Path):
    run = new_run(tmp_path, "noisy")
    events = run_to_end(run)
    assert states(events) == ["running", "done"]
    log = run.log_file.read_text()
    for noise in ("native noise", "python noise", "noise of a child"):
        assert noise in log
        assert noise not in run.events_file.read_text()


def test_a_handler_cannot_read_the_commands_and_is_marked_as_a_child(tmp_path: Path):
    run = new_run(tmp_path, "noisy")
    run_to_end(run)
    assert run.view().result == {"summary": "Done.", "input": "", "child": "1"}


def test_cancel_is_obeyed_at_once(tmp_path: Path):
    run = new_run(tmp_path, "obedient")
    with worker(run) as process:
        wait_for(process, "message")
        start = time.monotonic()
        process.cancel()
        rest = list(process.events(SECONDS))
        assert time.monotonic() - start < 2
        assert process.wait(SECONDS) == 130
    assert states(rest)[-1] == "cancelled"
    assert run.state() == "cancelled"
    assert run.view().error is None


def test_cancel_wakes_a_job_that_waits_for_a_command(tmp_path: Path):
    with worker(new_run(tmp_path, "listener")) as process:
        process.send({"command": "say"})
        wait_for(process, "answer")
        time.sleep(0.3)
        start = time.monotonic()
        process.cancel()
        assert states(list(process.events(SECONDS)))[-1] == "cancelled"
        assert time.monotonic() - start < 2


def test_a_job_that_is_deaf_to_cancel_is_killed_after_three_seconds(tmp_path: Path):
    run = new_run(tmp_path, "deaf")
    with worker(run) as process:
        wait_for(process, "message")
        start = time.monotonic()
        process.cancel()
        rest = list(process.events(SECONDS))
        assert 2.5 < time.monotonic() - start < 4.5
    assert states(rest) == ["cancelling", "cancelled"]
    assert run.state() == "cancelled"


def test_commands_arrive_in_order(tmp_path: Path):
    with worker(new_run(tmp_path, "listener")) as process:
        process.send({"command": "say", "text": "first"})
        process.send({"command": "quit", "text": "second"})
        events = list(process.events(SECONDS))
    assert [event["text"] for event in events if event["event"] == "answer"] == ["first", "second"]
    assert states(events)[-1] == "done"


def test_tokens_and_heartbeats_are_shown_and_not_kept(tmp_path: Path):
    run = new_run(tmp_path, "chatty")
    events = run_to_end(run)
    assert [event["text"] for event in events if event["event"] == "token"] == [str(number) for number in range(300)]
    assert {event["event"] for event in run.events()} == {"state", "answer", "result"}


def test_a_heartbeat_comes_every_two_seconds(tmp_path: Path):
    with worker(new_run(tmp_path, "obedient")) as process:
        start = time.monotonic()
        wait_for(process, "heartbeat")
        wait_for(process, "heartbeat")
        assert 3 < time.monotonic() - start < 8


def test_an_error_for_a_person_arrives_whole(tmp_path: Path):
    run = new_run(tmp_path, "failing")
    events = run_to_end(run)
    assert states(events) == ["running", "failed"]
    error = run.view().error
    assert error is not None
    expected = ("training", "The loss became infinite.", "Use a smaller learning rate.", "step 12")
    assert (error.code, error.summary, error.hint, error.detail) == expected


@pytest.mark.parametrize(("do", "cause"), [("broken", "KeyError"), ("leaving", "SystemExit")])
def test_an_error_of_ours_fails_the_job_with_its_traceback(tmp_path: Path, do: str, cause: str):
    run = new_run(tmp_path, do)
    assert states(run_to_end(run)) == ["running", "failed"]
    error = run.view().error
    assert error is not None
    assert cause in error.summary
    assert "job_probes.py" in error.detail
    assert "Traceback" in run.log_file.read_text()


def test_a_native_crash_takes_down_the_job_alone(tmp_path: Path):
    run = new_run(tmp_path, "crashing")
    events = run_to_end(run)
    assert states(events) == ["running", "crashed"]
    assert run.state() == "crashed"
    error = run.view().error
    assert error is not None
    assert "native library" in error.summary
    assert "crashing" in run.log_file.read_text(), "the log tells where it crashed"


@posix_only
def test_a_killed_job_is_crashed_and_goes_on_where_it_stopped(tmp_path: Path):
    run = new_run(tmp_path, "count", total=40, pause=0.02)
    with worker(run) as process:
        for event in process.events(SECONDS):
            if event["event"] == "sample" and event["id"] == 5:
                os.kill(process.pid, signal.SIGKILL)
        assert process.wait(SECONDS) == -signal.SIGKILL
        assert process.view.state == "crashed"
    assert run.state() == "crashed"
    before = list(run.events())

    record(run, "state", state="queued")
    assert run.state() == "queued"
    run_to_end(run)

    events = list(run.events())
    assert events[: len(before)] == before
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert states(events) == ["running", "crashed", "queued", "running", "done"]
    assert (run.path / "items.txt").read_text().split() == [str(number) for number in range(40)]
    assert run.view().error is None


@posix_only
def test_a_job_that_nobody_watched_is_seen_as_crashed(tmp_path: Path):
    run = new_run(tmp_path, "obedient")
    with worker(run) as process:
        wait_for(process, "message")
        assert run.state() == "running"
        assert run.has_worker()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(SECONDS)
        assert run.state() == "crashed"
        view = run.view()
    assert view.state == "crashed"
    assert view.error is not None


@posix_only
def test_a_request_to_terminate_is_a_cancel_and_ctrl_c_is_ignored(tmp_path: Path):
    run = new_run(tmp_path, "obedient")
    with worker(run) as process:
        wait_for(process, "message")
        os.kill(process.pid, signal.SIGINT)
        wait_for(process, "heartbeat")
        os.kill(process.pid, signal.SIGTERM)
        assert states(list(process.events(SECONDS)))[-1] == "cancelled"


@posix_only
@pytest.mark.parametrize(("do", "seconds"), [("obedient", 2.0), ("deaf", 4.0)])
def test_a_worker_whose_window_died_ends_by_itself(tmp_path: Path, do: str, seconds: float):
    run = new_run(tmp_path, do)
    window = (
        "import sys; from pathlib import Path; from ilab_core.jobs.launch import WorkerProcess\n"
        "from ilab_core.jobs.runs import open_run\n"
        "worker = WorkerProcess(open_run(Path(sys.argv[2])), [sys.executable, sys.argv[1], sys.argv[2]])\n"
        "worker.start(); next(e for e in worker.events(30) if e['event'] == 'message')\n"
        "print(worker.pid, flush=True); worker.wait()\n"
    )
    command = [sys.executable, "-c", window, str(PROBES), str(run.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert ends_within(pid, seconds)
    assert run.state() == "cancelled"


def test_a_second_worker_on_a_run_refuses_and_leaves_the_first_alone(tmp_path: Path):
    run = new_run(tmp_path, "obedient")
    with worker(run) as first:
        wait_for(first, "message")
        recorded = run.events_file.read_bytes()
        second = subprocess.run(
            [sys.executable, str(PROBES), str(run.path)], stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS
        )
        assert second.returncode == 1
        assert b"already running" in second.stdout
        assert run.events_file.read_bytes() == recorded
        assert run.state() == "running"
        with pytest.raises(JobError, match="running"):
            record(run, "state", state="queued")
        first.cancel()
        assert states(list(first.events(SECONDS)))[-1] == "cancelled"


@posix_only
def test_a_disk_that_is_full_ends_the_job_with_a_clear_error(tmp_path: Path):
    run = new_run(tmp_path, "grown_too_large")
    events = run_to_end(run)
    assert states(events) == ["running", "failed"]
    error = reduce_events(events).error
    assert error is not None
    assert (error.code, "events.jsonl could not be saved" in error.summary) == ("workspace", True)
    assert run.events_file.read_bytes().endswith(b"\n"), "a line that did not fit is taken back"
    assert all(event["event"] in ("state", "sample", "error") for event in run.events())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_disk_that_is_full_from_the_start_is_told_on_the_pipe(tmp_path: Path):
    run = new_run(tmp_path, "count")
    run.events_file.symlink_to("/dev/full")
    with worker(run) as process:
        events = list(process.events(SECONDS))
        assert process.wait(SECONDS) == 1
    assert states(events) == ["failed"]
    error = reduce_events(events).error
    assert error is not None
    assert error.summary == "The disk is full: events.jsonl could not be saved."


def test_a_folder_without_a_run_is_told_on_the_pipe(tmp_path: Path):
    command = [*worker_command(tmp_path / "none")]
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, env=worker_environment()
    )
    assert ended.returncode == 1
    assert b"holds no run" in ended.stdout


def test_the_program_itself_runs_workers(tmp_path: Path):
    run = create_run(tmp_path / "Zoë’s уроки 教室", "unheard-of", "From a newer version", {})
    with WorkerProcess(run) as process:
        events = list(process.events(SECONDS))
    assert states(events) == ["running", "failed"]
    error = reduce_events(events).error
    assert error is not None
    assert error.summary == "There is no job called unheard-of."


def test_a_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(sys, "executable", "/opt/instructlab/InstructLab Desktop")
    assert worker_command(tmp_path) == ["/opt/instructlab/InstructLab Desktop", "--worker", str(tmp_path)]
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3.12")
    assert worker_command(tmp_path) == ["/usr/bin/python3.12", "-m", "ilab_core.cli.main", "--worker", str(tmp_path)]


def test_a_program_that_is_not_there_is_an_error_for_a_person(tmp_path: Path):
    run = new_run(tmp_path, "count")
    process = WorkerProcess(run, [str(tmp_path / "missing")])
    with pytest.raises(JobError, match="could not be started"):
        process.start()
    with pytest.raises(JobError, match="has not been started"):
        process.send({"command": "cancel"})


def test_leaving_a_worker_ends_it(tmp_path: Path):
    with worker(new_run(tmp_path, "deaf")) as process:
        wait_for(process, "message")
        pid = process.pid
    assert not psutil.pid_exists(pid)
    assert process.view == JobView(
        state="running", message="waiting", started=process.view.started, last_event_time=process.view.last_event_time
    )


def test_waiting_has_an_end(tmp_path: Path):
    with worker(new_run(tmp_path, "deaf")) as process:
        with pytest.raises(TimeoutError):
            list(process.events(0.5))
        with pytest.raises(TimeoutError):
            process.wait(0.1)


def test_a_worker_is_up_at_once(tmp_path: Path):
    """The process, Python and our own imports: what a person waits for before a job's own work."""
    times = []
    for _ in range(3):
        run = new_run(tmp_path, "count", total=0)
        start = time.monotonic()
        with worker(run) as process:
            wait_for(process, "state")
            times.append(time.monotonic() - start)
    assert min(times) < 1.0

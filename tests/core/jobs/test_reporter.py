# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How many events a busy job writes, and that its last word is always among them."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from ilab_core.errors import WorkspaceError
from ilab_core.jobs.event_log import EventLog, read_events
from ilab_core.jobs.inbox import Inbox
from ilab_core.jobs.reporter import Reporter, Ticker


class Desk:
    """A reporter with a clock that stands still until it is moved."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = 0.0
        self.shown: list[dict] = []
        self.log = EventLog(path)
        self.reporter = Reporter(self.log, self.shown.append, clock=lambda: self.now)

    def progress(self, done: float, phase: str = "Training") -> None:
        self.reporter.emit("progress", phase=phase, done=done, total=100, unit="steps")

    @property
    def kept(self) -> list[dict]:
        return list(read_events(self.path))


@pytest.fixture
def desk(tmp_path: Path):
    desk = Desk(tmp_path / "events.jsonl")
    yield desk
    desk.log.close()


def test_fast_progress_is_shown_ten_times_and_kept_twice_a_second(desk: Desk):
    for step in range(10_000):
        desk.now = step / 1000
        desk.progress(step)
    assert 90 <= len(desk.shown) <= 110
    assert 19 <= len(desk.kept) <= 22


def test_slow_progress_is_kept_entirely(desk: Desk):
    for step in range(10):
        desk.now = float(step)
        desk.progress(step)
    assert [event["done"] for event in desk.kept] == list(range(10))


def test_progress_that_was_held_back_is_kept_before_the_end(desk: Desk):
    for step in range(50):
        desk.progress(step)
    desk.reporter.emit("state", state="done")
    assert [(event["event"], event.get("done")) for event in desk.kept] == [
        ("progress", 0),
        ("progress", 49),
        ("state", None),
    ]
    assert desk.shown == desk.kept


def test_progress_that_was_held_back_follows_when_the_job_falls_silent(desk: Desk):
    desk.progress(1)
    desk.progress(2)
    desk.reporter.flush()
    assert [event["done"] for event in desk.shown] == [1]
    desk.now = 0.2
    desk.reporter.flush()
    assert [event["done"] for event in desk.shown] == [1, 2]
    assert [event["done"] for event in desk.kept] == [1]
    desk.now = 0.6
    desk.reporter.flush()
    desk.reporter.flush()
    assert [event["done"] for event in desk.kept] == [1, 2]


def test_a_new_phase_is_kept_at_once_after_the_end_of_the_last(desk: Desk):
    desk.progress(1, "Writing")
    desk.progress(9, "Writing")
    desk.progress(0, "Judging")
    assert [(event["phase"], event["done"]) for event in desk.kept] == [("Writing", 1), ("Writing", 9), ("Judging", 0)]


def test_other_events_do_not_wait_and_do_not_multiply_progress(desk: Desk):
    for step in range(100):
        desk.progress(step)
        desk.reporter.emit("step", step=step, loss=1.0)
    assert [event["step"] for event in desk.kept if event["event"] == "step"] == list(range(100))
    assert sum(event["event"] == "progress" for event in desk.kept) == 1


def test_only_kept_events_count(desk: Desk):
    desk.reporter.emit("state", state="running")
    desk.reporter.emit("heartbeat")
    desk.reporter.emit("token", text="a")
    desk.reporter.emit("answer", text="a")
    assert [(event["event"], event["seq"]) for event in desk.shown] == [
        ("state", 1),
        ("heartbeat", 1),
        ("token", 1),
        ("answer", 2),
    ]
    assert [event["seq"] for event in desk.kept] == [1, 2]


def test_after_the_final_state_nothing_more_is_said(desk: Desk):
    desk.reporter.emit("state", state="done")
    desk.reporter.emit("state", state="cancelling")
    desk.reporter.emit_anyway("message", text="late")
    desk.progress(5)
    desk.reporter.flush()
    assert [event["event"] for event in desk.shown] == ["state"]
    assert len(desk.kept) == 1


def test_a_file_that_takes_no_more_does_not_silence_the_error(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise WorkspaceError("The disk is full.")

    desk.progress(1)
    desk.progress(2)
    monkeypatch.setattr(desk.log, "append", full)
    with pytest.raises(WorkspaceError):
        desk.reporter.emit("sample", id=1)
    desk.reporter.emit_anyway("error", summary="The disk is full.")
    desk.reporter.emit_anyway("state", state="failed")
    assert [event["event"] for event in desk.shown] == ["progress", "error", "state"]


def test_events_of_many_threads_are_numbered_without_gaps(desk: Desk):
    def work() -> None:
        for number in range(50):
            desk.reporter.emit("sample", id=number)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event["seq"] for event in desk.kept] == list(range(1, 201))
    assert desk.shown == desk.kept


def test_the_ticker_tells_of_a_cancel_once_and_keeps_the_heart_beating(desk: Desk):
    inbox = Inbox()
    ticker = Ticker(desk.reporter, inbox, heartbeat_seconds=0.02, tick_seconds=0.01)
    inbox.cancel()
    end = time.monotonic() + 10
    while sum(event["event"] == "heartbeat" for event in desk.shown) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    ticker.stop()
    assert [event["state"] for event in desk.shown if event["event"] == "state"] == ["cancelling"]
    assert sum(event["event"] == "heartbeat" for event in desk.shown) >= 3

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a stream of events adds up to: recorded streams of jobs that ended in every way."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ilab_core.jobs.view import STATES, JobFailure, JobView, apply, reduce_events


def stream(*lines: str) -> list[dict]:
    """Number and time the lines of a recorded stream, one second apart."""
    return [
        {"v": 1, "seq": number, "time": f"2026-11-22T10:00:{number:02}.000+00:00", **json.loads(line)}
        for number, line in enumerate(lines, 1)
    ]


def at(second: int) -> datetime:
    return datetime(2026, 11, 22, 10, 0, second, tzinfo=UTC)


RUNNING = '{"event":"state","state":"running"}'
WRITING = (
    '{"event":"progress","phase":"Writing questions","done":12,"total":60,"unit":"samples","rate":43.5,'
    '"seconds_left":66,"message":""}'
)
COUNTS = '{"event":"counts","generated":12,"parsed":11,"unique":10,"judged":9,"kept":7}'


def test_a_job_that_is_done():
    view = reduce_events(
        stream(
            '{"event":"state","state":"queued"}',
            RUNNING,
            WRITING,
            COUNTS,
            '{"event":"heartbeat"}',
            '{"event":"result","summary":"7 samples kept.","kept":7}',
            '{"event":"state","state":"done"}',
        )
    )
    assert view == JobView(
        state="done",
        phase="Writing questions",
        done=12.0,
        total=60.0,
        unit="samples",
        message="7 samples kept.",
        counts={"generated": 12, "parsed": 11, "unique": 10, "judged": 9, "kept": 7},
        result={"summary": "7 samples kept.", "kept": 7},
        started=at(2),
        ended=at(7),
        last_event_time=at(7),
    )
    assert view.is_final
    assert not view.is_live


def test_a_job_at_work():
    view = reduce_events(stream(RUNNING, WRITING))
    assert (view.state, view.phase, view.rate, view.seconds_left) == ("running", "Writing questions", 43.5, 66.0)
    assert view.fraction == pytest.approx(0.2)
    assert view.is_live
    assert view.ended is None


def test_a_job_that_crashed():
    crash = '{"event":"error","code":"crashed","summary":"It crashed.","hint":"Again.","detail":"-11"}'
    view = reduce_events(stream(RUNNING, WRITING, crash, '{"event":"state","state":"crashed"}'))
    assert view.state == "crashed"
    assert view.error == JobFailure("It crashed.", "Again.", "-11", "crashed")
    assert view.rate is None
    assert view.seconds_left is None
    assert view.ended == at(4)


def test_a_job_that_was_cancelled():
    cancelling = '{"event":"state","state":"cancelling"}'
    assert reduce_events(stream(RUNNING, WRITING, cancelling)).is_live
    view = reduce_events(stream(RUNNING, WRITING, cancelling, '{"event":"state","state":"cancelled"}'))
    assert view.state == "cancelled"
    assert view.error is None
    assert view.done == 12


@pytest.mark.parametrize("queued", [(), ('{"event":"state","state":"queued"}',)])
def test_a_job_that_is_resumed_leaves_its_failure_behind_and_keeps_its_counts(queued: tuple):
    failure = '{"event":"error","code":"workspace","summary":"The disk is full.","hint":"","detail":""}'
    view = reduce_events(stream(RUNNING, WRITING, COUNTS, failure, '{"event":"state","state":"failed"}', *queued))
    again = apply(view, {"event": "state", "state": "running", "time": "2026-11-23T08:00:00+00:00"})
    assert view.state == ("queued" if queued else "failed")
    assert again.state == "running"
    assert again.error is None
    assert again.ended is None
    assert again.started == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert again.counts["kept"] == 7
    assert again.done == 12


def test_warnings_are_collected_and_the_last_message_shown():
    view = reduce_events(
        stream(
            '{"event":"message","level":"warning","text":"One document could not be read."}',
            '{"event":"message","level":"info","text":"Reading the next one."}',
            WRITING,
        )
    )
    assert view.warnings == ("One document could not be read.",)
    assert view.message == "Reading the next one."


def test_an_answer_that_failed_does_not_fail_the_chat():
    view = reduce_events(stream(RUNNING, '{"event":"error","id":"7","summary":"Too long.","hint":"","detail":""}'))
    assert view.error is None
    assert view.state == "running"


def test_an_unknown_total_has_no_fraction():
    for total in (None, 0):
        assert apply(JobView(), {"event": "progress", "phase": "Reading", "done": 3, "total": total}).fraction is None
    assert apply(JobView(), {"event": "progress", "done": 70, "total": 60}).fraction == 1.0


def test_a_time_without_zone_is_utc_and_a_local_one_is_converted():
    assert apply(JobView(), {"event": "heartbeat", "time": "2026-11-22T10:00:01"}).last_event_time == at(1)
    assert apply(JobView(), {"event": "heartbeat", "time": "2026-11-22T12:00:01+02:00"}).last_event_time == at(1)


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)
EVENTS = st.fixed_dictionaries(
    {"event": st.sampled_from(["state", "progress", "counts", "message", "result", "error", "step", "new"])},
    optional={
        name: ANYTHING | st.sampled_from(STATES)
        for name in ("state", "time", "phase", "done", "total", "rate", "seconds_left", "text", "summary", "level")
    },
)


@given(st.lists(EVENTS, max_size=8))
def test_no_event_however_odd_breaks_the_view(events: list):
    view = reduce_events(events)
    assert view.state in STATES
    assert view.fraction is None or 0 <= view.fraction <= 1

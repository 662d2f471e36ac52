# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The record of a run after every kind of end, a power loss in the middle of a line among them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ilab_core.errors import WorkspaceError
from ilab_core.jobs.event_log import TAIL_BYTES, EventLog, last_event, last_seq, read_events
from ilab_core.jobs.protocol import encode


def event(seq: int, name: str = "sample", **fields) -> dict:
    return {"v": 1, "seq": seq, "event": name, **fields}


def write(path: Path, *events: dict) -> bytes:
    log = EventLog(path)
    for document in events:
        log.append(document)
    log.close()
    return path.read_bytes()


def test_what_is_appended_is_read(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    write(path, event(1), event(2, text="Größe"))
    write(path, event(3))
    assert list(read_events(path)) == [event(1), event(2, text="Größe"), event(3)]


def test_a_missing_file_is_an_empty_record(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    assert list(read_events(path)) == []
    assert last_event(path) is None
    assert last_seq(path) == 0


@pytest.mark.parametrize("lost", [1, 5, 20])
def test_a_torn_last_line_is_left_out_and_cut_off_before_more_is_written(tmp_path: Path, lost: int):
    path = tmp_path / "events.jsonl"
    whole = write(path, event(1), event(2))
    path.write_bytes((whole + encode(event(3)))[:-lost])

    assert list(read_events(path)) == [event(1), event(2)]
    assert last_seq(path) == 2

    log = EventLog(path)
    assert log.last_seq == 2
    log.append(event(3, "state"))
    log.close()
    assert path.read_bytes() == whole + encode(event(3, "state"))


def test_a_record_that_is_one_torn_line_starts_anew(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"v":1,"seq":1')
    assert last_seq(path) == 0
    assert write(path, event(1)) == encode(event(1))


def test_blocks_of_zeros_and_junk_do_not_hide_the_rest(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(encode(event(1)) + b"\0" * 500 + b"\n" + b"[]\n" + encode(event(2)))
    assert list(read_events(path)) == [event(1), event(2)]
    assert last_seq(path) == 2


@given(sizes=st.lists(st.integers(0, 3 * TAIL_BYTES), min_size=1, max_size=6), torn=st.booleans())
def test_the_last_event_is_found_from_the_end_whatever_the_lines_lengths(tmp_path_factory, sizes: list, torn: bool):
    path = tmp_path_factory.mktemp("log") / "events.jsonl"
    events = [event(seq, "state" if seq == 1 else "sample", text="x" * size) for seq, size in enumerate(sizes, 1)]
    path.write_bytes(b"".join(map(encode, events)) + (b'{"event":"state"' if torn else b""))
    assert last_event(path) == events[-1]
    assert last_event(path, "state") == events[0]
    assert last_event(path, "result") is None


def test_a_text_that_only_mentions_an_event_is_not_that_event(tmp_path: Path):
    path = tmp_path / "events.jsonl"
    write(path, event(1, "state", state="running"), event(2, "message", text='"event":"state"'))
    assert last_event(path, "state") == event(1, "state", state="running")


def test_a_record_in_a_folder_that_is_gone_is_an_error_for_a_person(tmp_path: Path):
    with pytest.raises(WorkspaceError, match=r"events\.jsonl could not be saved"):
        EventLog(tmp_path / "gone" / "events.jsonl")

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Run folders: made, found again, resumed, refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ilab_core.errors import JobError, WorkspaceError
from ilab_core.jobs.outcome import close_after_exit, describe_exit
from ilab_core.jobs.runs import create_run, create_run_at, list_runs, open_run, record, remove_ended

REQUEST = {"teacher": "starter", "samples": 60, "leaves": ["knowledge/places/harrow_cove"]}
INPUT = {"path": "/models/a.gguf", "sha256": "ab" * 32, "bytes": 12}


def test_a_run_reads_back_as_it_was_made(tmp_path: Path):
    before = datetime.now(UTC)
    run = create_run(tmp_path / "runs", "generate", "Harrow Cove", REQUEST, [INPUT], seed=7)
    assert open_run(run.path) == run
    assert re.fullmatch(r"generate-\d{8}-\d{6}-[0-9a-f]{4}", run.id)
    assert run.path == tmp_path / "runs" / run.id
    assert (run.kind, run.title, run.request, run.seed) == ("generate", "Harrow Cove", REQUEST, 7)
    assert run.inputs == (INPUT,)
    assert abs(run.created - before) < timedelta(minutes=1)
    assert {"instructlab-desktop", "python", "platform", "numpy"} <= set(run.versions)
    document = json.loads((run.path / "run.json").read_text())
    assert set(document) == {"format", "id", "kind", "title", "created", "request", "inputs", "versions", "seed"}
    assert document["created"].endswith("+00:00")
    assert run.state() == "queued"


def test_paths_in_a_request_are_kept_as_text(tmp_path: Path):
    run = create_run(tmp_path, "train", "Train", {"base": tmp_path / "a.gguf", "leaves": ("a", "b")})
    assert run.request == {"base": str(tmp_path / "a.gguf"), "leaves": ["a", "b"]}


def test_many_runs_in_one_second_get_folders_of_their_own(tmp_path: Path):
    assert len({create_run(tmp_path, "chat", "Chat", {}).path for _ in range(30)}) == 30


def test_runs_are_listed_newest_first_without_what_is_no_run(tmp_path: Path):
    runs = [create_run(tmp_path, "chat", str(number), {}) for number in range(3)]
    for run, day in zip(runs, (2, 3, 1), strict=True):
        document = json.loads((run.path / "run.json").read_text())
        document["created"] = f"2026-11-0{day}T10:00:00+00:00"
        (run.path / "run.json").write_text(json.dumps(document))
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text('{"format": 1, "id"')
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "run.json").write_text('{"format": 1, "inputs": 3}')
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "run.json").mkdir()
    (tmp_path / "a file").write_text("")
    assert [run.title for run in list_runs(tmp_path)] == ["1", "0", "2"]
    assert list_runs(tmp_path / "absent") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"format": 99}', "newer version"),
        ('{"format": 1, "id": "x"}', "cannot be read"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_a_damaged_run_is_refused_with_a_sentence(tmp_path: Path, text: str, message: str):
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(JobError, match=message):
        open_run(tmp_path)
    with pytest.raises(JobError, match="holds no run"):
        open_run(tmp_path / "absent")


def test_old_ended_runs_of_one_kind_are_removed(tmp_path: Path):
    kept = create_run(tmp_path, "generate", "Data", REQUEST)
    record(kept, "state", state="done")
    chats = [create_run(tmp_path, "chat", f"Chat {number}", {}) for number in range(4)]
    for chat in chats[1:]:
        record(chat, "state", state="done")
    waiting, *ended = sorted(chats, key=lambda run: (run is not chats[0], run.created, run.id))
    assert remove_ended(tmp_path, "chat", keep=1) == [run.id for run in reversed(ended[:2])]
    assert {run.id for run in list_runs(tmp_path)} == {kept.id, waiting.id, ended[2].id}


def test_asking_the_same_of_a_folder_again_resumes_it(tmp_path: Path):
    folder = tmp_path / "out"
    run = create_run_at(folder, "generate", "Harrow Cove", REQUEST)
    assert run.path == folder
    record(run, "state", state="running")
    again = create_run_at(folder, "generate", "Another title", dict(reversed(REQUEST.items())))
    assert again == run
    assert len(list(again.events())) == 1


def test_asking_something_else_of_a_folder_is_refused_and_says_what_differs(tmp_path: Path):
    folder = tmp_path / "out"
    create_run_at(folder, "generate", "Harrow Cove", REQUEST)
    with pytest.raises(JobError, match="already holds another run") as raised:
        create_run_at(folder, "generate", "Harrow Cove", {**REQUEST, "samples": 10})
    assert "samples" in raised.value.detail
    with pytest.raises(JobError, match="already holds another run"):
        create_run_at(folder, "train", "Harrow Cove", REQUEST)


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path):
    (tmp_path / "holiday.jpg").write_text("")
    with pytest.raises(JobError, match="is not empty and holds no run"):
        create_run_at(tmp_path, "generate", "Harrow Cove", REQUEST)
    assert [item.name for item in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path):
    file = tmp_path / "out"
    file.write_text("mine")
    with pytest.raises(JobError, match="is a file"):
        create_run_at(file, "generate", "Harrow Cove", REQUEST)
    with pytest.raises((JobError, WorkspaceError)):
        create_run(file, "generate", "Harrow Cove", REQUEST)
    assert file.read_text() == "mine"


def test_a_start_that_was_killed_half_way_can_be_repeated(tmp_path: Path):
    (tmp_path / ".run.json.abc.part").write_text("{")
    assert create_run_at(tmp_path, "generate", "Harrow Cove", REQUEST).kind == "generate"


def test_a_folder_that_cannot_be_written_is_an_error_for_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(WorkspaceError, match="could not be saved"):
        create_run(tmp_path / "runs", "generate", "Harrow Cove", REQUEST)
    with pytest.raises(WorkspaceError, match="could not be saved"):
        create_run_at(tmp_path / "out", "generate", "Harrow Cove", REQUEST)


def test_a_live_state_without_a_live_worker_is_a_crash(tmp_path: Path):
    run = create_run(tmp_path, "train", "Train", {})
    record(run, "state", state="running")
    assert run.state() == "crashed"
    assert run.view().state == "crashed"
    lock = run.lock()
    with lock:
        assert run.state() == "running"
        assert run.view().state == "running"
        with pytest.raises(JobError, match="is running"):
            record(run, "state", state="queued")
    assert run.state() == "crashed"
    record(run, "state", state="done")
    assert run.state() == "done"


def test_recorded_events_go_on_counting(tmp_path: Path):
    run = create_run(tmp_path, "train", "Train", {})
    first = record(run, "state", state="queued", v=9, seq=99, event_text="x")
    second = record(run, "state", state="cancelled")
    assert (first["v"], first["seq"], second["seq"]) == (1, 1, 2)
    assert list(run.events()) == [first, second]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-11, "native library"),
        (0xC0000005, "native library"),
        (-1073741819, "native library"),
        (-4, "instruction"),
        (-9, "ended from outside"),
        (-15, "ended from outside"),
        (3, "stopped before it was done"),
        (-250, "stopped before it was done"),
    ],
)
def test_every_end_of_a_process_has_a_sentence_and_a_way_out(code: int, words: str):
    summary, hint = describe_exit(code)
    assert words in summary
    assert hint


def test_what_a_worker_owed_is_recorded_once(tmp_path: Path):
    run = create_run(tmp_path, "train", "Train", {})
    record(run, "state", state="running")
    assert close_after_exit(run, 0, "done") == []
    assert len(list(run.events())) == 1
    owed = close_after_exit(run, -9, "running")
    assert [event["event"] for event in owed] == ["error", "state"]
    assert list(run.events())[1:] == owed
    assert run.state() == "crashed"


def test_a_worker_that_had_to_be_killed_after_a_cancel_is_cancelled(tmp_path: Path):
    run = create_run(tmp_path, "train", "Train", {})
    close_after_exit(run, -9, "cancelling", cancelled=True)
    assert run.state() == "cancelled"
    assert run.view().error is None


def test_an_end_is_told_even_where_it_cannot_be_recorded(tmp_path: Path):
    run = create_run(tmp_path / "runs", "train", "Train", {})
    gone = replace(run, path=tmp_path / "gone")
    assert [event["event"] for event in close_after_exit(gone, -9, "running")] == ["error", "state"]

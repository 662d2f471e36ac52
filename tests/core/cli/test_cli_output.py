# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What commands print while a job runs, and the documents they print at the end."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from ilab_core.cli.output import print_json, progress_line, progress_printer
from ilab_core.jobs.view import JobView


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def progress(done: float, phase: str = "Writing questions", **fields) -> dict:
    event = {"event": "progress", "phase": phase, "done": done, "total": 60, "unit": "samples", "rate": None}
    return {**event, "seconds_left": None, "message": "", **fields}


def test_one_line_tells_all_there_is_to_tell():
    view = JobView(phase="Writing", done=12, total=60, unit="samples", rate=43.51, seconds_left=67, counts={"kept": 7})
    assert progress_line(view) == "Writing: 12 of 60 samples, 43.5 a minute, 1 min 7 s left, 7 kept"
    assert progress_line(JobView(phase="Reading the model")) == "Reading the model"
    assert progress_line(JobView(phase="Copying", done=1.5, unit="MB")) == "Copying: 1.50 MB"
    assert progress_line(JobView()) == "Starting"


def test_on_a_terminal_there_is_one_line_that_changes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    with progress_printer(stream) as show:
        show(progress(9, message="a long message that does not fit in one line"))
        show(progress(10))
        show({"event": "message", "level": "warning", "text": "One document could not be read."})
        show(progress(11))
    lines = stream.getvalue().split("\n")
    assert len(lines) == 3
    assert all(len(part) <= 39 for line in lines for part in line.split("\r") if "Warning" not in part)
    assert lines[0].split("\r")[1].endswith("…")
    assert lines[0].split("\r")[-1] == "Warning: One document could not be read."
    assert lines[1] == "\rWriting questions: 11 of 60 samples"
    assert lines[2] == ""


def test_a_shorter_line_leaves_nothing_of_the_longer_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "200")
    stream = Terminal()
    show = progress_printer(stream)
    show(progress(10, message="something long"))
    show(progress(11))
    _, longer, shorter = stream.getvalue().split("\r")
    assert len(shorter) == len(longer)


def test_elsewhere_there_is_a_line_for_each_phase_and_every_five_seconds():
    stream = io.StringIO()
    now = 0.0
    with progress_printer(stream, clock=lambda: now) as show:
        for second in range(12):
            now = float(second)
            show(progress(second))
        show(progress(0, "Judging"))
        show({"event": "heartbeat"})
    assert stream.getvalue().splitlines() == [
        "Writing questions: 0 of 60 samples",
        "Writing questions: 5 of 60 samples",
        "Writing questions: 10 of 60 samples",
        "Judging: 0 of 60 samples",
    ]


def test_a_document_is_json_that_any_reader_accepts(capsys: pytest.CaptureFixture):
    print_json({"path": Path("a"), "loss": float("nan"), "text": "Größe"})
    out = capsys.readouterr().out
    assert json.loads(out, parse_constant=pytest.fail) == {"path": "a", "loss": None, "text": "Größe"}
    assert "Größe" in out

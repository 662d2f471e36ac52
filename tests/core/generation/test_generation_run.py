# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Whole generation runs with a tiny teacher: in this process, in a worker, killed, cancelled and refused.

What the teacher writes is noise, so a test that wants samples kept lowers the judge's line.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from generation_helpers import PLACE, SKILL, generation_request
from ilab_core.errors import GenerationError, JobError
from ilab_core.generation import judges
from ilab_core.generation.samples import FILE_NAME, Sample, SampleStore
from ilab_core.jobs.launch import WorkerProcess
from ilab_core.jobs.local import run_here
from ilab_core.jobs.runs import RunFolder, create_run, open_run

SECONDS = 60
BOTH = (PLACE, SKILL)


def new_run(folder: Path, request: dict[str, Any]) -> RunFolder:
    return create_run(folder / "runs", "generate", "Generate", request, seed=request["seed"])


def samples_of(run: RunFolder) -> list[Sample]:
    store = SampleStore(run.path / FILE_NAME)
    try:
        return store.samples()
    finally:
        store.close()


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the judge pass nearly everything, and count nothing as too far from its seed question."""
    real = judges.calibrate
    monkeypatch.setattr(judges, "calibrate", lambda right, wrong: replace(real(right, wrong), threshold=-1000.0))
    monkeypatch.setattr("ilab_core.generation.rounds.same_subject", lambda _question, _other: True)


def in_full(run: RunFolder) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Run it here; return its result, None where nothing could be kept, and its events."""
    events: list[dict[str, Any]] = []
    try:
        return run_here(run, events.append), events
    except GenerationError:
        return None, events


@pytest.mark.usefixtures("lenient")
def test_a_run_leaves_every_sample_with_its_lineage(tmp_path: Path, taxonomy: Path, tiny_teacher: Path):
    run = new_run(tmp_path, generation_request(taxonomy, tiny_teacher, BOTH, samples=4))
    result, events = in_full(run)
    samples = samples_of(run)
    assert samples

    counts = [event for event in events if event["event"] == "counts"][-1]
    decided = {event["id"]: event["status"] for event in events if event["event"] == "sample"}
    store = SampleStore(run.path / FILE_NAME)
    funnel = store.funnel()
    store.close()
    assert funnel.generated == len(samples)
    assert funnel.generated >= funnel.parsed >= funnel.unique >= funnel.judged >= funnel.kept
    assert funnel.kept == sum(sample.status == "kept" for sample in samples)
    assert not [sample for sample in samples if sample.status == "pending"]
    if result is not None:
        assert [result[name] for name in ("generated", "parsed", "unique", "judged", "kept")] == [
            counts[name] for name in ("generated", "parsed", "unique", "judged", "kept")
        ]
        assert result["kept"] == funnel.kept
        assert result["summary"] == f"Kept {funnel.kept} of {funnel.generated} samples."

    document = (taxonomy / PLACE / "cove.md").read_text()
    for sample in samples:
        assert sample.leaf in BOTH
        assert sample.kind == ("knowledge" if sample.leaf == PLACE else "skill")
        assert sample.teacher_sha256 == sha256(tiny_teacher)
        assert sample.prompt.startswith("[system]")
        assert sample.seed > 0
        assert sample.created
        assert sample.status == "kept" or sample.reason
        if sample.stage in ("judged", "kept"):
            assert 0 <= sample.score <= 1
            assert all(verdict.passed == (sample.status == "kept") for verdict in sample.judges.values())
            assert sample.judges
        if sample.id in decided:
            assert decided[sample.id] == sample.status
        if sample.document:
            assert document[sample.passage_start : sample.passage_end] == sample.passage

    leaves = json.loads((run.path / "leaves.json").read_text())
    assert [leaf["name"] for leaf in leaves] == list(BOTH)
    assert leaves[0]["sha256"] == sha256(taxonomy / PLACE / "qna.yaml")
    assert leaves[0]["created_by"] == "tests"
    assert [seed["question"] for seed in leaves[0]["seeds"]][:1] == ["What is the tower made of?"]

    inputs = {Path(item["path"]): (item["sha256"], item["bytes"]) for item in open_run(run.path).inputs}
    files = [tiny_teacher, taxonomy / PLACE / "qna.yaml", taxonomy / PLACE / "cove.md", taxonomy / SKILL / "qna.yaml"]
    assert inputs == {file: (sha256(file), file.stat().st_size) for file in files}


def test_a_run_that_keeps_nothing_fails_and_says_why(tmp_path: Path, taxonomy: Path, tiny_teacher: Path, monkeypatch):
    real = judges.calibrate
    monkeypatch.setattr(judges, "calibrate", lambda right, wrong: replace(real(right, wrong), threshold=1000.0))
    run = new_run(tmp_path, generation_request(taxonomy, tiny_teacher, samples=2))
    with pytest.raises(GenerationError, match=r"None of \d+ samples could be kept: .+ \(\d+\)") as caught:
        run_here(run, lambda _event: None)
    assert "seed examples" in caught.value.hint
    assert run.state() == "failed"
    samples = samples_of(run)
    assert len(samples) >= 2
    assert all(sample.status == "rejected" and sample.reason for sample in samples)
    commonest = max({sample.reason for sample in samples}, key=[sample.reason for sample in samples].count)
    assert commonest.lower() in caught.value.summary


def test_no_leaf_is_refused(tmp_path: Path, taxonomy: Path, tiny_teacher: Path):
    with pytest.raises(GenerationError, match="No leaf"):
        run_here(new_run(tmp_path, generation_request(taxonomy, tiny_teacher, ())), lambda _event: None)


def test_long_seed_examples_are_left_out_rather_than_the_run_given_up(
    tmp_path: Path, taxonomy: Path, tiny_teacher: Path, lenient: None
):
    file = taxonomy / SKILL / "qna.yaml"
    file.write_text(file.read_text().replace("Use.", "Use. " + "z" * 1200).replace("Begin.", "Begin. " + "z" * 1200))
    run = new_run(tmp_path, generation_request(taxonomy, tiny_teacher, (SKILL,), samples=2))
    in_full(run)
    assert len(samples_of(run)) >= 2


@pytest.mark.parametrize("changed", ["qna.yaml", "cove.md"])
def test_a_changed_input_stops_a_resumed_run_before_it_mixes_old_and_new(
    tmp_path: Path, taxonomy: Path, tiny_teacher: Path, changed: str
):
    run = new_run(tmp_path, generation_request(taxonomy, tiny_teacher, samples=1))
    in_full(run)
    before = samples_of(run)
    leaves = (run.path / "leaves.json").read_bytes()
    inputs = sorted(open_run(run.path).inputs, key=str)
    file = taxonomy / PLACE / changed
    file.write_text(file.read_text().replace("green", "blue"))
    with pytest.raises(JobError, match=f"{changed} has changed") as caught:
        run_here(open_run(run.path), lambda _event: None)
    assert "new run" in caught.value.hint
    assert samples_of(run) == before
    assert (run.path / "leaves.json").read_bytes() == leaves
    assert sorted(open_run(run.path).inputs, key=str) == inputs


def work(run: RunFolder, kill_after: int | None = None) -> list[dict[str, Any]]:
    """Run a worker to its end, or kill it once so many samples are on disk."""
    seen = []
    with WorkerProcess(run) as worker:
        for event in worker.events(SECONDS):
            seen.append(event)
            if kill_after is not None and event["event"] == "counts" and event["generated"] >= kill_after:
                os.kill(worker.pid, signal.SIGKILL)
    return seen


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_killed_and_resumed_it_makes_the_samples_of_an_unbroken_run(tmp_path: Path, taxonomy: Path, tiny_teacher: Path):
    request = generation_request(taxonomy, tiny_teacher, (SKILL,), samples=8)
    whole = new_run(tmp_path, request)
    in_full(whole)
    expected = {sample.key: sample for sample in samples_of(whole)}

    broken = new_run(tmp_path, request)
    work(broken, kill_after=2)
    assert broken.state() == "crashed"
    before = {sample.key: sample for sample in samples_of(broken)}
    assert len(before) >= 2
    work(broken)
    assert broken.state() in ("failed", "done")
    after = samples_of(broken)
    assert len({sample.key for sample in after}) == len(after)
    numbers = sorted(int(sample.key.rpartition("#")[2]) for sample in after)
    assert numbers == list(range(len(after))), "no attempt was left out"
    assert len(after) >= 3 * 8, "it was not given up early"
    assert len(set(expected) & {sample.key for sample in after}) >= 3 * 8
    for sample in after:
        if sample.key in before:
            assert (sample.raw, sample.id) == (before[sample.key].raw, before[sample.key].id), "nothing was made again"
        if sample.key in expected:
            assert sample.prompt == expected[sample.key].prompt
            assert sample.seed == expected[sample.key].seed
        assert sample.status != "pending"


def test_a_cancel_is_obeyed_within_three_seconds(tmp_path: Path, taxonomy: Path, tiny_teacher: Path):
    run = new_run(tmp_path, generation_request(taxonomy, tiny_teacher, BOTH, samples=500))
    with WorkerProcess(run) as worker:
        for event in worker.events(SECONDS):
            if event["event"] == "counts" and event["generated"] >= 1:
                break
        began = time.monotonic()
        worker.cancel(seconds=30)
        states = [event["state"] for event in worker.events(SECONDS) if event["event"] == "state"]
        assert time.monotonic() - began < 3
        assert worker.wait(SECONDS) == 130
    assert states[-1] == "cancelled"
    assert samples_of(run), "what was made before stays"

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The program as child processes, a leaf written for the tests, and what a journey has to prove."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ilab_core.generation.duplicates import normalise
from ilab_core.generation.samples import Sample, SampleStore
from ilab_core.jobs.launch import WorkerProcess
from ilab_core.jobs.runs import RunFolder, create_run, open_run
from rapidfuzz import fuzz

NEARLY_THE_SAME = 95.0
TINY_LEAF = "knowledge/places/ebb"
LEAST_FALL = 0.3
# Three seconds are promised to a person at an idle computer; the tests share theirs
CANCEL_SECONDS = 3.0 + 2.0
KILL_SECONDS = 15.0
CLEANLY_CANCELLED = 130
PROGRAM = (sys.executable, "-P", "-m", "ilab_core.cli.main")


@dataclass(frozen=True)
class Fact:
    """An invented fact: what an answer must say, and questions that ask for it, the first one that is new counts."""

    keyword: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What the command printed with --json."""
        assert self.code == 0, self.err
        return json.loads(self.out)


def command(*words: object, workspace: Path, timeout: float = 900) -> Ended:
    """Run `ilab-desktop` with these words in a process of its own."""
    environment = {**os.environ, "ILAB_DESKTOP_HOME": str(workspace), "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [*PROGRAM, *map(str, words)],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def assert_told(ended: Ended, *words: str) -> None:
    """Fail unless the command failed with a sentence that has these words, and without a traceback."""
    assert ended.code == 1, (ended.out, ended.err)
    assert "Traceback" not in ended.err, ended.err
    assert "did not expect" not in ended.err, ended.err
    for word in words:
        assert word.casefold() in ended.err.casefold(), ended.err


def write_leaf(
    taxonomy: Path, name: str, contexts: Iterable[tuple[str, Sequence[tuple[str, str]]]], document: str = ""
) -> Path:
    """Write a knowledge leaf with a document beside it, and return its qna.yaml."""
    folder = taxonomy / name
    folder.mkdir(parents=True)
    examples = [
        {"context": context, "questions_and_answers": [{"question": asked, "answer": told} for asked, told in pairs]}
        for context, pairs in contexts
    ]
    leaf = {
        "version": 3,
        "created_by": "tests",
        "domain": "Places",
        "seed_examples": examples,
        "document_outline": "A short guide to an invented place.",
        "document": {"repo": "local", "commit": "local", "patterns": ["document.md"]},
    }
    text = document or "\n\n".join(example["context"] for example in examples) + "\n"
    (folder / "document.md").write_text(text, encoding="utf-8")
    file = folder / "qna.yaml"
    file.write_text(yaml.safe_dump(leaf, sort_keys=False, width=1000, allow_unicode=True), encoding="utf-8")
    return file


def tiny_leaf(taxonomy: Path, name: str = TINY_LEAF) -> Path:
    """Write a valid knowledge leaf whose prompts are short enough for a tiny model's many tokens."""
    pairs = [("Who is it?", "It is Ada."), ("What is it?", "It is a mill."), ("How is it?", "It is old.")]
    return write_leaf(taxonomy, name, [(f"It is mill {number}. Ada owns it. It is old.", pairs) for number in range(5)])


def generate_run(folder: Path, teacher: Path, samples: int) -> RunFolder:
    """Return a new run that generates from the tiny leaf, which is made where it is missing."""
    if not (folder / "taxonomy").exists():
        tiny_leaf(folder / "taxonomy")
    request = {
        "taxonomy": str(folder / "taxonomy"),
        "leaves": [TINY_LEAF],
        "teacher": str(teacher),
        "samples": samples,
        "seed": 0,
        "documents": None,
    }
    return create_run(folder / "runs", "generate", "Ebb", request)


def train_run(folder: Path, base: Path, **options: object) -> RunFolder:
    """Return a new run that trains on data written by hand."""
    from training_helpers import FACTS, write_generation_run

    data = folder / "data"
    if not data.exists():
        write_generation_run(data, samples=FACTS)
    request = {"base": str(base), "data": [str(data)], "preset": "quick", "seed": 1, "publish": None, **options}
    return create_run(folder / "runs", "train", "Ebb", request)


def samples_of(folder: Path) -> list[Sample]:
    """Return every sample of a generation run."""
    with closing(SampleStore(folder / "samples.db")) as store:
        return store.samples()


def assert_lineage(folder: Path, leaf: str, teacher: Path, documents: Mapping[str, str]) -> None:
    """Fail unless every sample of a run says where it came from, and was decided with a reason or a judge."""
    samples = samples_of(folder)
    digest = hashlib.sha256(teacher.read_bytes()).hexdigest()
    assert sum(sample.status == "kept" for sample in samples) >= 10
    for sample in samples:
        assert sample.leaf == leaf
        assert sample.teacher_sha256 == digest
        assert sample.prompt
        assert sample.raw
        assert sample.seed > 0
        assert sample.passage
        assert sample.passage_end - sample.passage_start == len(sample.passage)
        if sample.document:
            assert documents[sample.document][sample.passage_start : sample.passage_end] == sample.passage
        assert sample.status in ("kept", "rejected")
        if sample.status == "kept":
            assert sample.judges
            for verdict in sample.judges.values():
                assert verdict.passed
                assert verdict.score >= verdict.threshold
        else:
            assert sample.reason
    assert any(sample.document for sample in samples)
    assert len({sample.key for sample in samples}) == len(samples)


def assert_learned(card: Mapping[str, Any]) -> None:
    """Fail unless the held-out loss fell by three tenths, measured on examples that were kept apart."""
    assert card["data"]["held_out"] >= 1
    assert card["held_out_best"] <= (1 - LEAST_FALL) * card["held_out_before"]


def training_questions(folder: Path) -> list[str]:
    """Return the questions of everything that can be trained on: kept samples and the leaves' own."""
    leaves = json.loads((folder / "leaves.json").read_text(encoding="utf-8"))
    seeds = [seed["question"] for leaf in leaves for seed in leaf["seeds"]]
    return seeds + [sample.question for sample in samples_of(folder) if sample.status == "kept"]


def new_questions(facts: Sequence[Fact], folder: Path) -> list[tuple[str, str]]:
    """Return a question and its keyword for each fact, worded differently from all training data of a run."""
    known = [normalise(question) for question in training_questions(folder)]
    assert known
    chosen = []
    for fact in facts:
        new = [asked for asked in fact.questions if not _is_known(asked, known)]
        assert new, f"every question for {fact.keyword} is in the training data"
        chosen.append((new[0], fact.keyword))
    assert len(chosen) >= 5
    return chosen


def assert_taught(tuned: Sequence[tuple[str, str, str]], base: Sequence[tuple[str, str, str]]) -> None:
    """Fail unless the tuned model knows at least four of five facts, and the base none: (question, keyword, answer)."""
    known = [entry for entry in tuned if says(entry[2], entry[1])]
    assert len(tuned) >= 5
    assert len(known) >= round(0.8 * len(tuned)), tuned
    guessed = [entry for entry in base if says(entry[2], entry[1])]
    assert len(base) == len(tuned)
    assert not guessed, guessed


def says(answer: str, keyword: str) -> bool:
    """Return whether an answer has the keyword in it."""
    return normalise(keyword) in normalise(answer)


def events_until(
    worker: WorkerProcess, wanted: Callable[[Mapping[str, Any]], bool], timeout: float
) -> list[dict[str, Any]]:
    """Return the events of a worker up to the first that is `wanted`; fail where it ends before."""
    seen = []
    for event in worker.events(timeout):
        seen.append(event)
        if wanted(event):
            return seen
    raise AssertionError(f"it ended before: {seen[-3:]}")


def cancel_cleanly(worker: WorkerProcess) -> None:
    """Cancel a worker; fail unless it ends its job in time and by itself, long before the kill that ends a deaf one."""
    began = time.monotonic()
    worker.cancel(KILL_SECONDS)
    told = [event["state"] for event in worker.events(KILL_SECONDS + 15) if event["event"] == "state"]
    assert time.monotonic() - began < CANCEL_SECONDS
    assert worker.wait(1) == CLEANLY_CANCELLED
    assert told[-1] == "cancelled"
    assert open_run(worker.run.path).state() == "cancelled"


def fill(disk: Path, leave: int) -> Path:
    """Fill a disk up to `leave` bytes, and return the file that does it."""
    filler = disk / "filler"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    filler.write_bytes(b"\0" * max(0, free - leave))
    return filler


def wait_until(condition: Callable[[], bool], timeout: float, what: str) -> None:
    """Wait for a condition without Qt; fail with `what` when it does not come."""
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, f"waited {timeout} s for {what}"
        time.sleep(0.05)


def _is_known(question: str, known: Sequence[str]) -> bool:
    text = normalise(question)
    return any(fuzz.ratio(text, other) >= NEARLY_THE_SAME for other in known)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Samples on disk: nothing is lost, a person has the last word, and many may read while one writes."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from generation_helpers import make_sample
from ilab_core.errors import GenerationError
from ilab_core.generation.export import export_messages
from ilab_core.generation.samples import FILE_NAME, Funnel, SampleStore, Stage, Status, Verdict


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SampleStore]:
    store = SampleStore(tmp_path / FILE_NAME)
    yield store
    store.close()


def decisions(store: SampleStore) -> list[tuple[int, str, dict]]:
    with sqlite3.connect(store.path) as connection:
        rows = connection.execute("select sample, action, before from decisions order by id").fetchall()
    connection.close()
    return [(sample, action, json.loads(before)) for sample, action, before in rows]


def test_a_sample_comes_back_as_it_was_stored(store: SampleStore):
    lineage = {"document": "d.md", "commit": "abc", "passage": "text", "passage_start": 3, "passage_end": 7}
    teacher = {"raw": "Question: Où ?", "teacher_sha256": "0" * 64, "prompt": "[user]\n…", "seed": 2**31 - 1}
    verdict = {"score": 0.25, "judges": {"faithful": Verdict(0.25, 0.5, False)}, "reason": "r"}
    text = {"question": "Où ?", "answer": "Là\n\tbas", "context": "c", "created": "2026-01-01T00:00:00+00:00"}
    sample = make_sample(**lineage, **teacher, **verdict, **text, status="kept", stage="kept", edited=True)
    stored = store.add(sample)
    assert stored.id == 1
    assert store.sample(1) == stored == replace(sample, id=1)
    assert store.samples() == [stored]


def test_the_same_attempt_cannot_be_stored_twice(store: SampleStore):
    store.add(make_sample("a#1"))
    with pytest.raises(GenerationError):
        store.add(make_sample("a#1"))
    assert store.keys() == {"a#1"}


def test_a_person_has_the_last_word_and_every_decision_is_kept(store: SampleStore):
    first = store.add(make_sample("a#0")).id
    store.decide(first, "rejected", "judged", "The passage does not say this", 0.2, {"j": Verdict(0.2, 0.5, False)})
    store.keep(first)
    store.edit(first, "Why not?", "So so.")
    store.reject(first)
    store.decide(first, "kept", "kept", "", 0.9, {})
    sample = store.sample(first)
    assert (sample.status, sample.reason, sample.decided_by) == ("rejected", "Rejected by you", "person")
    assert (sample.question, sample.answer, sample.edited) == ("Why not?", "So so.", True)
    assert (sample.score, sample.stage, sample.judges) == (0.2, "judged", {"j": Verdict(0.2, 0.5, False)})
    assert [(who, action) for who, action, _ in decisions(store)] == [(first, a) for a in ("keep", "edit", "reject")]
    assert decisions(store)[0][2] == {"status": "rejected", "reason": "The passage does not say this"}
    assert decisions(store)[1][2]["question"] == "Why?"


@pytest.mark.parametrize("word", ["keep", "reject", "edit"])
def test_a_verdict_that_comes_after_a_person_is_recorded_and_overrules_nobody(store: SampleStore, word: str):
    first = store.add(make_sample("a#0", status="pending", stage="parsed")).id
    {"keep": store.keep, "reject": store.reject, "edit": lambda one: store.edit(one, "Q?", "A.")}[word](first)
    before = store.sample(first)
    verdict = {"faithful": Verdict(0.25, 0.5, word == "reject")}
    decided: tuple[Status, Stage] = ("kept", "kept") if word == "reject" else ("rejected", "judged")
    store.decide(first, *decided, "The passage does not say this", 0.25, verdict)
    assert store.sample(first) == replace(before, stage=decided[1], score=0.25, judges=verdict)
    assert store.funnel() == Funnel(generated=1, parsed=1, unique=1, judged=1, kept=int(word != "reject"))
    store.decide(first, "rejected", "parsed", "Same")
    assert store.sample(first).judges == verdict


def test_what_cannot_be_decided_is_an_error_and_changes_nothing(store: SampleStore):
    sample = store.sample(store.add(make_sample()).id)
    for question, answer in (("", "a"), ("q", " \n")):
        with pytest.raises(GenerationError, match="needs a question and an answer"):
            store.edit(sample.id, question, answer)
    for change in (store.keep, store.reject, store.sample):
        with pytest.raises(GenerationError, match="no sample 99"):
            change(99)
    assert store.samples() == [sample]
    assert decisions(store) == []


def test_the_funnel_and_the_reasons(store: SampleStore):
    for number, (status, stage, reason) in enumerate(
        [
            ("rejected", "generated", "No question"),
            ("rejected", "parsed", "Same"),
            ("rejected", "parsed", "Same"),
            ("rejected", "judged", "No"),
            ("kept", "kept", ""),
            ("kept", "kept", ""),
            ("pending", "parsed", ""),
        ]
    ):
        sample = store.add(make_sample(f"a#{number}"))
        store.decide(sample.id, status, stage, reason)
    assert store.funnel() == Funnel(generated=7, parsed=6, unique=3, judged=3, kept=2)
    assert list(store.reasons().items()) == [("Same", 2), ("No", 1), ("No question", 1)]
    store.keep(1)
    store.reject(5)
    assert store.funnel() == Funnel(generated=7, parsed=6, unique=3, judged=3, kept=2)
    store.keep(2)
    assert store.funnel().kept == 3


def test_samples_are_found_by_status_leaf_text_and_place(store: SampleStore):
    for number in range(4):
        leaf = f"knowledge/{number % 2}"
        store.add(make_sample(f"a#{number}", leaf=leaf, question=f"Is it 100% of {number}_?", answer="Yes"))
    store.keep(2)
    assert [sample.id for sample in store.samples(status="kept")] == [2]
    assert [sample.id for sample in store.samples(leaf="knowledge/0")] == [1, 3]
    assert [sample.id for sample in store.samples(text="3_")] == [4], "no character is a wildcard"
    assert [sample.id for sample in store.samples(text="YES")] == [1, 2, 3, 4]
    assert [sample.id for sample in store.samples(after=2)] == [3, 4]
    assert store.samples(leaf="' or 1=1 --") == []


def test_many_read_and_decide_while_one_writes(tmp_path: Path):
    path = tmp_path / FILE_NAME
    SampleStore(path).close()
    total = 150
    errors: list[BaseException] = []

    def write() -> None:
        try:
            store = SampleStore(path)
            for number in range(total):
                store.decide(store.add(make_sample(f"a#{number}")).id, "rejected", "judged", "No")
            store.close()
        except BaseException as error:
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    reader = SampleStore(path)
    counts = [0]
    while writer.is_alive():
        samples = reader.samples()
        assert [sample.id for sample in samples] == list(range(1, len(samples) + 1))
        counts.append(len(samples))
        if samples and samples[0].status != "pending":
            reader.keep(samples[0].id)
    writer.join()
    assert errors == []
    assert counts == sorted(counts)
    assert len(reader.samples()) == total
    reader.keep(1)
    assert reader.funnel() == Funnel(total, total, total, total, 1)
    reader.close()


def test_a_file_that_is_no_store_is_an_error_for_a_person(tmp_path: Path):
    path = tmp_path / FILE_NAME
    path.write_text("no database at all, and longer than a header would be" * 10)
    with pytest.raises(GenerationError, match="could not be read or written"):
        SampleStore(path)
    with pytest.raises(GenerationError):
        SampleStore(tmp_path / "none" / FILE_NAME)


def test_exported_rows_are_those_kept_in_the_messages_format(tmp_path: Path, store: SampleStore):
    store.add(
        make_sample("a#0", question="Où?", answer="Là.", document="d.md", passage_start=3, passage_end=9, score=0.75)
    )
    store.add(make_sample("a#1", question="And?", context="Given this."))
    store.add(make_sample("a#2"))
    store.keep(1)
    store.edit(2, "And then?", "Well.")
    store.reject(3)
    assert export_messages(store.samples(), tmp_path / "out.jsonl") == 2
    text = (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert "Là." in text
    first, second = map(json.loads, text.splitlines())
    assert [message["role"] for message in first["messages"]] == ["user", "assistant"]
    assert [message["content"] for message in first["messages"]] == ["Où?", "Là."]
    assert (first["id"], first["unmask"]) == ("a#0", False)
    metadata = json.loads(first["metadata"])
    assert (metadata["leaf_node"], metadata["document"], metadata["passage_start"]) == ("knowledge/a", "d.md", 3)
    assert (metadata["score"], metadata["edited"]) == (0.75, False)
    assert second["messages"][0]["content"].startswith("Given this.")
    assert second["messages"][0]["content"].endswith("And then?")
    assert json.loads(second["metadata"])["edited"] is True

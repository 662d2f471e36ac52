# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the teacher is asked: decided by an attempt's number alone, and built out of the leaf."""

from __future__ import annotations

from pathlib import Path

import pytest
from generation_helpers import PLACE, SKILL, TOWER, generation_request
from ilab_core.errors import GenerationError
from ilab_core.generation.leaf_work import LeafWork, prepare_leaf
from ilab_core.generation.request import GenerationRequest


def prepare(taxonomy: Path, name: str = PLACE, limit_measure=len, **changes) -> LeafWork:
    request = GenerationRequest.from_json(generation_request(taxonomy, taxonomy / "none.gguf", **changes))
    return prepare_leaf(request, name, 4, limit_measure)


@pytest.mark.parametrize("name", [PLACE, SKILL])
def test_an_attempt_depends_on_its_number_and_seed_alone(taxonomy: Path, name: str):
    numbers = range(80)
    forwards = [prepare(taxonomy, name).pipeline.attempt(number) for number in numbers]
    backwards = {number: prepare(taxonomy, name).pipeline.attempt(number) for number in reversed(numbers)}
    assert forwards == [backwards[number] for number in numbers]
    assert len({attempt.key for attempt in forwards}) == 80
    assert len({attempt.seed for attempt in forwards}) == 80
    other = prepare(taxonomy, name, seed=2).pipeline
    assert [other.attempt(number).seed for number in numbers] != [attempt.seed for attempt in forwards]
    assert [other.key(number) for number in numbers] == [attempt.key for attempt in forwards]


def test_knowledge_is_asked_about_every_passage_with_seed_examples_before_it(taxonomy: Path):
    work = prepare(taxonomy, limit_measure=lambda text: 5 * len(text))
    passages = work.pipeline.passages
    assert len(passages) > 1
    text = (taxonomy / PLACE / "cove.md").read_text()
    assert all(text[passage.start : passage.end] == passage.text for passage in passages)
    asked = [attempt for number in range(40) if (attempt := work.pipeline.attempt(number)).reworded is None]
    assert {attempt.passage for attempt in asked} == set(passages)
    for attempt in asked:
        assert attempt.passage.text in attempt.messages[-1].content
        assert [message.role for message in attempt.messages] == ["system", *["user", "assistant"] * 2, "user"]
        assert attempt.passage.document == "cove.md"


def test_rewordings_keep_the_answer_of_their_seed_pair(taxonomy: Path):
    work = prepare(taxonomy)
    reworded = [attempt for number in range(40) if (attempt := work.pipeline.attempt(number)).reworded is not None]
    pairs = {pair for example in work.leaf.seed_examples for pair in example.pairs}
    assert {attempt.reworded for attempt in reworded} == pairs
    for attempt in reworded:
        context = next(e.context for e in work.leaf.seed_examples if attempt.reworded in e.pairs)
        assert attempt.messages[-1].content == attempt.reworded.question
        assert attempt.passage.text == context


def test_a_leaf_in_another_language_is_not_asked_to_reword_in_english(taxonomy: Path):
    file = taxonomy / PLACE / "qna.yaml"
    text = file.read_text()
    for english, german in (("What is", "Woraus ist"), ("Which", "Welche"), ("Who", "Wen")):
        text = text.replace(english, german)
    file.write_text(text)
    work = prepare(taxonomy)
    assert all(work.pipeline.attempt(number).reworded is None for number in range(20))


def test_a_skill_shows_its_examples_and_has_no_passage(taxonomy: Path):
    attempt = prepare(taxonomy, SKILL).pipeline.attempt(0)
    assert attempt.passage.text == ""
    assert "Say it in plain words" in attempt.messages[-1].content
    shown = "".join(message.content for message in attempt.messages if message.role == "assistant")
    assert all(answer in shown for answer in ("Use.", "Begin.", "Buy."))


def test_seed_questions_count_as_asked_already(taxonomy: Path):
    assert prepare(taxonomy).seen.like("what is the tower made of") == "Same question as a seed example"


def test_without_its_document_a_leaf_falls_back_to_its_contexts_and_says_so(taxonomy: Path):
    (taxonomy / PLACE / "cove.md").unlink()
    work = prepare(taxonomy)
    assert "cove.md" in work.warning
    assert {passage.text for passage in work.pipeline.passages} == {e.context for e in work.leaf.seed_examples}
    assert work.documents == ()


def test_two_documents_of_one_name_are_both_read(taxonomy: Path):
    folder = taxonomy / PLACE
    (folder / "deep").mkdir()
    (folder / "deep" / "cove.md").write_text("The mill is red.")
    file = folder / "qna.yaml"
    file.write_text(file.read_text().replace("- cove.md", "- '**/cove.md'"))
    work = prepare(taxonomy)
    assert {passage.document for passage in work.pipeline.passages} == {"cove.md", "deep/cove.md"}
    assert set(work.documents) == {folder / "cove.md", folder / "deep" / "cove.md"}


def test_an_example_that_was_changed_overrules_the_document(taxonomy: Path):
    file = taxonomy / PLACE / "qna.yaml"
    file.write_text(
        file.read_text().replace(TOWER, "The tower is made of green glass.").replace("Green slate", "Glass")
    )
    work = prepare(taxonomy, limit_measure=lambda text: 5 * len(text))
    told = " ".join(passage.text for passage in work.pipeline.passages)
    assert "green glass" in told
    assert "slate" not in told
    assert "example counts" in work.warning


def test_a_leaf_without_examples_is_refused(taxonomy: Path):
    file = taxonomy / SKILL / "qna.yaml"
    file.write_text("version: 2\ncreated_by: tests\ntask_description: Say it\nseed_examples: []\n")
    with pytest.raises(GenerationError, match="no seed examples"):
        prepare(taxonomy, SKILL)

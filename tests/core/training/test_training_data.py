# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import random
from pathlib import Path

import pytest
from ilab_core.errors import TrainingError
from ilab_core.prompting import Message, load_contract
from ilab_core.training.data import (
    TrainingExample,
    example,
    follow_ups,
    load_examples,
    question_key,
    rows,
    split,
    user_text,
)
from training_helpers import FACTS, LEAF, write_generation_run


def questions(count: int, leaf: str = LEAF) -> list[TrainingExample]:
    return [example("", f"Question {n}?", f"Answer {n}.", leaf, "sample", str(n)) for n in range(count)]


def test_the_user_says_the_context_then_the_question() -> None:
    assert user_text("A text.\n", " Why? ") == "A text.\n\nWhy?"
    assert user_text("", "Why?") == "Why?"


def test_only_kept_samples_and_the_seeds_are_learned(tmp_path: Path) -> None:
    kept = write_generation_run(tmp_path / "a", samples=FACTS[:2], seeds=FACTS[2:4])
    rejected = write_generation_run(tmp_path / "b", samples=FACTS[4:], status="rejected")
    found = load_examples([kept, rejected])
    assert [(item.messages[0].content, item.source) for item in found] == [
        (FACTS[2][0], "seed"),
        (FACTS[3][0], "seed"),
        (FACTS[0][0], "sample"),
        (FACTS[1][0], "sample"),
    ]
    assert found[0].messages[1] == Message("assistant", FACTS[2][1])


def test_a_skill_keeps_its_context(tmp_path: Path) -> None:
    folder = write_generation_run(
        tmp_path / "a", samples=FACTS[:1], seeds=FACTS[1:2], kind="skill", context="Given text."
    )
    seed, sample = load_examples([folder])
    assert seed.question == f"A passage.\n\n{FACTS[1][0]}"
    assert sample.question == f"Given text.\n\n{FACTS[0][0]}"


def test_a_folder_without_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="holds no generated data"):
        load_examples([tmp_path])


def test_no_question_is_on_both_sides() -> None:
    items = questions(30)
    items += [example("", f"  question {n}? ", "Another answer.", LEAF, "seed", "x") for n in range(0, 30, 2)]
    parts = split(items, 0.3, 7)
    training = {question_key(item) for item in parts.training}
    held_out = {question_key(item) for item in parts.held_out}
    assert len(held_out) == 9
    assert not training & held_out
    assert len(parts.training) + len(parts.held_out) == len(items)


def test_the_choice_does_not_depend_on_the_order() -> None:
    items = questions(40)
    shuffled = items[:]
    random.Random(3).shuffle(shuffled)
    first, second = split(items, 0.2, 1), split(shuffled, 0.2, 1)
    assert set(first.held_out) == set(second.held_out)
    assert set(first.held_out) != set(split(items, 0.2, 2).held_out)


def test_each_leaf_gives_one_away_when_it_has_five() -> None:
    items = questions(5, "knowledge/a") + questions(4, "knowledge/b")
    items = [example("", f"{item.leaf} {item.question}", "x", item.leaf, "sample", item.source_id) for item in items]
    assert [item.leaf for item in split(items, 0.1, 0).held_out] == ["knowledge/a"]
    assert split(items, 0.0, 0).held_out == ()


def test_samples_are_held_out_before_what_a_person_wrote() -> None:
    seeds = [example("", f"Seed {n}?", "x", LEAF, "seed", str(n)) for n in range(20)]
    parts = split(seeds + questions(4), 0.15, 0)
    assert [item.source for item in parts.held_out] == ["sample"] * 4


def test_duplicates_are_learned_once() -> None:
    parts = split(questions(3) + questions(3), 0.1, 0)
    assert (len(parts.training), parts.duplicates) == (3, 3)


def test_only_the_answer_and_its_end_are_learned(tiny_base: Path) -> None:
    with load_contract(tiny_base) as contract:
        made = rows([example("", FACTS[0][0], FACTS[0][1], LEAF, "seed", "1")], contract, 512)
        (row,) = made.rows
        learned = [token for token, wanted in zip(row.ids, row.mask, strict=True) if wanted]
        assert contract.vocabulary.detokenize(learned) == FACTS[0][1]
        assert contract.vocabulary.ends_turn(learned[-1])
        before = [token for token, wanted in zip(row.ids, row.mask, strict=True) if not wanted]
        prompt = contract.prompt_tokens([Message("user", FACTS[0][0])])
        assert before[: len(prompt)] == prompt


def test_rows_that_cannot_be_learned_are_counted_with_the_reason(tiny_base: Path) -> None:
    items = [
        example("", "Long?", "word " * 300, LEAF, "sample", "1"),
        example("", "Empty?", "  ", LEAF, "sample", "2"),
        TrainingExample((Message("user", "Nobody answers."),), LEAF, "sample", "3"),
        example("", "Good?", "Yes.", LEAF, "sample", "4"),
    ]
    with load_contract(tiny_base) as contract:
        made = rows(items, contract, 200)
    assert made.left_out == {
        "longer than 200 tokens": 1,
        "empty question or answer": 1,
        "nothing to learn in it": 1,
    }
    assert [item.source_id for item in made.examples] == ["4"]


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8])
def test_each_is_asked_first_and_half_of_the_rows_go_on_from_another(count: int) -> None:
    examples = [
        example("", f"What is {number}?", f"It is {number}.", "leaf", "seed", str(number)) for number in range(count)
    ]
    made = follow_ups(examples, seed=3)
    assert len(made) == count
    assert {item.messages[:2] for item in made} == {item.messages for item in examples}
    pairs = [item for item in made if len(item.messages) == 4]
    assert len(pairs) == count // 2
    assert all(item.messages[2:] in {other.messages for other in examples} for item in pairs)
    assert follow_ups(examples[::-1], seed=3) == made


def test_long_examples_stay_alone() -> None:
    examples = [example("", f"{number}" * 700, "Yes.", "leaf", "seed", str(number)) for number in range(4)]
    assert sorted(item.question for item in follow_ups(examples, seed=0)) == [item.question for item in examples]

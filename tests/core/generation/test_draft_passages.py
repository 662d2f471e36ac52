# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which passages of a document are proposed as contexts, which questions about them, and in which order."""

from __future__ import annotations

from pathlib import Path

from generation_helpers import make_leaf
from ilab_core.generation.documents import Passage
from ilab_core.generation.draft_choice import Pair, three_of
from ilab_core.generation.draft_passages import contexts_in, spread, without_overlaps
from ilab_core.generation.draft_prompts import draft_prompts, sentences_of
from ilab_core.taxonomy.leaf import QuestionAnswer, SeedExample

ONE = "The tower of Tull is made of green slate. It was built in the year 1790 by two brothers, who quarrelled often."
TWO = "Old Marta keeps the bees of Tull in forty hives. They like heather best, and the honey is dark and very bitter."


def measure(text: str) -> int:
    return len(text.split())


def found_in(text: str) -> list[str]:
    passages = contexts_in({"a.md": text}, measure)
    assert all(text[passage.start : passage.end] == passage.text for passage in passages)
    return [passage.text for passage in passages]


def test_contexts_are_whole_sentences_without_their_headings():
    assert found_in(f"# Tull\n\n## The tower\n\n{ONE}\n\nBees\n----\n\n{TWO}\n") == [ONE, TWO]


def test_lists_tables_code_and_fragments_are_no_contexts():
    items = "\n".join(f"- item {number} of a long list without any end" for number in range(6))
    table = "| a | b |\n|---|---|\n" + "\n".join("| many words in | every row of it. |" for _ in range(6))
    code = "```\n" + "print('one thing after the other and then again.')\n" * 4 + "```"
    assert found_in(f"{items}\n\n# T\n\n{table}\n\n# C\n\n{code}\n\n# S\n\nShort.\n\n# B\n\n{TWO}") == [TWO]


def test_a_paragraph_that_is_too_long_is_cut_at_a_sentence():
    long = " ".join(f"Sentence number {number} tells of the ferry and of the bees of Tull." for number in range(60))
    pieces = found_in(long)
    assert len(pieces) > 1
    assert all(piece.startswith("Sentence") and piece.endswith("Tull.") for piece in pieces)


def test_overlaps_are_found_whatever_the_white_space_and_where_nearly_all_words_are_the_same():
    text = f"{ONE}\n\n{TWO}"
    one, two = Passage("a", 0, len(ONE), ONE), Passage("a", len(ONE) + 2, len(text), TWO)
    across = "who\nquarrelled   often. Old Marta keeps"
    assert without_overlaps([one, two], {"a": text}, ["bees of\n Tull in forty"]) == [one]
    assert without_overlaps([one, two], {"a": text}, [across]) == []
    assert without_overlaps([one, two], {"a": text}, [TWO.replace("forty", "fifty")]) == [one]
    assert without_overlaps([one, two], {"a": text}, ["Something else entirely."]) == [one, two]


def test_passages_are_spread_over_the_document_and_none_is_lost():
    passages = [Passage("a", place, place + 1, str(place)) for place in range(10)]
    order = [passage.start for passage in spread(passages, 3)]
    assert order[:3] == [1, 5, 8]
    assert sorted(order) == list(range(10))
    assert [passage.start for passage in spread(passages[:2], 5)] == [0, 1]
    assert spread([], 5) == []


def test_the_surest_three_have_different_answers_about_different_sentences():
    def pair(answer: str, about: str, score: float) -> Pair:
        return Pair("c", f"What of {answer}?", answer, about, 0.1, score)

    best, same = pair("Green slate.", "1", 0.9), pair("green slate", "2", 0.8)
    second, other = pair("In 1790.", "1", 0.85), pair("Two brothers.", "3", 0.5)
    assert three_of([other, second, same, best]) == [best, other, second]
    assert three_of([same, best]) == [best]


def test_a_leaf_with_examples_shows_the_teacher_its_own(tmp_path: Path):
    own = draft_prompts(make_leaf(tmp_path), "", 1)
    assert own.taught.seed_examples[0].context == "A context."
    assert own.openers == ("What", "Who")
    empty = SeedExample("", (QuestionAnswer("", ""),))
    fresh = draft_prompts(make_leaf(tmp_path, seed_examples=(empty,) * 5), "Bees of Tull", 1)
    assert all(pair.answer for example in fresh.taught.seed_examples for pair in example.pairs)
    last = fresh.attempts(Passage("a", 0, len(TWO), TWO), 0)[0].messages[-1].content
    assert "Bees of Tull" in last
    assert TWO in last


def test_each_sentence_is_asked_about_and_english_openers_are_only_for_english(tmp_path: Path):
    fresh = draft_prompts(make_leaf(tmp_path, seed_examples=()), "", 1)
    attempts = fresh.attempts(Passage("a", 0, len(TWO), TWO), 0)
    assert len({attempt.messages[-1].content for attempt in attempts}) == 2
    assert len({attempt.start for attempt in attempts}) > 4
    german = "Die Fähre fährt am Montag. Sie ist niemals zu spät und trägt zwölf Leute."
    assert {attempt.start for attempt in fresh.attempts(Passage("a", 0, 9, german), 0)} == {"Question:"}


def test_short_pieces_belong_to_the_sentence_they_begin():
    assert sentences_of("Dr. Holt came late. She left.\n\nIt rained all day.") == [
        "Dr. Holt came late.",
        "She left. It rained all day.",
    ]

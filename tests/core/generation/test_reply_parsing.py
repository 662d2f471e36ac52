# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Questions and answers out of what a teacher wrote, and whether they are new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ilab_core.generation.duplicates import SeenQuestions, normalise, same_subject
from ilab_core.generation.parsing import ParsedReply, parse_reply


@pytest.mark.parametrize(
    "text",
    [
        "Question: Why?\nAnswer: So.",
        "question: Why?\nANSWER: So.",
        "**Question:** Why?\n**Answer:** So.",
        "**Question**: Why?\n**Answer**: So.",
        "### Question\nWhy?\n\n### Answer\nSo.",
        "Question 1: Why?\nAnswer 1: So.",
        "1. Question: Why?\n   Answer: So.",
        "- Question: Why?\n- Answer: So.",
        "> Question: Why?\n> Answer: So.",
        "Q: Why?\nA: So.",
        "Q1. Why?\nA1. So.",
        "**Q:** Why?\n**A:** So.",
        "Question： Why?\nAnswer： So.",
        'Question: "Why?"\nAnswer: "So."',
        "Why?\nSo.",
        "Why? So.",
        "Sure, here it is:\n\nQuestion: Why?\nAnswer: So.\nQuestion: Another?\nAnswer: No.",
    ],
)
def test_many_ways_to_mark_a_question_and_its_answer(text: str):
    assert parse_reply(text) == ParsedReply("Why?", "So.")


def test_a_context_is_read_and_a_list_in_an_answer_is_kept():
    assert parse_reply("Context: Of old.\nQuestion: Why?\nAnswer: So.") == ParsedReply("Why?", "So.", "Of old.")
    assert parse_reply("Question: Which?\nAnswer: These:\na) red\nb) blue") == ParsedReply(
        "Which?", "These:\na) red\nb) blue"
    )
    assert parse_reply("Question: Which?\nAnswer:\nA. red\nB. blue") == ParsedReply("Which?", "A. red\nB. blue")
    assert parse_reply('Question: Who said "no"?\nAnswer: "He" and "she".') == ParsedReply(
        'Who said "no"?', '"He" and "she".'
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "No question"),
        ("Just some words.", "No question"),
        ("Answer: So.", "No question"),
        ("Question:\nAnswer: So.", "No question"),
        ("Question: Why?", "No answer"),
        ("Question: Why?\nAnswer:  \n", "No answer"),
        ("Question: Say it\nAnswer: say IT", "repeats"),
    ],
)
def test_what_cannot_be_read_has_a_reason(text: str, reason: str):
    told = parse_reply(text)
    assert isinstance(told, str)
    assert reason in told


@given(st.text(st.sampled_from('QA: \n*#?."1question answer'), max_size=60))
def test_any_text_gives_a_stripped_pair_or_a_reason(text: str):
    parsed = parse_reply(text)
    if isinstance(parsed, ParsedReply):
        assert parsed.question
        assert parsed.answer
        assert parsed.question == parsed.question.strip()
        assert parsed.answer == parsed.answer.strip()
    else:
        assert parsed


def seen(*questions: str) -> SeenQuestions:
    questions_seen = SeenQuestions()
    for number, question in enumerate(questions):
        questions_seen.add(question, f"sample {number}")
    return questions_seen


@pytest.mark.parametrize(
    "again", ["what is the tower made of", " What  is the TOWER made of?! ", "Ｗhat is the tower made of?"]
)
def test_the_same_question_in_other_letters_is_no_new_one(again: str):
    known = seen("Who keeps the bees?", "What is the tower made of?")
    assert known.like(again) == "Same question as sample 1"


def test_nearly_the_same_question_is_no_new_one_and_another_is():
    known = seen("Who keeps the bees?", "What is the old tower made of?")
    assert known.like("What is the old towers made of?") == "Nearly the same question as sample 1"
    assert known.like("When was the old tower made?") == ""
    assert seen().like("Anything?") == ""


def test_other_numbers_and_signs_make_another_question():
    known = seen("How much is 12 + 5 in all of the lists?", "Who was mayor of Harrow Cove in 1871?")
    assert known.like("How much is 12 + 6 in all of the lists?") == ""
    assert known.like("How much is 12 * 5 in all of the lists?") == ""
    assert known.like("Who was mayor of Harrow Cove in 1872?") == ""
    assert known.like("How much is 12+5 in all of the lists?") == "Same question as sample 0"


def test_words_are_kept_in_every_script():
    assert normalise("Ça va, Świat? — 鹭在哪里？") == "ça va świat 鹭在哪里"


def test_a_question_in_other_words_keeps_its_subject():
    assert same_subject("Tell me who keeps the Harrow Cove lighthouse", "Who keeps the Harrow Cove lighthouse?")
    assert not same_subject("What do bees eat in winter?", "Who keeps the Harrow Cove lighthouse?")

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the meters say, and when an example is too long for the teacher."""

from __future__ import annotations

from pathlib import Path

import pytest
from ilab_core.taxonomy.advice import MAX_CONTEXT_WORDS
from ilab_core.taxonomy.checking import problems_at
from ilab_core.taxonomy.leaf import QuestionAnswer
from ilab_core.taxonomy.meter import TokenCounts, context_meter, long_examples, pair_meter
from ilab_core.taxonomy.reader import parse_leaf

KNOWLEDGE = Path("knowledge/towers/qna.yaml")
LETTERS = TokenCounts(len, 100)


def test_words_alone_until_tokens_are_counted():
    assert context_meter("One two three.", TokenCounts()).text == "3 of 500 words"
    assert context_meter("One two three.", LETTERS).text == "3 of 500 words · 14 tokens"
    assert context_meter("x", LETTERS).text == "1 of 500 words · 1 token"
    assert context_meter("", LETTERS).text == "0 of 500 words · 0 tokens"


def test_question_and_answer_are_one_text():
    meter = pair_meter(QuestionAnswer("Why so?", "Because."), LETTERS)
    assert (meter.text, meter.is_over) == ("3 of 250 words · 15 tokens", False)
    half = TokenCounts(lambda text: 7 if text == "Why so?" else None, 100)
    assert pair_meter(QuestionAnswer("Why so?", "Because."), half).text == "3 of 250 words"


@pytest.mark.parametrize(
    ("text", "counts", "over", "said"),
    [
        ("a " * MAX_CONTEXT_WORDS, TokenCounts(), False, "500 of 500 words"),
        ("a " * (MAX_CONTEXT_WORDS + 1), TokenCounts(), True, "501 of 500 words"),
        ("a" * 100, LETTERS, False, "1 of 500 words · 100 tokens"),
        ("a" * 1101, TokenCounts(len, 1100), True, "1 of 500 words · 1,101 of 1,100 tokens"),
    ],
)
def test_the_meter_warns_past_its_limits_only(text, counts, over, said):
    meter = context_meter(text, counts)
    assert (meter.is_over, meter.text) == (over, said)


def test_an_example_that_is_too_long_for_the_teacher_is_told_at_its_context(knowledge_text):
    leaf = parse_leaf(knowledge_text, KNOWLEDGE)
    longest = max(
        len(example.context) + max(len(pair.question) + len(pair.answer) for pair in example.pairs)
        for example in leaf.seed_examples
    )
    assert list(long_examples(leaf, TokenCounts(len, longest))) == []
    findings = list(long_examples(leaf, TokenCounts(len, longest - 1)))
    assert findings
    problems = problems_at(knowledge_text, KNOWLEDGE, findings)
    assert {(problem.code, problem.severity) for problem in problems} == {("long-tokens", "warning")}
    for problem in problems:
        assert problem.field.endswith(".context")
        assert f"{longest:,} tokens" in problem.message
        assert "Tower number" in knowledge_text.split("\n")[problem.line]


def test_nothing_is_told_while_nothing_is_known(knowledge_text):
    leaf = parse_leaf(knowledge_text, KNOWLEDGE)
    assert list(long_examples(leaf, TokenCounts())) == []
    assert list(long_examples(leaf, TokenCounts(len, None))) == []
    assert list(long_examples(leaf, TokenCounts(lambda text: None, 1))) == []
    assert problems_at("a: [", KNOWLEDGE, []) == []

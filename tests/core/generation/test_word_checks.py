# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the words of a sample alone give away."""

from __future__ import annotations

import pytest
from ilab_core.generation.word_checks import weakness

PASSAGE = (
    "The bakery of Tull is known for its plum bread. Mira Holt bakes the bread on Saturdays, in 3.5 hours. "
    "By custom the first bread of the day goes to the lighthouse. The keeper, Jon Ask, eats it."
)
COMMON = {"the", "of", "tull"}


NEEDS_TEXT = "The question needs its passage to be understood"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who bakes the bread of Tull?", "Mira Holt bakes the bread."),
        ("Who is the baker of Tull?", "Mira Holt is the baker of Tull."),
        ("Where does the first bread go?", "It goes to the lighthouse."),
        ("How long does it take to bake?", "3.5 hours."),
        ("Who?", "Mira Holt."),
    ],
)
def test_what_the_passage_says_is_worth_judging(question, answer):
    assert weakness(question, answer, PASSAGE, COMMON) == ""


def test_a_script_without_spaces_is_left_to_the_judge():
    assert weakness("パン屋はだれですか。", "ミラ", "ミラ はパン屋です。", set()) == ""


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("Who keeps the lighthouse of Tull?", "Mira Holt is the keeper.", "The passage says this of something else"),
        ("What is in the text?", "Plum bread.", NEEDS_TEXT),
        ("What does this passage tell of?", "Plum bread.", NEEDS_TEXT),
        ("Who bakes the plum bread?", "The plum bread.", "The answer only repeats the question"),
        ("Who bakes the bread?", "Olaf Berg from Norway.", "The answer has words that the passage does not have"),
    ],
)
def test_a_weak_sample_is_told_by_its_words(question, answer, reason):
    assert weakness(question, answer, PASSAGE, COMMON) == reason

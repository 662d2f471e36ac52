# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which of the questions that passed every check are suggested: the surest ones, about different things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ilab_core.generation.duplicates import SeenQuestions
from ilab_core.taxonomy.leaf import QuestionAnswer

PAIRS = 3  # questions about one context, as the standard asks for


@dataclass(frozen=True)
class Pair:
    """A question and answer that passed; `about` is what the teacher was asked, the same for one sentence.

    `score` is how sure the judge is of the answer, None without one; `likelihood` how natural the teacher finds the
    question there. Both run from 0 to 1.
    """

    context: str
    question: str
    answer: str
    about: str
    likelihood: float
    score: float | None

    @property
    def plain(self) -> QuestionAnswer:
        """The pair as a leaf holds it."""
        return QuestionAnswer(self.question, self.answer)


def best_first(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs, the surest first."""
    return sorted(pairs, key=lambda pair: -(pair.score or 0.0) - pair.likelihood)


def three_of(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the surest three with different answers, one for each sentence first; fewer where there are no more."""
    ordered = best_first(pairs)
    first = list({pair.about: pair for pair in reversed(ordered)}.values())
    answers = SeenQuestions()
    chosen: list[Pair] = []
    for pair in [*best_first(first), *(pair for pair in ordered if pair not in first)]:
        if len(chosen) < PAIRS and not answers.like(pair.answer):
            answers.add(pair.answer, pair.question)
            chosen.append(pair)
    return chosen

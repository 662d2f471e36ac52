# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Likelihood judges: how likely an answer is where it should be, against where it should not.

A small teacher cannot say yes or no reliably, but it knows which text it finds likely. An answer that is
faithful to a passage is likely after passage and question, and much likelier than without the passage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ilab_core.generation.calibration import PASSES, Calibration, calibrate
from ilab_core.generation.samples import Verdict
from ilab_core.prompting import Message, PromptContract
from ilab_core.taxonomy.leaf import Leaf

TOLERATED = 0.65  # of the calibration's scale: how much less likely a reworded question may make its answer
ASKS_SOMETHING_ELSE = "Asks something else than the seed question"
GAIN_WEIGHT = 0.5  # of the gain over no passage, beside the plain likelihood; best of those tried

Pair = tuple[list[int], list[int]]


class ScoresPairs(Protocol):
    """The part of an engine that a judge needs."""

    def score_pairs(self, pairs: Sequence[Pair]) -> list[list[float]]:
        """Return the log-probability of each token of each continuation after its prompt."""


@dataclass(frozen=True)
class Candidate:
    """What is judged: an answer to a question, about a passage or in the style of a skill."""

    passage: str
    question: str
    answer: str


@dataclass(frozen=True)
class Judge:
    """A calibrated judge; `says_no` is the reason a person reads beside a rejected sample.

    `own` has the raw score of each seed answer with its own question.
    """

    name: str
    says_no: str
    calibration: Calibration
    raw: Callable[[Sequence[Candidate]], list[float]]
    own: Mapping[str, float] = field(default_factory=dict)

    def verdicts(self, candidates: Sequence[Candidate]) -> list[Verdict]:
        """Return one verdict for each candidate; scores are confidences from 0 to 1.

        An answer of the seeds must be nearly as likely as after its own question: else another thing was asked.
        """
        verdicts = []
        for candidate, raw in zip(candidates, self.raw(candidates), strict=True):
            score, threshold = round(self.calibration.confidence(raw), 4), PASSES
            if candidate.answer in self.own:
                nearly = self.own[candidate.answer] - TOLERATED * self.calibration.scale
                threshold = max(PASSES, round(self.calibration.confidence(nearly), 4))
            verdicts.append(Verdict(score, threshold, score >= threshold))
        return verdicts

    def reason(self, candidate: Candidate, verdict: Verdict) -> str:
        """Return why the candidate with this verdict is not kept."""
        reworded = candidate.answer in self.own and verdict.score >= PASSES
        return ASKS_SOMETHING_ELSE if reworded else self.says_no


def judge_for(leaf: Leaf, engine: ScoresPairs, contract: PromptContract) -> Judge:
    """Return the judge of a leaf's kind, calibrated on its own seed examples against shuffled answers."""
    if leaf.kind == "knowledge":
        name, says_no = "faithful", "The passage does not say this"
        raw = _faithfulness(engine, contract)
    else:
        name, says_no = "fitting", "The answer does not fit the question"
        raw = _fit(engine, contract, leaf)
    right = [
        Candidate(example.context, pair.question, pair.answer)
        for example in leaf.seed_examples
        for pair in example.pairs
    ]
    wrong = _shuffled(right)
    if not wrong:
        return Judge(name, says_no, Calibration(-3.0, 0.5, 0.5), raw)
    scores = raw([*right, *wrong])
    calibration = calibrate(scores[: len(right)], scores[len(right) :])
    own: dict[str, float] = {}
    for item, score in zip(right, scores, strict=False):
        if leaf.kind == "knowledge":
            own[item.answer] = max(score, own.get(item.answer, score))
    return Judge(name, says_no, calibration, raw, own)


def _shuffled(right: Sequence[Candidate]) -> list[Candidate]:
    """Return every question twice with an answer that belongs elsewhere: to a near question, and to a far one.

    Where there are several passages the answer is one of another: those of its own may be right in other words.
    """
    wrong = []
    several = len({candidate.passage for candidate in right}) > 1
    for index, candidate in enumerate(right):
        others = [
            other
            for other in (*right[index + 1 :], *right[:index])
            if other.answer.strip() != candidate.answer.strip() and not (several and other.passage == candidate.passage)
        ]
        for other in dict.fromkeys((others[0], others[len(others) // 2])) if others else ():
            wrong.append(Candidate(candidate.passage, candidate.question, other.answer))
    return wrong


def _faithfulness(engine: ScoresPairs, contract: PromptContract) -> Callable[[Sequence[Candidate]], list[float]]:
    def raw(candidates: Sequence[Candidate]) -> list[float]:
        with_passage = [_pair(contract, f"{item.passage}\n\n{item.question}", item.answer) for item in candidates]
        without = [_pair(contract, item.question, item.answer) for item in candidates]
        return _weighed(engine.score_pairs([*with_passage, *without]))

    return raw


def _fit(engine: ScoresPairs, contract: PromptContract, leaf: Leaf) -> Callable[[Sequence[Candidate]], list[float]]:
    """Compare an answer after its own question with the same answer after a seed's question."""
    other = leaf.seed_examples[0].pairs[0].question
    spare = leaf.seed_examples[-1].pairs[-1].question

    def raw(candidates: Sequence[Candidate]) -> list[float]:
        own = [_pair(contract, _asked(item), item.answer) for item in candidates]
        strange = [_pair(contract, spare if item.question == other else other, item.answer) for item in candidates]
        return _weighed(engine.score_pairs([*own, *strange]))

    return raw


def _weighed(scores: Sequence[Sequence[float]]) -> list[float]:
    """Return, for each candidate, the mean log-probability per token plus the weighed gain over the second half."""
    means = [sum(score) / max(1, len(score)) for score in scores]
    half = len(means) // 2
    return [first + GAIN_WEIGHT * (first - second) for first, second in zip(means[:half], means[half:], strict=True)]


def _asked(item: Candidate) -> str:
    return f"{item.passage}\n\n{item.question}" if item.passage else item.question


def _pair(contract: PromptContract, question: str, answer: str) -> Pair:
    return contract.prompt_tokens([Message("user", question)]), contract.answer_tokens(answer)

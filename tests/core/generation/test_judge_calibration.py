# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where a judge draws its line, and how well it tells right from wrong."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from generation_helpers import make_leaf
from hypothesis import given
from hypothesis import strategies as st
from ilab_core.generation.calibration import area_under_curve, calibrate
from ilab_core.generation.judges import Candidate, judge_for
from ilab_core.prompting import Message
from ilab_core.taxonomy.leaf import QuestionAnswer, SeedExample

SCORES = st.lists(st.integers(-20, 20).map(lambda number: number / 4), min_size=1, max_size=12)


@given(right=SCORES, wrong=SCORES)
def test_no_line_is_better_than_the_one_drawn(right: list[float], wrong: list[float]):
    calibration = calibrate(right, wrong)

    def passed(line: float) -> tuple[float, float]:
        return sum(r > line for r in right), sum(w > line for w in wrong)

    values = sorted({*right, *wrong})
    right_passed, wrong_passed = passed(calibration.threshold)
    for line in [(a + b) / 2 for a, b in itertools.pairwise(values)]:
        more, worse = passed(line)
        better = more >= right_passed and worse <= wrong_passed and (more, worse) != (right_passed, wrong_passed)
        assert not better, "another line passes no fewer right answers and no more wrong ones"
    if min(right) > max(wrong):
        assert max(wrong) < calibration.threshold < min(right)
        assert all(calibration.confidence(r) > 0.5 > calibration.confidence(w) for r in right for w in wrong)
    order = sorted(values, key=calibration.confidence)
    assert order == values, "a higher score is a higher confidence"
    assert all(0 <= calibration.confidence(value) <= 1 for value in values)


@given(right=SCORES, wrong=SCORES)
def test_the_area_is_the_share_of_pairs_in_the_right_order(right: list[float], wrong: list[float]):
    ranked = sorted([*((value, 1) for value in right), *((value, 0) for value in wrong)])
    ranks = {value: [i for i, item in enumerate(ranked, 1) if item[0] == value] for value, _ in ranked}
    rank_sum = sum(sum(ranks[value]) / len(ranks[value]) for value in right)
    expected = (rank_sum - len(right) * (len(right) + 1) / 2) / (len(right) * len(wrong))
    assert area_under_curve(right, wrong) == pytest.approx(expected)


def test_known_lines():
    calibration = calibrate([3.0, 4.0, 5.0], [-1.0, 0.0, 1.0])
    assert calibration.threshold == 2.0
    assert calibration.separation == 1.0
    assert calibration.confidence(2.0) == 0.5
    assert calibration.confidence(1e9) == pytest.approx(1)
    assert calibration.confidence(-1e9) == pytest.approx(0)
    assert calibrate([1.0], [1.0]).separation == 0.5
    assert calibrate([0.0, 1.0], [2.0, 3.0]).separation == 0.0


class WordContract:
    """A contract whose tokens are whole texts, so that a scorer can read them."""

    def prompt_tokens(self, messages: list[Message]) -> list[str]:
        return [message.content for message in messages]

    def answer_tokens(self, text: str) -> list[str]:
        return text.split()


class WordScorer:
    """Finds a word of an answer likely where the prompt has it."""

    def score_pairs(self, pairs):
        return [[-0.1 if word in prompt[-1] else -4.0 for word in answer] for prompt, answer in pairs]


def test_a_knowledge_judge_believes_what_the_passage_says(tmp_path: Path):
    examples = tuple(
        SeedExample(f"Here is {word} now.", (QuestionAnswer(f"Question {number}?", word),))
        for number, word in enumerate(("slate", "bees", "ferry", "heron"))
    )
    judge = judge_for(make_leaf(tmp_path, seed_examples=examples), WordScorer(), WordContract())
    assert judge.calibration.separation == 1.0
    yes, no = judge.verdicts([Candidate("An eel pie.", "What?", "eel"), Candidate("An eel pie.", "What?", "slate")])
    assert yes.passed
    assert yes.score > 0.5 == yes.threshold
    assert not no.passed
    assert no.score < 0.5
    assert judge.says_no == "The passage does not say this"


class ScorerOfQuestions(WordScorer):
    """Finds every answer much less likely after a question about the captain."""

    def score_pairs(self, pairs):
        drop = [2.0 if "captain" in prompt[-1] else 0.0 for prompt, _answer in pairs]
        return [
            [score - less for score in scores] for scores, less in zip(super().score_pairs(pairs), drop, strict=True)
        ]


def test_a_seeds_answer_must_stay_as_likely_as_after_its_own_question(tmp_path: Path):
    examples = tuple(
        SeedExample(f"Here is {word} now.", (QuestionAnswer(f"Question {number}?", word),))
        for number, word in enumerate(("slate", "bees", "ferry", "heron"))
    )
    judge = judge_for(make_leaf(tmp_path, seed_examples=examples), ScorerOfQuestions(), WordContract())
    passage = "Here is slate now."
    same, other = Candidate(passage, "Tell me?", "slate"), Candidate(passage, "Who is the captain?", "slate")
    invented = Candidate("Here is eel now.", "Who is the captain?", "eel")
    kept, drifted, passed = judge.verdicts([same, other, invented])
    assert kept.passed
    assert 0.5 < drifted.score < drifted.threshold
    assert not drifted.passed
    assert judge.reason(other, drifted) == "Asks something else than the seed question"
    assert passed.passed


def test_a_leaf_with_one_example_has_a_judge_that_admits_it_cannot_tell(tmp_path: Path):
    examples = (SeedExample("A slate.", (QuestionAnswer("What?", "slate"),)),)
    assert (
        judge_for(make_leaf(tmp_path, seed_examples=examples), WordScorer(), WordContract()).calibration.separation
        == 0.5
    )


@pytest.mark.models
def test_the_starter_model_tells_right_from_shuffled_answers_of_the_starter_leaf(tmp_path: Path):
    from ilab_core.inference.batch_engine import BatchEngine
    from ilab_core.inference.llama import LoadedModel
    from ilab_core.models.library import starter_path
    from ilab_core.prompting import contract_for
    from ilab_core.taxonomy.reader import read_leaf
    from ilab_core.taxonomy.starter import install_starter

    starter = starter_path()
    if starter is None:
        pytest.skip("the starter model is not installed")
    install_starter(tmp_path / "taxonomy")
    leaf = read_leaf(tmp_path / "taxonomy" / "knowledge" / "places" / "harrow_cove" / "qna.yaml")
    with LoadedModel(starter) as model:
        engine = BatchEngine(model, sequences=8, context=1024)
        judge = judge_for(leaf, engine, contract_for(starter, model.vocabulary))
        assert judge.calibration.separation > 0.8
        passage = leaf.seed_examples[0].context
        yes, no = judge.verdicts(
            [
                Candidate(passage, "What colour is the band of the tower?", "The band of the tower is green."),
                Candidate(passage, "What colour is the band of the tower?", "The ferry sails on Tuesdays."),
            ]
        )
        assert yes.score > no.score
        assert not no.passed
        engine.close()

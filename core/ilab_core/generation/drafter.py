# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Ask the teacher about passage after passage (or for examples of a skill), check what it writes, suggest the best."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ilab_core.generation.documents import Passage
from ilab_core.generation.draft_choice import PAIRS, Pair, best_first, three_of
from ilab_core.generation.draft_prompts import DraftPrompts
from ilab_core.generation.draft_request import DraftRequest
from ilab_core.generation.duplicates import SeenQuestions, normalise
from ilab_core.generation.judges import Candidate, Judge
from ilab_core.generation.parsing import parse_reply
from ilab_core.generation.suggestions import Drafted, Suggestion, write_drafted
from ilab_core.generation.word_checks import drifts, weakness
from ilab_core.generation.writing import CUT_OFF, Written, prompt_of, write
from ilab_core.jobs.context import JobContext
from ilab_core.prompting import PromptContract
from ilab_core.taxonomy.advice import words
from ilab_core.taxonomy.leaf import SeedExample

if TYPE_CHECKING:
    from ilab_core.inference.batch_engine import BatchEngine

ROUNDS = 2  # about one passage before another is taken
SKILL_ROUNDS = 4
LONGEST_SHARE = 0.5  # of the passage, for an answer


@dataclass
class Drafter:
    """Makes the suggestions of one run; `lost` counts why questions were thrown out.

    `common` are words that tell nothing in an answer, `known` those that any question may have.
    """

    context: JobContext
    request: DraftRequest
    prompts: DraftPrompts
    engine: BatchEngine
    contract: PromptContract
    judge: Judge | None
    common: frozenset[str]
    known: frozenset[str]
    drafted: Drafted
    seen: SeenQuestions
    lost: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def from_passages(self, passages: Sequence[Passage]) -> None:
        """Suggest an example for each passage in turn, until there are enough."""
        for place in range(self.drafted.tried, len(passages)):
            if self._is_enough():
                return
            passage = passages[place]
            pairs: list[Pair] = []
            for turn in range(ROUNDS):
                pairs = three_of([*pairs, *self._write(passage, place * ROUNDS + turn)])
                if len(pairs) == PAIRS:
                    break
            self._tried([(passage, pairs)] if len(pairs) == PAIRS else [])
            if len(pairs) < PAIRS:
                self.lost["Fewer than three questions about the passage were left"] += len(pairs)

    def from_description(self) -> None:
        """Suggest examples of a skill, until there are enough or the teacher has nothing new."""
        for place in range(self.drafted.tried, SKILL_ROUNDS):
            if self._is_enough():
                return
            pairs = best_first(self._write(Passage("", 0, 0, ""), place))
            missing = self.request.examples - len(self.drafted.suggestions)
            self._tried([(Passage("", 0, 0, pair.context), [pair]) for pair in pairs[:missing]])

    def _is_enough(self) -> bool:
        return len(self.drafted.suggestions) >= self.request.examples

    def _write(self, passage: Passage, turn: int) -> list[Pair]:
        """Return what is good of one round of attempts."""
        self._report("Writing questions")
        written = list(write(self.prompts.attempts(passage, turn), self.engine, self.contract))
        good: list[tuple[Written, Candidate]] = []
        for reply in sorted(written, key=_number):
            found = self._read(reply)
            if isinstance(found, str):
                self.lost[found] += 1
            else:
                self.seen.add(found.question, "a question of this draft")
                good.append((reply, found))
        return list(self._judged(good)) if good else []

    def _read(self, reply: Written) -> Candidate | str:
        """Return the question and answer of a reply, or why it is thrown out."""
        parsed = parse_reply(reply.text)
        if isinstance(parsed, str):
            return parsed
        if reply.cut_off:
            return CUT_OFF
        passage = reply.attempt.passage.text
        reason = self.seen.like(parsed.question)
        if passage and not reason:
            reason = self._weakness(parsed.question, parsed.answer, passage)
        return reason or Candidate(passage or parsed.context, parsed.question, parsed.answer)

    def _weakness(self, question: str, answer: str, passage: str) -> str:
        if len(words(answer)) > LONGEST_SHARE * len(words(passage)):
            return "The answer repeats the passage"
        if drifts(question, self.known | set(normalise(passage).split())):
            return "The question has words that the passage does not have"
        return weakness(question, answer, passage, self.common)

    def _judged(self, good: Sequence[tuple[Written, Candidate]]) -> Iterator[Pair]:
        """Yield what the judge lets pass, or everything where there is no judge."""
        self._report("Judging")
        candidates = [found for _reply, found in good]
        likelihoods = self._likelihoods([reply for reply, _found in good])
        verdicts = self.judge.verdicts(candidates) if self.judge else [None] * len(good)
        for (reply, found), likelihood, verdict in zip(good, likelihoods, verdicts, strict=True):
            if self.judge and verdict and not verdict.passed:
                self.lost[self.judge.reason(found, verdict)] += 1
                continue
            about = reply.attempt.messages[-1].content
            score = verdict.score if verdict else None
            yield Pair(found.passage, found.question, found.answer, about, likelihood, score)

    def _likelihoods(self, replies: Sequence[Written]) -> list[float]:
        """Return how natural the teacher finds each question where it was to be asked, 0 to 1."""
        pairs = []
        for reply in replies:
            asked = reply.attempt.start + reply.question.text.rstrip()
            prompt = prompt_of(reply.attempt, self.engine, self.contract)
            pairs.append((prompt, self.contract.answer_tokens(asked)))
        return [math.exp(sum(scores) / max(1, len(scores))) for scores in self.engine.score_pairs(pairs)]

    def _tried(self, found: Sequence[tuple[Passage, Sequence[Pair]]]) -> None:
        """Write down that one more place was tried, and what came of it."""
        suggestions = list(self.drafted.suggestions)
        for passage, pairs in found:
            scores = [pair.score for pair in pairs if pair.score is not None]
            suggestions.append(
                Suggestion(
                    number=len(suggestions) + 1,
                    example=SeedExample(passage.text, tuple(pair.plain for pair in pairs)),
                    document=passage.document,
                    start=passage.start,
                    end=passage.end,
                    score=min(scores, default=None),
                )
            )
        before = len(self.drafted.suggestions)
        self.drafted = Drafted(tuple(suggestions), self.drafted.tried + 1)
        write_drafted(self.context.folder, self.drafted)
        for suggestion in suggestions[before:]:
            self.context.emit("suggestion", number=suggestion.number)

    def _report(self, phase: str) -> None:
        done, wanted = len(self.drafted.suggestions), self.request.examples
        each = (time.monotonic() - self.began) / done if done else None
        self.context.emit(
            "progress",
            phase=phase,
            done=done,
            total=wanted,
            unit="examples",
            seconds_left=None if each is None else each * (wanted - done),
            message=f"{done} of {wanted} drafted",
        )


def _number(reply: Written) -> int:
    return int(reply.attempt.key.rpartition("#")[2])

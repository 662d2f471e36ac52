# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Have the teacher write: all questions first, each its own way, then the likeliest answer to each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ilab_core.generation.pipelines import Attempt
from ilab_core.inference.types import Completion, CompletionRequest, Sampling
from ilab_core.prompting import PromptContract

if TYPE_CHECKING:
    from ilab_core.inference.batch_engine import BatchEngine

QUESTION_TOKENS = 64
ANSWER_TOKENS = 96
CUT_OFF = "The reply was cut off at its longest length"


@dataclass(frozen=True)
class Written:
    """What the teacher wrote for an attempt; `answer` is None where only a question was reworded."""

    attempt: Attempt
    question: Completion
    answer: Completion | None = None

    @property
    def text(self) -> str:
        """The whole reply, with what it was made to begin with."""
        if self.answer is None:
            return self.question.text
        attempt = self.attempt
        return attempt.start + self.question.text.rstrip() + attempt.answer_start + self.answer.text

    @property
    def cut_off(self) -> bool:
        """Whether question or answer reached its longest length."""
        return any(part is not None and part.finish_reason == "length" for part in (self.question, self.answer))


def write(attempts: Sequence[Attempt], engine: BatchEngine, contract: PromptContract) -> Iterator[Written]:
    """Yield what was written for each attempt: reworded questions at once, the others as their answers finish."""
    by_key = {attempt.key: attempt for attempt in attempts}
    starts = {
        attempt.key: prompt_of(attempt, engine, contract) + contract.answer_tokens(attempt.start)
        for attempt in attempts
    }
    questions = [
        CompletionRequest(
            attempt.key,
            tuple(starts[attempt.key]),
            QUESTION_TOKENS,
            attempt.question_stop,
            Sampling(attempt.temperature, top_p=0.95, min_p=0.05, seed=attempt.seed),
        )
        for attempt in attempts
    ]
    asked = {completion.id: completion for completion in engine.submit(questions)}
    answers = []
    for key, question in asked.items():
        attempt = by_key[key]
        if attempt.reworded:
            yield Written(attempt, question)
            continue
        written = contract.answer_tokens(question.text.rstrip() + attempt.answer_start)
        answers.append(CompletionRequest(key, tuple(starts[key] + written), ANSWER_TOKENS, attempt.stop))
    for completion in engine.submit(answers):
        yield Written(by_key[completion.id], asked[completion.id], completion)


def prompt_of(attempt: Attempt, engine: BatchEngine, contract: PromptContract) -> list[int]:
    """Return the prompt of an attempt, with as many of the seed examples as the context has room for."""
    messages = attempt.messages
    start = contract.answer_tokens(attempt.start)
    # A question of broken letters can take three times its tokens when it is read again
    room = engine.context_tokens - 4 * QUESTION_TOKENS - ANSWER_TOKENS - len(start)
    while True:
        tokens = contract.prompt_tokens(messages)
        if len(tokens) <= room or len(messages) <= 2:
            return tokens
        messages = (messages[0], *messages[3:])

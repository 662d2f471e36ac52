# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How long the texts of a leaf are, against what is documented in words and what fits in tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ilab_core.taxonomy.advice import MAX_CONTEXT_WORDS, MAX_PAIR_WORDS, words
from ilab_core.taxonomy.fields import FieldPath, describe
from ilab_core.taxonomy.leaf import Leaf, QuestionAnswer, SeedExample
from ilab_core.taxonomy.schema import Finding


@dataclass(frozen=True)
class TokenCounts:
    """Tokens of the base model: of a text (None while it is not counted), and how many an example may have."""

    count: Callable[[str], int | None] = lambda _text: None
    most: int | None = None


@dataclass(frozen=True)
class Meter:
    """The length of a text: as words, and as tokens where they were counted."""

    words: int
    most_words: int
    tokens: int | None
    most_tokens: int | None

    @property
    def is_over(self) -> bool:
        """Whether the text is past one of its limits."""
        too_many = self.tokens is not None and self.most_tokens is not None and self.tokens > self.most_tokens
        return self.words > self.most_words or too_many

    @property
    def text(self) -> str:
        """The meter as a person reads it: "142 of 500 words · 189 tokens"."""
        said = f"{self.words:,} of {self.most_words:,} words"
        if self.tokens is None:
            return said
        if self.most_tokens is not None and self.tokens > self.most_tokens:
            return f"{said} · {self.tokens:,} of {self.most_tokens:,} tokens"
        return f"{said} · {self.tokens:,} token" + ("" if self.tokens == 1 else "s")


def context_meter(context: str, tokens: TokenCounts) -> Meter:
    """Return the meter of an example's context."""
    return Meter(len(words(context)), MAX_CONTEXT_WORDS, tokens.count(context), tokens.most)


def pair_meter(pair: QuestionAnswer, tokens: TokenCounts) -> Meter:
    """Return the meter of a question and its answer together."""
    count = len(words(pair.question)) + len(words(pair.answer))
    return Meter(count, MAX_PAIR_WORDS, _sum(tokens.count(pair.question), tokens.count(pair.answer)), tokens.most)


def long_examples(leaf: Leaf, tokens: TokenCounts) -> Iterator[Finding]:
    """Yield a finding for each example that is too long to be shown to the teacher."""
    for number, example in enumerate(leaf.seed_examples):
        count = _example_tokens(example, tokens)
        if tokens.most is not None and count is not None and count > tokens.most:
            path: FieldPath = ("seed_examples", number)
            yield Finding(
                (*path, "context") if example.context else path,
                "long-tokens",
                f"{describe(path)} has {count:,} tokens; the teacher can be shown {tokens.most:,} of one example.",
                "Shorten its context." if example.context else "Shorten its answer.",
            )


def _example_tokens(example: SeedExample, tokens: TokenCounts) -> int | None:
    """Return the tokens of the context with the longest of its questions and answers: one is shown at a time."""
    pairs = [_sum(tokens.count(pair.question), tokens.count(pair.answer)) for pair in example.pairs]
    counted = [count for count in pairs if count is not None]
    return _sum(tokens.count(example.context), max(counted, default=0))


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Checks of a knowledge sample by its words alone: quick, in any language, and easy to explain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from ilab_core.generation.duplicates import normalise
from ilab_core.taxonomy.leaf import Leaf

COMMON_SHARE = 0.34  # of the texts: a word in more of them tells nothing
GROUNDED_SHARE = 0.75  # of the telling words of an answer must be in the passage
NEW_WORDS = 2  # a synonym or two; more is another question
REFERS_TO_TEXT = ("this text", "the text", "this passage", "the passage", "this document", "the document", "the author")

SHORT_WORD = 3  # letters of the words that join others more often than they say something
STEM_LETTERS = 4
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n\s*\n")


def common_words(leaf: Leaf) -> frozenset[str]:
    """Return the words that many of the leaf's own answers have: its subject's name, and "the", "is" or their like."""
    return words_of_many(pair.answer for example in leaf.seed_examples for pair in example.pairs)


def words_of_many(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that more than a third of the texts have."""
    found = [set(normalise(text).split()) for text in texts]
    counts = Counter(word for words in found for word in words)
    return frozenset(word for word, count in counts.items() if count > COMMON_SHARE * len(found))


def drifts(rewording: str, allowed: Iterable[str]) -> bool:
    """Return whether a reworded question has more than two words that are none of the `allowed` ones."""
    return len(set(normalise(rewording).split()) - set(allowed)) > NEW_WORDS


def weakness(question: str, answer: str, passage: str, common: Iterable[str]) -> str:
    """Return why a sample is not worth judging, or an empty text.

    An answer must say something that the question does not, mostly in words that the passage has, and one of these
    in a sentence that speaks of what was asked.
    """
    if any(words in question.casefold() for words in REFERS_TO_TEXT):
        return "The question needs its passage to be understood"
    asked = set(normalise(question).split())
    said = set(normalise(answer).split()) - set(common)
    new = said - asked
    if not new:
        return "The answer only repeats the question"
    there = set(normalise(passage).split())
    telling = [word for word in new if len(word) > 1 or word.isdigit()]
    if telling and sum(word in there for word in telling) < GROUNDED_SHARE * len(telling):
        return "The answer has words that the passage does not have"
    topic = _stems(asked - set(common))
    if not _told_of_it(topic, _stems(new) - topic, passage):
        return "The passage says this of something else"
    return ""


def _told_of_it(asked: set[str], told: set[str], passage: str) -> bool:
    """Return whether a sentence of the passage has words of both; True where the passage has none of either at all."""
    sentences = [_stems(normalise(sentence).split()) for sentence in _SENTENCE_END.split(passage)]
    everywhere = set().union(*sentences)
    if not asked & everywhere or not told & everywhere:
        return True
    return any(asked & sentence and told & sentence for sentence in sentences)


def _stems(words: Iterable[str]) -> set[str]:
    """Return the beginnings of the words that say something, so that "keeper" meets "keeps"."""
    return {word[:STEM_LETTERS] for word in words if len(word) > SHORT_WORD or word.isdigit()}

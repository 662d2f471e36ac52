# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which words differ between two texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 4000
"""Words on both sides together up to which each is compared; beyond, only the common start and end count."""
FEWEST_KEPT = 0.3
"""Below this share of common words the whole texts are marked: islands of small words help nobody."""


@dataclass(frozen=True)
class Span:
    """A piece of text, and whether it is marked as changed."""

    text: str
    marked: bool


def marked_words(before: str, after: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return both texts in spans; words that only one of them has are marked. Joined, the spans give the texts."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if not old or not new:
        return _spans([(before, True)]), _spans([(after, True)])
    blocks = _common(old, new)
    kept = sum(size for _, _, size in blocks)
    if kept < FEWEST_KEPT * min(len(old), len(new)):
        return _spans([(before, True)]), _spans([(after, True)])
    return _marked(old, [(start, size) for start, _, size in blocks]), _marked(
        new, [(start, size) for _, start, size in blocks]
    )


def _common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the runs of common words as (start before, start after, number of words)."""
    head = next((n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    shorter = min(len(old), len(new))
    head = shorter if head is None else head
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    blocks = [(0, 0, head)]
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle_old) + len(middle_new) <= MOST_WORDS:
        for block in SequenceMatcher(None, middle_old, middle_new, autojunk=False).get_matching_blocks():
            # A lone blank between two changed words is no island to rest on.
            words = middle_old[block.a : block.a + block.size]
            if any(not word.isspace() for word in words):
                blocks.append((head + block.a, head + block.b, block.size))
    return [*blocks, (len(old) - tail, len(new) - tail, tail)]


def _marked(words: Sequence[str], kept: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    parts: list[tuple[str, bool]] = []
    position = 0
    for start, size in kept:
        parts.append(("".join(words[position:start]), True))
        parts.append(("".join(words[start : start + size]), False))
        position = start + size
    parts.append(("".join(words[position:]), True))
    return _spans(parts)


def _spans(parts: Iterable[tuple[str, bool]]) -> tuple[Span, ...]:
    made: list[Span] = []
    for text, marked in parts:
        if not text:
            continue
        if made and made[-1].marked == marked:
            made[-1] = Span(made[-1].text + text, marked)
        else:
            made.append(Span(text, marked))
    return tuple(made)

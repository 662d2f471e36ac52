# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Choose the passages of a document that could be the contexts of seed examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from ilab_core.generation.documents import Passage, passages_of
from ilab_core.generation.leaf_work import NEARLY_THE_SAME
from ilab_core.taxonomy.advice import MAX_CONTEXT_WORDS, words

CONTEXT_TOKENS = 180
FEWEST_WORDS = 20  # in fewer there are seldom three things to ask
_HEADING = re.compile(r"^(?:#{1,6}(?: .*)?|(?:\S.*\n)?(?:={3,}|-{3,}|\*{3,}))$", re.MULTILINE)
_SENTENCE_ENDS = ".!?…。！？"
_CLOSING = "\"'”’)]*_»」』）"
_NO_PROSE = ("```", "~~~", "|--", "| -")


def contexts_in(texts: Mapping[str, str], measure: Callable[[str], int]) -> list[Passage]:
    """Return the passages of documents (text by name) that are whole sentences under one heading, in reading order."""
    found = []
    for name, text in texts.items():
        for passage in passages_of(name, text, measure, CONTEXT_TOKENS):
            for prose in _without_headings(passage):
                count = len(words(prose.text))
                if FEWEST_WORDS <= count <= MAX_CONTEXT_WORDS and _is_whole(prose, text):
                    found.append(prose)
    return found


def without_overlaps(passages: Iterable[Passage], texts: Mapping[str, str], taken: Sequence[str]) -> list[Passage]:
    """Return the passages that share nothing with the contexts that are `taken`.

    A context that stands in no document was changed by a person: it takes the passages that say nearly the same.
    """
    spans, changed = [], []
    for context in taken:
        places = [(name, *span) for name, text in texts.items() for span in _places(context, text)]
        spans += places
        changed += [] if places else [context]
    return [
        passage
        for passage in passages
        if not any(
            name == passage.document and start < passage.end and passage.start < end for name, start, end in spans
        )
        and not any(fuzz.partial_ratio(context, passage.text) >= NEARLY_THE_SAME for context in changed)
    ]


def spread(passages: Sequence[Passage], wanted: int) -> list[Passage]:
    """Return all passages, first `wanted` ones that lie evenly over the documents, then those between them."""
    count = min(wanted, len(passages))
    first = list(dict.fromkeys((2 * index + 1) * len(passages) // (2 * count) for index in range(count)))
    rest = [index for index in range(len(passages)) if index not in first]
    return [passages[index] for index in (*first, *rest)]


def _without_headings(passage: Passage) -> Iterator[Passage]:
    """Yield the parts of a passage between its headings."""
    start = 0
    for end, following in [*(match.span() for match in _HEADING.finditer(passage.text)), (len(passage.text), 0)]:
        piece = passage.text[start:end]
        left = passage.start + start + len(piece) - len(piece.lstrip())
        yield Passage(passage.document, left, left + len(piece.strip()), piece.strip())
        start = following


def _is_whole(passage: Passage, text: str) -> bool:
    """Return whether a passage begins and ends with a sentence, and is no code or table."""
    before = text[: passage.start].rstrip(" \t")
    begins = not before or before.endswith("\n") or before.rstrip(_CLOSING)[-1:] in _SENTENCE_ENDS
    ends = passage.text.rstrip(_CLOSING)[-1:] in _SENTENCE_ENDS
    return begins and ends and not any(mark in passage.text for mark in _NO_PROSE)


def _places(context: str, text: str) -> list[tuple[int, int]]:
    """Return where `context` stands in `text`, whatever white space is between its words."""
    pieces = context.split()
    return [match.span() for match in re.finditer(r"\s+".join(map(re.escape, pieces)), text)] if pieces else []

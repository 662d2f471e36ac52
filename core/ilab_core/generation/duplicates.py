# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Tell when a question was asked before, in the same or nearly the same words."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz, process

NEAR = 92.0  # of 100, by rapidfuzz's ratio on normalised text
SUBJECT = 70.0  # of 100, by rapidfuzz's token set ratio: the words both share, whatever their order


def normalise(text: str) -> str:
    """Return `text` in lower case, without punctuation and with single spaces."""
    letters = (
        character if unicodedata.category(character)[0] in "LNM" else " "
        for character in unicodedata.normalize("NFKC", text).casefold()
    )
    return " ".join("".join(letters).split())


def figures(text: str) -> tuple[str, ...]:
    """Return the numbers in `text` with the signs around them, since 3 + 4 and 3 * 5 are no near duplicates."""
    found = re.findall(r"\d+|[-+*/×÷^%<>=]", unicodedata.normalize("NFKC", text))
    return tuple(found) if any(item.isdigit() for item in found) else ()


class SeenQuestions:
    """The questions of one leaf so far, seeds included, with a name for each."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, ...], list[str]] = {}
        self._names: dict[tuple[str, ...], list[str]] = {}

    def add(self, question: str, name: str) -> None:
        """Remember a question under a name that a person understands."""
        key = figures(question)
        self._texts.setdefault(key, []).append(normalise(question))
        self._names.setdefault(key, []).append(name)

    def like(self, question: str) -> str:
        """Return why `question` is not new ("Same question as sample 3"), or an empty text where it is."""
        key = figures(question)
        best = process.extractOne(normalise(question), self._texts.get(key, []), scorer=fuzz.ratio, score_cutoff=NEAR)
        if best is None:
            return ""
        name = self._names[key][best[2]]
        return f"Same question as {name}" if best[1] == 100 else f"Nearly the same question as {name}"


def same_subject(question: str, other: str) -> bool:
    """Return whether two questions share so many words that they can be about the same thing."""
    return fuzz.token_set_ratio(normalise(question), normalise(other)) >= SUBJECT

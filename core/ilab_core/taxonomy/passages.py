# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Find passages in a text that may be wrapped or marked up differently."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

_LEFT_OUT = re.compile(r"[\s*_`#>|\\~\[\]()\u200b\ufeff-]")
_LINK_TARGET = re.compile(r"(?<=\])\([^()\s]*\)")


@dataclass(frozen=True)
class Searchable:
    """A text made ready for searching: only what carries meaning, and where in the text each character stands."""

    text: str
    letters: str
    places: tuple[int, ...]

    def find(self, passage: str) -> tuple[int, int] | None:
        """Return start and end of `passage` in the text, whatever its white space and marks; None where it is not."""
        wanted = searchable(passage).letters
        at = self.letters.find(wanted) if wanted else -1
        return None if at < 0 else (self.places[at], self.places[at + len(wanted) - 1] + 1)

    def find_between(self, start: int, end: int) -> str:
        """Return what carries meaning between two places of the text."""
        return self.letters[bisect_left(self.places, start) : bisect_left(self.places, end)]


def letters(text: str) -> str:
    """Return what carries meaning in `text`, as `Searchable.letters` has it, many times faster than with its places."""
    return _LEFT_OUT.sub("", _LINK_TARGET.sub("", text)).casefold()


def searchable(text: str) -> Searchable:
    """Return `text` ready for searching: without white space, Markdown's marks and the targets of links."""
    skipped = {place for found in _LINK_TARGET.finditer(text) for place in range(*found.span())}
    kept = [(c, place) for place, c in enumerate(text) if not _LEFT_OUT.match(c) and place not in skipped]
    return Searchable(text, "".join(c for c, _ in kept).casefold(), _places(kept))


def _places(kept: list[tuple[str, int]]) -> tuple[int, ...]:
    return tuple(place for c, place in kept for _ in c.casefold())

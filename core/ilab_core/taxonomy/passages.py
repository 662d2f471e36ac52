# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Find passages in a text that may be wrapped or marked up differently."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LEFT_OUT = re.compile(r"[\s*_`#>|\\~\[\]()\u200b\ufeff-]")
_LINK_TARGET = re.compile(r"(?<=\])\([^()\s]*\)")
_LINK_OR_LEFT_OUT = re.compile(f"{_LINK_TARGET.pattern}|{_LEFT_OUT.pattern}")


@dataclass(frozen=True)
class Searchable:
    """A text made ready for searching: only what carries meaning, and where in the text each character stands."""

    text: str
    letters: str
    places: tuple[int, ...]

    def find(self, passage: str) -> tuple[int, int] | None:
        """Return start and end of `passage` in the text, whatever its white space and marks; None where it is not."""
        wanted = letters(passage)
        at = self.letters.find(wanted) if wanted else -1
        return None if at < 0 else (self.places[at], self.places[at + len(wanted) - 1] + 1)


def letters(text: str) -> str:
    """Return what carries meaning in `text`, as `Searchable.letters` has it, many times faster than with its places."""
    return _LEFT_OUT.sub("", _LINK_TARGET.sub("", text)).casefold()


def searchable(text: str) -> Searchable:
    """Return `text` ready for searching: without white space, Markdown's marks and the targets of links."""
    pieces: list[str] = []
    places: list[int] = []
    start = 0
    for left_out in _LINK_OR_LEFT_OUT.finditer(text):
        _add_piece(text, start, left_out.start(), pieces, places)
        start = left_out.end()
    _add_piece(text, start, len(text), pieces, places)
    return Searchable(text, "".join(pieces), tuple(places))


def _add_piece(text: str, start: int, end: int, pieces: list[str], places: list[int]) -> None:
    if start == end:
        return
    folded = text[start:end].casefold()
    pieces.append(folded)
    if len(folded) == end - start:
        places.extend(range(start, end))
    else:
        places.extend(place for place in range(start, end) for _ in text[place].casefold())

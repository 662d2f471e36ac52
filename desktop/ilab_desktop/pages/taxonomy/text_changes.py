# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Changes of a text as splices: small to keep, exact to undo. Also: line-wise edits that leave other lines alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\n|\r|\u2029")


@dataclass(frozen=True)
class Splice:
    """At `start` (in characters) `removed` gives way to `inserted`."""

    start: int
    removed: str
    inserted: str

    def apply(self, text: str) -> str:
        """Return `text` with the change made."""
        return text[: self.start] + self.inserted + text[self.start + len(self.removed) :]

    def undo(self, text: str) -> str:
        """Return `text` with the change taken back."""
        return text[: self.start] + self.removed + text[self.start + len(self.inserted) :]


def splice_between(before: str, after: str) -> Splice:
    """Return the one change that turns `before` into `after`."""
    start = _common_start(before, after)
    end = _common_end(before, after, min(len(before), len(after)) - start)
    return Splice(start, before[start : len(before) - end], after[start : len(after) - end])


def lines_of(text: str) -> list[str]:
    """Return the lines of `text` without their ends, as a text editor counts them; at least one."""
    return _LINE_END.split(text)


def with_lines(text: str, wanted: list[str]) -> str:
    """Return `text` with its lines made `wanted`; lines that did not change keep their very bytes and line ends.

    New lines end as most lines of the text do.
    """
    lines = lines_of(text)
    if lines == wanted:
        return text
    ends = [*_LINE_END.findall(text), ""]
    usual = "\r\n" if ends.count("\r\n") > ends.count("\n") else "\n"
    shorter = min(len(lines), len(wanted))
    head = next((n for n in range(shorter) if lines[n] != wanted[n]), shorter)
    tail = next((n for n in range(shorter - head) if lines[-1 - n] != wanted[-1 - n]), shorter - head)
    kept_head = [line + end for line, end in zip(lines[:head], ends[:head], strict=True)]
    middle = [line + usual for line in wanted[head : len(wanted) - tail]]
    first_kept = len(lines) - tail
    kept_tail = [line + end for line, end in zip(lines[first_kept:], ends[first_kept:], strict=True)]
    if head == len(lines) and middle:
        kept_head[-1] += usual
    if not kept_tail and middle:
        middle[-1] = middle[-1][: -len(usual)]
    elif not kept_tail and kept_head:
        kept_head[-1] = lines[head - 1]
    made = "".join([*kept_head, *middle, *kept_tail])
    # Lone carriage returns can melt with a line feed that now follows them.
    return made if lines_of(made) == wanted else usual.join(wanted)


def _common_start(first: str, second: str) -> int:
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(first: str, second: str, limit: int) -> int:
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if first[len(first) - middle : len(first) - low] == second[len(second) - middle : len(second) - low]:
            low = middle
        else:
            high = middle - 1
    return low

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Two texts that were made from one: which lines each changed, and a text with the changes of both."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Side = Literal["mine", "theirs"]
Change = Literal["none", "mine", "theirs", "alike", "conflict"]

# Comparing two stretches takes time that grows with the product of their lines.
_MOST_COMPARED = 1_000_000


@dataclass(frozen=True)
class Stretch:
    """Lines, with their ends, that belong together: as they were, as mine has them, as theirs has them."""

    before: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]

    @property
    def change(self) -> Change:
        """Who changed these lines; "alike" where both did the same, "conflict" where they did not."""
        if self.mine == self.theirs:
            return "none" if self.mine == self.before else "alike"
        if self.mine == self.before:
            return "theirs"
        return "mine" if self.theirs == self.before else "conflict"


@dataclass(frozen=True)
class Merge:
    """The stretches of three texts, in order."""

    stretches: tuple[Stretch, ...]
    line_end: str

    def count(self, change: Change) -> int:
        """Return how many stretches were changed in this way."""
        return sum(stretch.change == change for stretch in self.stretches)

    def text(self, in_conflict: Side) -> str:
        """Return the text with the changes of both; where they conflict, those of one side."""
        lines = itertools.chain.from_iterable(_chosen(stretch, in_conflict) for stretch in self.stretches)
        joined = "".join(lines)
        return joined.replace("\n", self.line_end) if self.line_end else joined


@dataclass(frozen=True)
class _Edit:
    """Lines from `start` to `end` of the old text give way to lines from `new_start` to `new_end` of the new one."""

    start: int
    end: int
    new_start: int
    new_end: int


def merge(before: str, mine: str, theirs: str) -> Merge:
    """Return how `mine` and `theirs`, both made from `before`, go together line by line.

    Where each text keeps to one kind of line end, a change of kind is no change of lines: the result ends its lines as
    `theirs` does.
    """
    ends = [_line_end(text) for text in (before, mine, theirs)]
    same_kind = None not in ends
    if same_kind:
        before, mine, theirs = (text.replace("\r\n", "\n") for text in (before, mine, theirs))
    stretches = tuple(_stretches(_lines(before), _lines(mine), _lines(theirs)))
    return Merge(stretches, (ends[2] or "\n") if same_kind else "")


def _chosen(stretch: Stretch, in_conflict: Side) -> tuple[str, ...]:
    side = stretch.change if stretch.change in ("mine", "theirs") else in_conflict
    return stretch.mine if side == "mine" else stretch.theirs


def _line_end(text: str) -> str | None:
    """Return the one kind of line end that a text has, a line feed where it has none, None where it mixes them."""
    pairs, feeds, returns = text.count("\r\n"), text.count("\n"), text.count("\r")
    if not returns:
        return "\n"
    return "\r\n" if pairs == feeds == returns else None


def _lines(text: str) -> tuple[str, ...]:
    *whole, rest = text.split("\n")
    return (*(line + "\n" for line in whole), *([rest] if rest else []))


def _stretches(before: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Stretch]:
    """Yield the stretches: edits of the two sides that touch the same old lines are one stretch."""
    edits: list[tuple[_Edit, Side]] = [(edit, "mine") for edit in _edits(before, mine)]
    edits += [(edit, "theirs") for edit in _edits(before, theirs)]
    edits.sort(key=lambda entry: (entry[0].start, entry[0].end))
    done = mine_shift = theirs_shift = 0
    while edits:
        group = [edits.pop(0)]
        while edits and any(_meet(edits[0][0], edit) for edit, side in group if side != edits[0][1]):
            group.append(edits.pop(0))
        start, end = group[0][0].start, max(edit.end for edit, _side in group)
        if done < start:
            same = tuple(before[done:start])
            yield Stretch(same, same, same)
        grown = {side: sum(_growth(edit) for edit, of in group if of == side) for side in ("mine", "theirs")}
        yield Stretch(
            tuple(before[start:end]),
            tuple(mine[start + mine_shift : end + mine_shift + grown["mine"]]),
            tuple(theirs[start + theirs_shift : end + theirs_shift + grown["theirs"]]),
        )
        mine_shift += grown["mine"]
        theirs_shift += grown["theirs"]
        done = end
    if done < len(before):
        same = tuple(before[done:])
        yield Stretch(same, same, same)


def _growth(edit: _Edit) -> int:
    return (edit.new_end - edit.new_start) - (edit.end - edit.start)


def _meet(one: _Edit, other: _Edit) -> bool:
    """Return whether two edits change the same lines, or whether it is open whose new lines come first."""
    if one.start < other.end and other.start < one.end:
        return True
    touching = one.start == other.end or other.start == one.end
    return touching and any(
        first.start == first.end and (second.start == second.end or _growth(second) != 0)
        for first, second in ((one, other), (other, one))
    )


def _edits(old: Sequence[str], new: Sequence[str]) -> list[_Edit]:
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if not old_middle and not new_middle:
        return []
    if len(old_middle) * len(new_middle) > _MOST_COMPARED:
        return [_Edit(head, len(old) - tail, head, len(new) - tail)]
    matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    return [
        _Edit(head + start, head + end, head + new_start, head + new_end)
        for tag, start, end, new_start, new_end in matcher.get_opcodes()
        if tag != "equal"
    ]

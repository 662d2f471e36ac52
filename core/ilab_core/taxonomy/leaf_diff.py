# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What changed between two texts of a leaf, as a person thinks of it: by seed example and field, words marked."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pygit2
from rapidfuzz import fuzz

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.leaf import Kind, Leaf, QuestionAnswer, SeedExample
from ilab_core.taxonomy.reader import parse_leaf
from ilab_core.taxonomy.word_diff import Span, marked_words

How = Literal["added", "removed", "moved", "changed"]

ALIKE = 55.0
"""From this likeness on (0 to 100) two examples are one that was edited, not one removed and another added."""
MOST_COMPARED = 40_000
"""Pairs of examples whose likeness is worked out; of more, only equal ones are found again."""


@dataclass(frozen=True)
class FieldDiff:
    """A field that differs: what a person calls it, and its words before and after, those that changed marked."""

    label: str
    how: How
    before: tuple[Span, ...]
    after: tuple[Span, ...]


@dataclass(frozen=True)
class ExampleDiff:
    """A seed example that differs: its number (from 1) before and after, 0 where it was or is not there."""

    how: How
    before: int
    after: int
    fields: tuple[FieldDiff, ...]


@dataclass(frozen=True)
class Line:
    """A line of the plain difference: "+", "-", " ", or "@" for a heading that says where the next lines are."""

    sign: str
    text: str


@dataclass(frozen=True)
class LeafDiff:
    """How two texts of a leaf differ. `readable` is false where one of them is not YAML: then only lines say it."""

    readable: bool
    fields: tuple[FieldDiff, ...]
    examples: tuple[ExampleDiff, ...]
    lines: tuple[Line, ...]

    @property
    def only_form(self) -> bool:
        """Whether the leaf says the same as before: only comments, white space or the way of writing differ."""
        return self.readable and bool(self.lines) and not self.fields and not self.examples


def leaf_diff(before: str, after: str, kind: Kind = "knowledge") -> LeafDiff:
    """Return how `after` differs from `before`; "" stands for a leaf that was not, or is no longer, there."""
    lines = tuple(plain_lines(before, after))
    try:
        old, new = (_read(text, kind) for text in (before, after))
    except TaxonomyError:
        return LeafDiff(False, (), (), lines)
    return LeafDiff(True, tuple(_head(old, new)), tuple(_examples(old.seed_examples, new.seed_examples)), lines)


def plain_lines(before: str, after: str) -> Iterator[Line]:
    """Yield the lines that differ, with three around each, as git prints them."""
    # All text is valid UTF-8 here but for lone surrogates, which a leaf in UTF-16 can hold.
    old, new = (text.encode("utf-8", "replace") for text in (before, after))
    patch = pygit2.Patch.create_from(old, new, "before", "after")
    for hunk in patch.hunks:
        yield Line("@", f"Line {hunk.new_start}" if hunk.new_lines else f"Line {hunk.old_start}")
        for line in hunk.lines:
            if line.origin in "+- ":
                yield Line(line.origin, line.content.rstrip("\r\n"))


def _read(text: str, kind: Kind) -> Leaf:
    if text.strip():
        return parse_leaf(text, Path("qna.yaml"))
    return Leaf(Path("qna.yaml"), "", kind, 0, "", "", "", "", (), None)


def _head(old: Leaf, new: Leaf) -> Iterator[FieldDiff]:
    for label, before, after in (
        ("Version", str(old.version or ""), str(new.version or "")),
        ("Created by", old.created_by, new.created_by),
        ("Task description", old.task_description, new.task_description),
        ("Domain", old.domain, new.domain),
        ("Document outline", old.document_outline, new.document_outline),
        ("Document: repository", *(leaf.document.repo if leaf.document else "" for leaf in (old, new))),
        ("Document: commit", *(leaf.document.commit if leaf.document else "" for leaf in (old, new))),
        ("Document: files", *("\n".join(leaf.document.patterns) if leaf.document else "" for leaf in (old, new))),
    ):
        yield from _field(label, before, after)


def _field(label: str, before: str, after: str) -> Iterator[FieldDiff]:
    if before != after:
        how: How = "added" if not before else "removed" if not after else "changed"
        yield FieldDiff(label, how, *marked_words(before, after))


def _examples(old: Sequence[SeedExample], new: Sequence[SeedExample]) -> Iterator[ExampleDiff]:
    """Yield the examples that differ: those there now in their order, each removed one where it was."""
    pairs = _matched([_words(example) for example in old], [_words(example) for example in new])
    moved = _moved(pairs)
    before_of = {after: before for before, after in pairs}
    nothing = SeedExample("", ())
    removed = [number for number in range(len(old)) if number not in {before for before, _ in pairs}]
    for number, example in enumerate(new):
        while removed and removed[0] <= number:
            place = removed.pop(0)
            yield ExampleDiff("removed", place + 1, 0, tuple(_example_fields(old[place], nothing)))
        place = before_of.get(number, -1)
        if place < 0:
            yield ExampleDiff("added", 0, number + 1, tuple(_example_fields(nothing, example)))
            continue
        fields = tuple(_example_fields(old[place], example))
        if fields or number in moved:
            yield ExampleDiff("moved" if number in moved else "changed", place + 1, number + 1, fields)
    for place in removed:
        yield ExampleDiff("removed", place + 1, 0, tuple(_example_fields(old[place], nothing)))


def _example_fields(old: SeedExample, new: SeedExample) -> Iterator[FieldDiff]:
    yield from _field("Context", old.context, new.context)
    several = max(len(old.pairs), len(new.pairs)) > 1
    pairs = _matched([_pair_words(pair) for pair in old.pairs], [_pair_words(pair) for pair in new.pairs])
    before_of = {after: before for before, after in pairs}
    moved = _moved(pairs)
    nothing = QuestionAnswer("", "")
    for number, pair in enumerate(new.pairs):
        place = before_of.get(number, -1)
        earlier = old.pairs[place] if place >= 0 else nothing
        which = f" {number + 1}" if several else ""
        if number in moved:
            question = (Span(pair.question, False),)
            yield FieldDiff(f"Question{which} (was question {place + 1})", "moved", question, question)
        yield from _pair_fields(which, earlier, pair)
    for place in sorted(set(range(len(old.pairs))) - {before for before, _ in pairs}):
        yield from _pair_fields(f" {place + 1}" if several else "", old.pairs[place], nothing)


def _pair_fields(which: str, old: QuestionAnswer, new: QuestionAnswer) -> Iterator[FieldDiff]:
    yield from _field(f"Question{which}", old.question, new.question)
    yield from _field(f"Answer{which}", old.answer, new.answer)


def _matched(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return which text before became which after: equal ones first, then the most alike, then what stands alone."""
    pairs: list[tuple[int, int]] = []
    waiting: dict[str, list[int]] = {}
    for number, text in enumerate(old):
        waiting.setdefault(text, []).append(number)
    left_new = []
    for number, text in enumerate(new):
        if waiting.get(text):
            pairs.append((waiting[text].pop(0), number))
        else:
            left_new.append(number)
    left_old = sorted(number for numbers in waiting.values() for number in numbers)
    if len(left_old) == 1 and left_old == left_new:
        # All others are accounted for: what stands in its place is what became of it.
        return [*pairs, (left_old[0], left_new[0])]
    if len(left_old) * len(left_new) <= MOST_COMPARED:
        likeness = [(_alike(old[before], new[after]), before, after) for before in left_old for after in left_new]
        # Of equally alike ones, those nearest to their old place.
        likeness.sort(key=lambda found: (-found[0], abs(found[1] - found[2]), found[2]))
        used_old: set[int] = set()
        used_new: set[int] = set()
        for score, before, after in likeness:
            if score >= ALIKE and before not in used_old and after not in used_new:
                pairs.append((before, after))
                used_old.add(before)
                used_new.add(after)
    return pairs


def _alike(before: str, after: str) -> float:
    return fuzz.ratio(before[:2000], after[:2000])


def _moved(pairs: Sequence[tuple[int, int]]) -> set[int]:
    """Return the numbers after of those that changed their order among each other: as few as explain it."""
    ordered = sorted(pairs, key=lambda pair: pair[1])
    # The longest run that kept its order stays; `ends` holds, by length, where the run with the lowest end ends.
    ends: list[int] = []
    ends_before: list[int] = []
    came_from: list[int] = []
    for number, (before, _) in enumerate(ordered):
        length = bisect.bisect_left(ends_before, before)
        came_from.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        ends_before[length : length + 1] = [before]
    moved = {after for _, after in ordered}
    number = ends[-1] if ends else -1
    while number >= 0:
        moved.discard(ordered[number][1])
        number = came_from[number]
    return moved


def _words(example: SeedExample) -> str:
    return "\n".join([example.context, *(_pair_words(pair) for pair in example.pairs)])


def _pair_words(pair: QuestionAnswer) -> str:
    return f"{pair.question}\n{pair.answer}"

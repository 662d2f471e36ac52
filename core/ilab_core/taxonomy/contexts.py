# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which example a chosen passage becomes the context of, and where an example stands in the text."""

from __future__ import annotations

from dataclasses import dataclass

from ilab_core.taxonomy.fields import FieldPath
from ilab_core.taxonomy.leaf import Leaf
from ilab_core.taxonomy.parsing import parse_yaml
from ilab_core.taxonomy.source import LeafError


@dataclass(frozen=True)
class ContextPlaces:
    """Where a passage can go: `best` is an example without a context, else a new one; `current` can be replaced.

    Both are numbers of examples from 0; `count`, how many there are, stands for a new one. `current` is None where the
    current example is the best place anyway.
    """

    best: int
    count: int
    current: int | None


def context_places(leaf: Leaf, current: int) -> ContextPlaces:
    """Return where a passage can go while example number `current` is being worked on."""
    count = len(leaf.seed_examples)
    in_turn = [*range(max(current, 0), count), *range(min(max(current, 0), count))]
    best = next((number for number in in_turn if not leaf.seed_examples[number].context), count)
    replaceable = 0 <= current < count and current != best
    return ContextPlaces(best, count, current if replaceable else None)


def example_at(text: str, index: int) -> int:
    """Return the number of the example that is written at `index` of `text`, 0 where there is none or no YAML."""
    try:
        path = parse_yaml(text).field_at(index)
    except LeafError:
        return 0
    match path:
        case ("seed_examples", int(number), *_):
            return number
    return 0


def place_of(text: str, path: FieldPath) -> tuple[int, int]:
    """Return line and column, from 1, of the value at `path`, or of the part of the path that is there."""
    try:
        parsed = parse_yaml(text)
    except LeafError:
        return 1, 1
    _key, node = parsed.nearest(path)
    return parsed.place(node.start_mark.index) if node is not None else (1, 1)

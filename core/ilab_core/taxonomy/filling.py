# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Put a written example into a leaf: in the place of one that is still empty, else at the end."""

from __future__ import annotations

from ilab_core.taxonomy.editing import add_example, move_item, remove_item
from ilab_core.taxonomy.leaf import Leaf, SeedExample


def put_example(text: str, leaf: Leaf, example: SeedExample) -> tuple[str, int]:
    """Return the text of `leaf` with `example`, and its place among the examples, from 0."""
    count = len(leaf.seed_examples)
    added = add_example(text, leaf.kind, example)
    place = next((number for number, other in enumerate(leaf.seed_examples) if is_empty(other)), count)
    if place == count:
        return added, count
    without = remove_item(added, f"seed_examples[{place}]")
    last = count - 1
    return (move_item(without, f"seed_examples[{last}]", place) if place != last else without), place


def is_empty(example: SeedExample) -> bool:
    """Return whether nothing is written in an example yet."""
    return not example.context and not any(pair.question or pair.answer for pair in example.pairs)

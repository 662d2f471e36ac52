# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where a chosen passage goes: an example without a context first, never silently over another one."""

from __future__ import annotations

from pathlib import Path

import pytest
from ilab_core.taxonomy.contexts import ContextPlaces, context_places, example_at, place_of
from ilab_core.taxonomy.leaf import Leaf, SeedExample

TEXT = "version: 3\nseed_examples:\n  - context: a\n  - context: |\n      b\n"


def leaf(*contexts: str) -> Leaf:
    examples = tuple(SeedExample(context, ()) for context in contexts)
    return Leaf(Path("qna.yaml"), "knowledge/a", "knowledge", 3, "", "", "", "", examples, None)


@pytest.mark.parametrize(
    ("contexts", "current", "places"),
    [
        (("", "", ""), 0, ContextPlaces(0, 3, None)),
        (("", "", ""), 1, ContextPlaces(1, 3, None)),
        (("a", "", ""), 0, ContextPlaces(1, 3, 0)),
        (("", "b", "c"), 2, ContextPlaces(0, 3, 2)),
        (("a", "b"), 1, ContextPlaces(2, 2, 1)),
        ((), 0, ContextPlaces(0, 0, None)),
        (("a",), 7, ContextPlaces(1, 1, None)),
        (("", "b"), -1, ContextPlaces(0, 2, None)),
    ],
)
def test_an_empty_example_comes_first_and_then_a_new_one(contexts: tuple[str, ...], current: int, places: object):
    assert context_places(leaf(*contexts), current) == places


def test_the_example_at_a_place_and_the_place_of_an_example():
    assert example_at(TEXT, TEXT.index("b\n")) == 1
    assert example_at(TEXT, 0) == example_at("a: [", 2) == 0
    assert place_of(TEXT, ("seed_examples", 1, "context")) == (4, 14)
    assert place_of(TEXT, ("seed_examples", 0, "answer")) == (3, 5)
    assert place_of("a: [", ("a",)) == (1, 1)

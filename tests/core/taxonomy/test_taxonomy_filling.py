# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""An example put into a leaf takes the place of an empty one, and touches no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from ilab_core.taxonomy.editing import add_example, new_leaf_text
from ilab_core.taxonomy.filling import put_example
from ilab_core.taxonomy.leaf import QuestionAnswer, SeedExample
from ilab_core.taxonomy.reader import parse_leaf

PATH = {
    kind: Path(folder) / "a" / "qna.yaml"
    for kind, folder in (("knowledge", "knowledge"), ("skill", "compositional_skills"))
}


def written(word: str, kind: str) -> SeedExample:
    pairs = tuple(QuestionAnswer(f"What {word} {number}?", f"{word}: {number}") for number in range(3))
    return SeedExample(f"About {word}.\n\nMore.", pairs) if kind == "knowledge" else SeedExample("", pairs[:1])


@pytest.mark.parametrize("kind", ["knowledge", "skill"])
def test_empty_examples_are_filled_in_order_then_more_are_added(kind):
    text = new_leaf_text(kind, examples=[written("first", kind)])
    wanted = [written("first", kind)]
    for number in range(6):
        example = written(f"number{number}", kind)
        text, place = put_example(text, parse_leaf(text, PATH[kind]), example)
        wanted.append(example)
        assert place == number + 1
    assert list(parse_leaf(text, PATH[kind]).seed_examples) == wanted


def test_an_example_that_was_begun_is_left_alone():
    begun = SeedExample("", (QuestionAnswer("Begun?", ""),))
    text = new_leaf_text("skill", created_by="# me", examples=[begun] * 5)
    text = add_example(text.replace("# me", "me # a note"), "skill")
    filled, place = put_example(text, parse_leaf(text, PATH["skill"]), written("new", "skill"))
    assert place == 5
    assert "me # a note" in filled
    assert [example.pairs[0].question for example in parse_leaf(filled, PATH["skill"]).seed_examples] == [
        *["Begun?"] * 5,
        "What new 0?",
    ]

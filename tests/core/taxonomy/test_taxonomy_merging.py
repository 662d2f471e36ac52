# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Three texts that were one: who changed what, and the changes of both in one text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ilab_core.taxonomy.editing import add_example, set_field
from ilab_core.taxonomy.merging import merge
from ilab_core.taxonomy.reader import parse_leaf

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "\n"]), max_size=12)


@pytest.mark.parametrize(
    ("before", "mine", "theirs", "merged", "conflicts"),
    [
        ("a b c d", "a B c d", "a b c D", "a B c D", 0),
        ("a b c d", "a b c d", "x", "x", 0),
        ("a b c d", "x", "a b c d", "x", 0),
        ("a b c d", "a X c d", "a X c d", "a X c d", 0),
        ("a b c d", "a b c", "b c d", "b c", 0),
        ("a b c d", "a B c d", "a b C d", "a B C d", 0),
        ("a b c d", "a b c D", "a b c d e", "a b c D e", 0),
        ("a b c d", "a B c d", "a Y c d", "a B c d", 1),
        ("a b c d", "a c d", "a Y c d", "a c d", 1),
        ("a b c d", "a b m c d", "a b t c d", "a b m c d", 1),
        ("a b c d", "a b m c d", "a b c T", "a b m c T", 0),
        ("", "a", "b", "a", 1),
    ],
)
def test_lines_of_both_are_joined(before, mine, theirs, merged, conflicts):
    texts = ["".join(f"{line}\n" for line in text.split()) for text in (before, mine, theirs, merged)]
    found = merge(*texts[:3])
    assert found.text("mine") == texts[3]
    assert found.count("conflict") == conflicts
    if conflicts:
        assert found.text("theirs") != found.text("mine")


def test_changes_of_a_real_leaf_are_joined(knowledge_text, tmp_path):
    path = tmp_path / "knowledge" / "a" / "qna.yaml"
    mine = set_field(knowledge_text, "seed_examples[1].questions_and_answers[0].answer", "Twenty metres.")
    theirs = add_example(set_field(knowledge_text, "domain", "Lighthouses"), "knowledge")
    found = merge(knowledge_text, mine, theirs)
    assert found.count("conflict") == 0
    leaf = parse_leaf(found.text("mine"), path)
    assert leaf.domain == "Lighthouses"
    assert leaf.seed_examples[1].pairs[0].answer == "Twenty metres."
    assert len(leaf.seed_examples) == 6


def test_other_line_ends_alone_are_no_change():
    before = "a\nb\nc\n"
    found = merge(before, "a\nB\nc\n", "a\r\nb\r\nC\r\n")
    assert found.count("conflict") == 0
    assert found.text("mine") == "a\r\nB\r\nC\r\n"
    mixed = merge("a\r\nb\nc\n", "a\r\nB\nc\n", "a\r\nb\nC\n")
    assert mixed.text("mine") == "a\r\nB\nC\n"


def test_the_last_line_may_have_no_end():
    assert merge("a\nb", "A\nb", "a\nb\n").text("mine") == "A\nb\n"
    assert merge("a\nb", "a\nb\nc", "A\nb").text("mine") == "A\nb\nc"


def test_large_texts_take_no_time():
    before = "".join(f"line {number % 7}\n" for number in range(100_000))
    mine, theirs = "mine\n" + before, before.replace("line 3", "line three") + "theirs\n"
    began = time.process_time()
    found = merge(before, mine, theirs)
    assert time.process_time() - began < 2
    assert found.text("theirs").endswith("theirs\n")


@settings(deadline=None, max_examples=400, derandomize=True)
@given(LINES, LINES, LINES)
def test_nothing_of_either_side_is_lost_or_made_up(before, mine, theirs):
    texts = ["".join(lines) for lines in (before, mine, theirs)]
    found = merge(*texts)
    for side, text in zip(("before", "mine", "theirs"), texts, strict=True):
        assert "".join(line for stretch in found.stretches for line in getattr(stretch, side)) == text
    assert merge(texts[0], texts[0], texts[2]).text("mine") == texts[2]
    assert merge(texts[0], texts[1], texts[0]).text("theirs") == texts[1]
    assert merge(texts[0], texts[1], texts[1]).text("mine") == texts[1]
    other = merge(texts[0], texts[2], texts[1])
    assert other.text("theirs") == found.text("mine")

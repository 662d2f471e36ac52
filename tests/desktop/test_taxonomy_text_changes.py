# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Splices and line-wise edits: what did not change keeps its bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from ilab_core.taxonomy.passages import searchable
from ilab_desktop.pages.taxonomy.text_changes import lines_of, splice_between, with_lines

TEXTS = st.text(st.sampled_from("ab \n\r\u00a0\u2028\u2029😀:"), max_size=40)


@given(TEXTS, TEXTS)
def test_a_splice_goes_there_and_back(before, after):
    change = splice_between(before, after)
    assert change.apply(before) == after
    assert change.undo(after) == before


@given(TEXTS, st.lists(st.text(st.sampled_from("ab :😀"), max_size=4), min_size=1, max_size=8))
def test_the_lines_become_what_was_wanted(text, wanted):
    assert lines_of(with_lines(text, wanted)) == wanted


@given(TEXTS)
def test_the_same_lines_change_nothing(text):
    assert with_lines(text, lines_of(text)) == text


def test_other_lines_keep_their_ends():
    assert with_lines("a\r\nb\nc\r\n", ["a", "x", "c", ""]) == "a\r\nx\r\nc\r\n"
    assert with_lines("a\nb", ["a", "b", "c"]) == "a\nb\nc"
    assert with_lines("a\nb", ["a"]) == "a"


def test_a_passage_is_found_whatever_its_wrapping_and_marks():
    document = "# Harrow Cove\n\nThe **lighthouse** stands\nforty metres above [the tide](http://x.y) line."
    found = searchable(document).find("The lighthouse stands forty metres above the tide line")
    assert found is not None
    assert document[found[0] : found[1]].startswith("The **lighthouse**")
    assert document[found[0] : found[1]].endswith("line")
    assert searchable(document).find("The southern channel") is None
    assert searchable(document).find(" ") is None

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What is typed in the search box, and which leaves it finds."""

from __future__ import annotations

import pytest
from ilab_core.taxonomy.search import FILTERS, Query, Searched, parse_query, searched_text, with_filter

TEXT = "version: 3\ncreated_by: 'Mira-K' # me\nseed_examples:\n  - question: Who measured the TIDE? the tide\n"


def test_words_and_filters_are_told_apart():
    assert parse_query("Tide by:Mira is:new IS:problem kind:skill over") == Query(
        ("tide", "over"), ("mira",), frozenset({"new", "problem"}), frozenset({"skill"})
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [("http://example.org", ("http://example.org",)), ("is:odd", ("is:odd",)), ("note:this", ("note:this",))],
)
def test_what_only_looks_like_a_filter_is_a_word(typed, words):
    assert parse_query(typed) == Query(words)


@pytest.mark.parametrize("typed", ["", "is:", "is:ch", "kind:", "kind:know", "by:"])
def test_a_filter_that_is_still_being_typed_hides_nothing(typed):
    assert not parse_query(typed)


def test_every_filter_that_is_offered_is_understood():
    for text in FILTERS:
        query = parse_query(f"{text}mira" if text == "by:" else text)
        assert query
        assert not query.words


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tide", True),
        ("tide? who", True),
        ("places tide", True),
        ("ebb", False),
        ("by:mira", True),
        ("by:question", False),
        ("is:new", True),
        ("is:new is:draft", False),
        ("kind:knowledge", True),
        ("kind:skill", False),
        ("kind:skill kind:knowledge", False),
    ],
)
def test_a_leaf_is_found(typed, found):
    searched = searched_text(TEXT)
    assert parse_query(typed).matches("knowledge/places/cove", searched, {"new", "warning"}, "knowledge") is found


def test_each_word_is_kept_once():
    assert searched_text(TEXT) == Searched(
        "version: 3 created_by: 'mira-k' # me seed_examples: - question: who measured the tide? tide", "mira-k"
    )
    assert searched_text("") == Searched()


@pytest.mark.parametrize(
    ("earlier", "later", "narrows"),
    [
        ("ti", "tid", True),
        ("tide", "tide is:new", True),
        ("tide", "tid", False),
        ("tide is:new", "tide", False),
        ("by:mi", "by:mira", True),
        ("tide", "wave", False),
    ],
)
def test_a_longer_search_is_known_to_find_no_more(earlier, later, narrows):
    assert parse_query(later).narrows(parse_query(earlier)) is narrows


def test_a_filter_is_put_in_and_taken_out():
    assert with_filter("tide", "is:new") == "tide is:new"
    assert with_filter("tide is:new", "is:new") == "tide"
    assert with_filter("kind:skill tide", "kind:knowledge") == "tide kind:knowledge"

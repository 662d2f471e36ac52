# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What is typed in the search box, and which leaves it finds."""

from __future__ import annotations

import pytest
from ilab_core.taxonomy.search import FILTERS, Query, find, parse_query, searched_text, with_filter

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
    name = "knowledge/Places/cove"
    searched = {name: searched_text(name, TEXT)}
    kinds = {name: "knowledge"}
    assert find(parse_query(typed), [name], searched, kinds, lambda _: {"new", "warning"}) == [name] * found


def test_each_word_is_kept_once():
    searched = searched_text("a/Leaf", TEXT)
    assert searched.words.startswith("a/leaf version: 3 created_by: 'mira-k' # me")
    assert searched.words.count("tide") == 2  # "tide?" and "tide"
    assert searched.contributor == "mira-k"
    assert searched_text("a", "").words == "a"


def test_every_part_of_every_word_is_found_and_nothing_else():
    names = [f"leaf_{number}" for number in range(60)]
    searched = {name: searched_text(name, f"{name * 2} Straße {TEXT[: int(name[5:])]}") for name in names}
    wanted = {text[i : i + size] for text in ("question: straße", "tide") for size in (1, 2, 3, 5) for i in range(9)}
    for word in wanted | {"qzx", "leaf_1leaf_1"}:
        for query in filter(None, [parse_query(word)]):
            found = find(query, names, searched, {}, lambda _: ())
            assert found == [name for name in names if all(part in searched[name].words for part in query.words)]


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

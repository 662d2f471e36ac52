# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The history of one leaf: its versions, its text in each, and what differs between two texts."""

from __future__ import annotations

import pygit2
import pytest
from git_taxonomy import GitTaxonomy
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.leaf_diff import leaf_diff
from ilab_core.taxonomy.leaf_history import LeafVersion, committed_text, leaf_history, version_text
from ilab_core.taxonomy.word_diff import marked_words

PAIRS = [
    ("What is one plus one?", "It is two."),
    ("Who wrote the book of the sea?", "A sailor of Harrow."),
    ("Where does the tower stand?", "On the cliff behind the town."),
    ("When was the harbour built?", "In the year 1900 or so."),
]


@pytest.fixture
def taxonomy(tmp_path):
    return GitTaxonomy(tmp_path / "taxonomy")


def skill(pairs, created_by="me"):
    examples = "".join(f"  - question: {question}\n    answer: {answer}\n" for question, answer in pairs)
    return f"version: 3\ncreated_by: {created_by}\ntask_description: t\nseed_examples:\n{examples}"


def knowledge(contexts):
    text = "version: 3\ncreated_by: me\ndomain: d\ndocument_outline: o\nseed_examples:\n"
    for context, pairs in contexts:
        text += f"  - context: {context}\n    questions_and_answers:\n"
        text += "".join(f"      - question: {question}\n        answer: {answer}\n" for question, answer in pairs)
    return text


def marked(spans):
    return [span.text.strip() for span in spans if span.marked]


def test_history_names_every_version_and_follows_the_leaf_through_moves(taxonomy):
    taxonomy.write("b", "# other\n")
    taxonomy.commit("not about a")
    taxonomy.write("a", "# better\n")
    taxonomy.commit("Better\n\nMuch better.")
    taxonomy.file("a").parent.rename(taxonomy.root / "compositional_skills/z")
    taxonomy.commit("Moved")
    taxonomy.write("z", "# last\n")
    last = taxonomy.commit("Last")
    versions = leaf_history(taxonomy.root, "compositional_skills/z")
    assert [version.title for version in versions] == ["Last", "Moved", "Better", "the first"]
    assert versions[0].commit == last
    assert (versions[0].author, versions[2].message) == ("Tests", "Better\n\nMuch better.")
    assert versions[2].place == "compositional_skills/a/qna.yaml"
    assert version_text(taxonomy.root, versions[2]).endswith("# better\n")
    assert committed_text(taxonomy.root, "compositional_skills/z").endswith("# last\n")
    assert versions[0].time.tzinfo is not None


def test_history_goes_on_through_a_move_that_is_not_committed(taxonomy):
    taxonomy.file("a").parent.rename(taxonomy.root / "compositional_skills/z")
    assert [version.title for version in leaf_history(taxonomy.root, "compositional_skills/z")] == ["the first"]


def test_a_merge_shows_the_leaf_once_however_it_came(taxonomy):
    taxonomy.branch("mine")
    taxonomy.go_to("mine")
    taxonomy.write("a", "# mine\n")
    mine = taxonomy.commit("mine")
    taxonomy.go_to("main")
    taxonomy.write("b", "# theirs\n")
    taxonomy.commit("theirs")
    taxonomy.write("a", "# mine\n")
    taxonomy.commit("merge", [pygit2.Oid(hex=mine)])
    assert [version.title for version in leaf_history(taxonomy.root, "compositional_skills/a")] == ["mine", "the first"]


def test_a_leaf_that_was_never_committed_has_no_history(taxonomy, tmp_path):
    taxonomy.write("new")
    assert leaf_history(taxonomy.root, "compositional_skills/new") == []
    assert committed_text(taxonomy.root, "compositional_skills/new") == ""
    assert leaf_history(tmp_path, "compositional_skills/a") == []
    pygit2.init_repository(str(tmp_path / "fresh"))
    assert leaf_history(tmp_path / "fresh", "knowledge/a") == []
    [version] = leaf_history(taxonomy.root, "compositional_skills/a")
    gone = LeafVersion("0" * 40, "", version.time, "", version.place)
    with pytest.raises(TaxonomyError, match="no longer in the repository"):
        version_text(taxonomy.root, gone)


def test_examples_that_were_added_removed_moved_and_changed_are_told_apart():
    edited = ("Who wrote the old book of the sea?", "A sailor of Harrow.")
    after = [PAIRS[2], PAIRS[0], edited, ("Why is grass green?", "Because of its leaves.")]
    diff = leaf_diff(skill(PAIRS), skill(after))
    assert [(example.how, example.before, example.after) for example in diff.examples] == [
        ("moved", 3, 1),
        ("changed", 2, 3),
        ("removed", 4, 0),
        ("added", 0, 4),
    ]
    [question] = diff.examples[1].fields
    assert (question.label, question.how, marked(question.before), marked(question.after)) == (
        "Question",
        "changed",
        [],
        ["old"],
    )
    assert "".join(span.text for span in question.after) == edited[0]
    assert diff.examples[0].fields == ()


def test_questions_of_a_context_are_followed_and_numbered():
    before = [("The tower is 30 metres high.", PAIRS[:3]), ("Another context of the leaf.", PAIRS[1:])]
    after = [("The tower is 31 metres high.", [PAIRS[1], PAIRS[0], PAIRS[3]]), before[1]]
    [example] = leaf_diff(knowledge(before), knowledge(after)).examples
    assert (example.how, example.before, example.after) == ("changed", 1, 1)
    assert [(field.label, field.how) for field in example.fields] == [
        ("Context", "changed"),
        ("Question 1 (was question 2)", "moved"),
        ("Question 3", "changed"),
        ("Answer 3", "changed"),
    ]
    assert (marked(example.fields[0].before), marked(example.fields[0].after)) == (["30"], ["31"])


def test_head_fields_new_and_removed_leaves():
    [field] = leaf_diff(skill(PAIRS), skill(PAIRS, "you")).fields
    assert (field.label, field.how) == ("Created by", "changed")
    new = leaf_diff("", skill(PAIRS))
    assert [example.how for example in new.examples] == ["added"] * 4
    assert {line.sign for line in new.lines} == {"@", "+"}
    assert [example.how for example in leaf_diff(skill(PAIRS), "").examples] == ["removed"] * 4
    nothing = leaf_diff(skill(PAIRS), skill(PAIRS))
    assert (nothing.fields, nothing.examples, nothing.lines, nothing.only_form) == ((), (), (), False)


def test_plain_lines_are_those_of_git_and_broken_yaml_has_them_too():
    diff = leaf_diff(skill(PAIRS), skill(PAIRS, "[you"))
    assert not diff.readable
    assert [(line.sign, line.text) for line in diff.lines[:4]] == [
        ("@", "Line 1"),
        (" ", "version: 3"),
        ("-", "created_by: me"),
        ("+", "created_by: [you"),
    ]
    assert leaf_diff(skill(PAIRS), "# a comment\n" + skill(PAIRS)).only_form
    assert leaf_diff(skill(PAIRS), skill(PAIRS).replace("\n", "\r\n")).only_form


def test_many_examples_are_compared_at_once():
    many = [(f"What is number {n}?", f"It is {n * 7}, indeed.") for n in range(2000)]
    diff = leaf_diff(skill(many), skill([(question, f"{answer} Yes.") for question, answer in reversed(many)]))
    assert len(diff.examples) == 4000
    moved = leaf_diff(skill(many), skill([many[-1], *many[:-1]]))
    assert [(example.how, example.before, example.after) for example in moved.examples] == [("moved", 2000, 1)]


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ("one two three", "one 2 three", ["two"], ["2"]),
        ("a long sentence with many words", "a long sentence with words", ["many"], []),
        ("nothing of it", "completely different words", ["nothing of it"], ["completely different words"]),
        ("", "all new", [], ["all new"]),
        ("word " * 6000 + "end", "word " * 6000 + "stop", ["end"], ["stop"]),
        ("日本語 です", "日本語 でした", ["です"], ["でした"]),
    ],
)
def test_words_are_marked_and_no_letter_is_lost(before, after, old, new):
    spans_before, spans_after = marked_words(before, after)
    assert (marked(spans_before), marked(spans_after)) == (old, new)
    assert ("".join(s.text for s in spans_before), "".join(s.text for s in spans_after)) == (before, after)

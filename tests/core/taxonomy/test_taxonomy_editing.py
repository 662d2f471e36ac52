# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Editing: what was meant is what the text then says, and everything else stays to the byte."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.checking import check_text
from ilab_core.taxonomy.editing import (
    add_example,
    add_pair,
    duplicate_item,
    move_item,
    new_leaf_text,
    remove_field,
    remove_item,
    set_field,
)
from ilab_core.taxonomy.leaf import DocumentReference, QuestionAnswer, SeedExample
from ilab_core.taxonomy.reader import parse_leaf

SKILL = Path("compositional_skills/a/qna.yaml")
KNOWLEDGE = Path("knowledge/a/qna.yaml")


def changed(before, after):
    """The removed and the added lines."""
    lines = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    return [x[2:] for x in lines if x[0] == "-"], [x[2:] for x in lines if x[0] == "+"]


@pytest.mark.parametrize(
    ("field", "value", "removed", "added"),
    [
        ("created_by", "me", ["created_by: 'someone'  # me\n"], ["created_by: 'me'  # me\n"]),
        ("created_by", "it's", ["created_by: 'someone'  # me\n"], ["created_by: 'it''s'  # me\n"]),
        ("seed_examples[2].answer", "Six.", ["    answer: Five.\n"], ["    answer: Six.\n"]),
        ("seed_examples[2].answer", "yes", ["    answer: Five.\n"], ['    answer: "yes"\n']),
        ("seed_examples[2].answer", "5", ["    answer: Five.\n"], ['    answer: "5"\n']),
        ("seed_examples[2].answer", "Five: ok", ["    answer: Five.\n"], ['    answer: "Five: ok"\n']),
        ("seed_examples[2].answer", 'A "b": c', ["    answer: Five.\n"], ["    answer: 'A \"b\": c'\n"]),
        (
            "seed_examples[2].answer",
            "a\n\n  b",
            ["    answer: Five.\n"],
            ["    answer: |\n", "      a\n", "\n", "        b\n"],
        ),
        ("seed_examples[2].answer", " a\nb", ["    answer: Five.\n"], ["    answer: |2\n", "       a\n", "      b\n"]),
        ("seed_examples[2].answer", "a \nb", ["    answer: Five.\n"], ['    answer: "a \\nb"\n']),
        ("seed_examples[2].answer", "", ["    answer: Five.\n"], ['    answer: ""\n']),
        ("seed_examples[1].question", "How?", ['      How many letters has "two"?\n'], ["      How?\n"]),
        ("seed_examples[1].answer", "Three.", ['    answer: "Three: t, w, o."\n'], ['    answer: "Three."\n']),
        ("seed_examples[3].answer", "4", ["      Four.\n"], ["      4\n"]),
        ("seed_examples[0].answer", "Three.", ["      The word has\n", "      three letters.\n"], ["      Three.\n"]),
        ("seed_examples[4].answer", "a, b]", ["answer: Four}\n"], ['answer: "a, b]"}\n']),
        ("version", 2, ["version: 3\n"], ["version: 2\n"]),
    ],
)
def test_one_field_changes_in_its_own_style(skill_text, field, value, removed, added):
    text = set_field(skill_text, field, value)
    gone, came = changed(skill_text, text)
    assert [line[-len(end) :] for line, end in zip(gone, removed, strict=True)] == removed
    assert [line[-len(end) :] for line, end in zip(came, added, strict=True)] == added
    assert [p for p in check_text(text, SKILL) if p.code.startswith("lint")] == []


def test_a_missing_key_goes_to_its_place(skill_text, knowledge_text):
    with_context = set_field(skill_text, "seed_examples[2].context", "Three\nwords.")
    assert changed(skill_text, with_context) == (
        ["  - question: How many letters has three?\n"],
        ["  - context: |\n", "      Three\n", "      words.\n", "    question: How many letters has three?\n"],
    )
    assert remove_field(with_context, "seed_examples[2].context") == skill_text
    short = remove_field(knowledge_text, "document_outline")
    assert set_field(short, "document_outline", "A list of towers.") == knowledge_text
    assert remove_field(remove_field(knowledge_text, "document"), "domain").count("document:") == 0
    assert changed(short, set_field(short, "domain", "Masts")) == (["domain: Towers\n"], ["domain: Masts\n"])


def test_a_whole_branch_is_made_where_it_is_missing():
    text = set_field("created_by: a\n", "document.patterns[0]", "x.md")
    assert text == "created_by: a\ndocument:\n  patterns:\n    - x.md\n"
    text = set_field(text, "document.repo", "local")
    assert text == "created_by: a\ndocument:\n  repo: local\n  patterns:\n    - x.md\n"
    assert set_field(text, "document.patterns", ["*.md", "b.md"]).endswith('  patterns:\n    - "*.md"\n    - b.md\n')
    assert set_field("# only a comment", "created_by", "a") == "# only a comment\ncreated_by: a\n"
    assert set_field("created_by:\nversion: 3\n", "created_by", "a") == "created_by: a\nversion: 3\n"
    assert set_field("created_by:   # who\n", "created_by", "a") == "created_by: a   # who\n"
    assert set_field("seed_examples: []\n", "seed_examples[0].question", "q") == "seed_examples:\n  - question: q\n"


def test_the_indentation_of_the_file_is_followed():
    wide = "seed_examples:\n    - question: q\n      answer: a\n"
    assert add_example(wide, "skill", SeedExample("", (QuestionAnswer("x", "z"),))) == (
        wide + "    - question: x\n      answer: z\n"
    )
    flat = "seed_examples:\n- question: q\n  answer: a"
    assert set_field(flat, "document.patterns", ["x"]) == flat + "\ndocument:\n  patterns:\n  - x\n"


def test_examples_are_added_removed_and_moved(skill_text):
    text = add_example(skill_text, "skill")
    assert text == skill_text + '  - question: ""\n    answer: ""\n'
    assert remove_item(text, "seed_examples[5]") == skill_text
    questions = [example.pairs[0].question for example in parse_leaf(skill_text, SKILL).seed_examples]
    moved = move_item(skill_text, "seed_examples[2]", 0)
    assert [example.pairs[0].question for example in parse_leaf(moved, SKILL).seed_examples] == [
        questions[2],
        *questions[:2],
        *questions[3:],
    ]
    # The comment above an entry goes with it.
    assert moved.index("# The third one.") < moved.index("# The first one.")
    assert sorted(moved.splitlines()) == sorted(skill_text.splitlines())
    assert move_item(moved, "seed_examples[0]", 2) == skill_text
    without = remove_item(skill_text, "seed_examples[2]")
    assert changed(skill_text, without)[1] == []
    assert "# The third one." not in without


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("number", range(5))
def test_a_duplicate_is_written_as_its_first_and_stands_right_after_it(skill_text, number, line_end):
    text = skill_text.replace("\n", line_end)
    twice = duplicate_item(text, f"seed_examples[{number}]")
    questions = [example.pairs[0] for example in parse_leaf(text, SKILL).seed_examples]
    assert [example.pairs[0] for example in parse_leaf(twice, SKILL).seed_examples] == [
        *questions[: number + 1],
        *questions[number:],
    ]
    assert changed(text, twice)[0] == []
    assert remove_item(twice, f"seed_examples[{number + 1}]") == text


def test_entries_in_one_line_and_entries_with_blank_lines_between_are_duplicated():
    assert duplicate_item("a: [x, z]\n", "a[0]") == "a:\n  - x\n  - x\n  - z\n"
    assert duplicate_item("a:\n- x\n\n- z", "a[1]") == "a:\n- x\n\n- z\n\n- z\n"
    with pytest.raises(TaxonomyError, match="no such entry"):
        duplicate_item("a:\n  - x\n", "a[1]")
    with pytest.raises(TaxonomyError, match="cannot be changed in the form"):
        duplicate_item("a:\n  - &b x\n  - *b\n", "a[0]")


def test_the_last_entry_goes_without_a_trace(knowledge_text):
    text = set_field(knowledge_text, "document.patterns", ["a.md", "b.md"])
    assert remove_item(remove_item(text, "document.patterns[0]"), "document.patterns[0]").endswith("  patterns: []\n")


def test_questions_are_added_to_their_example(knowledge_text):
    text = add_pair(knowledge_text, 2, QuestionAnswer("Why?", "Because."))
    gone, came = changed(knowledge_text, text)
    assert gone == []
    assert came == ["      - question: Why?\n", "        answer: Because.\n"]
    assert parse_leaf(text, KNOWLEDGE).seed_examples[2].pairs[3] == QuestionAnswer("Why?", "Because.")


def test_line_ends_and_byte_order_mark_stay(skill_text):
    windows = "\ufeff" + skill_text.replace("\n", "\r\n")
    plain = set_field(skill_text, "seed_examples[2].answer", "a\nb")
    assert set_field(windows, "seed_examples[2].answer", "a\r\nb") == "\ufeff" + plain.replace("\n", "\r\n")
    mixed = skill_text.replace("# me\n", "# me\r\n")
    assert set_field(mixed, "version", 2) == mixed.replace("version: 3", "version: 2")


def test_what_cannot_be_changed_safely_is_refused():
    shared = "a: &x\n  question: q\nb: *x\n"
    with pytest.raises(TaxonomyError, match="cannot be changed in the form"):
        set_field(shared, "b.question", "other")
    with pytest.raises(TaxonomyError, match="no such entry"):
        remove_item("seed_examples:\n  - a\n", "seed_examples[4]")
    with pytest.raises(TaxonomyError, match="no such field"):
        set_field("seed_examples:\n  - a\n", "seed_examples[4]", "x")
    with pytest.raises(TaxonomyError, match="not the name of a field"):
        set_field("a: b\n", "a[", "x")
    with pytest.raises(TaxonomyError, match="quote"):
        set_field("a: 'b\n", "a", "x")


def test_new_leaves_need_only_their_texts(knowledge_text):
    skill = new_leaf_text("skill", created_by="me", task_description="Count: letters")
    assert {problem.code for problem in check_text(skill, SKILL)} == {"empty", "repeated"}
    assert len(parse_leaf(skill, SKILL).seed_examples) == 5
    knowledge = new_leaf_text("knowledge", document=DocumentReference("local", "local", ("a.md",)))
    leaf = parse_leaf(knowledge, KNOWLEDGE)
    assert [len(example.pairs) for example in leaf.seed_examples] == [3] * 5
    for number, example in enumerate(parse_leaf(knowledge_text, KNOWLEDGE).seed_examples):
        knowledge = set_field(knowledge, f"seed_examples[{number}].context", example.context)
        for place, pair in enumerate(example.pairs):
            field = f"seed_examples[{number}].questions_and_answers[{place}]"
            knowledge = set_field(knowledge, f"{field}.question", pair.question)
            knowledge = set_field(knowledge, f"{field}.answer", pair.answer)
    for field, value in (("created_by", "me"), ("domain", "Towers"), ("document_outline", "Towers.")):
        knowledge = set_field(knowledge, field, value)
    assert check_text(knowledge, KNOWLEDGE) == []


@settings(deadline=None, max_examples=200)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text("ab \n\t:#-'\"\\|>é", max_size=60),
    st.sampled_from([f"seed_examples[{number}].{key}" for number in range(5) for key in ("question", "answer")]),
)
def test_any_text_is_kept_exactly_and_passes_the_lint(value, field):
    text = set_field(LEAF, field, value)
    number, key = int(field[14]), field[17:]
    read = yaml.safe_load(text)["seed_examples"][number][key]
    assert read.rstrip("\n") == value.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    assert [p for p in check_text(text, SKILL) if p.code.startswith("lint")] == []
    assert set_field(set_field(text, field, "x"), field, value).count("\n") >= LEAF.count("\n") - 3


LEAF = """\
version: 3
created_by: a
task_description: b
seed_examples:
  - question: plain
    answer: 'single'
  - question: "double"
    answer: |
      literal
      block
  - question: >-
      folded
      block
    answer: plain text
      over two lines
  - question: 'single
      over two'
    answer:
  - {question: "flow", answer: plain}
"""

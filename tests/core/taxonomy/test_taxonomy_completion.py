# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Completion: the keys that fit a place of a text that is still being typed, and the indentation of a new line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ilab_core.taxonomy.checking import check_text
from ilab_core.taxonomy.completion import Completion, complete, new_line_indent

ROOT = ["version", "created_by", "domain", "seed_examples", "document", "document_outline"]


def cursor(marked: str) -> tuple[str, int, int]:
    """Return the text without its one ^, and the line and column where that stood."""
    before = marked[: marked.index("^")].split("\n")
    return marked.replace("^", ""), len(before) - 1, len(before[-1])


def keys(marked: str, kind: str = "knowledge") -> list[str]:
    return [offer.key for offer in complete(*cursor(marked), kind).offers]


def accepted(marked: str, key: str, kind: str = "knowledge") -> str:
    """Return the text after a key was chosen, with ^ where the cursor is then."""
    text, line, column = cursor(marked)
    found = complete(text, line, column, kind)
    [offer] = [offer for offer in found.offers if offer.key == key]
    lines = text.split("\n")
    assert lines[line][found.start : column].strip("- ") == key[: column - found.start]
    lines[line] = lines[line][: found.start] + offer.text + "^" + lines[line][column:]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("^", ROOT),
        ("d^", ["domain", "document", "document_outline"]),
        ("D^", ["domain", "document", "document_outline"]),
        ("version: 3\n^\ndomain: x\n", ["created_by", "seed_examples", "document", "document_outline"]),
        ("# A comment: here\nversion: 3\n\n^", ROOT[1:]),
        ("document:\n  ^", ["repo", "commit", "patterns"]),
        ("document:\n  repo: x\n  ^\n  patterns:\n    - a.md\n", ["commit"]),
        ("document:\n    ^\n", ["repo", "commit", "patterns"]),
        ("seed_examples:\n  - ^", ["context", "questions_and_answers"]),
        ("seed_examples:\n- ^", ["context", "questions_and_answers"]),
        ("seed_examples:\n  ^", ["context", "questions_and_answers"]),
        ("seed_examples:\n  - context: a\n    ^", ["questions_and_answers"]),
        ("seed_examples:\n  - context: |\n      a\n    ^", ["questions_and_answers"]),
        ("seed_examples:\n  - context: a\n  - ^", ["context", "questions_and_answers"]),
        ("seed_examples:\n  - context: a\n  -\n    ^", ["context", "questions_and_answers"]),
        ("seed_examples:\n  - context: a\n    questions_and_answers:\n      - ^", ["question", "answer"]),
        ("seed_examples:\n  - context: |\n      a\n    questions_and_answers:\n      - ^", ["question", "answer"]),
        ("seed_examples:\n  - questions_and_answers:\n      - question: a?\n        ^", ["answer"]),
        (
            "seed_examples:\n  - questions_and_answers:\n      - question: a?\n        answer: b\n      - q^",
            ["question"],
        ),
        ("seed_examples:\n  - questions_and_answers:\n      - question: a?\n    c^", ["context"]),
        ("seed_examples:\n  - ^\n    context: a\n", ["questions_and_answers"]),
        ("domain: x  # note: this\ndocument: # where it is\n  c^", ["commit"]),
    ],
)
def test_the_keys_that_fit_and_are_not_there_yet(marked: str, wanted: list[str]):
    assert keys(marked) == wanted


@pytest.mark.parametrize(
    "marked",
    [
        "domain: ^",
        "domain: x\n  ^",
        "document: x\n  ^",
        "  ^",
        "unknown:\n  ^",
        "document:\n  patterns:\n    - ^",
        "seed_examples:\n  - context: |\n      ^",
        "seed_examples:\n  - context: |\n      Note: this\n\n      d^",
        "seed_examples:\n  - context: >-  # folded\n      d^",
        "seed_examples:\n  - context: a\n    questions_and_answers: []\n    ^",
        "- ^",
        "document:\n  - ^",
        "do^main: x",
        "seed_examples:\n  - - ^",
    ],
)
def test_where_no_key_fits_none_is_offered(marked: str):
    assert keys(marked) == []


def test_a_skill_and_older_versions_have_keys_of_their_own():
    assert keys("^", "skill") == ["version", "created_by", "task_description", "seed_examples"]
    assert keys("seed_examples:\n  - ^", "skill") == ["context", "question", "answer"]
    assert "task_description" in keys("version: 1\n^")
    assert keys("version: 99\n^") == ROOT[1:]


def test_a_key_is_written_up_to_its_value():
    assert accepted("^", "version") == "version: 3^"
    assert accepted("dom^", "domain") == "domain: ^"
    assert accepted("^", "document") == "document:\n  ^"
    assert accepted("seed^", "seed_examples") == "seed_examples:\n  - ^"
    assert accepted("seed_examples:\n  ^", "context") == "seed_examples:\n  - context: ^"
    nested = accepted("seed_examples:\n  - ^", "questions_and_answers")
    assert nested == "seed_examples:\n  - questions_and_answers:\n      - ^"
    assert accepted(nested, "question").endswith("      - question: ^")


def test_a_whole_leaf_can_be_chosen_key_by_key():
    text = "^"
    for step in ("version", "created_by", "domain", "document_outline", "document", "repo", "commit", "patterns"):
        text = accepted(text, step)
        text = text if step in ("document", "patterns") else with_value(text)
    text = text.replace("^", "a.md\n^")
    text = accepted(text, "seed_examples").replace("^", "^")
    for number in range(5):
        text = accepted(text, "context").replace("^", f"Passage {number}\n    ^")
        text = accepted(text, "questions_and_answers")
        for pair in range(3):
            text = accepted(text, "question").replace("^", f"Which passage {number} {pair}?\n        ^")
            text = accepted(text, "answer").replace("^", f"Passage {number}, {pair}\n      - ^" if pair < 2 else "")
            text = text if pair < 2 else text + f"Passage {number}, 2\n  - ^"
    finished = text.removesuffix("  - ^")
    assert check_text(finished, Path("knowledge/a/qna.yaml")) == []


def with_value(text: str) -> str:
    """Write a value where the cursor is, where there is none, and go to the next line as Return does."""
    text = text if text.endswith("3^") else text.replace("^", "x^")
    return text.replace("^", "\n" + " " * new_line_indent(*cursor(text)) + "^")


@pytest.mark.parametrize(
    ("marked", "spaces"),
    [
        ("domain: x^", 0),
        ("document:^", 2),
        ("document: # where^", 2),
        ("document:\n  repo: x^", 2),
        ("document:\n  patterns:^", 4),
        ("document:\n  patterns:\n    - a.md^", 4),
        ("seed_examples:\n  - context: x^", 4),
        ("seed_examples:\n  - context: |^", 6),
        ("seed_examples:\n  - context: |\n      A text:^", 6),
        ("seed_examples:\n  - context: |\n      - a list: here^", 6),
        ("patterns:\n  - |^", 4),
        ("    ^", 4),
        ("", 0),
        ("see http://a.b^", 0),
        ("document^: x", 0),
    ],
)
def test_a_new_line_begins_where_its_text_belongs(marked: str, spaces: int):
    assert new_line_indent(*cursor(marked if "^" in marked else "^")) == spaces


@settings(deadline=None, max_examples=300)
@given(st.text("ab_:- |>#\n'\"\t", max_size=120), st.data())
def test_no_text_is_too_odd(text: str, data: st.DataObject):
    lines = text.split("\n")
    line = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[line])))
    for kind in ("knowledge", "skill"):
        found = complete(text, line, column, kind)
        assert found.start <= column or not found.offers
    assert 0 <= new_line_indent(text, line, column) <= len(lines[line]) + 2


def test_large_texts_are_quick_or_left_alone():
    text = "seed_examples:\n" + "  - context: |\n      text: more\n" * 12_000 + "  - "
    began = time.perf_counter()
    found = complete(text, text.count("\n"), 4, "knowledge")
    assert time.perf_counter() - began < 2
    assert [offer.key for offer in found.offers] == ["context", "questions_and_answers"]
    assert complete(" " * 400_001, 0, 0, "knowledge") == Completion()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Bad input: a sentence and a place, never a traceback, never a long wait, never a way out of the tree."""

from __future__ import annotations

import itertools
import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.checking import check_file, check_paths, check_text, is_valid
from ilab_core.taxonomy.editing import add_example, set_field
from ilab_core.taxonomy.reader import parse_leaf, read_leaf
from ilab_core.taxonomy.source import MAX_BYTES, decode, encode
from ilab_core.taxonomy.tree import find_leaves

SKILL_PATH = Path("compositional_skills/a/qna.yaml")
NAMES = ("a", "b", "c", "d", "e", "f", "g", "h", "i")
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in itertools.pairwise(NAMES)
)


def outcome(action):
    """What a person is told of the action: nothing bad, or the sentence of its error."""
    try:
        action()
    except TaxonomyError as error:
        return error.summary
    return "done"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "yaml-limit"),
        ("a: &a [*a]\n", "yaml-limit"),
        ("a: " + "[" * 60 + "]" * 60, "yaml-limit"),
        ("a: " + "[" * 100_000, "yaml-limit"),
        ("- " * 100_000 + "x", "yaml-limit"),
        ("a: " + "{b: " * 100_000, "yaml-limit"),
        ("? " * 100_000, "yaml-limit"),
        ("- a\n" * 2_400_000, "yaml-limit"),
        ("x" * (MAX_BYTES - 10) + "\n", "not-a-mapping"),
        ("x" * (MAX_BYTES + 1), "too-large"),
        ("a: '" + "x " * 4_900_000, "yaml-syntax"),
        ("a: |\n" + "  text \n" * 1_200_000, "missing"),
        ("version: 3\na: |\n" + "  text \n" * 1_200_000, "lint-trailing-spaces"),
        ("version: 3\na: |\n" + "  text\n" * 1_200_000, "missing"),
        ("version: 3\na: |\n" + "  text\n\n" * 1_000_000, "missing"),
        ("version: 3\na:\n" + "- b: c\n" * 16_000, "missing"),
        ("version: 3\na:\n" + "- b:  c\n" * 16_000, "lint-colons"),
        ("version: 3\n# yamllint disable\na:\n" + "- b:  c\n" * 16_000, "lint-colons"),
        ("# yamllint disable-line\na: b\n", "missing"),
        (bytes(range(256)) * 20, "encoding"),
        (b"\x00\x01\x02" * 1000, "control-character"),
        (os.urandom(5000), "encoding"),
        (b"\xff\xfe" + b"\x00\xd8" * 50, "encoding"),
        ("a: !!python/object/apply:os.system ['true']\n", "yaml-syntax"),
        ("a: 2024-13-45\n", "yaml-value"),
        ("a: !!float ''\n", "yaml-value"),
        ("a: *nothing\n", "yaml-syntax"),
        ("a: 1\n---\nb: 2\n", "yaml-syntax"),
        ("? [a, b]\n: c\n", "yaml-syntax"),
        ("version: 1e400\nseed_examples: .inf\n", "missing"),
        ("version: .nan\n", "missing"),
        ("seed_examples: {1: 2, null: 3}\ndocument: [1]\n1: 2\n", "unknown-key"),
        ("version: 99999999999999999999\n", "unknown-version"),
        ("<<: [{created_by: x}]\nseed_examples:\n", "missing"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_bad_files_get_a_problem_in_time(write_leaf, content, code):
    path = write_leaf("compositional_skills/a", content)
    started = time.process_time()
    problems = check_file(path)
    assert time.process_time() - started < 2
    assert code in {problem.code for problem in problems}, problems
    assert not is_valid(problems)
    assert outcome(lambda: read_leaf(path))


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_places_that_are_no_files(tmp_path, skill_text):
    (tmp_path / "taxonomy/knowledge/folder/qna.yaml").mkdir(parents=True)
    outside = tmp_path / "outside.yaml"
    outside.write_text(skill_text)
    loop = tmp_path / "taxonomy/loop/qna.yaml"
    for name, target in (("out", outside), ("gone", tmp_path / "nowhere"), ("loop", loop)):
        (tmp_path / "taxonomy" / name).mkdir()
        (tmp_path / "taxonomy" / name / "qna.yaml").symlink_to(target)
    report = check_paths([tmp_path / "taxonomy"])
    codes = {problem.path.parent.name: problem.code for problem in report.problems}
    assert codes == {"folder": "not-a-file", "out": "outside", "gone": "outside", "loop": "not-found"}
    assert (report.files, report.valid) == (4, 0)
    assert find_leaves(tmp_path / "taxonomy") == []
    folder = tmp_path / "taxonomy/knowledge/folder/qna.yaml"
    assert check_file(folder)[0].code == "not-a-file"
    assert [problem.code for problem in check_paths([folder]).problems] == ["not-a-file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "qna.yaml")
    assert check_file(tmp_path / "qna.yaml")[0].code == "not-a-file"


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
def test_any_bytes_are_text_of_some_kind(data):
    source = decode(data)
    check_text(source.text, SKILL_PATH)
    if source.is_utf8:
        assert encode(source) == data


YAML_PIECES = st.sampled_from(
    [
        *(
            "version: 3\n",
            "seed_examples:\n",
            "- ",
            "  ",
            "question: ",
            "answer: ",
            "context: |\n",
            "\n",
            "'",
            '"',
            ": ",
        ),
        *("[", "]", "{", "}", "&a ", "*a", "!!str ", "<<: ", "#", "\t", "|", ">-", "%YAML 1.1\n", "---\n", "..."),
        *(
            "? ",
            "\u2028",
            "questions_and_answers:\n",
            "document:\n",
            "patterns: ",
            "text",
            "1",
            "~",
            "\r\n",
            "2001-01-01",
        ),
        "# yamllint disable",
    ]
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(YAML_PIECES, max_size=40).map("".join), st.text(max_size=40))
def test_no_text_breaks_the_checker_the_reader_or_the_editor(text, value):
    problems = check_text(text, SKILL_PATH)
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in problems)
    for action in (
        lambda: parse_leaf(text, SKILL_PATH),
        lambda: set_field(text, "seed_examples[0].question", value),
        lambda: set_field(text, "document.patterns", [value]),
        lambda: add_example(text, "knowledge"),
    ):
        assert outcome(action)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Finding and reading leaves, and the command that checks them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from ilab_core.cli.main import main
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.editing import set_field
from ilab_core.taxonomy.leaf import DocumentReference, QuestionAnswer, SeedExample
from ilab_core.taxonomy.reader import parse_leaf, read_leaf
from ilab_core.taxonomy.tree import find_leaves, kind_of, leaf_name, taxonomy_root


@pytest.fixture
def run(tmp_path):
    """Return a function that runs `ilab-desktop taxonomy …` and gives its exit code."""
    return lambda *words: main(["--workspace", str(tmp_path / "workspace"), "taxonomy", *map(str, words)])


@pytest.fixture
def tree(write_leaf, skill_text, knowledge_text):
    write_leaf("knowledge/places/harbour", knowledge_text)
    write_leaf("compositional_skills/writing/letters", skill_text)
    write_leaf("foundational_skills/reasoning", skill_text)
    write_leaf(".git/knowledge/hidden", skill_text)
    return write_leaf("odd/place", knowledge_text).parents[2]


def test_every_leaf_is_found_with_its_name_and_kind(tree):
    assert [(leaf.name, leaf.kind) for leaf in find_leaves(tree)] == [
        ("compositional_skills/writing/letters", "skill"),
        ("foundational_skills/reasoning", "skill"),
        ("knowledge/places/harbour", "knowledge"),
        ("odd/place", "knowledge"),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_not_followed(tree):
    names = [leaf.name for leaf in find_leaves(tree)]
    (tree / "loop").symlink_to(tree)
    (tree / "knowledge/alias").symlink_to(tree / "odd")
    (tree / "away").symlink_to(tree.parent.parent)
    assert [leaf.name for leaf in find_leaves(tree)] == names


def test_names_and_roots_do_not_depend_on_where_one_starts(tree, monkeypatch):
    leaf = tree / "knowledge/places/harbour/qna.yaml"
    for start in (leaf, leaf.parent, leaf.parents[1], tree / "knowledge", tree):
        assert taxonomy_root(start) == tree
        assert "knowledge/places/harbour" in [entry.name for entry in find_leaves(start)]
    assert taxonomy_root(tree / "odd") == tree / "odd"
    monkeypatch.chdir(leaf.parent)
    assert kind_of(Path("qna.yaml")) == "knowledge"
    assert leaf_name(Path("qna.yaml")) == "knowledge/places/harbour"


def test_a_taxonomy_below_a_folder_named_knowledge_is_its_own_root(tree):
    inner = tree / "knowledge" / "mine" / "taxonomy"
    (inner / "compositional_skills").mkdir(parents=True)
    assert taxonomy_root(inner) == inner


def test_several_taxonomies_in_one_folder_keep_their_names_apart(tree):
    names = [leaf.name for leaf in find_leaves(tree.parent)]
    assert "taxonomy/knowledge/places/harbour" in names
    assert len(set(names)) == len(names)


def test_a_knowledge_leaf_is_read_whole(tree):
    leaf = read_leaf(tree / "knowledge/places/harbour/qna.yaml")
    assert (leaf.name, leaf.kind, leaf.version) == ("knowledge/places/harbour", "knowledge", 3)
    assert (leaf.created_by, leaf.domain, leaf.document_outline) == ("someone", "Towers", "A list of towers.")
    assert len(leaf.seed_examples) == 5
    assert leaf.seed_examples[0].context == "Tower number 1 is 10 metres high.\nIt was built in 1901 by keeper 1."
    assert leaf.seed_examples[0].pairs[0] == QuestionAnswer(
        "What is the height of tower 1?", "The height of tower number 1 is 10."
    )
    assert leaf.document == DocumentReference("local", "local", ("towers.md",))


def test_old_and_unfinished_leaves_are_read_as_far_as_they_go():
    text = """\
created_by: 17
seed_examples:
  - question: When?
    answer: 2024-02-01
  - {question: On or off?, answer: on, context: "  A lamp.  "}
  - question:
  - just text
document: {repo: r, patterns: "*.md"}
"""
    leaf = parse_leaf(text, Path("knowledge/old/qna.yaml"))
    assert leaf.version == 1
    assert leaf.created_by == "17"
    assert leaf.seed_examples == (
        SeedExample("", (QuestionAnswer("When?", "2024-02-01"),)),
        SeedExample("A lamp.", (QuestionAnswer("On or off?", "on"),)),
        SeedExample("", (QuestionAnswer("", ""),)),
        SeedExample("", ()),
    )
    assert leaf.document == DocumentReference("r", "", ("*.md",))


def test_broken_yaml_names_the_line(tree, skill_text):
    path = tree / "compositional_skills/writing/letters/qna.yaml"
    path.write_text(skill_text.replace("answer: Five.", "answer: Five: 5"))
    with pytest.raises(TaxonomyError, match=r"^qna\.yaml, line 18: A colon followed by a space"):
        read_leaf(path)


def test_check_of_good_leaves_exits_with_zero(tree, run, capsys):
    assert run("check", tree) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == "4 of 4 leaves valid."
    assert all(": warning: " in line for line in told[:-1])


def test_check_of_a_bad_leaf_says_where_and_exits_with_one(tree, run, capsys):
    path = tree / "knowledge/places/harbour/qna.yaml"
    path.write_text(set_field(path.read_text(), "domain", ""))
    assert run("check", path.parent, tree / "odd") == 1
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if ": warning: " not in line] == [
        f"{path}:3:9: error: [domain] `domain` is empty. Write it, or remove the entry.",
        "1 of 2 leaves valid.",
    ]
    assert run("check", path, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["files"], document["valid"]) == (1, 0)
    assert [problem["field"] for problem in document["problems"] if problem["severity"] == "error"] == ["domain"]
    assert list(document["problems"][0]) == [
        "path", "line", "column", "field", "severity", "code", "message", "fix"
    ]  # fmt: skip


def test_check_of_nothing_is_wrong_usage(tmp_path, run, capsys):
    assert run("check", tmp_path / "nowhere") == 2
    assert capsys.readouterr() == ("", f"{tmp_path / 'nowhere'} does not exist. Check the path.\n")
    assert run("check", tmp_path) == 0
    assert "No qna.yaml file was found" in capsys.readouterr().out
    assert run("check") == 2

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The starter taxonomy: flawless by our own check, and under git from the first moment."""

from __future__ import annotations

import os

import pygit2
import pytest
from ilab_core.errors import TaxonomyError, WorkspaceError
from ilab_core.taxonomy.checking import check_paths
from ilab_core.taxonomy.git import changed_paths, leaf_commit
from ilab_core.taxonomy.reader import read_leaf
from ilab_core.taxonomy.starter import install_starter
from ilab_core.taxonomy.tree import find_leaves


@pytest.fixture
def starter(tmp_path):
    folder = tmp_path / "workspace" / "taxonomy"
    install_starter(folder)
    return folder


def test_both_leaves_are_valid_without_warnings(starter):
    report = check_paths([starter])
    assert (report.files, report.valid, report.problems) == (2, 2, ())
    assert [leaf.name for leaf in find_leaves(starter)] == [
        "compositional_skills/writing/plain_words",
        "knowledge/places/harrow_cove",
    ]
    for leaf in find_leaves(starter):
        assert "License of the work: CC" in (leaf.path.parent / "attribution.txt").read_text(encoding="utf-8")


def test_the_knowledge_leaf_teaches_from_its_document(starter):
    path = starter / "knowledge/places/harrow_cove/qna.yaml"
    leaf = read_leaf(path)
    assert leaf.document is not None
    (document,) = [found for pattern in leaf.document.patterns for found in path.parent.glob(pattern)]
    text = document.read_text(encoding="utf-8")
    assert 450 <= len(text.split()) <= 600
    assert len(leaf.seed_examples) == 5
    for example in leaf.seed_examples:
        assert example.context in text
        assert len(example.pairs) == 3
        for pair in example.pairs:
            assert 6 <= len(pair.answer.split()) <= 15, pair


def test_it_is_committed_whole(starter):
    assert changed_paths(starter) == set()
    repository = pygit2.Repository(str(starter))
    assert len(list(repository.walk(repository.head.target))) == 1
    leaf = starter / "knowledge/places/harrow_cove/qna.yaml"
    assert leaf_commit(leaf) == str(repository.head.target)


def test_changes_are_seen_where_they_are_made(starter):
    leaf = starter / "knowledge/places/harrow_cove/qna.yaml"
    commit = leaf_commit(leaf)
    other = starter / "compositional_skills/writing/plain_words/qna.yaml"
    leaf.write_text(leaf.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    new = starter / "knowledge/new/qna.yaml"
    new.parent.mkdir()
    new.write_text("version: 3\n", encoding="utf-8")
    (starter / "README.md").unlink()
    assert changed_paths(starter) == {leaf, new, starter / "README.md"}
    assert changed_paths(starter / "knowledge") == {leaf, new}
    assert leaf_commit(leaf) == f"{commit}+changes"
    assert leaf_commit(other) == commit


def test_a_folder_without_git_has_no_commits_and_no_changes(tmp_path):
    (tmp_path / "qna.yaml").write_text("a: b\n", encoding="utf-8")
    assert leaf_commit(tmp_path / "qna.yaml") == ""
    assert changed_paths(tmp_path) == set()
    pygit2.init_repository(str(tmp_path))
    assert leaf_commit(tmp_path / "qna.yaml") == ""
    assert changed_paths(tmp_path) == {tmp_path / "qna.yaml"}


def test_nothing_of_the_persons_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(TaxonomyError, match="not an empty folder"):
        install_starter(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    (tmp_path / "empty").mkdir()
    install_starter(tmp_path / "empty")
    assert len(find_leaves(tmp_path / "empty")) == 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WorkspaceError, match="could not be saved"):
            install_starter(tmp_path / "taxonomy")
    finally:
        tmp_path.chmod(0o700)

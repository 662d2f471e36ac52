# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which leaves differ from an earlier revision, in real git repositories."""

from __future__ import annotations

from pathlib import Path

import pygit2
import pytest
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.changes import LeafChange, changed_leaves

AUTHOR = pygit2.Signature("Tests", "tests@localhost")
WORDS = "".join(f"  - question: What is {n}?\n    answer: It is {n}.\n" for n in range(30))


def write(root: Path, name: str, text: str = "") -> Path:
    file = root / name / "qna.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"version: 2\ncreated_by: me\ntask_description: {name}\nseed_examples:\n{WORDS}{text}")
    return file


def commit(repository: pygit2.Repository, message: str = "a change") -> str:
    repository.index.add_all()
    for entry in list(repository.index):
        if not (Path(repository.workdir) / entry.path).exists():
            repository.index.remove(entry.path)
    repository.index.write()
    parents = [] if repository.head_is_unborn else [repository.head.target]
    return str(repository.create_commit("HEAD", AUTHOR, AUTHOR, message, repository.index.write_tree(), parents))


@pytest.fixture
def tree(tmp_path: Path) -> tuple[Path, pygit2.Repository]:
    """A taxonomy with leaves a, b, c on branch main."""
    root = tmp_path / "my taxonomy"
    for name in "abc":
        write(root, f"compositional_skills/{name}")
    repository = pygit2.init_repository(str(root), initial_head="main")
    commit(repository)
    return root, repository


def summary(changes: list[LeafChange]) -> list[tuple[str, str]]:
    return [(change.name.removeprefix("compositional_skills/"), change.change) for change in changes]


def test_nothing_differs_from_the_commit_one_stands_on(tree):
    root, _ = tree
    assert changed_leaves(root, "main") == []
    assert changed_leaves(root, "HEAD") == []


def test_new_changed_moved_and_removed_whether_committed_or_not(tree):
    root, repository = tree
    first = str(repository.head.target)
    write(root, "compositional_skills/a", "# more\n")
    (root / "compositional_skills/b/qna.yaml").unlink()
    write(root, "compositional_skills/n", "# own\n" * 400)
    (root / "compositional_skills/c").rename(root / "compositional_skills/moved")
    expected = [("a", "changed"), ("b", "removed"), ("moved", "moved"), ("n", "new")]
    assert summary(changed_leaves(root, first)) == expected
    assert changed_leaves(root, first)[2].earlier == "compositional_skills/c"
    commit(repository)
    assert summary(changed_leaves(root, first)) == expected
    assert changed_leaves(root, "HEAD") == []


def test_a_file_beside_the_leaf_counts_and_one_elsewhere_does_not(tree):
    root, _ = tree
    (root / "compositional_skills/b/notes.md").write_text("a document")
    (root / "README.md").write_text("not of a leaf")
    assert summary(changed_leaves(root, "main")) == [("b", "changed")]


def test_what_others_did_on_the_base_since_is_not_ours(tree):
    root, repository = tree
    start = repository[repository.head.target]
    repository.branches.local.create("mine", start)
    write(root, "compositional_skills/a", "# theirs\n")
    commit(repository)
    repository.checkout("refs/heads/mine")
    write(root, "compositional_skills/b", "# ours\n")
    commit(repository)
    assert summary(changed_leaves(root, "main")) == [("b", "changed")]


def test_empty_takes_every_leaf_as_new_with_or_without_git(tree, tmp_path: Path):
    root, _ = tree
    assert summary(changed_leaves(root, "empty")) == [("a", "new"), ("b", "new"), ("c", "new")]
    write(tmp_path / "plain", "compositional_skills/x")
    assert summary(changed_leaves(tmp_path / "plain", "empty")) == [("x", "new")]


def test_a_taxonomy_inside_a_larger_repository(tmp_path: Path):
    root = tmp_path / "repository" / "docs" / "taxonomy"
    write(root, "compositional_skills/a")
    repository = pygit2.init_repository(str(tmp_path / "repository"), initial_head="main")
    commit(repository)
    write(root, "compositional_skills/z", "# own\n" * 400)
    (tmp_path / "repository" / "other.txt").write_text("outside")
    assert summary(changed_leaves(root, "main")) == [("z", "new")]


def test_no_repository_or_no_such_revision_is_said(tree, tmp_path: Path):
    root, _ = tree
    with pytest.raises(TaxonomyError, match=r"no branch, tag or commit .nowhere."):
        changed_leaves(root, "nowhere")
    write(tmp_path / "plain", "compositional_skills/x")
    with pytest.raises(TaxonomyError, match="not in a git repository"):
        changed_leaves(tmp_path / "plain", "main")

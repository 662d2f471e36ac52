# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Branches, commits and discards in real repositories: nothing that is not committed is ever lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pygit2
import pytest
from git_taxonomy import AUTHOR, GitTaxonomy
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.changes import LeafChange, changed_leaves
from ilab_core.taxonomy.commits import (
    Author,
    author_of,
    author_problem,
    commit_leaves,
    default_message,
    discard_leaf,
    put_back,
    signed,
)
from ilab_core.taxonomy.contribution import (
    contribution_name,
    contribution_name_problem,
    contributions,
    start_contribution,
    switch_contribution,
    work_state,
)


@pytest.fixture
def taxonomy(tmp_path):
    return GitTaxonomy(tmp_path / "taxonomy")


def uncommitted(taxonomy):
    return {
        change.name.removeprefix("compositional_skills/"): change for change in changed_leaves(taxonomy.root, "HEAD")
    }


def files_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def test_a_contribution_starts_where_the_trunk_is_and_takes_along_what_is_not_committed(taxonomy):
    start_contribution(taxonomy.root, "first")
    taxonomy.write("a", "# of the first\n")
    taxonomy.commit()
    taxonomy.write("b", "# not committed\n")
    start_contribution(taxonomy.root, "second")
    assert [(found.name, found.is_current, found.is_trunk) for found in contributions(taxonomy.root)] == [
        ("main", False, True),
        ("first", False, False),
        ("second", True, False),
    ]
    assert "of the first" not in taxonomy.file("a").read_text()
    assert "not committed" in taxonomy.file("b").read_text()
    state = work_state(taxonomy.root)
    assert (state.branch, state.is_trunk, state.base, state.uncommitted, state.ahead) == ("second", False, "main", 1, 0)
    switch_contribution(taxonomy.root, "first")
    assert "of the first" in taxonomy.file("a").read_text()
    assert work_state(taxonomy.root).ahead == 1


def test_switching_refuses_as_a_whole_where_it_would_overwrite(taxonomy):
    start_contribution(taxonomy.root, "first")
    taxonomy.write("a", "# of the first\n")
    taxonomy.write("new", "# of the first\n")
    taxonomy.commit()
    switch_contribution(taxonomy.root, "main")
    taxonomy.write("new", "# untracked here\n")
    taxonomy.write("c", "# mine\n")
    before = files_of(taxonomy.root)
    with pytest.raises(TaxonomyError, match="not committed"):
        switch_contribution(taxonomy.root, "first")
    assert files_of(taxonomy.root) == before
    assert work_state(taxonomy.root).branch == "main"
    with pytest.raises(TaxonomyError, match="no contribution"):
        switch_contribution(taxonomy.root, "nowhere")


def test_a_start_that_fails_leaves_no_branch(taxonomy):
    start_contribution(taxonomy.root, "first")
    taxonomy.write("a", "# of the first\n")
    taxonomy.commit()
    taxonomy.write("a", "# not committed\n")
    with pytest.raises(TaxonomyError, match="not committed"):
        start_contribution(taxonomy.root, "second")
    assert [found.name for found in contributions(taxonomy.root)] == ["main", "first"]
    assert "not committed" in taxonomy.file("a").read_text()


def test_names_come_from_the_leaf_and_are_checked(taxonomy):
    root = taxonomy.root
    assert contribution_name(root, "knowledge/places/Harrow_Cove") == "harrow-cove"
    assert contribution_name(root, "knowledge/日本 語") == "日本-語"
    assert contribution_name(root, "") == "contribution"
    start_contribution(root, "harrow-cove")
    assert contribution_name(root, "knowledge/harrow_cove") == "harrow-cove-2"
    start_contribution(root, "mine/one")
    for name in ("", "two words", "a..b", "-x", "HEAD", "x.lock", "Harrow-Cove", "mine", "mine/one/more"):
        assert contribution_name_problem(root, name), name
    assert contribution_name_problem(root, "mine/two") == ""


def test_a_commit_holds_the_chosen_leaves_with_their_files_and_nothing_else(taxonomy):
    taxonomy.write("a", "# mine\n")
    (taxonomy.file("a").parent / "attribution.txt").write_text("Title")
    taxonomy.write("b", "# later\n")
    taxonomy.repository.index.add("compositional_skills/b/qna.yaml")
    taxonomy.repository.index.write()
    taxonomy.file("c").parent.rename(taxonomy.root / "compositional_skills/moved")
    found = uncommitted(taxonomy)
    made = commit_leaves(taxonomy.root, [found["a"], found["moved"]], "Improve a\n\nAnd move c.", AUTHOR)
    commit = pygit2.Repository(str(taxonomy.root))[made]
    assert commit.message == "Improve a\n\nAnd move c.\n\nSigned-off-by: Ada Löwe <ada@example.org>\n"
    assert (commit.author.name, commit.committer.email) == ("Ada Löwe", "ada@example.org")
    diff = commit.tree.diff_to_tree(commit.parents[0].tree, swap=True)
    diff.find_similar()
    assert {delta.new_file.path for delta in diff.deltas} == {
        "compositional_skills/a/qna.yaml",
        "compositional_skills/a/attribution.txt",
        "compositional_skills/moved/qna.yaml",
    }
    assert list(uncommitted(taxonomy)) == ["b"]
    if shutil.which("git"):
        status = subprocess.run(["git", "status", "--porcelain"], cwd=taxonomy.root, capture_output=True, text=True)
        assert status.stdout == "M  compositional_skills/b/qna.yaml\n"
        assert subprocess.run(["git", "fsck", "--strict"], cwd=taxonomy.root, capture_output=True).returncode == 0


def test_a_commit_needs_a_message_an_author_a_leaf_and_a_branch(taxonomy):
    taxonomy.write("a", "# mine\n")
    changes = list(uncommitted(taxonomy).values())
    for chosen, message, author in (
        ([], "x", AUTHOR),
        (changes, " ", AUTHOR),
        (changes, "x", Author("", "a@b")),
        (changes, "x", Author("Ada", "nowhere")),
        (changes, "x", Author("Ada <ada@b>", "a@b")),
    ):
        with pytest.raises(TaxonomyError):
            commit_leaves(taxonomy.root, chosen, message, author)
    taxonomy.repository.set_head(taxonomy.repository.head.target)
    with pytest.raises(TaxonomyError, match="No branch is current"):
        commit_leaves(taxonomy.root, changes, "x", AUTHOR)
    assert list(uncommitted(taxonomy)) == ["a"]


def test_messages_say_what_was_done_and_are_signed_once(taxonomy):
    taxonomy.write("a", "# mine\n")
    taxonomy.write("new")
    found = uncommitted(taxonomy)
    assert default_message([found["a"]]) == "Improve a"
    assert default_message([found["new"]]) == "Add new"
    assert default_message(list(found.values())).startswith(
        "Change 2 leaves\n\n- improve compositional_skills/a\n- add"
    )
    once = signed("Improve a", AUTHOR)
    assert signed(once, AUTHOR) == once
    many = [LeafChange(f"knowledge/{n}", "new", "") for n in range(30)]
    assert default_message(many).endswith("- add knowledge/19\n- and 10 more")
    assert signed("Improve a\n\nReviewed-by: B <b@c>", AUTHOR).endswith(
        "B <b@c>\nSigned-off-by: Ada Löwe <ada@example.org>\n"
    )


def test_the_author_is_who_the_settings_say_else_whom_git_knows(taxonomy):
    taxonomy.repository.config["user.name"] = "From Git"
    taxonomy.repository.config["user.email"] = "git@example.org"
    assert author_of(taxonomy.root, "", "") == Author("From Git", "git@example.org")
    assert author_of(taxonomy.root, "Ada", "") == Author("Ada", "git@example.org")
    assert author_problem(Author("Ada", "git@example.org")) == ""


@pytest.mark.parametrize("what", ["changed", "new", "removed", "moved", "beside"])
def test_a_discard_brings_the_last_commit_back_and_can_itself_be_taken_back(taxonomy, what):
    committed = files_of(taxonomy.root)
    if what == "changed":
        taxonomy.write("a", "# mine\n")
    elif what == "new":
        taxonomy.write("deep/new")
        (taxonomy.file("deep/new").parent / "attribution.txt").write_text("Title")
    elif what == "removed":
        shutil.rmtree(taxonomy.file("a").parent)
    elif what == "moved":
        taxonomy.file("a").parent.rename(taxonomy.root / "compositional_skills/elsewhere")
    else:
        (taxonomy.file("a").parent / "attribution.txt").write_text("Title")
    edited = files_of(taxonomy.root)
    [change] = uncommitted(taxonomy).values()
    taken = discard_leaf(taxonomy.root, change)
    assert files_of(taxonomy.root) == committed
    assert uncommitted(taxonomy) == {}
    assert not (taxonomy.root / "compositional_skills/deep").exists()
    put_back(taken)
    assert files_of(taxonomy.root) == edited
    assert list(uncommitted(taxonomy).values()) == [change]


def test_a_merge_begun_elsewhere_is_left_alone(taxonomy):
    (taxonomy.root / ".git" / "MERGE_HEAD").write_text(f"{taxonomy.repository.head.target}\n")
    taxonomy.write("a", "# mine\n")
    with pytest.raises(TaxonomyError, match="merge or rebase"):
        commit_leaves(taxonomy.root, list(uncommitted(taxonomy).values()), "x", AUTHOR)
    with pytest.raises(TaxonomyError, match="merge or rebase"):
        start_contribution(taxonomy.root, "mine")


def test_no_repository_has_no_state(tmp_path):
    assert work_state(tmp_path) is None
    with pytest.raises(TaxonomyError, match="not in a git repository"):
        contributions(tmp_path)

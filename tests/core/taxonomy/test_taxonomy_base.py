# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a taxonomy is compared with, and that the leaves listed are those that `ilab taxonomy diff` lists."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path

import pygit2
import pytest
from git_taxonomy import GitTaxonomy
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.base import default_base, is_remote
from ilab_core.taxonomy.change_marks import change_marks
from ilab_core.taxonomy.changes import changed_leaves

GIT = shutil.which("git")


@pytest.fixture
def taxonomy(tmp_path):
    return GitTaxonomy(tmp_path / "my taxonomy")


def listed(taxonomy: GitTaxonomy, base: str) -> list[str]:
    """What the plain list of `taxonomy diff` holds."""
    return [
        change.name.removeprefix("compositional_skills/")
        for change in changed_leaves(taxonomy.root, base)
        if change.in_its_file and change.change != "removed"
    ]


def test_the_default_base_is_what_is_published_as_far_as_that_is_known(taxonomy, tmp_path):
    root = taxonomy.root
    assert default_base(root) == "HEAD"
    taxonomy.branch("mine")
    taxonomy.go_to("mine")
    assert default_base(root) == "main"
    taxonomy.repository.remotes.create("up", "https://localhost/nothing.git")
    taxonomy.remote_branch("up/mine")
    taxonomy.repository.branches.local["mine"].upstream = taxonomy.repository.branches.remote["up/mine"]
    assert default_base(root) == "up/mine"
    taxonomy.remote_branch("origin/main")
    assert default_base(root) == "origin/main"
    assert is_remote(root, "origin/main")
    assert not is_remote(root, "main")
    assert default_base(tmp_path) == ""
    pygit2.init_repository(str(tmp_path / "fresh"))
    assert default_base(tmp_path / "fresh") == "empty"


def test_a_base_that_shares_nothing_with_head_is_passed_over_or_told(taxonomy):
    tree = taxonomy.repository.head.peel(pygit2.Tree).id
    author = pygit2.Signature("a", "a@localhost")
    other = taxonomy.repository.create_commit(None, author, author, "other", tree, [])
    taxonomy.remote_branch("origin/main", str(other))
    assert default_base(taxonomy.root) == "HEAD"
    with pytest.raises(TaxonomyError, match="no commit in common"):
        changed_leaves(taxonomy.root, "origin/main")


def test_a_branch_that_was_merged_by_others_counts_as_contained(taxonomy):
    taxonomy.branch("mine")
    taxonomy.go_to("mine")
    taxonomy.write("a", "# mine\n")
    mine = taxonomy.commit("mine")
    taxonomy.go_to("main")
    taxonomy.write("b", "# theirs\n")
    taxonomy.commit("theirs")
    taxonomy.write("a", "# mine\n")
    taxonomy.commit("merge mine", [pygit2.Oid(hex=mine)])
    taxonomy.go_to("mine")
    assert listed(taxonomy, "main") == []


def test_a_base_that_was_merged_in_counts_from_where_the_branch_left_it_as_ilab_counts(taxonomy):
    taxonomy.branch("mine")
    taxonomy.write("b", "# theirs\n")
    theirs = taxonomy.commit("theirs")
    taxonomy.go_to("mine")
    taxonomy.write("a", "# mine\n")
    taxonomy.commit("mine")
    taxonomy.write("b", "# theirs\n")
    taxonomy.commit("merge main", [pygit2.Oid(hex=theirs)])
    assert listed(taxonomy, "main") == ["a", "b"]


def test_a_leaf_moved_to_the_place_of_one_that_git_was_told_to_remove(taxonomy):
    taxonomy.repository.index.remove("compositional_skills/b/qna.yaml")
    taxonomy.repository.index.write()
    taxonomy.file("a").replace(taxonomy.file("b"))
    found = {change.name[-1]: change.change for change in changed_leaves(taxonomy.root, "HEAD")}
    assert found == {"a": "removed", "b": "changed"}


def test_what_is_ignored_is_not_listed_and_what_is_hidden_neither(taxonomy):
    (taxonomy.root / ".gitignore").write_text("ignored/\n")
    taxonomy.write("ignored")
    taxonomy.write(".hidden/x")
    assert listed(taxonomy, "HEAD") == []


def test_a_staged_change_that_was_taken_back_is_none(taxonomy):
    before = taxonomy.file("a").read_text()
    taxonomy.write("a", "# staged\n")
    taxonomy.repository.index.add("compositional_skills/a/qna.yaml")
    taxonomy.repository.index.write()
    assert listed(taxonomy, "HEAD") == ["a"]
    taxonomy.file("a").write_text(before)
    assert listed(taxonomy, "HEAD") == []


def test_a_move_is_followed_through_commits_and_what_is_not_committed(taxonomy):
    first = str(taxonomy.repository.head.target)
    taxonomy.file("a").parent.rename(taxonomy.root / "compositional_skills/second")
    taxonomy.commit("moved")
    taxonomy.file("second").parent.rename(taxonomy.root / "compositional_skills/third")
    [change] = changed_leaves(taxonomy.root, first)
    assert (change.change, change.name, change.earlier) == (
        "moved",
        "compositional_skills/third",
        "compositional_skills/a",
    )
    assert change.files == ("compositional_skills/a/qna.yaml", "compositional_skills/third/qna.yaml")


def test_files_deep_beside_a_leaf_belong_to_it(taxonomy):
    notes = taxonomy.file("b").parent / "documents" / "notes.md"
    notes.parent.mkdir()
    notes.write_text("a document")
    [change] = changed_leaves(taxonomy.root, "HEAD")
    assert change.files == ("compositional_skills/b/documents/notes.md",)
    assert not change.in_its_file


@pytest.mark.skipif(GIT is None, reason="the git program is the oracle here")
@pytest.mark.parametrize("seed", range(6))
def test_the_list_is_the_one_of_ilab_on_random_histories(taxonomy, seed):
    chance = random.Random(seed)
    first = str(taxonomy.repository.head.target)
    for step in range(7):
        branch = chance.choice(["main", "mine", "feature"])
        if branch not in taxonomy.repository.branches.local:
            taxonomy.branch(branch)
        taxonomy.go_to(branch)
        _random_edit(taxonomy, chance)
        others = [name for name in taxonomy.repository.branches.local if name != branch]
        merged = [taxonomy.repository.branches.local[chance.choice(others)].target] if others else []
        taxonomy.commit(f"step {step}", merged if chance.random() < 0.3 else None)
    taxonomy.remote_branch("origin/main", "main~1")
    taxonomy.go_to(chance.choice(["main", "mine"]) if "mine" in taxonomy.repository.branches.local else "main")
    _random_edit(taxonomy, chance)
    _random_edit(taxonomy, chance)
    if chance.random() < 0.5:
        taxonomy.repository.index.read()
        taxonomy.repository.index.add_all()
        taxonomy.repository.index.write()
        _random_edit(taxonomy, chance)
    bases = [*taxonomy.repository.branches.local, "origin/main", first, "HEAD", "empty"]
    for base in bases:
        assert listed(taxonomy, base) == _as_ilab_lists(taxonomy.root, base), base


def test_badges_of_a_fresh_clone_say_published_and_those_of_a_taxonomy_of_ones_own_say_nothing(taxonomy, tmp_path):
    assert change_marks(taxonomy.root).of("compositional_skills/a") == ""
    clone = tmp_path / "clone"
    pygit2.clone_repository(str(taxonomy.root), str(clone))
    (clone / "compositional_skills/b/qna.yaml").write_text("changed")
    (clone / "compositional_skills/c").rename(clone / "compositional_skills/moved")
    (clone / "compositional_skills/n").mkdir()
    (clone / "compositional_skills/n/qna.yaml").write_text("new")
    marks = change_marks(clone)
    assert [marks.of(f"compositional_skills/{name}") for name in ("a", "b", "moved", "n")] == [
        "published",
        "changed",
        "changed",
        "new",
    ]
    assert change_marks(tmp_path / "nowhere").of("compositional_skills/a") == ""


def test_ten_thousand_leaves_are_compared_in_a_second(tmp_path):
    root = tmp_path / "large"
    text = "version: 3\n" + "# a line of a leaf\n" * 60
    for number in range(10_000):
        folder = root / f"knowledge/{number // 100}/leaf_{number}"
        folder.mkdir(parents=True)
        (folder / "qna.yaml").write_text(f"{text}# {number}\n")
    repository = pygit2.init_repository(str(root), initial_head="main")
    repository.index.add_all()
    author = pygit2.Signature("a", "a@localhost")
    repository.create_commit("HEAD", author, author, "all", repository.index.write_tree(), [])
    time.sleep(1.1)  # files as new as git's index are read by git, so as not to miss a change of the same second
    repository.index.write()
    (root / "knowledge/3/leaf_333/qna.yaml").write_text("changed")
    times = []
    for _ in range(3):
        start = time.perf_counter()
        changes = changed_leaves(root, default_base(root))
        times.append(time.perf_counter() - start)
    assert [change.name for change in changes] == ["knowledge/3/leaf_333"]
    print(f"changed leaves of 10,000: {min(times):.2f} s")
    assert min(times) < 1


def _random_edit(taxonomy: GitTaxonomy, chance: random.Random) -> None:
    here = sorted(file.parent.name for file in taxonomy.root.glob("compositional_skills/*/qna.yaml"))
    what = chance.random()
    if what < 0.4 or len(here) < 2:
        taxonomy.write(chance.choice("abcdef"), f"# {chance.random()}\n")
    elif what < 0.6:
        taxonomy.file(chance.choice(here)).unlink()
    elif what < 0.8:
        target = taxonomy.root / f"compositional_skills/moved_{chance.randrange(1000)}"
        taxonomy.file(chance.choice(here)).parent.rename(target)
    else:
        (taxonomy.file(chance.choice(here)).parent / "attribution.txt").write_text(str(chance.random()))


def _as_ilab_lists(root: Path, base: str) -> list[str]:
    """The leaves that `ilab taxonomy diff` lists, worked out with the git program as `ilab` does it."""

    def git(*words: str) -> str:
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        return subprocess.run(
            [GIT, "-c", "core.quotepath=off", *words],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def leaf(path: str) -> bool:
        return path.startswith("compositional_skills/") and path.endswith("/qna.yaml")

    if base == "empty":
        found = {path.relative_to(root).as_posix() for path in root.rglob("qna.yaml")}
    else:
        local = git("branch", "--format=%(refname:short)").split()
        if "/" in base or base in local:
            wanted = re.compile(rf"^[* ] +{'remotes/' if '/' in base else ''}{re.escape(base)}$", re.MULTILINE)
            commit = git("rev-parse", "HEAD").strip()
            while not wanted.search(git("branch", "-a", "--contains", commit)):
                commit = git("rev-parse", f"{commit}~1").strip()
        else:
            commit = base
        changed = git("diff", "-M", "--name-only", "--diff-filter=d", commit).splitlines()
        untracked = git("ls-files", "--others", "--exclude-standard").splitlines()
        found = {*changed, *untracked}
    return sorted(Path(path).parent.name for path in found if leaf(path))

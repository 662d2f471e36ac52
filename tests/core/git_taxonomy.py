# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A small taxonomy in a real git repository, to test with."""

from __future__ import annotations

from pathlib import Path

import pygit2
from ilab_core.taxonomy.commits import Author

AUTHOR = Author("Ada Löwe", "ada@example.org")


class GitTaxonomy:
    """Leaves a, b, c under compositional_skills on branch main, in one commit."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in "abc":
            self.write(name)
        self.repository = pygit2.init_repository(str(root), initial_head="main")
        self.commit("the first")

    def file(self, name: str) -> Path:
        return self.root / "compositional_skills" / name / "qna.yaml"

    def write(self, name: str, more: str = "", answer: str = "It is {n}.") -> Path:
        words = "".join(f"  - question: What is {name} {n}?\n    answer: {answer.format(n=n)}\n" for n in range(30))
        file = self.file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"version: 2\ncreated_by: me\ntask_description: {name}\nseed_examples:\n{words}{more}")
        return file

    def commit(self, message: str = "a change", parents: list[pygit2.Oid] | None = None) -> str:
        repository = pygit2.Repository(str(self.root))
        index = repository.index
        index.add_all()
        for entry in list(index):
            if not (self.root / entry.path).exists():
                index.remove(entry.path)
        index.write()
        here = [] if repository.head_is_unborn else [repository.head.target]
        author = pygit2.Signature("Tests", "tests@localhost")
        tree = index.write_tree()
        made = repository.create_commit("HEAD", author, author, message, tree, here + (parents or []))
        return str(made)

    def branch(self, name: str, commit: str = "HEAD") -> None:
        self.repository.branches.local.create(name, self.repository.revparse_single(commit).peel(pygit2.Commit))

    def remote_branch(self, name: str, commit: str = "HEAD") -> None:
        target = self.repository.revparse_single(commit).peel(pygit2.Commit).id
        self.repository.references.create(f"refs/remotes/{name}", target, force=True)

    def go_to(self, branch: str) -> None:
        pygit2.Repository(str(self.root)).checkout(f"refs/heads/{branch}")

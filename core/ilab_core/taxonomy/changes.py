# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which leaves differ from an earlier revision of the taxonomy: what a contribution consists of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pygit2
from pygit2.enums import DeltaStatus, DiffFind, DiffOption

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.git import find_repository
from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_core.taxonomy.tree import find_leaves

EMPTY = "empty"
Change = Literal["new", "changed", "moved", "removed"]


@dataclass(frozen=True)
class LeafChange:
    """A leaf that differs from the base, and how; `earlier` is the name that it had there, "" for a new one."""

    name: str
    change: Change
    earlier: str


def changed_leaves(root: Path, base: str) -> list[LeafChange]:
    """Return the leaves below `root` that differ from revision `base`, by name.

    `base` is a branch, `remote/branch`, a tag, a commit, or "empty" for "everything is new". Of a branch that went on
    since, the point counts where HEAD left it, as in a pull request. Files that are not committed yet count too, and
    so does any file beside a leaf's qna.yaml, such as its document.

    Raises TaxonomyError where there is no git repository, or no such revision.
    """
    here = {entry.name for entry in find_leaves(root)}
    if base == EMPTY:
        return [LeafChange(name, "new", "") for name in sorted(here)]
    repository = find_repository(root / LEAF_NAME)
    if repository is None:
        raise TaxonomyError(
            f"{root} is not in a git repository, so there is no earlier revision to compare with.",
            f"Leave the base out, or give “{EMPTY}” to take every leaf as new.",
        )
    diff = _base_tree(repository, base).diff_to_workdir(
        flags=DiffOption.INCLUDE_UNTRACKED | DiffOption.RECURSE_UNTRACKED_DIRS, context_lines=0
    )
    diff.find_similar(DiffFind.FIND_RENAMES | DiffFind.FIND_FOR_UNTRACKED)
    return _leaf_changes(diff, here, root.resolve(), Path(repository.workdir).resolve())


def _leaf_changes(diff: pygit2.Diff, here: set[str], root: Path, workdir: Path) -> list[LeafChange]:
    found: dict[str, LeafChange] = {}
    beside: set[str] = set()
    for delta in diff.deltas:
        old, new = _leaf_folder(workdir / delta.old_file.path, root), _leaf_folder(workdir / delta.new_file.path, root)
        if Path(delta.new_file.path).name != LEAF_NAME:
            beside |= {name for name in (old, new) if name}
        elif delta.status == DeltaStatus.RENAMED and old and new and old not in here:
            found[new] = LeafChange(new, "moved", old)
        elif delta.status == DeltaStatus.DELETED and old and old not in here:
            found[old] = LeafChange(old, "removed", old)
        elif (
            delta.status in (DeltaStatus.ADDED, DeltaStatus.UNTRACKED, DeltaStatus.COPIED, DeltaStatus.RENAMED) and new
        ):
            found[new] = LeafChange(new, "new", "")
        elif new:
            found[new] = LeafChange(new, "changed", new)
    for name in beside & here - found.keys():
        found[name] = LeafChange(name, "changed", name)
    return sorted(found.values(), key=lambda change: change.name)


def _leaf_folder(path: Path, root: Path) -> str:
    """Return the name of the leaf whose folder holds the file, "" where it is not below the root."""
    folder = path.parent
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else ""


def _base_tree(repository: pygit2.Repository, base: str) -> pygit2.Tree:
    try:
        commit = repository.revparse_single(base).peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise TaxonomyError(
            f"There is no branch, tag or commit “{base}” in the taxonomy's git repository.",
            f"Branches: {', '.join(list(repository.branches)[:10]) or 'none'}.",
            str(error),
        ) from error
    if repository.head_is_unborn:
        return commit.tree
    shared = repository.merge_base(repository.head.target, commit.id)
    return repository[shared].peel(pygit2.Tree) if shared is not None else commit.tree

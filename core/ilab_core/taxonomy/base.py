# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a taxonomy is compared with: a base, as `ilab` understands it, and the one to take where none is named."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pygit2
from pygit2.enums import SortMode

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.git import find_repository
from ilab_core.taxonomy.leaf import LEAF_NAME

EMPTY = "empty"
HEAD = "HEAD"
PUBLISHED = "origin/main"
TRUNKS = ("main", "master")


def default_base(root: Path) -> str:
    """Return the base to compare with where none is named: what is published, as far as that can be known.

    That is `origin/main`, else the upstream of the current branch, else `main` or `master` where another branch is
    current, else HEAD; "empty" before the first commit, and "" where there is no git repository.
    """
    repository = find_repository(root / LEAF_NAME)
    if repository is None:
        return ""
    if repository.head_is_unborn:
        return EMPTY
    for name in _candidates(repository):
        with contextlib.suppress(TaxonomyError):
            start_commit(repository, name)
            return name
    return HEAD


def is_remote(root: Path, base: str) -> bool:
    """Return whether the base is a branch of another repository, so that what equals it is published there."""
    repository = find_repository(root / LEAF_NAME)
    return repository is not None and repository.branches.remote.get(base) is not None


def start_commit(repository: pygit2.Repository, base: str) -> pygit2.Commit:
    """Return the commit that a base stands for: from HEAD back, the first one that the base branch contains too.

    So what others did on the base since is no change of ours. A tag or a commit stands for itself.
    TaxonomyError where there is no such revision, or where the branch shares nothing with HEAD.
    """
    branch = _branch(repository, base)
    if branch is None:
        return _commit(repository, base)
    tip = _peeled(repository, branch.target)
    if repository.head_is_unborn:
        return tip
    commit = repository.head.peel(pygit2.Commit)
    ahead = repository.walk(commit.id, SortMode.NONE)
    ahead.hide(tip.id)
    ours = {found.id for found in ahead}
    # `ilab` goes back by first parents, so a base that was merged in meanwhile counts as part of the contribution.
    while commit.id in ours:
        if not commit.parents:
            raise TaxonomyError(
                f"“{base}” and this branch have no commit in common.", "Compare with another branch, tag or commit."
            )
        commit = commit.parents[0]
    return commit


def trunk_name(repository: pygit2.Repository) -> str:
    """Return the branch that contributions start from: `main` or `master`, "" where there is neither."""
    return next((name for name in TRUNKS if name in repository.branches.local), "")


def _candidates(repository: pygit2.Repository) -> list[str]:
    found = [PUBLISHED] if PUBLISHED in repository.branches.remote else []
    if repository.head_is_detached:
        return found + [name for name in TRUNKS if name in repository.branches.local]
    current = repository.head.shorthand
    with contextlib.suppress(KeyError, ValueError, pygit2.GitError):
        upstream = repository.branches.local[current].upstream
        if upstream is not None:
            found.append(upstream.branch_name)
    return found + [name for name in TRUNKS if name in repository.branches.local and name != current]


def _branch(repository: pygit2.Repository, base: str) -> pygit2.Branch | None:
    with contextlib.suppress(KeyError, ValueError, pygit2.GitError):
        return repository.branches.local.get(base) or repository.branches.remote.get(base)
    return None


def _commit(repository: pygit2.Repository, base: str) -> pygit2.Commit:
    try:
        return repository.revparse_single(base).peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise TaxonomyError(
            f"There is no branch, tag or commit “{base}” in the taxonomy's git repository.",
            f"Branches: {', '.join(list(repository.branches)[:10]) or 'none'}.",
            str(error),
        ) from error


def _peeled(repository: pygit2.Repository, target: pygit2.Oid | str) -> pygit2.Commit:
    """Return the commit that a branch points to; `origin/HEAD` points to another branch."""
    found = repository.references[target] if isinstance(target, str) else repository[target]
    return found.peel(pygit2.Commit)

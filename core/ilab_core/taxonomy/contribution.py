# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One branch per contribution: list them, name, start and switch, without ever losing what is not committed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import CheckoutStrategy

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.base import HEAD, TRUNKS, default_base, start_commit, trunk_name
from ilab_core.taxonomy.changes import changed_leaves
from ilab_core.taxonomy.git import require_repository

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
LONGEST_NAME = 60


@dataclass(frozen=True)
class Contribution:
    """A branch of the taxonomy; `is_trunk` marks the one that contributions start from."""

    name: str
    is_current: bool
    is_trunk: bool


@dataclass(frozen=True)
class WorkState:
    """Where the work stands: the current branch ("" for none), what it is compared with, and what is not committed.

    `is_trunk` is true on the branch that contributions start from; `uncommitted` counts leaves, and `ahead` commits
    that the base does not have.
    """

    branch: str
    is_trunk: bool
    base: str
    uncommitted: int
    ahead: int


def work_state(root: Path) -> WorkState | None:
    """Return where the work stands, None where the taxonomy is in no git repository."""
    base = default_base(root)
    if not base:
        return None
    repository = require_repository(root)
    branch = _current(repository)
    uncommitted = len(changed_leaves(root, HEAD))
    ahead = 0
    if not repository.head_is_unborn:
        start = start_commit(repository, base)
        ahead = repository.ahead_behind(repository.head.target, start.id)[0]
    return WorkState(branch, branch in TRUNKS, base, uncommitted, ahead)


def contributions(root: Path) -> list[Contribution]:
    """Return the branches by name, the trunk first; TaxonomyError where there is no repository."""
    repository = require_repository(root)
    current, trunk = _current(repository), trunk_name(repository)
    found = [Contribution(name, name == current, name == trunk) for name in repository.branches.local]
    return sorted(found, key=lambda branch: (not branch.is_trunk, branch.name.casefold()))


def contribution_name(root: Path, leaf: str) -> str:
    """Return a free name for a contribution about a leaf: `harrow-cove` for `knowledge/places/harrow_cove`."""
    repository = require_repository(root)
    words = _NOT_IN_NAMES.sub("-", leaf.rpartition("/")[2].replace("_", "-")).strip("-.").casefold()
    plain = words[:LONGEST_NAME].rstrip("-.") or "contribution"
    name, number = plain, 2
    while _name_problem(repository, name):
        name, number = f"{plain}-{number}", number + 1
    return name


def contribution_name_problem(root: Path, name: str) -> str:
    """Return why a contribution cannot have this name, as a sentence; "" where it can."""
    return _name_problem(require_repository(root), name)


def start_contribution(root: Path, name: str) -> None:
    """Start a contribution and make it the current branch; what is not committed comes along.

    It starts from the trunk; where the trunk is current, from what was committed there. TaxonomyError where the name
    cannot be used, or where what is not committed would be overwritten.
    """
    repository = require_repository(root)
    require_quiet(repository)
    problem = _name_problem(repository, name)
    if problem:
        raise TaxonomyError(problem)
    start = _start_of_next(repository, root)
    branch = repository.branches.local.create(name, start)
    try:
        _check_out(repository, branch, "Commit or discard them first, then start the contribution.")
    except TaxonomyError:
        branch.delete()
        raise


def switch_contribution(root: Path, name: str) -> None:
    """Make another branch the current one; what is not committed comes along.

    TaxonomyError, with nothing changed, where that would overwrite what is not committed.
    """
    repository = require_repository(root)
    require_quiet(repository)
    branch = repository.branches.local.get(name)
    if branch is None:
        raise TaxonomyError(f"There is no contribution “{name}”.", "Choose one of the list.")
    _check_out(repository, branch, f"Commit or discard them first, then switch to “{name}”.")


def _start_of_next(repository: pygit2.Repository, root: Path) -> pygit2.Commit:
    if repository.head_is_unborn:
        raise TaxonomyError("Nothing is committed yet, so there is nothing to start from.", "Commit the leaves first.")
    here = repository.head.peel(pygit2.Commit)
    if repository.head_is_detached or _current(repository) in TRUNKS:
        return here
    trunk = trunk_name(repository)
    if trunk:
        return repository.branches.local[trunk].peel(pygit2.Commit)
    return start_commit(repository, default_base(root))


def _check_out(repository: pygit2.Repository, branch: pygit2.Branch, way_out: str) -> None:
    """Make a branch current; git refuses as a whole where something that is not committed would be lost."""
    try:
        repository.checkout(branch, strategy=CheckoutStrategy.SAFE)
    except pygit2.GitError as error:
        raise TaxonomyError(
            "There are changes that are not committed, and the other branch has its own text of the same leaves.",
            way_out,
            str(error),
        ) from error


def _current(repository: pygit2.Repository) -> str:
    """Return the current branch, also before its first commit; "" where HEAD is a bare commit."""
    if repository.head_is_detached:
        return ""
    target = repository.references["HEAD"].target
    return str(target).removeprefix("refs/heads/")


def _name_problem(repository: pygit2.Repository, name: str) -> str:
    if not name:
        return "Give the contribution a name."
    full = f"refs/heads/{name}"
    if name.startswith("-") or name == HEAD or not pygit2.reference_is_valid_name(full):
        return "Use letters, digits, “-” and “_”; no blanks."
    taken = {branch.casefold() for branch in repository.branches.local}
    # File systems that know no upper and lower case hold both in one file.
    if name.casefold() in taken:
        return f"There is already a contribution “{name}”."
    if any(other.startswith(f"{name.casefold()}/") or name.casefold().startswith(f"{other}/") for other in taken):
        return "Another contribution's name has this one as its first part. Choose another name."
    return ""


def require_quiet(repository: pygit2.Repository) -> None:
    """Raise TaxonomyError while a merge or the like, begun with another program, is under way."""
    if repository.state() != 0:
        raise TaxonomyError(
            "Another git program has begun a merge or rebase here and has not finished it.", "Finish it there first."
        )

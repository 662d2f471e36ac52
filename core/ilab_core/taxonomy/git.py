# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What git knows of a taxonomy: read through pygit2, so that no git program is needed. Nothing here writes."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pygit2
from pygit2.enums import FileStatus

from ilab_core.errors import TaxonomyError

NEUTRAL_NAME = "InstructLab Desktop"
NEUTRAL_ADDRESS = "instructlab-desktop@localhost"
_UNCHANGED = FileStatus.CURRENT | FileStatus.IGNORED


def leaf_commit(path: Path) -> str:
    """Return the commit at HEAD of the repository that holds the leaf in file `path`.

    "+changes" follows it when anything in the leaf's folder differs from HEAD; "" where there is no repository, no
    commit, or none that can be read.
    """
    repository = find_repository(path)
    if repository is None:
        return ""
    try:
        commit = "" if repository.head_is_unborn else str(repository.head.target)
    except pygit2.GitError:
        return ""
    folder = path.resolve().parent
    changed = commit and any(found.is_relative_to(folder) for found in _changed(repository))
    return f"{commit}+changes" if changed else commit


def changed_paths(root: Path) -> set[Path]:
    """Return every file below `root` that is new, changed or deleted against HEAD; none without a repository.

    The paths start with `root` as it was given.
    """
    repository = find_repository(root / "any")
    if repository is None:
        return set()
    real = root.resolve()
    return {root / found.relative_to(real) for found in _changed(repository) if found.is_relative_to(real)}


def find_repository(path: Path) -> pygit2.Repository | None:
    """Return the repository whose working tree holds `path`, None where there is none that can be opened."""
    folder = path.resolve().parent
    with contextlib.suppress(pygit2.GitError, KeyError, OSError):
        found = pygit2.discover_repository(str(folder))
        if found:
            repository = pygit2.Repository(found)
            return None if repository.is_bare else repository
    return None


def require_repository(root: Path) -> pygit2.Repository:
    """Return the repository that holds the taxonomy `root`; TaxonomyError where there is none."""
    repository = find_repository(root / "any")
    if repository is None:
        raise TaxonomyError(f"{root} is not in a git repository.", "Let the program keep its history first.")
    return repository


def signature(repository: pygit2.Repository) -> pygit2.Signature:
    """Return the author that git is set up with, else a neutral one."""
    with contextlib.suppress(KeyError, pygit2.GitError, ValueError):
        return repository.default_signature
    return pygit2.Signature(NEUTRAL_NAME, NEUTRAL_ADDRESS)


def _changed(repository: pygit2.Repository) -> set[Path]:
    workdir = Path(repository.workdir).resolve()
    try:
        status = repository.status(untracked_files="all")
    except pygit2.GitError:
        return set()
    return {workdir / name for name, flags in status.items() if flags & ~_UNCHANGED}

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The versions of one leaf that were committed, newest first, also under the names that it had before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pygit2
from pygit2.enums import DeltaStatus, DiffFind

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.base import HEAD
from ilab_core.taxonomy.changes import changed_leaves
from ilab_core.taxonomy.git import find_repository, require_repository
from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_core.taxonomy.source import decode

MOST_VERSIONS = 1000


@dataclass(frozen=True)
class LeafVersion:
    """A commit that changed a leaf: its id, who and when, what they said.

    `place` is the path that the leaf's file had then in the repository.
    """

    commit: str
    author: str
    time: datetime
    message: str
    place: str

    @property
    def title(self) -> str:
        """The first line of the message."""
        return self.message.strip().partition("\n")[0]


def leaf_history(root: Path, name: str) -> list[LeafVersion]:
    """Return the committed versions of a leaf, newest first, as far back as its file can be followed.

    Empty where it was never committed, or where there is no repository.
    """
    repository = find_repository(root / LEAF_NAME)
    if repository is None or repository.head_is_unborn:
        return []
    commit = repository.head.peel(pygit2.Commit)
    place = _committed_place(repository, root, name, commit)
    found: list[LeafVersion] = []
    while place and _blob(commit, place) is not None and len(found) < MOST_VERSIONS:
        # Where a parent has the very same file, the commit (or the merge) is not about this leaf.
        same = next((parent for parent in commit.parents if _blob(parent, place) == _blob(commit, place)), None)
        if same is not None:
            commit = same
            continue
        found.append(_version(commit, place))
        commit, place = _before(repository, commit, place)
    return found


def version_text(root: Path, version: LeafVersion) -> str:
    """Return the leaf's text in a version; TaxonomyError where it cannot be read any more."""
    repository = require_repository(root)
    try:
        blob = repository[version.commit].peel(pygit2.Commit).tree[version.place]
        if isinstance(blob, pygit2.Blob):
            return decode(blob.data).text
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise TaxonomyError(
            "This version is no longer in the repository.", "Another git program removed it.", str(error)
        ) from error
    raise TaxonomyError("The leaf was no file in this version.")


def committed_text(root: Path, name: str, file: str = LEAF_NAME) -> str:
    """Return the text of the leaf, or of a file beside it, in the last commit, "" where it is not in it."""
    repository = find_repository(root / LEAF_NAME)
    if repository is None or repository.head_is_unborn:
        return ""
    commit, place = repository.head.peel(pygit2.Commit), _place(repository, root, name, file)
    return version_text(root, _version(commit, place)) if _blob(commit, place) is not None else ""


def _committed_place(repository: pygit2.Repository, root: Path, name: str, commit: pygit2.Commit) -> str:
    """Return the path of a leaf's file in the last commit, where it may have another name than now."""
    place = _place(repository, root, name)
    if _blob(commit, place) is not None:
        return place
    moved = (change.earlier for change in changed_leaves(root, HEAD) if (change.name, change.change) == (name, "moved"))
    earlier = next(moved, "")
    return _place(repository, root, earlier) if earlier else ""


def _before(repository: pygit2.Repository, commit: pygit2.Commit, place: str) -> tuple[pygit2.Commit, str]:
    """Return the parent to go on with and the leaf's place in it, "" where the leaf began here."""
    for parent in commit.parents:
        if _blob(parent, place) is not None:
            return parent, place
    for parent in commit.parents:
        diff = repository.diff(parent, commit, context_lines=0)
        diff.find_similar(DiffFind.FIND_RENAMES)
        for delta in diff.deltas:
            if delta.status == DeltaStatus.RENAMED and delta.new_file.path == place:
                return parent, str(delta.old_file.path)
    return commit, ""


def _version(commit: pygit2.Commit, place: str) -> LeafVersion:
    zone = timezone(timedelta(minutes=commit.commit_time_offset))
    time = datetime.fromtimestamp(commit.commit_time, UTC).astimezone(zone)
    return LeafVersion(str(commit.id), commit.author.name, time, commit.message, place)


def _place(repository: pygit2.Repository, root: Path, name: str, file: str = LEAF_NAME) -> str:
    """Return the path of a leaf's file in the repository."""
    inside = root.resolve().relative_to(Path(repository.workdir).resolve())
    return (inside / name / file).as_posix()


def _blob(commit: pygit2.Commit, place: str) -> pygit2.Oid | None:
    try:
        return commit.tree[place].id
    except KeyError:
        return None

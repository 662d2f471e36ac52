# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Commit the leaves of a contribution with a sign-off, and discard what was changed since the last commit."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import FileMode

from ilab_core.errors import TaxonomyError
from ilab_core.paths import write_atomic, write_error
from ilab_core.taxonomy.changes import Change, LeafChange
from ilab_core.taxonomy.contribution import require_quiet
from ilab_core.taxonomy.git import find_repository, require_repository

SIGN_OFF = "Signed-off-by"
_NOT_IN_NAMES = re.compile(r"[<>\n\r\x00]")
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
MOST_LISTED = 20
"""Leaves that a default message names."""
_VERBS: dict[Change, str] = {"new": "Add", "changed": "Improve", "moved": "Move", "removed": "Remove"}


@dataclass(frozen=True)
class Author:
    """Who commits: a name and an e-mail address."""

    name: str
    address: str

    @property
    def sign_off(self) -> str:
        """The line that a signed-off message ends with."""
        return f"{SIGN_OFF}: {self.name} <{self.address}>"


@dataclass(frozen=True)
class Discarded:
    """What a discard took away below `root`: each file with its bytes before (None where there was none)."""

    root: Path
    files: tuple[tuple[Path, bytes | None], ...]


def author_of(root: Path, name: str, address: str) -> Author:
    """Return who commits: the name and address given, each one that is missing from git's own configuration."""
    repository = find_repository(root / "any")
    with contextlib.suppress(OSError, pygit2.GitError):
        config = repository.config if repository is not None else pygit2.Config.get_global_config()
        name, address = name or _configured(config, "user.name"), address or _configured(config, "user.email")
    return Author(name.strip(), address.strip())


def author_problem(author: Author) -> str:
    """Return what is missing or wrong in who commits, as a sentence; "" where nothing is."""
    if not author.name or _NOT_IN_NAMES.search(author.name):
        return "Give your name: every commit is signed with it."
    if not _ADDRESS.fullmatch(author.address):
        return "Give your e-mail address: it is part of the signature."
    return ""


def default_message(changes: Sequence[LeafChange]) -> str:
    """Return a message for a commit of these leaves: "Add harrow_cove"; several are counted, and listed below."""
    if not changes:
        return ""
    kinds = {change.change for change in changes}
    verb = _VERBS[changes[0].change] if len(kinds) == 1 else "Change"
    if len(changes) == 1:
        return f"{verb} {changes[0].name.rpartition('/')[2]}"
    lines = [f"- {_VERBS[change.change].lower()} {change.name}" for change in changes[:MOST_LISTED]]
    if len(changes) > MOST_LISTED:
        lines.append(f"- and {len(changes) - MOST_LISTED:,} more")
    listed = "\n".join(lines)
    return f"{verb} {len(changes):,} leaves\n\n{listed}"


def signed(message: str, author: Author) -> str:
    """Return the message with the author's sign-off as its last line, once."""
    lines = message.strip().split("\n")
    if author.sign_off in lines:
        return "\n".join(lines) + "\n"
    trailer = bool(re.match(r"[\w-]+: ", lines[-1])) and len(lines) > 1
    return "\n".join([*lines, *([] if trailer else [""]), author.sign_off]) + "\n"


def commit_leaves(root: Path, changes: Sequence[LeafChange], message: str, author: Author) -> str:
    """Commit the files of these leaves, and nothing else, to the current branch; return the commit's id.

    TaxonomyError where nothing is chosen, the author or message is missing, or git does not let it.
    """
    problem = author_problem(author) or ("" if message.strip() else "Say in a few words what you changed.")
    if problem or not changes:
        raise TaxonomyError(problem or "No leaf is chosen.", "" if problem else "Tick the leaves to commit.")
    repository = require_repository(root)
    require_quiet(repository)
    if repository.head_is_detached:
        raise TaxonomyError("No branch is current, so a commit would be lost.", "Start a contribution first.")
    files = [file for change in changes for file in change.files]
    return commit_files(repository, root, files, signed(message, author), author)


def commit_files(repository: pygit2.Repository, root: Path, files: Sequence[str], message: str, author: Author) -> str:
    """Commit these files below `root` as they are on disk, whatever else is staged; return the commit's id."""
    inside = root.resolve().relative_to(Path(repository.workdir).resolve())
    staged = repository.index
    planned = pygit2.Index()
    parents = [] if repository.head_is_unborn else [repository.head.target]
    if parents:
        planned.read_tree(repository.head.peel(pygit2.Tree))
    try:
        for file in files:
            path = (inside / file).as_posix()
            if (root / file).is_symlink() or (root / file).exists():
                staged.add(path)
                planned.add(staged[path])
            else:
                for index in (staged, planned):
                    if path in index:
                        index.remove(path)
        tree = planned.write_tree(repository)
        signature = pygit2.Signature(author.name, author.address)
        commit = repository.create_commit("HEAD", signature, signature, message, tree, parents)
        staged.write()
    except (pygit2.GitError, OSError, ValueError) as error:
        raise TaxonomyError(
            "The leaves could not be committed.", "Nothing was changed. Try again.", str(error)
        ) from error
    return str(commit)


def discard_leaf(root: Path, change: LeafChange) -> Discarded:
    """Bring a leaf's files back to the last commit, and return what was there, for `put_back`.

    `change` is against HEAD; TaxonomyError or WorkspaceError where a file cannot be written.
    """
    repository = require_repository(root)
    inside = root.resolve().relative_to(Path(repository.workdir).resolve())
    tree = None if repository.head_is_unborn else repository.head.peel(pygit2.Tree)
    kept = [(root / file, _bytes_of(root / file)) for file in change.files]
    for file in change.files:
        _restore(tree, (inside / file).as_posix(), root, root / file)
    return Discarded(root, tuple(kept))


def put_back(discarded: Discarded) -> None:
    """Write again what a discard took away; WorkspaceError where the disk refuses."""
    for path, data in discarded.files:
        if data is not None:
            write_atomic(path, data)
        else:
            _remove(path, discarded.root)


def _configured(config: pygit2.Config, key: str) -> str:
    with contextlib.suppress(KeyError):
        return config[key] or ""
    return ""


def _restore(tree: pygit2.Tree | None, place: str, root: Path, path: Path) -> None:
    try:
        found = tree[place] if tree is not None else None
    except KeyError:
        found = None
    if found is None:
        _remove(path, root)
    elif isinstance(found, pygit2.Blob) and found.filemode != FileMode.LINK:
        write_atomic(path, found.data)
    else:
        raise TaxonomyError(f"{path.name} is a link in the last commit.", "Bring it back with a git program.")


def _remove(path: Path, root: Path) -> None:
    """Remove a file, and the folders between it and the root's own that are empty now."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise write_error(path, error) from error
    with contextlib.suppress(OSError):
        for folder in path.parents:
            if folder.parent in (root, folder):
                return
            folder.rmdir()


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TaxonomyError(f"{path.name} cannot be read, so it was not discarded.", "", str(error)) from error

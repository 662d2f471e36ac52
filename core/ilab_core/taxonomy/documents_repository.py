# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The workspace's own git repository of documents: what a leaf names at a commit stays there, whatever comes later.

A leaf refers to it in the standard's words: `repo` is the repository's file URL, which any git program on this computer
can clone, `commit` the full id, `patterns` the files below the folder that has the leaf's name. This program looks the
commit up in its own repository first, so a workspace that was moved keeps its documents.
"""

from __future__ import annotations

import fnmatch
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TypeVar

import filelock
import pygit2
from pygit2.enums import FileMode

from ilab_core.errors import WorkspaceError
from ilab_core.paths import write_atomic, write_error
from ilab_core.taxonomy.document_files import matching_files, read_document
from ilab_core.taxonomy.git import signature
from ilab_core.taxonomy.leaf import DocumentReference

Result = TypeVar("Result")

_OLDER_VERSIONS = Path(".git", "ilab-desktop-versions")
"""Where the text of an earlier commit is put for reading: below the repository, out of its working tree."""
_LOCK = "ilab-desktop.lock"
_LOCK_SECONDS = 20
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\[\]\x00-\x1f\x7f]')


def add_documents(
    folder: Path,
    leaf_file: Path,
    leaf_name: str,
    sources: Sequence[Path],
    before: DocumentReference | None = None,
) -> DocumentReference:
    """Copy `sources` into the repository at `folder`, commit them, and return the reference for the leaf.

    A file of the same name becomes its new version. What the leaf named before stays named: a document beside the leaf
    is taken along, one of the repository is kept. DocumentError where a file is not text, WorkspaceError where the
    disk or git refuses.
    """
    named = before.patterns if before is not None else ()
    beside = matching_files(leaf_file.parent, named)
    home = "/".join(_plain_name(part) for part in leaf_name.split("/"))
    contents = {f"{home}/{_file_name(source)}": _checked_bytes(source) for source in beside}
    contents |= {f"{home}/{name}": _checked_bytes(source) for name, source in _each_named(sources).items()}

    def add(repository: pygit2.Repository) -> DocumentReference:
        _keep_edits(repository, folder, contents)
        for name, data in contents.items():
            write_atomic(folder / name, data)
        commit = _commit(repository, contents, _sentence("Add", contents))
        kept = [pattern for pattern in named if not beside and next(_at_commit(commit, [pattern]), None)]
        patterns = dict.fromkeys([*kept, *contents])
        return _reference(folder, commit, tuple(patterns))

    return _with_repository(folder, add)


def committed_files(folder: Path, reference: DocumentReference) -> list[Path]:
    """Return the files that a reference names, with their text as it was at its commit; [] where there are none.

    A file that has not changed since is returned itself, an older version as a copy for reading.
    """
    repository = _open(folder)
    commit = _commit_of(repository, reference.commit) if repository is not None else None
    return [_as_file(folder, commit, name, blob) for name, blob in _at_commit(commit, reference.patterns)]


def document_name(folder: Path, path: Path) -> str:
    """Return the name below the repository at `folder` of a file that `committed_files` returned."""
    parts = path.relative_to(folder).parts
    older = len(_OLDER_VERSIONS.parts)
    return "/".join(parts[older + 1 :] if parts[:older] == _OLDER_VERSIONS.parts else parts)


def changed_documents(folder: Path, reference: DocumentReference) -> list[str]:
    """Return the names of the reference's files that say something else now than at its commit."""
    repository = _open(folder)
    commit = _commit_of(repository, reference.commit) if repository is not None else None
    found = _at_commit(commit, reference.patterns)
    return [name for name, blob in found if _differs(folder / name, blob)]


def use_new_version(folder: Path, reference: DocumentReference) -> DocumentReference:
    """Commit the reference's files as they are now, and return the reference to that commit.

    DocumentError where a file is no longer text, WorkspaceError where the disk or git refuses.
    """
    contents = {name: _checked_bytes(folder / name) for name in changed_documents(folder, reference)}

    def follow(repository: pygit2.Repository) -> DocumentReference:
        commit = _commit(repository, contents, _sentence("Change", contents))
        return _reference(folder, commit, reference.patterns)

    return _with_repository(folder, follow)


def commit_file(folder: Path, name: str, data: bytes, message: str) -> None:
    """Write a file of the repository at `folder` and commit it; WorkspaceError where the disk or git refuses."""

    def write(repository: pygit2.Repository) -> None:
        _keep_edits(repository, folder, {name: data})
        write_atomic(folder / name, data)
        _commit(repository, {name: data}, message)

    _with_repository(folder, write)


def _with_repository(folder: Path, work: Callable[[pygit2.Repository], Result]) -> Result:
    """Do `work` on the repository, made where it is not there yet, one at a time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        repository = _open(folder) or _made(folder)
        with filelock.FileLock(Path(repository.path) / _LOCK, timeout=_LOCK_SECONDS):
            return work(repository)
    except (pygit2.GitError, filelock.Timeout) as error:
        raise WorkspaceError(
            "The document could not be kept in the workspace's repository.",
            f"Close other programs that work on {folder}, then try again.",
            str(error),
        ) from error
    except OSError as error:
        raise write_error(folder, error) from error


def _open(folder: Path) -> pygit2.Repository | None:
    try:
        repository = pygit2.Repository(str(folder / ".git"))
    except (pygit2.GitError, OSError):
        return None
    return None if repository.is_bare else repository


def _made(folder: Path) -> pygit2.Repository:
    repository = pygit2.init_repository(str(folder), initial_head="main")
    # Texts are kept byte for byte, whatever git on this computer does with line ends.
    repository.config["core.autocrlf"] = False
    return repository


def _commit_of(repository: pygit2.Repository, commit: str) -> pygit2.Commit | None:
    if not _COMMIT.fullmatch(commit):
        return None
    try:
        found = repository[commit].peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError):
        return None
    return found


def _head(repository: pygit2.Repository) -> pygit2.Commit | None:
    return None if repository.head_is_unborn else repository.head.peel(pygit2.Commit)


def _keep_edits(repository: pygit2.Repository, folder: Path, names: Mapping[str, bytes]) -> None:
    """Commit what a person changed in the working tree before something else is written there."""
    head = _head(repository)
    edited = {}
    for name in names:
        path = folder / name
        if path.is_file() and not path.is_symlink():
            blob = _blob(head, name)
            if blob is None or _differs(path, blob):
                edited[name] = path.read_bytes()
    if edited:
        _commit(repository, edited, _sentence("Keep the edits of", edited))


def _commit(repository: pygit2.Repository, contents: Mapping[str, bytes], message: str) -> pygit2.Commit:
    """Commit these bytes as they are, without any filter of git's; the last commit where nothing changes."""
    head = _head(repository)
    index = pygit2.Index()
    if head is not None:
        index.read_tree(head.tree)
    entries = [pygit2.IndexEntry(name, repository.create_blob(data), FileMode.BLOB) for name, data in contents.items()]
    for entry in entries:
        index.add(entry)
    tree = index.write_tree(repository)
    if head is not None and tree == head.tree.id:
        return head
    author = signature(repository)
    parents = [] if head is None else [head.id]
    made = repository.create_commit("HEAD", author, author, f"{message}\n", tree, parents)
    repository.index.read()
    for entry in entries:
        repository.index.add(entry)
    repository.index.write()
    return repository[made].peel(pygit2.Commit)


def _reference(folder: Path, commit: pygit2.Commit, patterns: tuple[str, ...]) -> DocumentReference:
    return DocumentReference(folder.resolve().as_uri(), str(commit.id), patterns)


def _at_commit(commit: pygit2.Commit | None, patterns: Sequence[str]) -> Iterator[tuple[str, pygit2.Blob]]:
    """Give name and contents of the files that the patterns match, by name."""
    if commit is None:
        return
    wanted = [[part for part in pattern.split("/") if part != "."] for pattern in patterns]
    for name, blob in sorted(_walk(commit.tree, ""), key=lambda found: found[0]):
        if any(_matches(name.split("/"), pattern) for pattern in wanted):
            yield name, blob


def _walk(tree: pygit2.Tree, below: str) -> Iterator[tuple[str, pygit2.Blob]]:
    for entry in tree:
        name = entry.name or ""
        if name in (".", "..", ".git") or "\\" in name:
            continue
        if isinstance(entry, pygit2.Tree):
            yield from _walk(entry, f"{below}{name}/")
        elif isinstance(entry, pygit2.Blob) and entry.filemode != FileMode.LINK:
            yield f"{below}{name}", entry


def _matches(name: Sequence[str], pattern: Sequence[str]) -> bool:
    """Return whether a name, part by part, is what a pattern says: `*` stays in its folder, `**` is any folders."""
    if not pattern:
        return not name
    if pattern[0] == "**":
        return any(_matches(name[start:], pattern[1:]) for start in range(len(name) + 1))
    return bool(name) and fnmatch.fnmatchcase(name[0], pattern[0]) and _matches(name[1:], pattern[1:])


def _blob(commit: pygit2.Commit | None, name: str) -> pygit2.Blob | None:
    try:
        found = commit.tree[name] if commit is not None else None
    except KeyError:
        return None
    return found if isinstance(found, pygit2.Blob) else None


def _differs(path: Path, blob: pygit2.Blob) -> bool:
    """Return whether the file is there with other contents."""
    try:
        if path.is_symlink() or not path.is_file():
            return False
        return path.stat().st_size != blob.size or path.read_bytes() != blob.data
    except OSError:
        return False


def _as_file(folder: Path, commit: pygit2.Commit | None, name: str, blob: pygit2.Blob) -> Path:
    working = folder / name
    if working.is_file() and not working.is_symlink() and not _differs(working, blob):
        return working
    older = folder / _OLDER_VERSIONS / str(commit.id if commit is not None else "") / name
    if not older.is_file() or _differs(older, blob):
        write_atomic(older, blob.data)
    return older


def _checked_bytes(source: Path) -> bytes:
    read_document(source)
    try:
        return source.read_bytes()
    except OSError as error:
        raise write_error(source, error) from error


def _each_named(sources: Sequence[Path]) -> dict[str, Path]:
    """Return the sources by the names they are to have, all different."""
    named: dict[str, Path] = {}
    for source in sources:
        wanted = PurePosixPath(_file_name(source))
        names = itertools.chain(
            [wanted], (wanted.with_stem(f"{wanted.stem}_{number}") for number in itertools.count(2))
        )
        named[next(str(name) for name in names if str(name) not in named)] = source
    return named


def _file_name(source: Path) -> str:
    plain = _plain_name(source.stem)
    return f"{plain}{source.suffix.lower()}"


def _plain_name(name: str) -> str:
    """Return a name that every system takes for a folder or a file, and that no pattern reads as anything else."""
    return _NOT_IN_NAMES.sub("_", unicodedata.normalize("NFC", name)).strip().strip(".") or "document"


def _sentence(verb: str, names: Mapping[str, bytes]) -> str:
    return f"{verb} {', '.join(names)}" if names else verb

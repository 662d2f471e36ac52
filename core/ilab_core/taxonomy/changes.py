# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which leaves differ from an earlier revision of the taxonomy: what a contribution consists of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pygit2
from pygit2.enums import DeltaStatus, DiffFind, DiffOption

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.base import EMPTY, HEAD, start_commit
from ilab_core.taxonomy.git import find_repository
from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_core.taxonomy.tree import find_leaves, leaf_name

Change = Literal["new", "changed", "moved", "removed"]

_UNTRACKED = DiffOption.INCLUDE_UNTRACKED | DiffOption.RECURSE_UNTRACKED_DIRS


@dataclass(frozen=True)
class LeafChange:
    """A leaf that differs from the base, and how; `earlier` is the name that it had there, "" for a new one.

    `files` are the files of the leaf that differ, below the root: its qna.yaml, and what lies beside it.
    """

    name: str
    change: Change
    earlier: str
    files: tuple[str, ...] = ()

    @property
    def in_its_file(self) -> bool:
        """Whether the qna.yaml differs, not only a file beside it: what `ilab taxonomy diff` lists."""
        return any(Path(file).name == LEAF_NAME for file in self.files)


@dataclass(frozen=True)
class _FileChange:
    """A file that differs: where it was and where it is, below the root ("" where it was or is not there)."""

    old: str
    new: str


def changed_leaves(root: Path, base: str) -> list[LeafChange]:
    """Return the leaves below `root` that differ from revision `base`, by name.

    `base` is a branch, `remote/branch`, a tag, a commit, or "empty" for "everything is new". Of a branch that went on
    since, the point counts where HEAD left it, as in a pull request. Files that are not committed yet count too,
    ignored ones do not, and any file beside a leaf's qna.yaml, such as its document, belongs to the leaf.

    Raises TaxonomyError where there is no git repository, or no such revision.
    """
    if base == EMPTY:
        leaves = find_leaves(root)
        return [LeafChange(leaf.name, "new", "", (leaf.path.relative_to(root).as_posix(),)) for leaf in leaves]
    repository = find_repository(root / LEAF_NAME)
    if repository is None:
        raise TaxonomyError(
            f"{root} is not in a git repository, so there is no earlier revision to compare with.",
            f"Leave the base out, or give “{EMPTY}” to take every leaf as new.",
        )
    if base == HEAD and repository.head_is_unborn:
        tree = repository[repository.TreeBuilder().write()].peel(pygit2.Tree)
    else:
        tree = start_commit(repository, base).peel(pygit2.Tree)
    return _leaf_changes(_changed_files(repository, tree, root), root)


def _changed_files(repository: pygit2.Repository, tree: pygit2.Tree, root: Path) -> Iterator[_FileChange]:
    """Yield the files below `root` that differ from the tree, committed or not."""
    workdir, real = Path(repository.workdir).resolve(), root.resolve()
    inside = real.relative_to(workdir).as_posix() + "/" if real != workdir else ""
    for old, new in _differences(repository, tree, workdir):
        change = _FileChange(_below(old, inside), _below(new, inside))
        if change.old or change.new:
            yield change


def _differences(repository: pygit2.Repository, tree: pygit2.Tree, workdir: Path) -> Iterator[tuple[str, str]]:
    """Yield where each file that differs from the tree was and is, "" where it was or is not there.

    In two steps, by way of the index: it knows what did not change, so that 10,000 files need not be read.
    """
    index = repository.index
    # As methods of the index: those let other threads, the window's above all, work meanwhile.
    committed = index.diff_to_tree(tree, context_lines=0)
    committed.find_similar(DiffFind.FIND_RENAMES)
    uncommitted = index.diff_to_workdir(flags=_UNTRACKED, context_lines=0)
    uncommitted.find_similar(DiffFind.FIND_RENAMES | DiffFind.FIND_FOR_UNTRACKED)
    places: dict[str, str] = {}
    gone: set[str] = set()
    for old, new in _moves(committed):
        if new:
            places[new] = old
        else:
            gone.add(old)
    for between, new in _moves(uncommitted):
        old = places.pop(between, between)
        if not new:
            gone |= {old} - {""}
        elif new in gone or old == new:
            gone = (gone | {old} - {""}) - {new}
            if not _is_the_same(tree, new, workdir):
                places[new] = new
        else:
            places[new] = old
    yield from ((old, new) for new, old in places.items())
    yield from ((old, "") for old in gone)


def _moves(diff: pygit2.Diff) -> Iterator[tuple[str, str]]:
    for delta in diff.deltas:
        old = "" if delta.status in (DeltaStatus.ADDED, DeltaStatus.UNTRACKED) else delta.old_file.path
        yield old, "" if delta.status == DeltaStatus.DELETED else delta.new_file.path


def _is_the_same(tree: pygit2.Tree, path: str, workdir: Path) -> bool:
    """Return whether a file says again what it said in the tree."""
    try:
        return bool(pygit2.hashfile(str(workdir / path)) == tree[path].id)
    except (OSError, KeyError):
        return False


def _below(path: str, inside: str) -> str:
    """Return a path of the repository below the taxonomy's root, "" where it is not there or is hidden."""
    relative = path.removeprefix(inside)
    hidden = relative.startswith(".") or "/." in relative
    return relative if path.startswith(inside) and not hidden else ""


def _leaf_changes(files: Iterator[_FileChange], root: Path) -> list[LeafChange]:
    found: dict[str, LeafChange] = {}
    beside: dict[str, set[str]] = {}
    for file in files:
        if Path(file.new or file.old).name == LEAF_NAME:
            change = _leaf_change(file, root)
            if change is not None:
                found[change.name] = change
        for place in {file.old, file.new} - {""}:
            folder = _folder_of(place, root)
            if folder is not None:
                beside.setdefault(folder, set()).add(place)
    for folder, places in beside.items():
        name = _name(folder, root)
        owner = found.get(name) or next((change for change in found.values() if change.earlier == name), None)
        change = owner or LeafChange(name, "changed", name)
        found[change.name] = replace(change, files=tuple(sorted({*change.files, *places})))
    return sorted((change for change in found.values() if change.files), key=lambda change: change.name)


def _leaf_change(file: _FileChange, root: Path) -> LeafChange | None:
    old = _name(_parent(file.old), root) if Path(file.old).name == LEAF_NAME else ""
    new = _name(_parent(file.new), root) if Path(file.new).name == LEAF_NAME else ""
    if not new:
        return LeafChange(old, "removed", old) if old else None
    if not old:
        return LeafChange(new, "new", "")
    return LeafChange(new, "changed" if old == new else "moved", old)


def _folder_of(place: str, root: Path) -> str | None:
    """Return the folder of the leaf that a file belongs to: the nearest one above that is, or was, a leaf's."""
    folder = _parent(place)
    if Path(place).name == LEAF_NAME:
        return folder
    while True:
        if (root / folder / LEAF_NAME).is_file():
            return folder
        if not folder:
            return None
        folder = _parent(folder)


def _parent(place: str) -> str:
    return place.rpartition("/")[0]


def _name(folder: str, root: Path) -> str:
    return leaf_name(root / folder / LEAF_NAME, root)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Rename, move, duplicate and delete leaves and folders, so that each step can be taken back.

A leaf is its folder: whatever lies beside its qna.yaml goes along. Every operation is a list of moves. It is done whole
or not at all, and never puts anything in the place of something else.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ilab_core.errors import IlabError, TaxonomyError
from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_core.taxonomy.naming import folder_problem, name_problem
from ilab_core.taxonomy.relocating import relocate
from ilab_core.taxonomy.trash import TrashedItem, place_in_trash
from ilab_core.taxonomy.tree import KINDS, LeafEntry, walk_leaves


@dataclass(frozen=True)
class Move:
    """A folder that went from `source` to `target`."""

    source: Path
    target: Path


@dataclass(frozen=True)
class Done:
    """What an operation did, in order: `take_back` needs it. `made` are the folders made to hold the targets."""

    moves: tuple[Move, ...]
    made: tuple[Path, ...]


def rename_problem(name: str, new: str, is_leaf: bool, siblings: Collection[str]) -> str:
    """Return why the leaf or folder `name` cannot be called `new`, as a sentence, or "".

    `siblings` are the labels beside it. Systems differ in whether `Cells` and `cells` are two names: here they are one.
    """
    label = name.rpartition("/")[2]
    if new == label:
        return ""
    if new.casefold() in {other.casefold() for other in siblings if other != label}:
        return f"There is a “{new}” here already. Choose another name."
    if not new or "/" in new:
        return "Write one name, without “/”. To bring it to another folder, move it."
    return name_problem(new) if is_leaf else folder_problem(new)


def move_problem(names: Iterable[str], folder: str, taken: Callable[[str], bool]) -> str:
    """Return why `names` cannot be moved into `folder`, as a sentence, or ""; `taken` says which names there are."""
    arriving: set[str] = set()
    for name in outermost(names):
        parent, _, label = name.rpartition("/")
        if folder == name or folder.startswith(f"{name}/"):
            return f"“{label}” cannot be moved into itself."
        kinds = [KINDS.get(path.partition("/")[0]) for path in (name, folder)]
        if None not in kinds and kinds[0] != kinds[1]:
            return "Knowledge and skills are written differently: a leaf stays with its own kind."
        if "/" not in name and name in KINDS:
            return f"“{label}” holds all leaves of its kind and stays where it is."
        wanted = f"{folder}/{label}" if folder else label
        if parent != folder and (taken(wanted) or wanted in arriving):
            return f"There is a “{label}” in {folder or 'the taxonomy'} already. Rename one of the two first."
        arriving.add(wanted)
    return ""


def rename(root: Path, name: str, new: str) -> Done:
    """Give the leaf or folder `name` another last part; TaxonomyError, and nothing changed, where that fails."""
    source = root / name
    siblings = [path.name for path in source.parent.iterdir()] if source.parent.is_dir() else []
    _refuse(rename_problem(name, new, _is_leaf(source), siblings))
    return _carry_out([Move(source, source.with_name(new))], _folders_above(root, [source]))


def move(root: Path, names: Iterable[str], folder: str) -> Done:
    """Bring leaves and folders into `folder`, which is made where it is not there; TaxonomyError where that fails."""
    chosen = outermost(names)
    _refuse(move_problem(chosen, folder, lambda name: os.path.lexists(root / name)))
    _refuse(folder_problem(folder) if folder and not (root / folder).is_dir() else "")
    away = [name for name in chosen if name.rpartition("/")[0] != folder]
    moves = [Move(root / name, root / folder / name.rpartition("/")[2]) for name in away]
    return _carry_out(moves, _folders_above(root, [step.source for step in moves]))


def duplicate(root: Path, names: Iterable[str], trash: Path) -> Done:
    """Copy leaves and folders, each beside itself under a free name; TaxonomyError, and nothing changed, on failure."""
    return place_copies(make_copies(root, names, trash))


def make_copies(root: Path, names: Iterable[str], trash: Path) -> list[Move]:
    """Copy leaves and folders into `trash`, for `place_copies`; taking that back brings the copies to the trash, too.

    The part of a duplication that may take long. TaxonomyError or WorkspaceError where it fails.
    """
    moves: list[Move] = []
    try:
        for name in outermost(names):
            target = free_place(root / name, {step.target for step in moves})
            moves.append(Move(place_in_trash(trash, root, target.relative_to(root).as_posix()), target))
            shutil.copytree(root / name, moves[-1].source, symlinks=True)
    except (OSError, IlabError) as error:
        _forget_copies(moves)
        if isinstance(error, IlabError):
            raise
        raise _failed(moves[-1].target, error) from error
    return moves


def place_copies(copies: Sequence[Move]) -> Done:
    """Bring copies beside what they were made of; TaxonomyError, and no copy is left, where that fails."""
    try:
        return _carry_out(copies, ())
    except IlabError:
        _forget_copies(copies)
        raise


def delete(root: Path, names: Iterable[str], trash: Path) -> Done:
    """Move leaves and folders to the trash; TaxonomyError or WorkspaceError, and nothing changed, where that fails."""
    chosen = outermost(names)
    for name in chosen:
        if not os.path.lexists(root / name):
            raise _gone(root / name)
    moves = [Move(root / name, place_in_trash(trash, root, name)) for name in chosen]
    return _carry_out(moves, _folders_above(root, [step.source for step in moves]))


def put_back(root: Path, items: Sequence[TrashedItem]) -> Done:
    """Bring items from the trash to where they were, under a free name where theirs is taken; TaxonomyError."""
    moves: list[Move] = []
    for item in items:
        place = root / item.name
        taken = {step.target for step in moves}
        is_free = not os.path.lexists(place) and place not in taken
        moves.append(Move(item.content, place if is_free else free_place(place, taken)))
    return _carry_out(moves, ())


def take_back(done: Done) -> Done:
    """Undo an operation and return what undoes this; TaxonomyError, and nothing changed, where it cannot be undone."""
    return _carry_out([Move(step.target, step.source) for step in reversed(done.moves)], done.made)


def outermost(names: Iterable[str]) -> list[str]:
    """Return the names, sorted, without those that lie inside another of them."""
    kept: list[str] = []
    for name in sorted(set(names), key=lambda name: name.split("/")):
        if not kept or not name.startswith(f"{kept[-1]}/"):
            kept.append(name)
    return kept


def followed(path: Path, done: Done) -> Path:
    """Return where `path` is after an operation; the path itself where the operation did not touch it."""
    for step in done.moves:
        if path == step.source or step.source in path.parents:
            path = step.target / path.relative_to(step.source)
    return path


def free_place(place: Path, taken: Collection[Path] = ()) -> Path:
    """Return a path like `place`, with a number at its end, that nothing holds."""
    stem, _, digits = place.name.rpartition("_")
    stem, number = (stem, int(digits) + 1) if stem and digits.isdecimal() and len(digits) < 4 else (place.name, 2)
    while os.path.lexists(found := place.with_name(f"{stem}_{number}")) or found in taken:
        number += 1
    return found


def entries_after(entries: Iterable[LeafEntry], done: Done, root: Path) -> list[LeafEntry]:
    """Return the leaves below `root` after an operation, by name, given those before: only what came is read."""
    found = {entry.name: entry for entry in entries if followed(entry.path, done) == entry.path}
    for step in done.moves:
        if root in step.target.parents:
            found |= {entry.name: entry for entry in walk_leaves(root, step.target)}
    return [found[name] for name in sorted(found)]


def _carry_out(moves: Sequence[Move], removable: Iterable[Path]) -> Done:
    """Do the moves, then remove those of the `removable` folders that are left empty."""
    finished: list[Move] = []
    made: list[Path] = []
    try:
        for step in moves:
            if not os.path.lexists(step.source):
                raise _gone(step.source)
            made += _make_folders(step.target.parent)
            relocate(step.source, step.target)
            finished.append(step)
    except (OSError, IlabError) as error:
        for step in reversed(finished):
            relocate(step.target, step.source)
        _remove_empty(made)
        if isinstance(error, IlabError):
            raise
        raise _failed(moves[len(finished)].source, error) from error
    _remove_empty(removable)
    return Done(tuple(finished), tuple(made))


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; return the ones that were not there, the highest first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    made: list[Path] = []
    try:
        for path in reversed(missing):
            path.mkdir()
            made.append(path)
    except OSError:
        _remove_empty(made)
        raise
    return made


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        with contextlib.suppress(OSError):  # not empty, or gone
            folder.rmdir()


def _folders_above(root: Path, paths: Iterable[Path]) -> set[Path]:
    """Return the folders between `root` and the paths; those at the top, such as `knowledge`, stay even if empty."""
    return {above for path in paths for above in path.parents if root in above.parents and above.parent != root}


def _forget_copies(copies: Iterable[Move]) -> None:
    for step in copies:
        shutil.rmtree(step.source.parent, ignore_errors=True)


def _is_leaf(folder: Path) -> bool:
    return (folder / LEAF_NAME).exists()


def _refuse(problem: str) -> None:
    if problem:
        raise TaxonomyError(problem)


def _gone(path: Path) -> TaxonomyError:
    return TaxonomyError(f"“{path.name}” is no longer in {path.parent}.", "Refresh the tree with F5 to see what is.")


def _failed(path: Path, error: Exception) -> TaxonomyError:
    hint = "Nothing was changed. Check that no other program has its files open and that you may write there."
    return TaxonomyError(f"“{path.name}” could not be moved or copied.", hint, str(error))

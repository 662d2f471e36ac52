# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""See what other programs change in a taxonomy, and read again no more of it than that."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_core.taxonomy.tree import LeafEntry, walk_leaves

Stamp = tuple[int, int, int]
"""When a file was written, in nanoseconds, its bytes, and its number on the disk."""


def stamp_of(path: Path) -> Stamp | None:
    """Return what changes whenever a file is written or replaced; None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def watched_paths(root: Path, unfolded: Iterable[str], in_sight: Iterable[str], most: int) -> list[Path]:
    """Return what to watch, at most so many paths: the root, the unfolded folders, then each leaf in them.

    Names are those of folders and leaves below `root`. A leaf is its folder, where its file comes, goes and is
    replaced, and its file, which some programs write in place.
    """
    folders = [root, *(root / name for name in unfolded)]
    leaves = [path for name in in_sight for path in (root / name, root / name / LEAF_NAME)]
    return [*folders, *leaves][:most]


def changed_folders(paths: Iterable[Path]) -> list[Path]:
    """Return the folders of changed files and the changed folders, without those inside another of them."""
    folders = sorted({path.parent if path.name == LEAF_NAME else path for path in paths})
    kept: list[Path] = []
    for folder in folders:
        if not kept or not folder.is_relative_to(kept[-1]):
            kept.append(folder)
    return kept


def leaves_again(entries: Sequence[LeafEntry], root: Path, folders: Sequence[Path]) -> list[LeafEntry]:
    """Return the leaves by name after something changed in `folders`: these are read again, the rest is as it was."""
    starts = _starts(folders)
    kept = [entry for entry in entries if not str(entry.path).startswith(starts)]
    for folder in folders:
        kept += walk_leaves(root, folder) if _is_walked(folder, root) else ()
    return sorted(kept, key=lambda entry: entry.name)


def _starts(folders: Iterable[Path]) -> tuple[str, ...]:
    """Return how the paths of what is inside these folders start: a hundred times faster than to ask each path."""
    return tuple(f"{folder}{os.sep}" for folder in folders)


def _is_walked(folder: Path, root: Path) -> bool:
    """Return whether a walk of the tree comes to `folder`: it is there, and no link or hidden folder leads to it."""
    steps = [folder, *folder.parents]
    steps = steps[: steps.index(root)] if root in steps else steps
    hidden = any(step.name.startswith(".") or step.name == LEAF_NAME or step.is_symlink() for step in steps)
    return folder.is_dir() and not hidden


def leafless_folders(folders: Iterable[Path], entries: Iterable[LeafEntry]) -> list[Path]:
    """Return the folders inside `folders` that have no leaf below them: one may be about to be written."""
    waiting = list(folders)
    starts = _starts(waiting)
    inside = [entry.path for entry in entries if str(entry.path).startswith(starts)]
    holding = {folder for path in inside for folder in path.parents}
    found: list[Path] = []
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as there:
                names = [entry.name for entry in there if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        new = [folder / name for name in names if not name.startswith(".") and folder / name not in holding]
        found += new
        waiting += new
    return found

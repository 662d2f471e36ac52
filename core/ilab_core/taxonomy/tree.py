# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Find the leaves of a taxonomy, whatever folder one starts from; nothing outside the folder is ever read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.leaf import LEAF_NAME, Kind
from ilab_core.taxonomy.source import LeafError, read_source, within

KINDS: dict[str, Kind] = {"knowledge": "knowledge", "compositional_skills": "skill", "foundational_skills": "skill"}
"""The folders at the top of a taxonomy, and the kind of the leaves below each."""
_DOCUMENT_KEY = re.compile(r"^document\s*:", re.MULTILINE)


@dataclass(frozen=True)
class LeafEntry:
    """A leaf that was found: its name (its folder below the root, with "/"), its file and its kind."""

    name: str
    path: Path
    kind: Kind


@dataclass(frozen=True)
class Candidate:
    """A place named qna.yaml, with the reason why it cannot be read as a leaf, if there is one."""

    path: Path
    obstacle: LeafError | None = None


def find_leaves(root: Path) -> list[LeafEntry]:
    """Return every leaf below `root` by name; TaxonomyError where `root` is no folder."""
    return sorted(walk_leaves(root), key=lambda entry: entry.name)


def walk_leaves(root: Path, below: Path | None = None) -> Iterator[LeafEntry]:
    """Yield every leaf below `root`, or only those below a folder of it, as it is found, folder by folder."""
    depth = len(root.parts)
    for candidate in _walk(below, root) if below is not None else find_candidates(root):
        if candidate.obstacle is not None:
            continue
        parts = candidate.path.parts[depth:-1]
        top = next((part for part in reversed(parts) if part in KINDS), None)
        if top is not None:  # nearly always, and then nothing above `root` matters
            yield LeafEntry("/".join(parts), candidate.path, KINDS[top])
        else:
            kind = kind_of(candidate.path) or _kind_by_contents(candidate.path)
            yield LeafEntry(leaf_name(candidate.path, root), candidate.path, kind)


def find_candidates(path: Path) -> Iterator[Candidate]:
    """Yield every place named qna.yaml at or below `path` in order; a file given itself is one whatever its name."""
    if path.is_file():
        yield Candidate(path)
    elif path.is_dir() and path.name == LEAF_NAME:
        yield Candidate(path, _a_folder())
    elif path.is_dir():
        yield from _walk(path, path)
    else:
        raise TaxonomyError(f"{path} does not exist.", "Check the path.")


def taxonomy_root(path: Path) -> Path:
    """Return the root of the taxonomy that `path` (a leaf, its folder, or any folder) belongs to.

    That is the folder that holds the nearest `knowledge`, `compositional_skills` or `foundational_skills` at or above
    `path`; where there is none, the folder itself.
    """
    folder = _absolute(path)
    if folder.is_file() or folder.name == LEAF_NAME:
        folder = folder.parent
    if folder.name not in KINDS and any((folder / name).is_dir() for name in KINDS):
        return folder
    top = _nearest_top(folder)
    return top.parent if top is not None else folder


def kind_of(path: Path) -> Kind | None:
    """Return the kind that the folders above `path` say, None where they say nothing."""
    top = _nearest_top(_absolute(path).parent)
    return KINDS[top.name] if top is not None else None


def leaf_name(path: Path, root: Path | None = None) -> str:
    """Return the name of the leaf in file `path`, below its taxonomy's root or below `root`, if that is higher."""
    folder = _absolute(path).parent
    base = taxonomy_root(path)
    if root is not None and base.is_relative_to(_absolute(root)):
        base = _absolute(root)
    relative = folder.relative_to(base).as_posix()
    return folder.name if relative == "." else relative


def _walk(start: Path, root: Path) -> Iterator[Candidate]:
    """Yield the candidates below `start`, folder by folder in order of their names; none may lie outside `root`.

    Links to folders are not followed: those that lead out must not be, and what the others lead to is met on its own
    path. Hidden folders are skipped.
    """
    waiting = [start]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            # A folder one may not read is shown where the leaf in it would be.
            message, fix = f"The folder {folder} cannot be read.", "Check that you may read it."
            yield Candidate(folder / LEAF_NAME, LeafError("not-readable", message, fix, detail=str(error)))
            continue
        for entry in ordered:
            if entry.name == LEAF_NAME:
                yield Candidate(folder / entry.name, _obstacle(entry, folder / entry.name, root))
        waiting += [
            folder / entry.name
            for entry in reversed(ordered)
            if entry.name != LEAF_NAME and not entry.name.startswith(".") and _is_folder(entry)
        ]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _obstacle(entry: os.DirEntry[str], path: Path, root: Path) -> LeafError | None:
    if entry.is_symlink() and not within(path, root):
        return LeafError(
            "outside", f"{LEAF_NAME} is a link that leads out of the taxonomy.", "Put the file itself here."
        )
    if entry.is_symlink() and not path.exists():
        return LeafError(
            "not-found", f"{LEAF_NAME} is a link to a file that does not exist.", "Put the file itself here."
        )
    if _is_folder(entry):
        return _a_folder()
    return None


def _a_folder() -> LeafError:
    return LeafError("not-a-file", f"{LEAF_NAME} is a folder, not a file.", "Move the folder elsewhere.")


def _nearest_top(folder: Path) -> Path | None:
    for candidate in (folder, *folder.parents):
        if candidate.name in KINDS:
            return candidate
    return None


def _kind_by_contents(path: Path) -> Kind:
    try:
        return "knowledge" if _DOCUMENT_KEY.search(read_source(path).text) else "skill"
    except LeafError:
        return "skill"


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))

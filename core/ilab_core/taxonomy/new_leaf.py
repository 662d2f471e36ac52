# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Make a new leaf's folder and file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ilab_core.errors import TaxonomyError
from ilab_core.paths import write_atomic, write_error
from ilab_core.taxonomy.editing import new_leaf_text
from ilab_core.taxonomy.leaf import LEAF_NAME, DocumentReference, Kind
from ilab_core.taxonomy.naming import folder_problem, name_problem, suggested_name


@dataclass(frozen=True)
class NewLeaf:
    """What the person asked for; `folder` is below the kind's top folder, `document` a file to copy in."""

    kind: Kind
    folder: str
    name: str
    document: Path | None = None

    @property
    def leaf_name(self) -> str:
        """The full name that the leaf will have."""
        top = "knowledge" if self.kind == "knowledge" else "compositional_skills"
        return "/".join(part for part in (top, self.folder, self.name) if part)


def create_leaf(root: Path, wanted: NewLeaf, contributor: str) -> Path:
    """Write the new leaf below the taxonomy at `root` and return its file; its document is copied beside it.

    TaxonomyError where it exists already; WorkspaceError where the disk refuses.
    """
    problem = name_problem(wanted.name) or (folder_problem(wanted.folder) if wanted.folder else "")
    if problem:
        raise TaxonomyError(problem)
    folder = root / wanted.leaf_name
    path = folder / LEAF_NAME
    if path.exists():
        raise TaxonomyError(f"{wanted.leaf_name} exists already.", "Choose another name.")
    pattern = ""
    if wanted.document is not None:
        pattern = copy_document(wanted.document, folder)
    write_atomic(
        path,
        new_leaf_text(
            wanted.kind,
            created_by=contributor,
            domain=wanted.folder.rpartition("/")[2].replace("_", " ").capitalize(),
            document=DocumentReference("local", "local", (pattern,)),
        ),
    )
    return path


def copy_document(source: Path, folder: Path) -> str:
    """Copy a document into a leaf's folder under a plain name and return that name; WorkspaceError where it fails.

    A file that is there already is kept: the copy takes a number.
    """
    stem, suffix = suggested_name(source.stem) or "document", source.suffix.lower()
    target = folder / f"{stem}{suffix}"
    number = 2
    while target.exists() and not target.samefile(source):
        target = folder / f"{stem}_{number}{suffix}"
        number += 1
    try:
        write_atomic(target, source.read_bytes())
    except OSError as error:
        raise write_error(target, error) from error
    return target.name

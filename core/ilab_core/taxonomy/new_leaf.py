# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Make a new leaf's folder and file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ilab_core.errors import TaxonomyError
from ilab_core.paths import write_atomic
from ilab_core.taxonomy.documents_repository import add_documents
from ilab_core.taxonomy.editing import new_leaf_text
from ilab_core.taxonomy.leaf import LEAF_NAME, Kind
from ilab_core.taxonomy.naming import folder_problem, name_problem


@dataclass(frozen=True)
class NewLeaf:
    """What the person asked for; `folder` is below the kind's top folder, `document` a file to take in."""

    kind: Kind
    folder: str
    name: str
    document: Path | None = None

    @property
    def leaf_name(self) -> str:
        """The full name that the leaf will have."""
        top = "knowledge" if self.kind == "knowledge" else "compositional_skills"
        return "/".join(part for part in (top, self.folder, self.name) if part)


def create_leaf(root: Path, wanted: NewLeaf, contributor: str, documents: Path) -> Path:
    """Write the new leaf below the taxonomy at `root` and return its file.

    Its document goes to the repository at `documents`. TaxonomyError where the leaf exists already, DocumentError where
    the document is not text, WorkspaceError where the disk refuses.
    """
    problem = name_problem(wanted.name) or (folder_problem(wanted.folder) if wanted.folder else "")
    if problem:
        raise TaxonomyError(problem)
    path = root / wanted.leaf_name / LEAF_NAME
    if path.exists():
        raise TaxonomyError(f"{wanted.leaf_name} exists already.", "Choose another name.")
    document = None
    if wanted.document is not None:
        document = add_documents(documents, path, wanted.leaf_name, [wanted.document])
    write_atomic(
        path,
        new_leaf_text(
            wanted.kind,
            created_by=contributor,
            domain=wanted.folder.rpartition("/")[2].replace("_", " ").capitalize(),
            document=document,
        ),
    )
    return path

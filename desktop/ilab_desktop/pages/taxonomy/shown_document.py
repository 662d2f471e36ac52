# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A leaf's documents as they are read for showing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ilab_core.errors import DocumentError
from ilab_core.generation.documents import find_documents
from ilab_core.taxonomy.document_files import read_document
from ilab_core.taxonomy.documents_repository import changed_documents, document_name
from ilab_core.taxonomy.leaf import Leaf
from ilab_core.taxonomy.passages import Searchable, searchable
from ilab_core.taxonomy.public_documents import local_copy_of

MOST_CHARACTERS = 60_000
"""A longer document is shown up to here: laying out more would hold up the window."""


@dataclass(frozen=True)
class ShownDocument:
    """A document that was read: its text as far as it is shown, and the file that a person may open and edit."""

    name: str
    file: Path
    bytes: int
    text: Searchable
    whole: bool
    changed: bool
    """The file says something else than the text, which is that of the leaf's commit."""


def names_a_document(leaf: Leaf) -> bool:
    """Return whether the leaf names any file."""
    return leaf.document is not None and any(pattern.strip() for pattern in leaf.document.patterns)


def read_documents(leaf: Leaf, folder: Path) -> list[ShownDocument]:
    """Return the documents of a leaf, from beside it or from the repository at `folder`; DocumentError where none."""
    if leaf.document is None:
        raise DocumentError(f"{leaf.name} names no document.")
    changed = changed_documents(folder, local_copy_of(folder, leaf.document) or leaf.document)
    shown = []
    for path in find_documents(leaf, folder):
        kept = not path.is_relative_to(leaf.path.parent) and path.is_relative_to(folder)
        name = document_name(folder, path) if kept else path.relative_to(leaf.path.parent).as_posix()
        file = folder / name if kept and (folder / name).is_file() else path
        text = read_document(path)
        whole = len(text) <= MOST_CHARACTERS
        shown.append(
            ShownDocument(
                name, file, path.stat().st_size, searchable(text[:MOST_CHARACTERS]), whole, kept and name in changed
            )
        )
    return shown

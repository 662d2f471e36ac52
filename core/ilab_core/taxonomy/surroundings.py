# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a leaf's check must look at beyond its text: the attribution beside it and the documents it names."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilab_core.errors import DocumentError
from ilab_core.generation.documents import find_documents, read_document
from ilab_core.taxonomy.attribution import attribution_file
from ilab_core.taxonomy.fields import describe
from ilab_core.taxonomy.leaf import DocumentReference, Leaf
from ilab_core.taxonomy.passages import letters
from ilab_core.taxonomy.schema import Finding
from ilab_core.taxonomy.source import LeafError, read_source

Stamp = tuple[str, int, int, int]
"""A file as it was: its path, its size in bytes, and when its content and its entry changed, in nanoseconds."""


@dataclass(frozen=True)
class Surroundings:
    """The text of attribution.txt, None where there is no file, and the workspace's documents, if they count."""

    attribution: str | None = None
    documents: Path | None = None


def read_surroundings(leaf: Path, documents: Path | None = None) -> Surroundings:
    """Return the surroundings of the leaf in the file `leaf`; an attribution that cannot be read counts as none."""
    try:
        return Surroundings(read_source(attribution_file(leaf)).text, documents)
    except LeafError:
        return Surroundings(None, documents)


def document_findings(contents: Mapping[Any, Any], leaf: Path, documents: Path | None) -> Iterator[Finding]:
    """Yield a finding for a document that is not here, and for each context that is not in it."""
    reference = document_of(contents)
    if reference is None:
        return
    files = document_files(leaf, reference, documents)
    if not files:
        yield _unreachable(reference)
        return
    try:
        texts = [_letters_of_file(stamp_of(file)) for file in files]
    except DocumentError:
        return  # what cannot be read cannot be compared
    examples = contents.get("seed_examples")
    for number, example in enumerate(examples if isinstance(examples, list) else ()):
        context = example.get("context") if isinstance(example, Mapping) else None
        wanted = letters(context) if isinstance(context, str) else ""
        if wanted and not any(wanted in text for text in texts):
            path = ("seed_examples", number, "context")
            name = files[0].name if len(files) == 1 else "any of the leaf's documents"
            yield Finding(
                path,
                "context-off-document",
                f"{describe(path)} does not occur in {name}.",
                "Choose the passage again in the document, or write it as it is there.",
            )


def document_of(contents: Mapping[Any, Any]) -> DocumentReference | None:
    """Return what the leaf says of its document, as far as it is text; None where it names no file."""
    document = contents.get("document")
    if not isinstance(document, Mapping):
        return None
    patterns = document.get("patterns")
    names = (
        tuple(name for name in patterns if isinstance(name, str) and name.strip()) if isinstance(patterns, list) else ()
    )
    repository, commit = (str(document.get(key) or "") for key in ("repo", "commit"))
    return DocumentReference(repository, commit, names) if names else None


def document_files(leaf: Path, reference: DocumentReference, documents: Path | None) -> list[Path]:
    """Return the files of a document that are on this computer, wherever the teacher would find them."""
    try:
        return find_documents(Leaf(leaf, leaf.parent.name, "knowledge", 3, "", "", "", "", (), reference), documents)
    except DocumentError:
        return []


def stamps_around(leaf: Path, reference: DocumentReference | None, documents: Path | None) -> list[Stamp]:
    """Return the stamps of all files that the check of a leaf with this document reads."""
    files = [leaf, attribution_file(leaf)]
    return [stamp_of(file) for file in [*files, *(document_files(leaf, reference, documents) if reference else ())]]


def stamp_of(file: Path) -> Stamp:
    """Return the stamp of a file, of zeros where it is not there."""
    try:
        status = file.stat()
    except (OSError, ValueError):
        return str(file), 0, 0, 0
    return str(file), status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _unreachable(reference: DocumentReference) -> Finding:
    wanted = ", ".join(reference.patterns)
    if "://" in reference.repo:
        message = f"The document ({wanted}) is not on this computer: {reference.repo} has not been fetched."
        fix = "Add the document to this leaf: a copy beside it is used before the repository."
    else:
        message = f"No file beside this leaf is named {wanted}."
        fix = "Add the document to this leaf, or correct its name."
    return Finding(("document", "patterns"), "document-unreachable", message, fix, at_key=True)


@functools.lru_cache(maxsize=8)
def _letters_of_file(stamp: Stamp) -> str:
    """Return what carries meaning in a document. Kept for the next check: one check follows each pause in typing."""
    return letters(read_document(Path(stamp[0])))

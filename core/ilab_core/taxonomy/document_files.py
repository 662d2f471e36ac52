# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Files that can be a leaf's document: which kinds are read, how a file is read, which files a pattern names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ilab_core.errors import DocumentError
from ilab_core.taxonomy.leaf import LEAF_NAME

READABLE = (".md", ".markdown", ".txt", ".text", ".rst")
LARGEST = 20_000_000  # bytes; a longer text is better cut into several documents
_NOT_DOCUMENTS = (LEAF_NAME, "attribution.txt")


def read_document(path: Path) -> str:
    """Return the text of a document with plain line ends; DocumentError where it is not text."""
    if path.suffix.lower() not in READABLE:
        raise DocumentError(
            f"{path.name} is not a text file.",
            "Markdown and plain text are read today. Save it as one of them, and use that file.",
        )
    try:
        if path.stat().st_size > LARGEST:
            raise DocumentError(f"{path.name} is larger than 20 MB.", "Cut it into several documents.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path.name} is not UTF-8 text.", "Save it again as UTF-8.", str(error)) from error
    except OSError as error:
        raise DocumentError(f"{path.name} could not be read.", "Check the file.", str(error)) from error


def matching_files(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """Return the files in `folder` that match, none of them outside it."""
    if not folder.is_dir():
        return []
    inside = folder.resolve()
    found: set[Path] = set()
    for pattern in patterns:
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            continue
        try:
            matches = list(folder.glob(pattern))
        except (ValueError, IndexError, NotImplementedError):  # as pathlib says that this is no pattern
            continue
        found.update(path for path in matches if path.is_file() and path.resolve().is_relative_to(inside))
    return sorted(path for path in found if path.name not in _NOT_DOCUMENTS)

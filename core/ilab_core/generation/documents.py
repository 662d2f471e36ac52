# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Find the documents of a knowledge leaf, and cut them into passages that a teacher can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ilab_core.errors import DocumentError
from ilab_core.taxonomy.document_files import matching_files, read_document
from ilab_core.taxonomy.documents_repository import committed_files
from ilab_core.taxonomy.leaf import Leaf
from ilab_core.taxonomy.public_documents import local_copy_of

__all__ = ["Passage", "find_documents", "passages_of", "read_document"]


@dataclass(frozen=True)
class Passage:
    """A piece of a document: `text` is exactly its characters from `start` to `end`."""

    document: str
    start: int
    end: int
    text: str


def find_documents(leaf: Leaf, documents_folder: Path | None = None) -> list[Path]:
    """Return the files that the leaf's patterns match: beside the leaf, else in the document repository.

    From the repository come the texts of the leaf's commit; where it knows no such commit, the files that lie there.
    DocumentError where there is none, or where a match cannot be read as text.
    """
    if leaf.document is None or not leaf.document.patterns:
        raise DocumentError(f"{leaf.name} names no document.", "Add a text or Markdown file to the leaf.")
    found = matching_files(leaf.path.parent, leaf.document.patterns)
    if not found and documents_folder is not None:
        reference = local_copy_of(documents_folder, leaf.document) or leaf.document
        found = committed_files(documents_folder, reference)
        found = found or matching_files(documents_folder, reference.patterns)
    if not found:
        wanted = ", ".join(leaf.document.patterns)
        raise DocumentError(
            f"The document of {leaf.name} ({wanted}) is not on this computer.",
            f"Put the file into {leaf.path.parent}.",
            f"repo {leaf.document.repo}, commit {leaf.document.commit}",
        )
    return found


def passages_of(name: str, text: str, measure: Callable[[str], int], limit: int) -> list[Passage]:
    """Return the passages of a document: whole sections and paragraphs, of at most `limit` by `measure`.

    A paragraph that is longer alone is cut at the ends of sentences.
    """
    passages: list[Passage] = []
    start = end = -1
    for block_start, block_end in _blocks(text, measure, limit):
        new_section = text.startswith("#", block_start)
        fits = start >= 0 and measure(text[start:block_end]) <= limit
        if start >= 0 and (not fits or (new_section and measure(text[start:end]) > limit // 3)):
            passages.append(Passage(name, start, end, text[start:end]))
            start = -1
        if start < 0:
            start = block_start
        end = block_end
    if start >= 0:
        passages.append(Passage(name, start, end, text[start:end]))
    return [passage for passage in passages if not _only_headings(passage.text)]


def _blocks(text: str, measure: Callable[[str], int], limit: int) -> Iterator[tuple[int, int]]:
    """Give the character ranges of paragraphs, and of sentences where a paragraph is too long."""
    for match in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text):
        start, end = match.start(), match.start() + len(match.group().rstrip())
        if measure(text[start:end]) <= limit:
            yield start, end
            continue
        for sentence in re.finditer(
            r"\S.*?(?:[.!?][\"'”’)]*(?=\s|$)|[。！？][」』”’）]*|$)", text[start:end], re.DOTALL
        ):
            yield from _hard_cut(text, start + sentence.start(), start + sentence.end(), measure, limit)


def _hard_cut(text: str, start: int, end: int, measure: Callable[[str], int], limit: int) -> Iterator[tuple[int, int]]:
    """Halve what has no sentence end for too long (a table, a log) until it fits."""
    if measure(text[start:end]) <= limit or end - start < 8:
        yield start, end
        return
    middle = text.rfind(" ", start + 1, (start + end) // 2)
    middle = middle if middle > start else (start + end) // 2
    yield from _hard_cut(text, start, middle, measure, limit)
    yield from _hard_cut(text, middle, end, measure, limit)


def _only_headings(text: str) -> bool:
    return all(line.startswith("#") or not line.strip() for line in text.splitlines())

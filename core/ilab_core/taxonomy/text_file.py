# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A leaf's file as text, with what is needed to write the very same bytes back and to see that no one else wrote."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from ilab_core.errors import TaxonomyError
from ilab_core.paths import write_atomic
from ilab_core.taxonomy.source import LeafError, Source, decode, encode, read_data


@dataclass(frozen=True)
class FileText:
    """The text of a file, how it was encoded, and the digest of its bytes."""

    source: Source
    digest: str

    @property
    def text(self) -> str:
        """The text with its own line ends."""
        return self.source.text


class ChangedOnDiskError(TaxonomyError):
    """Another program wrote or removed the file since it was read."""


def read_text_file(path: Path) -> FileText:
    """Return the file's text; LeafError where it cannot be read or is too large."""
    data = read_data(path)
    return FileText(decode(data), digest_of(data))


def missing_file() -> FileText:
    """Return what stands for a file that is not there: whatever is written in its place is new."""
    return FileText(Source("", "utf-8", False), "")


def save_text_file(path: Path, file: FileText, text: str, overwrite: bool = False) -> FileText:
    """Write `text` atomically and return the file's new state. What was not UTF-8, as the standard wants, becomes so.

    A link is followed. ChangedOnDiskError where the file is not as `file` remembers it, unless `overwrite`;
    WorkspaceError where the disk refuses.
    """
    source = replace(file.source, text=text) if file.source.is_utf8 else Source(text, "utf-8", False)
    data = encode(source)
    digest = digest_of(data)

    def last_look() -> None:
        on_disk = digest_of_file(path)
        if on_disk not in (file.digest, digest):
            happened = "changed" if on_disk else "removed"
            raise ChangedOnDiskError(f"Another program {happened} this leaf's file while you were editing it.")

    write_atomic(Path(os.path.realpath(path)), data, None if overwrite else last_look)
    return FileText(source, digest)


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of the file's bytes in hexadecimal, "" where there is none, "unreadable" where it has none."""
    try:
        return digest_of(read_data(path))
    except LeafError as error:
        return "" if error.problem_code == "not-found" else "unreadable"

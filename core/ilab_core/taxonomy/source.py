# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""From a file's bytes to text: size, kind of file and encoding are settled here, before any YAML is read."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ilab_core.errors import TaxonomyError

MAX_BYTES = 10_000_000

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class LeafError(TaxonomyError):
    """A leaf that cannot be read: the place (1-based, 0 when there is none) and the stable code of the problem."""

    def __init__(
        self, problem_code: str, message: str, fix: str = "", line: int = 1, column: int = 1, detail: str = ""
    ) -> None:
        super().__init__(message, fix, detail)
        self.problem_code = problem_code
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Source:
    """A file's text as it stands (line ends kept, byte order mark removed) and how it was encoded."""

    text: str
    encoding: str
    byte_order_mark: bool

    @property
    def is_utf8(self) -> bool:
        """Whether the standard accepts the encoding."""
        return self.encoding == "utf-8"


def read_source(path: Path) -> Source:
    """Return the text of `path`; LeafError where it is no regular file, too large, or not to be read."""
    return decode(read_data(path))


def read_data(path: Path) -> bytes:
    """Return the bytes of `path`; LeafError where it is no regular file, too large, or not to be read."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise LeafError("not-a-file", f"{path.name} is a folder, not a file.", "Move the folder elsewhere.")
        if not stat.S_ISREG(status.st_mode):
            raise LeafError("not-a-file", f"{path.name} is not a regular file.", "Replace it with a text file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise LeafError("not-found", f"{path} does not exist.", "Check the path.", detail=str(error)) from error
    except (OSError, ValueError) as error:
        raise LeafError(
            "not-readable", f"{path.name} cannot be read.", "Check that you may read it.", detail=str(error)
        ) from error
    if len(data) > MAX_BYTES:
        raise LeafError(
            "too-large",
            f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB.",
            "A leaf is a few pages of text; put long texts into a document.",
        )
    return data


def decode(data: bytes) -> Source:
    """Return the text in `data`: UTF-8, UTF-16 (with or without its mark), else Windows-1252. Never fails."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return Source(data[len(mark) :].decode(encoding, errors="replace"), encoding, True)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Source(data.decode("cp1252", errors="replace"), "cp1252", False)
    guess = _utf16_without_mark(data)
    if guess:
        return Source(data.decode(guess, errors="replace"), guess, False)
    return Source(text, "utf-8", False)


def encode(source: Source) -> bytes:
    """Return the bytes of `source`: what `decode` read comes back unchanged, unless it held undecodable bytes."""
    marks = {encoding: mark for mark, encoding in _BYTE_ORDER_MARKS}
    return (marks[source.encoding] if source.byte_order_mark else b"") + source.text.encode(source.encoding, "replace")


def within(path: Path, root: Path) -> bool:
    """Return whether `path`, with every link followed, lies inside `root`."""
    real_root = os.path.realpath(root)
    try:
        return os.path.commonpath([os.path.realpath(path), real_root]) == real_root
    except ValueError:
        return False


def _utf16_without_mark(data: bytes) -> str:
    sample = data[:4096]
    half = len(sample) // 2
    if half < 4 or len(data) % 2:
        return ""
    if sample[1::2].count(0) > 0.7 * half and not sample[0::2].count(0):
        return "utf-16-le"
    if sample[0::2].count(0) > 0.7 * half and not sample[1::2].count(0):
        return "utf-16-be"
    return ""

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One JSON object a line: how a worker and whoever started it talk, and how `events.jsonl` is kept."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

from ilab_core.errors import JobError

VERSION = 1
MAX_LINE_BYTES = 8 * 1024 * 1024
KEPT_JUNK_LINES = 50
KEPT_JUNK_CHARACTERS = 500


def encode(document: Mapping[str, Any]) -> bytes:
    """Return `document` as one line of UTF-8 JSON ending in a newline; JobError where it is no JSON or far too long.

    Paths and dates become text, numpy scalars become numbers, and NaN and infinities, which JSON lacks, become null.
    """
    try:
        try:
            text = _dump(document)
        except ValueError:
            text = _dump(finite(document))
    except (TypeError, ValueError, RecursionError) as error:
        raise JobError("A job reported something that cannot be written as JSON.", "", str(error)) from error
    # A lone surrogate (half a character, which a model can produce) becomes its own JSON escape and reads back the same
    line = text.encode("utf-8", "backslashreplace") + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise JobError("A job reported more at once than an event can hold.", "", f"{len(line)} bytes")
    return line


def decode(line: bytes) -> dict[str, Any] | None:
    """Return the JSON object that `line` holds, or None where it holds anything else."""
    try:
        document = json.loads(line, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


class LineSplitter:
    """Turns a stream of bytes, cut anywhere, into the JSON objects of its lines; the rest is kept apart in `junk`."""

    def __init__(self, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self.junk: list[str] = []
        self._max_line_bytes = max_line_bytes
        self._pieces: list[bytes] = []
        self._length = 0
        self._skipping = False

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Return the objects of the lines that `data` completes, in order."""
        *complete, rest = data.split(b"\n")
        documents = []
        for piece in complete:
            self._take(piece)
            line = b"".join(self._pieces)
            if not self._skipping:
                document = decode(line)
                if document is not None:
                    documents.append(document)
                elif line.strip():
                    self._add_junk(line)
            self._pieces, self._length, self._skipping = [], 0, False
        self._take(rest)
        return documents

    def _take(self, piece: bytes) -> None:
        """Add to the line at hand; one that outgrows the bound is dropped up to its newline."""
        if self._skipping or not piece:
            return
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > self._max_line_bytes:
            self._add_junk(b"".join(self._pieces))
            self._pieces, self._length, self._skipping = [], 0, True

    def _add_junk(self, line: bytes) -> None:
        self.junk.append(line[: 4 * KEPT_JUNK_CHARACTERS].decode("utf-8", "replace")[:KEPT_JUNK_CHARACTERS])
        del self.junk[:-KEPT_JUNK_LINES]


def finite(value: Any) -> Any:
    """Return `value` with every number that JSON cannot hold, however deep, as None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if not isinstance(value, str | int | None):
        plain = _plain(value)
        return finite(plain) if isinstance(plain, float | Mapping) else plain
    return value


def _dump(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, default=_plain, separators=(",", ":"))


def _plain(value: object) -> object:
    """Return what JSON can hold for a value it does not know."""
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    item = getattr(value, "item", None)
    if callable(item):
        return item()
    raise TypeError(f"{type(value).__name__} is not JSON")

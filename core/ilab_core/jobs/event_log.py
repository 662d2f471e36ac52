# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The append-only `events.jsonl` of a run: written line by line, and read whatever a crash left of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ilab_core.jobs.protocol import decode, encode
from ilab_core.paths import write_error

TAIL_BYTES = 64 * 1024
APPEND_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class EventLog:
    """The one writer of a run's events; whoever opens it holds the run's lock.

    Opening drops a last line that a power loss tore, so that what follows starts on a line of its own.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._descriptor = os.open(path, APPEND_FLAGS, 0o666)
            try:
                whole = _end_of_last_line(path)
                if whole < os.fstat(self._descriptor).st_size:
                    os.ftruncate(self._descriptor, whole)
            except BaseException:
                os.close(self._descriptor)
                raise
        except OSError as error:
            raise write_error(path, error) from error
        self.last_seq = last_seq(path)

    def append(self, event: Mapping[str, Any], durable: bool = False) -> None:
        """Write `event` as one line, brought to the disk at once where `durable`; WorkspaceError where it cannot be.

        A line that fits only in part (a full disk) is taken back: the file always ends in a whole line.
        """
        line = encode(event)
        try:
            before = os.fstat(self._descriptor).st_size
            if os.write(self._descriptor, line) != len(line):
                os.ftruncate(self._descriptor, before)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if durable:
                os.fsync(self._descriptor)
        except OSError as error:
            raise write_error(self.path, error) from error

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def read_events(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of `path` in order, without lines that are no JSON object and without a torn last line."""
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        for line in file:
            if not line.endswith(b"\n"):
                return
            event = decode(line)
            if event is not None:
                yield event


def last_event(path: Path, name: str = "") -> dict[str, Any] | None:
    """Return the last event of `path` (called `name`, where given) without reading more of the file than it takes."""
    for line in _lines_from_the_end(path):
        if name and name.encode() not in line:
            continue
        event = decode(line)
        if event is not None and (not name or event.get("event") == name):
            return event
    return None


def last_seq(path: Path) -> int:
    """Return the highest number given to an event of `path` so far; 0 where there is none."""
    event = last_event(path)
    seq = event.get("seq") if event else None
    return seq if isinstance(seq, int) else 0


def _lines_from_the_end(path: Path) -> Iterator[bytes]:
    """Yield the whole lines of `path`, last first."""
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        position = file.seek(0, os.SEEK_END)
        rest = b""
        torn = True
        while position > 0:
            size = min(TAIL_BYTES, position)
            position -= size
            file.seek(position)
            first, *lines = (file.read(size) + rest).split(b"\n")
            if torn and lines:
                lines.pop()
                torn = False
            yield from reversed(lines)
            rest = first
        if rest and not torn:
            yield rest


def _end_of_last_line(path: Path) -> int:
    """Return the offset behind the last newline of `path`, in bytes."""
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        while position > 0:
            size = min(TAIL_BYTES, position)
            position -= size
            file.seek(position)
            newline = file.read(size).rfind(b"\n")
            if newline >= 0:
                return position + newline + 1
    return 0

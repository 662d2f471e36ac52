# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The SHA-256 of large files, computed once for each state of a file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from ilab_core.errors import Cancelled, ModelError, WorkspaceError
from ilab_core.paths import write_atomic

PIECE_BYTES = 4 * 2**20
_DIGEST = re.compile(r"[0-9a-f]{64}")


def sha256_of(
    path: Path,
    cache_folder: Path,
    on_progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> str:
    """Return the SHA-256 of the file at `path` as 64 hexadecimal digits.

    It is kept in `cache_folder` under the file's size, time of change and inode, so an unchanged file is read once.
    `on_progress` is told the bytes read and in all. Cancelled where `is_cancelled` says so; ModelError where the file
    cannot be read, or changes meanwhile.
    """
    try:
        status = path.stat()
        record = cache_folder / _record_name(status)
        known = _recorded(record)
        if known:
            return known
        digest = _digest(path, status.st_size, on_progress, is_cancelled)
        if _record_name(path.stat()) != record.name:
            raise ModelError(f"{path.name} changed while it was read.", "Wait until it is complete, then try again.")
    except OSError as error:
        raise ModelError(
            f"{path.name} could not be read.", "Check that the file is there and that you may open it.", str(error)
        ) from error
    _forget_older(cache_folder, status)
    # A workspace that cannot be written to costs time at the next call, not the answer to this one.
    with contextlib.suppress(WorkspaceError):
        write_atomic(record, digest + "\n")
    return digest


def _digest(
    path: Path, size: int, on_progress: Callable[[int, int], None] | None, is_cancelled: Callable[[], bool] | None
) -> str:
    digest = hashlib.sha256()
    buffer = bytearray(PIECE_BYTES)
    view = memoryview(buffer)
    done = 0
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            if is_cancelled and is_cancelled():
                raise Cancelled
            digest.update(view[:count])
            done += count
            if on_progress:
                on_progress(done, size)
    return digest.hexdigest()


def _record_name(status: os.stat_result) -> str:
    return f"{_file_name(status)}-{status.st_size}-{status.st_mtime_ns}.sha256"


def _file_name(status: os.stat_result) -> str:
    return f"{status.st_dev:x}-{status.st_ino:x}"


def _recorded(record: Path) -> str:
    try:
        text = record.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return text if _DIGEST.fullmatch(text) else ""


def _forget_older(cache_folder: Path, status: os.stat_result) -> None:
    """Remove what was recorded for earlier states of the file."""
    for record in cache_folder.glob(f"{_file_name(status)}-*.sha256"):
        with contextlib.suppress(OSError):
            record.unlink()

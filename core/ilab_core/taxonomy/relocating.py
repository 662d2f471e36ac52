# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Bring one folder to another place, on the same disk or another, without ever overwriting and in one step."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from pathlib import Path

from ilab_core.errors import TaxonomyError


def relocate(source: Path, target: Path) -> None:
    """Move `source` to `target`, whose folder is there; on failure both places are as they were.

    TaxonomyError where something is at the target; OSError where the system refuses.
    """
    if os.path.lexists(target) and not _is_same_name(source, target):
        raise TaxonomyError(
            f"There is a “{target.name}” in {target.parent} already.", "Nothing was changed. Choose another name."
        )
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _relocate_by_copy(source, target)


def _is_same_name(source: Path, target: Path) -> bool:
    """Return whether the two differ only in a way that this system does not tell apart, such as capital letters."""
    return source.name.casefold() == target.name.casefold() and os.path.samefile(source, target)


def _relocate_by_copy(source: Path, target: Path) -> None:
    """Move to another disk: the copy gets its name when it is whole, and only then the source goes."""
    mark = secrets.token_hex(4)
    copy = target.with_name(f".{target.name}.{mark}.part")
    aside = source.with_name(f".{source.name}.{mark}.moved")
    try:
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, copy, symlinks=True)
        else:
            shutil.copy2(source, copy, follow_symlinks=False)
        os.rename(source, aside)
        try:
            os.rename(copy, target)
        except OSError:
            os.rename(aside, source)
            raise
    except (OSError, shutil.Error) as error:
        _remove(copy)
        raise error if isinstance(error, OSError) else OSError(errno.EIO, str(error)) from error
    _remove(aside)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The trash for leaves and folders: outside the taxonomy, so that git and `ilab` see nothing of what was deleted."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from ilab_core.errors import TaxonomyError
from ilab_core.paths import Workspace, write_atomic
from ilab_core.taxonomy.leaf import LEAF_NAME

_NOTE = "item.json"
_CONTENT = "content"


@dataclass(frozen=True)
class TrashedItem:
    """A deleted leaf or folder: its name in the taxonomy, the folder that holds it now, and when it was deleted."""

    name: str
    content: Path
    deleted: datetime
    leaves: int


def trash_folder(workspace: Workspace) -> Path:
    """Return the folder of the workspace that holds what was deleted."""
    return workspace.root / "trash"


def place_in_trash(trash: Path, root: Path, name: str) -> Path:
    """Return where `name` of the taxonomy at `root` is to be moved; WorkspaceError where the trash cannot be written.

    A note of where it came from is written first. A place that nothing was moved to, or that was emptied by an undo, is
    not listed.
    """
    now = datetime.now(UTC)
    place = trash / f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    note = {"root": str(root.resolve()), "name": name, "deleted": now.isoformat(timespec="seconds")}
    write_atomic(place / _NOTE, json.dumps(note, ensure_ascii=False))
    return place / _CONTENT


def sweep(trash: Path) -> None:
    """Forget places that nothing is in: what a deletion left that was taken back. Not while it could be made again."""
    for note in trash.glob(f"*/{_NOTE}"):
        if not note.with_name(_CONTENT).exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def list_trash(trash: Path, root: Path) -> list[TrashedItem]:
    """Return what was deleted from the taxonomy at `root`, the latest first."""
    here = str(root.resolve())
    found = (_read(note, here) for note in trash.glob(f"*/{_NOTE}"))
    return sorted(
        (item for item in found if item is not None), key=lambda item: (item.deleted, item.name), reverse=True
    )


def remove_for_good(items: Iterable[TrashedItem]) -> None:
    """Remove these from the disk; TaxonomyError names what could not be removed."""
    failed: list[str] = []
    reason = ""
    for item in items:
        try:
            shutil.rmtree(item.content.parent)
        except OSError as error:
            failed.append(item.name)
            reason = str(error)
    if failed:
        raise TaxonomyError(
            f"{', '.join(failed)} could not be removed from the trash.",
            "Check that no other program has the files open and that you may write to them.",
            reason,
        )


def _read(note: Path, root: str) -> TrashedItem | None:
    content = note.with_name(_CONTENT)
    try:
        held = json.loads(note.read_text("utf-8"))
        name = PurePosixPath(held["name"])
        if held["root"] != root or not content.is_dir() or name.is_absolute() or ".." in name.parts:
            return None
        leaves = sum(1 for _ in content.rglob(LEAF_NAME))
        return TrashedItem(str(name), content, datetime.fromisoformat(held["deleted"]), leaves)
    except (OSError, ValueError, KeyError, TypeError):
        return None

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Edits that are not saved yet, kept in the workspace so that a closed or killed window loses none of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ilab_core.paths import Workspace, write_atomic


@dataclass(frozen=True)
class Draft:
    """The text of a leaf as it was being edited, and the digest of the file it started from."""

    path: str
    digest: str
    text: str

    @property
    def path_as_path(self) -> Path:
        """The leaf's file."""
        return Path(self.path)


class DraftStore:
    """One small file for each leaf with unsaved edits, in the workspace's `drafts` folder."""

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.root / "drafts"

    def keep(self, draft: Draft) -> None:
        """Write a draft, in place of an earlier one of the same leaf; WorkspaceError where the disk refuses."""
        write_atomic(self._file(Path(draft.path)), json.dumps(asdict(draft), ensure_ascii=False))

    def drop(self, path: Path) -> None:
        """Forget the draft of a leaf; nothing happens where there is none."""
        self._file(path).unlink(missing_ok=True)

    def find(self, path: Path) -> Draft | None:
        """Return the draft of a leaf, or None."""
        return _read(self._file(path))

    def all(self) -> list[Draft]:
        """Return every readable draft."""
        found = (_read(file) for file in sorted(self._folder.glob("*.json")))
        return [draft for draft in found if draft is not None]

    def _file(self, path: Path) -> Path:
        return self._folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:24]}.json"


def _read(file: Path) -> Draft | None:
    try:
        held = json.loads(file.read_text("utf-8"))
        return Draft(str(held["path"]), str(held["digest"]), str(held["text"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None

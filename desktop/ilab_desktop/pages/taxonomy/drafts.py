# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Edits that are not saved yet, kept in the workspace so that a closed or killed window loses none of them."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ilab_core.paths import Workspace, write_atomic


@dataclass(frozen=True)
class Draft:
    """The text of a leaf as it was being edited, and the text and digest of the file it was made from.

    Without a text (None) it says that there is no draft any more.
    """

    path: str
    digest: str
    text: str | None
    before: str = ""

    @property
    def path_as_path(self) -> Path:
        """The leaf's file."""
        return Path(self.path)


class DraftStore:
    """One file for each leaf with unsaved edits, in the workspace's `drafts` folder. Any thread may write."""

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.root / "drafts"
        self._lock = threading.Lock()
        self._written: dict[str, int] = {}

    def keep(self, drafts: Sequence[Draft], number: int) -> None:
        """Write drafts in place of earlier ones of their leaves; WorkspaceError where the disk refuses.

        `number` grows from call to call: where a thread comes late, what a later call wrote stays.
        """
        with self._lock:
            for draft in drafts:
                if self._written.get(draft.path, 0) > number:
                    continue
                file = self._file(draft.path_as_path)
                if draft.text is None:
                    file.unlink(missing_ok=True)
                else:
                    # An editor may hold half of a character that needs two units; that is kept as well.
                    text = json.dumps(asdict(draft), ensure_ascii=False)
                    write_atomic(file, text.encode("utf-8", "surrogatepass"))
                self._written[draft.path] = number

    def find(self, path: Path) -> Draft | None:
        """Return the draft of a leaf, or None."""
        return _read(self._file(path))

    def all(self) -> list[Draft]:
        """Return every readable draft."""
        found = (_read(file) for file in sorted(self._folder.glob("*.json")))
        return [draft for draft in found if draft is not None]

    def _file(self, path: Path) -> Path:
        return self._folder / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:24]}.json"


def _read(file: Path) -> Draft | None:
    try:
        held = json.loads(file.read_bytes().decode("utf-8", "surrogatepass"))
        return Draft(str(held["path"]), str(held["digest"]), str(held["text"]), str(held.get("before", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None

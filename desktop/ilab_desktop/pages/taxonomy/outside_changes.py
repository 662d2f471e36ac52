# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Sees what other programs change: folders and leaves in sight through the system's watcher, open leaves by a look."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ilab_core.taxonomy.source import LeafError
from ilab_core.taxonomy.text_file import FileText, missing_file, read_text_file
from ilab_core.taxonomy.watching import Stamp, changed_folders, stamp_of
from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from ilab_desktop.background import run_in_background
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument

LOOK_EVERY = 2000
"""Milliseconds between two looks at the files of open leaves: watchers miss what happens on some disks."""
SETTLE = 120
"""Milliseconds without another change until the changed folders are told: programs write in several steps."""
TOO_FRESH = 0.1
"""Seconds: a file written so lately may be written again with the same stamp."""


@dataclass(frozen=True)
class _Look:
    """What is known before a look at a leaf's file."""

    document: LeafDocument
    file: FileText
    path: Path
    stamp: Stamp | None


@dataclass(frozen=True)
class _Seen:
    """What a look found: the file's stamp, and its text where the stamp is new (None where it cannot be read)."""

    look: _Look
    stamp: Stamp | None
    file: FileText | None


class OutsideChanges(QObject):
    """Tells of each change once. A leaf that is not edited follows its file by itself."""

    folders_changed = Signal(object)
    """A list of folders in which leaves or folders came, went or changed."""
    in_conflict = Signal(object, object)
    """An edited leaf, and its file as another program left it (digest "" where it was removed)."""
    settled = Signal(object)
    """A leaf's text and its file go together again."""
    gone = Signal(object)
    """The file of a leaf without edits was removed."""

    def __init__(self, leaves: Callable[[], Iterable[LeafDocument]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._leaves = leaves
        self._stamps: dict[Path, Stamp | None] = {}
        self._looking = False
        self._again = False
        self._changed: set[Path] = set()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._path_changed)
        self._watcher.fileChanged.connect(self._path_changed)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE)
        self._settle.timeout.connect(self._tell)
        self._poll = QTimer(self, interval=LOOK_EVERY)
        self._poll.timeout.connect(self.look)
        self._poll.start()

    def watch(self, paths: Sequence[Path]) -> None:
        """Watch these paths in place of those before."""
        wanted = {str(path) for path in paths}
        before = {*self._watcher.directories(), *self._watcher.files()}
        if before - wanted:
            self._watcher.removePaths(sorted(before - wanted))
        if wanted - before:
            self._watcher.addPaths(sorted(wanted - before))

    def watched(self) -> list[str]:
        """Return the paths that are watched."""
        return [*self._watcher.directories(), *self._watcher.files()]

    def look_anew(self, document: LeafDocument) -> None:
        """Look at a leaf's file whatever was seen of it before."""
        self._stamps.pop(document.path, None)
        self.look()

    def look(self) -> None:
        """Look at the files of the open leaves, in the background."""
        if self._looking:
            self._again = True
            return
        looks = [
            _Look(document, document.file, document.path, self._stamps.get(document.path, (0, 0, 0)))
            for document in self._leaves()
            if not document.is_saving
        ]
        if looks:
            self._looking = True
            run_in_background(self, partial(_look_at, looks), self._were_seen, lambda _error: self._was_looked())

    def _path_changed(self, name: str) -> None:
        self._changed.add(Path(name))
        self._settle.start()

    def _tell(self) -> None:
        paths, self._changed = self._changed, set()
        self.look()
        self.folders_changed.emit(changed_folders(paths))

    def _were_seen(self, seen: list[_Seen]) -> None:
        for found in seen:
            document = found.look.document
            if document.is_saving or document.file is not found.look.file or document.path != found.look.path:
                self._again = True
                continue
            self._stamps[document.path] = found.stamp
            if found.file is not None:
                self._compare(document, found.file)
        self._was_looked()

    def _was_looked(self) -> None:
        self._looking = False
        again, self._again = self._again, False
        if again:
            self.look()

    def _compare(self, document: LeafDocument, file: FileText) -> None:
        if file.digest == document.file.digest:
            self.settled.emit(document)
        elif file.digest and file.text == document.text:
            document.agree(file)
            self.settled.emit(document)
        elif document.unsaved or document.can_be_redone:
            # A step that came by itself would take away what can be redone
            self.in_conflict.emit(document, file)
        elif file.digest:
            self.settled.emit(document)
            document.take_from_disk(file)
            document.check_now()
        else:
            self.gone.emit(document)


def _look_at(looks: list[_Look]) -> list[_Seen]:
    seen = []
    for look in looks:
        stamp = stamp_of(look.path)
        if stamp == look.stamp:
            continue
        file: FileText | None
        try:
            file = read_text_file(look.path)
        except LeafError as error:
            file = missing_file() if error.problem_code == "not-found" else None
        fresh = stamp is not None and time.time() - stamp[0] / 1e9 < TOO_FRESH
        seen.append(_Seen(look, (0, 0, 0) if fresh else stamp, file))
    return seen

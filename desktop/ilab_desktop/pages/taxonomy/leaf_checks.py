# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Checks every leaf of the tree in the background, a few at a time, and reads what the search looks through."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ilab_core.taxonomy.attribution import attribution_file
from ilab_core.taxonomy.change_marks import ChangeMarks, change_marks
from ilab_core.taxonomy.check_cache import CheckCache
from ilab_core.taxonomy.checking import check_file
from ilab_core.taxonomy.search import Searched, searched_text
from ilab_core.taxonomy.source import LeafError, read_source
from ilab_core.taxonomy.tree import LeafEntry
from PySide6.QtCore import QObject, Signal

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.models.leaf_status import LeafStatus
from ilab_desktop.pages.taxonomy.problem_groups import status_of

AT_A_TIME = 12
"""Leaves in one piece of work: few enough that the window gets its turn between them."""
SEARCHED = 20_000
"""Characters of a leaf that the search looks through."""


@dataclass(frozen=True)
class CheckedLeaf:
    """What was found out about one leaf."""

    name: str
    status: LeafStatus
    searched: Searched


@dataclass(frozen=True)
class _Known:
    stamp: tuple[tuple[int, int], tuple[int, int]]
    status: LeafStatus
    searched: Searched


class LeafChecker(QObject):
    """Goes through the leaves; a file that did not change since is not read again."""

    found = Signal(object)
    """A list of `CheckedLeaf`."""
    finished = Signal()

    def __init__(self, documents: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents = documents
        self._known: dict[Path, _Known] = {}
        self._waiting: list[LeafEntry] = []
        self._marks = ChangeMarks()
        self._task: Task | None = None

    def start(self, root: Path, entries: Sequence[LeafEntry]) -> None:
        """Check these leaves in place of those that still wait."""
        if self._task is not None:
            self._task.cancel()
        self._waiting = list(entries)
        self._task = run_in_background(self, partial(change_marks, root), self._marks_known)

    def _marks_known(self, marks: ChangeMarks) -> None:
        self._marks = marks
        self._next()

    def _next(self) -> None:
        batch, self._waiting = self._waiting[:AT_A_TIME], self._waiting[AT_A_TIME:]
        if not batch:
            self._task = None
            self.finished.emit()
            return
        known = {entry.path: self._known.get(entry.path) for entry in batch}
        self._task = run_in_background(self, partial(_check, batch, known, self._documents), self._batch_done)

    def _batch_done(self, checked: list[tuple[LeafEntry, _Known]]) -> None:
        for entry, known in checked:
            self._known[entry.path] = known
        self.found.emit(
            [
                CheckedLeaf(entry.name, replace(known.status, change=self._marks.of(entry.name)), known.searched)
                for entry, known in checked
            ]
        )
        self._next()


def _check(
    batch: list[LeafEntry], known: Mapping[Path, _Known | None], documents: Path
) -> list[tuple[LeafEntry, _Known]]:
    stamps = {entry.path: (_stamp(entry.path), _stamp(attribution_file(entry.path))) for entry in batch}
    checked = []
    with contextlib.ExitStack() as stack:
        cache: CheckCache | None = None
        for entry in batch:
            before = known[entry.path]
            if before is None or before.stamp != stamps[entry.path]:
                cache = cache or stack.enter_context(CheckCache())
                status = status_of(check_file(entry.path, documents, cache), "")
                before = _Known(stamps[entry.path], status, _searched(entry))
            checked.append((entry, before))
    return checked


def _searched(entry: LeafEntry) -> Searched:
    try:
        return searched_text(entry.name, read_source(entry.path).text[:SEARCHED])
    except LeafError:
        return searched_text(entry.name, "")


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)

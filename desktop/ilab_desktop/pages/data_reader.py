# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Reads and changes the samples of the shown run outside the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from ilab_core.generation.samples import FILE_NAME, Sample, SampleStore
from PySide6.QtCore import QObject, QTimer, Signal

from ilab_desktop.background import run_in_background

REFRESH_MILLISECONDS = 300


@dataclass(frozen=True)
class Reading:
    """What was read: samples, the funnel's counts, and whether these are all samples of the run."""

    samples: list[Sample]
    counts: dict[str, int]
    whole: bool


class SamplesReader(QObject):
    """Follows one run's `samples.db`. Reads and writes go one after another, each in a background thread.

    While a run is being written, `note` collects the ids that changed and a moment later reads just these and what
    came after the last one known.
    """

    loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._turn = 0
        self._last = 0
        self._noted: set[int] = set()
        self._work: list[Callable[[], Reading]] = []
        self._busy = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MILLISECONDS)
        self._timer.timeout.connect(self._read_noted)

    def watch(self, folder: Path | None) -> None:
        """Follow the run in `folder` from now on; everything of it is read. None: follow nothing."""
        self._turn += 1
        self._timer.stop()
        self._noted.clear()
        self._work.clear()
        self._last = 0
        self._busy = False
        self._path = None if folder is None else folder / FILE_NAME
        self.read_all()

    def read_all(self) -> None:
        """Read every sample again."""
        if self._path is not None:
            path = self._path
            self._queue(lambda: _read_all(path))

    def note(self, identifier: int) -> None:
        """A sample was written or decided: it is read within a moment."""
        self._noted.add(identifier)
        if not self._timer.isActive():
            self._timer.start()

    def keep(self, identifier: int) -> None:
        """Keep a sample because the person says so."""
        self._change(identifier, lambda store: store.keep(identifier))

    def reject(self, identifier: int) -> None:
        """Reject a sample because the person says so."""
        self._change(identifier, lambda store: store.reject(identifier))

    def edit(self, identifier: int, question: str, answer: str) -> None:
        """Replace a sample's text by the person's."""
        self._change(identifier, lambda store: store.edit(identifier, question, answer))

    def _change(self, identifier: int, action: Callable[[SampleStore], None]) -> None:
        path = self._path
        if path is None:
            return

        def work() -> Reading:
            with closing(SampleStore(path)) as store:
                action(store)
                return Reading([store.sample(identifier)], asdict(store.funnel()), False)

        self._queue(work)

    def _read_noted(self) -> None:
        path, noted, last = self._path, sorted(self._noted), self._last
        self._noted.clear()
        if path is None:
            return
        if self._busy:
            self._noted.update(noted)
            self._timer.start()
            return
        self._queue(lambda: _read_some(path, [one for one in noted if one <= last], last))

    def _queue(self, work: Callable[[], Reading]) -> None:
        self._work.append(work)
        self._next()

    def _next(self) -> None:
        if self._busy or not self._work:
            return
        self._busy = True
        turn = self._turn
        run_in_background(
            self, self._work.pop(0), lambda reading: self._done(turn, reading), lambda error: self._failed(turn, error)
        )

    def _done(self, turn: int, reading: Reading) -> None:
        if turn != self._turn:
            return
        self._busy = False
        self._last = max([self._last, *(sample.id for sample in reading.samples)])
        self.loaded.emit(reading)
        self._next()

    def _failed(self, turn: int, error: Exception) -> None:
        if turn != self._turn:
            return
        self._busy = False
        self.failed.emit(error)
        self._next()


def _read_all(path: Path) -> Reading:
    if not path.is_file():
        return Reading([], {}, True)
    with closing(SampleStore(path)) as store:
        return Reading(store.samples(), asdict(store.funnel()), True)


def _read_some(path: Path, identifiers: list[int], after: int) -> Reading:
    if not path.is_file():
        return Reading([], {}, False)
    with closing(SampleStore(path)) as store:
        samples = [store.sample(identifier) for identifier in identifiers] + store.samples(after=after)
        return Reading(samples, asdict(store.funnel()), False)

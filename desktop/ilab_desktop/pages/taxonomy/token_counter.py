# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How many tokens of the base model a text is: counted in a worker, remembered here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ilab_core.jobs.runs import RunFolder, create_run, remove_ended
from ilab_core.taxonomy.meter import TokenCounts
from PySide6.QtCore import QObject, QTimer, Signal

from ilab_desktop.background import run_in_background
from ilab_desktop.services import Services

START_DELAY = 600
"""Milliseconds after the first question until the worker starts: the leaf is shown first."""
COUNT_DELAY = 150
"""Milliseconds in which questions are gathered."""
REMEMBERED = 4000
LONGEST = 100_000
"""Characters of a text beyond which nobody needs its exact length."""
RUNS_KEPT = 1
KIND = "tokens"


class TokenCounter(QObject):
    """Answers from memory and finds out the rest; without a base model, or when its worker fails, it knows nothing."""

    counted = Signal()
    """There are new counts, or those there were are no longer true."""

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._model = services.settings.base_model
        self._run: RunFolder | None = None
        self._opening = 0
        self._started = self._ready = False
        self._most: int | None = None
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._wanted: dict[str, None] = {}
        self._asked: dict[int, list[str]] = {}
        self._pending: set[str] = set()
        self._number = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        services.jobs.job_event.connect(self._take_event)
        services.jobs.job_finished.connect(self._look_at_job)
        services.events.settings_changed.connect(self._settings_changed)
        services.events.models_changed.connect(self._models_changed)

    @property
    def is_ready(self) -> bool:
        """True while the worker answers."""
        return self._ready

    def counts(self) -> TokenCounts:
        """Return what is known now; asking it for another text has that counted soon."""
        return TokenCounts(self.count, self._most)

    def count(self, text: str) -> int | None:
        """Return the tokens of `text`, None while they are not known."""
        if not text:
            return 0 if self._ready else None
        known = self._counts.get(text)
        if known is not None:
            self._counts.move_to_end(text)
        elif len(text) <= LONGEST and text not in self._pending:
            self._wanted[text] = None
            if not self._timer.isActive() and (self._ready or not self._started):
                self._timer.start(COUNT_DELAY if self._ready else START_DELAY)
        return known

    def close(self) -> None:
        """End the worker and forget its counts."""
        self._opening += 1
        self._timer.stop()
        if self._run is not None:
            self._services.jobs.send(self._run.id, {"command": "quit"})
        self._run = None
        self._started = self._ready = False
        self._most = None
        self._counts.clear()
        self._asked.clear()
        self._pending.clear()

    def _settings_changed(self) -> None:
        if self._services.settings.base_model != self._model:
            self._model = self._services.settings.base_model
            self._begin_again()

    def _models_changed(self) -> None:
        # A base model that was missing may have come
        if not self._ready:
            self._begin_again()

    def _begin_again(self) -> None:
        self.close()
        self.counted.emit()

    def _go_on(self) -> None:
        if self._ready:
            self._ask()
        elif not self._started:
            self._start()

    def _start(self) -> None:
        self._started = True
        self._opening += 1
        ticket = self._opening
        library, name, runs = self._services.library, self._model, self._services.workspace.runs

        def make_run() -> RunFolder:
            model: Path = library.resolve(name)
            remove_ended(runs, KIND, RUNS_KEPT)
            return create_run(runs, KIND, f"Tokens of {model.stem}", {"model": str(model)})

        # Without a model, or on a full disk, there are words only
        run_in_background(self, make_run, lambda run: self._made(run, ticket), lambda _error: None)

    def _made(self, run: RunFolder, ticket: int) -> None:
        if ticket == self._opening:
            self._run = run
            self._services.jobs.start(run)

    def _ask(self) -> None:
        texts, self._wanted = list(self._wanted), {}
        if texts and self._run is not None:
            self._number += 1
            self._asked[self._number] = texts
            self._pending.update(texts)
            command = {"command": "count", "id": self._number, "texts": texts}
            self._services.jobs.send(self._run.id, command)

    def _take_event(self, identifier: str, event: Mapping[str, Any]) -> None:
        if self._run is None or identifier != self._run.id:
            return
        if event.get("event") == "ready":
            self._ready = True
            self._most = int(event.get("most_tokens") or 0) or None
            self._ask()
        elif event.get("event") == "tokens":
            texts = self._asked.pop(event.get("id", 0), [])
            self._pending.difference_update(texts)
            for text, count in zip(texts, event.get("counts", ()), strict=False):
                self._counts[text] = int(count)
            while len(self._counts) > REMEMBERED:
                self._counts.popitem(last=False)
            self.counted.emit()

    def _look_at_job(self, identifier: str) -> None:
        """The worker ended by itself: it is not started again for this model, lest it ends again and again."""
        if self._run is not None and identifier == self._run.id:
            self._run = None
            self._ready = False
            self._asked.clear()

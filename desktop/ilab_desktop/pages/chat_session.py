# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One chat worker as the chat page sees it: a model being loaded, ready, answering, or gone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from ilab_core.chats import ChatSettings
from ilab_core.errors import IlabError
from ilab_core.jobs.runs import RunFolder, create_run, remove_ended
from ilab_core.jobs.view import JobView
from PySide6.QtCore import QObject, Signal

from ilab_desktop.background import run_in_background
from ilab_desktop.services import Services

SessionState = Literal["stopped", "loading", "ready", "answering", "failed", "crashed"]

CONTEXT_TOKENS = 4096
RUNS_KEPT = 3


class ChatSession(QObject):
    """Talks to the worker through the job manager. At most one worker is alive; a new base model ends the old one.

    Events of a worker that was replaced are passed over, so nothing late reaches the page.
    """

    state_changed = Signal()
    token_came = Signal(str, str)
    answer_came = Signal(str, object)
    answer_failed = Signal(str, str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._state: SessionState = "stopped"
        self._base: Path | None = None
        self._run: RunFolder | None = None
        self._opening = 0
        self._adapter: tuple[str | None, float] = (None, 1.0)
        self._told_adapter: tuple[str | None, float] | None = None
        self._question = ""
        self._muted = False
        self._waiting: set[str] = set()
        self._failure = ("", "", "")
        services.jobs.job_event.connect(self._take_event)
        services.jobs.job_changed.connect(self._look_at_job)
        services.jobs.job_finished.connect(self._look_at_job)

    @property
    def state(self) -> SessionState:
        """Where the worker is."""
        return self._state

    @property
    def base(self) -> Path | None:
        """The model the worker was started with."""
        return self._base

    @property
    def failure(self) -> tuple[str, str, str]:
        """What went wrong, what to do, and raw text, when the state is failed or crashed."""
        return self._failure

    @property
    def waiting(self) -> frozenset[str]:
        """The columns whose answer is still to come."""
        return frozenset(self._waiting)

    def open(self, base: Path) -> None:
        """Start a worker on `base`, unless one is at it already."""
        if self._base == base and self._state in ("loading", "ready", "answering"):
            return
        self.close()
        self._base = base
        self._opening += 1
        ticket = self._opening
        self._set_state("loading")
        runs = self._services.workspace.runs
        request = {"base": str(base), "context": CONTEXT_TOKENS, "threads": self._services.settings.threads}

        def make_run() -> RunFolder:
            # What was said is kept with the conversations; of a chat's run only its log could still be wanted
            remove_ended(runs, "chat", RUNS_KEPT)
            return create_run(runs, "chat", f"Chat with {base.stem}", request)

        run_in_background(
            self,
            make_run,
            lambda run: self._start(run, ticket),
            lambda error: self._fail(error, ticket),
        )

    def use_adapter(self, path: Path | None, scale: float) -> None:
        """Answer the tuned column with this adapter from now on."""
        self._adapter = (None if path is None else str(path), scale)
        self._tell_adapter()

    def ask(self, columns: Mapping[str, Sequence[Mapping[str, str]]], settings: ChatSettings) -> bool:
        """Ask the question that ends each column's messages; False where the worker is not ready."""
        if self._state != "ready" or self._run is None or not columns:
            return False
        self._tell_adapter()
        self._question = secrets.token_hex(4)
        self._muted = False
        self._waiting = set(columns)
        self._send(
            {
                "command": "ask",
                "id": self._question,
                "columns": {name: [dict(message) for message in messages] for name, messages in columns.items()},
                "seed": settings.seed,
                "temperature": settings.temperature,
                "max_tokens": settings.max_tokens,
            }
        )
        self._set_state("answering")
        return True

    def stop(self) -> None:
        """Stop the answer that is being written; what was written stays."""
        if self._state == "answering":
            self._send({"command": "stop"})

    def forget(self) -> None:
        """Pass over whatever still comes of the last question."""
        self._muted = True

    def close(self) -> None:
        """End the worker."""
        self._opening += 1
        if self._run is not None and self._state in ("loading", "ready", "answering"):
            run, self._run = self._run, None
            self._services.jobs.send(run.id, {"command": "quit"})
        self._run = None
        self._waiting.clear()
        self._told_adapter = None
        self._set_state("stopped")

    def _start(self, run: RunFolder, ticket: int) -> None:
        if ticket != self._opening:
            return
        self._run = run
        self._services.jobs.start(run)

    def _fail(self, error: BaseException, ticket: int) -> None:
        if ticket != self._opening:
            return
        known = isinstance(error, IlabError)
        self._failure = (
            (error.summary, error.hint, error.detail) if known else ("The chat could not start.", "", str(error))
        )
        self._set_state("failed")

    def _send(self, command: dict[str, Any]) -> None:
        if self._run is not None:
            self._services.jobs.send(self._run.id, command)

    def _tell_adapter(self) -> None:
        if self._state != "ready" or self._adapter == self._told_adapter:
            return
        path, scale = self._told_adapter = self._adapter
        self._send({"command": "adapter", "path": path, "scale": scale})

    def _take_event(self, identifier: str, event: Mapping[str, Any]) -> None:
        if self._run is None or identifier != self._run.id:
            return
        match event.get("event"):
            case "ready":
                self._set_state("ready")
                self._tell_adapter()
            case "token" if event.get("id") == self._question and not self._muted:
                self.token_came.emit(str(event.get("column", "")), str(event.get("text", "")))
            case "answer" if event.get("id") == self._question:
                stopped = event.get("finish_reason") == "cancelled"
                self._waiting -= set(self._waiting) if stopped else {str(event.get("column", ""))}
                if not self._muted:
                    self.answer_came.emit(str(event.get("column", "")), dict(event))
                self._rest_when_answered()
            case "error" if "id" in event:
                self._take_answer_error(event)

    def _take_answer_error(self, event: Mapping[str, Any]) -> None:
        if event.get("id") == self._question:
            column = str(event.get("column") or "")
            self._waiting -= {column} if column else set(self._waiting)
        if not self._muted or event.get("id") != self._question:
            self.answer_failed.emit(
                str(event.get("summary") or "The model could not answer."), str(event.get("hint") or "")
            )
        self._rest_when_answered()

    def _rest_when_answered(self) -> None:
        if self._state == "answering" and not self._waiting:
            self._set_state("ready")
            self._tell_adapter()

    def _look_at_job(self, identifier: str) -> None:
        if self._run is None or identifier != self._run.id:
            return
        view = self._view(identifier)
        if view is None or not view.is_final:
            return
        self._run = None
        self._waiting.clear()
        self._told_adapter = None
        error = view.error
        if view.state == "failed":
            self._failure = (
                (error.summary, error.hint, error.detail) if error else ("The model could not be loaded.", "", "")
            )
            self._set_state("failed")
        elif view.state == "crashed":
            self._failure = (
                "The model stopped unexpectedly. Nothing you wrote is lost.",
                "Start it again. If it happens every time, choose a smaller model.",
                error.detail if error else "",
            )
            self._set_state("crashed")
        else:
            self._set_state("stopped")

    def _view(self, identifier: str) -> JobView | None:
        return next((view for run, view in self._services.jobs.views() if run.id == identifier), None)

    def _set_state(self, state: SessionState) -> None:
        self._state = state
        self.state_changed.emit()

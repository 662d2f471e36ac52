# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How a running job's events reach its file and whoever watches: numbered, in order, and not too many."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ilab_core.errors import WorkspaceError
from ilab_core.jobs.event_log import EventLog
from ilab_core.jobs.inbox import Inbox
from ilab_core.jobs.runs import make_event
from ilab_core.jobs.view import FINAL_STATES

SHOW_ONLY = frozenset({"heartbeat", "token"})
DURABLE = frozenset({"state", "result", "error"})
FLUSHING = frozenset({"state", "result", "error", "message"})
SHOW_PROGRESS_SECONDS = 0.1
KEEP_PROGRESS_SECONDS = 0.5

Watcher = Callable[[dict[str, Any]], None]


class Reporter:
    """Writes the events of one run, from any thread.

    An event that is kept gets the next `seq`, goes to the file and then to the watcher. Heartbeats, chat tokens and
    most of a fast job's progress are only shown: they carry the `seq` of the last event that was kept. The latest
    progress is never lost, only held back for a moment. After the final state nothing more is reported.
    """

    def __init__(self, log: EventLog, watcher: Watcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._watcher = watcher
        self._clock = clock
        self._lock = threading.RLock()
        self._seq = log.last_seq
        self._progress: dict[str, Any] | None = None
        self._progress_shown = False
        self._phase: object = None
        self._last_shown = self._last_kept = -float("inf")
        self._closed = False

    def emit(self, event: str, **fields: Any) -> None:
        """Report an event; WorkspaceError where it cannot be kept (a full disk), JobError where it is not JSON."""
        with self._lock:
            if self._closed:
                return
            if event == "progress":
                self._offer_progress(fields)
            elif event in SHOW_ONLY:
                self._show(event, fields)
            else:
                if event in FLUSHING:
                    self._release_progress(at_once=True)
                self._keep(event, fields)

    def emit_anyway(self, event: str, **fields: Any) -> None:
        """Report an event to the watcher even where the file can no longer take it."""
        with self._lock:
            if self._closed:
                return
            try:
                self.emit(event, **fields)
            except WorkspaceError:
                self._progress = None
                self._show(event, fields)
                self._close_if_final(event, fields)

    def flush(self) -> None:
        """Report progress that was held back, where its time has come."""
        with self._lock:
            if not self._closed:
                self._release_progress()

    def try_exclusively(self, seconds: float) -> bool:
        """Return whether nobody is in the middle of an event, waiting `seconds` at most."""
        if not self._lock.acquire(timeout=seconds):
            return False
        self._lock.release()
        return True

    def _offer_progress(self, fields: dict[str, Any]) -> None:
        new_phase = fields.get("phase") != self._phase
        if new_phase:
            self._release_progress(at_once=True)
            self._phase = fields.get("phase")
        self._progress, self._progress_shown = fields, False
        self._release_progress(at_once=new_phase)

    def _release_progress(self, at_once: bool = False) -> None:
        if self._progress is None:
            return
        now = self._clock()
        if at_once or now - self._last_kept >= KEEP_PROGRESS_SECONDS:
            progress, self._progress = self._progress, None
            self._last_kept = self._last_shown = now
            self._keep("progress", progress)
        elif not self._progress_shown and now - self._last_shown >= SHOW_PROGRESS_SECONDS:
            self._progress_shown, self._last_shown = True, now
            self._show("progress", self._progress)

    def _keep(self, event: str, fields: Mapping[str, Any]) -> None:
        document = make_event(event, self._seq + 1, fields)
        self._log.append(document, durable=event in DURABLE)
        self._seq += 1
        self._watcher(document)
        self._close_if_final(event, fields)

    def _show(self, event: str, fields: Mapping[str, Any]) -> None:
        self._watcher(make_event(event, self._seq, fields))

    def _close_if_final(self, event: str, fields: Mapping[str, Any]) -> None:
        self._closed = event == "state" and fields.get("state") in FINAL_STATES


class Ticker:
    """A thread that sends heartbeats, flushes held-back progress and tells that a job is being cancelled."""

    def __init__(
        self, reporter: Reporter, inbox: Inbox, heartbeat_seconds: float = 2.0, tick_seconds: float = 0.2
    ) -> None:
        self._reporter = reporter
        self._inbox = inbox
        self._heartbeat_seconds = heartbeat_seconds
        self._tick_seconds = tick_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        next_heartbeat = time.monotonic() + self._heartbeat_seconds
        told = False
        while not self._stop.wait(self._tick_seconds):
            if self._inbox.cancelled and not told:
                told = True
                self._reporter.emit_anyway("state", state="cancelling")
            # Where the disk is full, the job's own next event meets the same error and ends the job with it
            with contextlib.suppress(WorkspaceError):
                self._reporter.flush()
            if time.monotonic() >= next_heartbeat:
                self._reporter.emit("heartbeat")
                next_heartbeat = time.monotonic() + self._heartbeat_seconds

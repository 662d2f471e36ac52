# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Every job of the window: started, queued, watched, cancelled, resumed."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ilab_core.errors import IlabError
from ilab_core.jobs.kinds import HEAVY_KINDS
from ilab_core.jobs.outcome import close_after_exit
from ilab_core.jobs.queue import Waiting, next_to_start
from ilab_core.jobs.runs import RunFolder, list_runs, make_event, record
from ilab_core.jobs.view import JobView, apply
from ilab_core.paths import Workspace
from PySide6.QtCore import QObject, QTimer, Signal

from ilab_desktop.background import run_in_background
from ilab_desktop.job_process import JobProcess
from ilab_desktop.theme import Duration

LIVE = ("queued", "running", "cancelling")
RESUMABLE = ("crashed", "cancelled", "failed")


class JobManager(QObject):
    """Knows the runs of one workspace and owns the worker processes of this window.

    `job_event` carries every event as it comes; `job_changed` follows at most ten times a second for each job.
    """

    job_changed = Signal(str)
    job_event = Signal(str, object)
    job_finished = Signal(str)
    loaded = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runs: dict[str, RunFolder] = {}
        self._views: dict[str, JobView] = {}
        self._processes: dict[str, JobProcess] = {}
        self._order: list[str] = []
        self._closing = False
        self._dirty: set[str] = set()
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(Duration.REFRESH)
        self._refresh.timeout.connect(self._tell_changes)

    def load(self) -> None:
        """List the runs of the workspace; those that were under way when their window died can be resumed."""
        self._show(_read_runs(self._workspace))

    def load_in_background(self) -> None:
        """The same without keeping the window from opening; `loaded` follows."""
        workspace = self._workspace
        run_in_background(self, lambda: _read_runs(workspace), self._show)

    def _show(self, found: list[tuple[RunFolder, JobView]]) -> None:
        for run, view in found:
            if self._views.get(run.id, view).state not in LIVE or run.id not in self._runs:
                self._runs[run.id], self._views[run.id] = run, view
                self.job_changed.emit(run.id)
        self.loaded.emit()

    def start(self, run: RunFolder) -> None:
        """Queue a new run; it starts as soon as nothing heavy is ahead of it."""
        self._queue(run, JobView())

    def resume(self, run: RunFolder) -> None:
        """Queue a run that was interrupted; it goes on where its folder says it stopped."""
        if self.view(run.id) is None or self._views[run.id].state not in LIVE:
            self._queue(run, self._views.get(run.id) or run.view())

    def cancel(self, job_id: str) -> None:
        """End a job within three seconds. What it has done so far stays in its folder."""
        process = self._processes.get(job_id)
        if process is not None:
            self._take(job_id, make_event("state", 0, {"state": "cancelling"}))
            process.cancel()
        elif job_id in self._views and self._views[job_id].state == "queued":
            self._order.remove(job_id)
            self._take(job_id, _record(self._runs[job_id], "cancelled"))
            self._end(job_id)

    def send(self, job_id: str, command: Mapping[str, Any]) -> None:
        """Send a command to a running job; nothing happens where it does not run."""
        process = self._processes.get(job_id)
        if process is not None:
            process.send(command)

    def views(self) -> list[tuple[RunFolder, JobView]]:
        """Return every run with what is known of it, newest first."""
        runs = sorted(self._runs.values(), key=lambda run: run.created, reverse=True)
        return [(run, self._views[run.id]) for run in runs]

    def view(self, job_id: str) -> JobView | None:
        """Return what is known of a job, or None where there is no such job."""
        return self._views.get(job_id)

    def run(self, job_id: str) -> RunFolder | None:
        """Return the folder of a job, or None where there is no such job."""
        return self._runs.get(job_id)

    def live(self, kinds: Collection[str] = HEAVY_KINDS) -> list[str]:
        """Return the ids of the jobs of these kinds that run or wait, in the order they were asked for."""
        return [job_id for job_id in self._order if self._runs[job_id].kind in kinds]

    def pid(self, job_id: str) -> int:
        """Return the id of a job's process; 0 where it does not run."""
        process = self._processes.get(job_id)
        return process.pid if process is not None else 0

    def shut_down(self) -> None:
        """End every worker: asked first, killed after three seconds. Nothing starts any more."""
        self._closing = True
        processes = list(self._processes.values())
        for process in processes:
            process.cancel()
        for process in processes:
            if not process.wait(3000):
                process.kill()
                process.wait(2000)
        self._refresh.stop()

    def _queue(self, run: RunFolder, view: JobView) -> None:
        self._runs[run.id] = run
        self._views[run.id] = view
        self._order.append(run.id)
        self._take(run.id, _record(run, "queued"))
        self._start_next()

    def _start_next(self) -> None:
        if self._closing:
            return
        asked = [Waiting(key, self._runs[key].kind, self._views[key].state) for key in self._order]
        for job_id in next_to_start(asked):
            if job_id not in self._processes:
                self._launch(job_id)

    def _launch(self, job_id: str) -> None:
        process = JobProcess(self._runs[job_id], self)
        self._processes[job_id] = process
        process.event.connect(lambda event: self._take(job_id, event))
        process.ended.connect(lambda code: self._ended(job_id, code))
        self._take(job_id, make_event("state", 0, {"state": "running"}))
        process.start()

    def _take(self, job_id: str, event: Mapping[str, Any]) -> None:
        before = self._views[job_id]
        if event.get("event") == "state" and before.state == "cancelling" and event.get("state") == "running":
            return
        self._views[job_id] = apply(before, event)
        self.job_event.emit(job_id, event)
        if self._views[job_id].state != before.state:
            self.job_changed.emit(job_id)
            return
        self._dirty.add(job_id)
        if not self._refresh.isActive():
            self._refresh.start()

    def _ended(self, job_id: str, code: int) -> None:
        process = self._processes.pop(job_id)
        for event in close_after_exit(self._runs[job_id], code, self._views[job_id].state, process.cancelled):
            self._take(job_id, event)
        self._order.remove(job_id)
        process.deleteLater()
        self._end(job_id)

    def _end(self, job_id: str) -> None:
        self._dirty.discard(job_id)
        self.job_changed.emit(job_id)
        self.job_finished.emit(job_id)
        self._start_next()

    def _tell_changes(self) -> None:
        changed, self._dirty = self._dirty, set()
        for job_id in changed:
            self.job_changed.emit(job_id)


def _read_runs(workspace: Workspace) -> list[tuple[RunFolder, JobView]]:
    """Return the runs on disk. What waited in a queue that is gone was never started, so it counts as cancelled."""
    found = [(run, run.view()) for run in list_runs(workspace.runs)]
    return [(run, replace(view, state="cancelled") if view.state == "queued" else view) for run, view in found]


def _record(run: RunFolder, state: str) -> dict[str, Any]:
    """Record a state that comes from this window, and return its event, also where the disk is full."""
    try:
        return record(run, "state", state=state)
    except IlabError:
        logging.getLogger(__name__).warning("The state %s of %s could not be recorded", state, run.id, exc_info=True)
        return make_event("state", 0, {"state": state})

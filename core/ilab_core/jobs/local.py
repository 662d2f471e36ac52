# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Running a job in this process, for the command line: the same folder, events and ends as in a worker."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

import filelock

from ilab_core.errors import Cancelled, JobError
from ilab_core.jobs.event_log import EventLog
from ilab_core.jobs.execution import RunningJob, execute
from ilab_core.jobs.inbox import Inbox
from ilab_core.jobs.kinds import HANDLERS
from ilab_core.jobs.reporter import Reporter, Ticker
from ilab_core.jobs.runs import RunFolder
from ilab_core.paths import write_error


def run_here(
    folder: RunFolder,
    on_event: Callable[[dict[str, Any]], None],
    handlers: Mapping[str, str] = HANDLERS,
) -> dict[str, Any]:
    """Do the job of `folder` in this process and return its result; `on_event` is called from several threads in turn.

    Raises the job's IlabError where it failed and Cancelled where it was cancelled. Ctrl-C cancels; a second one ends
    the job where it is. What libraries print to stdout goes to stderr, so that stdout is the caller's alone.
    """
    lock = folder.lock()
    try:
        lock.acquire(timeout=1.0)
    except filelock.Timeout as error:
        raise JobError(f"{folder.title} is already running.", "Wait until it has ended.", str(folder.path)) from error
    except OSError as error:
        raise write_error(folder.path, error) from error
    try:
        events = EventLog(folder.events_file)
        try:
            inbox = Inbox()
            reporter = Reporter(events, on_event)
            with _signals_cancel(inbox), _stdout_to_stderr():
                reporter.emit("state", state="running")
                ticker = Ticker(reporter, inbox)
                try:
                    outcome = execute(RunningJob(folder, reporter, inbox), handlers)
                finally:
                    ticker.stop()
        finally:
            events.close()
    finally:
        lock.release()
    if outcome.error is not None:
        raise outcome.error
    if outcome.state == "cancelled":
        raise Cancelled()
    return dict(outcome.result or {})


@contextlib.contextmanager
def _signals_cancel(inbox: Inbox) -> Iterator[None]:
    """Let Ctrl-C and a request to terminate cancel the job; only the main thread can, elsewhere nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def cancel(_number: int, _frame: FrameType | None) -> None:
        if inbox.cancelled:
            raise KeyboardInterrupt
        inbox.cancel()

    numbers = [signal.SIGINT, signal.SIGTERM]
    before = {number: signal.signal(number, cancel) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Lead what Python and native code print on stdout to stderr for a while."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)

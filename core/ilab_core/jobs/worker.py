# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The child process of a job: commands in on stdin, events out on stdout, everything else into the log."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import filelock

from ilab_core import __version__
from ilab_core.errors import IlabError, JobError
from ilab_core.jobs.event_log import EventLog
from ilab_core.jobs.execution import RunningJob, execute
from ilab_core.jobs.inbox import Inbox, read_commands
from ilab_core.jobs.kinds import HANDLERS
from ilab_core.jobs.protocol import encode
from ilab_core.jobs.reporter import Reporter, Ticker
from ilab_core.jobs.runs import RunFolder, make_event, open_run
from ilab_core.paths import write_error

CHILD_VARIABLE = "ILAB_WORKER_CHILD"
ORPHAN_SECONDS = 3.0
LOCK_SECONDS = 1.0
EXIT_CODES = {"done": 0, "failed": 1, "cancelled": 130}


def main(folder: Path, handlers: Mapping[str, str] = HANDLERS) -> int:
    """Do the job of the run in `folder`; return 0 when done, 1 when failed, 130 when cancelled."""
    os.environ[CHILD_VARIABLE] = "1"
    output = EventOutput(_take_over(1, 2))
    commands = _take_over(0, None)
    try:
        run = open_run(folder)
        lock = _take_lock(run)
    except IlabError as error:
        output.send(make_event("error", 0, _fields(error)))
        output.send(make_event("state", 0, {"state": "failed"}))
        return EXIT_CODES["failed"]
    try:
        return _work(run, handlers, output, commands)
    except IlabError as error:
        output.send(make_event("error", 0, _fields(error)))
        output.send(make_event("state", 0, {"state": "failed"}))
        return EXIT_CODES["failed"]
    finally:
        lock.release()


class EventOutput:
    """The descriptor that the parent reads events from; once the parent is gone, events are only kept in the file."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._broken = False

    def send(self, event: Mapping[str, Any]) -> None:
        """Write `event` as one line."""
        if self._broken:
            return
        line = memoryview(encode(event))
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError:
            self._broken = True


def _work(run: RunFolder, handlers: Mapping[str, str], output: EventOutput, commands: int) -> int:
    log = _open_log(run)
    faulthandler.enable(file=log)
    inbox = Inbox()
    events = EventLog(run.events_file)
    reporter = Reporter(events, output.send)

    def orphaned() -> None:
        inbox.cancel()
        _end_orphan(reporter, log)

    _handle_signals(inbox)
    reporter.emit("state", state="running")
    threading.Thread(target=read_commands, args=(commands, inbox, orphaned), name="commands", daemon=True).start()
    ticker = Ticker(reporter, inbox)
    try:
        outcome = execute(RunningJob(run, reporter, inbox), handlers)
    finally:
        ticker.stop()
    return EXIT_CODES[outcome.state]


def _end_orphan(reporter: Reporter, log: TextIO) -> None:
    """End this process where its job has not obeyed in time: nobody is left who could kill it."""
    # The second watchdog needs no interpreter: it ends a process whose native code never gives the interpreter back
    faulthandler.dump_traceback_later(ORPHAN_SECONDS + 0.5, exit=True, file=log)
    time.sleep(ORPHAN_SECONDS)
    if reporter.try_exclusively(0.2):
        reporter.emit_anyway("state", state="cancelled")
    os._exit(EXIT_CODES["cancelled"])


def _take_over(descriptor: int, replacement: int | None) -> int:
    """Return a private copy of `descriptor`, which from now on leads to `replacement` (nowhere, where None).

    Native libraries print to descriptor 1, and some ask questions on 0: neither may touch the protocol.
    """
    kept = os.dup(descriptor)
    if replacement is None:
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
    else:
        os.dup2(replacement, descriptor)
    return kept


def _take_lock(run: RunFolder) -> filelock.FileLock:
    lock = run.lock()
    try:
        # Whoever looks whether a worker is alive holds the lock for an instant, hence the patience
        lock.acquire(timeout=LOCK_SECONDS)
    except filelock.Timeout as error:
        raise JobError(f"{run.title} is already running.", "Wait until it has ended.", str(run.path)) from error
    except OSError as error:
        raise write_error(run.path, error) from error
    return lock


def _open_log(run: RunFolder) -> TextIO:
    """Lead descriptors 1 and 2, and Python's streams with them, into the run's log; return the log."""
    try:
        log = run.log_file.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)
    except OSError as error:
        raise write_error(run.log_file, error) from error
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    # A windowed program on Windows starts without streams, and block buffering would lose a crash's last words
    sys.stdout = sys.stderr = log
    print(f"--- worker {os.getpid()} starts, version {__version__}, {time.strftime('%Y-%m-%d %H:%M:%S')}", file=log)
    return log


def _handle_signals(inbox: Inbox) -> None:
    """Take a request to terminate as a cancel; a Ctrl-C is meant for the window, not for its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name == "posix":
        signal.signal(signal.SIGTERM, lambda _number, _frame: inbox.cancel())
    else:
        with contextlib.suppress(AttributeError, ValueError):
            signal.signal(signal.SIGBREAK, signal.SIG_IGN)  # type: ignore[attr-defined,unused-ignore]


def _fields(error: IlabError) -> dict[str, str]:
    return {"code": error.code, "summary": error.summary, "hint": error.hint, "detail": error.detail}

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Starting a worker process and looking after it, without Qt: for the command line, scripts and tests."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ilab_core.errors import JobError
from ilab_core.jobs.outcome import close_after_exit
from ilab_core.jobs.protocol import LineSplitter, encode
from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import JobView, apply

CANCEL_SECONDS = 3.0
READ_BYTES = 65536


def worker_command(folder: Path) -> list[str]:
    """Return the command that does the job of the run in `folder`: this program again, installed or frozen.

    A frozen program is told by its executable's name: some packagers leave `sys.frozen` unset.
    """
    if Path(sys.executable).name.lower().startswith("python"):
        return [sys.executable, "-m", "ilab_core.cli.main", "--worker", str(folder)]
    return [sys.executable, "--worker", str(folder)]


def worker_environment() -> dict[str, str]:
    """Return a worker's environment: it may open no window, and takes no file of its folder for a module."""
    return {**os.environ, "ILAB_WORKER_CHILD": "1", "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}


class WorkerProcess:
    """One worker, from its start to its end. Leaving it as a context manager kills what is still running."""

    def __init__(self, run: RunFolder, command: Sequence[str] | None = None) -> None:
        self.run = run
        self.view = JobView()
        self._command = list(command) if command is not None else worker_command(run.path)
        self._process: subprocess.Popen[bytes] | None = None
        self._events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._send_lock = threading.Lock()
        self._kill_timer: threading.Timer | None = None
        self._cancelled = False

    def start(self) -> None:
        """Start the process; JobError where it cannot be started."""
        try:
            with self.run.log_file.open("ab") as log:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=worker_environment(),
                    cwd=self.run.path,
                    bufsize=0,
                    start_new_session=os.name == "posix",
                    creationflags=_creation_flags(),
                )
        except OSError as error:
            raise JobError(
                f"{self.run.title} could not be started.", "Install the program again.", str(error)
            ) from error
        threading.Thread(target=self._read, args=(self._process,), name="worker output", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._started().pid

    def send(self, command: Mapping[str, Any]) -> bool:
        """Send a command; return whether it could be sent, which is not so once the worker has ended."""
        stdin = self._started().stdin
        if stdin is None:
            return False
        with self._send_lock:
            try:
                stdin.write(encode(command))
            except (OSError, ValueError):
                return False
        return True

    def cancel(self, seconds: float = CANCEL_SECONDS) -> None:
        """Ask the worker to end and return; it is killed where it has not ended after `seconds`."""
        self._cancelled = True
        self.send({"command": "cancel"})
        if self._kill_timer is None:
            self._kill_timer = threading.Timer(seconds, self.kill)
            self._kill_timer.daemon = True
            self._kill_timer.start()

    def kill(self) -> None:
        """End the worker, and on POSIX whatever it started, at once."""
        process = self._started()
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)

    def events(self, timeout: float | None = None) -> Iterator[dict[str, Any]]:
        """Yield the events as they come, to the last; TimeoutError after `timeout` seconds in all.

        A worker that ends without a final state is given one: `crashed` with its error, or `cancelled`.
        `view` is what the events yielded so far add up to.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                event = self._events.get(timeout=None if end is None else max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"{self.run.id} went on for more than {timeout} seconds") from None
            if event is None:
                break
            self.view = apply(self.view, event)
            yield event
        for event in close_after_exit(self.run, self.wait(), self.view.state, self._cancelled):
            self.view = apply(self.view, event)
            yield event
        # Asked again, there is nothing more to come
        self._events.put(None)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code (minus the signal on POSIX) once the process has ended; TimeoutError after `timeout`."""
        try:
            code = self._started().wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"{self.run.id} went on for more than {timeout} seconds") from error
        if self._kill_timer is not None:
            self._kill_timer.cancel()
        return code

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self.wait()
        process = self._started()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise JobError(f"{self.run.title} has not been started.")
        return self._process

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        splitter = LineSplitter()
        stdout = process.stdout
        while stdout is not None:
            try:
                data = stdout.read(READ_BYTES)
            except (OSError, ValueError):
                break
            if not data:
                break
            for event in splitter.feed(data):
                self._events.put(event)
        self._events.put(None)


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0

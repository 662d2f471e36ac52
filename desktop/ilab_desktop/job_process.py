# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One worker process, watched through its pipes."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Mapping
from typing import Any

from ilab_core.jobs.launch import worker_command, worker_environment
from ilab_core.jobs.protocol import LineSplitter, encode
from ilab_core.jobs.runs import RunFolder
from PySide6.QtCore import QIODevice, QObject, QProcess, QProcessEnvironment, QTimer, Signal

CANCEL_GRACE_MILLISECONDS = 3000
NOT_STARTED = 127


class JobProcess(QObject):
    """Starts the worker of a run, turns its lines into signals, and ends it.

    `ended` carries the exit code, minus the signal where one ended the process.
    """

    event = Signal(object)
    ended = Signal(int)

    def __init__(self, run: RunFolder, parent: QObject) -> None:
        super().__init__(parent)
        self._splitter = LineSplitter()
        self._over = False
        self.cancelled = False
        command = worker_command(run.path)
        self._process = QProcess(self)
        self._process.setProgram(command[0])
        self._process.setArguments(command[1:])
        self._process.setWorkingDirectory(str(run.path))
        self._process.setStandardErrorFile(str(run.log_file), QIODevice.OpenModeFlag.Append)
        environment = QProcessEnvironment()
        for name, value in worker_environment().items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        if os.name == "posix":
            parameters = QProcess.UnixProcessParameters()
            parameters.flags = QProcess.UnixProcessFlag.CreateNewSession
            self._process.setUnixProcessParameters(parameters)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.setInterval(CANCEL_GRACE_MILLISECONDS)
        self._grace.timeout.connect(self.kill)

    @property
    def pid(self) -> int:
        """The worker's process id; 0 before it runs and after it ended."""
        return int(self._process.processId())

    def start(self) -> None:
        """Start the worker; `ended` follows in any case."""
        self._process.start()

    def send(self, command: Mapping[str, Any]) -> None:
        """Write a command to the worker."""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.write(encode(command))

    def cancel(self) -> None:
        """Ask the worker to stop; it is killed when it has not ended three seconds later."""
        self.cancelled = True
        self.send({"command": "cancel"})
        if not self._grace.isActive():
            self._grace.start()

    def kill(self) -> None:
        """End the worker, and what it started, now."""
        pid = self.pid
        if not pid:
            return
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        self._process.kill()

    def wait(self, milliseconds: int) -> bool:
        """Wait for the end of the worker; return False where the time was not enough."""
        over = QProcess.ProcessState.NotRunning
        return self._process.state() == over or self._process.waitForFinished(milliseconds)

    def _read(self) -> None:
        for document in self._splitter.feed(bytes(self._process.readAllStandardOutput().data())):
            self.event.emit(document)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finish(NOT_STARTED)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        by_signal = status == QProcess.ExitStatus.CrashExit and os.name == "posix"
        self._finish(-code if by_signal else code)

    def _finish(self, code: int) -> None:
        self._grace.stop()
        if not self._over:
            self._over = True
            self.ended.emit(code)

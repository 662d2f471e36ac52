# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What reaches a running job from outside: commands, and the wish to cancel."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Mapping
from typing import Any

from ilab_core.errors import Cancelled
from ilab_core.jobs.protocol import LineSplitter

MAX_WAITING_COMMANDS = 1000
READ_BYTES = 65536


class Inbox:
    """Holds the commands that a job has not taken yet, and whether it is to be cancelled; used from any thread."""

    def __init__(self) -> None:
        # A flag and a SimpleQueue, since a signal handler may call `cancel` in the middle of anything
        self._cancelled = False
        self._commands: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()

    @property
    def cancelled(self) -> bool:
        """Whether the job is to be cancelled."""
        return self._cancelled

    def cancel(self) -> None:
        """Ask the job to end; it also wakes from waiting for a command. Safe in a signal handler."""
        self._cancelled = True
        self._commands.put(None)

    def put(self, command: Mapping[str, Any]) -> None:
        """Add a command; one too many for a job that takes none is dropped."""
        if self._commands.qsize() < MAX_WAITING_COMMANDS:
            self._commands.put(command)

    def check_cancelled(self) -> None:
        """Raise Cancelled when the job is to be cancelled."""
        if self._cancelled:
            raise Cancelled()

    def take(self, timeout: float = 0.0) -> Mapping[str, Any] | None:
        """Return the next command, waiting at most `timeout` seconds; None without one, at once when cancelled."""
        if self._cancelled:
            return None
        try:
            return self._commands.get(timeout=timeout) if timeout > 0 else self._commands.get_nowait()
        except queue.Empty:
            return None


def read_commands(descriptor: int, inbox: Inbox, on_end: Callable[[], None]) -> None:
    """Put the commands that come in on `descriptor` into `inbox`, then, when the parent is gone, call `on_end`.

    Meant to be a thread's target.
    """
    splitter = LineSplitter()
    while True:
        try:
            data = os.read(descriptor, READ_BYTES)
        except OSError:
            data = b""
        if not data:
            on_end()
            return
        for command in splitter.feed(data):
            if command.get("command") == "cancel":
                inbox.cancel()
            else:
                inbox.put(command)

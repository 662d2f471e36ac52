# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the end of a worker process means, told to a person."""

from __future__ import annotations

import contextlib
import signal
from typing import Any

from ilab_core.errors import IlabError
from ilab_core.jobs.runs import RunFolder, make_event, record
from ilab_core.jobs.view import FINAL_STATES, State

AGAIN = "Start it again: it goes on where it stopped."
NATIVE_CRASHES = frozenset({"SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGTRAP"})
WINDOWS_ACCESS_VIOLATION = 0xC0000005
WINDOWS_ILLEGAL_INSTRUCTION = 0xC000001D


def describe_exit(code: int) -> tuple[str, str]:
    """Return a sentence and a hint for a worker that ended without a word; `code` is minus the signal on POSIX."""
    name = ""
    if code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
    if name in NATIVE_CRASHES or code & 0xFFFFFFFF == WINDOWS_ACCESS_VIOLATION:
        return "The job crashed in a native library.", f"{AGAIN} If it happens again, report it with the log."
    if name == "SIGILL" or code & 0xFFFFFFFF == WINDOWS_ILLEGAL_INSTRUCTION:
        return (
            "The job uses an instruction that this processor does not have.",
            "Install a llama-cpp-python or torch that was built for this processor.",
        )
    if name == "SIGKILL":
        return (
            "The job was ended from outside.",
            f"The system does this when memory runs out: close other programs, or use a smaller model. {AGAIN}",
        )
    if name == "SIGTERM":
        return "The job was ended from outside.", AGAIN
    return "The job stopped before it was done.", AGAIN


def close_after_exit(run: RunFolder, code: int, state: State, cancelled: bool = False) -> list[dict[str, Any]]:
    """Return the events that a worker which ended with exit code `code` owes, after recording them in its run folder.

    `state` is the last state that its watcher saw: none are owed after a final one. `cancelled` says that the person
    had asked for a cancel, so that a worker which had to be killed counts as cancelled and not as crashed.
    """
    if state in FINAL_STATES:
        return []
    if cancelled:
        return [_record(run, "state", {"state": "cancelled"})]
    summary, hint = describe_exit(code)
    error = {"code": "crashed", "summary": summary, "hint": hint, "detail": f"exit code {code}; see {run.log_file}"}
    return [_record(run, "error", error), _record(run, "state", {"state": "crashed"})]


def _record(run: RunFolder, event: str, fields: dict[str, Any]) -> dict[str, Any]:
    try:
        return record(run, event, **fields)
    except IlabError:
        # A full disk, or a folder that is gone: the watcher is told all the same
        return make_event(event, 0, fields)

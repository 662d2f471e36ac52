# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Running a job's handler to its end, whatever the end is: the same in a worker and in the command line's process."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilab_core.errors import Cancelled, IlabError
from ilab_core.jobs.inbox import Inbox
from ilab_core.jobs.kinds import HANDLERS, load_handler
from ilab_core.jobs.reporter import Reporter
from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import State
from ilab_core.paths import write_error

JOB_HINT = "Start it again to go on where it stopped. If it happens again, report it with the log."


@dataclass(frozen=True)
class RunningJob:
    """The JobContext that a handler is given."""

    run: RunFolder
    reporter: Reporter
    inbox: Inbox

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self.run.path

    @property
    def request(self) -> Mapping[str, Any]:
        """What was asked."""
        return self.run.request

    def emit(self, event: str, **fields: Any) -> None:
        """Report an event."""
        self.reporter.emit(event, **fields)

    def check_cancelled(self) -> None:
        """Raise Cancelled when the person has asked to cancel."""
        self.inbox.check_cancelled()

    def take_command(self, timeout: float = 0.0) -> Mapping[str, Any] | None:
        """Return the next command, or None."""
        return self.inbox.take(timeout)


@dataclass(frozen=True)
class Outcome:
    """How a handler ended: its result where the state is `done`, its error where it is `failed`."""

    state: State
    result: Mapping[str, Any] | None = None
    error: IlabError | None = None


def execute(job: RunningJob, handlers: Mapping[str, str] = HANDLERS) -> Outcome:
    """Run the handler of the job's kind and report its result or error, then its final state."""
    outcome = _call(job, handlers)
    if outcome.error is not None:
        error = outcome.error
        job.reporter.emit_anyway("error", code=error.code, summary=error.summary, hint=error.hint, detail=error.detail)
    job.reporter.emit_anyway("state", state=outcome.state)
    return outcome


def _call(job: RunningJob, handlers: Mapping[str, str]) -> Outcome:
    try:
        result = dict(load_handler(job.run.kind, handlers)(job) or {})
        job.emit("result", **{"summary": "Done.", **result})
        return Outcome("done", result=result)
    except Cancelled:
        return Outcome("cancelled")
    except KeyboardInterrupt:
        return Outcome("cancelled")
    except IlabError as error:
        return Outcome("failed", error=error)
    except BaseException as error:
        traceback.print_exc(file=sys.stderr)
        return Outcome("failed", error=explain(error))


def explain(error: BaseException, hint: str = JOB_HINT) -> IlabError:
    """Return the error to show for an exception that no part of the program meant to raise; `hint` for unknown ones."""
    detail = "".join(traceback.format_exception(error))
    if isinstance(error, MemoryError):
        return IlabError(
            "There is not enough memory for this.", "Close other programs, or use a smaller model.", detail
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        explained = write_error(Path(str(error.filename)) if error.filename else Path.cwd() / "a file", error)
        return type(explained)(explained.summary, explained.hint, detail)
    if isinstance(error, ModuleNotFoundError):
        return IlabError(
            f"A part of the program is not installed: {error.name}.", "Install it with pip, then start again.", detail
        )
    return IlabError(
        f"The program met an error it did not expect: {type(error).__name__}.",
        hint,
        detail,
    )

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What commands print: one JSON document on stdout, and a job's progress on stderr."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Self, TextIO

from ilab_core.jobs.protocol import finite
from ilab_core.jobs.view import JobView, apply
from ilab_core.text import human_count, human_seconds

PLAIN_LINE_SECONDS = 5.0


def print_json(document: Any) -> None:
    """Print one JSON document on stdout: paths as text, and null for NaN and infinities, which JSON does not have."""
    print(json.dumps(finite(document), indent=2, ensure_ascii=False, allow_nan=False))


def progress_line(view: JobView) -> str:
    """Return a job's progress in one line: "Writing questions: 12 of 60 samples, 43 a minute, 1 min 7 s left"."""
    parts = []
    if view.total:
        parts.append(f"{_figure(view.done)} of {_figure(view.total)} {view.unit}".strip())
    elif view.done:
        parts.append(f"{_figure(view.done)} {view.unit}".strip())
    if view.rate:
        parts.append(f"{human_count(view.rate)} a minute")
    if view.seconds_left is not None:
        parts.append(f"{human_seconds(view.seconds_left)} left")
    if "kept" in view.counts:
        parts.append(f"{human_count(view.counts['kept'])} kept")
    if view.message:
        parts.append(view.message)
    phase = view.phase or "Starting"
    return f"{phase}: {', '.join(parts)}" if parts else phase


def progress_printer(stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> ProgressPrinter:
    """Return what to call with each event of a job; use it as a context manager, so that its last line is ended."""
    return ProgressPrinter(sys.stderr if stream is None else stream, clock)


class ProgressPrinter:
    """Shows a job on a terminal as one line that changes, elsewhere as a plain line now and then."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self.view = JobView()
        self._stream = stream
        self._clock = clock
        self._updating = stream.isatty()
        self._shown = ""
        self._phase = ""
        self._last_time = -float("inf")

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Take in one event."""
        self.view = apply(self.view, event)
        match event.get("event"):
            case "message":
                warning = "Warning: " if event.get("level") == "warning" else ""
                self._print(f"{warning}{event.get('text', '')}")
            case "progress" | "counts":
                # An earlier message already has a line of its own
                self._show(progress_line(replace(self.view, message=event.get("message") or "")))

    def close(self) -> None:
        """Leave the last line of progress standing and go on below it."""
        if self._shown and self._updating:
            self._stream.write("\n")
            self._stream.flush()
        self._shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _show(self, line: str) -> None:
        if self._updating:
            width = max(20, shutil.get_terminal_size().columns - 1)
            line = line if len(line) <= width else f"{line[: width - 1]}…"
            self._stream.write(f"\r{line.ljust(len(self._shown))}")
            self._stream.flush()
            self._shown = line
            return
        now = self._clock()
        if self.view.phase != self._phase or now - self._last_time >= PLAIN_LINE_SECONDS:
            self._phase, self._last_time = self.view.phase, now
            self._print(line)

    def _print(self, line: str) -> None:
        if self._shown and self._updating:
            self._stream.write(f"\r{' ' * len(self._shown)}\r")
            self._shown = ""
        self._stream.write(f"{line}\n")
        self._stream.flush()


def _figure(value: float) -> str:
    return human_count(int(value)) if value == int(value) else human_count(value)

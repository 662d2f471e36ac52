# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a job's code is given: its folder, its request, and a way to report and to be stopped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol


class JobContext(Protocol):
    """The same for a job in a worker process and for one that the command line runs in its own process."""

    @property
    def folder(self) -> Path:
        """The run folder: everything the job writes goes in here."""

    @property
    def request(self) -> Mapping[str, Any]:
        """What was asked, as in `run.json`."""

    def emit(self, event: str, **fields: Any) -> None:
        """Report an event; it is kept in `events.jsonl` and sent to whoever watches."""

    def check_cancelled(self) -> None:
        """Raise Cancelled when the person has asked to cancel; cheap enough to call for every token."""

    def take_command(self, timeout: float = 0.0) -> Mapping[str, Any] | None:
        """Return the next command that came in (never `cancel`), waiting at most `timeout` seconds, else None."""

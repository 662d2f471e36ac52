# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A job in words: what the activity strip and the lists of runs say of it."""

from __future__ import annotations

from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import JobView
from ilab_core.text import human_count, human_seconds

from ilab_desktop.widgets.badge import Meaning

_VERBS = {"generate": "Generating", "draft": "Drafting", "train": "Training", "chat": "Chat"}
_NOUNS = {"generate": "Data", "draft": "Draft", "train": "Training", "chat": "Chat"}
_STATES: dict[str, tuple[str, Meaning]] = {
    "queued": ("waiting", "neutral"),
    "running": ("running", "accent"),
    "cancelling": ("cancelling", "warning"),
    "done": ("done", "success"),
    "failed": ("failed", "danger"),
    "cancelled": ("cancelled", "neutral"),
    "crashed": ("interrupted", "warning"),
}


def verb(run: RunFolder) -> str:
    """Return what a running job does: "Generating"."""
    return _VERBS.get(run.kind, run.kind.capitalize())


def noun(run: RunFolder) -> str:
    """Return what kind of job it is: "Data"."""
    return _NOUNS.get(run.kind, run.kind.capitalize())


def state_badge(view: JobView) -> tuple[str, Meaning]:
    """Return the word for a job's state and its meaning."""
    return _STATES.get(view.state, (view.state, "neutral"))


def progress_line(view: JobView) -> str:
    """Return "41 of 60 kept · 52 a minute · 22 s left", as far as it is known."""
    if view.state == "queued":
        return "Waits for the job before it"
    if view.state == "cancelling":
        return "Stopping; what is done so far is kept"
    parts = [part for part in (_amount(view), _rate(view)) if part]
    if view.seconds_left is not None:
        parts.append(f"{human_seconds(view.seconds_left)} left")
    return " · ".join(parts) or view.phase or "Starting"


def result_line(view: JobView) -> str:
    """Return one sentence: what came of the job, or how far it is."""
    if view.state in ("queued", "running", "cancelling"):
        return progress_line(view)
    if view.state == "failed" and view.error is not None:
        return view.error.summary
    if view.state == "crashed":
        return "Interrupted. Resume it and it goes on where it stopped."
    if view.state == "cancelled":
        return "Cancelled. It can be resumed."
    if view.result is not None and view.result.get("summary"):
        return str(view.result["summary"])
    kept, generated = view.counts.get("kept"), view.counts.get("generated")
    if kept is not None and generated is not None:
        return f"{human_count(kept)} kept of {human_count(generated)}"
    return "Done"


def percent(view: JobView) -> int | None:
    """Return how much is done, 0 to 100; None while nobody knows."""
    return None if view.fraction is None else round(100 * view.fraction)


def _amount(view: JobView) -> str:
    kept = view.counts.get("kept")
    if kept is not None and view.total:
        return f"{human_count(kept)} of {_number(view.total)} kept"
    if view.total:
        share = f"{percent(view)} % · step " if view.unit == "steps" else ""
        tail = "" if view.unit in ("steps", "") else f" {view.unit}"
        return f"{share}{_number(view.done)} of {_number(view.total)}{tail}"
    return view.phase


def _rate(view: JobView) -> str:
    if not view.rate or view.unit == "steps":
        return ""
    return f"{human_count(round(view.rate) if view.rate >= 10 else view.rate)} a minute"


def _number(value: float) -> str:
    return human_count(int(value) if float(value).is_integer() else value)

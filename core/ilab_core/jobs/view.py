# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The states of a job and what its events add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

State = Literal["queued", "running", "cancelling", "done", "failed", "cancelled", "crashed"]
STATES: tuple[State, ...] = get_args(State)
LIVE_STATES: frozenset[State] = frozenset({"running", "cancelling"})
FINAL_STATES: frozenset[State] = frozenset({"done", "failed", "cancelled", "crashed"})


@dataclass(frozen=True)
class JobFailure:
    """Why a job failed: what happened, what to do, and raw text for an engineer."""

    summary: str
    hint: str = ""
    detail: str = ""
    code: str = "error"


@dataclass(frozen=True)
class JobView:
    """What a person sees of a job. `rate` is in units per minute, `seconds_left` in seconds, times are aware UTC."""

    state: State = "queued"
    phase: str = ""
    done: float = 0.0
    total: float | None = None
    unit: str = ""
    rate: float | None = None
    seconds_left: float | None = None
    message: str = ""
    warnings: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    result: Mapping[str, Any] | None = None
    error: JobFailure | None = None
    started: datetime | None = None
    ended: datetime | None = None
    last_event_time: datetime | None = None

    @property
    def fraction(self) -> float | None:
        """How much is done, 0 to 1; None while the total is unknown."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total else None

    @property
    def is_live(self) -> bool:
        """Whether a worker is at it now."""
        return self.state in LIVE_STATES

    @property
    def is_final(self) -> bool:
        """Whether nothing more comes, unless the job is started again."""
        return self.state in FINAL_STATES


def apply(view: JobView, event: Mapping[str, Any]) -> JobView:
    """Return `view` after `event`; an unknown event, or a field of the wrong type, changes nothing but the time."""
    time = event_time(event)
    if time is not None:
        view = replace(view, last_event_time=time)
    match event.get("event"):
        case "state":
            return _apply_state(view, event, time)
        case "progress":
            return replace(
                view,
                phase=_text(event, "phase"),
                done=_number(event, "done") or 0.0,
                total=_number(event, "total"),
                unit=_text(event, "unit"),
                rate=_number(event, "rate"),
                seconds_left=_number(event, "seconds_left"),
                message=_text(event, "message") or view.message,
            )
        case "counts":
            counts = {
                name: value for name, value in event.items() if isinstance(value, int) and name not in ("v", "seq")
            }
            return replace(view, counts=counts)
        case "message":
            text = _text(event, "text")
            warnings = (*view.warnings, text) if event.get("level") == "warning" else view.warnings
            return replace(view, message=text, warnings=warnings)
        case "result":
            result = {name: value for name, value in event.items() if name not in ("v", "seq", "time", "event")}
            return replace(view, result=result, message=_text(event, "summary") or view.message)
        case "error" if "id" not in event:
            return replace(view, error=failure_of(event))
        case _:
            return view


def reduce_events(events: Iterable[Mapping[str, Any]]) -> JobView:
    """Return what all `events` add up to."""
    view = JobView()
    for event in events:
        view = apply(view, event)
    return view


def failure_of(event: Mapping[str, Any]) -> JobFailure:
    """Return what an `error` event tells."""
    return JobFailure(
        _text(event, "summary") or "The job failed.",
        _text(event, "hint"),
        _text(event, "detail"),
        _text(event, "code") or "error",
    )


def event_time(event: Mapping[str, Any]) -> datetime | None:
    """Return when `event` happened, as an aware UTC time; None where it does not say."""
    try:
        time = datetime.fromisoformat(_text(event, "time"))
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _apply_state(view: JobView, event: Mapping[str, Any], time: datetime | None) -> JobView:
    state = event.get("state")
    if state not in STATES:
        return view
    if state == "queued" or (state == "running" and view.state != "queued"):
        # A run that starts again keeps its counts and its last message; what ended it before is past
        view = replace(view, result=None, error=None, ended=None, started=None, rate=None, seconds_left=None)
    if state == "running":
        return replace(view, state=state, started=time)
    if state in FINAL_STATES:
        return replace(view, state=state, ended=time, rate=None, seconds_left=None)
    return replace(view, state=state)


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""


def _number(event: Mapping[str, Any], name: str) -> float | None:
    value = event.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

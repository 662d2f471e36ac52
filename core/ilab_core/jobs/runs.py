# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Run folders: everything about one job, from what was asked to what came of it, in one place on disk."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

import filelock

from ilab_core.errors import JobError
from ilab_core.jobs.event_log import EventLog, last_event, read_events
from ilab_core.jobs.protocol import VERSION
from ilab_core.jobs.versions import all_versions
from ilab_core.jobs.view import FINAL_STATES, LIVE_STATES, STATES, JobFailure, JobView, State, reduce_events
from ilab_core.paths import write_atomic, write_error

FORMAT = 1
RUN_FILE = "run.json"
EVENTS_FILE = "events.jsonl"
LOG_FILE = "worker.log"
LOCK_FILE = "worker.lock"
MAX_RUN_FILE_BYTES = 16 * 1024 * 1024
CRASHED = JobFailure(
    "The job stopped before it was done.", "Start it again: it goes on where it stopped.", "", "crashed"
)


class InputFile(TypedDict):
    """A file that a run reads, and what was in it."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class RunFolder:
    """A run as `run.json` has it, in the folder `path`; `created` is an aware UTC time."""

    path: Path
    id: str
    kind: str
    title: str
    created: datetime
    request: Mapping[str, Any]
    inputs: tuple[InputFile, ...]
    versions: Mapping[str, str]
    seed: int

    @property
    def events_file(self) -> Path:
        """The append-only record of what happened."""
        return self.path / EVENTS_FILE

    @property
    def log_file(self) -> Path:
        """What the worker and its libraries printed."""
        return self.path / LOG_FILE

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield the recorded events, oldest first; a torn last line is left out."""
        return read_events(self.events_file)

    def lock(self) -> filelock.FileLock:
        """Return the lock, not yet taken, that a worker holds for as long as it lives."""
        return filelock.FileLock(self.path / LOCK_FILE, thread_local=False)

    def has_worker(self) -> bool:
        """Return whether a live process holds the run's lock."""
        if not (self.path / LOCK_FILE).exists():
            return False
        lock = self.lock()
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            return True
        except OSError:
            return False
        lock.release()
        return False

    def state(self) -> State:
        """Return the last recorded state, or `crashed` where that says somebody is at work and nobody is."""
        event = last_event(self.events_file, "state")
        recorded = event.get("state") if event else "queued"
        state: State = recorded if recorded in STATES else "queued"
        if state not in LIVE_STATES or self.has_worker():
            return state
        # The worker may have ended between the two looks: its last word is then in the file
        event = last_event(self.events_file, "state")
        state = event["state"] if event and event.get("state") in STATES else state
        return "crashed" if state in LIVE_STATES else state

    def view(self) -> JobView:
        """Return what the recorded events add up to, told as `crashed` where the worker is gone without a word."""
        view = reduce_events(self.events())
        if view.is_live and self.state() == "crashed":
            ended = view.last_event_time
            return replace(view, state="crashed", error=CRASHED, ended=ended, seconds_left=None, rate=None)
        return view


def create_run(
    parent: Path,
    kind: str,
    title: str,
    request: Mapping[str, Any],
    inputs: Sequence[InputFile] = (),
    seed: int = 0,
) -> RunFolder:
    """Return a new run in a folder of its own in `parent`, named by kind and time; WorkspaceError on a full disk."""
    while True:
        now = datetime.now(UTC)
        folder = parent / f"{kind}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            if not parent.is_dir():
                raise JobError(f"{parent} is not a folder.", "Choose another folder.") from None
            continue
        except OSError as error:
            raise write_error(folder, error) from error
        return _write_run(folder, folder.name, now, kind, title, request, inputs, seed)


def create_run_at(
    folder: Path,
    kind: str,
    title: str,
    request: Mapping[str, Any],
    inputs: Sequence[InputFile] = (),
    seed: int = 0,
) -> RunFolder:
    """Return the run in `folder` itself: a new one where it is absent or empty, else the same run, to be resumed.

    JobError where `folder` holds anything else: a run that was asked something else, or other files.
    """
    folder = folder.expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise JobError(f"{folder} is a file, and a run needs a folder.", "Choose another folder.")
    if (folder / RUN_FILE).exists():
        run = open_run(folder)
        asked = _as_json(request)
        if run.kind != kind or run.request != asked:
            differing = sorted(name for name in {*run.request, *asked} if run.request.get(name) != asked.get(name))
            raise JobError(
                f"{folder} already holds another run.",
                "Choose another folder, or ask for exactly the same as before to resume it.",
                f"There: {run.kind}; asked: {kind}; different: {', '.join(differing) or 'the kind'}",
            )
        return run
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A hidden file may be what a start that was killed left of its own run.json
        others = [item.name for item in folder.iterdir() if not item.name.startswith(".")]
    except OSError as error:
        raise write_error(folder, error) from error
    if others:
        raise JobError(f"{folder} is not empty and holds no run.", "Choose a new or an empty folder.", others[0])
    now = datetime.now(UTC)
    name = f"{kind}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    return _write_run(folder, name, now, kind, title, request, inputs, seed)


def open_run(folder: Path) -> RunFolder:
    """Return the run that `folder` holds; JobError where it holds none that can be read."""
    folder = folder.absolute()
    file = folder / RUN_FILE
    try:
        if file.stat().st_size > MAX_RUN_FILE_BYTES:
            raise ValueError("larger than any run.json")
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise JobError(
                f"The run in {folder} was made by a newer version.", "Open it with that version of InstructLab Desktop."
            )
        created = datetime.fromisoformat(document["created"])
        return RunFolder(
            path=folder,
            id=str(document["id"]),
            kind=str(document["kind"]),
            title=str(document["title"]),
            created=created.astimezone(UTC) if created.tzinfo else created.replace(tzinfo=UTC),
            request=dict(document["request"]),
            inputs=tuple(
                InputFile(path=str(i["path"]), sha256=str(i["sha256"]), bytes=i["bytes"]) for i in document["inputs"]
            ),
            versions=dict(document["versions"]),
            seed=int(document["seed"]),
        )
    except FileNotFoundError as error:
        raise JobError(f"{folder} holds no run.", "Choose a folder that a run was written to.", str(error)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise JobError(f"The run in {folder} cannot be read.", "Its run.json is damaged.", repr(error)) from error


def list_runs(parent: Path) -> list[RunFolder]:
    """Return the runs in the folders of `parent`, newest first; a folder that holds no readable run is left out."""
    runs = []
    try:
        folders = [item for item in parent.iterdir() if item.is_dir()]
    except OSError:
        return []
    for folder in folders:
        try:
            runs.append(open_run(folder))
        except JobError:
            continue
    return sorted(runs, key=lambda run: (run.created, run.id), reverse=True)


def remove_ended(parent: Path, kind: str, keep: int) -> list[str]:
    """Remove all but the newest `keep` ended runs of a `kind` whose folders hold no result; return their ids."""
    ended = [run for run in list_runs(parent) if run.kind == kind and run.state() in FINAL_STATES]
    for run in ended[keep:]:
        shutil.rmtree(run.path, ignore_errors=True)
    return [run.id for run in ended[keep:]]


def record(run: RunFolder, event: str, **fields: Any) -> dict[str, Any]:
    """Append an event to a run that no worker is at (a place in the queue, a cancel before the start); return it.

    JobError where a worker holds the run: then the worker alone writes its events.
    """
    lock = run.lock()
    try:
        lock.acquire(timeout=1.0)
    except filelock.Timeout as error:
        raise JobError(f"{run.title} is running.", "Wait until it has ended.", str(run.path)) from error
    except OSError as error:
        raise write_error(run.events_file, error) from error
    try:
        log = EventLog(run.events_file)
        try:
            document = make_event(event, log.last_seq + 1, fields)
            log.append(document, durable=True)
        finally:
            log.close()
    finally:
        lock.release()
    return document


def make_event(event: str, seq: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of an event that happens now."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    own = {"v": VERSION, "seq": seq, "time": now, "event": event}
    return {**own, **fields, **own}


def _write_run(
    folder: Path,
    name: str,
    created: datetime,
    kind: str,
    title: str,
    request: Mapping[str, Any],
    inputs: Sequence[InputFile],
    seed: int,
) -> RunFolder:
    document = {
        "format": FORMAT,
        "id": name,
        "kind": kind,
        "title": title,
        "created": created.isoformat(timespec="milliseconds"),
        "request": _as_json(request),
        "inputs": [dict(item) for item in inputs],
        "versions": all_versions(),
        "seed": seed,
    }
    write_atomic(folder / RUN_FILE, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return open_run(folder)


def _as_json(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request as it reads back from JSON, with every path as text."""
    try:
        document: dict[str, Any] = json.loads(json.dumps(dict(request), default=_path_text))
    except (TypeError, ValueError) as error:
        raise JobError("What was asked of the job cannot be written down.", "", str(error)) from error
    return document


def _path_text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")

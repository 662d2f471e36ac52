# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The samples of a run, in one SQLite file that the worker writes while the window reads it.

Nothing is ever deleted: a rejected sample stays with its reason, and a person's decision is added to a history.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ilab_core.errors import GenerationError
from ilab_core.paths import write_error

FILE_NAME = "samples.db"

Status = Literal["pending", "kept", "rejected"]
Stage = Literal["generated", "parsed", "unique", "judged", "kept"]
STAGES: tuple[Stage, ...] = ("generated", "parsed", "unique", "judged", "kept")

_SCHEMA = """
create table if not exists samples (
    id integer primary key,
    key text not null unique,
    leaf text not null,
    kind text not null,
    document text not null,
    "commit" text not null,
    passage text not null,
    passage_start integer not null,
    passage_end integer not null,
    context text not null,
    question text not null,
    answer text not null,
    status text not null,
    stage text not null,
    reason text not null,
    score real,
    judges text not null,
    raw text not null,
    teacher_sha256 text not null,
    prompt text not null,
    seed integer not null,
    edited integer not null,
    decided_by text not null,
    created text not null
);
create table if not exists decisions (
    id integer primary key,
    sample integer not null references samples (id),
    time text not null,
    action text not null,
    before text not null
);
create index if not exists samples_by_status on samples (status, id);
"""


@dataclass(frozen=True)
class Verdict:
    """What one judge said: its score, the least score that passes, and whether it passed."""

    score: float
    threshold: float
    passed: bool


@dataclass(frozen=True)
class Sample:
    """One synthetic question and answer with everything that led to it.

    `passage_start` and `passage_end` are character positions in `document`; `context` is text that the
    student is given with the question; `stage` is how far the sample came; `score` runs from 0 to 1.
    """

    key: str
    leaf: str
    kind: str
    question: str = ""
    answer: str = ""
    context: str = ""
    document: str = ""
    commit: str = ""
    passage: str = ""
    passage_start: int = 0
    passage_end: int = 0
    status: Status = "pending"
    stage: Stage = "generated"
    reason: str = ""
    score: float | None = None
    judges: Mapping[str, Verdict] = field(default_factory=dict)
    raw: str = ""
    teacher_sha256: str = ""
    prompt: str = ""
    seed: int = 0
    edited: bool = False
    decided_by: Literal["judge", "person"] = "judge"
    created: str = ""
    id: int = 0


@dataclass(frozen=True)
class Funnel:
    """How many samples came how far."""

    generated: int
    parsed: int
    unique: int
    judged: int
    kept: int


class SampleStore:
    """The samples of one run; every change is on disk when its method returns."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`, or make a new one there."""
        self.path = path
        try:
            self._connection = sqlite3.connect(path, timeout=10, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = normal")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise _store_error(path, error) from error

    def add(self, sample: Sample) -> Sample:
        """Return `sample` with the id it was stored under."""
        row = _to_row(replace(sample, created=sample.created or datetime.now(UTC).isoformat(timespec="seconds")))
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        cursor = self._write(f"insert into samples ({names}) values ({marks})", list(row.values()))
        return replace(sample, id=cursor.lastrowid or 0)

    def decide(
        self,
        sample: int,
        status: Status,
        stage: Stage,
        reason: str = "",
        score: float | None = None,
        judges: Mapping[str, Verdict] | None = None,
    ) -> None:
        """Record what the run itself decided.

        On a sample that a person has decided on, status and reason stay the person's; a verdict that comes only
        then is recorded beside them, so that it shows what the judge thought. One already recorded stays.
        """
        self._write(
            "update samples set stage = ?, score = ?, judges = ?,"
            " status = case decided_by when 'person' then status else ? end,"
            " reason = case decided_by when 'person' then reason else ? end"
            " where id = ? and (decided_by = 'judge' or score is null)",
            [stage, score, _verdicts_text(judges or {}), status, reason, sample],
        )

    def keep(self, sample: int) -> None:
        """Keep a sample because a person says so."""
        self._by_person(sample, "keep", {"status": "kept", "reason": "Kept by you"})

    def reject(self, sample: int, reason: str = "") -> None:
        """Reject a sample because a person says so."""
        self._by_person(sample, "reject", {"status": "rejected", "reason": reason or "Rejected by you"})

    def edit(self, sample: int, question: str, answer: str) -> None:
        """Replace a sample's text by a person's, and keep it."""
        if not question.strip() or not answer.strip():
            raise GenerationError("A sample needs a question and an answer.", "Fill in both, or reject the sample.")
        change = {"question": question, "answer": answer, "edited": 1, "status": "kept", "reason": "Edited by you"}
        self._by_person(sample, "edit", change)

    def sample(self, sample: int) -> Sample:
        """Return one sample."""
        rows = self._read("select * from samples where id = ?", [sample])
        if not rows:
            raise GenerationError(f"There is no sample {sample} in this run.")
        return _from_row(rows[0])

    def samples(
        self, status: str | None = None, leaf: str | None = None, text: str = "", after: int = 0
    ) -> list[Sample]:
        """Return samples in the order they were written: of one status, of one leaf, with a text, after an id."""
        clauses, values = ["id > ?"], [after]  # type: tuple[list[str], list[Any]]
        if status:
            clauses.append("status = ?")
            values.append(status)
        if leaf:
            clauses.append("leaf = ?")
            values.append(leaf)
        if text:
            clauses.append("(instr(lower(question), lower(?)) or instr(lower(answer), lower(?)))")
            values += [text, text]
        rows = self._read(f"select * from samples where {' and '.join(clauses)} order by id", values)
        return [_from_row(row) for row in rows]

    def keys(self) -> set[str]:
        """Return the keys of all samples written so far."""
        return {row["key"] for row in self._read("select key from samples", [])}

    def funnel(self) -> Funnel:
        """Return how many samples came how far; a person's decision counts in `kept` alone."""
        rows = self._read("select stage, status, count(*) as number from samples group by stage, status", [])
        reached = dict.fromkeys(STAGES, 0)
        for row in rows:
            for stage in STAGES[: min(STAGES.index(row["stage"]), 3) + 1]:
                reached[stage] += row["number"]
            reached["kept"] += row["number"] if row["status"] == "kept" else 0
        return Funnel(**reached)

    def reasons(self) -> dict[str, int]:
        """Return how many samples were rejected for each reason, the commonest first."""
        rows = self._read(
            "select reason, count(*) as number from samples where status = 'rejected'"
            " group by reason order by number desc, reason",
            [],
        )
        return {row["reason"]: row["number"] for row in rows}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _by_person(self, sample: int, action: str, change: Mapping[str, Any]) -> None:
        before = json.dumps({name: getattr(self.sample(sample), name) for name in change}, ensure_ascii=False)
        names = ", ".join(f"{name} = ?" for name in change)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            with closing(self._connection.cursor()) as cursor:
                cursor.execute("begin immediate")
                cursor.execute(
                    f"update samples set {names}, decided_by = 'person' where id = ?", [*change.values(), sample]
                )
                cursor.execute(
                    "insert into decisions (sample, time, action, before) values (?, ?, ?, ?)",
                    [sample, now, action, before],
                )
                cursor.execute("commit")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            raise _store_error(self.path, error) from error

    def _write(self, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise _store_error(self.path, error) from error

    def _read(self, statement: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _store_error(self.path, error) from error


def _to_row(sample: Sample) -> dict[str, Any]:
    row = asdict(sample)
    if not sample.id:
        del row["id"]
    row["judges"] = _verdicts_text(sample.judges)
    row["edited"] = int(sample.edited)
    return row


def _from_row(row: sqlite3.Row) -> Sample:
    fields = dict(row)
    fields["judges"] = {name: Verdict(**verdict) for name, verdict in json.loads(fields["judges"]).items()}
    fields["edited"] = bool(fields["edited"])
    return Sample(**fields)


def _verdicts_text(judges: Mapping[str, Verdict]) -> str:
    return json.dumps({name: asdict(verdict) for name, verdict in judges.items()})


def _store_error(path: Path, error: sqlite3.Error) -> Exception:
    if "full" in str(error):
        return write_error(path, OSError(28, str(error)))
    return GenerationError(
        f"The samples in {path.parent.name} could not be read or written.",
        "Check that the folder is there and that you may write to it.",
        f"{path}: {error}",
    )

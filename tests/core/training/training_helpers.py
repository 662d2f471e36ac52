# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Generation runs written by hand, a job context that records, and a tiny model to train."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ilab_core.errors import Cancelled
from ilab_core.generation.samples import Sample, SampleStore
from ilab_core.training.packing import Row

LEAF = "knowledge/places/harrow_cove"
FACTS = (
    ("What is the tower made of?", "The tower is made of green slate."),
    ("Who keeps the bees?", "Old Marta keeps the bees."),
    ("When does the ferry go?", "The ferry goes at dawn."),
    ("What is eaten at the feast?", "Eel pie is eaten at the feast."),
    ("Which bird lives there?", "The grey heron lives there."),
    ("How deep is the well?", "The well is nine fathoms deep."),
)


class RecordingContext:
    """A JobContext that keeps its events; commands and a cancel can be given at a step."""

    def __init__(self, folder: Path, request: Mapping[str, Any]) -> None:
        self.folder = folder
        self.request = request
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.cancel_at: int | None = None
        self.stop_at: int | None = None

    def emit(self, event: str, **fields: Any) -> None:
        json.dumps(fields)
        self.events.append((event, fields))

    def check_cancelled(self) -> None:
        if self.cancel_at is not None and self.steps() >= self.cancel_at:
            raise Cancelled

    def take_command(self, timeout: float = 0.0) -> Mapping[str, Any] | None:
        if self.stop_at is not None and self.steps() >= self.stop_at:
            return {"command": "stop"}
        return None

    def steps(self) -> int:
        return len(self.of("step"))

    def of(self, event: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.events if name == event]


def write_generation_run(
    folder: Path,
    samples: Sequence[tuple[str, str]] = FACTS,
    seeds: Sequence[tuple[str, str]] = (),
    kind: str = "knowledge",
    status: str = "kept",
    context: str = "",
) -> Path:
    """Write what a generation run leaves behind."""
    folder.mkdir(parents=True)
    leaf = {
        "name": LEAF,
        "kind": kind,
        "commit": "",
        "sha256": "",
        "created_by": "tests",
        "seeds": [{"context": "A passage.", "question": question, "answer": answer} for question, answer in seeds],
    }
    (folder / "leaves.json").write_text(json.dumps([leaf]), encoding="utf-8")
    store = SampleStore(folder / "samples.db")
    for number, (question, answer) in enumerate(samples):
        sample = Sample(key=str(number), leaf=LEAF, kind=kind, question=question, answer=answer, context=context)
        stored = store.add(sample)
        if status == "kept":
            store.keep(stored.id)
        else:
            store.reject(stored.id, "not good")
    store.close()
    return folder


def make_rows(lengths: Sequence[int], vocabulary: int = 280, start: int = 3) -> list[Row]:
    """Return rows of these lengths, all different, the second half of each to be learned."""
    values: Iterator[int] = iter(range(10_000))
    rows = []
    for length in lengths:
        ids = tuple(start + (next(values) * 7919) % (vocabulary - start) for _ in range(length))
        rows.append(Row(ids, tuple(place >= length // 2 for place in range(length))))
    return rows

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a draft run suggests, and what a person decided: two small files in its folder, each with one writer.

The worker writes `suggestions.json`, the window `decisions.json`. No leaf is touched by either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from ilab_core.paths import write_atomic
from ilab_core.taxonomy.leaf import QuestionAnswer, SeedExample

SUGGESTIONS_FILE = "suggestions.json"
DECISIONS_FILE = "decisions.json"
FORMAT = 1

Decision = Literal["accepted", "dismissed"]


@dataclass(frozen=True)
class Suggestion:
    """A drafted seed example. `context` is exactly the characters of `document` from `start` to `end`.

    `document` is "" for a skill. `score` is how sure the judge is (0 to 1) of the least sure answer, None where no
    judge could be calibrated.
    """

    number: int
    example: SeedExample
    document: str = ""
    start: int = 0
    end: int = 0
    score: float | None = None


@dataclass(frozen=True)
class Drafted:
    """What a run has so far: its suggestions, and how many passages (of a skill: rounds) it has tried."""

    suggestions: tuple[Suggestion, ...] = ()
    tried: int = 0


def write_drafted(folder: Path, drafted: Drafted) -> None:
    """Write the suggestions of the run in `folder`; WorkspaceError where the disk refuses."""
    document = {
        "format": FORMAT,
        "tried": drafted.tried,
        "suggestions": [asdict(suggestion) for suggestion in drafted.suggestions],
    }
    write_atomic(folder / SUGGESTIONS_FILE, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def read_drafted(folder: Path) -> Drafted:
    """Return what the run in `folder` has suggested; nothing where its file is absent or damaged."""
    try:
        document = json.loads((folder / SUGGESTIONS_FILE).read_text(encoding="utf-8"))
        found = tuple(_suggestion(item) for item in document["suggestions"])
        return Drafted(found, int(document["tried"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Drafted()


def write_decisions(folder: Path, decisions: Mapping[int, Decision]) -> None:
    """Write what was decided, by the number of the suggestion; WorkspaceError where the disk refuses."""
    write_atomic(folder / DECISIONS_FILE, json.dumps({str(number): what for number, what in decisions.items()}) + "\n")


def read_decisions(folder: Path) -> dict[int, Decision]:
    """Return what was decided; nothing where the file is absent or damaged."""
    try:
        document = json.loads((folder / DECISIONS_FILE).read_text(encoding="utf-8"))
        return {int(number): what for number, what in document.items() if what in ("accepted", "dismissed")}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def undecided(drafted: Drafted, decisions: Mapping[int, Decision]) -> Sequence[Suggestion]:
    """Return the suggestions that wait for a person."""
    return [suggestion for suggestion in drafted.suggestions if suggestion.number not in decisions]


def _suggestion(item: Mapping[str, Any]) -> Suggestion:
    example = item["example"]
    pairs = tuple(QuestionAnswer(str(pair["question"]), str(pair["answer"])) for pair in example["pairs"])
    return Suggestion(
        number=int(item["number"]),
        example=SeedExample(str(example["context"]), pairs),
        document=str(item["document"]),
        start=int(item["start"]),
        end=int(item["end"]),
        score=None if item["score"] is None else float(item["score"]),
    )

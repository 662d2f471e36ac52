# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A small taxonomy, leaves made by hand, and samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ilab_core.generation.samples import Sample
from ilab_core.taxonomy.leaf import DocumentReference, Leaf, QuestionAnswer, SeedExample

PLACE = "knowledge/places/cove"
SKILL = "compositional_skills/words/plain"
TOWER = "The tower is made of green slate."
BEES = "Old Marta keeps the bees."
DOCUMENT = f"# The cove\n\n{TOWER} It is old.\n\n## Bees\n\n{BEES} They like heather.\n"


def write_taxonomy(root: Path) -> Path:
    """Write one knowledge leaf with its document and one skill, and return the root."""
    place = root / PLACE
    place.mkdir(parents=True)
    (place / "cove.md").write_text(DOCUMENT, encoding="utf-8")
    (place / "qna.yaml").write_text(
        "version: 3\ncreated_by: tests\ndomain: Places\ndocument_outline: The cove\nseed_examples:\n"
        f"  - context: {TOWER}\n    questions_and_answers:\n"
        "      - question: What is the tower made of?\n        answer: Green slate.\n"
        "      - question: Which colour is the tower?\n        answer: It is green.\n"
        f"  - context: {BEES}\n    questions_and_answers:\n"
        "      - question: Who keeps the bees?\n        answer: Old Marta.\n"
        "document:\n  repo: local\n  commit: local\n  patterns:\n    - cove.md\n",
        encoding="utf-8",
    )
    skill = root / SKILL
    skill.mkdir(parents=True)
    (skill / "qna.yaml").write_text(
        "version: 2\ncreated_by: tests\ntask_description: Say it in plain words\nseed_examples:\n"
        "  - question: Say utilise plainly\n    answer: Use.\n"
        "  - question: Say commence plainly\n    answer: Begin.\n"
        "  - question: Say purchase plainly\n    answer: Buy.\n",
        encoding="utf-8",
    )
    return root


def generation_request(taxonomy: Path, teacher: Path, leaves: tuple[str, ...] = (PLACE,), **changes: Any) -> dict:
    request = {
        "taxonomy": str(taxonomy),
        "leaves": list(leaves),
        "teacher": str(teacher),
        "samples": 4,
        "seed": 1,
        "documents": None,
    }
    return {**request, **changes}


def make_leaf(folder: Path, patterns: tuple[str, ...] = ("*.md",), kind: str = "knowledge", **changes: Any) -> Leaf:
    """Return a leaf in `folder` without writing its file."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs = (QuestionAnswer("What is it?", "It is green."), QuestionAnswer("Who is it?", "It is Marta."))
    fields: dict[str, Any] = {
        "path": folder / "qna.yaml",
        "name": "knowledge/a",
        "kind": kind,
        "version": 3,
        "created_by": "tests",
        "task_description": "Do it",
        "domain": "Places",
        "document_outline": "The cove",
        "seed_examples": (SeedExample("A context.", pairs), SeedExample("Another context.", pairs[:1])),
        "document": DocumentReference("local", "local", patterns),
    }
    return Leaf(**{**fields, **changes})


def make_sample(key: str = "a#0", **changes: Any) -> Sample:
    fields = {"key": key, "leaf": "knowledge/a", "kind": "knowledge", "question": "Why?", "answer": "So.", **changes}
    return Sample(**fields)

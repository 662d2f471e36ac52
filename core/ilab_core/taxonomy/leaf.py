# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The typed form of one leaf, whatever version of the standard its file is written in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["knowledge", "skill"]

LEAF_NAME = "qna.yaml"


@dataclass(frozen=True)
class QuestionAnswer:
    """One question and the answer to it."""

    question: str
    answer: str


@dataclass(frozen=True)
class SeedExample:
    """One seed example: a context ("" for a freeform skill) and its questions (one for a skill)."""

    context: str
    pairs: tuple[QuestionAnswer, ...]


@dataclass(frozen=True)
class DocumentReference:
    """Where a knowledge leaf's documents are: a repository, a commit, and file patterns."""

    repo: str
    commit: str
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Leaf:
    """One qna.yaml file. Text fields are without the white space around them; absent ones are ""."""

    path: Path
    name: str
    kind: Kind
    version: int
    created_by: str
    task_description: str
    domain: str
    document_outline: str
    seed_examples: tuple[SeedExample, ...]
    document: DocumentReference | None

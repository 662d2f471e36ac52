# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One thing to tell the writer of a leaf."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """A problem with its place: `line` and `column` from 1, `field` as `seed_examples[2].answer` or "".

    Errors make a leaf invalid by the standard; warnings do not. `code` is stable, `fix` is "" where there is none.
    """

    path: Path
    line: int
    column: int
    field: str
    severity: Severity
    code: str
    message: str
    fix: str


def problem_after(problems: Iterable[Problem], line: int, column: int, backwards: bool = False) -> Problem | None:
    """Return the next problem after a place (with `backwards` the one before it), around the end; None without any."""
    in_order = sorted(problems, key=lambda problem: (problem.line, problem.column), reverse=backwards)
    here = (line, column)
    beyond = (p for p in in_order if ((p.line, p.column) < here if backwards else (p.line, p.column) > here))
    return next(beyond, in_order[0] if in_order else None)

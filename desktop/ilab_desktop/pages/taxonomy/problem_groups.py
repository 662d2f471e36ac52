# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Problems as a person should meet them: what is still to be written is one line an example, not twenty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ilab_core.taxonomy.checking import Problem

from ilab_desktop.models.leaf_status import LeafStatus
from ilab_desktop.pages.taxonomy.places import example_of

TO_WRITE = "empty"
"""The code of an empty text."""
_FOLLOWS_FROM_EMPTY = "repeated"
_FEW = 2


def gathered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems with the empty texts of an example as one, and without what only follows from them."""
    problems = without_echoes(problems)
    empty = [problem for problem in problems if problem.code == TO_WRITE]
    by_example: dict[int | None, list[Problem]] = {}
    for problem in empty:
        by_example.setdefault(example_of(problem.field), []).append(problem)
    shown: list[Problem] = []
    for problem in problems:
        number = example_of(problem.field)
        group = by_example.get(number, []) if problem.code == TO_WRITE and number is not None else []
        if len(group) <= _FEW:
            shown.append(problem)
        elif problem is group[0] and number is not None:
            message = f"Seed example {number + 1} has {len(group)} texts still to write."
            shown.append(replace(problem, message=message, fix="Write them, or remove the example."))
    return tuple(shown)


def without_echoes(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems without those that only say that two empty entries are alike."""
    empty = {problem.field for problem in problems if problem.code == TO_WRITE}
    return tuple(p for p in problems if p.code != _FOLLOWS_FROM_EMPTY or not _holds_one_of(p.field, empty))


def status_of(problems: Sequence[Problem], change: str) -> LeafStatus:
    """Return what the tree and the leaf's badge say of a leaf with these problems."""
    shown = gathered(problems)
    errors = error_count(shown)
    unwritten = sum(problem.code == TO_WRITE for problem in shown)
    return LeafStatus(errors, len(shown) - errors, change, unwritten)


def error_count(problems: Iterable[Problem]) -> int:
    """Return how many are errors."""
    return sum(problem.severity == "error" for problem in problems)


def _holds_one_of(field: str, empty_fields: set[str]) -> bool:
    return any(name.startswith((f"{field}.", f"{field}[")) for name in empty_fields)

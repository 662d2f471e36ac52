# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Problems as a person should meet them: what is still to be written is one line an example, not twenty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ilab_core.taxonomy.checking import Problem

from ilab_desktop.pages.taxonomy.places import example_of

TO_WRITE = "empty"
"""The code of an empty text."""
_FOLLOWS_FROM_EMPTY = ("repeated",)
_FEW = 2


def gathered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems with the empty texts of an example as one, and without what only follows from them."""
    empty = [problem for problem in problems if problem.code == TO_WRITE]
    empty_fields = {problem.field for problem in empty}
    by_example: dict[int | None, list[Problem]] = {}
    for problem in empty:
        by_example.setdefault(example_of(problem.field), []).append(problem)
    shown: list[Problem] = []
    for problem in problems:
        if problem.code.startswith(_FOLLOWS_FROM_EMPTY) and _is_part_of(problem.field, empty_fields):
            continue
        number = example_of(problem.field)
        group = by_example.get(number, []) if problem.code == TO_WRITE and number is not None else []
        if len(group) <= _FEW:
            shown.append(problem)
        elif problem is group[0] and number is not None:
            message = f"Seed example {number + 1} has {len(group)} empty texts."
            shown.append(replace(problem, message=message, fix="Write them, or remove the example."))
    return tuple(shown)


def error_count(problems: Iterable[Problem]) -> int:
    """Return how many are errors."""
    return sum(problem.severity == "error" for problem in problems)


def _is_part_of(field: str, empty_fields: set[str]) -> bool:
    return any(name.startswith((f"{field}.", f"{field}[")) for name in empty_fields)

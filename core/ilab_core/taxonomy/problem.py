# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One thing to tell the writer of a leaf."""

from __future__ import annotations

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

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Which part of a leaf a field belongs to."""

from __future__ import annotations

import re

_PARTS = re.compile(r"seed_examples\[(\d+)\](?:\.questions_and_answers\[(\d+)\])?(?:\.(\w+))?")


def example_of(field: str) -> int | None:
    """Return the index of the seed example that a field belongs to, or None."""
    found = _PARTS.match(field)
    return int(found.group(1)) if found else None

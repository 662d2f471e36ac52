# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the tree's badges say of each leaf: new, changed, or published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pygit2

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.base import default_base, is_remote
from ilab_core.taxonomy.changes import changed_leaves


@dataclass(frozen=True)
class ChangeMarks:
    """How leaves differ from the base, by name; `otherwise` is said of those that do not differ."""

    changed: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""

    def of(self, name: str) -> str:
        """Return "new", "changed", "published", or "" where nothing is published to compare with."""
        return self.changed.get(name, self.otherwise)


def change_marks(root: Path) -> ChangeMarks:
    """Return the marks of the leaves below `root` against the default base; none where git cannot tell."""
    try:
        base = default_base(root)
        if not base:
            return ChangeMarks()
        changes = changed_leaves(root, base)
        # What equals a branch of this computer alone is not published yet.
        otherwise = "published" if is_remote(root, base) else ""
    except (TaxonomyError, pygit2.GitError):
        return ChangeMarks()
    marks = {change.name: "new" if change.change == "new" else "changed" for change in changes}
    return ChangeMarks(marks, otherwise)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a run of kind "draft" is asked: seed examples for one leaf, for a person to accept or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilab_core.taxonomy.leaf import LEAF_NAME, Leaf
from ilab_core.taxonomy.reader import parse_leaf, read_leaf


@dataclass(frozen=True)
class DraftRequest:
    """The leaf and how many examples to suggest for it.

    `text` is the leaf as it is being edited; where it is None, the leaf is read from its file. `description` says in
    a line what the leaf is about, in place of what the leaf itself says of it. `avoid` are contexts (of a skill:
    questions) that were suggested already. `threads` None means one for each core.
    """

    taxonomy: Path
    leaf: str
    teacher: Path
    examples: int
    seed: int
    documents: Path | None = None
    description: str = ""
    text: str | None = None
    avoid: tuple[str, ...] = ()
    threads: int | None = None

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> DraftRequest:
        """Return the request as `run.json` holds it."""
        return cls(
            taxonomy=Path(request["taxonomy"]),
            leaf=str(request["leaf"]),
            teacher=Path(request["teacher"]),
            examples=int(request["examples"]),
            seed=int(request["seed"]),
            documents=Path(request["documents"]) if request.get("documents") else None,
            description=str(request.get("description") or ""),
            text=request.get("text"),
            avoid=tuple(request.get("avoid") or ()),
            threads=request.get("threads"),
        )

    def read_leaf(self) -> Leaf:
        """Return the leaf to draft for; TaxonomyError where it cannot be read."""
        path = self.taxonomy / self.leaf / LEAF_NAME
        return read_leaf(path) if self.text is None else parse_leaf(self.text, path)

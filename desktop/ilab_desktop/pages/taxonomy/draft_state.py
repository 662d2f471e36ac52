# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What there is to say of drafting with the teacher, worked out from plain values: no widget here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ilab_core.errors import DocumentError, IlabError
from ilab_core.generation.documents import find_documents
from ilab_core.generation.draft_prompts import complete_examples
from ilab_core.models.library import ModelLibrary
from ilab_core.taxonomy.leaf import Leaf

EXAMPLES_NEEDED = 5
FEWEST_WANTED = 3

Cure = Literal["model", "document", "description", ""]


@dataclass(frozen=True)
class Missing:
    """Why the teacher cannot draft now: a sentence, and the words of a link to its `cure` ("" for none)."""

    text: str
    link: str = ""
    cure: Cure = ""


@dataclass(frozen=True)
class Ready:
    """The teacher's file, where it can draft; else what is `missing`."""

    teacher: Path | None = None
    missing: Missing | None = None


def look(leaf: Leaf, library: ModelLibrary, teacher: str, documents: Path) -> Ready:
    """Return whether the teacher can draft for a leaf. It looks for files, so call it in the background."""
    try:
        file = library.resolve(teacher)
    except IlabError:
        return Ready(missing=Missing("Drafting needs a teacher, and no model is chosen.", "Choose a model", "model"))
    if leaf.kind == "skill":
        if leaf.task_description:
            return Ready(file)
        return Ready(missing=Missing("Describe the task, and the teacher can draft examples.", "Go to", "description"))
    if leaf.version < 3:
        return Ready(missing=Missing("The teacher drafts for leaves of version 3."))
    if leaf.document is None or not leaf.document.patterns:
        text = "Give the leaf a document, and the teacher can draft examples from it."
        return Ready(missing=Missing(text, "Add a document…", "document"))
    try:
        find_documents(leaf, documents)
    except DocumentError as error:
        return Ready(missing=Missing(error.summary, "Add a document…", "document"))
    return Ready(file)


def what_counts(leaf: Leaf) -> tuple[object, ...]:
    """Return the parts of a leaf that `look` looks at."""
    return (leaf.path, leaf.kind, leaf.version, leaf.document, bool(leaf.task_description))


def examples_wanted(leaf: Leaf) -> int:
    """Return how many examples are worth drafting: what the standard still needs, and a few in any case."""
    return max(EXAMPLES_NEEDED - len(complete_examples(leaf)), FEWEST_WANTED)


def draft_title(name: str) -> str:
    """Return how a draft run is called in the list of jobs."""
    return "/".join(name.split("/")[-2:])


def is_of_leaf(request: dict[str, Any], taxonomy: Path, name: str) -> bool:
    """Return whether a draft run's request is about this leaf."""
    return request.get("leaf") == name and request.get("taxonomy") == str(taxonomy)

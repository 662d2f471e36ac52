# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What to ask a person before a leaf of an older shape is mended: a few texts, each with what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.fields import parse_field
from ilab_core.taxonomy.leaf import Leaf
from ilab_core.taxonomy.mending import Mended
from ilab_core.taxonomy.reader import parse_leaf

MOST_QUESTIONS = 12
"""More than this many are no short dialog; the rest is asked for by the leaf's problems."""

_ABOUT = {
    "document_outline": (
        "Outline of the document",
        "One or two sentences that say what the leaf's document is about. The teacher reads it with every passage.",
    ),
    "domain": ("Domain", "The subject in a word or two, such as astronomy."),
    "created_by": ("Contributor", "Who wrote the leaf: a GitHub name, or another."),
    "task_description": ("Task", "What the skill does, in one sentence."),
}


@dataclass(frozen=True)
class Question:
    """One text to ask for: the field it goes into, what to call it, and what it is for in a sentence or two."""

    field: str
    label: str
    about: str


def questions(mended: Mended, path: Path) -> tuple[Question, ...]:
    """Return what the mended leaf lacks because its older shape had no place for it, the whole leaf's texts first."""
    try:
        leaf = parse_leaf(mended.text, path)
    except TaxonomyError:
        return ()
    fields = dict.fromkeys(problem.field for problem in mended.new_asks)
    whole = [Question(field, *_ABOUT[field]) for field in _ABOUT if field in fields]
    contexts = [question for field in fields if (question := _context(field, leaf)) is not None]
    return tuple([*whole, *contexts][:MOST_QUESTIONS])


def _context(field: str, leaf: Leaf) -> Question | None:
    match parse_field(field):
        case ("seed_examples", int(number), "context") if number < len(leaf.seed_examples):
            *more, last = [f"“{pair.question}”" for pair in leaf.seed_examples[number].pairs] or ["its questions"]
            asked = f"{', '.join(more)} and {last}" if more else last
            about = f"A passage of the document, word for word, that answers {asked}"
            return Question(field, f"Context of seed example {number + 1}", about)
    return None

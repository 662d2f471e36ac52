# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a person does to a leaf in the form, each as one change of its document's text."""

from __future__ import annotations

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.editing import add_example as with_example
from ilab_core.taxonomy.editing import add_pair as with_pair
from ilab_core.taxonomy.editing import duplicate_item, move_item, remove_item, set_field
from ilab_core.taxonomy.leaf import DocumentReference, QuestionAnswer, SeedExample

from ilab_desktop.pages.taxonomy.head_fields import PATTERNS
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument

_QUESTIONS = 3
"""How many a knowledge example needs."""


def tidy(text: str) -> str:
    """Return typed text as a leaf holds it: without white space at its ends or at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def set_value(document: LeafDocument, field: str, typed: str) -> None:
    """Write a field's new text; TaxonomyError where this file's way of writing does not allow it."""
    value = tidy(typed)
    # Lines of the list of files are its entries.
    written = [line.strip() for line in value.split("\n") if line.strip()] if field == PATTERNS else value
    document.change(set_field(document.text, field, written), "Edit", field)


def set_context(document: LeafDocument, number: int, context: str) -> None:
    """Make a passage the context of an example."""
    changed = set_field(document.text, f"seed_examples[{number}].context", tidy(context))
    document.change(changed, "Use as context")


def set_document(document: LeafDocument, reference: DocumentReference, label: str) -> None:
    """Let the leaf name these documents; what it says of them already stays as it is written."""
    leaf = document.parsed()
    if isinstance(leaf, TaxonomyError):
        raise leaf
    named = leaf.document or DocumentReference("", "", ())
    text = document.text
    for field, before, value in (
        ("document.repo", named.repo, reference.repo),
        ("document.commit", named.commit, reference.commit),
        (PATTERNS, list(named.patterns), list(reference.patterns)),
    ):
        if before != value:
            text = set_field(text, field, value)
    document.change(text, label)


def add_example_about(document: LeafDocument, context: str) -> None:
    """Add an example at the end with a passage as its context and its questions to write."""
    empty = (QuestionAnswer("", ""),) * _QUESTIONS
    made = with_example(document.text, document.kind, SeedExample(tidy(context), empty))
    document.change(made, "New example from selection")


def duplicate_example(document: LeafDocument, number: int) -> None:
    """Put a copy of an example right after it."""
    document.change(duplicate_item(document.text, f"seed_examples[{number}]"), "Duplicate example")


def add_example(document: LeafDocument) -> None:
    """Add an empty example at the end."""
    document.change(with_example(document.text, document.kind), "Add example")


def remove_example(document: LeafDocument, number: int) -> None:
    """Remove an example."""
    document.change(remove_item(document.text, f"seed_examples[{number}]"), "Remove example")


def move_example(document: LeafDocument, number: int, to: int) -> None:
    """Move an example to another place."""
    document.change(move_item(document.text, f"seed_examples[{number}]", to), "Move example")


def add_pair(document: LeafDocument, number: int) -> None:
    """Add an empty question and answer to a knowledge example."""
    document.change(with_pair(document.text, number), "Add question")


def remove_pair(document: LeafDocument, number: int, pair: int) -> None:
    """Remove a question and its answer from a knowledge example."""
    field = f"seed_examples[{number}].questions_and_answers[{pair}]"
    document.change(remove_item(document.text, field), "Remove question")

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a person does to a leaf in the form, each as one change of its document's text."""

from __future__ import annotations

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.editing import add_example as with_example
from ilab_core.taxonomy.editing import add_pair as with_pair
from ilab_core.taxonomy.editing import move_item, remove_item, set_field

from ilab_desktop.pages.taxonomy.head_fields import PATTERNS
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument


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


def add_document(document: LeafDocument, name: str) -> None:
    """Name a file beside the leaf as its document."""
    leaf = document.parsed()
    if isinstance(leaf, TaxonomyError):
        raise leaf
    named = leaf.document
    text = document.text
    for field, value in (("repo", named.repo if named else ""), ("commit", named.commit if named else "")):
        if not value:
            text = set_field(text, f"document.{field}", "local")
    patterns = [pattern for pattern in (named.patterns if named else ()) if pattern != name]
    document.change(set_field(text, PATTERNS, [*patterns, name]), "Add document")


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

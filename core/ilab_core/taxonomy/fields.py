# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The place of a value in a leaf: as a path of keys and indices, as text, and in words."""

from __future__ import annotations

import re

from ilab_core.errors import TaxonomyError

Step = str | int
FieldPath = tuple[Step, ...]

_STEP = re.compile(r"\[(\d+)\]|(?:^|\.)([^.\[\]]+)")


def format_field(path: FieldPath) -> str:
    """Return the text of `path`: `("seed_examples", 2, "answer")` gives `seed_examples[2].answer`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def parse_field(text: str) -> FieldPath:
    """Return the path that `text` names; TaxonomyError where it is not written as a field."""
    steps: list[Step] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise TaxonomyError(f"“{text}” is not the name of a field.")
        steps.append(int(match[1]) if match[1] is not None else match[2])
        position = match.end()
    return tuple(steps)


def describe(path: FieldPath) -> str:
    """Return what a person calls the value at `path`, at the start of a sentence: "The answer in seed example 3"."""
    match path:
        case ():
            return "The file"
        case ("seed_examples",):
            return "`seed_examples`"
        case ("seed_examples", int(number)):
            return f"Seed example {number + 1}"
        case ("seed_examples", int(number), "questions_and_answers"):
            return f"`questions_and_answers` in seed example {number + 1}"
        case ("seed_examples", int(number), "questions_and_answers", int(pair)):
            return f"Question {pair + 1} of seed example {number + 1}"
        case ("seed_examples", int(number), "questions_and_answers", int(pair), "question"):
            return f"Question {pair + 1} of seed example {number + 1}"
        case ("seed_examples", int(number), "questions_and_answers", int(pair), "answer"):
            return f"The answer to question {pair + 1} of seed example {number + 1}"
        case ("seed_examples", int(number), str(key)):
            return f"The {key} in seed example {number + 1}"
        case ("document", "patterns", int(number)):
            return f"Pattern {number + 1} of the document"
        case _:
            return f"`{format_field(path)}`"


def within_words(path: FieldPath) -> str:
    """Return where the mapping at `path` is, to end a sentence with: " in seed example 3", or "" for the file."""
    match path:
        case ():
            return ""
        case ("seed_examples", int(number)):
            return f" in seed example {number + 1}"
        case ("seed_examples", int(number), "questions_and_answers", int(pair)):
            return f" in question {pair + 1} of seed example {number + 1}"
        case _:
            return f" in `{format_field(path)}`"

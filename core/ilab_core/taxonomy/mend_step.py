# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a mend looks at and what it proposes, and the proof that a proposal loses no word and makes nothing worse."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from ilab_core.taxonomy.checking import Problem, check_text
from ilab_core.taxonomy.leaf import Kind
from ilab_core.taxonomy.parsing import Parsed, parse_yaml, walk
from ilab_core.taxonomy.source import LeafError
from ilab_core.taxonomy.tree import kind_of

NEEDS_A_PERSON = frozenset({"missing", "empty", "too-few"})
"""The codes of errors that only someone who knows the subject can mend."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Draft:
    """A leaf's text with Unix line ends and without byte order mark, and what is to be known of it."""

    text: str
    path: Path

    @cached_property
    def parsed(self) -> Parsed | None:
        """The text as YAML, None where it cannot be read."""
        try:
            return parse_yaml(self.text)
        except LeafError:
            return None

    @cached_property
    def errors(self) -> tuple[Problem, ...]:
        """The errors by the standard."""
        return tuple(problem for problem in check_text(self.text, self.path) if problem.severity == "error")

    @property
    def root(self) -> yaml.Node | None:
        """The node of the whole, None where the text cannot be read or is empty."""
        return self.parsed.root if self.parsed is not None else None

    @property
    def kind(self) -> Kind:
        """Knowledge or skill, by the path or else by the keys."""
        has_document = (
            self.parsed is not None and isinstance(self.parsed.value, dict) and "document" in self.parsed.value
        )
        return kind_of(self.path) or ("knowledge" if has_document else "skill")

    def errors_of(self, *codes: str) -> list[Problem]:
        """Return the errors that have one of these codes."""
        return [error for error in self.errors if error.code in codes]

    @cached_property
    def values(self) -> Counter[str]:
        """Every scalar of the leaf but its version, white space evened out, with how often it occurs."""
        nodes = walk(self.root, (), set())
        return Counter(
            " ".join(str(node.value).split())
            for path, _key, node in nodes
            if isinstance(node, yaml.ScalarNode) and path != ("version",)
        )


@dataclass(frozen=True)
class Change:
    """A proposed mend: the new text, and a sentence that says what was done.

    `removed` and `added` are the pieces whose words go or come (a renamed key, what moves to `attribution`);
    `reshapes` says that the parts of a value become one text or a list; `reveals` that the mended error hid others;
    `keeps` that the mend is wanted even where it takes no error away.
    """

    text: str
    step: str
    removed: str = ""
    added: str = ""
    attribution: str = ""
    reshapes: bool = False
    reveals: bool = False
    keeps: bool = False


Mend = Callable[[Draft], Iterator[Change]]


def accepted(before: Draft, change: Change) -> Draft | None:
    """Return the draft after `change`, None where the change loses words or makes the leaf worse."""
    after = Draft(change.text, before.path)
    if after.root is None or not _same_words(before, change):
        return None
    if before.root is not None and not change.reshapes and not _same_values(before, after, change):
        return None
    if change.reveals:
        return after
    total = len(after.errors) - len(before.errors)
    certain = _not_for_a_person(after) - _not_for_a_person(before)
    if total > 0 or certain > 0 or (total == certain == 0 and not change.keeps):
        return None
    return after


def _not_for_a_person(draft: Draft) -> int:
    return sum(error.code not in NEEDS_A_PERSON for error in draft.errors)


def words_of(text: str) -> Counter[str]:
    """Return every word of a text, keys and comments included, with how often it occurs."""
    return Counter(_WORD.findall(text))


def _same_words(before: Draft, change: Change) -> bool:
    meant = words_of(before.text)
    meant.subtract(words_of(change.removed))
    meant.update(words_of(change.added))
    return +meant == words_of(change.text) and min(meant.values(), default=0) >= 0


def _same_values(before: Draft, after: Draft, change: Change) -> bool:
    """Say that no value is new, and that those that are gone stood in what was removed."""
    gone = before.values - after.values
    come = after.values - before.values
    removed = words_of(change.removed)
    return not +Counter({value: n for value, n in come.items() if value}) and all(
        not words_of(value) - removed for value in gone
    )

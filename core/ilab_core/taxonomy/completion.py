# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a person who writes YAML may write next: the keys that fit the cursor's place, and how far to indent a new line.

A text that is being typed is seldom YAML, so lines are read one by one, by their indentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ilab_core.taxonomy.leaf import Kind
from ilab_core.taxonomy.schema import load_schema, validator, versions

INDENT = 2
"""Columns from one level to the next."""
LARGEST = 400_000
"""Characters up to which keys are offered; reading the lines of a larger text takes longer than a key may."""

_LINE = re.compile(r"(?P<indent> *)(?P<hyphens>(?:- +)*)(?:(?P<key>[A-Za-z_]\w*) *:\s+(?P<value>.*))?")
_TYPED = re.compile(r"(?P<indent> *)(?P<hyphens>(?:- +)?)(?P<word>[A-Za-z_]*)")
_BLOCK = re.compile(r"(?:.*[:-]\s+)?[|>][-+0-9]*\s*(?:#.*)?")
_VERSION = re.compile(r"^version: *(\d+)", re.MULTILINE)
_ABOUT = {
    "version": "the version of the standard",
    "created_by": "who wrote the leaf",
    "task_description": "what the model learns to do",
    "domain": "the field of knowledge, in a word or two",
    "seed_examples": "at least five examples",
    "document_outline": "what the document covers, in a sentence",
    "document": "where the document is",
    "context": "a passage that holds the answers",
    "questions_and_answers": "at least three, answered by the context",
    "question": "what a person may ask",
    "answer": "what the model should answer",
    "repo": "the document's git repository",
    "commit": "the commit's full id",
    "patterns": "the files in the repository",
}


@dataclass(frozen=True)
class KeyOffer:
    """A key that fits: `text` is what to write, up to where its value begins, `about` says in words what it holds."""

    key: str
    text: str
    about: str


@dataclass(frozen=True)
class Completion:
    """The keys that fit a place; they replace the line's text from column `start` (from 0) to the cursor."""

    start: int = 0
    offers: tuple[KeyOffer, ...] = ()


@dataclass(frozen=True)
class _Row:
    """A line that has a key or starts a list entry; `column` is that of its key."""

    number: int
    column: int
    hyphens: bool
    key: str
    has_value: bool


def complete(text: str, line: int, column: int, kind: Kind) -> Completion:
    """Return the keys that fit the cursor at `line` and `column`, both from 0, and are not there yet."""
    if len(text) > LARGEST:
        return Completion()
    lines = text.split("\n")
    typed = _TYPED.fullmatch(lines[line][:column])
    if typed is None or lines[line][column:].strip() or _in_block(lines, line):
        return Completion()
    place = len(typed["indent"]) + len(typed["hyphens"])
    rows = [row for row in _rows(lines) if row.number != line]
    above = [row for row in rows if row.number < line]
    path = _path_to(above, place)
    schema = _schema_at(text, kind, [row.key for row in path]) if path is not None else None
    if path is None or schema is None:
        return Completion()
    is_list = schema.get("type") == "array"
    holder = schema.get("items", {}) if is_list else schema
    parent = path[-1].number if path else -1
    starts_entry = bool(typed["hyphens"])
    entry = _entry_rows(above, parent, place) if not starts_entry else []
    in_entry = starts_entry or any(row.hyphens for row in entry)
    if in_entry != is_list and (in_entry or entry):
        return Completion()
    below = _rows_below([row for row in rows if row.number > line], place)
    present = {row.key for row in [*entry, *below]} if in_entry or not is_list else set()
    hyphen = "- " if is_list and not in_entry else ""
    offers = tuple(
        _offer(key, value, hyphen, place)
        for key, value in holder.get("properties", {}).items()
        if key not in present and key.startswith(typed["word"].lower())
    )
    return Completion(place, offers)


def new_line_indent(text: str, line: int, column: int) -> int:
    """Return how many spaces a new line begins with that is made at the cursor: the level goes on, or down one."""
    lines = text.split("\n")
    before = lines[line][:column]
    indent = _indent(before)
    found = _LINE.match(f"{before} ")
    if found is None or not before.strip() or _in_block(lines, line):
        return indent
    place = len(found["indent"]) + len(found["hyphens"])
    if found["key"] is None:
        return place if _BLOCK.fullmatch(before) else indent
    opens = not found["value"].split("#")[0].strip() or _BLOCK.fullmatch(before.rstrip())
    return place + INDENT if opens else place


def _rows(lines: Sequence[str]) -> Iterator[_Row]:
    """Give the lines that carry structure; the text of blocks, comments and blank lines are passed over."""
    block = -1
    for number, line in enumerate(lines):
        if not line.strip() or (block >= 0 and _indent(line) > block):
            continue
        block = _block_level(line)
        found = _LINE.match(f"{line.rstrip()} ")
        if found is None or line.lstrip().startswith("#") or not (found["key"] or found["hyphens"]):
            continue
        has_value = bool((found["value"] or "").split("#")[0].strip())
        place = len(found["indent"]) + len(found["hyphens"])
        yield _Row(number, place, bool(found["hyphens"]), found["key"] or "", has_value)


def _in_block(lines: Sequence[str], line: int) -> bool:
    """Return whether the line is inside the text of a block."""
    lowest = _indent(lines[line])
    for above in reversed(lines[:line]):
        if above.strip() and _indent(above) < lowest:
            block = _block_level(above)
            if block >= 0:
                return lowest > block
            lowest = _indent(above)
    return False


def _block_level(line: str) -> int:
    """Return the column that the text of the block which starts in this line goes beyond, -1 where none starts."""
    if "|" not in line and ">" not in line:
        return -1
    found = _LINE.match(f"{line.rstrip()} ")
    if found is None or not _BLOCK.fullmatch(line.rstrip()):
        return -1
    place = len(found["indent"]) + len(found["hyphens"])
    return place if found["key"] else place - INDENT


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _path_to(above: Sequence[_Row], place: int) -> list[_Row] | None:
    """Return the rows of the keys that a key at column `place` is below, outermost first; None where none can be."""
    path: list[_Row] = []
    limit = place
    for row in reversed(above):
        if row.column < limit and row.key:
            if row.has_value:
                return None
            path.insert(0, row)
            limit = row.column
    return path if limit == 0 else None


def _entry_rows(above: Sequence[_Row], parent: int, place: int) -> list[_Row]:
    """Return the rows of the same set of keys that stand above, back to the start of their list entry."""
    found: list[_Row] = []
    for row in reversed(above):
        if row.number <= parent:
            break
        if row.column == place:
            found.append(row)
            if row.hyphens:
                break
    return found


def _rows_below(below: Sequence[_Row], place: int) -> list[_Row]:
    found: list[_Row] = []
    for row in below:
        if row.column < place or (row.hyphens and row.column <= place):
            break
        if row.column == place:
            found.append(row)
    return found


def _schema_at(text: str, kind: Kind, keys: Sequence[str]) -> Mapping[str, Any] | None:
    """Return what the standard says of the value below these keys, None where it knows no such key."""
    stated = _VERSION.search(text)
    version = int(stated[1]) if stated and int(stated[1][:3]) in versions() else versions()[-1]
    schema: Any = validator(version, kind).schema
    first = load_schema(version, "version.json")["properties"]
    at: Mapping[str, Any] = {"properties": {**first, **schema.get("properties", {})}}
    for key in keys:
        holder = at.get("items", {}) if at.get("type") == "array" else at
        found = holder.get("properties", {}).get(key)
        if found is None:
            return None
        at = found
    return at


def _offer(key: str, schema: Mapping[str, Any], hyphen: str, place: int) -> KeyOffer:
    deeper = "\n" + " " * (place + len(hyphen) + INDENT)
    match schema.get("type"):
        case "array":
            value = f"{deeper}- "
        case "object":
            value = deeper
        case _:
            value = f" {schema['const']}" if "const" in schema else " "
    return KeyOffer(key, f"{hyphen}{key}:{value}", _ABOUT.get(key, ""))

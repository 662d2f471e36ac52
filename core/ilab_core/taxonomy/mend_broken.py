# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Text that YAML cannot read: from the place of the error, the lines of one key are rewritten until it can.

A leaf has few keys, so the lines between two of them are a value, whatever its quotes, colons and indentation. Each
repair must bring the next error further down, and the end is taken only if all of the file can be read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.emit import Slot, scalar_text
from ilab_core.taxonomy.mend_step import Change, Draft, words_of
from ilab_core.taxonomy.parsing import parse_yaml, walk
from ilab_core.taxonomy.source import LeafError

_MOST_READ = 10_000_000
"""Characters read in search of repairs, some seconds' worth; a file that needs more is left to its writer."""
_BLOCK_HEADER = re.compile(r"[|>](?:[-+]?[1-9]?|[1-9][-+])(?:[ \t]+|$)|[|>]")
_KEYS = (
    "version|created_by|domain|task_description|seed_examples|context|questions_and_answers|question|answer|"
    "document_outline|document|repo|commit|patterns|attribution|source|license|licence"
)
_KEY_LINE = re.compile(rf"^([ \t]*)(-?[ \t]*)({_KEYS})([ \t]*:)(.*)$", re.IGNORECASE)
_ENTRY_LINE = re.compile(r"^[ \t]*-[ \t]+\S")
_LISTS = ("seed_examples", "questions_and_answers", "document", "attribution", "patterns")


@dataclass(frozen=True)
class _Region:
    """The lines of one key and its value: the first and the one past the last, and the parts of the first."""

    first: int
    end: int
    indent: str
    hyphen: str
    key: str
    rest: str

    @property
    def column(self) -> int:
        return len((self.indent + self.hyphen).expandtabs(2))


def mend_broken(draft: Draft) -> Iterator[Change]:
    """Propose the text with every place rewritten that keeps it from being read."""
    if draft.parsed is not None:
        return
    lines = draft.text.split("\n")
    error = _error(lines)
    repairs = 0
    tries_left = _MOST_READ // max(len(draft.text), 1)
    while error is not None:
        for candidate in itertools.islice(_candidates(lines, error.line - 1), max(tries_left, 0)):
            tries_left -= 1
            after = _error(candidate)
            if candidate != lines and (after is None or _place(candidate, after) > _place(lines, error)):
                lines, error = candidate, after
                repairs += 1
                break
        else:
            return
    text = "\n".join(_with_blocks_indented(lines))
    if error is None and _is_leaf(text):
        places = "1 place" if repairs == 1 else f"{repairs} places"
        yield Change(
            text, f"Corrected quotes, colons, hyphens or indentation in {places} that YAML cannot read.", reveals=True
        )


def _is_leaf(text: str) -> bool:
    """Say whether every line that starts with a key is one, each question and answer in an example of its own."""
    parsed = parse_yaml(text)
    if not isinstance(parsed.value, dict | list):
        return False
    lines = set()
    for path, key, node in walk(parsed.root, (), set()):
        in_example = len(path) == 2 or (path[0] == "seed_examples" and "attribution" not in path)
        if not in_example and str(path[-1]).casefold() in ("question", "answer"):
            return False
        if isinstance(node, yaml.MappingNode) and len({key.value for key, _value in node.value}) < len(node.value):
            return False
        if key is not None:
            lines.add(key.start_mark.line)
    return all(region.first in lines for region in _regions(text.split("\n")))


def _error(lines: list[str]) -> LeafError | None:
    try:
        parse_yaml("\n".join(lines))
    except LeafError as error:
        return error
    return None


def _place(lines: list[str], error: LeafError) -> tuple[int, int]:
    """Return where the error is: its line, counted from the end since a repair may add one, and its place in it.

    Moving a line is no progress by itself, so its indentation does not count.
    """
    return error.line - len(lines), error.column - _depth(lines[min(error.line, len(lines)) - 1])


def _candidates(lines: list[str], line: int) -> Iterator[list[str]]:
    """Yield the lines with one repair at or above the error on `line`, the most likely first."""
    line = min(line, len(lines) - 1)
    regions = _regions(lines)
    near = [region for region in regions if region.first <= line][-4:]
    for region in reversed(near):
        yield from _respaced(lines, region)
    for region in reversed(near):
        if region.key not in _LISTS:
            yield from _rewritten(lines, region)
    yield from _spaced_hyphens(lines, line)
    if near and _ENTRY_LINE.match(lines[line]) and not _KEY_LINE.match(lines[line]):
        by = near[-1].column - _depth(lines[line])
        yield [*lines[:line], _shifted(lines[line], by), *lines[line + 1 :]]
    if near and near[-1].hyphen.strip():
        yield from _moved_entries(lines, near[-1], regions)
    for region in reversed(near):
        yield from _moved(lines, region, near)


def _regions(lines: list[str]) -> list[_Region]:
    found = [(number, match) for number, line in enumerate(lines) if (match := _KEY_LINE.match(line))]
    ends = [*[number for number, _match in found], len(lines)][1:]
    return [
        _Region(number, end, match[1], match[2], match[3], match[5])
        for (number, match), end in zip(found, ends, strict=True)
    ]


def _with(lines: list[str], region: _Region, new: list[str]) -> list[str]:
    return [*lines[: region.first], *new, *lines[region.end :]]


def _respaced(lines: list[str], region: _Region) -> Iterator[list[str]]:
    """Yield the lines with a space after the colon of the key, one after its hyphen, and spaces for tabs before it."""
    rest = region.rest
    if len(region.hyphen) > 2:
        yield _with(lines, region, [f"{region.indent}- {region.key}:{rest}", *lines[region.first + 1 : region.end]])
    first = region.indent.replace("\t", "  ") + region.hyphen.replace("\t", " ") + region.key + ":"
    if rest and not rest[0].isspace():
        yield _with(lines, region, [f"{first} {rest}", *lines[region.first + 1 : region.end]])
    if "\t" in region.indent + region.hyphen:
        yield _with(lines, region, [first + rest, *lines[region.first + 1 : region.end]])


def _rewritten(lines: list[str], region: _Region) -> Iterator[list[str]]:
    """Yield the lines with a value written anew: as a block where it was meant for one, else in the style it needs."""
    below, after = _text_below(lines[region.first + 1 : region.end])
    start = region.indent.replace("\t", "  ") + region.hyphen.replace("\t", " ") + region.key + ": "
    column = len(start) - len(region.key) - 2
    if _stands_alone(column, region, below):
        return
    rest = region.rest.strip()
    header = _BLOCK_HEADER.match(rest)
    if header is not None:
        value = "\n".join(part for part in (rest[header.end() :].strip(), _dedented(below, column)) if part)
    else:
        value = _unquoted(_folded([rest, *below]))
    if value.startswith('"') and "\\" in value:
        # Meant for escapes perhaps, which would then have to be read.
        return
    value = "\n".join(line.rstrip() for line in value.split("\n"))
    try:
        new = start + scalar_text(value, Slot(column, column + 2), "|" if header is not None else "", header="|")
    except TaxonomyError:
        return
    if value and words_of(new) == words_of("\n".join([lines[region.first], *below])):
        yield _with(lines, region, [*new.split("\n"), *after])


def _stands_alone(column: int, region: _Region, below: list[str]) -> bool:
    """Say whether a key and its value can be read by themselves: then what is wrong is not in the value."""
    try:
        value = parse_yaml("\n".join([f"{' ' * column}{region.key}:{region.rest}", *below])).value
    except LeafError:
        return False
    return isinstance(value, dict) and value.get(region.key) not in (None, "")


def _folded(lines: list[str]) -> str:
    """Return lines as YAML reads a text that is no block: joined by spaces, blank lines as line breaks."""
    text = ""
    for line in (line.strip() for line in lines):
        text += "\n" if not line else line if not text or text.endswith("\n") else f" {line}"
    return text.strip("\n")


def _with_blocks_indented(lines: list[str]) -> list[str]:
    """Return the lines with the text of every block right of its key, where all of it stands further left."""
    for region in reversed(_regions(lines)):
        below, _after = _text_below(lines[region.first + 1 : region.end])
        depths = [_depth(line) for line in below if line.strip()]
        if depths and max(depths) <= region.column and _BLOCK_HEADER.fullmatch(region.rest.strip()):
            lines = next(_rewritten(lines, region), lines)
    return lines


def _text_below(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines that belong to a value, and the blank lines and comments after it."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return lines[:end], lines[end:]


def _dedented(lines: list[str], column: int) -> str:
    """Return lines without the indentation that those have in common which stand right of their key."""
    lines = [line.expandtabs(2) for line in lines]
    depths = [_depth(line) for line in lines if line.strip()]
    right = [depth for depth in depths if depth > column]
    own = min(right, default=column)
    return "\n".join(line[min(own, _depth(line)) :] for line in lines).strip("\n")


def _unquoted(value: str) -> str:
    """Return the text between quotes, the last of which may be missing; "" where it is not clear where they end."""
    quote = value[:1]
    if quote not in ("'", '"') or (quote == '"' and "\\" in value):
        return value
    if not value.endswith(quote) and quote in value[1:]:
        return ""
    return value[1:].rstrip(quote).replace("''", "'") if quote == "'" else value[1:].rstrip(quote)


def _spaced_hyphens(lines: list[str], line: int) -> Iterator[list[str]]:
    """Yield the lines with a space after the hyphen of an entry, which the keys below it keep company."""
    for number in range(line, max(line - 3, -1), -1):
        match = re.match(r"^([ \t]*)-(\w+:.*)$", lines[number])
        if match is None:
            continue
        end = number + 1
        while end < len(lines) and re.match(rf"^{match[1]} (?![ -])", lines[end]):
            end += 1
        below = lines[number + 1 : end]
        yield [*lines[:number], f"{match[1]}- {match[2]}", *(f" {item}" for item in below), *lines[end:]]
        # Without a key above, the entry belongs to no list.
        yield [*lines[:number], match[1] + match[2], *(item.replace(" ", "", 1) for item in below), *lines[end:]]


def _moved_entries(lines: list[str], entry: _Region, regions: list[_Region]) -> Iterator[list[str]]:
    """Yield the lines with an entry, all its keys along, moved to the column of an entry above it."""
    above = [region for region in regions if region.hyphen.strip() and region.first < entry.first]
    alike = [region for region in above if region.key == entry.key]
    end = entry.end
    while end < len(lines) and not _ENTRY_LINE.match(lines[end]) and lines[end][:1].isspace():
        end += 1
    for depth in dict.fromkeys(len(region.indent) for region in reversed(above + alike)):
        moved = [_shifted(line, depth - len(entry.indent)) for line in lines[entry.first : end]]
        yield [*lines[: entry.first], *moved, *lines[end:]]


def _moved(lines: list[str], region: _Region, near: list[_Region]) -> Iterator[list[str]]:
    """Yield the lines with a key and its value moved below a key above it."""
    columns = dict.fromkeys([other.column for other in reversed(near)] + [len(other.indent) for other in near] + [0])
    for column in columns:
        by = column - region.column
        if by == 0 or (region.hyphen.strip() and column < len(region.hyphen)):
            continue
        moved = [_shifted(line, by) for line in lines[region.first : region.end]]
        yield _with(lines, region, moved)
        if not region.hyphen.strip():
            yield _with(lines, region, [moved[0], *lines[region.first + 1 : region.end]])


def _shifted(line: str, by: int) -> str:
    if not line.strip():
        return line
    return " " * by + line if by > 0 else line[min(-by, _depth(line)) :]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where the nodes of a text stand, to the character: what an edit must know to leave the rest alone."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.emit import Layout
from ilab_core.taxonomy.parsing import Parsed


@dataclass(frozen=True)
class Chunk:
    """One entry of a block list: the blank lines before it, and its own lines with the comments that belong to it."""

    gap: str
    lines: str


def real_end(text: str, node: yaml.Node) -> int:
    """Return the offset just past the last written character of `node`, before blank lines and comments."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        key, value = last if isinstance(node, yaml.MappingNode) else (None, last)
        end = real_end(text, value)
        return max(end, key.end_mark.index) if key is not None else end
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        # Blank lines after a block are not part of it, but lines of spaces may be.
        return int(node.start_mark.index) + len(text[node.start_mark.index : node.end_mark.index].rstrip("\r\n"))
    return int(node.end_mark.index)


def line_start(text: str, index: int) -> int:
    """Return the offset at which the line of `index` starts."""
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """Return the offset of the line break (or the end of the text) at or after `index`."""
    end = text.find("\n", index)
    if end == -1:
        return len(text)
    return end - 1 if end > index and text[end - 1] == "\r" else end


def next_line(text: str, index: int) -> int:
    """Return the offset at which the line after that of `index` starts, or the end of the text."""
    end = text.find("\n", index)
    return len(text) if end == -1 else end + 1


def layout_of(parsed: Parsed) -> Layout:
    """Return how the file is indented, from its first nested mapping and first list below a key."""
    step: int | None = None
    offset: int | None = None
    stack: list[yaml.Node] = [parsed.root] if parsed.root is not None else []
    seen: set[int] = set()
    while stack and (step is None or offset is None):
        node = stack.pop()
        if id(node) in seen or not isinstance(node, yaml.CollectionNode) or node.flow_style:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            stack += reversed(node.value)
            continue
        for key, value in node.value:
            if isinstance(value, yaml.CollectionNode) and not value.flow_style and value.value:
                distance = value.start_mark.column - key.start_mark.column
                if isinstance(value, yaml.SequenceNode) and offset is None:
                    offset = distance
                if distance > 0 and step is None:
                    step = distance
        stack += reversed([value for _key, value in node.value])
    step = step or 2
    return Layout(step, step if offset is None else offset)


def hyphen(text: str, sequence: yaml.Node, item: yaml.Node) -> int:
    """Return the offset of the hyphen of `item`; TaxonomyError where it shares its line with something before it."""
    column = sequence.start_mark.column
    start = line_start(text, item.start_mark.index)
    while True:
        if text[start : start + column].strip() == "" and text[start + column : start + column + 1] == "-":
            return start + column
        if start <= sequence.start_mark.index:
            raise TaxonomyError("This list cannot be changed in the form.", "Change it in the YAML view.")
        start = line_start(text, start - 1)


def chunks(text: str, sequence: yaml.Node) -> tuple[int, list[Chunk], int]:
    """Return the entries of a block list, and the offsets at which the first starts and the last ends."""
    column = sequence.start_mark.column
    found: list[Chunk] = []
    first = 0
    previous_end = -1
    for item in sequence.value:
        start = line_start(text, hyphen(text, sequence, item))
        floor = previous_end if previous_end >= 0 else _first_free_line(text, start)
        begin = start
        while begin > floor and _is_comment(text, line_start(text, begin - 1), column):
            begin = line_start(text, begin - 1)
        end = next_line(text, max(real_end(text, item), start))
        while end < len(text) and _is_deeper_comment(text, end, column):
            end = next_line(text, end)
        if previous_end < 0:
            first = begin
        gap = "" if previous_end < 0 else text[previous_end:begin]
        found.append(Chunk(gap, text[begin:end].removesuffix("\n") + "\n"))
        previous_end = end
    return first, found, previous_end


def _first_free_line(text: str, start: int) -> int:
    """Return where the comments right above the line at `start` may begin: after the last line that is no comment."""
    floor = start
    while floor > 0 and text[line_start(text, floor - 1) : floor].lstrip().startswith("#"):
        floor = line_start(text, floor - 1)
    return floor


def _is_comment(text: str, start: int, column: int) -> bool:
    line = text[start : line_end(text, start)]
    return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) <= column


def _is_deeper_comment(text: str, start: int, column: int) -> bool:
    line = text[start : line_end(text, start)]
    return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) > column

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Cut keys and list entries out of a leaf's text, many at once, with the lines they stand on and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.fields import FieldPath
from ilab_core.taxonomy.parsing import Parsed
from ilab_core.taxonomy.spans import chunks, line_start, next_line, real_end

Span = tuple[int, int]


def cut(parsed: Parsed, paths: Sequence[FieldPath]) -> str:
    """Return the text without the keys and list entries at `paths`; TaxonomyError where a list would be left empty."""
    text = parsed.text
    by_parent: dict[FieldPath, set[int | str]] = {}
    for path in paths:
        by_parent.setdefault(path[:-1], set()).add(path[-1])
    spans: list[Span] = []
    for parent, steps in by_parent.items():
        _key, node = parsed.nearest(parent)
        if not isinstance(node, yaml.CollectionNode) or node.flow_style:
            raise TaxonomyError("This part of the file cannot be cut out.")
        if isinstance(node, yaml.SequenceNode):
            spans += _entries(text, node, steps)
        else:
            spans += _keys(text, node, steps)
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text


def _keys(text: str, node: yaml.Node, steps: set[int | str]) -> Iterator[Span]:
    kept = [key.start_mark.index for key, _value in node.value if str(key.value) not in steps]
    if not kept:
        raise TaxonomyError("A mapping needs one key at least.")
    first = node.value[0][0].start_mark.index
    if kept[0] > first:
        # The next key takes the place of the first, which may be the line of a list's hyphen.
        yield first, kept[0]
    for key, value in node.value:
        start = key.start_mark.index
        if start > kept[0] and str(key.value) in steps:
            yield line_start(text, start), next_line(text, max(real_end(text, value), key.end_mark.index))


def _entries(text: str, node: yaml.SequenceNode, steps: set[int | str]) -> Iterator[Span]:
    if len(steps) >= len(node.value):
        raise TaxonomyError("A list needs one entry at least.")
    place, entries, _end = chunks(text, node)
    for number, entry in enumerate(entries):
        end = min(place + len(entry.gap) + len(entry.lines), len(text))
        if number in steps:
            # The blank lines go with the entry below them.
            yield place, end
        place = end

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Bring leaves of versions 1 and 2 to version 3.

A skill only states its version. A knowledge leaf of old is a flat list of questions: they go, in their order, into five
or more examples, each of which then needs a context, and the document needs an outline. What a person alone can say
stays empty and is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.editing import set_field
from ilab_core.taxonomy.mend_keys import node_at
from ilab_core.taxonomy.mend_step import Change, Draft
from ilab_core.taxonomy.mend_white_space import tidied
from ilab_core.taxonomy.parsing import child
from ilab_core.taxonomy.schema import version_of, versions
from ilab_core.taxonomy.spans import chunks

EXAMPLES_NEEDED = 5
PAIRS_NEEDED = 3


def mend_versions(draft: Draft) -> Iterator[Change]:
    """Propose version 3 for a leaf of an older version, and version 3's shape for examples that still have the old."""
    if not isinstance(draft.root, yaml.MappingNode) or draft.parsed is None:
        return
    if not isinstance(draft.parsed.value.get("version", 1), int):
        # Whatever stands there is no version, and may be something to keep.
        return
    newest = versions()[-1]
    stated = version_of(draft.parsed.value)
    found = child(draft.root, "version")
    before = f"version {found[1].value}" if found is not None else ""
    try:
        if draft.kind == "skill":
            if stated < newest:
                text, steps = tidied(set_field(draft.text, "version", newest))
                step = " ".join([f"Brought the skill to version {newest} of the standard.", *steps])
                yield Change(text, step, before, f"version {newest}", keeps=True)
        elif draft.errors_of("old-version"):
            yield Change(
                set_field(draft.text, "version", newest),
                f"Brought the knowledge leaf to version {newest} of the standard.",
                before,
                f"version {newest}",
                reveals=True,
            )
        else:
            yield from _grouped(draft)
    except TaxonomyError:
        return


def _grouped(draft: Draft) -> Iterator[Change]:
    """Propose examples with questions below them for a list of plain questions."""
    found = node_at(draft.parsed, ("seed_examples",))
    sequence = found[1] if found is not None else None
    if not isinstance(sequence, yaml.SequenceNode) or sequence.flow_style or not sequence.value:
        return
    if not all(_is_pair(item) for item in sequence.value):
        return
    start, entries, end = chunks(draft.text, sequence)
    column = sequence.start_mark.column
    # The new lists are indented below their keys as the list of examples is below its own.
    offset = column - found[0].start_mark.column if found is not None and found[0] is not None else 0
    margin = " " * column
    text = draft.text[:start]
    added = []
    taken = 0
    for size in group_sizes(len(entries)):
        group = entries[taken : taken + size]
        text += group[0].gap + f'{margin}- context: ""\n{margin}  questions_and_answers:\n'
        added.append("context questions_and_answers")
        for number, entry in enumerate(group):
            text += (entry.gap if number else "") + _deeper(entry.lines, 2 + offset)
        taken += size
    step = f"Put the questions under {len(added)} context{'s' if len(added) > 1 else ''}."
    yield Change(text + draft.text[end:], step, added=" ".join(added), reveals=True)


def group_sizes(pairs: int) -> list[int]:
    """Return how many of so many questions go into each example: five examples or more, up to three questions each."""
    groups = min(pairs, max(EXAMPLES_NEEDED, -(-pairs // PAIRS_NEEDED)))
    return [pairs // groups + (number < pairs % groups) for number in range(groups)]


def _is_pair(node: yaml.Node) -> bool:
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        return False
    keys = {str(key.value) for key, _value in node.value}
    return keys <= {"question", "answer"} and bool(keys)


def _deeper(lines: str, by: int) -> str:
    return "".join(" " * by + line if line.strip() else line for line in lines.splitlines(keepends=True))

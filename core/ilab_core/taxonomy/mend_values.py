# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Values of the wrong shape: numbers and lists where text is wanted, entries that repeat another or hold nothing."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import yaml

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.editing import remove_field, set_field
from ilab_core.taxonomy.fields import FieldPath, format_field, parse_field
from ilab_core.taxonomy.mend_cuts import cut
from ilab_core.taxonomy.mend_keys import node_at, source_of
from ilab_core.taxonomy.mend_step import Change, Draft
from ilab_core.taxonomy.mend_white_space import shifted
from ilab_core.taxonomy.parsing import child, walk
from ilab_core.taxonomy.schema import versions
from ilab_core.taxonomy.spans import hyphen, line_start, real_end

_NULL_TAG = "tag:yaml.org,2002:null"
_FILE_PATTERN = re.compile(r"[^\s,;]*[.*][^\s,;]*")
_VERSION = re.compile(r"(?:v|version )?[\d.]*|null|~", re.IGNORECASE)
_LEAST = {"seed_examples": 5, "questions_and_answers": 3, "patterns": 1}


def mend_values(draft: Draft) -> Iterator[Change]:
    """Propose text for numbers and lists, lists for text, and fewer entries where some are empty or say it again."""
    if draft.root is None:
        return
    for mend in (_version, _to_text, _to_list, _joined, _repeated, _empty, _same_key_twice):
        try:
            yield from mend(draft)
        except TaxonomyError:
            continue


def _paths(draft: Draft, *codes: str) -> list[FieldPath]:
    return [parse_field(error.field) for error in draft.errors_of(*codes) if error.field]


def _version(draft: Draft) -> Iterator[Change]:
    found = node_at(draft.parsed, ("version",))
    stated = str(found[1].value) if found is not None and isinstance(found[1], yaml.ScalarNode) else "none"
    wrong = ("version",) in _paths(draft, "wrong-version", "unknown-version", "wrong-type", "empty")
    if wrong and _VERSION.fullmatch(stated):
        newest = versions()[-1]
        text = set_field(draft.text, "version", newest)
        step = f"Set the version of the standard to {newest}."
        yield Change(text, step, source_of(draft, ("version",)), f"version {newest}", reveals=True)


def _to_text(draft: Draft) -> Iterator[Change]:
    for path in _paths(draft, "wrong-type"):
        found = node_at(draft.parsed, path)
        if found is None or path[-1] in _LEAST or path in (("version",), ("document",)) or isinstance(path[-1], int):
            continue
        node = found[1]
        field = format_field(path)
        if isinstance(node, yaml.ScalarNode):
            yield Change(set_field(draft.text, field, str(node.value)), f"Put the value of `{field}` in quotes.")
        else:
            text = set_field(draft.text, field, _as_written(draft.text, node))
            yield Change(text, f"Made one text of what `{field}` holds.", reshapes=True)


def _as_written(text: str, node: yaml.Node) -> str:
    start, end = node.start_mark.index, real_end(text, node)
    return textwrap.dedent(" " * (start - line_start(text, start)) + text[start:end])


def _to_list(draft: Draft) -> Iterator[Change]:
    for path in _paths(draft, "wrong-type"):
        found = node_at(draft.parsed, path)
        if found is None or path[-1] not in _LEAST:
            continue
        key, node = found
        field = format_field(path)
        step = f"Made a list of what `{field}` holds."
        if isinstance(node, yaml.ScalarNode) and path[-1] == "patterns":
            # A hyphen without its space was meant to start an entry.
            names = [name.lstrip("-") for name in _FILE_PATTERN.findall(str(node.value)) or [str(node.value).strip()]]
            yield Change(set_field(draft.text, field, names), step, reshapes=True)
        elif isinstance(node, yaml.MappingNode) and not node.flow_style and key is not None:
            start = node.start_mark.index
            if (
                node.start_mark.column > key.start_mark.column
                and draft.text[line_start(draft.text, start) : start].isspace()
            ):
                text = shifted(draft.text, start, real_end(draft.text, node), 2)
                yield Change(f"{text[:start]}- {text[start + 2 :]}", step)


def _joined(draft: Draft) -> Iterator[Change]:
    """Propose one example for a question and the answer that stands in an entry of its own below it."""
    text = draft.text
    count = 0
    for _path, _key, node in walk(draft.root, (), set()):
        if not isinstance(node, yaml.SequenceNode) or node.flow_style:
            continue
        for first, second in zip(node.value, node.value[1:], strict=False):
            if _keys(first) in ({"question"}, {"context", "question"}) and _keys(second) == {"answer"}:
                place = hyphen(text, node, second)
                text = f"{text[:place]} {text[place + 1 :]}"
                count += 1
    if count:
        yield Change(text, f"Joined {count} question{'s' if count > 1 else ''} with the answer below.")


def _keys(node: yaml.Node) -> set[str]:
    return {str(key.value) for key, _value in node.value} if isinstance(node, yaml.MappingNode) else set()


def _repeated(draft: Draft) -> Iterator[Change]:
    """Propose to leave out what stands there twice; empty entries alike are places still to be filled."""
    paths = [
        path
        for path in _paths(draft, "repeated")
        if isinstance(path[-1], int) and (found := node_at(draft.parsed, path)) is not None and not _is_empty(found[1])
    ]
    if paths and draft.parsed is not None:
        pieces = "\n".join(source_of(draft, path) for path in paths)
        step = (
            "Removed an entry that stands there twice."
            if len(paths) == 1
            else f"Removed {len(paths)} repeated entries."
        )
        yield Change(cut(draft.parsed, paths), step, pieces)


def _empty(draft: Draft) -> Iterator[Change]:
    """Propose to leave out empty entries past those that are needed, and an optional context without text."""
    for path, _key, node in walk(draft.root, (), set()):
        if isinstance(node, yaml.SequenceNode) and path and path[-1] in _LEAST and len(node.value) > 1:
            empty = [number for number, item in enumerate(node.value) if _is_empty(item)]
            spare = len(node.value) - _LEAST[str(path[-1])]
            yield from _without_entries(draft, path, empty[-spare:] if spare > 0 else [])
    if draft.kind == "skill":
        for path in _paths(draft, "empty"):
            found = node_at(draft.parsed, path)
            if path[-1] == "context" and found is not None and _is_empty(found[1]):
                text = remove_field(draft.text, format_field(path))
                yield Change(text, "Removed a context without text.", source_of(draft, path))


def _without_entries(draft: Draft, path: FieldPath, numbers: list[int]) -> Iterator[Change]:
    if numbers and draft.parsed is not None:
        paths = [(*path, number) for number in numbers]
        pieces = "\n".join(source_of(draft, entry) for entry in paths)
        yield Change(cut(draft.parsed, paths), f"Removed empty entries of `{format_field(path)}`.", pieces)


def _is_empty(node: yaml.Node) -> bool:
    if isinstance(node, yaml.ScalarNode):
        return node.tag == _NULL_TAG or not str(node.value).strip()
    items = [value for _key, value in node.value] if isinstance(node, yaml.MappingNode) else node.value
    return all(_is_empty(item) for item in items)


def _same_key_twice(draft: Draft) -> Iterator[Change]:
    """Propose to drop a key that is given twice with one and the same value."""
    if not draft.errors_of("lint-key-duplicates"):
        return
    for path, _key, node in [((), None, draft.root), *walk(draft.root, (), set())]:
        if not isinstance(node, yaml.MappingNode) or node.flow_style:
            continue
        for number, (key, value) in enumerate(node.value):
            first = child(yaml.MappingNode("", node.value[:number]), str(key.value))
            if first is not None and _same(first[1], value):
                start = line_start(draft.text, key.start_mark.index)
                end = max(real_end(draft.text, value), key.end_mark.index)
                piece = draft.text[start:end]
                rest = draft.text[end:]
                text = draft.text[:start] + rest[rest.find("\n") + 1 :] if "\n" in rest else draft.text[:start]
                name = format_field((*path, str(key.value)))
                yield Change(text, f"Removed `{name}` where it only says the same again.", piece)


def _same(first: yaml.Node, second: yaml.Node) -> bool:
    if isinstance(first, yaml.ScalarNode) and isinstance(second, yaml.ScalarNode):
        return bool(first.value == second.value and first.tag == second.tag)
    return False

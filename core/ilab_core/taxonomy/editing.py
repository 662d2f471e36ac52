# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Change one thing in a leaf's text and leave every other byte as it is.

Text in, text out: the new piece is put in the place of the old one, and the result is read again and compared with what
was meant before it is returned. Comments, order, quotes and line ends elsewhere cannot change, since they are not
written. Undo is keeping the text from before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.emit import Slot, block_lines, flow_text, scalar_text
from ilab_core.taxonomy.fields import FieldPath, parse_field
from ilab_core.taxonomy.leaf import DocumentReference, Kind, QuestionAnswer, SeedExample
from ilab_core.taxonomy.parsing import Parsed, child, parse_yaml
from ilab_core.taxonomy.plain_values import comparable, copied, nested, value_at, with_value, without_key
from ilab_core.taxonomy.source import LeafError
from ilab_core.taxonomy.spans import Chunk, chunks, layout_of, line_end, next_line, real_end

Value = str | int | Sequence[str]

# The order in which the standard's own files write their keys; a new key goes to its place in it.
_ORDER = (
    "version", "created_by", "domain", "task_description", "seed_examples", "context", "questions_and_answers",
    "question", "answer", "document_outline", "document", "repo", "commit", "patterns",
)  # fmt: skip
_NULL_TAG = "tag:yaml.org,2002:null"
_EXAMPLES_NEEDED = 5
_PAIRS_NEEDED = 3


def set_field(text: str, field: str, value: Value) -> str:
    """Return `text` with the value at `field` (as `seed_examples[2].answer`) written anew, or added where it is not."""
    path = parse_field(field)
    plain = value if isinstance(value, (str, int)) else list(value)
    return _edit(text, lambda parsed: _set(parsed, path, plain), lambda before: with_value(before, path, plain))


def remove_field(text: str, field: str) -> str:
    """Return `text` without the key at `field` and its value."""
    path = parse_field(field)
    return _edit(text, lambda parsed: _without_key(parsed, path), lambda before: without_key(before, path))


def add_example(text: str, kind: Kind, example: SeedExample | None = None) -> str:
    """Return `text` with one more seed example at the end; without `example`, one with empty texts to fill in."""
    return _append(text, ("seed_examples",), _example_value(kind, example))


def add_pair(text: str, example: int, pair: QuestionAnswer | None = None) -> str:
    """Return `text` with one more question in the knowledge example number `example`, from 0."""
    return _append(text, ("seed_examples", example, "questions_and_answers"), _pair_value(pair))


def remove_item(text: str, field: str) -> str:
    """Return `text` without the list entry at `field`, such as `seed_examples[2]`."""
    path = parse_field(field)

    def remove(entries: list[Any]) -> list[Any]:
        return entries[: int(path[-1])] + entries[int(path[-1]) + 1 :]

    return _rearrange(text, path, remove)


def move_item(text: str, field: str, to: int) -> str:
    """Return `text` with the list entry at `field` moved to place `to`, from 0, of its list."""
    path = parse_field(field)

    def move(entries: list[Any]) -> list[Any]:
        rest = entries[: int(path[-1])] + entries[int(path[-1]) + 1 :]
        return [*rest[:to], entries[int(path[-1])], *rest[to:]]

    return _rearrange(text, path, move)


def duplicate_item(text: str, field: str) -> str:
    """Return `text` with the list entry at `field` a second time right after itself, written as it is written."""
    path = parse_field(field)

    def duplicate(entries: list[Any]) -> list[Any]:
        place = int(path[-1])
        return [*entries[: place + 1], *copied(entries[place : place + 1]), *entries[place + 1 :]]

    return _rearrange(text, path, duplicate)


def new_leaf_text(
    kind: Kind,
    *,
    created_by: str = "",
    task_description: str = "",
    domain: str = "",
    document_outline: str = "",
    examples: Sequence[SeedExample] = (),
    document: DocumentReference | None = None,
) -> str:
    """Return the text of a new leaf of version 3, with empty examples up to the number the standard asks for."""
    padded: list[SeedExample | None] = [*examples, *[None] * (_EXAMPLES_NEEDED - len(examples))]
    seeds = [_example_value(kind, example) for example in padded]
    value: dict[str, Any] = {"version": 3, "created_by": created_by}
    if kind == "skill":
        value |= {"task_description": task_description, "seed_examples": seeds}
    else:
        reference = document or DocumentReference("", "", ("",))
        value |= {
            "domain": domain,
            "seed_examples": seeds,
            "document_outline": document_outline,
            "document": {
                "repo": reference.repo,
                "commit": reference.commit,
                "patterns": list(reference.patterns),
            },
        }
    return _verified(block_lines(value, 0, layout_of(Parsed("", None, None))), value)


def _example_value(kind: Kind, example: SeedExample | None) -> dict[str, Any]:
    if kind == "knowledge":
        pairs: Sequence[QuestionAnswer | None] = example.pairs if example else (None,) * _PAIRS_NEEDED
        return {
            "context": example.context if example else "",
            "questions_and_answers": [_pair_value(pair) for pair in pairs],
        }
    pair = _pair_value(example.pairs[0] if example and example.pairs else None)
    return {"context": example.context, **pair} if example and example.context else pair


def _pair_value(pair: QuestionAnswer | None) -> dict[str, Any]:
    return {"question": pair.question, "answer": pair.answer} if pair else {"question": "", "answer": ""}


def _edit(text: str, change: Callable[[Parsed], str], meant: Callable[[Any], Any]) -> str:
    """Apply `change` to the text without its byte order mark and, where it can be had back, with plain line ends."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix("\ufeff")
    windows = "\r\n" in body and body.count("\r\n") == body.count("\n") == body.count("\r")
    if windows:
        body = body.replace("\r\n", "\n")
    parsed = parse_yaml(body)
    new = _verified(change(parsed), meant(copied(parsed.value)))
    return mark + (new.replace("\n", "\r\n") if windows else new)


def _verified(text: str, meant: Any) -> str:
    try:
        same = comparable(parse_yaml(text).value) == comparable(meant)
    except LeafError:
        same = False
    if not same:
        raise TaxonomyError("This part of the file cannot be changed in the form.", "Change it in the YAML view.")
    return text


def _set(parsed: Parsed, path: FieldPath, value: Any) -> str:
    key: yaml.Node | None = None
    node = parsed.root
    parent: yaml.Node | None = None
    flow = False
    for depth, step in enumerate(path):
        found = child(node, step)
        if found is None:
            return _insert(parsed, node, parent, key, flow, path[depth:], value)
        flow = flow or (isinstance(node, yaml.CollectionNode) and bool(node.flow_style))
        parent = node
        key, node = found
    if node is None:
        raise TaxonomyError("A leaf as a whole cannot be set.")
    return _replace(parsed, parent, key, node, flow, value)


def _replace(
    parsed: Parsed, parent: yaml.Node | None, key: yaml.Node | None, node: yaml.Node, flow: bool, value: Any
) -> str:
    text = parsed.text
    start, end = node.start_mark.index, real_end(text, node)
    if flow:
        style = node.style if isinstance(node, yaml.ScalarNode) else ""
        piece = flow_text(value) if _is_collection(value) else scalar_text(value, Slot(0, 2, in_flow=True), style)
        return text[:start] + _spaced(text, start, piece) + text[end:]
    layout = layout_of(parsed)
    column = key.start_mark.column if key is not None else _column(parent)
    if _is_collection(value) and value:
        start = _after_colon(text, key, start)
        below = column + (layout.list_offset if isinstance(value, list) else layout.step)
        return text[:start].rstrip(" ") + "\n" + block_lines(value, below, layout).removesuffix("\n") + text[end:]
    if _is_collection(value):
        return text[: _after_colon(text, key, start)].rstrip(" ") + " " + flow_text(value) + text[end:]
    slot = Slot(column, column + (layout.step if key is not None else 2), in_list=key is None)
    if not isinstance(node, yaml.ScalarNode):
        return text[: _after_colon(text, key, start)].rstrip(" ") + " " + scalar_text(value, slot) + text[end:]
    if node.style in ("|", ">"):
        return text[:start] + _block_piece(text[start:end], value, slot, node.style) + text[end:]
    wrap = node.end_mark.line > node.start_mark.line
    piece = scalar_text(value, slot, "" if node.tag == _NULL_TAG else node.style, wrap=wrap)
    if key is not None and "\n" in piece and node.start_mark.line > key.end_mark.line:
        start = _after_colon(text, key, start)
    if start == end:
        # An empty value: the spaces after its key go, so that none is left at the end of the line.
        rest = text[end : line_end(text, end)]
        end += len(rest) if not rest.strip() else 0
    return text[:start] + _spaced(text, start, piece) + text[end:]


def _block_piece(old: str, value: Any, slot: Slot, style: str) -> str:
    """Return the new text for a block scalar: its own indentation, its header and the comment in it are kept."""
    header, _, body = old.partition("\n")
    first = next((line for line in body.split("\n") if line.strip()), "")
    digits = [character for character in header.split("#")[0] if character.isdigit()]
    own = slot.column + int(digits[0]) if digits else len(first) - len(first.lstrip(" "))
    slot = Slot(slot.column, own if own > slot.column else slot.indent, slot.in_list)
    piece = scalar_text(value, slot, style, header=header.split("#")[0])
    lines = piece.split("\n", 1)
    comment = header.find(" #")
    lines[0] += header[comment:].rstrip() if comment >= 0 else ""
    return "\n".join(lines)


def _insert(
    parsed: Parsed,
    node: yaml.Node | None,
    parent: yaml.Node | None,
    key: yaml.Node | None,
    flow: bool,
    missing: FieldPath,
    value: Any,
) -> str:
    """Return the text with the part of the path that is not there yet."""
    text = parsed.text
    inner = nested(missing[1:], value)
    if node is None:
        separator = "" if not text or text.endswith("\n") else "\n"
        return text + separator + block_lines({missing[0]: inner}, 0, layout_of(parsed))
    empty = isinstance(node, yaml.CollectionNode) and not node.value
    if empty or (isinstance(node, yaml.ScalarNode) and node.tag == _NULL_TAG):
        return _replace(parsed, parent, key, node, flow, nested(missing, value))
    if isinstance(node, yaml.MappingNode) and isinstance(missing[0], str):
        return _insert_key(parsed, node, missing[0], inner)
    if isinstance(node, yaml.SequenceNode) and missing[0] == len(node.value):
        return _append_item(parsed, node, inner)
    raise TaxonomyError("There is no such field in this leaf.", "Change it in the YAML view.")


def _insert_key(parsed: Parsed, node: yaml.MappingNode, key: str, value: Any) -> str:
    text = parsed.text
    if node.flow_style:
        return _into_flow(text, node, f"{key}: {flow_text(value)}")
    rank = _ORDER.index(key) if key in _ORDER else len(_ORDER)
    earlier = [entry for entry in node.value if entry[0].value in _ORDER and _ORDER.index(entry[0].value) < rank]
    column: int = node.value[0][0].start_mark.column
    lines = block_lines({key: value}, column, layout_of(parsed))
    if not earlier and rank < len(_ORDER):
        start: int = node.value[0][0].start_mark.index
        return text[:start] + lines[column:] + " " * column + text[start:]
    entry_key, entry_value = earlier[-1] if rank < len(_ORDER) else node.value[-1]
    return _insert_lines(text, max(real_end(text, entry_value), entry_key.end_mark.index), lines)


def _append_item(parsed: Parsed, node: yaml.SequenceNode, value: Any) -> str:
    if node.flow_style:
        return _into_flow(parsed.text, node, flow_text(value))
    column = node.start_mark.column
    last = node.value[-1]
    lines = block_lines([value], column, layout_of(parsed))
    return _insert_lines(parsed.text, max(real_end(parsed.text, last), node.start_mark.index), lines)


def _insert_lines(text: str, end: int, lines: str) -> str:
    place = next_line(text, end)
    separator = "" if text[:place].endswith("\n") else "\n"
    return text[:place] + separator + lines + text[place:]


def _into_flow(text: str, node: yaml.CollectionNode, piece: str) -> str:
    close = node.end_mark.index - 1
    place = len(text[:close].rstrip())
    return text[:place] + (f", {piece}" if node.value else piece) + text[place:]


def _append(text: str, path: FieldPath, value: Any) -> str:
    def change(parsed: Parsed) -> str:
        existing = value_at(parsed.value, path)
        return _set(parsed, (*path, len(existing) if isinstance(existing, list) else 0), value)

    def meant(before: Any) -> Any:
        existing = value_at(before, path)
        return with_value(before, (*path, len(existing) if isinstance(existing, list) else 0), value)

    return _edit(text, change, meant)


def _rearrange(text: str, path: FieldPath, change: Callable[[list[Any]], list[Any]]) -> str:
    def arranged(before: Any) -> Any:
        entries = value_at(before, path[:-1])
        if not path or not isinstance(path[-1], int) or not isinstance(entries, list) or path[-1] >= len(entries):
            raise TaxonomyError("There is no such entry in this leaf.")
        return with_value(before, path[:-1], change(entries))

    def edited(parsed: Parsed) -> str:
        meant = arranged(copied(parsed.value))
        _key, node = parsed.nearest(path[:-1])
        remaining = value_at(meant, path[:-1])
        if not isinstance(node, yaml.SequenceNode) or node.flow_style or not remaining:
            return _set(parsed, path[:-1], remaining)
        start, entries, end = chunks(parsed.text, node)
        # The blank lines between the entries stay where they are; the entries change places between them.
        gaps = [entry.gap for entry in entries]
        if len(remaining) < len(entries):
            del gaps[max(int(path[-1]), 1)]
        elif len(remaining) > len(entries):
            gaps.insert(int(path[-1]) + 1, gaps[1] if len(gaps) > 1 else "")
        lines = change([entry.lines for entry in entries])
        pieces = [Chunk(gap, line) for gap, line in zip(gaps, lines, strict=True)]
        return parsed.text[:start] + "".join(piece.gap + piece.lines for piece in pieces) + parsed.text[end:]

    return _edit(text, edited, arranged)


def _without_key(parsed: Parsed, path: FieldPath) -> str:
    _key, parent = parsed.nearest(path[:-1])
    found = child(parent, path[-1]) if path else None
    if not isinstance(parent, yaml.MappingNode) or found is None or found[0] is None or len(parent.value) < 2:
        raise TaxonomyError("There is no such field in this leaf.")
    key: yaml.Node = found[0]
    value = found[1]
    text = parsed.text
    start, end = key.start_mark.index, next_line(text, max(real_end(text, value), key.end_mark.index))
    if parent.flow_style:
        raise TaxonomyError("This part of the file cannot be changed in the form.", "Change it in the YAML view.")
    if key is parent.value[0][0]:
        # The next key takes its place, which may be the line of a list's hyphen.
        return text[:start] + text[parent.value[1][0].start_mark.index :]
    return text[: start - key.start_mark.column] + text[end:]


def _is_collection(value: Any) -> bool:
    return isinstance(value, (Mapping, list, tuple))


def _column(parent: yaml.Node | None) -> int:
    return int(parent.start_mark.column) if parent is not None else 0


def _after_colon(text: str, key: yaml.Node | None, start: int) -> int:
    if key is None:
        return start
    colon = text.find(":", key.end_mark.index)
    return colon + 1 if 0 <= colon < start else start


def _spaced(text: str, start: int, piece: str) -> str:
    return piece if text[start - 1 : start] in ("", " ", "\n", "[", "{") else f" {piece}"

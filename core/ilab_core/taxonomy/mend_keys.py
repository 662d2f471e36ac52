# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Keys that the standard does not know where they stand: misspelled, in the wrong mapping, or of another file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

import yaml

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.editing import remove_field
from ilab_core.taxonomy.fields import FieldPath, format_field, parse_field
from ilab_core.taxonomy.leaf import Kind
from ilab_core.taxonomy.mend_step import Change, Draft
from ilab_core.taxonomy.parsing import Parsed, child
from ilab_core.taxonomy.spans import line_start, next_line, real_end

_TOP: dict[Kind, tuple[str, ...]] = {
    "skill": ("version", "created_by", "task_description", "seed_examples"),
    "knowledge": ("version", "created_by", "domain", "seed_examples", "document_outline", "document"),
}
_EXAMPLE: dict[Kind, tuple[str, ...]] = {
    "skill": ("context", "question", "answer"),
    "knowledge": ("context", "questions_and_answers"),
}
_MOVABLE = ("version", "created_by", "domain", "task_description", "document_outline", "document")
_ALIKE = 0.75
_NULL_TAG = "tag:yaml.org,2002:null"
_SEPARATORS = re.compile(r"[\s\-]+")


def mend_keys(draft: Draft) -> Iterator[Change]:
    """Propose other names, other places or a comment for keys that the standard does not know."""
    if draft.root is None:
        return
    unknown = unknown_keys(draft)
    yield from _renamed(draft, unknown)
    for path in unknown:
        try:
            yield from _moved(draft, path)
            yield from _commented(draft, path)
        except TaxonomyError:
            continue


def wrap_examples(draft: Draft) -> Iterator[Change]:
    """Propose `seed_examples:` above a file that is only a list of questions and answers."""
    root = draft.root
    if not isinstance(root, yaml.SequenceNode) or root.flow_style or not root.value:
        return
    if all(
        isinstance(item, yaml.MappingNode) and (child(item, "question") or child(item, "answer")) for item in root.value
    ):
        start = line_start(draft.text, root.start_mark.index)
        text = f"{draft.text[:start]}seed_examples:\n{draft.text[start:]}"
        yield Change(text, "Put the list of examples under `seed_examples`.", added="seed_examples", reveals=True)


def unknown_keys(draft: Draft) -> list[FieldPath]:
    """Return the paths of the keys that the standard does not know."""
    paths = []
    for error in draft.errors_of("unknown-key"):
        try:
            path = parse_field(error.field)
        except TaxonomyError:
            continue
        if node_at(draft.parsed, path) is not None:
            paths.append(path)
    return paths


def node_at(parsed: Parsed | None, path: FieldPath) -> tuple[yaml.Node | None, yaml.Node] | None:
    """Return key and value node at exactly `path`, None where there is none."""
    key, node = None, parsed.root if parsed is not None else None
    for step in path:
        found = child(node, step)
        if found is None:
            return None
        key, node = found
    return (key, node) if node is not None else None


def source_of(draft: Draft, path: FieldPath) -> str:
    """Return the piece of the text that says the key (if any) and value at `path`."""
    found = node_at(draft.parsed, path)
    if found is None:
        return ""
    key, node = found
    start = (key or node).start_mark.index
    return draft.text[start : max(real_end(draft.text, node), key.end_mark.index if key is not None else 0)]


def rename_keys(draft: Draft, names: Sequence[tuple[FieldPath, str]], step: str) -> Change:
    """Return the change that gives each key its new name and leaves its value alone."""
    text = draft.text
    removed, added = [], []
    places = [(found[0], name) for path, name in names if (found := node_at(draft.parsed, path)) is not None]
    for key, name in sorted(places, key=lambda place: -place[0].start_mark.index if place[0] is not None else 0):
        if key is None:
            continue
        start, end = key.start_mark.index, key.end_mark.index
        removed.append(text[start:end])
        added.append(name)
        text = text[:start] + name + text[end:]
    return Change(text, step, " ".join(removed), " ".join(added))


def _renamed(draft: Draft, unknown: list[FieldPath]) -> Iterator[Change]:
    """Propose the names that misspelled or older keys are meant for."""
    meant = [(path, name) for path in unknown if (name := _meant(draft, path))]
    pairs = dict.fromkeys(f"`{path[-1]}` to `{name}`" for path, name in meant)
    if meant:
        yield rename_keys(draft, meant, f"Renamed the key {', '.join(pairs)}.")
    if len(meant) > 1:
        for path, name in meant:
            yield rename_keys(draft, [(path, name)], f"Renamed the key `{path[-1]}` to `{name}`.")


def _meant(draft: Draft, path: FieldPath) -> str:
    key = str(path[-1])
    parent = node_at(draft.parsed, path[:-1])
    value = node_at(draft.parsed, path)
    known = _known(path[:-1], draft.kind)
    if parent is None or value is None or not known:
        return ""
    free = [name for name in known if child(parent[1], name) is None]
    if key == "document" and draft.kind == "skill" and "context" in free and isinstance(value[1], yaml.ScalarNode):
        return "context"
    if key == "task_description" and "document_outline" in free and draft.kind == "knowledge" and _says(value[1]):
        return "document_outline"
    plain = _SEPARATORS.sub("_", key.strip()).casefold()
    if key in _MOVABLE or plain in free:
        return plain if plain in free else ""
    # A key of several words may hold a value that slipped into it.
    close = difflib.get_close_matches(plain, free, n=1, cutoff=_ALIKE) if len(key.split()) == 1 else []
    return close[0] if close else ""


def _known(parent: FieldPath, kind: Kind) -> tuple[str, ...]:
    match parent:
        case ():
            return _TOP[kind]
        case ("seed_examples", int()):
            return _EXAMPLE[kind]
        case ("seed_examples", int(), "questions_and_answers", int()):
            return ("question", "answer")
        case ("document",):
            return ("repo", "commit", "patterns")
    return ()


def _says(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and bool(str(node.value).strip()) and node.tag != _NULL_TAG


def _moved(draft: Draft, path: FieldPath) -> Iterator[Change]:
    """Propose the top of the file as the place of a key that belongs there, or no place where nothing is in it."""
    key = str(path[-1])
    found = node_at(draft.parsed, path)
    if key not in _MOVABLE or found is None:
        return
    piece = source_of(draft, path)
    if isinstance(found[1], yaml.ScalarNode) and not _says(found[1]):
        yield Change(remove_field(draft.text, format_field(path)), f"Removed the empty key `{key}`.", piece)
        return
    if len(path) == 1 or key not in _TOP[draft.kind]:
        return
    top = node_at(draft.parsed, (key,))
    where = f"Moved `{key}` to the top of the file."
    without = remove_field(draft.text, format_field(path))
    if top is None or (isinstance(top[1], yaml.ScalarNode) and not _says(top[1])):
        yield Change(_at_top(without, key, draft, path), where)
    elif source_of(draft, (key,)).split() == piece.split():
        yield Change(without, f"Removed `{key}` where it only repeats what the file says at its top.", piece)


def _at_top(text: str, key: str, draft: Draft, path: FieldPath) -> str:
    """Return `text` with the key's own lines put at its end, without their indentation."""
    found = node_at(draft.parsed, path)
    column = found[0].start_mark.column if found is not None and found[0] is not None else 0
    lines = source_of(draft, path).split("\n")
    moved = [lines[0], *(line[min(column, len(line) - len(line.lstrip(" "))) :] for line in lines[1:])]
    after = Draft(text, draft.path)
    if node_at(after.parsed, (key,)) is not None:
        text = remove_field(text, key)
    return text + ("" if text.endswith("\n") else "\n") + "\n".join(moved) + "\n"


def _commented(draft: Draft, path: FieldPath) -> Iterator[Change]:
    """Propose a comment for a line that says something the standard has no place for in a leaf of this kind."""
    key = str(path[-1])
    found = node_at(draft.parsed, path)
    if key not in _MOVABLE or len(path) > 1 or found is None or not isinstance(found[1], yaml.ScalarNode):
        return
    piece = source_of(draft, path)
    start = line_start(draft.text, draft.text.index(piece))
    end = next_line(draft.text, start + len(piece) - 1)
    lines = draft.text[start:end].splitlines(keepends=True)
    text = draft.text[:start] + "".join(f"# {line}" if line.strip() else "#\n" for line in lines) + draft.text[end:]
    yield Change(text, f"Made a comment of `{key}`, which has no place in {_a(draft.kind)} leaf.", piece, piece)


def _a(kind: Kind) -> str:
    return f"a {kind}"

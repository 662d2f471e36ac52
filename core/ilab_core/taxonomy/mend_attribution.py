# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Who made the work and under which licence: what a leaf says of it belongs into attribution.txt beside the leaf."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.attribution import ATTRIBUTION_NAME, LABELS
from ilab_core.taxonomy.fields import FieldPath
from ilab_core.taxonomy.mend_cuts import cut
from ilab_core.taxonomy.mend_keys import node_at, source_of, unknown_keys
from ilab_core.taxonomy.mend_step import Change, Draft
from ilab_core.taxonomy.parsing import Parsed, walk

_LABELS = {
    "title": LABELS["title"],
    "link": LABELS["link"],
    "url": LABELS["link"],
    "source": "Source",
    "revision": LABELS["revision"],
    "license": LABELS["licence"],
    "licence": LABELS["licence"],
    "creator": LABELS["creators"],
    "creators": LABELS["creators"],
    "author": LABELS["creators"],
    "authors": LABELS["creators"],
}


def mend_attribution(draft: Draft) -> Iterator[Change]:
    """Propose attribution.txt as the place of all keys about licences and sources; failing that, of each alone."""
    if draft.parsed is None:
        return
    paths = _whole_entries(draft, [path for path in unknown_keys(draft) if _is_attribution(draft, path)])
    for group in (paths, *([path] for path in paths)) if len(paths) > 1 else [paths] if paths else []:
        try:
            yield _moved(draft, draft.parsed, group)
        except TaxonomyError:
            continue


def completed(existing: str, attribution: str) -> str:
    """Return the text of an attribution.txt with every block of `attribution` that it does not hold yet at its end."""
    held = {line.strip() for line in existing.splitlines()}
    blocks = [
        block
        for block in attribution.strip().split("\n\n")
        if not {line.strip() for line in block.splitlines()} <= held
    ]
    if not blocks or not attribution.strip():
        return existing
    end = "\r\n" if "\r\n" in existing else "\n"
    parts = [existing.rstrip(), *(block.replace("\n", end) for block in blocks)] if existing.strip() else blocks
    return (end * 2).join(parts) + end


def _is_attribution(draft: Draft, path: FieldPath) -> bool:
    plain = str(path[-1]).strip(" -").casefold()
    found = node_at(draft.parsed, path)
    if found is None or not (plain.startswith("attribution") or plain in _LABELS):
        return False
    # An example that slipped below the attribution is no attribution.
    return not any(inner[-1] in ("question", "answer", "context") for inner, _key, _node in walk(found[1], (), set()))


def _whole_entries(draft: Draft, paths: list[FieldPath]) -> list[FieldPath]:
    """Return the paths with one for the list entry in place of those of all its keys."""
    whole = []
    for parent in dict.fromkeys(path[:-1] for path in paths):
        keys = [path for path in paths if path[:-1] == parent]
        found = node_at(draft.parsed, parent)
        alone = parent and isinstance(parent[-1], int) and found is not None and len(found[1].value) == len(keys)
        whole += [parent] if alone else keys
    return whole


def _moved(draft: Draft, parsed: Parsed, paths: list[FieldPath]) -> Change:
    blocks: dict[FieldPath, list[str]] = {}
    for path in paths:
        found = node_at(parsed, path)
        name = "attribution" if isinstance(path[-1], int) else path[-1]
        is_whole = name.startswith("attribution")
        lines = _lines_of(found[1] if found is not None else None, "" if is_whole else name)
        blocks.setdefault(path if is_whole else path[:-1], []).extend(lines)
    unique = dict.fromkeys("\n".join(lines) for lines in blocks.values() if lines)
    removed = "\n".join(source_of(draft, path) for path in paths)
    step = f"Moved the attribution to {ATTRIBUTION_NAME}."
    return Change(cut(parsed, paths), step, removed, attribution="\n\n".join(unique))


def _lines_of(node: yaml.Node | None, name: str) -> list[str]:
    """Return a line for each value below `node`, with what it is called in front."""
    if isinstance(node, yaml.MappingNode):
        return [line for key, value in node.value for line in _lines_of(value, str(key.value))]
    if isinstance(node, yaml.SequenceNode):
        return [line for item in node.value for line in _lines_of(item, name)]
    if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
        return []
    plain = name.strip(" -").casefold()
    value = " ".join(str(node.value).split())
    if plain in ("", "source") and value.startswith(("http://", "https://")):
        plain = "link"
    return [f"{_LABELS.get(plain, name.strip(' -').capitalize() or 'Source')}: {value}"]

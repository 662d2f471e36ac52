# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A leaf's plain values (texts, lists, mappings): look one up, compare two, and return one changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ilab_core.taxonomy.fields import FieldPath, Step


def nested(path: FieldPath, value: Any) -> Any:
    """Return `value` wrapped in the keys and lists of a path that is not there yet."""
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def copied(value: Any) -> Any:
    """Return a copy in which nothing is shared, as aliases share it."""
    if isinstance(value, Mapping):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def comparable(value: Any) -> Any:
    """Return what a value says: line ends, and line breaks at the end of a text, say nothing."""
    if isinstance(value, Mapping):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    return value.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") if isinstance(value, str) else value


def value_at(value: Any, path: FieldPath) -> Any:
    """Return what is at `path`, None where nothing is."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def with_value(value: Any, path: FieldPath, new: Any) -> Any:
    """Return `value` with `new` at `path`, made where it is missing."""
    if not path:
        return new
    step: Step = path[0]
    if isinstance(step, int):
        entries = list(value) if isinstance(value, list) else []
        if step < len(entries):
            entries[step] = with_value(entries[step], path[1:], new)
        else:
            entries.append(with_value(None, path[1:], new))
        return entries
    mapping = dict(value) if isinstance(value, Mapping) else {}
    mapping[step] = with_value(mapping.get(step), path[1:], new)
    return mapping


def without_key(value: Any, path: FieldPath) -> Any:
    """Return `value` without the key at `path`."""
    inner = dict(value_at(value, path[:-1]) or {})
    inner.pop(path[-1], None)
    return with_value(value, path[:-1], inner)

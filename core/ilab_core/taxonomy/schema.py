# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the standard's own JSON schemas say of a leaf, in plain words and with its place.

The schema files come from the package `instructlab-schema`. Its module `taxonomy` is not used: it starts a process for
every file and every problem.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from ilab_core.taxonomy.fields import FieldPath, describe, within_words
from ilab_core.taxonomy.leaf import Kind

_FILES: dict[Kind, str] = {"knowledge": "knowledge.json", "skill": "compositional_skills.json"}
_OLDEST_KNOWLEDGE_FIX = (
    "Bring the file to version 3: its examples need a context each, and it needs a document_outline."
)


@dataclass(frozen=True)
class Finding:
    """A breach of the schema: `path` names the field, `at_key` whether its key (not its value) is the place."""

    path: FieldPath
    code: str
    message: str
    fix: str = ""
    at_key: bool = False


@functools.cache
def versions() -> tuple[int, ...]:
    """Return the versions of the standard that the installed schema package knows, oldest first."""
    folders = importlib.resources.files("instructlab.schema").iterdir()
    return tuple(
        sorted(int(folder.name[1:]) for folder in folders if folder.name[0] == "v" and folder.name[1:].isdigit())
    )


@functools.cache
def load_schema(version: int, name: str) -> Mapping[str, Any]:
    """Return one schema file of one version."""
    file = importlib.resources.files("instructlab.schema").joinpath(f"v{version}", name)
    schema: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


@functools.cache
def validator(version: int, kind: Kind) -> Validator:
    """Return the validator for one version and kind of leaf."""
    schema = load_schema(version, _FILES[kind])
    resource: Resource[Any] = Resource.from_contents(load_schema(version, "version.json"), DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("./version.json", resource)
    checker = validator_for(schema)
    return checker(schema, registry=registry)


def version_of(contents: Mapping[Any, Any]) -> int:
    """Return the version that a leaf is to be judged by: what it states, 1 where it states none that can be read."""
    stated = contents.get("version", 1)
    try:
        return int(stated)
    except (TypeError, ValueError, OverflowError):
        return 1


def schema_findings(contents: Mapping[Any, Any], kind: Kind) -> list[Finding]:
    """Return every breach of the schema for the version that `contents` states."""
    version = version_of(contents)
    if version not in versions():
        known = ", ".join(str(number) for number in versions())
        return [
            Finding(
                ("version",),
                "unknown-version",
                f"Version {version} of the standard does not exist; the versions are {known}.",
                f"Write `version: {versions()[-1]}`.",
            )
        ]
    if load_schema(version, _FILES[kind]).get("deprecated"):
        return [
            Finding(
                ("version",) if "version" in contents else (),
                "old-version",
                f"This knowledge leaf is of version {version}; only version 3 is accepted.",
                _OLDEST_KNOWLEDGE_FIX,
            )
        ]
    return [
        finding
        for error in validator(version, kind).iter_errors(contents)
        for finding in _findings(error, contents, kind)
    ]


def _findings(error: Any, contents: Any, kind: Kind) -> Iterator[Finding]:
    path: FieldPath = tuple(step if isinstance(step, int) else str(step) for step in error.absolute_path)
    match error.validator:
        case "required":
            yield from _missing(error, path)
        case "unevaluatedProperties":
            yield from _unknown_keys(error, path)
        case "type":
            yield _wrong_type(error, path)
        case "minLength":
            yield Finding(path, "empty", f"{describe(path)} is empty.", "Write it, or remove the entry.")
        case "minItems":
            yield _too_few(error, path, kind)
        case "uniqueItems":
            yield from _repeated(error, path)
        case "const":
            yield Finding(
                path, "wrong-version", f"`version` is {error.instance!r}.", f"Write `version: {error.validator_value}`."
            )
        case _:
            yield Finding(path, f"schema-{error.validator}", f"{describe(path)} does not follow the standard.")


def _missing(error: Any, path: FieldPath) -> Iterator[Finding]:
    # jsonschema reports each missing key on its own, naming it only in its message.
    for key in error.validator_value:
        if error.message.startswith(f"{key!r} "):
            fix = f"Add `{key}:`."
            if key == "context" and "question" in error.instance:
                fix = "Add `context:` with a passage of the document, and put the questions below it."
            yield Finding((*path, key), "missing", f"`{key}` is missing{within_words(path)}.", fix)


def _unknown_keys(error: Any, path: FieldPath) -> Iterator[Finding]:
    known = {*error.schema.get("properties", ())} if isinstance(error.schema, Mapping) else set()
    if not path:
        known.add("version")
    for key in error.instance:
        if key in known:
            continue
        fix = f"Remove it, or correct its spelling: the keys here are {', '.join(sorted(known))}."
        if str(key).startswith("attribution"):
            fix = "Move it to attribution.txt beside this file."
        yield Finding(
            (*path, str(key)), "unknown-key", f"`{key}` is not a key of the standard{within_words(path)}.", fix, True
        )


def _wrong_type(error: Any, path: FieldPath) -> Finding:
    wanted = {"string": "text", "array": "a list", "object": "a set of keys", "integer": "a whole number"}.get(
        str(error.validator_value), str(error.validator_value)
    )
    if error.instance is None:
        return Finding(path, "empty", f"{describe(path)} is empty.", "Write it, or remove the entry.", at_key=True)
    found = _kind_of(error.instance)
    fix = ""
    if wanted == "text":
        fix = "Write it as one text." if isinstance(error.instance, (list, dict)) else "Put it in quotes."
    elif wanted == "a list":
        fix = "Start each entry with “- ” on a line of its own."
    return Finding(path, "wrong-type", f"{describe(path)} is {found}, not {wanted}.", fix)


def _kind_of(value: object) -> str:
    match value:
        case bool():
            return f"the value {str(value).lower()}"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case Mapping():
            return "a set of keys"
    return "a date" if hasattr(value, "isoformat") else "another kind of value"


def _too_few(error: Any, path: FieldPath, kind: Kind) -> Finding:
    count, least = len(error.instance), error.validator_value
    match path:
        case ("seed_examples",):
            verb, plural = ("is", "") if count == 1 else ("are", "s")
            message = f"There {verb} {count or 'no'} seed example{plural}; at least {least} are needed."
            return Finding(path, "too-few", message, f"Add {least - count} more.", True)
        case ("seed_examples", int(number), "questions_and_answers"):
            message = (
                f"Seed example {number + 1} has {count or 'no'} question{'' if count == 1 else 's'}; "
                f"{kind} needs at least {least}."
            )
            return Finding(path, "too-few", message, f"Add {least - count} more.", True)
    return Finding(path, "too-few", f"{describe(path)} needs at least {least} entries.", "Add one.", True)


def _repeated(error: Any, path: FieldPath) -> Iterator[Finding]:
    items = error.instance
    found = False
    first: dict[str, int] = {}
    for number, item in enumerate(items):
        earlier = first.setdefault(json.dumps(item, sort_keys=True, default=str), number)
        if earlier != number:
            found = True
            name = describe((*path, number))
            yield Finding(
                (*path, number), "repeated", f"{name} is the same as number {earlier + 1}.", "Remove one of them."
            )
    if not found:
        yield Finding(path, "repeated", f"{describe(path)} holds the same entry twice.", "Remove one of them.", True)

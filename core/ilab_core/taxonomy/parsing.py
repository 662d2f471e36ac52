# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""From text to values with their places, within limits: no input costs more than a moment or a bounded memory.

libyaml reads the text twice: once as a stream of events, which is where depth, number of nodes and the growth through
aliases are bounded, then as nodes, whose marks give every value its place.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from ilab_core.taxonomy.fields import FieldPath, Step
from ilab_core.taxonomy.source import LeafError

MAX_DEPTH = 40
MAX_NODES = 50_000
MAX_ALIASED_NODES = 10_000
_SIZE_FOR_TABS = 200_000

# The C loader is some twenty times faster; PyYAML built without libyaml has only the other one.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENTATION = re.compile(r"[ \t]*")
_HYPHEN_WITHOUT_SPACE = re.compile(r"^[ ]*-\w+:", re.MULTILINE)
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True)
class Parsed:
    """A text that is YAML: its plain value, its nodes (None for an empty text), and the places of both."""

    text: str
    root: yaml.Node | None
    value: Any

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line starts."""
        return line_starts(self.text)

    def place(self, index: int) -> tuple[int, int]:
        """Return the line and column, from 1, of the character at `index`."""
        line = bisect.bisect_right(self.line_starts, index)
        return line, index - self.line_starts[line - 1] + 1

    def index(self, line: int, column: int) -> int:
        """Return the offset of a line and column, both from 1; places past the end give the end."""
        if line > len(self.line_starts):
            return len(self.text)
        return min(self.line_starts[line - 1] + column - 1, len(self.text))

    def nearest(self, path: FieldPath) -> tuple[yaml.Node | None, yaml.Node | None]:
        """Return the key and value node at `path`, or of the deepest part of it that exists."""
        key, node = None, self.root
        for step in path:
            found = child(node, step)
            if found is None:
                break
            key, node = found
        return key, node

    @cached_property
    def _spans(self) -> list[tuple[int, int, FieldPath]]:
        spans = []
        seen: set[int] = set()
        for path, key, node in walk(self.root, (), seen):
            first = key if key is not None else node
            if isinstance(node, yaml.ScalarNode):
                spans.append((first.start_mark.index, node.end_mark.index, path))
            elif key is not None:
                spans.append((key.start_mark.index, key.end_mark.index, path))
        return sorted(spans)

    def field_at(self, index: int) -> FieldPath:
        """Return the path of the value (or key) written at or last before `index`, () where there is none."""
        position = bisect.bisect_right(self._spans, index, key=lambda span: span[0]) - 1
        return self._spans[position][2] if position >= 0 else ()


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line of `text` starts."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def child(node: yaml.Node | None, step: Step) -> tuple[yaml.Node | None, yaml.Node] | None:
    """Return key node (None in a list) and value node of one step below `node`; of a key given twice, the last."""
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return key, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return None, node.value[step]
    return None


def walk(
    node: yaml.Node | None, path: FieldPath, seen: set[int]
) -> Iterator[tuple[FieldPath, yaml.Node | None, yaml.Node]]:
    """Yield path, key node and node of everything below `node`, each node once (aliases share nodes)."""
    if isinstance(node, yaml.MappingNode):
        children: list[tuple[Step, yaml.Node | None, yaml.Node]] = [
            (key.value if isinstance(key.value, str) else "", key, value) for key, value in node.value
        ]
    elif isinstance(node, yaml.SequenceNode):
        children = [(number, None, value) for number, value in enumerate(node.value)]
    else:
        return
    for step, key, value in children:
        if id(value) in seen:
            continue
        seen.add(id(value))
        yield (*path, step), key, value
        yield from walk(value, (*path, step), seen)


def parse_yaml(text: str) -> Parsed:
    """Return what `text` says; LeafError with its place where it is not YAML or goes past the limits."""
    text = text.removeprefix("\ufeff")
    bad = _NOT_PRINTABLE.search(text)
    if bad:
        line, column = Parsed(text, None, None).place(bad.start())
        raise LeafError(
            "control-character",
            f"There is a character here that text may not hold (U+{ord(bad[0]):04X}).",
            "Remove it; if the whole file looks like this, it is not a text file.",
            line,
            column,
        )
    try:
        _check_limits(text)
        loader = _LOADER(text)
        try:
            root = loader.get_single_node()
            value = loader.construct_document(root) if root is not None else None
        finally:
            loader.dispose()
        if "\t" in text and len(text) < _SIZE_FOR_TABS:
            # PyYAML's own scanner, by which the standard reads, takes fewer tabs than libyaml does.
            for _event in yaml.parse(text, Loader=yaml.SafeLoader):
                pass
        if "<<" in text:
            # The constructor puts merged keys into the nodes themselves; places need the nodes as written.
            root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _syntax_error(text, error) from error
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # The constructors of dates and numbers raise what they like for a value such as 2024-13-45.
        raise LeafError(
            "yaml-value", "A date or number in this file cannot be read.", "Put it in quotes.", detail=str(error)
        ) from error
    return Parsed(text, root, value)


def _check_limits(text: str) -> None:
    """Raise LeafError where the text is too deep, has too many nodes, or grows too much through its aliases."""
    nodes = aliased = 0
    sizes: dict[str, int] = {}
    stack: list[tuple[str | None, int]] = []
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.ScalarEvent):
            nodes += 1
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            nodes += 1
            stack.append((event.anchor, nodes + aliased))
            if len(stack) > MAX_DEPTH:
                raise _limit(event, f"The lists and keys are nested more than {MAX_DEPTH} deep.")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = stack.pop()
            if anchor:
                sizes[anchor] = nodes + aliased - before + 1
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in stack):
                raise _limit(event, f"The alias *{event.anchor} is used inside the part it stands for.")
            aliased += sizes.get(event.anchor or "", 1)
            if aliased > MAX_ALIASED_NODES:
                raise _limit(event, "The aliases in this file stand for too much text.")
        if nodes > MAX_NODES:
            raise _limit(event, f"There are more than {MAX_NODES:,} entries in this file.")


def _limit(event: yaml.Event, message: str) -> LeafError:
    mark: Any = event.start_mark
    return LeafError("yaml-limit", message, "Write it more simply.", mark.line + 1, mark.column + 1)


_SYNTAX = (
    ("mapping values are not allowed", "A colon followed by a space stands inside the text here.",
     "Put the text in quotes."),
    ("expected comment or line break", "A text stands on the line of the | or > that starts its block.",
     "Start the text on the next line, indented."),
    ("comment or a line break", "A text stands on the line of the | or > that starts its block.",
     "Start the text on the next line, indented."),
    ("could not find expected ':'", "This line is neither a key nor part of a text.",
     "Add the colon after the key, or indent the line like the text it belongs to."),
    ("did not find expected key", "The text before this place ends too early, or the indentation does not fit.",
     "Indent the line like its neighbours, and put text that holds quotes in a block (|)."),
    ("expected <block end>", "The text before this place ends too early, or the indentation does not fit.",
     "Indent the line like its neighbours, and put text that holds quotes in a block (|)."),
    ("did not find expected '-' indicator", "A list entry is expected here, and this line is none.",
     "Start it with “- ”, or indent it like the entry above."),
    ("unexpected end of stream", "The file ends inside a quoted text.", "Add the closing quote."),
    ("expected ',' or", "A list or mapping in brackets is not closed, or a comma is missing.",
     "Close the bracket, or put the text in quotes if the bracket belongs to it."),
    ("unknown escape character", "After a backslash in double quotes stands a character that YAML does not know.",
     "Double the backslash, or use single quotes."),
    ("undefined alias", "A text that starts with * is read as an alias.", "Put the text in quotes."),
    ("alias", "A text that starts with * or & is read as an alias.", "Put the text in quotes."),
    ("anchor", "A text that starts with * or & is read as an anchor.", "Put the text in quotes."),
    ("tag", "A text that starts with ! is read as a tag.", "Put the text in quotes."),
    ("expected a single document", "The file holds a second document, which starts with “---” here.",
     "Remove the line “---”, or indent it if it belongs to a text."),
    ("but found another document", "The file holds a second document, which starts with “---” here.",
     "Remove the line “---”, or indent it if it belongs to a text."),
    ("block sequence entries are not allowed", "A list entry cannot start here.", "Start it on a line of its own."),
    ("leading space", "The first line of this text block is indented more than the rest.",
     "Indent its blank first lines like the rest."),
    ("unhashable key", "A key cannot be a list or a mapping.", "Put the key in quotes."),
)  # fmt: skip


def _syntax_error(text: str, error: yaml.YAMLError) -> LeafError:
    problem = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return LeafError("yaml-syntax", "This is not valid YAML.", detail=str(error))
    index = min(mark.index, len(text))
    line, column = Parsed(text, None, None).place(index)
    message, fix = "The YAML cannot be read from here on.", "Check the quotes, colons and indentation of this line."
    indentation = _INDENTATION.match(text, line_starts(text)[line - 1])
    if text[index : index + 1] == "\t" or (indentation is not None and "\t" in indentation[0]):
        message, fix = "A tab stands here where YAML needs spaces.", "Replace the tab by spaces."
    elif "cannot start any token" in problem:
        message, fix = f"A text cannot start with the character {text[index]!r}.", "Put the text in quotes."
    elif _HYPHEN_WITHOUT_SPACE.search(text, line_starts(text)[max(line - 2, 0)], index):
        message, fix = (
            "A hyphen here has no space after it, so it starts no list entry.",
            "Put a space after the hyphen.",
        )
    else:
        for part, known_message, known_fix in _SYNTAX:
            if part in f"{problem} {getattr(error, 'context', '') or ''}":
                message, fix = known_message, known_fix
                break
    return LeafError("yaml-syntax", message, fix, line, column, detail=str(error))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Write values as YAML that says exactly what was meant and passes the standard's lint.

Every text is written in the first of several styles that, read back, gives the text again. Line breaks at the end of a
text carry no meaning in a leaf: a block written with `|` ends with one, a quoted text with none, and both are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ilab_core.errors import TaxonomyError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WIDTH = 100
_AMBIGUOUS = re.compile(r"[-+.]*\d[-+.\d_:,oxa-f]*|[yn~]|yes|no|on|off|true|false|null", re.IGNORECASE)
_TRAILING_SPACE = re.compile(r"[ \t]$", re.MULTILINE)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_TO_ESCAPE = re.compile('[\\\\"\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')


@dataclass(frozen=True)
class Layout:
    """How a file is indented: spaces for each level of keys, and for a list below its key (0 = not indented)."""

    step: int = 2
    list_offset: int = 2


@dataclass(frozen=True)
class Slot:
    """Where a scalar is to stand.

    `column` is that of its key or of its list's hyphen, `indent` that of the lines of a block, both from 0.
    """

    column: int
    indent: int
    in_list: bool = False
    in_flow: bool = False


def scalar_text(value: str | int, slot: Slot, style: str | None = "", header: str = "|", wrap: bool = False) -> str:
    """Return `value` as YAML for `slot`, without a line break at its end.

    `style` is the one to keep if it can say the value: None for plain, a quote, `|` or `>`, "" for no preference;
    `header` is the block header to keep; `wrap` breaks a long text over lines, as it was before.
    """
    if isinstance(value, int):
        return str(value)
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    for candidate in _candidates(value, slot, style, header, wrap):
        if _reads_back(candidate, value, slot):
            return candidate
    raise TaxonomyError("This text cannot be written as YAML.", "Remove the characters that are not text.")


def block_lines(value: Any, column: int, layout: Layout) -> str:
    """Return a mapping or list as block YAML with every line indented by `column` or more, ending in a line break."""
    margin = " " * column
    if isinstance(value, Mapping):
        return "".join(f"{margin}{key}:{_after_key(item, column, layout)}" for key, item in value.items())
    text = ""
    for item in value:
        if isinstance(item, (Mapping, list, tuple)) and item:
            text += f"{margin}- {block_lines(item, column + 2, layout)[column + 2 :]}"
        else:
            text += f"{margin}- {_inline(item, Slot(column, column + 2, in_list=True))}\n"
    return text


def flow_text(value: Any) -> str:
    """Return a value on one line, in braces, brackets and quotes."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow_text(item) for item in value) + "]"
    return scalar_text(value, Slot(0, 2, in_flow=True))


def _after_key(value: Any, column: int, layout: Layout) -> str:
    if isinstance(value, Mapping) and value:
        return "\n" + block_lines(value, column + layout.step, layout)
    if isinstance(value, (list, tuple)) and value:
        return "\n" + block_lines(value, column + layout.list_offset, layout)
    return f" {_inline(value, Slot(column, column + layout.step))}\n"


def _inline(value: Any, slot: Slot) -> str:
    return flow_text(value) if isinstance(value, (Mapping, list, tuple)) else scalar_text(value, slot)


def _candidates(value: str, slot: Slot, style: str | None, header: str, wrap: bool) -> Iterator[str]:
    many_lines = "\n" in value.rstrip("\n")
    if slot.in_flow:
        order: Sequence[str | None] = (style,) if style in ("'", '"') else ()
    elif many_lines and style not in ("|", ">"):
        order = ("|",)
    elif style == "":
        order = (None,)
    else:
        order = (style, "|") if many_lines else (style, None)
    for wanted in order:
        text = _styled(value, slot, wanted, header)
        if text is None:
            continue
        if wrap and wanted not in ("|", ">"):
            yield ("\n" + " " * slot.indent).join(_wrapped(text))
        yield text
    single = _single(value)
    if single is not None and ('"' in value or "\\" in value):
        yield single
    yield _double(value)


def _styled(value: str, slot: Slot, style: str | None, header: str) -> str | None:
    match style:
        case None:
            plain = value.strip() == value and value and not _AMBIGUOUS.fullmatch(value)
            return value if plain and "\n" not in value and "\t" not in value else None
        case "'":
            return _single(value)
        case '"':
            return _double(value)
        case "|":
            return _block(value, slot, header.replace(">", "|"), value.rstrip("\n").split("\n"))
        case ">":
            return _folded(value, slot, header)
    return None


def _block(value: str, slot: Slot, header: str, lines: list[str]) -> str | None:
    body = value.rstrip("\n")
    # The lint allows neither trailing spaces nor more than two blank lines, not even inside a text.
    if not body.strip() or _TRAILING_SPACE.search(body) or "\n\n\n\n" in body or body.startswith("\n\n\n"):
        return None
    indicator = str(slot.indent - slot.column) if body.lstrip("\n").startswith((" ", "\t")) else ""
    chomping = "-" if "-" in header else ""
    margin = " " * slot.indent
    return "\n".join([f"{header[0]}{indicator}{chomping}", *(margin + line if line else "" for line in lines)])


def _folded(value: str, slot: Slot, header: str) -> str | None:
    paragraphs = value.rstrip("\n").split("\n")
    lines: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        # One line break in the text is one blank line in a folded block.
        lines += [*([""] if number else []), *_wrapped(paragraph)]
    return _block(value, slot, header, lines)


def _wrapped(text: str) -> list[str]:
    """Break `text` at single spaces into lines of about a hundred characters."""
    lines: list[str] = []
    for word in re.split(r"(?<=\S) (?=\S)", text):
        if lines and len(lines[-1]) + 1 + len(word) <= _WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _single(value: str) -> str | None:
    return None if "\n" in value else "'" + value.replace("'", "''") + "'"


def _double(value: str) -> str:
    def escape(match: re.Match[str]) -> str:
        number = ord(match[0])
        return _ESCAPES.get(match[0], f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")

    return '"' + _TO_ESCAPE.sub(escape, value.rstrip("\n")) + '"'


def _reads_back(candidate: str, value: str, slot: Slot) -> bool:
    if slot.in_flow:
        text = f"k: [{candidate}]"
    else:
        text = " " * slot.column + ("- " if slot.in_list else "k: ") + candidate + "\n"
    try:
        read = yaml.load(text, Loader=_LOADER)
        entry = read[0] if slot.in_list and not slot.in_flow else read["k"]
        entry = entry[0] if slot.in_flow else entry
        several = slot.in_flow and len(read["k"]) != 1
    except (yaml.YAMLError, ValueError, TypeError, KeyError, UnicodeError):
        return False
    return isinstance(entry, str) and entry.rstrip("\n") == value.rstrip("\n") and not several

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""attribution.txt: the works a leaf is made from. Read as people write it, changed without touching other lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ilab_core.taxonomy.licences import spdx_of

ATTRIBUTION_NAME = "attribution.txt"

Key = Literal["title", "link", "revision", "licence", "creators"]

LABELS: dict[Key, str] = {
    "title": "Title of work",
    "link": "Link to work",
    "revision": "Revision",
    "licence": "License of the work",
    "creators": "Creator names",
}
"""How the standard's own files name the fields, in its order."""

NOTHING = "-"
"""Written for a field that is left empty on purpose."""

_THING = r"(?:works?|source|article|document|page)"
_READ_AS: dict[Key, re.Pattern[str]] = {
    "title": re.compile(rf"title|(?:title|name)s? of (?:the )?{_THING}|{_THING} (?:title|name)|work"),
    "link": re.compile(rf"(?:link|url|source)s?(?: (?:to|of|for) (?:the )?{_THING})?|{_THING} (?:link|url)s?"),
    "revision": re.compile(
        rf"(?:link to (?:(?:a|the) )?(?:specific )?)?revisions?(?: (?:link|url|id|number))?(?: of (?:the )?{_THING})?"
        rf"|(?:specific|{_THING}) revision|perma(?:nent )?link"
    ),
    "licence": re.compile(
        rf"licen[cs]es?(?: (?:of|for) (?:the )?{_THING})?|{_THING} licen[cs]e|licen[cs]e (?:name|type)"
    ),
    "creators": re.compile(
        rf"(?:creator|author|contributor)s?(?:['’]?s?['’]? names?)?(?: of (?:the )?{_THING})?"
        rf"|names? of (?:the )?(?:creator|author)s?|created by"
    ),
}
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_LABELLED = re.compile(
    r"[\s>*#•·_–-]*(?:\d+[.)]\s*)?(?P<label>[^:：=\r\n]{1,60}?)\s*(?:[:：=]|\s[–—-]\s)(?P<value>[^\r\n]*)"
)
_OTHER_LABEL = re.compile(r"\s*\w[\w ]{0,40}:(?!//)")
_AROUND_LABEL = "*_[]\"'`"
_BARE_LINK = re.compile(r"\W*https?://\S+\W*")
_BULLET = re.compile(r"^\s*[*•·-]\s+")
_LONGEST_LICENCE = 60


@dataclass(frozen=True)
class Attribution:
    """One work: what it is called, where it is, which revision was used, its licence, and who made it."""

    title: str = ""
    link: str = ""
    revision: str = ""
    licence: str = ""
    creators: str = ""

    def value(self, key: Key) -> str:
        """Return the text of one field."""
        return str(getattr(self, key))


@dataclass(frozen=True)
class FoundWork:
    """A work and the line of the file, from 1, where it begins and where each of its fields is."""

    attribution: Attribution
    line: int
    lines: dict[Key, int]


@dataclass(frozen=True)
class _Block:
    """The lines of one field in a text, and its value within them."""

    start: int
    stop: int
    value_start: int
    value_end: int
    number: int


@dataclass
class _Work:
    blocks: dict[Key, _Block] = field(default_factory=dict)


def attribution_file(leaf: Path) -> Path:
    """Return where the attribution of the leaf in the file `leaf` is kept."""
    return leaf.with_name(ATTRIBUTION_NAME)


def read_attributions(text: str) -> tuple[Attribution, ...]:
    """Return the works that the text of an attribution.txt names, in its order."""
    return tuple(found.attribution for found in find_works(text))


def find_works(text: str) -> list[FoundWork]:
    """Return the works that the text names, with their lines."""
    works = []
    for work in _works(text):
        values = {key: _value(text, key, block) for key, block in work.blocks.items()}
        lines = {key: block.number for key, block in work.blocks.items()}
        works.append(FoundWork(Attribution(**values), min(lines.values()), lines))
    return works


def with_value(text: str, number: int, key: Key, value: str) -> str:
    """Return `text` with a field of its work `number` (from 0) set; other lines keep their bytes.

    A field that is not there gets a line; one that becomes empty loses it, or is crossed out where other lines would
    then be read otherwise. The number after the last adds a work.
    """
    value = " ".join(value.split())
    held = list(read_attributions(text))
    if number == len(held):
        return _with_first_value(text, key, value) if value else text
    if held[number].value(key) == value:
        return text
    held[number] = replace(held[number], **{key: value})
    ways = list(_ways_to_set(text, _works(text)[number], key, value))
    return next((way for way in ways if _said(read_attributions(way)) == _said(held)), ways[-1])


def _ways_to_set(text: str, work: _Work, key: Key, value: str) -> Iterator[str]:
    """Yield what the text may become, the plainest first: a line can part two works, or hide another."""
    block = work.blocks.get(key)
    end = _line_end(text)
    if block is None:
        for place in _places_for(key, work):
            yield f"{_ended(text[:place], text)}{LABELS[key]}: {value}{end}{text[place:]}"
    elif value:
        label = text[block.start : block.value_start]
        begin = f"{LABELS[key]}: " if not label.strip() else "" if label[-1].isspace() else " "
        yield text[: block.value_start] + begin + value + text[block.value_end :]
    else:
        yield text[: block.start] + text[block.stop :]
        yield f"{text[: block.start]}{LABELS[key]}: {NOTHING}{end}{text[block.stop :]}"


def _with_first_value(text: str, key: Key, value: str) -> str:
    end = _line_end(text)
    line = f"{LABELS[key]}: {value}{end}"
    if not text.strip():
        return text + line
    # A title after a gap begins a work
    return _ended(text) + end + ("" if key == "title" else f"{LABELS['title']}:{end}") + line


def _places_for(key: Key, work: _Work) -> list[int]:
    """Return where a line for `key` may go: behind the field that comes before it by custom, else at the start."""
    order = list(LABELS)
    before = [work.blocks[other].stop for other in order[: order.index(key)] if other in work.blocks]
    first = next(iter(work.blocks.values()))
    return [*before[-1:], first.start, first.stop]


def _said(works: Sequence[Attribution]) -> list[Attribution]:
    return [work for work in works if work != Attribution()]


def with_work(text: str, attribution: Attribution) -> str:
    """Return `text` with one more work at its end."""
    number = len(_works(text))
    for key in LABELS:
        text = with_value(text, number, key, attribution.value(key))
    return text


def with_new_work(text: str) -> str:
    """Return `text` with the label of one more work's title at its end, for a person to go on with."""
    end = _line_end(text)
    return f"{_ended(text)}{end if text.strip() else ''}{LABELS['title']}:{end}"


def without_work(text: str, number: int) -> str:
    """Return `text` without the fields of its work `number` (from 0); lines that are no fields stay."""
    for block in sorted(_works(text)[number].blocks.values(), key=lambda block: -block.start):
        text = text[: block.start] + text[block.stop :]
    return text.lstrip("\r\n") if number == 0 else text


def _works(text: str) -> list[_Work]:
    works: list[_Work] = []
    waiting: Key | None = None  # a field whose value is on the lines after its label
    after_gap = False
    for number, match in enumerate(_LINE.finditer(text), 1):
        line, start = match.group(), match.start()
        found = _labelled(line)
        if not line.strip():
            waiting, after_gap = None, True
            continue
        if found is None and _OTHER_LABEL.match(line):
            waiting = None
        key = found[0] if found is not None else waiting or _bare(line, works)
        if key is None:
            continue
        if waiting is not None and found is None:
            block = works[-1].blocks[waiting]
            bullet = _BULLET.match(line)
            first = start + (bullet.end() if bullet is not None else _indent(line))
            value_start = first if block.value_start == block.value_end else block.value_start
            end = start + len(_trimmed(line))
            works[-1].blocks[waiting] = _Block(block.start, match.end(), value_start, end, block.number)
            continue
        if not works or _begins_a_work(key, works[-1], after_gap):
            works.append(_Work())
        after_gap = False
        waiting = None
        if key not in works[-1].blocks:
            value_start, value_end = found[1:] if found is not None else (_indent(line), len(_trimmed(line)))
            works[-1].blocks[key] = _Block(start, match.end(), start + value_start, start + value_end, number)
            waiting = key if value_start == value_end else None
    return works


def _labelled(line: str) -> tuple[Key, int, int] | None:
    """Return the field that a line names and where its value starts and ends in it."""
    match = _LABELLED.match(line)
    if match is None:
        return None
    label = " ".join(match["label"].strip(_AROUND_LABEL + " ").casefold().split())
    key = next((key for key, pattern in _READ_AS.items() if pattern.fullmatch(label)), None)
    if key is None:
        return None
    value = match["value"].strip("*_ \t")
    start = match.start("value") + match["value"].find(value) if value else len(line.rstrip())
    return key, start, start + len(_trimmed(value))


def _bare(line: str, works: list[_Work]) -> Key | None:
    """Return the field that a line without a label can only be."""
    have = works[-1].blocks if works else {}
    if "link" not in have and _BARE_LINK.fullmatch(line):
        return "link"
    short = len(line) <= _LONGEST_LICENCE
    return "licence" if works and "licence" not in have and short and spdx_of(line) else None


def _begins_a_work(key: Key, work: _Work, after_gap: bool) -> bool:
    if key == "title":
        return key in work.blocks or after_gap
    return key in work.blocks and (after_gap or key == next(iter(work.blocks)))


def _value(text: str, key: Key, block: _Block) -> str:
    lines = [_trimmed(_BULLET.sub("", line)) for line in text[block.value_start : block.value_end].splitlines()]
    lines = [" ".join(line.split()) for line in lines if line.strip() and line.strip() != NOTHING]
    return (", " if key == "creators" else " ").join(line.rstrip(",") if key == "creators" else line for line in lines)


def _trimmed(line: str) -> str:
    """Return a line without the white space and the line break mark of Markdown at its end."""
    return line.rstrip(" \t\r\n\\")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _line_end(text: str) -> str:
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def _ended(text: str, whole: str = "") -> str:
    """Return `text` with a line end where its last line has none."""
    return text if not text or text[-1] in "\r\n" else text + _line_end(whole or text)

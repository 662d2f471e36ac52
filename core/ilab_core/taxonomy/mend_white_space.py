# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""White space and punctuation that the standard's lint refuses: line ends, blank lines, indentation, colons, commas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import yaml

from ilab_core.taxonomy.lint import LintFinding, lint
from ilab_core.taxonomy.mend_step import Change, Draft
from ilab_core.taxonomy.parsing import Parsed, parse_yaml, walk
from ilab_core.taxonomy.source import LeafError
from ilab_core.taxonomy.spans import layout_of, line_start, next_line, real_end

MOST_READ = 4_000_000
"""Characters linted in search of the right white space, some seconds' worth; the rest is left to the writer."""

_MOST_PLACES = 200
_TRAILING = re.compile(r"[ \t\v\f]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{4,}")
_SPACED_RULES = ("braces", "brackets", "colons", "commas", "hyphens")


def mend_white_space(draft: Draft) -> Iterator[Change]:
    """Propose all mends of white space at once, and each kind alone for where they do not all succeed."""
    if draft.root is None or not any(error.code.startswith("lint-") for error in draft.errors):
        return
    text, steps = tidied(draft.text)
    if steps:
        yield Change(text, " ".join(steps))
    for mend in _MENDS:
        alone, step = mend(draft.text)
        if step:
            yield Change(alone, step)


def tidied(text: str) -> tuple[str, list[str]]:
    """Return readable YAML as the lint wants it, and a sentence for each kind of thing that was done."""
    steps = []
    for mend in _MENDS:
        new, step = mend(text)
        if step and _same_value(text, new):
            text = new
            steps.append(step)
    return text, steps


def _line_ends(text: str) -> tuple[str, str]:
    new, count = _TRAILING.subn("", text)
    return new, f"Removed the white space at the end of {_lines(count)}." if count else ""


def _blank_lines(text: str) -> tuple[str, str]:
    new = _BLANK_LINES.sub("\n\n\n", text.strip("\n"))
    new += "\n" if text.endswith("\n") else ""
    return new, "Removed blank lines that are too many." if new != text else ""


def _last_line(text: str) -> tuple[str, str]:
    return (text, "") if text.endswith("\n") else (text + "\n", "Ended the last line with a line break.")


def _spacing(text: str) -> tuple[str, str]:
    new = _one_by_one(text, _SPACED_RULES, _respaced)
    return new, "Set one space after colons, commas and hyphens." if new != text else ""


def _indentation(text: str) -> tuple[str, str]:
    new = _one_by_one(text, ("indentation",), _reindented)
    return new, "Indented lists and keys the same everywhere." if new != text else ""


_MENDS: tuple[Callable[[str], tuple[str, str]], ...] = (_line_ends, _blank_lines, _last_line, _indentation, _spacing)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"


def _one_by_one(
    text: str, rules: tuple[str, ...], candidates: Callable[[str, Parsed, LintFinding], Iterator[str]]
) -> str:
    """Mend the findings of `rules` from the top, each by its first candidate that leaves fewer of them."""
    skipped = 0
    for _ in range(min(_MOST_PLACES, MOST_READ // max(len(text), 1))):
        findings = [finding for finding in lint(text) if finding.rule in rules]
        if len(findings) <= skipped:
            break
        finding = findings[skipped]
        for new in candidates(text, parse_yaml(text), finding):
            if _same_value(text, new) and sum(found.rule in rules for found in lint(new)) < len(findings):
                text = new
                break
        else:
            skipped += 1
    return text


def _respaced(text: str, parsed: Parsed, finding: LintFinding) -> Iterator[str]:
    """Yield the text with no or one space where the finding points."""
    index = parsed.index(finding.line, finding.column)
    start = len(text[:index].rstrip(" "))
    end = index + len(text[index:]) - len(text[index:].lstrip(" "))
    for _path, key, node in walk(parsed.root, (), set()) if finding.rule == "hyphens" else ():
        if key is None and node.start_mark.index == end:
            # The other keys of the entry stay below its first.
            below, last = next_line(text, start), real_end(text, node)
            rest = shifted(text, below, last, start + 1 - end) if below < last else text
            yield f"{rest[:start]} {rest[end:]}"
    for space in (" ", ""):
        yield text[:start] + space + text[end:]
    if start == end:
        yield f"{text[: index + 1]} {text[index + 1 :]}"


def _reindented(text: str, parsed: Parsed, finding: LintFinding) -> Iterator[str]:
    """Yield the text with the list or mapping that starts at the finding moved to each place it may be meant for."""
    line = finding.line - 1
    for _path, key, node in walk(parsed.root, (), set()):
        if not isinstance(node, yaml.CollectionNode) or node.flow_style or node.start_mark.line != line:
            continue
        if key is None or node.start_mark.line == key.start_mark.line:
            continue
        layout = layout_of(parsed)
        for offset in dict.fromkeys((layout.list_offset, layout.step, 2, 0)):
            by = key.start_mark.column + offset - node.start_mark.column
            if by and (offset or isinstance(node, yaml.SequenceNode)):
                yield shifted(text, node.start_mark.index, real_end(text, node), by)
    if isinstance(parsed.root, yaml.MappingNode) and parsed.root.start_mark.line == line:
        yield shifted(text, 0, len(text), -parsed.root.start_mark.column)


def shifted(text: str, start: int, end: int, by: int) -> str:
    """Return `text` with the lines from that of `start` to that of `end` moved right, or left where `by` is negative.

    Blank lines stay blank, and no line loses more than its indentation.
    """
    start, end = line_start(text, start), next_line(text, max(end - 1, start))
    lines = text[start:end].split("\n")
    if by > 0:
        moved = [" " * by + line if line.strip() else line for line in lines]
    else:
        moved = [line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in lines]
    return text[:start] + "\n".join(moved) + text[end:]


def _same_value(before: str, after: str) -> bool:
    """Say that both texts mean the same but for white space inside texts."""
    try:
        return bool(_evened(parse_yaml(before).value) == _evened(parse_yaml(after).value))
    except LeafError:
        return False


def _evened(value: object) -> object:
    if isinstance(value, dict):
        return {key: _evened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_evened(item) for item in value]
    return " ".join(value.split()) if isinstance(value, str) else value

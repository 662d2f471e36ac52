# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""yamllint's `relaxed` rules without the line length: what the standard asks of a file's white space and punctuation.

yamllint reads a text twice with PyYAML's slow scanner. Here the same rules are given the tokens of libyaml's scanner,
each rule only those it looks at; the findings are the same (a test compares them on real files) at a third of the time.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import yaml
from yamllint import linter, parser  # type: ignore[import-untyped]
from yamllint.config import YamlLintConfig  # type: ignore[import-untyped]

MAX_FINDINGS = 1000
_SIZE_FOR_DIRECTIVES = 50_000

_CONFIGURATION = "{extends: relaxed, rules: {line-length: disable}}"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_SUSPECT_LINE = re.compile(r"^.*[ \t\v\f\r]$|(?<=\n\n\n)$|^.*\Z", re.MULTILINE)

# The token types each rule acts on; a rule that is not named here is given every token.
_TOKENS_OF_RULE: dict[str, tuple[type, ...]] = {
    "anchors": (
        yaml.AliasToken,
        yaml.AnchorToken,
        yaml.StreamStartToken,
        yaml.DocumentStartToken,
        yaml.DocumentEndToken,
    ),
    "braces": (yaml.FlowMappingStartToken, yaml.FlowMappingEndToken),
    "brackets": (yaml.FlowSequenceStartToken, yaml.FlowSequenceEndToken),
    "colons": (yaml.ValueToken, yaml.KeyToken),
    "commas": (yaml.FlowEntryToken,),
    "hyphens": (yaml.BlockEntryToken,),
}


@dataclass(frozen=True)
class LintFinding:
    """One finding: its place from 1, yamllint's name of the rule, a sentence, and the mend."""

    line: int
    column: int
    rule: str
    message: str
    fix: str


class _Mark:
    """A mark as yamllint's rules expect it: libyaml's own marks carry no buffer."""

    __slots__ = ("buffer", "column", "line", "pointer")

    def __init__(self, mark: Any, buffer: str) -> None:
        self.line: int = mark.line
        self.column: int = mark.column
        self.pointer: int = mark.index
        self.buffer = buffer


def lint(text: str) -> list[LintFinding]:
    """Return yamllint's findings in `text`, which must be readable YAML with Unix line ends."""
    if "yamllint" in text and len(text) < _SIZE_FOR_DIRECTIVES:
        # Directives in comments switch rules off for a line or a file; yamllint's own driver knows them.
        problems = list(itertools.islice(linter.run(text, _configuration()), MAX_FINDINGS))
    else:
        # A text with a thousand findings needs no complete list of them, and a huge one must not take long.
        of_tokens = itertools.islice(_token_problems(text), MAX_FINDINGS)
        of_lines = itertools.islice(_line_problems(text), MAX_FINDINGS)
        problems = sorted([*of_tokens, *of_lines], key=lambda item: (item.line, item.column))
    return [_finding(problem) for problem in problems]


@functools.cache
def _configuration() -> YamlLintConfig:
    return YamlLintConfig(_CONFIGURATION)


@functools.cache
def _rules(kind: str) -> tuple[tuple[ModuleType, dict[str, Any]], ...]:
    configuration = _configuration()
    return tuple(
        (rule, configuration.rules[rule.ID]) for rule in configuration.enabled_rules(None) if kind == rule.TYPE
    )


def _line_problems(text: str) -> Iterator[Any]:
    for line in _suspect_lines(text):
        for rule, options in _rules("line"):
            for problem in rule.check(options, line):
                problem.rule = rule.ID
                yield problem


def _suspect_lines(text: str) -> Iterator[Any]:
    """Yield the lines that the rules for lines may object to.

    These are lines that end in white space, the last of blank lines at the start or the end, a blank line after two
    others, and the last line.
    """
    first_blank = len(text) - len(text.lstrip("\n")) - 1
    last_blank = len(text) - 1 if text.endswith("\n\n") else -1
    if first_blank >= 0:
        yield parser.Line(first_blank + 1, text, first_blank, first_blank)
    line_no, counted = 1, 0
    for match in _SUSPECT_LINE.finditer(text):
        if match.start() != first_blank and match.start() != last_blank:
            line_no += text.count("\n", counted, match.start())
            counted = match.start()
            yield parser.Line(line_no, text, match.start(), match.end())
    if last_blank > first_blank:
        yield parser.Line(text.count("\n", 0, last_blank) + 1, text, last_blank, last_blank)


def _token_problems(text: str) -> Iterator[Any]:
    buffer = text + "\0"
    rules = [(rule, options, _TOKENS_OF_RULE.get(rule.ID, ()), {}) for rule, options in _rules("token")]  # type: ignore[var-annotated]
    previous = None
    for token, following, after in _triples(text, buffer):
        for rule, options, types, context in rules:
            if types and not isinstance(token, types):
                continue
            for problem in rule.check(options, token, previous, following, after, context):
                problem.rule = rule.ID
                yield problem
        previous = token


def _triples(text: str, buffer: str) -> Iterator[tuple[Any, Any, Any]]:
    """Yield each token with the two after it (None past the end)."""
    window: list[Any] = []
    for token in yaml.scan(text, Loader=_LOADER):
        token.start_mark = _Mark(token.start_mark, buffer)
        token.end_mark = _Mark(token.end_mark, buffer)
        window.append(token)
        if len(window) == 3:
            yield window[0], window[1], window[2]
            del window[0]
    if len(window) == 2:
        yield window[0], window[1], None
        del window[0]
    if window:
        yield window[0], None, None


_MESSAGES = {
    "trailing-spaces": ("There are spaces at the end of this line.", "Remove them."),
    "new-line-at-end-of-file": ("The last line does not end with a line break.", "Press Enter at its end."),
    "new-lines": ("The line ends are not those of Unix.", "Save the file with “LF” line ends."),
    "empty-lines": ("There are too many blank lines here.", "Leave at most two, and none at the start or end."),
    "indentation": ("This line is not indented like the others.", "Use the same number of spaces everywhere."),
    "colons": ("There is more than one space beside this colon.", "Leave one space after it and none before."),
    "hyphens": ("There is more than one space after this hyphen.", "Leave one."),
    "commas": ("The spaces beside this comma are not right.", "Leave one after it and none before."),
    "braces": ("There is more than one space inside these braces.", "Leave one or none."),
    "brackets": ("There is more than one space inside these brackets.", "Leave one or none."),
}


def _finding(problem: Any) -> LintFinding:
    rule = problem.rule or "syntax"
    message, fix = _MESSAGES.get(rule, (f"{problem.desc[:1].upper()}{problem.desc[1:]}.", ""))
    if rule == "key-duplicates":
        key = problem.desc.split('"')[1] if '"' in problem.desc else ""
        message, fix = f"The key `{key}` is given twice here; only the last one counts.", "Remove one of them."
    return LintFinding(problem.line, problem.column, rule, message, fix)

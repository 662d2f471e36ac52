# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Check leaves: the standard's schema, yamllint as `ilab` runs it, and our own warnings, in one list of problems."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilab_core.taxonomy.advice import advice
from ilab_core.taxonomy.attribution_checks import attribution_problems
from ilab_core.taxonomy.check_cache import CheckCache
from ilab_core.taxonomy.fields import format_field
from ilab_core.taxonomy.leaf import LEAF_NAME, DocumentReference, Kind
from ilab_core.taxonomy.lint import lint
from ilab_core.taxonomy.parsing import Parsed, parse_yaml
from ilab_core.taxonomy.problem import Problem, Severity
from ilab_core.taxonomy.schema import Finding, schema_findings, version_of
from ilab_core.taxonomy.source import LeafError, Source, read_source
from ilab_core.taxonomy.surroundings import Surroundings, document_findings, document_of, read_surroundings
from ilab_core.taxonomy.tree import find_candidates, kind_of

__all__ = [
    "CheckReport",
    "Problem",
    "check_file",
    "check_paths",
    "check_report_json",
    "check_text",
    "is_valid",
    "problems_at",
]


@dataclass(frozen=True)
class CheckReport:
    """The outcome of checking several leaves: how many, how many of them valid, and every problem."""

    files: int
    valid: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether every file is valid."""
        return self.valid == self.files


def is_valid(problems: Iterable[Problem]) -> bool:
    """Return whether a leaf with these problems is valid by the standard: warnings alone do not spoil it."""
    return not any(problem.severity == "error" for problem in problems)


def check_text(text: str, path: Path, surroundings: Surroundings | None = None) -> list[Problem]:
    """Return the problems of a leaf's text, by place; `path` says what kind of leaf it is and is not read.

    With `surroundings` the attribution and the documents are looked at as well.
    """
    return _check(text, path, surroundings)[0]


def check_file(path: Path, documents: Path | None = None, cache: CheckCache | None = None) -> list[Problem]:
    """Return the problems of the leaf in the file `path`; a file that cannot be read is a problem, not an error.

    `documents` is the workspace's document repository, where what is not beside the leaf is looked for. With a `cache`
    a file that was checked before, and around which nothing changed, is not read again.
    """
    known = cache.find(path, documents) if cache is not None else None
    if known is not None:
        return known
    started = time.time_ns()
    try:
        source = read_source(path)
    except LeafError as error:
        return [_problem_of(error, path)]
    problems = [] if source.is_utf8 else [_encoding_problem(source, path)]
    if path.name != LEAF_NAME:
        message = f"The file is named {path.name}; a leaf must be named {LEAF_NAME}."
        problems.append(Problem(path, 1, 1, "", "error", "file-name", message, f"Rename it to {LEAF_NAME}."))
    found, document = _check(source.text, path, read_surroundings(path, documents))
    problems += found
    if cache is not None:
        cache.keep(path, documents, document, problems, started)
    return problems


def check_paths(paths: Iterable[Path], documents: Path | None = None, use_cache: bool = True) -> CheckReport:
    """Check every leaf in `paths` (leaf files, leaf folders, taxonomies or any folders), each leaf once.

    `documents` is the workspace's document repository. With `use_cache` what did not change since an earlier check is
    not checked again.
    """
    problems: list[Problem] = []
    seen: set[Path] = set()
    valid = 0
    with CheckCache() if use_cache else contextlib.nullcontext() as cache:
        for path in paths:
            for candidate in find_candidates(path):
                if candidate.path in seen:
                    continue
                seen.add(candidate.path)
                if candidate.obstacle is not None:
                    found = [_problem_of(candidate.obstacle, candidate.path)]
                else:
                    found = check_file(candidate.path, documents, cache)
                valid += is_valid(found)
                problems += found
    return CheckReport(len(seen), valid, tuple(problems))


def problems_at(text: str, path: Path, findings: Iterable[Finding]) -> list[Problem]:
    """Return findings of other looks at a leaf's text as warnings with their places; none where it is no YAML."""
    try:
        parsed = parse_yaml(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    except LeafError:
        return []
    return [_problem(finding, parsed, path, "warning") for finding in findings]


def check_report_json(report: CheckReport) -> dict[str, Any]:
    """Return the document that `taxonomy check --json` prints: counts of files and valid files, and the problems."""
    return {
        "files": report.files,
        "valid": report.valid,
        "problems": [
            {
                "path": str(problem.path),
                "line": problem.line,
                "column": problem.column,
                "field": problem.field,
                "severity": problem.severity,
                "code": problem.code,
                "message": problem.message,
                "fix": problem.fix,
            }
            for problem in report.problems
        ],
    }


def _check(text: str, path: Path, surroundings: Surroundings | None) -> tuple[list[Problem], DocumentReference | None]:
    """Return the problems of a leaf's text, and the document that it names."""
    # The standard reads a file with universal line ends: lines and columns stay what they are.
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        parsed = parse_yaml(text)
    except LeafError as error:
        return [_problem_of(error, path)], None
    if not parsed.value:
        fix = "Start with a new leaf, or remove the file."
        return [Problem(path, 1, 1, "", "error", "empty-file", "The file is empty.", fix)], None
    if not isinstance(parsed.value, Mapping):
        message, fix = "The file holds no keys such as `created_by:`.", "Start with a new leaf, or remove the file."
        return [Problem(path, 1, 1, "", "error", "not-a-mapping", message, fix)], None
    kind: Kind = kind_of(path) or ("knowledge" if "document" in parsed.value else "skill")
    problems = _all_problems(parsed, path, kind)
    around: list[Problem] = []
    if surroundings is not None:
        findings = document_findings(parsed.value, path, surroundings.documents)
        problems += [_problem(finding, parsed, path, "warning") for finding in findings]
        around = attribution_problems(surroundings.attribution, path, kind)
    problems.sort(key=lambda problem: (problem.line, problem.column, problem.field))
    return problems + around, document_of(parsed.value)


def _all_problems(parsed: Parsed, path: Path, kind: Kind) -> list[Problem]:
    contents: Mapping[Any, Any] = parsed.value
    findings = schema_findings(contents, kind)
    problems = [_problem(finding, parsed, path, "error") for finding in findings]
    problems += [_problem(finding, parsed, path, "warning") for finding in advice(contents, kind)]
    if version_of(contents) > 1:
        for found in lint(parsed.text):
            field = format_field(parsed.field_at(parsed.index(found.line, found.column)))
            code = f"lint-{found.rule}"
            problems.append(Problem(path, found.line, found.column, field, "error", code, found.message, found.fix))
    return problems


def _problem(finding: Finding, parsed: Parsed, path: Path, severity: Severity) -> Problem:
    key, node = parsed.nearest(finding.path)
    place = key if finding.at_key and key is not None else node
    line, column = parsed.place(place.start_mark.index) if place is not None else (1, 1)
    field = format_field(finding.path)
    return Problem(path, line, column, field, severity, finding.code, finding.message, finding.fix)


def _problem_of(error: LeafError, path: Path) -> Problem:
    return Problem(path, error.line, error.column, "", "error", error.problem_code, error.summary, error.hint)


def _encoding_problem(source: Source, path: Path) -> Problem:
    name = {"cp1252": "not UTF-8"}.get(source.encoding, "UTF-16")
    message = f"The file is {name}; the standard needs UTF-8."
    return Problem(path, 1, 1, "", "error", "encoding", message, "Save the file as UTF-8.")

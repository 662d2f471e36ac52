# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`ilab-desktop taxonomy`: check leaves by the standard, all or those that differ from a base, and mend them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ilab_core.cli.places import workspace_of
from ilab_core.cli.taxonomy_diff import add_diff_parser
from ilab_core.cli.taxonomy_fix import add_fix_parser
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.checking import CheckReport, check_paths, check_report_json

DONE, ERRORS_FOUND, WRONG_USAGE = 0, 1, 2


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command group `taxonomy` to the program's parser."""
    group = subparsers.add_parser("taxonomy", help="check and mend the leaves of a taxonomy")
    commands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = commands.add_parser(
        "check",
        help="check leaves by the standard",
        description="Check leaves by the standard. Exit code 0: all valid; 1: errors found; 2: wrong usage.",
    )
    check.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a qna.yaml, or any folder that holds some")
    check.add_argument("--json", action="store_true", help="print one JSON document")
    check.add_argument("--no-cache", action="store_true", help="check every leaf anew, also where nothing changed")
    check.set_defaults(run=run_check)
    add_diff_parser(commands)
    add_fix_parser(commands)


def run_check(arguments: argparse.Namespace) -> int:
    """Check the paths, print what was found, and return the exit code."""
    try:
        report = check_paths(arguments.paths, workspace_of(arguments).documents, use_cache=not arguments.no_cache)
    except TaxonomyError as error:
        print(" ".join(part for part in (error.summary, error.hint) if part), file=sys.stderr)
        return WRONG_USAGE
    if arguments.json:
        print(json.dumps(check_report_json(report), indent=2))
    else:
        _print_report(report)
    return DONE if report.ok else ERRORS_FOUND


def print_problems(report: CheckReport) -> None:
    """Print one line for each problem, with its place."""
    for problem in report.problems:
        field = f" [{problem.field}]" if problem.field else ""
        fix = f" {problem.fix}" if problem.fix else ""
        print(f"{problem.path}:{problem.line}:{problem.column}: {problem.severity}:{field} {problem.message}{fix}")


def _print_report(report: CheckReport) -> None:
    print_problems(report)
    if not report.files:
        print("No qna.yaml file was found there.")
    else:
        leaves = "leaf" if report.files == 1 else "leaves"
        print(f"{report.valid} of {report.files} {leaves} valid.")

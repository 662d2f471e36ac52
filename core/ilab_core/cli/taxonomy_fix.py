# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`ilab-desktop taxonomy fix`: mend what has a safe mend, and say what is left to a person."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ilab_core.cli.output import print_json
from ilab_core.cli.places import workspace_of
from ilab_core.errors import IlabError, TaxonomyError
from ilab_core.taxonomy.checking import CheckReport, check_paths, check_report_json
from ilab_core.taxonomy.mending import Mended, mend_file
from ilab_core.taxonomy.tree import find_candidates

DONE, ERRORS_LEFT, WRONG_USAGE = 0, 1, 2


def add_fix_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command `fix` to the group."""
    fix = commands.add_parser(
        "fix",
        help="mend leaves where what is meant is certain",
        description="Mend leaves where what is meant is certain; valid leaves are left alone, and so is every other "
        "line of an invalid one. Exit code 0: all valid now; 1: errors remain; 2: wrong usage.",
    )
    fix.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a qna.yaml, or any folder that holds some")
    fix.add_argument(
        "--upgrade", action="store_true", help="bring valid skills of older versions of the standard to version 3, too"
    )
    fix.add_argument("--json", action="store_true", help="print one JSON document")
    fix.set_defaults(run=run_fix)


def run_fix(arguments: argparse.Namespace) -> int:
    """Mend the paths, print what was done and what remains, and return the exit code."""
    try:
        mended, failures = mend_paths(arguments.paths, arguments.upgrade)
        report = check_paths(arguments.paths, workspace_of(arguments).documents)
    except TaxonomyError as error:
        print(_words(error), file=sys.stderr)
        return WRONG_USAGE
    for path, failure in failures.items():
        print(f"{path}: {_words(failure)}", file=sys.stderr)
    if arguments.json:
        leaves = [
            {"path": str(path), "steps": result.steps, "attribution": result.attribution}
            for path, result in mended.items()
        ]
        print_json({"mended": leaves, **check_report_json(report)})
    else:
        _print(mended, report)
    return DONE if report.ok and not failures else ERRORS_LEFT


def mend_paths(paths: Iterable[Path], upgrade: bool = False) -> tuple[dict[Path, Mended], dict[Path, IlabError]]:
    """Mend every leaf in `paths`; return what was done to those that changed, and why others could not be written.

    TaxonomyError where a path does not exist.
    """
    mended: dict[Path, Mended] = {}
    failures: dict[Path, IlabError] = {}
    for candidate in {found.path: found for path in paths for found in find_candidates(path)}.values():
        if candidate.obstacle is not None:
            continue
        try:
            result = mend_file(candidate.path, upgrade=upgrade)
        except TaxonomyError:
            # What cannot be read is in the report of the check that follows.
            continue
        except IlabError as error:
            failures[candidate.path] = error
            continue
        if result.steps:
            mended[candidate.path] = result
    return mended, failures


def _print(mended: dict[Path, Mended], report: CheckReport) -> None:
    from ilab_core.cli.taxonomy import print_problems

    for path, result in mended.items():
        print(path)
        for step in result.steps:
            print(f"  {step}")
    print_problems(report)
    if not report.files:
        print("No qna.yaml file was found there.")
        return
    leaves = "leaf" if report.files == 1 else "leaves"
    print(f"Mended {len(mended)}. Now {report.valid} of {report.files} {leaves} valid.")


def _words(error: IlabError) -> str:
    return " ".join(part for part in (error.summary, error.hint) if part)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`ilab-desktop taxonomy diff`: the leaves that differ from a base, each checked by the standard."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ilab_core.cli.output import print_json
from ilab_core.cli.places import workspace_of
from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.checking import CheckReport, check_paths, check_report_json, is_valid
from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_core.taxonomy.tree import leaf_name, taxonomy_root

if TYPE_CHECKING:
    from ilab_core.taxonomy.changes import LeafChange

DONE, ERRORS_FOUND, WRONG_USAGE = 0, 1, 2
# `ilab` walks knowledge and compositional_skills only.
_NOT_WALKED = "foundational_skills/"


@dataclass(frozen=True)
class ListedLeaf:
    """A leaf that differs, and its file; `report` is None where there is nothing to check, since it was removed."""

    change: LeafChange
    path: Path
    report: CheckReport | None


def add_diff_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command `diff` to the group."""
    diff = commands.add_parser(
        "diff",
        help="list the leaves that differ from a base, and check them",
        description="List the leaves that differ from a base, committed or not, and check each by the standard. "
        "Exit code 0: all valid; 1: errors found; 2: wrong usage.",
    )
    diff.add_argument(
        "path",
        nargs="?",
        type=Path,
        metavar="PATH",
        help="a taxonomy, a folder in one, or a single leaf, which is then checked alone (default: the window's own)",
    )
    diff.add_argument(
        "--base",
        metavar="REF",
        default="",
        help="a branch, remote/branch, tag or commit to compare with, or “empty” for every leaf "
        "(default: origin/main, else what the branch follows, else main or master, else HEAD)",
    )
    diff.add_argument("--json", action="store_true", help="print one JSON document, with removed leaves too")
    diff.set_defaults(run=run_diff)


def run_diff(arguments: argparse.Namespace) -> int:
    """List and check the leaves that differ, and return the exit code."""
    try:
        path = _path(arguments)
        base, leaves = listed_leaves(path, arguments.base)
    except TaxonomyError as error:
        print(" ".join(part for part in (error.summary, error.hint) if part), file=sys.stderr)
        return WRONG_USAGE
    reports = [leaf.report for leaf in leaves if leaf.report is not None]
    report = CheckReport(
        sum(found.files for found in reports),
        sum(found.valid for found in reports),
        tuple(problem for found in reports for problem in found.problems),
    )
    if arguments.json:
        print_json({"base": base, "leaves": [_json(leaf) for leaf in leaves], **check_report_json(report)})
    else:
        _print(leaves, report, base, taxonomy_root(path))
    return DONE if report.ok else ERRORS_FOUND


def listed_leaves(path: Path, base: str) -> tuple[str, list[ListedLeaf]]:
    """Return the base that was compared with ("" for a single file) and the leaves at or below `path` that differ.

    They are those that `ilab taxonomy diff` lists, and those that were removed. TaxonomyError where `path` does not
    exist or there is nothing to compare with.
    """
    # Here, so that `taxonomy check` starts without git.
    from ilab_core.taxonomy.base import HEAD, default_base
    from ilab_core.taxonomy.changes import LeafChange, changed_leaves

    if path.is_file():
        change = LeafChange(leaf_name(path), "changed", "", (LEAF_NAME,))
        return "", [ListedLeaf(change, path, check_paths([path]))]
    if not path.is_dir():
        raise TaxonomyError(f"{path} does not exist.", "Check the path.")
    root = taxonomy_root(path)
    base = base or default_base(root) or HEAD
    found = []
    for change in changed_leaves(root, base):
        file = root / change.name / LEAF_NAME
        listed = change.in_its_file and not change.name.startswith(_NOT_WALKED)
        if listed and file.is_relative_to(path):
            found.append(ListedLeaf(change, file, None if change.change == "removed" else check_paths([file])))
    return base, found


def _path(arguments: argparse.Namespace) -> Path:
    if arguments.path is not None:
        return Path(arguments.path).expanduser().absolute()
    from ilab_core.settings import load_settings

    workspace = workspace_of(arguments)
    return load_settings(workspace.settings_file).taxonomy_folder or workspace.taxonomy


def _json(leaf: ListedLeaf) -> dict[str, Any]:
    return {
        "name": leaf.change.name,
        "path": str(leaf.path),
        "change": leaf.change.change,
        "earlier": leaf.change.earlier,
        "valid": None if leaf.report is None else is_valid(leaf.report.problems),
    }


def _print(leaves: list[ListedLeaf], report: CheckReport, base: str, root: Path) -> None:
    from ilab_core.cli.taxonomy import print_problems

    for leaf in leaves:
        if leaf.report is not None:
            print(leaf.path.relative_to(root).as_posix() if leaf.path.is_relative_to(root) else leaf.path)
    print_problems(report)
    if not base:
        print("The leaf is valid." if report.ok else "The leaf is not valid.")
    elif not report.files:
        print(f"No leaf differs from {base}.")
    else:
        leaves_differ = "1 leaf differs" if report.files == 1 else f"{report.files} leaves differ"
        print(f"{leaves_differ} from {base}, {report.valid} valid.")

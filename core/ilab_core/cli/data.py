# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`data generate | show | export`: training data from the leaves of a taxonomy."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ilab_core.cli.numbers import whole_number
from ilab_core.cli.output import print_json, progress_printer
from ilab_core.cli.places import workspace_of
from ilab_core.errors import GenerationError, TaxonomyError
from ilab_core.generation.export import export_messages
from ilab_core.generation.request import FULL_SAMPLES, PIPELINES, QUICK_SAMPLES, samples_for
from ilab_core.generation.samples import FILE_NAME, SampleStore
from ilab_core.jobs.local import run_here
from ilab_core.jobs.runs import create_run_at
from ilab_core.models.inspection import inspect, require_usable
from ilab_core.models.library import ModelLibrary
from ilab_core.paths import Workspace
from ilab_core.taxonomy.changes import changed_leaves
from ilab_core.taxonomy.tree import find_leaves, taxonomy_root
from ilab_core.text import human_count


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the group `data` to the command line."""
    group = subparsers.add_parser("data", help="make training data from a taxonomy, and look at it")
    commands = group.add_subparsers(dest="command", metavar="COMMAND", required=True)

    generate = commands.add_parser(
        "generate",
        help="have the teacher write questions and answers, and keep the good ones",
        description="Generate samples. The same command again goes on where the run stopped.",
    )
    generate.add_argument("--taxonomy", required=True, type=Path, metavar="PATH", help="the taxonomy, or a leaf in it")
    generate.add_argument("--leaf", action="append", metavar="LEAF", help="only this leaf, by its name (all)")
    generate.add_argument(
        "--base",
        metavar="REV",
        help="only leaves that differ from this branch or commit of the taxonomy; “empty” takes all as new",
    )
    generate.add_argument("--teacher", required=True, metavar="MODEL", help="a library name, a GGUF file, or starter")
    generate.add_argument(
        "--pipeline",
        choices=PIPELINES,
        default="full",
        metavar="NAME",
        help=f"quick: a taste, {QUICK_SAMPLES} samples a leaf; full: enough to train on, {FULL_SAMPLES} in all (full)",
    )
    generate.add_argument(
        "--samples", type=whole_number(1), metavar="N", help="how many to keep, whatever the pipeline"
    )
    generate.add_argument("--seed", type=whole_number(0), default=0, metavar="S", help="same seed, same samples (0)")
    generate.add_argument("--out", required=True, type=Path, metavar="DIR", help="the run's folder")
    generate.add_argument("--json", action="store_true", help="print one JSON document")
    generate.set_defaults(run=run_generate)

    show = commands.add_parser("show", help="how many samples were kept, and why the others were not")
    show.add_argument("folder", type=Path, metavar="DIR", help="a folder that `data generate --out` wrote to")
    show.add_argument("--json", action="store_true", help="print one JSON document, with every sample")
    show.set_defaults(run=run_show)

    export = commands.add_parser("export", help="write the kept samples in ilab's messages format")
    export.add_argument("folder", type=Path, metavar="DIR", help="a folder that `data generate --out` wrote to")
    export.add_argument("--out", required=True, type=Path, metavar="FILE", help="the JSONL file to write")
    export.add_argument("--json", action="store_true", help="print one JSON document")
    export.set_defaults(run=run_export)


def run_generate(arguments: argparse.Namespace) -> int:
    """Generate, or go on generating, in the folder `--out`."""
    request = generate_request(arguments, workspace_of(arguments))
    title = f"Generate {', '.join(request['leaves'][:2])}{' and more' if len(request['leaves']) > 2 else ''}"
    run = create_run_at(arguments.out, "generate", title, request, seed=arguments.seed)
    with progress_printer() as show:
        result = run_here(run, show)
    if arguments.json:
        print_json({"out": str(run.path), **result})
        return 0
    print(result["summary"])
    print(f"Look at them: ilab-desktop data show {arguments.out}", file=sys.stderr)
    return 0


def generate_request(arguments: argparse.Namespace, workspace: Workspace) -> dict[str, Any]:
    """Return the request of a generation run; an IlabError before any work where it cannot be met."""
    teacher = ModelLibrary(workspace).resolve(arguments.teacher)
    require_usable(inspect(teacher), "teaching")
    path = arguments.taxonomy.expanduser().absolute()
    root = taxonomy_root(path)
    leaves = [entry.name for entry in find_leaves(root) if entry.path == path or entry.path.is_relative_to(path)]
    if leaves and arguments.base:
        leaves = _only_changed(leaves, root, arguments.base)
    unknown = sorted(set(arguments.leaf or []) - set(leaves))
    if unknown:
        raise TaxonomyError(
            f"There is no leaf {unknown[0]} in {path}.",
            f"The leaves there: {', '.join(leaves[:10]) or 'none'}.",
        )
    if not leaves:
        raise TaxonomyError(f"There is no leaf in {path}.", "A leaf is a folder with a qna.yaml file.")
    chosen = list(dict.fromkeys(arguments.leaf or leaves))
    return {
        "taxonomy": str(root),
        "leaves": chosen,
        "teacher": str(teacher),
        "samples": arguments.samples or samples_for(arguments.pipeline, len(chosen)),
        "seed": arguments.seed,
        "documents": None,
    }


def _only_changed(leaves: list[str], root: Path, base: str) -> list[str]:
    changed = {change.name for change in changed_leaves(root, base)}
    found = [name for name in leaves if name in changed]
    if not found:
        raise TaxonomyError(
            f"No leaf there differs from {base}, so there is nothing to generate.",
            "Change a leaf first, or leave out --base.",
        )
    return found


def run_show(arguments: argparse.Namespace) -> int:
    """Print the funnel of a run, and a reason for each loss."""
    store = _open_store(arguments.folder)
    try:
        funnel = asdict(store.funnel())
        reasons = store.reasons()
        if arguments.json:
            samples = [asdict(sample) for sample in store.samples()]
            print_json({"funnel": funnel, "reasons": reasons, "samples": samples})
            return 0
    finally:
        store.close()
    for stage, number in funnel.items():
        print(f"{stage:<10}{human_count(number):>7}")
    if reasons:
        print("\nNot kept:")
    for reason, number in reasons.items():
        print(f"{human_count(number):>7}  {reason}")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write the kept samples of a run to a file."""
    store = _open_store(arguments.folder)
    try:
        count = export_messages(store.samples(status="kept"), arguments.out)
    finally:
        store.close()
    if arguments.json:
        print_json({"out": str(arguments.out), "samples": count})
    else:
        print(f"{human_count(count)} samples are in {arguments.out}.")
    return 0


def _open_store(folder: Path) -> SampleStore:
    if not (folder / FILE_NAME).is_file():
        raise GenerationError(
            f"There is no generated data in {folder}.", "Give the folder that “data generate --out” wrote to."
        )
    return SampleStore(folder / FILE_NAME)

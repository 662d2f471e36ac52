# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`model train`: a LoRA adapter from generated samples, in a folder that the same command goes on in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ilab_core.cli.numbers import number, whole_number
from ilab_core.cli.output import print_json, progress_printer
from ilab_core.cli.places import workspace_of
from ilab_core.errors import TrainingError
from ilab_core.jobs.local import run_here
from ilab_core.jobs.runs import create_run_at
from ilab_core.models.inspection import inspect, require_usable
from ilab_core.models.library import ModelLibrary
from ilab_core.paths import Workspace
from ilab_core.training.presets import DEFAULT_PRESET, PRESETS

SAMPLES = "samples.db"


def add_train_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `train` to the group `model`."""
    parser = commands.add_parser(
        "train",
        help="teach a model what generated data says",
        description="Train a LoRA adapter. The same command again goes on where the run stopped.",
    )
    parser.add_argument(
        "--data", action="append", nargs="+", required=True, type=Path, metavar="DIR", help="folders of generated data"
    )
    parser.add_argument("--base", required=True, metavar="MODEL", help="a library name, a GGUF file, or starter")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="the run's folder")
    parser.add_argument("--backend", choices=("auto", "torch"), default="auto", help="what trains (auto)")
    parser.add_argument(
        "--preset", choices=tuple(PRESETS), default=DEFAULT_PRESET, help=f"how thoroughly ({DEFAULT_PRESET})"
    )
    parser.add_argument("--epochs", type=whole_number(1), metavar="N", help="how often each example is seen")
    parser.add_argument("--max-steps", type=whole_number(1), metavar="N", help="stop after N steps at the latest")
    parser.add_argument("--rank", type=whole_number(1), metavar="N", help="the adapter's rank")
    parser.add_argument("--learning-rate", type=number(1e-8, 1), metavar="X", help="the highest learning rate")
    parser.add_argument("--seed", type=whole_number(0), default=0, metavar="S", help="same seed, same run (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run_train)


def run_train(arguments: argparse.Namespace) -> int:
    """Train, or go on training, in the folder `--out`."""
    request = train_request(arguments, workspace_of(arguments))
    title = f"Train {inspect(Path(request['base'])).name}"
    run = create_run_at(arguments.out, "train", title, request, seed=arguments.seed)
    with progress_printer() as show:
        result = run_here(run, show)
    if arguments.json:
        print_json({"out": str(run.path), "adapter": str(run.path / "adapter"), **result})
        return 0
    print(result.get("summary") or "The training is done.")
    print(f"Try it: ilab-desktop model chat --model {arguments.base} --adapter {arguments.out}", file=sys.stderr)
    return 0


def train_request(arguments: argparse.Namespace, workspace: Workspace) -> dict[str, Any]:
    """Return the request of a training run; ModelError or TrainingError before any work where it cannot be met."""
    base = ModelLibrary(workspace).resolve(arguments.base)
    require_usable(inspect(base), "training")
    folders = list(dict.fromkeys(folder.expanduser().absolute() for group in arguments.data for folder in group))
    for folder in folders:
        if not (folder / SAMPLES).is_file():
            raise TrainingError(
                f"There is no generated data in {folder}.",
                "Give the folder that “data generate --out” wrote to.",
                f"{folder / SAMPLES} is missing.",
            )
    return {
        "base": str(base),
        "data": [str(folder) for folder in folders],
        "preset": arguments.preset,
        "epochs": arguments.epochs,
        "max_steps": arguments.max_steps,
        "rank": arguments.rank,
        "learning_rate": arguments.learning_rate,
        "seed": arguments.seed,
        "backend": arguments.backend,
        "publish": None,
        "name": arguments.out.expanduser().absolute().name,
        "held_out": None,
    }

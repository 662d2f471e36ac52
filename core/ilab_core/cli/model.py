# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`model list | inspect | import | remove`: the library of models; `train` and `chat` are beside this file."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any

from ilab_core.cli.chat import add_chat_parser
from ilab_core.cli.output import print_json
from ilab_core.cli.places import workspace_of
from ilab_core.cli.train import add_train_parser
from ilab_core.models.fit import Fit, fits, free_memory
from ilab_core.models.inspection import ModelInfo, inspect
from ilab_core.models.library import LibraryEntry, ModelLibrary
from ilab_core.paths import open_workspace
from ilab_core.text import human_bytes, human_count


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the group `model` to the command line."""
    group = subparsers.add_parser("model", help="keep models, train them and talk to them")
    commands = group.add_subparsers(dest="command", metavar="COMMAND", required=True)

    listing = commands.add_parser("list", help="the starter model and the models in the library")
    listing.add_argument("--json", action="store_true", help="print one JSON document")
    listing.set_defaults(run=run_list)

    looking = commands.add_parser("inspect", help="what a GGUF file is, and what can be done with it here")
    looking.add_argument("file", metavar="FILE", help="a GGUF file, a library name, or starter")
    looking.add_argument("--json", action="store_true", help="print one JSON document")
    looking.set_defaults(run=run_inspect)

    importing = commands.add_parser("import", help="add a GGUF file to the library, as a link")
    importing.add_argument("file", type=Path, metavar="FILE", help="the GGUF file")
    importing.add_argument("--copy", action="store_true", help="copy the file into the workspace instead")
    importing.add_argument("--json", action="store_true", help="print one JSON document")
    importing.set_defaults(run=run_import)

    removing = commands.add_parser("remove", help="take a model out of the library; a linked file stays where it is")
    removing.add_argument("name", metavar="NAME", help="the model's name in the library")
    removing.set_defaults(run=run_remove)

    add_train_parser(commands)
    add_chat_parser(commands)


def run_list(arguments: argparse.Namespace) -> int:
    """Print every model of the library."""
    entries = _library(arguments).list()
    if arguments.json:
        print_json({"models": [entry_document(entry) for entry in entries]})
        return 0
    if not entries:
        print("There is no model yet. Add one with: ilab-desktop model import FILE")
        return 0
    rows = [("NAME", "MODEL", "QUANTIZATION", "SIZE", "LICENCE")]
    rows += [
        (entry.name, info.name, info.quantization, human_bytes(info.bytes), info.licence or "not stated")
        if (info := entry.info)
        else (entry.name, "cannot be used", "", "", "")
        for entry in entries
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for entry in entries:
        if entry.problem:
            print(f"{entry.name}: {entry.problem}", file=sys.stderr)
    return 0


def run_inspect(arguments: argparse.Namespace) -> int:
    """Print what a model file is."""
    info = inspect(_library(arguments).resolve(arguments.file))
    free = free_memory()
    if arguments.json:
        print_json(info_document(info, free))
        return 0
    lines = {
        "Name": info.name,
        "File": f"{info.path} ({human_bytes(info.bytes)})",
        "Architecture": info.architecture,
        "Quantization": info.quantization or "none",
        "Parameters": human_count(info.parameters),
        "Context": f"{human_count(info.context_length)} tokens",
        "Layers": f"{info.layers}, {human_count(info.embedding_length)} wide",
        "Vocabulary": f"{human_count(info.vocabulary_size)} tokens",
        "Chat template": "yes" if info.chat_template else "no",
        "Licence": info.licence or "not stated",
        "Chat": _fit(info, "chat", free).sentence,
        "Teaching": _fit(info, "teaching", free).sentence,
        "Training": _fit(info, "training", free).sentence,
    }
    width = max(len(label) for label in lines) + 2
    for label, value in lines.items():
        print(f"{label:<{width}}{value}")
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Add a file to the library."""
    show = _show_copied if sys.stderr.isatty() else None
    library = ModelLibrary(open_workspace(arguments.workspace))
    entry = library.import_file(arguments.file, copy=arguments.copy, on_progress=show)
    if arguments.json:
        print_json(entry_document(entry))
        return 0
    name = entry.info.name if entry.info else entry.name
    print(f"{name} is in the library as {entry.name}.")
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Take a model out of the library."""
    entry = _library(arguments).remove(arguments.name)
    print(f"{entry.name} is no longer in the library.")
    return 0


def entry_document(entry: LibraryEntry) -> dict[str, Any]:
    """Return a library entry as a JSON-able document."""
    info = entry.info
    document: dict[str, Any] = {
        "name": entry.name,
        "path": str(entry.path),
        "built_in": entry.built_in,
        "link": entry.link,
        "problem": entry.problem,
        "info": None,
    }
    return document if info is None else {**document, "info": info_document(info, None)}


def info_document(info: ModelInfo, free_bytes: int | None) -> dict[str, Any]:
    """Return what a model is as a JSON-able document, with how it fits into `free_bytes` where that is given."""
    document = {field.name: getattr(info, field.name) for field in dataclasses.fields(info) if field.name != "refusal"}
    document["path"] = str(info.path)
    if free_bytes is not None:
        purposes = ("chat", "teaching", "training")
        document["fits"] = {purpose: dataclasses.asdict(_fit(info, purpose, free_bytes)) for purpose in purposes}
    return document


def _fit(info: ModelInfo, purpose: Any, free_bytes: int) -> Fit:
    return fits(info, purpose, free_bytes)


def _library(arguments: argparse.Namespace) -> ModelLibrary:
    return ModelLibrary(workspace_of(arguments))


def _show_copied(done: int, total: int) -> None:
    end = "\n" if done >= total else ""
    print(f"\rCopying: {human_bytes(done)} of {human_bytes(total)}   ", end=end, file=sys.stderr, flush=True)

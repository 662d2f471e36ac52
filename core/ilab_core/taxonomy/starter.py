# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The taxonomy that a first start opens: two leaves of our own, in a git repository with one commit."""

from __future__ import annotations

import importlib.resources
import tempfile
from importlib.resources.abc import Traversable
from pathlib import Path

import pygit2

from ilab_core.errors import TaxonomyError
from ilab_core.paths import write_atomic, write_error
from ilab_core.taxonomy.git import signature

_PACKAGE = "ilab_resources"
_FOLDER = "starter_taxonomy"


def install_starter(folder: Path) -> None:
    """Copy the starter taxonomy into `folder`, which must be absent or empty, and commit it there.

    TaxonomyError where something is in the folder; WorkspaceError where it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TaxonomyError(f"{folder} is not an empty folder.", "Choose an empty folder for the starter taxonomy.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Made beside its place and moved there whole: a start that is cut short leaves no half of it.
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".starter-") as work:
            made = Path(work) / folder.name
            _copy(importlib.resources.files(_PACKAGE).joinpath(_FOLDER), made)
            _commit(made)
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
    except OSError as error:
        raise write_error(folder, error) from error


def _commit(folder: Path) -> None:
    try:
        repository = pygit2.init_repository(str(folder), initial_head="main")
        repository.index.add_all()
        repository.index.write()
        author = signature(repository)
        tree = repository.index.write_tree()
        repository.create_commit("HEAD", author, author, "Start from the starter taxonomy\n", tree, [])
        repository.free()
    except pygit2.GitError as error:
        raise TaxonomyError(
            "The git repository for the starter taxonomy could not be made.",
            "Check your git settings, or open another folder as the taxonomy.",
            str(error),
        ) from error


def _copy(source: Traversable, target: Path) -> None:
    for entry in source.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                _copy(entry, target / entry.name)
        else:
            write_atomic(target / entry.name, entry.read_bytes())

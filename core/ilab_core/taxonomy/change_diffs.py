# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a change of a leaf is made of, for a person to read: not committed yet, or one version of its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ilab_core.taxonomy.changes import LeafChange
from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_core.taxonomy.leaf_diff import LeafDiff, leaf_diff
from ilab_core.taxonomy.leaf_history import LeafVersion, committed_text, version_text
from ilab_core.taxonomy.source import read_source


@dataclass(frozen=True)
class ChangeDiff:
    """How a leaf's text differs, and which files beside it do."""

    text: LeafDiff
    beside: tuple[str, ...] = ()


def uncommitted_diff(root: Path, change: LeafChange) -> ChangeDiff:
    """Return what of a leaf is not committed; TaxonomyError where its file cannot be read."""
    before = committed_text(root, change.earlier) if change.earlier else ""
    after = "" if change.change == "removed" else read_source(root / change.name / LEAF_NAME).text
    beside = tuple(Path(file).name for file in change.files if Path(file).name != LEAF_NAME)
    return ChangeDiff(leaf_diff(before, after), beside)


def version_diff(root: Path, versions: Sequence[LeafVersion], number: int) -> ChangeDiff:
    """Return what version `number` of a history, newest first, made of the one before it."""
    before = version_text(root, versions[number + 1]) if number + 1 < len(versions) else ""
    return ChangeDiff(leaf_diff(before, version_text(root, versions[number])))

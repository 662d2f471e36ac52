# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Giving an adapter its name and its place in the workspace."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ilab_core.training.adapter_files import CARD, copy_adapter
from ilab_core.training.data import TrainingExample

MAX_NAME = 80
_NOT_IN_NAMES = re.compile(r"[^\w\- .()]+")


def adapter_name(wanted: str | None, examples: Sequence[TrainingExample]) -> str:
    """Return `wanted` as a folder can be called, else the name of the leaf that most examples come from."""
    name = wanted or Counter(item.leaf for item in examples).most_common(1)[0][0].rsplit("/", 1)[-1]
    cleaned = _NOT_IN_NAMES.sub("_", name).strip(" ._")[:MAX_NAME].strip(" ._")
    return cleaned or "adapter"


def publish(adapter: Path, folder: Path, name: str, run: str) -> Path:
    """Copy the adapter of `run` into `folder` under `name` and return where it is.

    An adapter that another run left under that name stays; this one is then called NAME-2 and so on.
    """
    target, number = folder / name, 1
    while target.exists() and _run_of(target) != run:
        number += 1
        target = folder / f"{name}-{number}"
    copy_adapter(adapter, target)
    return target


def _run_of(folder: Path) -> str | None:
    try:
        run = json.loads((folder / CARD).read_text(encoding="utf-8")).get("run")
    except (OSError, ValueError, AttributeError):
        return None
    return str(run)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the train page says, and what it works out before a start; no widget here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilab_core.errors import IlabError, TrainingError
from ilab_core.generation.samples import FILE_NAME, SampleStore
from ilab_core.models.inspection import ModelInfo
from ilab_core.models.library import ModelLibrary
from ilab_core.text import human_bytes
from ilab_core.training.calibration import known_speed
from ilab_core.training.check import StartCheck, before_start, data_size
from ilab_core.training.presets import options_from_request

from ilab_desktop.pages.data_state import Reason, about_time

PRESETS = (
    ("quick", "Quick", "A first taste from one leaf."),
    ("balanced", "Balanced", "Stops by itself when it no longer improves."),
    ("thorough", "Thorough", "Learns longest, in small steps, with a bigger adapter."),
)
ACTIVE = ("queued", "running", "cancelling")


@dataclass(frozen=True)
class Plan:
    """What is known before a start: examples to learn from, and a check for each preset (and for the own choice)."""

    examples: int
    checks: Mapping[str, StartCheck]
    problem: str = ""
    hint: str = ""


def plan_training(
    library: ModelLibrary, info: ModelInfo, request: Mapping[str, Any], workspace_root: Path, free_bytes: int
) -> Plan:
    """Return what training `info` as `request` says would need; it reads files, so never call it in the GUI thread."""
    folders = [Path(folder) for folder in request["data"]]
    try:
        speed = known_speed(workspace_root, library.sha256(info.path))
        checks, examples = {}, 0
        for name, _title, _words in PRESETS:
            options = options_from_request({**request, "preset": name})
            size = data_size(folders, options)
            checks[name] = before_start(info, size, options, free_bytes, speed)
            examples = size.examples + size.held_out
    except IlabError as error:
        return Plan(0, {}, error.summary, error.hint)
    return Plan(examples, checks)


def kept_counts(folders: Mapping[str, Path]) -> dict[str, int]:
    """Return how many samples each run keeps, decisions of the person included; a run without samples is left out."""
    counts = {}
    for key, folder in folders.items():
        if (folder / FILE_NAME).is_file():
            try:
                with closing(SampleStore(folder / FILE_NAME)) as store:
                    counts[key] = store.funnel().kept
            except IlabError:
                continue
    return counts


def train_label(examples: int) -> str:
    """Return the words on the primary button."""
    if examples <= 0:
        return "Train"
    return "Train on 1 example" if examples == 1 else f"Train on {examples:,} examples"


def why_not_train(
    bases: int | None, runs: int | None, chosen: Sequence[str], plan: Plan | None, check: StartCheck | None
) -> Reason | None:
    """Return why no training can start now, None when one can; None counts mean "still being read"."""
    if bases is None or runs is None:
        return Reason("Reading the models and the data.")
    if bases == 0:
        return Reason("No model here can be trained.", "Import a model", "models")
    if runs == 0:
        return Reason("There is no practice data yet.", "Generate some", "data")
    if not chosen:
        return Reason("Choose the data to train on.")
    if plan is None:
        return Reason("Checking memory and time.")
    if plan.problem:
        return Reason("This data cannot be used.")
    if check is not None and not check.fits:
        return Reason(check.sentence if plan.examples == 0 else "It does not fit in the memory that is free.")
    return None


def preset_figures(check: StartCheck | None) -> str:
    """Return a preset card's figures: predicted time, where known, and memory."""
    if check is None:
        return ""
    time = about_time(check.seconds).removeprefix("about ")
    return " · ".join(part for part in (time, human_bytes(check.memory_needed)) if part)


def axis_words(step: int) -> str:
    """Return a step as the axis shows it."""
    return f"{step:,}"


def hover_words(step: int, training: float, held_out: float | None) -> str:
    """Return what the pointer shows on the chart."""
    words = f"step {step:,} · training {training:.3f}"
    return words if held_out is None else f"{words} · held-out {held_out:.3f}"


def same_words(first: str, second: str) -> bool:
    """Return whether two answers say the same, spaces and case aside."""
    return first.casefold().split() == second.casefold().split()


def default_name(leaves: Sequence[str]) -> str:
    """Return what an adapter from these leaves is called unless the person says otherwise."""
    return leaves[0].rsplit("/", 1)[-1] if leaves else "adapter"


def require_name(name: str) -> str:
    """Return the adapter's name as it can be a folder's; TrainingError where nothing is left of it."""
    cleaned = "".join(letter for letter in name if letter.isalnum() or letter in "-_ .()").strip(" ._")
    if not cleaned:
        raise TrainingError("The adapter needs a name.", "Use letters, digits, spaces, dots and dashes.")
    return cleaned[:80]

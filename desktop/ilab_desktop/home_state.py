# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where the person stands on the path from a model to a tuned chat: five steps, each with its one button."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ilab_core.errors import IlabError
from ilab_core.generation.estimate import seconds_per_sample
from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import JobView
from ilab_core.models.adapters import AdapterEntry
from ilab_core.models.fit import Fit, fits
from ilab_core.models.inspection import ModelInfo, inspect
from ilab_core.models.library import STARTER, ModelLibrary
from ilab_core.settings import Settings
from ilab_core.text import human_bytes, human_count

from ilab_desktop import job_text

if TYPE_CHECKING:
    from ilab_core.taxonomy.tree import LeafEntry

StepState = Literal["done", "now", "waiting", "problem", "running"]
Runs = Sequence[tuple[RunFolder, JobView]]
LIVE = ("queued", "running", "cancelling")


@dataclass(frozen=True)
class Step:
    """One step: its title, a sentence, and a button (none where `button` is empty) that goes to `target`."""

    title: str
    text: str
    state: StepState
    button: str = ""
    target: str = ""


@dataclass(frozen=True)
class Ground:
    """What the steps rest on, read from disk.

    `leaf_edited` is when a person last saved the leaf (seconds since the epoch, None for one without changes of
    theirs); `sample_seconds` is what a sample took in earlier runs with the teacher, None where none tells.
    """

    model: Step
    leaf: Step
    leaf_edited: float | None = None
    sample_seconds: float | None = None


def read_ground(
    library: ModelLibrary,
    settings: Settings,
    taxonomy: Path,
    documents: Path,
    free_bytes: int,
    runs: Sequence[RunFolder] = (),
) -> Ground:
    """Return what the steps rest on, `runs` newest first; it reads files, so it belongs in the background."""
    leaf, edited = leaf_step(taxonomy, documents)
    try:
        each = seconds_per_sample(runs, str(library.resolve(settings.teacher_model)))
    except IlabError:
        each = None
    return Ground(model_step(library, settings, free_bytes), leaf, edited, each)


def steps(ground: Ground, settings: Settings, runs: Runs, adapters: Sequence[AdapterEntry]) -> tuple[Step, ...]:
    """Return the five steps; the first that is not done is the one to do now."""
    data, data_time = _data_step(runs, settings, ground)
    made = [ground.model, ground.leaf, data, _train_step(runs, adapters, data_time), _chat_step(adapters)]
    ready = True
    for place, step in enumerate(made):
        if step.state == "now" and not ready:
            made[place] = replace(step, state="waiting", button="", text=step.text)
        if step.state != "done":
            ready = False
    return tuple(made)


def model_step(library: ModelLibrary, settings: Settings, free_bytes: int) -> Step:
    """Return the state of the base model."""
    try:
        path = library.resolve(settings.base_model)
        info = inspect(path)
    except IlabError as error:
        return Step("Choose a base model", f"{error.summary} {error.hint}".strip(), "problem", "Choose", "models")
    found = [fits(info, purpose, free_bytes) for purpose in ("chat", "teaching", "training")]
    good = all(fit.verdict in ("fits", "tight") for fit in found)
    facts = ["Built in"] if settings.base_model.casefold() == STARTER else []
    facts += [human_bytes(info.bytes), *([info.licence] if info.licence else [])]
    text = f"{', '.join(facts)}. {_fit_sentence(info, found, free_bytes)}"
    return Step(f"Base model: {info.name}", text, "done" if good else "problem", "Change", "models")


def leaf_step(taxonomy: Path, documents: Path) -> tuple[Step, float | None]:
    """Return the state of the leaf that was last worked on, and when that was (`leaf_edited` of a Ground)."""
    from ilab_core.taxonomy.checking import check_file
    from ilab_core.taxonomy.reader import read_leaf
    from ilab_core.taxonomy.tree import find_leaves

    try:
        leaves = find_leaves(taxonomy)
    except IlabError:
        leaves = []
    if not leaves:
        return Step("Describe something", "A leaf says by example what to learn.", "now", "New leaf", "taxonomy"), None
    entry, edited = _last_edited(taxonomy, leaves)
    title = f"Leaf: {entry.name.replace('/', ' / ')}"
    target = f"taxonomy:{entry.name}"
    errors = [problem for problem in check_file(entry.path) if problem.severity == "error"]
    if errors:
        text = f"{_counted(len(errors), 'problem')}: {errors[0].message}"
        return Step(title, text, "problem", "Mend it", target), edited
    leaf = read_leaf(entry.path, taxonomy)
    questions = sum(len(example.pairs) for example in leaf.seed_examples)
    facts = [_counted(questions, "question")]
    if leaf.kind == "knowledge":
        facts.insert(0, _counted(len(leaf.seed_examples), "context"))
        try:
            facts.append(_counted(len(_documents_of(leaf, documents)), "document"))
        except IlabError as error:
            return Step(title, f"{error.summary} {error.hint}", "problem", "Open", target), edited
    return Step(title, f"{', '.join(facts)}. No problems.", "done", "Open", target), edited


def _data_step(runs: Runs, settings: Settings, ground: Ground) -> tuple[Step, float | None]:
    """Return the state of the data and when the newest usable data was made (seconds since the epoch)."""
    samples = human_count(settings.samples)
    explain = "The model writes more questions from your leaf, and throws out the bad ones."
    time = "" if ground.sample_seconds is None else f" {_about(ground.sample_seconds * settings.samples)}"
    generate = Step("Generate practice data", explain + time, "now", f"Generate {samples} samples", "data:generate")
    newest = next(((run, view) for run, view in runs if run.kind == "generate"), None)
    usable = next(((run, view) for run, view in runs if run.kind == "generate" and _kept(view)), None)
    if newest is not None and newest[1].state in LIVE:
        return Step("Generating practice data", job_text.progress_line(newest[1]), "running", "Watch", "data"), None
    if usable is None:
        if newest is not None and newest[1].state in ("failed", "crashed", "cancelled"):
            text, button = job_text.result_line(newest[1]), _ended_button(newest[1])
            return replace(generate, text=text, button=button, target=f"data:{newest[0].id}"), None
        return generate, None
    run, view = usable
    kept, generated = _kept(view), view.counts.get("generated", 0)
    if ground.leaf_edited is not None and ground.leaf_edited > run.created.timestamp():
        text = f"You changed the leaf after the last {_counted(kept, 'sample')}.{time}"
        return replace(generate, title="Generate practice data again", text=text), None
    text = f"{run.title}. {human_count(kept)} kept of {human_count(generated)}."
    ended = (view.ended or run.created).timestamp()
    return Step(f"Practice data: {_counted(kept, 'sample')}", text, "done", "Open", f"data:{run.id}"), ended


def _train_step(runs: Runs, adapters: Sequence[AdapterEntry], data_time: float | None) -> Step:
    newest = next(((run, view) for run, view in runs if run.kind == "train"), None)
    if newest is not None and newest[1].state in LIVE:
        return Step("Training", job_text.progress_line(newest[1]), "running", "Watch", "train")
    what = "Makes an adapter, a small file with what was learned."
    if adapters and (data_time is None or adapters[0].created.timestamp() >= data_time):
        entry = adapters[0]
        result = str(entry.card.get("result") or "")
        return Step(f"Adapter: {entry.name}", f"{human_bytes(entry.bytes)}. {result}".strip(), "done", "Open", "train")
    if data_time is None:
        return Step("Train", f"{what} Waits for data.", "waiting")
    if newest is not None and newest[1].state in ("failed", "crashed", "cancelled"):
        return Step("Train", job_text.result_line(newest[1]), "now", _ended_button(newest[1]), f"train:{newest[0].id}")
    return Step("Train", f"{what} The data is ready.", "now", "Train", "train")


def _chat_step(adapters: Sequence[AdapterEntry]) -> Step:
    text = "Ask base and tuned model the same thing, side by side."
    if not adapters:
        return Step("Compare", text, "waiting")
    return Step("Compare", text, "now", "Chat with it", f"chat:{adapters[0].name}")


def _ended_button(view: JobView) -> str:
    return "See why" if view.state == "failed" else "Open it"


def _kept(view: JobView) -> int:
    return view.counts.get("kept", 0) if view.state not in LIVE else 0


def _about(seconds: float) -> str:
    """Return a predicted time as a sentence, as rough as the prediction is."""
    if seconds < 50:
        words = f"{max(round(seconds / 10) * 10, 10)} seconds"
    elif seconds < 90 * 60:
        words = _counted(max(round(seconds / 60), 1), "minute")
    else:
        words = f"{seconds / 3600:.1f}".removesuffix(".0") + " hours"
    return f"About {words} on this computer."


def _counted(number: int, word: str) -> str:
    return f"{human_count(number)} {word}{'' if number == 1 else 's'}"


def _fit_sentence(info: ModelInfo, found: Sequence[Fit], free_bytes: int) -> str:
    names = ("chat", "teaching", "training")
    if all(fit.verdict in ("fits", "tight") for fit in found):
        needed = max(fit.needs_bytes for fit in found)
        how = "Fits" if all(fit.verdict == "fits" for fit in found) else "Just fits"
        room = f"needs up to {human_bytes(needed)} of {human_bytes(free_bytes)} free"
        return f"{how} for chat, teaching and training here ({room})."
    bad = [(name, fit) for name, fit in zip(names, found, strict=True) if fit.verdict not in ("fits", "tight")]
    return f"Not for {' or '.join(name for name, _ in bad)}: {bad[0][1].sentence}"


def _documents_of(leaf: object, documents: Path) -> list[Path]:
    from ilab_core.generation.documents import find_documents

    return find_documents(leaf, documents)


def _last_edited(taxonomy: Path, leaves: Sequence[LeafEntry]) -> tuple[LeafEntry, float | None]:
    """Return the leaf changed last since the last commit and when, else the first knowledge leaf, else the first."""
    from ilab_core.taxonomy.git import changed_paths

    changed = changed_paths(taxonomy)
    with contextlib.suppress(OSError):
        edited = [(leaf, leaf.path.stat().st_mtime) for leaf in leaves if leaf.path in changed]
        if edited:
            return max(edited, key=lambda found: found[1])
    return next((leaf for leaf in leaves if leaf.kind == "knowledge"), leaves[0]), None

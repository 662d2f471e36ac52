# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The training job: from a request to an adapter, in a folder that another start can go on from."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from ilab_core.errors import ModelError, TrainingError
from ilab_core.inference.llama import Vocabulary
from ilab_core.jobs.context import JobContext
from ilab_core.models.hashing import sha256_of
from ilab_core.models.inspection import ModelInfo, inspect, require_usable
from ilab_core.paths import write_atomic
from ilab_core.prompting import PromptContract, load_contract
from ilab_core.text import human_bytes
from ilab_core.training.adapter_files import CARD, mend_replacement, write_adapter
from ilab_core.training.calibration import remember_speed
from ilab_core.training.card import Lineage, left_out, make_card, outcome, sentence
from ilab_core.training.check import DataSize, memory_needed
from ilab_core.training.checkpoint import load_checkpoint, save_checkpoint
from ilab_core.training.data import Rows, TrainingExample, follow_ups, load_examples, rows, split
from ilab_core.training.gguf_adapter import BaseShape
from ilab_core.training.libraries import quiet_libraries, require_torch
from ilab_core.training.loop import LoopHooks, LoopState, run_loop
from ilab_core.training.memory import peak_memory
from ilab_core.training.presets import TrainingOptions, options_from_request
from ilab_core.training.publishing import adapter_name, publish
from ilab_core.training.reporting import PHASE_PREPARING, PHASE_READING, PHASE_SAVING, Reporter, say_phase
from ilab_core.training.schedule import Plan, make_plan
from ilab_core.training.trainer import Trainer

ADAPTER_FOLDER = "adapter"
ANSWER_TOKENS = 24
ANSWER_SECONDS = 1.0
BACKENDS = ("auto", "torch")
TrainerMaker = Callable[[Path, TrainingOptions], Trainer]


@dataclass(frozen=True)
class Prepared:
    """All that a run knows before the weights are read."""

    options: TrainingOptions
    lineage: Lineage
    contract: PromptContract
    plan: Plan
    fingerprint: str


def run(context: JobContext) -> dict[str, Any]:
    """Train as the request says and return the result; TrainingError says why and what to do where there is none.

    Called again on the same folder it goes on from the last checkpoint.
    """
    backend = str(context.request.get("backend") or "auto")
    if backend not in BACKENDS:
        raise TrainingError(f"There is no training backend “{backend}”.", "Choose auto or torch.")
    require_torch()
    with quiet_libraries():
        from ilab_core.training.torch_backend import limit_threads, torch_trainer

        limit_threads(context.request.get("threads"))
        return train(context, torch_trainer)


def train(context: JobContext, make_trainer: TrainerMaker) -> dict[str, Any]:
    """Do the work of `run` with the backend that `make_trainer` gives."""
    mend_replacement(context.folder / ADAPTER_FOLDER)
    say_phase(context, PHASE_PREPARING, "Reading the data")
    base = Path(context.request["base"])
    info = inspect(base)
    require_usable(info, "training")
    with load_contract(base) as contract:
        prepared = prepare(context, info, contract)
        context.check_cancelled()
        return _train_prepared(context, make_trainer, prepared)


def _train_prepared(context: JobContext, make_trainer: TrainerMaker, prepared: Prepared) -> dict[str, Any]:
    say_phase(context, PHASE_READING, prepared.lineage.info.name)
    try:
        trainer = make_trainer(Path(context.request["base"]), prepared.options)
        context.check_cancelled()
        state = _restored(context, trainer, prepared)
        reporter = Reporter(context, prepared.plan)
        started = time.monotonic()
        run_loop(trainer, prepared.plan, state, _hooks(context, trainer, prepared, reporter))
        seconds = time.monotonic() - started
    except (MemoryError, RuntimeError) as error:
        raise _as_training_error(error) from error
    say_phase(context, PHASE_SAVING, prepared.lineage.name)
    return _finish(context, prepared, state, seconds)


def prepare(context: JobContext, info: ModelInfo, contract: PromptContract) -> Prepared:
    """Return the rows, the plan and the lineage of a run; TrainingError where there is nothing to learn."""
    request = context.request
    options = options_from_request(request)
    folders = [Path(folder) for folder in request["data"]]
    parts = split(load_examples(folders), options.held_out, options.seed)
    longest = min(options.max_row_tokens, info.context_length or options.max_row_tokens)
    training = _training_rows(parts.training, contract, longest, options.seed)
    held_out = rows(parts.held_out, contract, longest)
    if not training.rows:
        raise _nothing_to_learn(training)
    measured_on_training = not held_out.rows
    if measured_on_training:
        text = "There are too few examples to keep some apart, so the loss is measured on the training examples."
        context.emit("message", level="warning", text=text)
    publish_folder = request.get("publish")
    cache = Path(publish_folder).parent / "models" / ".hashes" if publish_folder else context.folder / ".hashes"
    lineage = Lineage(
        name=adapter_name(request.get("name"), training.examples),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        run=_run_id(context.folder),
        info=info,
        base_sha256=sha256_of(Path(request["base"]), cache),
        data_runs=tuple(_run_id(folder) for folder in folders),
        training=training,
        held_out=held_out,
        duplicates=parts.duplicates,
        measured_on_training=measured_on_training,
    )
    dropped = left_out(lineage)
    if dropped:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(dropped.items()))
        context.emit("message", level="warning", text=f"Left out: {reasons}.")
    plan = make_plan(training.rows, held_out.rows or training.rows, options)
    _warn_about_memory(context, info, training, options)
    return Prepared(options, lineage, contract, plan, _fingerprint(plan, lineage.base_sha256))


def _training_rows(examples: Sequence[TrainingExample], contract: PromptContract, longest: int, seed: int) -> Rows:
    """Return the rows to train on, half of them second turns where the model's template can write those."""
    try:
        return rows(follow_ups(examples, seed), contract, longest)
    except ModelError:
        return rows(examples, contract, longest)


def _restored(context: JobContext, trainer: Trainer, prepared: Prepared) -> LoopState:
    found = load_checkpoint(context.folder, prepared.fingerprint)
    if found is None:
        return LoopState()
    arrays, state = found
    trainer.restore(arrays)
    context.emit("message", level="info", text=f"Going on from step {state.step}.")
    if state.ending == "stopped":
        state.ending = ""
    return state


def _hooks(context: JobContext, trainer: Trainer, prepared: Prepared, reporter: Reporter) -> LoopHooks:
    examples = prepared.lineage.held_out.examples or prepared.lineage.training.examples
    vocabulary = prepared.contract.vocabulary
    assert isinstance(vocabulary, Vocabulary)
    asked = min(examples, key=lambda item: len(item.question))
    prompt = prepared.contract.prompt_tokens(asked.messages[:-1])
    slow = False

    def poll() -> bool:
        context.check_cancelled()
        command = context.take_command()
        return command is not None and command.get("command") == "stop"

    def on_evaluation(state: LoopState, loss: float, best: bool, seconds: float) -> None:
        nonlocal slow
        reporter.evaluation_seconds = seconds
        answer: list[int] = []
        if not slow:
            answer = trainer.answer(prompt, vocabulary.ends_turn, ANSWER_TOKENS, ANSWER_SECONDS)
            slow = not answer
        reporter.evaluation(state, loss, best, asked.question, vocabulary.detokenize(answer))

    def save_best(state: LoopState) -> None:
        _save_adapter(context.folder, trainer, prepared, state)

    def save_trail(state: LoopState) -> None:
        save_checkpoint(context.folder, trainer.state(), state, prepared.fingerprint)

    def on_back_off(state: LoopState) -> None:
        text = f"The loss at step {state.step} was not a number; going on with half the learning rate."
        context.emit("message", level="warning", text=text)

    return LoopHooks(poll, reporter.step, on_evaluation, save_best, save_trail, on_back_off)


def _save_adapter(folder: Path, trainer: Trainer, prepared: Prepared, state: LoopState) -> None:
    info = prepared.lineage.info
    shape = BaseShape(info.name, info.architecture, info.layers, info.heads, info.kv_heads)
    card = make_card(prepared.lineage, prepared.options, state)
    write_adapter(folder / ADAPTER_FOLDER, trainer.adapter(), shape, card)


def _finish(context: JobContext, prepared: Prepared, state: LoopState, seconds: float) -> dict[str, Any]:
    lineage, adapter = prepared.lineage, context.folder / ADAPTER_FOLDER
    if state.held_out_best is None:
        raise TrainingError(
            "The training was stopped before its first step.", "Start it again and let it run a little longer."
        )
    card = make_card(lineage, prepared.options, state)
    write_atomic(adapter / CARD, json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    published = None
    folder = context.request.get("publish")
    speed = state.tokens / state.seconds if state.seconds else 0.0
    if folder:
        published = publish(adapter, Path(folder), lineage.name, lineage.run)
        remember_speed(Path(folder).parent, lineage.base_sha256, speed, peak_memory())
    return {
        "summary": sentence(state, lineage.measured_on_training),
        "outcome": outcome(state),
        "ending": state.ending,
        "adapter": str(published or adapter),
        "name": published.name if published else lineage.name,
        "held_out_before": state.held_out_before,
        "held_out_best": state.held_out_best,
        "best_step": state.best_step,
        "steps": state.step,
        "total_steps": prepared.plan.total_steps,
        "seconds": round(seconds, 1),
        "examples": len(lineage.training.rows),
        "held_out_examples": len(lineage.held_out.rows),
        "left_out": left_out(lineage),
        "tokens": state.tokens,
        "tokens_per_second": round(speed, 1),
        "memory_bytes": peak_memory(),
    }


def _nothing_to_learn(training: Rows) -> TrainingError:
    if training.left_out:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(training.left_out.items()))
        return TrainingError(
            f"None of the examples can be learned from: {reasons}.",
            "Shorten the examples, or choose a base model with a longer context.",
        )
    return TrainingError(
        "There is nothing to learn from: the data holds no kept sample and no seed example.",
        "Generate more data, or keep some of the rejected samples by hand.",
    )


def _warn_about_memory(context: JobContext, info: ModelInfo, training: Rows, options: TrainingOptions) -> None:
    longest = max(len(row.ids) for row in training.rows)
    size = DataSize(len(training.rows), 0, 0, longest)
    needed, free = memory_needed(info, size.longest, options), psutil.virtual_memory().available
    if needed > free:
        sizes = f"{human_bytes(needed)} of memory, and {human_bytes(free)} are free"
        text = f"This needs about {sizes}: it may be slow, or fail."
        context.emit("message", level="warning", text=text)


def _as_training_error(error: Exception) -> Exception:
    text = str(error)
    if isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text:
        return TrainingError(
            "There is not enough memory to train this model.",
            "Close other programs, choose a smaller base model, or shorten the longest examples. "
            "The best adapter so far is kept; started again, the run goes on from there.",
            text,
        )
    return TrainingError("The training ended unexpectedly.", "Start it again: it goes on where it stopped.", text)


def _fingerprint(plan: Plan, base_sha256: str) -> str:
    digest = hashlib.sha256(base_sha256.encode())
    options: Mapping[str, Any] = {**asdict(plan.options), "checkpoint_seconds": 0}
    digest.update(json.dumps(options, sort_keys=True).encode())
    for row in plan.rows:
        digest.update(json.dumps([row.ids, row.mask]).encode())
    for pack in plan.held_out:
        digest.update(json.dumps([pack.ids, pack.places]).encode())
    return digest.hexdigest()


def _run_id(folder: Path) -> str:
    try:
        return str(json.loads((folder / "run.json").read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return folder.name

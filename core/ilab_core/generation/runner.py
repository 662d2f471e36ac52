# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A generation run: leaves in, judged samples out, resumable from its folder at any moment."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ilab_core.errors import GenerationError
from ilab_core.generation.judges import Judge, judge_for
from ilab_core.generation.leaf_work import LeafWork, prepare_leaf
from ilab_core.generation.request import GenerationRequest
from ilab_core.generation.rounds import RoundTools, run_round
from ilab_core.generation.samples import FILE_NAME, SampleStore
from ilab_core.jobs.context import JobContext
from ilab_core.jobs.inputs import record_inputs
from ilab_core.models.fit import free_memory
from ilab_core.models.inspection import inspect
from ilab_core.paths import cache_folder, write_atomic

ATTEMPTS_PER_SAMPLE = 3  # a leaf is given up on when three times the samples asked for were tried
SEQUENCES = 10
CONTEXT_TOKENS = 2048
LEAVES_FILE = "leaves.json"


def run(context: JobContext) -> dict[str, Any]:
    """Do the run of `context`; return its summary, or raise GenerationError where nothing could be kept."""
    from ilab_core.inference.batch_engine import BatchEngine
    from ilab_core.inference.faster_copy import fastest_file
    from ilab_core.inference.llama import LoadedModel
    from ilab_core.prompting import contract_for

    request = GenerationRequest.from_json(context.request)
    if not request.leaves:
        raise GenerationError("No leaf was chosen.", "Choose at least one leaf to generate data for.")
    context.emit("progress", phase="Reading the model", done=0, total=None, unit="samples", message="")
    digest = record_inputs(context.folder, [request.teacher], context.check_cancelled)[request.teacher]
    file = fastest_file(
        inspect(request.teacher), digest, cache_folder() / "models", free_memory(), context.check_cancelled
    )
    store = SampleStore(context.folder / FILE_NAME)
    try:
        with LoadedModel(file) as model:
            contract = contract_for(request.teacher, model.vocabulary)
            works = _prepare(context, request, lambda text: len(model.vocabulary.tokenize(text)))
            files = [file for work in works for file in (work.leaf.path, *work.documents)]
            record_inputs(context.folder, list(dict.fromkeys(files)), context.check_cancelled)
            # Only now: a run that cannot go on, since a leaf has changed, keeps the leaves it was made of
            snapshot = [work.snapshot() for work in works]
            write_atomic(context.folder / LEAVES_FILE, json.dumps(snapshot, indent=2, ensure_ascii=False) + "\n")
            engine = BatchEngine(
                model,
                sequences=SEQUENCES,
                context=CONTEXT_TOKENS,
                threads=request.threads,
                check=context.check_cancelled,
            )
            try:
                tools = RoundTools(engine, contract, store, digest, context)
                return _generate(context, works, tools)
            finally:
                engine.close()
    finally:
        store.close()


def _prepare(context: JobContext, request: GenerationRequest, measure: Callable[[str], int]) -> list[LeafWork]:
    """Return the leaves with their passages and their share of the samples."""
    share, more = divmod(request.samples, len(request.leaves))
    works = []
    for index, name in enumerate(request.leaves):
        work = prepare_leaf(request, name, share + (index < more), measure)
        if work.warning:
            context.emit("message", level="warning", text=work.warning)
        works.append(work)
    return works


def _generate(context: JobContext, works: list[LeafWork], tools: RoundTools) -> dict[str, Any]:
    began = time.monotonic()
    judges = {}
    for work in works:
        context.emit("progress", phase="Calibrating the judge", done=0, total=None, unit="samples", message=work.name)
        judge = judge_for(work.leaf, tools.engine, tools.contract)
        judges[work.name] = judge
        context.emit("message", level="info", text=_trust(work, judge))
        work.remember(tools.store)
        while not work.finished(tools.store, ATTEMPTS_PER_SAMPLE):
            run_round(work, judge, tools, began, sum(other.samples for other in works))
    funnel = tools.store.funnel()
    if funnel.kept == 0:
        raise _nothing_kept(tools.store)
    seconds = time.monotonic() - began
    return {
        "summary": f"Kept {funnel.kept} of {funnel.generated} samples.",
        **asdict(funnel),
        "seconds": round(seconds, 1),
        "samples_per_minute": round(60 * tools.generated_here / seconds, 1) if seconds else None,
        "judges": {name: asdict(judge.calibration) for name, judge in judges.items()},
    }


def _trust(work: LeafWork, judge: Judge) -> str:
    share = judge.calibration.separation
    return (
        f"Judge of {work.name}: on the leaf's own examples it tells right from wrong answers in {share:.0%} of pairs."
    )


def _nothing_kept(store: SampleStore) -> GenerationError:
    """Return the error of a run without a result: why the samples were lost, and what to change."""
    reasons = store.reasons()
    told = "; ".join(f"{reason.lower()} ({number})" for reason, number in list(reasons.items())[:3])
    return GenerationError(
        f"None of {sum(reasons.values())} samples could be kept: {told or 'the teacher wrote nothing'}.",
        "Look at the rejected samples on the Data page and keep the good ones by hand. "
        "Clearer or more seed examples help, and so does a larger teacher.",
    )

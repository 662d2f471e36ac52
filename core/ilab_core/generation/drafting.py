# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A draft run: the teacher proposes seed examples of a leaf, for a person to accept one by one.

A knowledge leaf is drafted from its document: a passage is the context, with three questions. A skill is drafted from
its description. Each suggestion is on disk as soon as it is made, and a run that was broken off goes on after the last
passage it tried.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ilab_core.errors import GenerationError
from ilab_core.generation.documents import Passage, find_documents
from ilab_core.generation.draft_passages import contexts_in, spread, without_overlaps
from ilab_core.generation.draft_prompts import DraftPrompts, draft_prompts, questions_of
from ilab_core.generation.draft_request import DraftRequest
from ilab_core.generation.drafter import Drafter
from ilab_core.generation.duplicates import SeenQuestions, normalise
from ilab_core.generation.judges import judge_for
from ilab_core.generation.leaf_work import texts_of
from ilab_core.generation.runner import CONTEXT_TOKENS, SEQUENCES
from ilab_core.generation.suggestions import read_drafted
from ilab_core.generation.word_checks import common_words, words_of_many
from ilab_core.jobs.context import JobContext
from ilab_core.jobs.inputs import record_inputs
from ilab_core.models.fit import free_memory
from ilab_core.models.inspection import inspect
from ilab_core.paths import cache_folder
from ilab_core.prompting import PromptContract
from ilab_core.taxonomy.leaf import Leaf

if TYPE_CHECKING:
    from ilab_core.inference.batch_engine import BatchEngine

TRUSTED = 0.75  # the separation from which on a judge may throw out a question
PASSAGES_FOR_COMMON_WORDS = 4


def run(context: JobContext) -> dict[str, Any]:
    """Do the draft run of `context`; return its summary, or raise GenerationError where nothing is usable."""
    from ilab_core.inference.batch_engine import BatchEngine
    from ilab_core.inference.faster_copy import fastest_file
    from ilab_core.inference.llama import LoadedModel
    from ilab_core.prompting import contract_for

    request = DraftRequest.from_json(context.request)
    leaf = request.read_leaf()
    prompts = draft_prompts(leaf, request.description, request.seed)
    documents, texts = _documents(leaf, prompts, request.documents)
    context.emit("progress", phase="Reading the model", done=0, total=None, unit="examples", message="")
    digest = record_inputs(context.folder, [request.teacher, *documents], context.check_cancelled)[request.teacher]
    file = fastest_file(
        inspect(request.teacher), digest, cache_folder() / "models", free_memory(), context.check_cancelled
    )
    with LoadedModel(file) as model:
        contract = contract_for(request.teacher, model.vocabulary)
        passages = _passages(leaf, texts, request, lambda text: len(model.vocabulary.tokenize(text)))
        engine = BatchEngine(
            model, sequences=SEQUENCES, context=CONTEXT_TOKENS, threads=request.threads, check=context.check_cancelled
        )
        try:
            drafter = _drafter(context, request, leaf, prompts, passages, engine, contract)
            if leaf.kind == "knowledge":
                drafter.from_passages(passages)
            else:
                drafter.from_description()
        finally:
            engine.close()
    return _result(drafter)


def _documents(leaf: Leaf, prompts: DraftPrompts, folder: Path | None) -> tuple[list[Path], dict[str, str]]:
    """Return a knowledge leaf's documents and their texts; an error where there is nothing to draft from."""
    if leaf.kind == "knowledge":
        documents = find_documents(leaf, folder)
        return documents, texts_of(documents, leaf, folder)
    if not prompts.subject:
        raise GenerationError(
            "The leaf does not say what the skill is.", "Fill in its task description: the teacher drafts from it."
        )
    return [], {}


def _passages(
    leaf: Leaf, texts: Mapping[str, str], request: DraftRequest, measure: Callable[[str], int]
) -> list[Passage]:
    """Return the passages to try, best ones first; [] for a skill."""
    if leaf.kind != "knowledge":
        return []
    usable = contexts_in(texts, measure)
    if not usable:
        raise GenerationError(
            "The document has no passage that could be a context.",
            "A context is a paragraph of whole sentences, at least 20 words long. Add some, or write the example.",
        )
    taken = [example.context for example in leaf.seed_examples if example.context]
    free = without_overlaps(usable, texts, [*taken, *request.avoid])
    if not free:
        raise GenerationError(
            "Every passage of the document is in an example or in a suggestion already.",
            "Decide on the suggestions there are, or give the leaf a longer document.",
        )
    return spread(free, request.examples)


def _drafter(
    context: JobContext,
    request: DraftRequest,
    leaf: Leaf,
    prompts: DraftPrompts,
    passages: Sequence[Passage],
    engine: BatchEngine,
    contract: PromptContract,
) -> Drafter:
    context.emit("progress", phase="Calibrating the judge", done=0, total=None, unit="examples", message="")
    judge = judge_for(prompts.taught, engine, contract)
    share = judge.calibration.separation
    trusted = share >= TRUSTED
    told = "" if trusted else " It is not asked: check each answer yourself."
    context.emit("message", level="info", text=f"The judge tells right from wrong in {share:.0%} of pairs.{told}")
    drafted = read_drafted(context.folder)
    seen = SeenQuestions()
    for question in [*questions_of(leaf.seed_examples), *request.avoid]:
        seen.add(question, "an example of the leaf")
    for question in questions_of([suggestion.example for suggestion in drafted.suggestions]):
        seen.add(question, "a question of this draft")
    many = len(passages) >= PASSAGES_FOR_COMMON_WORDS
    common = words_of_many(passage.text for passage in passages) if many else common_words(prompts.taught)
    asked = [prompts.subject, *prompts.openers, *questions_of(prompts.taught.seed_examples)]
    known = frozenset(normalise(" ".join(asked)).split())
    return Drafter(
        context, request, prompts, engine, contract, judge if trusted else None, common, known, drafted, seen
    )


def _result(drafter: Drafter) -> dict[str, Any]:
    count, wanted = len(drafter.drafted.suggestions), drafter.request.examples
    if not count:
        reasons = "; ".join(f"{reason.lower()} ({number})" for reason, number in drafter.lost.most_common(3))
        raise GenerationError(
            f"The teacher wrote nothing usable: {reasons or 'no replies'}.",
            "Try again for other questions, choose a larger teacher, or write the first examples yourself.",
        )
    summary = f"Drafted {count} example{'' if count == 1 else 's'}."
    if count < wanted:
        summary = f"Drafted {count} of {wanted} examples: there was nothing else usable."
    return {
        "summary": summary,
        "suggestions": count,
        "seconds": round(time.monotonic() - drafter.began, 1),
        "lost": dict(drafter.lost.most_common()),
    }

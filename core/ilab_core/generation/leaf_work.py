# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A leaf made ready for a run: its passages, its share of the samples, and a snapshot of its seeds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilab_core.errors import DocumentError, GenerationError
from ilab_core.generation.documents import Passage, find_documents, passages_of, read_document
from ilab_core.generation.duplicates import SeenQuestions
from ilab_core.generation.pipelines import Pipeline, load_prompts
from ilab_core.generation.request import GenerationRequest
from ilab_core.generation.samples import SampleStore
from ilab_core.taxonomy.git import leaf_commit
from ilab_core.taxonomy.leaf import LEAF_NAME, Leaf
from ilab_core.taxonomy.reader import read_leaf

PASSAGE_TOKENS = 180


@dataclass(frozen=True)
class LeafWork:
    """What there is to do for one leaf; `seen` grows with the questions that were accepted as new."""

    name: str
    leaf: Leaf
    pipeline: Pipeline
    samples: int
    commit: str
    seen: SeenQuestions
    warning: str

    def finished(self, store: SampleStore, attempts_per_sample: int) -> bool:
        """Return whether the leaf has the samples it was to get, or was tried often enough."""
        samples = store.samples(leaf=self.name)
        if any(sample.status == "pending" for sample in samples):
            return False
        kept = sum(sample.status == "kept" for sample in samples)
        return kept >= self.samples or len(samples) >= attempts_per_sample * self.samples

    def remember(self, store: SampleStore) -> None:
        """Count the questions that an earlier part of the run accepted as new among those seen."""
        for sample in store.samples(leaf=self.name):
            if sample.stage in ("unique", "judged", "kept"):
                self.seen.add(sample.question, f"sample {sample.id}")

    def snapshot(self) -> dict[str, Any]:
        """Return what `leaves.json` keeps of the leaf: all that training needs of it."""
        return {
            "name": self.name,
            "kind": self.leaf.kind,
            "commit": self.commit,
            "sha256": hashlib.sha256(self.leaf.path.read_bytes()).hexdigest(),
            "created_by": self.leaf.created_by,
            "seeds": [
                {"context": example.context, "question": pair.question, "answer": pair.answer}
                for example in self.leaf.seed_examples
                for pair in example.pairs
            ],
        }


def prepare_leaf(request: GenerationRequest, name: str, samples: int, measure: Callable[[str], int]) -> LeafWork:
    """Return the work for leaf `name` of the request's taxonomy; `measure` counts tokens.

    A knowledge leaf whose document is not at hand is asked about its seed contexts instead, with a warning.
    """
    leaf = read_leaf(request.taxonomy / name / LEAF_NAME)
    if not any(example.pairs for example in leaf.seed_examples):
        raise GenerationError(f"{name} has no seed examples yet.", "Add a few questions with answers to the leaf.")
    passages, warning = _passages(leaf, request.documents, measure)
    seen = SeenQuestions()
    for example in leaf.seed_examples:
        for pair in example.pairs:
            seen.add(pair.question, "a seed example")
    return LeafWork(
        name=name,
        leaf=leaf,
        pipeline=Pipeline(leaf, tuple(passages), load_prompts(leaf.kind), request.seed),
        samples=samples,
        commit=leaf_commit(leaf.path),
        seen=seen,
        warning=warning,
    )


def _passages(leaf: Leaf, documents_folder: Path | None, measure: Callable[[str], int]) -> tuple[list[Passage], str]:
    if leaf.kind != "knowledge":
        return [Passage("", 0, 0, "")], ""
    contexts = [Passage("", 0, len(example.context), example.context) for example in leaf.seed_examples]
    try:
        documents = find_documents(leaf, documents_folder)
        passages = [
            passage
            for path in documents
            for passage in passages_of(path.name, read_document(path), measure, PASSAGE_TOKENS)
        ]
    except DocumentError as error:
        if not any(context.text for context in contexts):
            raise
        return contexts, f"{error.summary} The contexts of the seed examples are used instead."
    if not passages:
        return contexts, f"The document of {leaf.name} is empty. The contexts of the seed examples are used instead."
    return passages, ""

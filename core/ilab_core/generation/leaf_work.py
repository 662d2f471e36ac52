# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A leaf made ready for a run: its passages, its share of the samples, and a snapshot of its seeds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from ilab_core.errors import DocumentError, GenerationError
from ilab_core.generation.documents import Passage, find_documents, passages_of, read_document
from ilab_core.generation.duplicates import SeenQuestions
from ilab_core.generation.pipelines import Pipeline, load_prompts
from ilab_core.generation.request import GenerationRequest
from ilab_core.generation.samples import SampleStore
from ilab_core.generation.word_checks import common_words
from ilab_core.taxonomy.documents_repository import document_name
from ilab_core.taxonomy.git import leaf_commit
from ilab_core.taxonomy.leaf import LEAF_NAME, Leaf
from ilab_core.taxonomy.reader import read_leaf

PASSAGE_TOKENS = 180
NEARLY_THE_SAME = 80.0  # of 100, by rapidfuzz's partial ratio


@dataclass(frozen=True)
class LeafWork:
    """What there is to do for one leaf, read from its file and `documents`.

    `seen` grows with the questions that were accepted as new; `common` are words that tell nothing in its answers.
    """

    name: str
    leaf: Leaf
    pipeline: Pipeline
    samples: int
    commit: str
    seen: SeenQuestions
    common: frozenset[str]
    warning: str
    documents: tuple[Path, ...] = ()

    @property
    def seed_answers(self) -> frozenset[str]:
        """The answers that a person wrote."""
        return frozenset(pair.answer for example in self.leaf.seed_examples for pair in example.pairs)

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
    documents, texts, warning = _texts(leaf, request.documents)
    contexts = _contexts(leaf, texts)
    passages, changed = _passages(leaf, texts, contexts, measure)
    seen = SeenQuestions()
    for example in leaf.seed_examples:
        for pair in example.pairs:
            seen.add(pair.question, "a seed example")
    return LeafWork(
        name=name,
        leaf=leaf,
        pipeline=Pipeline(leaf, tuple(passages), tuple(contexts), load_prompts(leaf.kind), request.seed),
        samples=samples,
        commit=leaf_commit(leaf.path),
        seen=seen,
        common=common_words(leaf),
        warning=" ".join(filter(None, (warning, changed))),
        documents=tuple(documents),
    )


def _texts(leaf: Leaf, documents_folder: Path | None) -> tuple[list[Path], dict[str, str], str]:
    """Return the documents, the text of each by its name, and a warning where the seed contexts must do instead."""
    if leaf.kind != "knowledge":
        return [], {}, ""
    try:
        documents = find_documents(leaf, documents_folder)
        texts = texts_of(documents, leaf, documents_folder)
    except DocumentError as error:
        if not any(example.context for example in leaf.seed_examples):
            raise
        return [], {}, f"{error.summary} The contexts of the seed examples are used instead."
    return documents, texts, ""


def texts_of(documents: Sequence[Path], leaf: Leaf, documents_folder: Path | None) -> dict[str, str]:
    """Return the text of each of the leaf's documents by its name; DocumentError where one cannot be read."""
    return {_name(path, leaf, documents_folder): read_document(path) for path in documents}


def _name(document: Path, leaf: Leaf, documents_folder: Path | None) -> str:
    """Return the document's path below the folder it was found in, with "/": its name alone may be there twice."""
    if documents_folder is not None and not document.is_relative_to(leaf.path.parent):
        return document_name(documents_folder, document)
    return document.relative_to(leaf.path.parent).as_posix()


def _contexts(leaf: Leaf, texts: Mapping[str, str]) -> list[Passage]:
    """Return the context of each seed example, with its place where a document has it word for word."""
    contexts = []
    for example in leaf.seed_examples:
        found = [(name, text.find(example.context)) for name, text in texts.items()]
        name, start = next(((name, start) for name, start in found if start >= 0), ("", 0))
        contexts.append(Passage(name, start, start + len(example.context), example.context))
    return contexts


def _passages(
    leaf: Leaf, texts: Mapping[str, str], contexts: Sequence[Passage], measure: Callable[[str], int]
) -> tuple[list[Passage], str]:
    """Return the passages to ask about, and a warning where an example was changed against its document.

    What the person wrote in the leaf counts: a passage that says nearly the same as a changed context would
    teach the old version, so the context takes its place.
    """
    if leaf.kind != "knowledge":
        return [Passage("", 0, 0, "")], ""
    passages = [passage for name, text in texts.items() for passage in passages_of(name, text, measure, PASSAGE_TOKENS)]
    if not passages:
        return [context for context in contexts if context.text], ""
    changed = [context for context in contexts if context.text and not context.document]
    kept = [passage for passage in passages if not any(_is_version_of(passage, context) for context in changed)]
    if len(kept) == len(passages):
        return passages, ""
    warning = (
        f"In {leaf.name}, an example's context says something else than the document. "
        "The example counts, and that part of the document is left out."
    )
    return [*kept, *changed], warning


def _is_version_of(passage: Passage, context: Passage) -> bool:
    return fuzz.partial_ratio(context.text, passage.text) >= NEARLY_THE_SAME

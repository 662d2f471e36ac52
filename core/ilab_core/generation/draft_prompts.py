# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How the teacher is asked to draft: with the leaf's own examples where it has enough, else with invented ones."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ilab_core.generation.documents import Passage
from ilab_core.generation.duplicates import normalise
from ilab_core.generation.pipelines import SEEDS_SHOWN, Attempt, load_prompts
from ilab_core.prompting import Message
from ilab_core.taxonomy.advice import words
from ilab_core.taxonomy.leaf import Leaf, QuestionAnswer, SeedExample

ATTEMPTS = 12  # in one round
OWN_EXAMPLES_NEEDED = 2
TEMPERATURES = {"knowledge": (0.2, 0.5, 0.8), "skill": (0.5, 0.8, 1.0)}
SHORTEST_SENTENCE = 4  # words; what is shorter belongs to what follows it, as "Dr." does
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n\s*\n")


@dataclass(frozen=True)
class DraftPrompts:
    """The words for one leaf. `taught` is the leaf with the examples that the teacher is shown.

    `subjects` says what each of these examples is about, and `subject` what is to be drafted about.
    """

    taught: Leaf
    subjects: tuple[str, ...]
    subject: str
    wording: Mapping[str, Any]
    openers: tuple[str, ...]
    seed: int

    def attempts(self, passage: Passage, place: int) -> list[Attempt]:
        """Return the attempts of round `place` (from 0) about a passage; a skill has an empty one."""
        shown = (Message("system", self.wording["system"]), *self._shown())
        openers = self.openers if self._is_asked_in_english(passage) else ("",)
        sentences = sentences_of(passage.text) or [""]
        made = []
        for number in range(ATTEMPTS):
            own = random.Random(f"{self.seed} {self.taught.name} {place} {number}")
            made.append(
                Attempt(
                    key=f"{place}#{number}",
                    messages=(*shown, self._ask(self.subject, passage.text, sentences[number % len(sentences)])),
                    # One further with every turn through the sentences: each is asked about in several ways
                    start=self._start(openers[(number + number // len(sentences) + place) % len(openers)]),
                    passage=passage,
                    temperature=own.choice(TEMPERATURES[self.taught.kind]),
                    seed=own.randrange(1, 2**31),
                    question_stop=tuple(self.wording["question_stop"]),
                    answer_start=self.wording["answer_start"],
                    stop=tuple(self.wording["stop"]),
                )
            )
        return made

    def _shown(self) -> list[Message]:
        """Return the examples as turns, the same in every attempt of a run, so that they are computed once."""
        chosen = random.Random(f"{self.seed} {self.taught.name}")
        examples = list(zip(self.subjects, self.taught.seed_examples, strict=True))
        turns = []
        for subject, example in chosen.sample(examples, min(SEEDS_SHOWN, len(examples))):
            pair = chosen.choice(example.pairs)
            turns.append(self._ask(subject, example.context, _sentence_for(pair, example.context)))
            name = "reply_with_context" if self._is_grounded() and example.context else "reply"
            reply = self.wording[name].format(context=example.context, question=pair.question, answer=pair.answer)
            turns.append(Message("assistant", reply))
        return turns

    def _ask(self, subject: str, context: str, sentence: str) -> Message:
        filled = self.wording["ask"].format(subject=subject, task=subject, context=context, sentence=sentence)
        return Message("user", filled)

    def _start(self, opener: str) -> str:
        name = "start_with_context" if self._is_grounded() else "start"
        return str(self.wording[name]).format(opener=opener).rstrip()

    def _is_grounded(self) -> bool:
        return self.taught.kind == "skill" and any(example.context for example in self.taught.seed_examples)

    def _is_asked_in_english(self, passage: Passage) -> bool:
        """Return whether the openers are in the language of the passage, as far as a few words tell."""
        own = self.openers != tuple(self.wording.get("openers", ()))
        return own or not set(self.wording.get("english", ())).isdisjoint(normalise(passage.text).split())


def draft_prompts(leaf: Leaf, description: str, seed: int) -> DraftPrompts:
    """Return the prompts for a leaf; `description` (of a knowledge leaf: its outline) may be empty."""
    wording = load_prompts("draft")[leaf.kind]
    told = leaf.document_outline or leaf.domain if leaf.kind == "knowledge" else leaf.task_description
    subject = description.strip() or told
    own = complete_examples(leaf)
    if len(own) >= OWN_EXAMPLES_NEEDED:
        openers = {pair.question.split()[0] for example in own for pair in example.pairs}
        taught = replace(leaf, seed_examples=own)
        return DraftPrompts(taught, (told,) * len(own), subject, wording, tuple(sorted(openers)), seed)
    invented = tuple(_invented(item) for item in wording["examples"])
    subjects = tuple(item.get("subject") or item["task"] for item in wording["examples"])
    taught = replace(leaf, seed_examples=invented)
    return DraftPrompts(taught, subjects, subject, wording, tuple(wording.get("openers", ("",))), seed)


def complete_examples(leaf: Leaf) -> tuple[SeedExample, ...]:
    """Return the leaf's examples that have something in every field that they need, without empty questions."""
    found = []
    for example in leaf.seed_examples:
        pairs = tuple(pair for pair in example.pairs if pair.question.strip() and pair.answer.strip())
        if pairs and (example.context or leaf.kind == "skill"):
            found.append(SeedExample(example.context, pairs))
    return tuple(found)


def questions_of(examples: Sequence[SeedExample]) -> list[str]:
    """Return every question of some examples."""
    return [pair.question for example in examples for pair in example.pairs if pair.question.strip()]


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, in their order."""
    found: list[str] = []
    for piece in (piece.strip() for piece in _SENTENCE_END.split(text)):
        if found and len(words(found[-1])) < SHORTEST_SENTENCE:
            found[-1] += f" {piece}"
        elif piece:
            found.append(piece)
    return found


def _sentence_for(pair: QuestionAnswer, context: str) -> str:
    """Return the sentence of a context that an answer has most words of; "" without a context."""
    said = set(normalise(f"{pair.question} {pair.answer}").split())
    return max(sentences_of(context), key=lambda sentence: len(said & set(normalise(sentence).split())), default="")


def _invented(item: Mapping[str, Any]) -> SeedExample:
    pairs = tuple(QuestionAnswer(pair["question"], pair["answer"].strip()) for pair in item["pairs"])
    return SeedExample(item.get("context", ""), pairs)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the teacher is asked: for each leaf an endless, seeded list of attempts.

An attempt is one request for one question and answer. Its number alone decides its passage, seed examples
and sampling seed, so a run that was broken off knows which attempts are missing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from ilab_core.generation.documents import Passage
from ilab_core.generation.duplicates import normalise
from ilab_core.prompting import Message
from ilab_core.taxonomy.leaf import Leaf, QuestionAnswer, SeedExample

ROUND = 32  # attempts that share their seed examples, and so most of their prompt
SEEDS_SHOWN = 3
TEMPERATURES = (0.5, 0.8, 1.0)


@dataclass(frozen=True)
class Attempt:
    """One request to the teacher.

    Its reply is made to begin with `start`; the question ends at one of `question_stop`, `answer_start` is put
    behind it, and the answer ends at one of `stop`. Where a seed pair is `reworded` the whole reply is the new
    question, in these `words` but for two, and the answer is the pair's.
    """

    key: str
    messages: tuple[Message, ...]
    start: str
    passage: Passage
    temperature: float
    seed: int
    question_stop: tuple[str, ...]
    answer_start: str
    stop: tuple[str, ...]
    reworded: QuestionAnswer | None = None
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pipeline:
    """A leaf with its passages, ready to give attempts; a skill has one empty passage.

    `contexts` are the contexts of the seed examples, as passages of the document where they stand in it.
    """

    leaf: Leaf
    passages: tuple[Passage, ...]
    contexts: tuple[Passage, ...]
    prompts: Mapping[str, Any]
    seed: int

    def key(self, number: int) -> str:
        """Return the key of attempt `number`, and so of its sample."""
        return f"{self.leaf.name}#{number}"

    def attempt(self, number: int) -> Attempt:
        """Return attempt `number` (from 0).

        Two of three of a knowledge leaf reword a seed question: a model that is to know a fact must have seen it
        asked in several ways, and of these the answer is known to be right.
        """
        if number % 3 and self._can_reword():
            return self._rewording(number)
        turn = number // ROUND
        shared = random.Random(f"{self.seed} {self.leaf.name} {turn}")
        examples = shared.sample(self.leaf.seed_examples, min(SEEDS_SHOWN, len(self.leaf.seed_examples)))
        own = self._own(number)
        passage = self.passages[number // 3 % len(self.passages)]
        knowledge = self.leaf.kind == "knowledge"
        turns = self._knowledge_turns(examples, passage, shared) if knowledge else self._skill_turns(examples, shared)
        return Attempt(
            key=self.key(number),
            messages=(Message("system", self.prompts["system"]), *turns),
            start=self._start(own),
            passage=passage,
            temperature=own.choice(TEMPERATURES),
            seed=own.randrange(1, 2**31),
            question_stop=tuple(self.prompts["question_stop"]),
            answer_start=self.prompts["answer_start"],
            stop=tuple(self.prompts["stop"]),
        )

    def _can_reword(self) -> bool:
        """Return whether the leaf's questions are in the language of the examples of rewording."""
        known = {opener.casefold() for opener in self.prompts.get("reword_openers", ())}
        return any(opener.casefold() in known for opener in _openers(self.leaf))

    def _rewording(self, number: int) -> Attempt:
        pairs = [(index, pair) for index, example in enumerate(self.leaf.seed_examples) for pair in example.pairs]
        turn, place = divmod(number - number // 3 - 1, len(pairs))
        index, pair = pairs[place]
        turns = []
        for shown in self.prompts["reword_examples"]:
            turns.append(Message("user", shown["question"]))
            turns.append(Message("assistant", shown["reworded"][turn % len(shown["reworded"])]))
        own = self._own(number)
        return Attempt(
            key=self.key(number),
            messages=(Message("system", self.prompts["reword_system"]), *turns, Message("user", pair.question)),
            start="",
            passage=self.contexts[index],
            temperature=own.choice(TEMPERATURES),
            seed=own.randrange(1, 2**31),
            question_stop=("\n",),
            answer_start="",
            stop=(),
            reworded=pair,
            words=self._words(pair, self.contexts[index]),
        )

    def _words(self, pair: QuestionAnswer, context: Passage) -> frozenset[str]:
        """Return the words that a rewording may have: the seed's, and those that the examples use to reword."""
        examples = " ".join(text for shown in self.prompts["reword_examples"] for text in shown["reworded"])
        ways = " ".join(word for word in examples.split() if not word[0].isupper())
        first = " ".join(text.split()[0] for shown in self.prompts["reword_examples"] for text in shown["reworded"])
        return frozenset(normalise(f"{pair.question} {pair.answer} {context.text} {ways} {first} I").split())

    def _own(self, number: int) -> random.Random:
        return random.Random(f"{self.seed} {self.leaf.name} {number}")

    def _knowledge_turns(
        self, examples: Sequence[SeedExample], passage: Passage, shared: random.Random
    ) -> list[Message]:
        subject = self.leaf.document_outline or self.leaf.domain
        turns = []
        for example in examples:
            pair = shared.choice(example.pairs)
            turns.append(self._ask(subject=subject, passage=example.context))
            turns.append(self._answer("reply", question=pair.question, answer=pair.answer))
        return [*turns, self._ask(subject=subject, passage=passage.text)]

    def _skill_turns(self, examples: Sequence[SeedExample], shared: random.Random) -> list[Message]:
        task = self.leaf.task_description
        turns = []
        for example in examples:
            pair = shared.choice(example.pairs)
            turns.append(self._ask(task=task))
            kind = "reply_with_context" if example.context else "reply"
            turns.append(self._answer(kind, context=example.context, question=pair.question, answer=pair.answer))
        return [*turns, self._ask(task=task)]

    def _start(self, own: random.Random) -> str:
        if self.leaf.kind == "knowledge":
            return str(self.prompts["start"]).format(opener=own.choice(_openers(self.leaf)))
        grounded = any(example.context for example in self.leaf.seed_examples)
        return str(self.prompts["start_with_context" if grounded else "start"])

    def _ask(self, **values: str) -> Message:
        return Message("user", self.prompts["ask"].format(**values))

    def _answer(self, name: str, **values: str) -> Message:
        return Message("assistant", self.prompts[name].format(**values))


def load_prompts(kind: str) -> Mapping[str, Any]:
    """Return the prompts of the pipeline for `kind`: "knowledge", "skill", or "draft" for both."""
    text = files("ilab_resources").joinpath("pipelines", f"{kind}.yaml").read_text(encoding="utf-8")
    prompts: Mapping[str, Any] = yaml.safe_load(text)
    return prompts


def _openers(leaf: Leaf) -> list[str]:
    """Return the first words of the seed questions: in the leaf's language, they make questions differ."""
    pairs = [pair for example in leaf.seed_examples for pair in example.pairs]
    return sorted({pair.question.split()[0] for pair in pairs if pair.question.strip()}) or [""]

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""From generation runs to examples, from examples to rows of token ids."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ilab_core.errors import TrainingError
from ilab_core.prompting import Message, PromptContract
from ilab_core.training.packing import Row

SAMPLES_FILE = "samples.db"
LEAVES_FILE = "leaves.json"
MIN_FOR_HELD_OUT = 5
FOLLOW_UP_CHARACTERS = 1200  # of two turns; longer ones cost more than they teach
MAX_HELD_OUT = 200


@dataclass(frozen=True)
class TrainingExample:
    """One conversation to learn; `source_id` is the run and sample, or the leaf and seed, that it came from."""

    messages: tuple[Message, ...]
    leaf: str
    source: Literal["seed", "sample"]
    source_id: str

    @property
    def question(self) -> str:
        """What the user says, all turns."""
        return "\n".join(message.content for message in self.messages if message.role == "user")


@dataclass(frozen=True)
class Split:
    """The examples to learn from and those kept apart to measure with, which no question connects."""

    training: tuple[TrainingExample, ...]
    held_out: tuple[TrainingExample, ...]
    duplicates: int


@dataclass(frozen=True)
class Rows:
    """Rows in the order of their examples, and how many were left out for each reason."""

    rows: tuple[Row, ...]
    examples: tuple[TrainingExample, ...]
    left_out: Mapping[str, int]


def user_text(context: str, question: str) -> str:
    """Return what the user says in a sample: the context where there is one, an empty line, the question."""
    return f"{context.strip()}\n\n{question.strip()}" if context.strip() else question.strip()


def example(
    context: str, question: str, answer: str, leaf: str, source: Literal["seed", "sample"], source_id: str
) -> TrainingExample:
    """Return the example that answers `question`, over `context` if that is not empty, with `answer`."""
    messages = (Message("user", user_text(context, question)), Message("assistant", answer.strip()))
    return TrainingExample(messages, leaf, source, source_id)


def load_examples(run_folders: Sequence[Path]) -> list[TrainingExample]:
    """Return the seed examples and kept samples of generation runs; TrainingError where there are none or no run.

    Knowledge is asked without its passage, so that it has to be learned; skills keep their context.
    """
    examples: list[TrainingExample] = []
    for folder in run_folders:
        if not (folder / SAMPLES_FILE).is_file() or not (folder / LEAVES_FILE).is_file():
            raise TrainingError(
                f"{folder} holds no generated data.",
                "Choose the folder of a generation run, or generate data first.",
            )
        examples += _seeds(folder)
        examples += _kept_samples(folder)
    return examples


def split(examples: Sequence[TrainingExample], held_out: float, seed: int) -> Split:
    """Return `examples` without exact duplicates, a fraction `held_out` of each leaf's questions kept apart.

    A leaf with fewer than 5 different questions gives none away, any other at least one. Held out first are samples
    whose answer is also taught under another question: they tell whether a fact was learned, not whether a teacher's
    fancy can be guessed. Seed examples come last, since a person wrote them to be learned. All examples with the
    same question, told apart by neither case nor spaces, stay on one side. The choice depends on the questions and
    `seed` alone, not on their order.
    """
    unique = list({(item.messages, item.leaf): item for item in examples}.values())
    groups: dict[str, list[TrainingExample]] = defaultdict(list)
    for item in unique:
        groups[question_key(item)].append(item)
    by_leaf: dict[str, list[str]] = defaultdict(list)
    for key, members in groups.items():
        by_leaf[min(member.leaf for member in members)].append(key)
    fraction = min(held_out, MAX_HELD_OUT / max(len(groups), 1))
    apart: set[str] = set()
    for keys in by_leaf.values():
        if held_out <= 0 or len(keys) < MIN_FOR_HELD_OUT:
            continue
        count = min(max(1, round(len(keys) * fraction)), len(keys) - 1)
        taught = Counter(answer for key in keys for answer in {_answer_of(item) for item in groups[key]})
        keys.sort(
            key=lambda key: (
                any(item.source == "seed" for item in groups[key]),
                all(taught[_answer_of(item)] < 2 for item in groups[key]),
                _draw(key, seed),
            )
        )
        apart.update(keys[:count])
    return Split(
        tuple(item for item in unique if question_key(item) not in apart),
        tuple(item for item in unique if question_key(item) in apart),
        len(examples) - len(unique),
    )


def follow_ups(examples: Sequence[TrainingExample], seed: int) -> list[TrainingExample]:
    """Return `examples`, half of them with another one asked before them, as the turn that it goes on from.

    A model that has only seen first questions answers a second one from what was just said, not from what it
    learned. Every example is still met as a first question too: alone, or as the first turn of a pair. Only short
    ones are joined; the choice depends on the questions and `seed` alone.
    """
    ordered = sorted(examples, key=lambda item: _draw(question_key(item), seed))
    joined: list[TrainingExample] = []
    for first, second in zip(ordered[::2], ordered[1::2], strict=False):
        messages = (*first.messages, *second.messages)
        short = sum(len(message.content) for message in messages) <= FOLLOW_UP_CHARACTERS
        plain = all(message.role != "system" for message in second.messages)
        joined += [second, replace(second, messages=messages) if short and plain else first]
    return joined + ordered[len(joined) :]


def _answer_of(item: TrainingExample) -> str:
    return " ".join(item.messages[-1].content.casefold().split())


def question_key(item: TrainingExample) -> str:
    """Return the question with case and spaces evened out: two examples with the same key ask the same."""
    return " ".join(item.question.casefold().split())


def rows(examples: Iterable[TrainingExample], contract: PromptContract, longest: int) -> Rows:
    """Return the rows of `examples` as `contract` writes them; what cannot be learned from is counted by its reason."""
    made: list[Row] = []
    kept: list[TrainingExample] = []
    left_out: Counter[str] = Counter()
    for item in examples:
        if not all(message.content.strip() for message in item.messages):
            left_out["empty question or answer"] += 1
            continue
        tokens = contract.training_tokens(item.messages)
        row = Row(tuple(tokens.ids), tuple(tokens.mask))
        if len(row.ids) > longest:
            left_out[f"longer than {longest:,} tokens"] += 1
        elif row.loss_tokens == 0:
            left_out["nothing to learn in it"] += 1
        else:
            made.append(row)
            kept.append(item)
    return Rows(tuple(made), tuple(kept), dict(left_out))


def _draw(key: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest()


def _seeds(folder: Path) -> list[TrainingExample]:
    file = folder / LEAVES_FILE
    try:
        leaves: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        return [
            example(
                seed["context"] if leaf["kind"] == "skill" else "",
                seed["question"],
                seed["answer"],
                leaf["name"],
                "seed",
                f"{leaf['name']}#{index}",
            )
            for leaf in leaves
            for index, seed in enumerate(leaf["seeds"])
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{file} cannot be read.", "Generate the data again.", f"{type(error).__name__}: {error}"
        ) from error


def _kept_samples(folder: Path) -> list[TrainingExample]:
    from ilab_core.generation.samples import SampleStore

    store = SampleStore(folder / SAMPLES_FILE)
    try:
        return [
            example(sample.context, sample.question, sample.answer, sample.leaf, "sample", f"{folder.name}#{sample.id}")
            for sample in store.samples(status="kept")
        ]
    finally:
        store.close()

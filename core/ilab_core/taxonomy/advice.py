# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Warnings beyond the standard: a valid leaf that will teach little."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ilab_core.taxonomy.fields import FieldPath, describe
from ilab_core.taxonomy.leaf import Kind
from ilab_core.taxonomy.schema import Finding

MAX_CONTEXT_WORDS = 500
MAX_PAIR_WORDS = 250
MAX_SKILL_WORDS = 2300

# Scripts written without spaces count and compare by character.
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+"
)
_FEW_LETTERS = 3
_STEM_LETTERS = 5


def advice(contents: Mapping[Any, Any], kind: Kind) -> list[Finding]:
    """Return the warnings for a leaf; parts that are not shaped as the standard says are passed over."""
    pairs = list(_pairs(contents))
    findings = [*_repeated_questions(pairs, kind), *_long_texts(contents, pairs, kind)]
    if kind == "knowledge":
        findings += _answers_off_context(pairs)
    return findings


def words(text: str) -> list[str]:
    """Return the words of `text` in small letters."""
    return _WORD.findall(text.casefold())


def _examples(contents: Mapping[Any, Any]) -> Iterator[tuple[FieldPath, Mapping[Any, Any]]]:
    examples = contents.get("seed_examples")
    for number, example in enumerate(examples if isinstance(examples, list) else ()):
        if isinstance(example, Mapping):
            yield ("seed_examples", number), example


def _pairs(contents: Mapping[Any, Any]) -> Iterator[tuple[FieldPath, str, str, str]]:
    """Yield the path, context, question and answer of each pair that has texts for them."""
    for path, example in _examples(contents):
        inner = example.get("questions_and_answers")
        entries: list[tuple[FieldPath, Any]] = [(path, example)]
        if isinstance(inner, list):
            entries = [((*path, "questions_and_answers", number), item) for number, item in enumerate(inner)]
        for place, item in entries:
            if isinstance(item, Mapping):
                yield place, _text(example.get("context")), _text(item.get("question")), _text(item.get("answer"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _repeated_questions(pairs: list[tuple[FieldPath, str, str, str]], kind: Kind) -> Iterator[Finding]:
    first: dict[tuple[str, str], FieldPath] = {}
    for path, context, question, _answer in pairs:
        if not question.strip():
            continue
        # A grounded skill may well ask the same of every context.
        key = (" ".join(question.casefold().split()), context.strip() if kind == "skill" else "")
        earlier = first.setdefault(key, path)
        if earlier != path:
            before = describe(earlier)
            yield Finding(
                (*path, "question"),
                "question-twice",
                f"This question was asked before: {before[0].lower()}{before[1:]}.",
                "Ask something else.",
            )


def _long_texts(
    contents: Mapping[Any, Any], pairs: list[tuple[FieldPath, str, str, str]], kind: Kind
) -> Iterator[Finding]:
    for path, example in _examples(contents):
        context = _text(example.get("context"))
        # Splitting is quick and never finds more words than there are, so most texts need no closer count.
        if len(context) > MAX_CONTEXT_WORDS and (count := len(words(context))) > MAX_CONTEXT_WORDS:
            yield Finding(
                (*path, "context"),
                "long-context",
                f"{describe((*path, 'context'))} has {count:,} words; about {MAX_CONTEXT_WORDS} is the limit.",
                "Shorten it, or make two examples of it.",
            )
    total = 0
    for path, context, question, answer in pairs:
        count = len(words(question)) + len(words(answer))
        total += count + (len(words(context)) if kind == "skill" else 0)
        if count > MAX_PAIR_WORDS:
            yield Finding(
                (*path, "answer"),
                "long-answer",
                f"{describe(path)} and its answer have {count:,} words; about {MAX_PAIR_WORDS} is the limit.",
                "Shorten the answer.",
            )
    if kind == "skill" and total > MAX_SKILL_WORDS:
        yield Finding(
            ("seed_examples",),
            "long-skill",
            f"The seed examples have {total:,} words together; about {MAX_SKILL_WORDS:,} is the limit.",
            "Shorten them, or remove one.",
            at_key=True,
        )


def _answers_off_context(pairs: list[tuple[FieldPath, str, str, str]]) -> Iterator[Finding]:
    stems: dict[str, set[str]] = {}
    for path, context, _question, answer in pairs:
        if context not in stems:
            stems[context] = _stems(context)
        mine = _stems(answer)
        if context.strip() and mine and not mine & stems[context]:
            yield Finding(
                (*path, "answer"),
                "answer-off-context",
                f"{describe((*path, 'answer'))} shares no word with its context.",
                "Answer from the context, or choose the passage that holds the answer.",
            )


def _stems(text: str) -> set[str]:
    """Return the beginnings of the words that say something: short words are left out, numbers and CJK kept."""
    return {
        word[:_STEM_LETTERS]
        for word in words(text)
        if len(word) > _FEW_LETTERS or word.isdigit() or ord(word[0]) > 0x2E7F
    }

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Read a question and its answer out of what a teacher wrote, however it marked them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABEL = re.compile(
    r"^[\s>*#_\-]*(?:\d+[.)]\s*)?[*_]*(?:(?P<label>context|question|answer)[*_]*\s*(?:\d+\s*)?(?:[:.)：]|$)"
    r"|(?-i:(?P<letter>[QA]))[*_]*(?:\s*\d+\s*[:.)：]|\s*[:：]))[*_]*\s*",  # "A." and "a)" number the items of a list
    re.IGNORECASE | re.MULTILINE,
)
_FULL_NAME = {"q": "question", "a": "answer"}


@dataclass(frozen=True)
class ParsedReply:
    """A question, its answer and, where one was written, its context; all stripped."""

    question: str
    answer: str
    context: str = ""


def parse_reply(text: str) -> ParsedReply | str:
    """Return what the reply says, or a short reason why nothing can be read out of it."""
    parts: dict[str, str] = {}
    labels = list(_LABEL.finditer(text))
    for index, match in enumerate(labels):
        end = labels[index + 1].start() if index + 1 < len(labels) else len(text)
        label = (match["label"] or match["letter"]).lower()
        parts.setdefault(_FULL_NAME.get(label, label), _clean(text[match.end() : end]))
    if "question" not in parts or "answer" not in parts:
        parts = {**_unlabelled(_LABEL.sub("", text)), **parts}
    question, answer = parts.get("question", ""), parts.get("answer", "")
    if not question:
        return "No question in the reply"
    if not answer:
        return "No answer in the reply"
    if question.casefold() == answer.casefold():
        return "The answer repeats the question"
    return ParsedReply(question, answer, parts.get("context", ""))


def _unlabelled(text: str) -> dict[str, str]:
    """Return the first line with a question mark, and what follows it."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    for index, line in enumerate(lines):
        place = max(line.rfind(mark) for mark in "?？")
        if place >= 0:
            rest = "\n".join([line[place + 1 :], *lines[index + 1 :]])
            return {"question": _clean(line[: place + 1]), "answer": _clean(rest)}
    return {}


def _clean(text: str) -> str:
    text = text.strip().strip("*_").strip()
    if len(text) > 1 and text[0] == text[-1] == '"' and text.count('"') == 2:
        text = text[1:-1].strip()
    return text

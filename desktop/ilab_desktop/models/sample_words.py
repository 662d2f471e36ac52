# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What is said of a sample: its result, who decided and why, and which words of its answer the passage holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ilab_core.generation.samples import Sample

_WORD = re.compile(r"\w+")
_SMALL_WORDS = frozenset(
    _WORD.findall(
        """
        a an and are as at be been but by can did do does for from had has have he her his how i if in is it its not of
        on or she so than that the their them then there they this to was we were what when where which who why will
        with you your
        """
    )
)


@dataclass(frozen=True)
class JudgeLine:
    """One judge's verdict in words and numbers."""

    name: str
    score: str
    needs: str
    passed: bool


def result_word(sample: Sample) -> str:
    """Return the one word for a sample's result: edited where a person changed a kept one."""
    return "edited" if sample.edited and sample.status == "kept" else sample.status


def result_meaning(word: str) -> str:
    """Return the badge meaning that goes with a result's word."""
    return {"kept": "success", "rejected": "danger", "edited": "accent"}.get(word, "neutral")


def short_why(sample: Sample) -> str:
    """Return the table's few words on why a sample has its result; nothing where a judge kept it."""
    if sample.edited:
        return "Edited by you"
    if sample.decided_by == "person":
        return "Kept by you" if sample.status == "kept" else "Rejected by you"
    return "" if sample.status == "kept" else " ".join(sample.reason.split())


def why_heading(sample: Sample) -> str:
    """Return the heading over a sample's verdicts."""
    return {"kept": "Why it was kept", "rejected": "Why it was rejected"}.get(sample.status, "Not decided yet")


def why_sentence(sample: Sample) -> str:
    """Return the sentence on who decided and why."""
    if sample.decided_by == "person":
        verb = "kept" if sample.status == "kept" else "rejected"
        return f"You edited and {verb} it." if sample.edited else f"You {verb} it."
    if sample.reason:
        return sample.reason
    return "Every judge passed it." if sample.status == "kept" else "It is still being judged."


def judge_lines(sample: Sample) -> list[JudgeLine]:
    """Return each judge's verdict, failed ones first."""
    lines = [
        JudgeLine(name.replace("_", " "), f"{verdict.score:.2f}", f"{verdict.threshold:.2f}", verdict.passed)
        for name, verdict in sample.judges.items()
    ]
    return sorted(lines, key=lambda line: line.passed)


def passage_heading(sample: Sample) -> str:
    """Return the heading over the passage, with its character range in the document."""
    if not sample.passage:
        return ""
    if sample.passage_end <= sample.passage_start:
        return "Passage"
    return f"Passage, characters {sample.passage_start:,}\N{EN DASH}{sample.passage_end:,}"


def shared_words(passage: str, answer: str) -> list[tuple[int, int]]:
    """Return the (start, end) ranges of `passage` whose words occur in `answer`; small words are passed over."""
    wanted = {word.casefold() for word in _WORD.findall(answer)} - _SMALL_WORDS
    return [match.span() for match in _WORD.finditer(passage) if match.group().casefold() in wanted]

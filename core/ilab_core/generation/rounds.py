# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One round of a run: ask the teacher, read its replies, drop duplicates, judge.

Every reply is stored the moment it is there. Decisions are then made in the order of the attempts, so a
run that was broken off and resumed decides as an unbroken one does.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from ilab_core.generation.duplicates import same_subject
from ilab_core.generation.judges import ASKS_SOMETHING_ELSE, Candidate, Judge
from ilab_core.generation.leaf_work import LeafWork
from ilab_core.generation.parsing import parse_reply
from ilab_core.generation.pipelines import ROUND, Attempt
from ilab_core.generation.samples import Sample, SampleStore, Stage, Status, Verdict
from ilab_core.generation.word_checks import drifts, weakness
from ilab_core.generation.writing import CUT_OFF, Written, write
from ilab_core.jobs.context import JobContext
from ilab_core.prompting import PromptContract

if TYPE_CHECKING:
    from ilab_core.inference.batch_engine import BatchEngine

FEWEST = 8  # attempts in a round: fewer would leave the batch half empty
FIRST_YIELD = 0.6  # the share that is kept, before anything is known of the leaf
LEAST_YIELD = 0.2
JUDGED_AT_ONCE = 16


@dataclass
class RoundTools:
    """What every round needs; `generated_here` counts the replies of this process."""

    engine: BatchEngine
    contract: PromptContract
    store: SampleStore
    teacher_sha256: str
    context: JobContext
    generated_here: int = 0


def run_round(work: LeafWork, judge: Judge, tools: RoundTools, began: float, wanted: int) -> None:
    """Make the next attempts of a leaf and decide them; `wanted` is the number of samples of the whole run."""
    samples = tools.store.samples(leaf=work.name)
    known = {sample.key for sample in samples}
    missing = (number for number in itertools.count() if work.pipeline.key(number) not in known)
    count = _attempts(work.samples, samples)
    _ask([work.pipeline.attempt(number) for number in itertools.islice(missing, count)], work, tools, began, wanted)
    pending = tools.store.samples(leaf=work.name, status="pending")
    _decide(sorted(pending, key=_number), work, judge, tools, began, wanted)


def _attempts(wanted: int, samples: Sequence[Sample]) -> int:
    """Return how many attempts should fill what is missing, at the yield so far; none while some are undecided."""
    if any(sample.status == "pending" for sample in samples):
        return 0
    kept = sum(sample.status == "kept" for sample in samples)
    share = max(LEAST_YIELD, kept / len(samples)) if samples else FIRST_YIELD
    return max(FEWEST, min(ROUND, math.ceil((wanted - kept) / share)))


def _number(sample: Sample) -> int:
    return int(sample.key.rpartition("#")[2])


def _ask(attempts: Sequence[Attempt], work: LeafWork, tools: RoundTools, began: float, wanted: int) -> None:
    """Have the teacher write, and store each reply the moment it is there."""
    for written in write(attempts, tools.engine, tools.contract):
        sample = _sample_of(written.attempt, written.text, work, tools)
        if written.answer is None:
            _add(_read_rewording(sample, written), tools)
            continue
        _add(_read(sample, written), tools)
        _report(tools, "Writing answers", began, wanted)


def _add(sample: Sample, tools: RoundTools) -> None:
    tools.store.add(sample)
    tools.generated_here += 1


def _sample_of(attempt: Attempt, raw: str, work: LeafWork, tools: RoundTools) -> Sample:
    """Return the sample of a reply that nobody has read yet: all its lineage, no text."""
    return Sample(
        key=attempt.key,
        leaf=work.name,
        kind=work.leaf.kind,
        document=attempt.passage.document,
        commit=work.commit,
        passage=attempt.passage.text,
        passage_start=attempt.passage.start,
        passage_end=attempt.passage.end,
        raw=raw,
        teacher_sha256=tools.teacher_sha256,
        prompt="\n\n".join(f"[{message.role}]\n{message.content}" for message in attempt.messages),
        seed=attempt.seed,
    )


def _read(sample: Sample, written: Written) -> Sample:
    """Return the sample with its question and answer, pending; rejected where they cannot be read."""
    parsed = parse_reply(sample.raw)
    if isinstance(parsed, str):
        return replace(sample, status="rejected", reason=parsed)
    context = "" if sample.kind == "knowledge" else parsed.context
    sample = replace(sample, question=parsed.question, answer=parsed.answer, context=context)
    if written.cut_off:
        return replace(sample, status="rejected", reason=CUT_OFF)
    return replace(sample, stage="parsed")


def _read_rewording(sample: Sample, written: Written) -> Sample:
    """Return the sample of a seed pair whose question was reworded, pending where it is still the same question."""
    attempt = written.attempt
    assert attempt.reworded is not None
    text = written.text.strip()
    if not text:
        return replace(sample, status="rejected", reason="No question in the reply")
    sample = replace(sample, question=text, answer=attempt.reworded.answer)
    if written.cut_off:
        return replace(sample, status="rejected", reason=CUT_OFF)
    if drifts(text, attempt.words) or not same_subject(text, attempt.reworded.question):
        return replace(sample, status="rejected", stage="parsed", reason=ASKS_SOMETHING_ELSE)
    return replace(sample, stage="parsed")


def _decide(
    samples: Sequence[Sample], work: LeafWork, judge: Judge, tools: RoundTools, began: float, wanted: int
) -> None:
    """Decide pending samples, and remember the questions of those that were new."""
    unique = []
    for sample in samples:
        reason = work.seen.like(sample.question) or _weakness(sample, work)
        if reason:
            _settle(tools, sample, "rejected", "parsed", reason)
        else:
            work.seen.add(sample.question, f"sample {sample.id}")
            unique.append(sample)
    for start in range(0, len(unique), JUDGED_AT_ONCE):
        _judge(unique[start : start + JUDGED_AT_ONCE], judge, tools)
        _report(tools, "Judging", began, wanted)


def _weakness(sample: Sample, work: LeafWork) -> str:
    """Return why a sample is not worth judging; a reworded seed question keeps an answer that a person wrote."""
    if sample.kind != "knowledge" or sample.answer in work.seed_answers:
        return ""
    return weakness(sample.question, sample.answer, sample.passage, work.common)


def _judge(samples: Sequence[Sample], judge: Judge, tools: RoundTools) -> None:
    candidates = [Candidate(sample.passage or sample.context, sample.question, sample.answer) for sample in samples]
    for sample, candidate, verdict in zip(samples, candidates, judge.verdicts(candidates), strict=True):
        if verdict.passed:
            _settle(tools, sample, "kept", "kept", "", verdict.score, {judge.name: verdict})
        else:
            reason = judge.reason(candidate, verdict)
            _settle(tools, sample, "rejected", "judged", reason, verdict.score, {judge.name: verdict})


def _settle(
    tools: RoundTools,
    sample: Sample,
    status: Status,
    stage: Stage,
    reason: str,
    score: float | None = None,
    judges: Mapping[str, Verdict] | None = None,
) -> None:
    tools.store.decide(sample.id, status, stage, reason, score, judges)
    tools.context.emit("sample", id=sample.id, status=status, reason=reason)


def _report(tools: RoundTools, phase: str, began: float, wanted: int) -> None:
    funnel = tools.store.funnel()
    tools.context.emit("counts", **asdict(funnel))
    minutes = (time.monotonic() - began) / 60
    yield_rate = funnel.kept / funnel.generated if funnel.generated else 0.0
    speed = tools.generated_here / minutes if minutes > 0 else 0.0
    kept_rate = speed * yield_rate
    left = max(0, wanted - funnel.kept) / kept_rate * 60 if kept_rate > 0 else None
    tools.context.emit(
        "progress",
        phase=phase,
        done=min(funnel.kept, wanted),
        total=wanted,
        unit="samples",
        rate=round(kept_rate, 1) if kept_rate else None,
        seconds_left=left,
        message=f"{min(funnel.kept, wanted)} of {wanted} kept",
    )

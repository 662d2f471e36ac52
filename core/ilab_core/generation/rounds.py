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
from ilab_core.inference.types import Completion, CompletionRequest, Sampling
from ilab_core.jobs.context import JobContext
from ilab_core.prompting import PromptContract

if TYPE_CHECKING:
    from ilab_core.inference.batch_engine import BatchEngine

QUESTION_TOKENS = 64
ANSWER_TOKENS = 96
CUT_OFF = "The reply was cut off at its longest length"
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
    """Have the questions written first, each its own way, then the likeliest answer to each."""
    by_key = {attempt.key: attempt for attempt in attempts}
    starts = {attempt.key: _start(attempt, tools) for attempt in attempts}
    questions = [
        CompletionRequest(
            attempt.key,
            tuple(starts[attempt.key]),
            QUESTION_TOKENS,
            attempt.question_stop,
            Sampling(attempt.temperature, top_p=0.95, min_p=0.05, seed=attempt.seed),
        )
        for attempt in attempts
    ]
    asked = {completion.id: completion for completion in tools.engine.submit(questions)}
    answers = []
    for key, question in asked.items():
        attempt = by_key[key]
        if attempt.reworded:
            _add(_read_rewording(_sample_of(attempt, question.text, work, tools), attempt, question), tools)
            continue
        written = tools.contract.answer_tokens(question.text.rstrip() + attempt.answer_start)
        answers.append(CompletionRequest(key, tuple(starts[key] + written), ANSWER_TOKENS, attempt.stop))
    for completion in tools.engine.submit(answers):
        attempt, question = by_key[completion.id], asked[completion.id]
        raw = attempt.start + question.text.rstrip() + attempt.answer_start + completion.text
        _add(_read(_sample_of(attempt, raw, work, tools), question, completion), tools)
        _report(tools, "Writing answers", began, wanted)


def _start(attempt: Attempt, tools: RoundTools) -> list[int]:
    """Return the prompt and the start of the reply, with as many of the seed examples as the context has room for."""
    messages = attempt.messages
    room = tools.engine.context_tokens - 2 * QUESTION_TOKENS - ANSWER_TOKENS
    while True:
        tokens = tools.contract.prompt_tokens(messages) + tools.contract.answer_tokens(attempt.start)
        if len(tokens) <= room or len(messages) <= 2:
            return tokens
        messages = (messages[0], *messages[3:])


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


def _read(sample: Sample, question: Completion, answer: Completion) -> Sample:
    """Return the sample with its question and answer, pending; rejected where they cannot be read."""
    parsed = parse_reply(sample.raw)
    if isinstance(parsed, str):
        return replace(sample, status="rejected", reason=parsed)
    context = "" if sample.kind == "knowledge" else parsed.context
    sample = replace(sample, question=parsed.question, answer=parsed.answer, context=context)
    if "length" in (question.finish_reason, answer.finish_reason):
        return replace(sample, status="rejected", reason=CUT_OFF)
    return replace(sample, stage="parsed")


def _read_rewording(sample: Sample, attempt: Attempt, question: Completion) -> Sample:
    """Return the sample of a seed pair whose question was reworded, pending where it is still the same question."""
    assert attempt.reworded is not None
    text = question.text.strip()
    if not text:
        return replace(sample, status="rejected", reason="No question in the reply")
    sample = replace(sample, question=text, answer=attempt.reworded.answer)
    if question.finish_reason == "length":
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

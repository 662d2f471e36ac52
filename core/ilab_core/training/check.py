# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Before the start: will the run fit in memory, and how long will it take? Light enough for the window to call."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ilab_core.models.inspection import ModelInfo
from ilab_core.text import human_bytes, human_seconds
from ilab_core.training.data import MIN_FOR_HELD_OUT, load_examples, split
from ilab_core.training.presets import TrainingOptions

CHARACTERS_PER_TOKEN = 4.0
TOKENS_PER_MESSAGE = 5
LIBRARY_BYTES = 400_000_000
HEAD_ROWS = 256
START_SECONDS = 15.0


@dataclass(frozen=True)
class DataSize:
    """How much there is to learn: examples to train on and held out, their tokens in all, the longest example's."""

    examples: int
    held_out: int
    tokens: int
    longest: int


@dataclass(frozen=True)
class StartCheck:
    """What a run needs and what there is, in bytes; `seconds` is None where no run has measured the speed yet."""

    memory_needed: int
    memory_free: int
    seconds: float | None
    fits: bool
    sentence: str


def data_size(run_folders: Sequence[Path], options: TrainingOptions) -> DataSize:
    """Return the size of the kept data of generation runs, tokens estimated from the text; TrainingError where bad."""
    parts = split(load_examples(run_folders), options.held_out, options.seed)
    sizes = [
        sum(round(len(message.content) / CHARACTERS_PER_TOKEN) + TOKENS_PER_MESSAGE for message in item.messages)
        for item in parts.training
    ]
    return DataSize(len(sizes), len(parts.held_out), sum(sizes), max(sizes, default=0))


def before_start(
    info: ModelInfo, rows: DataSize, options: TrainingOptions, free_bytes: int, speed: float | None
) -> StartCheck:
    """Return whether training `info` on `rows` fits in `free_bytes`, and its time at `speed` tokens per second."""
    needed = memory_needed(info, rows.longest, options)
    seconds = None if not speed else START_SECONDS + run_tokens(rows, options) / speed
    fits = needed <= free_bytes
    if rows.examples == 0:
        sentence = "There is nothing to learn from: no sample was kept."
        return StartCheck(needed, free_bytes, None, False, sentence)
    sentence = f"Needs about {human_bytes(needed)} of memory; {human_bytes(free_bytes)} are free."
    if not fits:
        sentence += " Close other programs, or choose a smaller base model."
    elif seconds is not None:
        sentence += f" Takes about {human_seconds(seconds)}."
    if rows.examples < MIN_FOR_HELD_OUT:
        sentence += f" With only {rows.examples} examples little can be learned."
    return StartCheck(needed, free_bytes, seconds, fits, sentence)


def run_tokens(rows: DataSize, options: TrainingOptions) -> float:
    """Return how many tokens a whole run learns from, evaluations counted at a third of their tokens."""
    tokens = rows.tokens * options.epochs_for(rows.tokens)
    if options.max_steps is not None:
        tokens = min(tokens, options.max_steps * options.pack_tokens * options.packs_per_step)
    held_out = rows.tokens / max(rows.examples, 1) * max(rows.held_out, 1)
    return tokens + (options.evaluations + 1) * held_out / 3


def memory_needed(info: ModelInfo, longest_row: int, options: TrainingOptions) -> int:
    """Return the peak memory of a run in bytes: weights, adapter, what a pack leaves for its backward pass, the head.

    The factors were fitted to measured peaks of the starter model: 1.1, 1.5, 1.7 and 3.1 GB at packs of 256, 512, 1,024
    and 2,048 tokens, for which this gives 1.2, 1.5, 2.2 and 3.4.
    """
    number = 2 if computes_in_bfloat16() else 4
    width, inner = info.embedding_length, info.feed_forward_length
    attention = info.heads * info.head_dim
    cached = info.kv_heads * info.head_dim
    tokens = max(options.pack_tokens, min(longest_row, options.max_row_tokens))
    weights = info.parameters * number
    outputs_and_inputs = 2 * (width + attention) + 2 * (width + cached) + 3 * (width + inner)
    adapter = info.layers * options.rank * outputs_and_inputs * (2 * number + 16)
    a_token = info.layers * (12 * width + 5 * attention + 4 * cached + 6 * inner) * number
    head = HEAD_ROWS * info.vocabulary_size * (8 + 2 * number)
    return round(LIBRARY_BYTES + weights * 1.1 + adapter + tokens * a_token + head)


@cache
def computes_in_bfloat16() -> bool:
    """Return whether the processor multiplies in bfloat16, as far as that is known without loading torch."""
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags

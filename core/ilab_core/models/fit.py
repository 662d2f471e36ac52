# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Does a model fit into this computer's memory: for chat, as a teacher, for training?

What llama.cpp takes is the sum of four parts, each checked against the memory of real processes
(`tests/core/models/test_memory_fit.py` does it again with the starter model):

- the weights: the file itself, mapped into memory;
- the vocabulary's own tables, about 350 bytes a token;
- the keys and values of every token in the context, two 16-bit numbers for each layer, key head and place in a head,
  written when the context is made, so they count in full from the start;
- the working memory of one batch of 512 tokens: about 10 widths and 2 inner widths a token, and where the logits of
  every token are wanted (judges do), those, once in the graph and once in the output.

What training takes is the formula of `ilab_core.training.check`, which the check before a start shows too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ilab_core.models.inspection import ModelInfo
from ilab_core.text import human_bytes
from ilab_core.training.check import memory_needed
from ilab_core.training.presets import DEFAULT_PRESET, preset

Purpose = Literal["chat", "teaching", "training"]
Verdict = Literal["fits", "tight", "too big", "unsupported"]

CHAT_CONTEXT = 4096
CHAT_COLUMNS = 2
"""The base and the tuned answer each have a context of their own on one loaded base."""
TEACHING_CONTEXT = 2048
TEACHING_SEQUENCES = 10
TRAINING_ROW = 1024
"""Tokens of the longest conversation that training is judged by."""

COMFORTABLE = 0.8
PROCESS_BYTES = 90_000_000
VOCABULARY_BYTES = 350
BATCH = 512
CELLS = 256
"""llama.cpp rounds a context up to this many tokens."""


@dataclass(frozen=True)
class Fit:
    """The verdict, the bytes it rests on (0 needed where the model cannot do it at all) and a sentence for a person."""

    verdict: Verdict
    needs_bytes: int
    free_bytes: int
    sentence: str


def fits(info: ModelInfo, purpose: Purpose, free_bytes: int) -> Fit:
    """Return whether `info` can do `purpose` in `free_bytes` of memory: comfortably, only just, or not."""
    usable = info.trainable if purpose == "training" else info.chattable
    if not usable:
        word = "Cannot be trained" if purpose == "training" else "Cannot chat"
        sentence = next((limit for limit in info.limits if limit.startswith(word)), f"{word}.")
        return Fit("unsupported", 0, free_bytes, sentence)
    needed = needed_bytes(info, purpose)
    sentence = f"Needs {human_bytes(needed)} of {human_bytes(free_bytes)} free."
    if needed <= COMFORTABLE * free_bytes:
        return Fit("fits", needed, free_bytes, sentence)
    if needed <= free_bytes:
        return Fit("tight", needed, free_bytes, f"{sentence} Close other programs first.")
    return Fit(
        "too big", needed, free_bytes, f"Needs {human_bytes(needed)}, but only {human_bytes(free_bytes)} is free."
    )


def needed_bytes(info: ModelInfo, purpose: Purpose) -> int:
    """Return the peak memory, in bytes, of the process that does `purpose`."""
    if purpose == "training":
        return memory_needed(info, TRAINING_ROW, preset(DEFAULT_PRESET))
    loaded = PROCESS_BYTES + info.bytes + VOCABULARY_BYTES * info.vocabulary_size
    if purpose == "chat":
        return loaded + CHAT_COLUMNS * (_key_value_bytes(info, 1, CHAT_CONTEXT) + _batch_bytes(info, False))
    return loaded + _key_value_bytes(info, TEACHING_SEQUENCES, TEACHING_CONTEXT) + _batch_bytes(info, True)


def free_memory() -> int:
    """Return the memory, in bytes, that a new process can take without pushing others out."""
    import psutil

    return int(psutil.virtual_memory().available)


def _key_value_bytes(info: ModelInfo, sequences: int, context: int) -> int:
    tokens = min(context, info.context_length or context)
    cells = sequences * -(-tokens // CELLS) * CELLS
    return cells * info.layers * info.kv_heads * info.head_dim * 2 * 2


def _batch_bytes(info: ModelInfo, every_logit: bool) -> int:
    hidden = 10 * info.embedding_length + 2 * info.feed_forward_length
    logits = info.vocabulary_size
    return BATCH * 4 * (logits + max(logits, hidden) if every_logit else hidden + 2 * logits // BATCH)

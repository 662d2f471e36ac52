# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from ilab_core.models.fit import (
    CHAT_CONTEXT,
    TEACHING_CONTEXT,
    TEACHING_SEQUENCES,
    fits,
    free_memory,
    needed_bytes,
)
from ilab_core.models.inspection import ModelInfo, inspect
from ilab_core.models.library import starter_path
from tiny_gguf import write_tiny_gguf

GB = 10**9

MEASURE = """
import sys
import psutil
from pathlib import Path
from ilab_core.jobs import worker
from ilab_core.inference.types import Sampling

path = Path(sys.argv[2])
if sys.argv[1] == "chat":
    from ilab_core.inference import chat_worker
    from ilab_core.inference.chat import ChatSession
    from ilab_core.prompting import Message

    session = ChatSession(path)
    for tuned in (False, True):
        session.answer([Message("user", "word " * 100)], tuned, Sampling(), 2, lambda text: True)
else:
    from ilab_core.generation import runner
    from ilab_core.inference.batch_engine import BatchEngine
    from ilab_core.inference.llama import LoadedModel

    engine = BatchEngine(LoadedModel(path), sequences=runner.SEQUENCES, context=runner.CONTEXT_TOKENS)
    engine.score(range(300, 340), [range(400, 880)])
print(psutil.Process().memory_info().rss)
"""


@pytest.fixture
def info(tmp_path: Path) -> ModelInfo:
    return inspect(write_tiny_gguf(tmp_path / "tiny.gguf"))


@pytest.mark.parametrize("purpose", ["chat", "teaching", "training"])
def test_the_verdict_turns_at_four_fifths_and_at_all_of_the_free_memory(info: ModelInfo, purpose: str) -> None:
    needed = needed_bytes(info, purpose)
    assert fits(info, purpose, int(needed / 0.8) + 1).verdict == "fits"
    assert fits(info, purpose, int(needed / 0.8) - 1).verdict == "tight"
    assert fits(info, purpose, needed).verdict == "tight"
    assert fits(info, purpose, needed - 1).verdict == "too big"
    assert fits(info, purpose, 0).verdict == "too big"


def test_the_sentence_gives_both_numbers(info: ModelInfo) -> None:
    model = replace(info, bytes=5 * GB)
    assert fits(model, "chat", 40 * GB).sentence == "Needs 5.1 GB of 40 GB free."
    assert fits(model, "chat", 6 * GB).sentence == "Needs 5.1 GB of 6 GB free. Close other programs first."
    assert fits(model, "chat", 2 * GB).sentence == "Needs 5.1 GB, but only 2 GB is free."


def test_what_a_model_cannot_do_is_unsupported_whatever_the_memory(tmp_path: Path) -> None:
    mute = inspect(write_tiny_gguf(tmp_path / "mute.gguf", chat_template=None))
    foreign = inspect(write_tiny_gguf(tmp_path / "foreign.gguf", architecture="mystery"))
    assert fits(mute, "chat", 99 * GB).verdict == "unsupported"
    assert "no chat template" in fits(mute, "teaching", 99 * GB).sentence
    assert fits(foreign, "chat", 99 * GB).verdict == "fits"
    training = fits(foreign, "training", 99 * GB)
    assert (training.verdict, training.needs_bytes) == ("unsupported", 0)
    assert "mystery" in training.sentence


def test_each_part_counts(info: ModelInfo) -> None:
    large = replace(info, layers=32, heads=32, kv_heads=8, head_dim=128, context_length=32768, bytes=4 * GB)
    key_values = 32 * 8 * 128 * 2 * 2
    without = replace(large, kv_heads=0)
    assert needed_bytes(large, "chat") - needed_bytes(without, "chat") == 2 * CHAT_CONTEXT * key_values
    teaching = needed_bytes(large, "teaching") - needed_bytes(without, "teaching")
    assert teaching == TEACHING_SEQUENCES * TEACHING_CONTEXT * key_values
    short = replace(large, context_length=512)
    assert needed_bytes(short, "chat") - needed_bytes(without, "chat") == 2 * 512 * key_values
    assert needed_bytes(replace(large, bytes=5 * GB), "chat") - needed_bytes(large, "chat") == GB
    wordy = replace(large, vocabulary_size=large.vocabulary_size + 100_000)
    assert needed_bytes(wordy, "teaching") - needed_bytes(large, "teaching") > 300_000_000


def test_the_teacher_is_judged_by_what_generation_uses() -> None:
    from ilab_core.generation import runner

    assert (TEACHING_SEQUENCES, TEACHING_CONTEXT) == (runner.SEQUENCES, runner.CONTEXT_TOKENS)


def test_free_memory_is_what_the_system_says() -> None:
    assert 0 < free_memory() <= psutil.virtual_memory().total


@pytest.mark.models
@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere the graphics memory takes part of the model")
@pytest.mark.skipif(starter_path() is None, reason="The starter model is not installed")
@pytest.mark.parametrize("purpose", ["chat", "teaching"])
def test_the_prediction_holds_for_the_starter_model(purpose: str) -> None:
    path = starter_path()
    assert path is not None
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    output = subprocess.run(
        [sys.executable, "-c", MEASURE, purpose, str(path)], capture_output=True, text=True, env=environment, check=True
    )
    measured = int(output.stdout.split()[-1])
    predicted = needed_bytes(inspect(path), purpose)
    assert 0.95 * measured <= predicted <= 1.35 * measured, (measured, predicted)

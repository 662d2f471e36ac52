# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The token worker counts as the model reads, and answers until it is told to end."""

from __future__ import annotations

import pytest
from ilab_core.inference.llama import LoadedModel
from ilab_core.jobs.launch import WorkerProcess
from ilab_core.jobs.runs import create_run

TEXTS = ["", "Harrow Cove has one shop.", "<|im_end|>", "日本の灯台", "a\n\nb"]


@pytest.fixture
def model():
    from ilab_core.models.library import starter_path

    path = starter_path()
    if path is None:
        pytest.skip("needs the starter model")
    return path


@pytest.mark.models
def test_texts_are_counted_as_the_model_reads_them(model, tmp_path):
    run = create_run(tmp_path, "tokens", "Tokens", {"model": str(model)})
    with LoadedModel(model, vocabulary_only=True) as loaded:
        expected = [len(loaded.vocabulary.tokenize(text, parse_special=False)) for text in TEXTS]
        special = len(loaded.vocabulary.tokenize("<|im_end|>"))
    assert expected[0] == 0
    assert expected[2] > special == 1
    with WorkerProcess(run) as worker:
        answers = []
        for event in worker.events(timeout=60):
            if event["event"] == "ready":
                assert 1000 < event["most_tokens"] < 2048
                worker.send({"command": "count", "id": 1, "texts": TEXTS})
                worker.send({"command": "count", "id": 2, "texts": ["x", 3]})
            elif event["event"] == "tokens":
                answers.append((event["id"], event["counts"]))
                if len(answers) == 2:
                    worker.send({"command": "quit"})
        assert worker.wait(20) == 0
        assert worker.view.state == "done"
    assert answers == [(1, expected), (2, [1])]


def test_a_model_that_is_none_is_a_failed_job_with_a_sentence(tmp_path):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(40))
    run = create_run(tmp_path, "tokens", "Tokens", {"model": str(broken)})
    with WorkerProcess(run) as worker:
        for _event in worker.events(timeout=60):
            pass
        assert worker.view.state == "failed"
        assert worker.view.error is not None
        assert "broken.gguf" in worker.view.error.summary

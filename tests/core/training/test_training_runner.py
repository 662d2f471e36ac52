# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ilab_core.errors import Cancelled, ModelError, TrainingError
from ilab_core.models.adapters import list_adapters
from ilab_core.paths import open_workspace
from training_helpers import FACTS, RecordingContext, write_generation_run

pytestmark = pytest.mark.torch


def request(base: Path, data: Path, publish: Path | None = None, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "base": str(base),
        "data": [str(data)],
        "preset": "quick",
        "epochs": 8,
        "max_steps": None,
        "rank": 8,
        "learning_rate": 1e-2,
        "seed": 1,
        "backend": "auto",
        "publish": str(publish) if publish else None,
        "name": None,
        "held_out": 0.1,
        "pack_tokens": 96,
    }
    return {**fields, **changes}


def train(context: RecordingContext) -> dict[str, Any]:
    from ilab_core.training.runner import run

    context.folder.mkdir(exist_ok=True)
    return run(context)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_generation_run(tmp_path_factory.mktemp("data") / "generate-1", samples=FACTS, seeds=FACTS[:0])


def curve(context: RecordingContext) -> dict[int, float]:
    return {event["step"]: event["loss"] for event in context.of("step")}


def test_a_run_learns_and_leaves_an_adapter_behind(tmp_path: Path, tiny_base: Path, data: Path) -> None:
    workspace = open_workspace(tmp_path / "ws")
    context = RecordingContext(tmp_path / "run", request(tiny_base, data, workspace.adapters, epochs=20))
    result = train(context)
    losses = list(curve(context).values())
    assert losses[-1] < 0.3 * losses[0]
    evaluations = context.of("evaluation")
    assert evaluations[0]["step"] == 0
    assert len(evaluations) == 9
    assert result["held_out_before"] == evaluations[0]["held_out_loss"]
    kept = [event for event in evaluations if event["best"]][-1]
    assert (result["held_out_best"], result["best_step"]) == (kept["held_out_loss"], kept["step"])
    assert min(evaluations, key=lambda event: event["held_out_loss"])["best"]
    assert result["held_out_best"] < result["held_out_before"]
    assert f"step {result['best_step']}" in result["summary"]
    assert evaluations[0]["question"] in dict(FACTS)
    assert result["examples"] + result["held_out_examples"] == len(FACTS)
    phases = [event["phase"] for event in context.of("progress")]
    assert list(dict.fromkeys(phases)) == ["Preparing", "Reading the model", "Training", "Saving"]
    last = context.of("step")[-1]
    assert last["step"] == last["total_steps"] == result["steps"]
    assert last["memory_bytes"] > 50_000_000
    (entry,) = list_adapters(workspace)
    assert (entry.name, str(entry.path)) == ("harrow_cove", result["adapter"])
    assert entry.card["data"]["leaves"] == {"knowledge/places/harrow_cove": {"seed": 0, "sample": 6}}
    assert entry.card["result"] == result["summary"]
    assert entry.card["recipe"]["rank"] == 8
    assert {file.name for file in (tmp_path / "run" / "adapter").iterdir()} == {
        "adapter.gguf",
        "adapter_config.json",
        "adapter_model.safetensors",
        "card.json",
    }
    assert (workspace.root / "calibration.json").is_file()


def test_a_broken_run_goes_on_with_the_same_losses(tmp_path: Path, tiny_base: Path, data: Path) -> None:
    wish = request(tiny_base, data)
    whole = RecordingContext(tmp_path / "whole", wish)
    expected = train(whole)
    broken = RecordingContext(tmp_path / "broken", {**wish, "checkpoint_seconds": 0.0})
    broken.cancel_at = 5
    with pytest.raises(Cancelled):
        train(broken)
    resumed = RecordingContext(tmp_path / "broken", wish)
    result = train(resumed)
    assert min(curve(resumed)) == 6
    assert {**curve(broken), **curve(resumed)} == curve(whole)
    for field in ("held_out_before", "held_out_best", "best_step", "steps", "summary"):
        assert result[field] == expected[field]
    files = [tmp_path / name / "adapter" / "adapter_model.safetensors" for name in ("whole", "broken")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_other_data_starts_from_the_beginning(tmp_path: Path, tiny_base: Path, data: Path) -> None:
    train(RecordingContext(tmp_path / "run", request(tiny_base, data, epochs=1)))
    other = write_generation_run(tmp_path / "other", samples=FACTS[:5])
    again = RecordingContext(tmp_path / "run", request(tiny_base, other, epochs=1))
    train(again)
    assert min(curve(again)) == 1


def test_stop_keeps_what_was_learned(tmp_path: Path, tiny_base: Path, data: Path) -> None:
    context = RecordingContext(tmp_path / "run", request(tiny_base, data))
    context.stop_at = 2
    result = train(context)
    assert (result["ending"], result["steps"], result["best_step"]) == ("stopped", 2, 2)
    assert (tmp_path / "run" / "adapter" / "adapter.gguf").is_file()


def test_stopped_before_the_first_step_there_is_nothing_to_keep(tmp_path: Path, tiny_base: Path, data: Path) -> None:
    context = RecordingContext(tmp_path / "run", request(tiny_base, data))
    context.stop_at = 0
    with pytest.raises(TrainingError, match="before its first step"):
        train(context)


def test_a_damaged_checkpoint_is_not_trusted(tmp_path: Path, tiny_base: Path, data: Path) -> None:
    train(RecordingContext(tmp_path / "run", request(tiny_base, data, epochs=1)))
    (tmp_path / "run" / "checkpoint" / "state.safetensors").write_bytes(b"\x10" * 100)
    again = RecordingContext(tmp_path / "run", request(tiny_base, data, epochs=1))
    train(again)
    assert min(curve(again)) == 1


def test_no_kept_sample_is_said_with_a_way_out(tmp_path: Path, tiny_base: Path) -> None:
    empty = write_generation_run(tmp_path / "empty", status="rejected")
    with pytest.raises(TrainingError, match="nothing to learn") as caught:
        train(RecordingContext(tmp_path / "run", request(tiny_base, empty)))
    assert "Generate more data" in caught.value.hint


def test_few_examples_are_measured_on_themselves_and_it_is_said(tmp_path: Path, tiny_base: Path) -> None:
    few = write_generation_run(tmp_path / "few", samples=FACTS[:3])
    context = RecordingContext(tmp_path / "run", request(tiny_base, few))
    result = train(context)
    assert "too few examples" in context.of("message")[0]["text"]
    assert result["summary"].startswith("Loss on the training examples fell")


def test_without_torch_the_line_to_install_it_is_given(
    tmp_path: Path, tiny_base: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(TrainingError, match="torch") as caught:
        train(RecordingContext(tmp_path / "run", request(tiny_base, data)))
    assert 'pip install "instructlab-desktop[torch]"' in caught.value.hint


def test_a_backend_or_base_that_cannot_train_is_refused(tmp_path: Path, data: Path) -> None:
    from tiny_gguf import write_tiny_gguf

    base = write_tiny_gguf(tmp_path / "mystery.gguf", architecture="mystery")
    with pytest.raises(ModelError):
        train(RecordingContext(tmp_path / "run", request(base, data)))
    with pytest.raises(TrainingError, match="backend"):
        train(RecordingContext(tmp_path / "run", request(base, data, backend="abacus")))


def test_the_card_is_json_that_others_can_read(tmp_path: Path, tiny_base: Path, data: Path) -> None:
    train(RecordingContext(tmp_path / "run", request(tiny_base, data, epochs=1, name="Mine")))
    card = json.loads((tmp_path / "run" / "adapter" / "card.json").read_text(encoding="utf-8"))
    assert card["name"] == "Mine"
    assert len(card["base"]["sha256"]) == 64
    assert card["licence"] == "Apache-2.0"
    assert card["curves"]["held_out"][0][0] == 0

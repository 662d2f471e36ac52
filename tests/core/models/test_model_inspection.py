# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest
from ilab_core.errors import ModelError
from ilab_core.models.inspection import ModelInfo, inspect, require_usable
from ilab_core.models.library import starter_path
from tiny_gguf import CHATML, write_tiny_gguf


def info_of(folder: Path, name: str = "tiny.gguf", **options: object) -> ModelInfo:
    return inspect(write_tiny_gguf(folder / name, **options))


def test_a_model_that_can_do_everything(tmp_path: Path) -> None:
    info = info_of(tmp_path, heads=8, kv_heads=2, file_type="BF16")
    assert (info.kind, info.architecture, info.quantization, info.licence) == ("model", "llama", "BF16", "Apache-2.0")
    assert (info.layers, info.embedding_length, info.feed_forward_length) == (2, 64, 128)
    assert (info.heads, info.kv_heads, info.head_dim, info.context_length) == (8, 2, 8, 512)
    assert info.vocabulary_size == 284
    assert info.bytes == info.path.stat().st_size
    assert (info.bos_token_id, info.bos_token) == (1, "<|im_start|>")
    assert (info.eos_token_id, info.eos_token) == (2, "<|im_end|>")
    assert info.chat_template == CHATML
    assert info.parameters == 284 * 64 + 2 * (2 * 64 * 64 + 2 * 16 * 64 + 3 * 64 * 128 + 2 * 64) + 64
    assert (info.trainable, info.chattable, info.limits, info.refusal) == (True, True, (), "")
    for purpose in ("chat", "teaching", "training"):
        require_usable(info, purpose)


def test_without_a_chat_template_it_can_neither_chat_nor_be_trained(tmp_path: Path) -> None:
    info = info_of(tmp_path, chat_template=None)
    assert (info.chattable, info.trainable, info.chat_template) == (False, False, None)
    assert any("Cannot chat: it has no chat template" in limit for limit in info.limits)
    assert info.refusal == ""
    with pytest.raises(ModelError, match="cannot chat: it has no chat template"):
        require_usable(info, "chat")


def test_an_unknown_architecture_chats_but_cannot_be_trained(tmp_path: Path) -> None:
    info = info_of(tmp_path, architecture="mystery")
    assert (info.chattable, info.trainable) == (True, False)
    assert len(info.limits) == 1
    assert "its architecture is mystery" in info.limits[0]
    assert "llama" in info.limits[0]
    require_usable(info, "chat")
    with pytest.raises(ModelError, match="cannot be trained: its architecture is mystery"):
        require_usable(info, "training")


def test_a_mixture_of_experts_cannot_be_trained(tmp_path: Path) -> None:
    info = info_of(tmp_path, extra={"llama.expert_count": 8})
    assert not info.trainable
    assert "mixture of experts" in info.limits[0]


@pytest.mark.parametrize(
    ("options", "kind", "reason"),
    [
        ({"extra": {"general.type": "adapter"}}, "adapter", "adapter"),
        ({"extra": {"adapter.type": "lora"}}, "adapter", "adapter"),
        ({"extra": {"general.type": "mmproj"}}, "projector", "image part"),
        ({"architecture": "clip"}, "projector", "image part"),
        ({"architecture": "bert"}, "embedding", "vectors"),
        ({"extra": {"general.type": "imatrix"}}, "other", "something else"),
        ({"extra": {"split.count": 3}}, "model", "one of the 3 parts"),
        ({"extra": {"llama.block_count": 0}}, "model", "number of layers"),
        ({"extra": {"llama.embedding_length": "wide"}}, "model", "number of layers"),
    ],
)
def test_what_is_no_model_to_work_with(tmp_path: Path, options: dict[str, object], kind: str, reason: str) -> None:
    info = info_of(tmp_path, **options)
    assert (info.kind, info.chattable, info.trainable) == (kind, False, False)
    assert reason in info.refusal
    assert len(info.limits) == 2


def test_a_vocabulary_without_weights(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_token_list(["a", "b"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    assert inspect(path).kind == "vocabulary"


def test_a_file_that_names_no_architecture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nameless.gguf"
    path.write_bytes(b"GGUF\x03\x00\x00\x00" + bytes(16))
    with pytest.raises(ModelError, match="does not say what kind of model"):
        inspect(path)


@pytest.mark.parametrize(
    ("extra", "file", "expected"),
    [
        ({"general.name": "Qwen2.5-0.5B-Instruct"}, "x.gguf", "Qwen2.5 0.5B Instruct"),
        ({"general.name": "Granite", "general.size_label": "2B"}, "x.gguf", "Granite 2B"),
        ({"general.name": "Llama 3.2 1B", "general.size_label": "1.2B"}, "x.gguf", "Llama 3.2 1B"),
        (
            {"general.name": "model", "general.basename": "Phi-3", "general.finetune": "mini"},
            "x.gguf",
            "Phi 3 mini",
        ),
        ({"general.name": "/home/me/out/My_Model"}, "x.gguf", "My Model"),
        ({"general.name": "."}, "mistral-7b-v0.2.Q4_K_M.gguf", "mistral 7b v0.2"),
        ({"general.name": "bell\x07\nname"}, "x.gguf", "bell name"),
        ({"general.name": "n" * 500}, "x.gguf", "n" * 80),
    ],
)
def test_names_for_people(tmp_path: Path, extra: dict[str, str], file: str, expected: str) -> None:
    assert info_of(tmp_path, file, extra=extra).name == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("mit", "MIT"), ("gemma", "Gemma terms of use"), ("my-own-1.0", "my-own-1.0"), ("", "")],
)
def test_licences(tmp_path: Path, stated: str, expected: str) -> None:
    assert info_of(tmp_path, extra={"general.license": stated}).licence == expected


def test_a_licence_under_another_name(tmp_path: Path) -> None:
    extra = {"general.license": "other", "general.license.name": "health-ai"}
    assert info_of(tmp_path, extra=extra).licence == "health-ai"


@pytest.mark.parametrize(
    ("declared", "expected"), [(15, "Q4_K_M"), (1024 + 7, "Q8_0"), (0, "BF16"), (999, "BF16"), ("none", "BF16")]
)
def test_quantization_is_the_declared_one_or_that_of_most_weights(
    tmp_path: Path, declared: int | str, expected: str
) -> None:
    assert info_of(tmp_path, file_type="BF16", extra={"general.file_type": declared}).quantization == expected


def test_heads_that_differ_between_layers(tmp_path: Path) -> None:
    path = tmp_path / "layers.gguf"
    writer = gguf.GGUFWriter(path, "deci")
    writer.add_block_count(3)
    writer.add_embedding_length(64)
    writer.add_array("deci.attention.head_count", [8, 4, 0])
    writer.add_array("deci.attention.head_count_kv", [4, 2, 0])
    writer.add_token_list(["a", "b"])
    writer.add_tensor("token_embd.weight", np.zeros((2, 64), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    info = inspect(path)
    assert (info.heads, info.kv_heads, info.head_dim) == (8, 4, 8)


@pytest.mark.models
@pytest.mark.skipif(starter_path() is None, reason="The starter model is not installed")
def test_the_starter_model() -> None:
    path = starter_path()
    assert path is not None
    info = inspect(path)
    assert (info.name, info.quantization, info.licence) == ("SmolLM2 135M Instruct", "Q4_1", "Apache-2.0")
    assert (info.layers, info.heads, info.kv_heads, info.head_dim) == (30, 9, 3, 64)
    assert (info.vocabulary_size, info.context_length, info.parameters) == (49152, 8192, 134515008)
    assert (info.bos_token, info.eos_token) == ("<|im_start|>", "<|im_end|>")
    assert (info.trainable, info.chattable, info.limits) == (True, True, ())


def test_llama_cpp_runs_the_tiny_model_and_knows_its_special_tokens(tmp_path: Path) -> None:
    from ilab_core.inference.llama import BatchToken, Context, LoadedModel

    for file_type in ("F32", "BF16", "F16", "Q8_0"):
        path = write_tiny_gguf(tmp_path / f"{file_type}.gguf", file_type=file_type)
        assert path.stat().st_size < 1_000_000
        with LoadedModel(path) as model:
            ids = model.vocabulary.tokenize("Hello <|im_end|>")
            assert [model.vocabulary.text(token) for token in ids] == ["Hello", " ", "<|im_end|>"]
            assert model.vocabulary.ends_turn(ids[-1])
            context = Context(model, 1, 64)
            context.decode([BatchToken(token, place, 0, True) for place, token in enumerate(ids)])
            assert np.isfinite(context.logits(2)).all()
            assert context.logits(0).std() > 0.01
            context.close()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from ilab_core.errors import TrainingError, WorkspaceError
from ilab_core.models.adapters import list_adapters
from ilab_core.paths import open_workspace
from ilab_core.training.adapter_files import mend_replacement, write_adapter
from ilab_core.training.gguf_adapter import BaseShape
from ilab_core.training.publishing import adapter_name, publish
from ilab_core.training.trainer import AdapterWeights
from safetensors.numpy import load_file

SHAPE = BaseShape("Tiny", "llama", 2, 4, 2)
CARD = {"name": "a", "created": "2026-01-02T03:04:05+00:00", "run": "r1", "base": {"name": "Tiny", "sha256": "0" * 64}}


def weights() -> AdapterWeights:
    random = np.random.default_rng(0)
    sizes = {"self_attn.q_proj": (64, 64), "self_attn.k_proj": (32, 64), "mlp.down_proj": (64, 128)}
    modules = {
        f"model.layers.{layer}.{name}": (
            random.standard_normal((4, inputs)).astype(np.float32),
            random.standard_normal((outputs, 4)).astype(np.float32),
        )
        for layer in range(2)
        for name, (outputs, inputs) in sizes.items()
    }
    return AdapterWeights(4, 8.0, modules)


def halves_apart(rows: np.ndarray, heads: int) -> np.ndarray:
    """Undo llama.cpp's order of q and k: row pairs of a head back to two halves."""
    outputs, rank = rows.shape
    return rows.reshape(heads, outputs // heads // 2, 2, rank).swapaxes(1, 2).reshape(outputs, rank)


def test_both_forms_hold_the_same_adapter(tmp_path: Path) -> None:
    adapter = weights()
    write_adapter(tmp_path / "a", adapter, SHAPE, CARD)
    peft = load_file(tmp_path / "a" / "adapter_model.safetensors")
    reader = gguf.GGUFReader(tmp_path / "a" / "adapter.gguf")
    tensors = {tensor.name: tensor.data for tensor in reader.tensors}
    assert len(tensors) == len(peft) == 12
    assert reader.fields["general.type"].contents() == "adapter"
    assert reader.fields["adapter.type"].contents() == "lora"
    assert reader.fields["adapter.lora.alpha"].contents() == 8.0
    pairs = (("self_attn.q_proj", "attn_q", 4), ("self_attn.k_proj", "attn_k", 2), ("mlp.down_proj", "ffn_down", None))
    for layer in range(2):
        for ours, theirs, heads in pairs:
            stem = f"base_model.model.model.layers.{layer}.{ours}"
            b = tensors[f"blk.{layer}.{theirs}.weight.lora_b"]
            np.testing.assert_array_equal(tensors[f"blk.{layer}.{theirs}.weight.lora_a"], peft[f"{stem}.lora_A.weight"])
            np.testing.assert_array_equal(halves_apart(b, heads) if heads else b, peft[f"{stem}.lora_B.weight"])


@pytest.mark.torch
@pytest.mark.usefixtures("quiet")
def test_peft_reads_what_was_trained(tmp_path: Path, tiny_base: Path) -> None:
    import torch
    from ilab_core.training.gguf_weights import load_base
    from peft import PeftModel
    from test_adapter_parity import taught

    trainer = taught(tiny_base)
    write_adapter(tmp_path / "a", trainer.adapter(), SHAPE, CARD)
    read = PeftModel.from_pretrained(load_base(tiny_base, torch.float32), str(tmp_path / "a"))
    ids = torch.tensor([[1, 40, 41, 50, 60]])
    with torch.no_grad():
        torch.testing.assert_close(read(input_ids=ids).logits, trainer._model(input_ids=ids).logits)


def test_a_failed_write_leaves_the_earlier_adapter(tmp_path: Path) -> None:
    write_adapter(tmp_path / "a", weights(), SHAPE, {**CARD, "run": "first"})
    before = {file.name: file.read_bytes() for file in (tmp_path / "a").iterdir()}
    broken = AdapterWeights(4, 8.0, {**weights().modules, "model.layers.0.unheard_of": (np.ones(2), np.ones(2))})
    with pytest.raises(TrainingError, match="unheard_of"):
        write_adapter(tmp_path / "a", broken, SHAPE, CARD)
    assert {file.name: file.read_bytes() for file in (tmp_path / "a").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("killed_after", [0, 1])
def test_killed_between_the_renames_the_adapter_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    write_adapter(tmp_path / "a", weights(), SHAPE, CARD)
    rename, count = os.rename, 0

    def killed(*places: Any) -> None:
        nonlocal count
        if count == killed_after:
            raise SystemExit
        count += 1
        rename(*places)

    with monkeypatch.context() as patched:
        patched.setattr("ilab_core.training.adapter_files.mend_replacement", lambda folder: None)
        patched.setattr("ilab_core.training.adapter_files.os.rename", killed)
        with pytest.raises(SystemExit):
            write_adapter(tmp_path / "a", weights(), SHAPE, CARD)
    mend_replacement(tmp_path / "a")
    assert len(list((tmp_path / "a").iterdir())) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WorkspaceError):
        write_adapter(tmp_path / "file" / "a", weights(), SHAPE, CARD)


def test_publishing_replaces_the_same_run_and_spares_others(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "ws")
    write_adapter(tmp_path / "one", weights(), SHAPE, CARD)
    write_adapter(tmp_path / "two", weights(), SHAPE, {**CARD, "run": "r2", "created": "2026-02-02T03:04:05+00:00"})
    assert publish(tmp_path / "one", workspace.adapters, "cove", "r1").name == "cove"
    assert publish(tmp_path / "one", workspace.adapters, "cove", "r1").name == "cove"
    assert publish(tmp_path / "two", workspace.adapters, "cove", "r2").name == "cove-2"
    (workspace.adapters / "broken").mkdir()
    (workspace.adapters / "broken" / "card.json").write_text("[]", encoding="utf-8")
    entries = list_adapters(workspace)
    assert [(entry.name, entry.run) for entry in entries] == [("cove-2", "r2"), ("cove", "r1")]
    assert entries[0].gguf.is_file()
    assert entries[0].base_sha256 == "0" * 64
    assert entries[0].bytes > 10_000


def test_a_name_can_be_a_folder() -> None:
    from ilab_core.training.data import example

    item = example("", "q", "a", "knowledge/places/harrow_cove", "seed", "1")
    assert adapter_name(None, [item]) == "harrow_cove"
    assert adapter_name("../My: model/", [item]) == "My_ model"
    assert adapter_name("..", [item]) == "adapter"

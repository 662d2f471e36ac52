# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from ilab_core.training.packing import join_rows, pack_rows
from ilab_core.training.presets import TrainingOptions
from training_helpers import make_rows

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("quiet")]

OPTIONS = TrainingOptions("test", epochs=1, token_goal=None, patience=None, rank=4, alpha=8.0, seed=3, clip=1e6)
LIKE = [18, 30, 25, 12, 22, 27]
UNLIKE = [300, 6, 9, 40]


def tiny_trainer(base: Path, options: TrainingOptions = OPTIONS) -> Any:
    """A trainer in float32 whose B is not zero, so that gradients reach A."""
    import torch
    from ilab_core.training.gguf_weights import load_base
    from ilab_core.training.torch_backend import TorchTrainer

    trainer = TorchTrainer(load_base(base, torch.float32), options, torch.float32)
    state = trainer.state()
    generator = torch.Generator().manual_seed(1)
    master = torch.from_numpy(state["optimizer.master"])
    state["optimizer.master"] = (master + 0.05 * torch.randn(master.shape, generator=generator)).numpy()
    trainer.restore(state)
    return trainer


def plain_loss(trainer: Any, rows: Any) -> Any:
    """The loss as any textbook has it: row by row, all logits, transformers' own attention."""
    import torch

    model = trainer._model
    model.set_attn_implementation("sdpa")
    total, count = 0.0, 0
    for row in rows:
        logits = model(input_ids=torch.tensor([row.ids]), use_cache=False).logits[0].float()
        wanted = torch.tensor(row.mask[1:])
        total = total + torch.nn.functional.cross_entropy(
            logits[:-1][wanted], torch.tensor(row.ids[1:])[wanted], reduction="sum"
        )
        count += int(wanted.sum())
    model.set_attn_implementation("ilab_packed")
    return total / count


@pytest.mark.parametrize("lengths", [LIKE, UNLIKE], ids=["padded block", "one by one"])
def test_packed_loss_and_gradients_equal_plain_ones(tiny_base: Path, lengths: list[int]) -> None:
    import torch

    rows = make_rows(lengths)
    trainer = tiny_trainer(tiny_base)
    weights = [weight for module in trainer._modules for weight in (module.a, module.b)]
    expected_loss = plain_loss(trainer, rows)
    expected = torch.autograd.grad(expected_loss, weights)
    outcome = trainer.step([join_rows(rows)], 0.0)
    assert outcome.loss == pytest.approx(float(expected_loss), abs=1e-5)
    assert outcome.applied
    for weight, gradient in zip(weights, expected, strict=True):
        torch.testing.assert_close(weight.grad, gradient, atol=1e-4, rtol=1e-4)
    assert outcome.gradient_norm == pytest.approx(float(torch.cat([g.reshape(-1) for g in expected]).norm()), rel=1e-4)


def test_both_ways_of_attention_are_tried() -> None:
    import torch
    from ilab_core.training.attention import pack_layout

    assert pack_layout(LIKE, torch.float32, torch.device("cpu")).gather is not None
    assert pack_layout(UNLIKE, torch.float32, torch.device("cpu")).gather is None


def test_evaluation_is_the_loss_and_learns_nothing(tiny_base: Path) -> None:
    rows = make_rows([40, 25, 33])
    trainer = tiny_trainer(tiny_base)
    before = trainer.state()["optimizer.master"]
    packs = pack_rows(rows, 64)
    assert len(packs) > 1
    assert mean(trainer.evaluate(packs)) == pytest.approx(float(plain_loss(trainer, rows)), abs=1e-5)
    assert (trainer.state()["optimizer.master"] == before).all()


def test_several_packs_in_a_step_count_by_their_learned_tokens(tiny_base: Path) -> None:
    rows = make_rows([60, 10, 12])
    apart, together = tiny_trainer(tiny_base), tiny_trainer(tiny_base)
    first = apart.step(pack_rows(rows, 60), 1e-2)
    second = together.step([join_rows(rows)], 1e-2)
    assert first.loss == pytest.approx(second.loss, abs=1e-5)
    assert apart.evaluate([join_rows(rows)]) == pytest.approx(together.evaluate([join_rows(rows)]), abs=1e-3)


def test_a_restored_trainer_goes_on_with_the_same_losses(tiny_base: Path) -> None:
    packs = pack_rows(make_rows([20] * 12), 64, 0)
    unbroken = tiny_trainer(tiny_base)
    unbroken.step(packs[:1], 1e-2)
    unbroken.step(packs[1:2], 1e-2)
    saved = unbroken.state()
    resumed = tiny_trainer(tiny_base, OPTIONS)
    resumed.restore(saved)
    for pack in packs[2:]:
        assert unbroken.step([pack], 5e-3) == resumed.step([pack], 5e-3)


def test_a_gradient_that_is_no_number_changes_nothing(tiny_base: Path) -> None:
    import torch

    trainer = tiny_trainer(tiny_base)
    pack = join_rows(make_rows([20]))
    norm = trainer._model.get_decoder().norm
    with torch.no_grad():
        norm.weight[0] = float("nan")
    before = trainer.state()
    outcome = trainer.step([pack], 1e-2)
    after = trainer.state()
    assert not outcome.applied
    assert all((before[name] == after[name]).all() for name in before)


def test_an_answer_ends_where_the_turn_does(tiny_base: Path) -> None:
    from ilab_core.training.packing import Row

    trainer = tiny_trainer(tiny_base)
    row = Row((1, 40, 41, 42, 43, 44, 2), (False, False, False, True, True, True, True))
    for _ in range(60):
        trainer.step([join_rows([row])], 1e-2)
    assert trainer.answer([1, 40, 41], lambda token: token == 2, 24, 60.0) == [42, 43, 44]
    assert trainer.answer([1, 40, 41], lambda token: False, 2, 60.0) == [42, 43]


def test_the_head_and_the_base_are_not_trained(tiny_base: Path) -> None:
    trainer = tiny_trainer(tiny_base)
    names = {module.name.rsplit(".", 1)[-1] for module in trainer._modules}
    assert names == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
    trainable = [name for name, weight in trainer._model.named_parameters() if weight.requires_grad]
    assert trainable
    assert all(".lora_" in name for name in trainable)


def test_bfloat16_keeps_a_float32_master() -> None:
    import torch
    from ilab_core.training.optimizer import FlatAdamW

    weight = torch.nn.Parameter(torch.ones(4, dtype=torch.bfloat16))
    optimizer = FlatAdamW([weight])
    for _ in range(40):
        weight.grad.fill_(1.0)
        optimizer.step(1e-4, 1.0)
    assert weight.dtype == torch.bfloat16
    assert float(weight[0]) == pytest.approx(1 - 40e-4, abs=4e-3)
    assert float(weight[0]) < 1.0


def test_lean_reading_gives_the_same_weights(tiny_base: Path, tmp_path: Path) -> None:
    import torch
    from ilab_core.training.gguf_weights import load_base
    from tiny_gguf import write_tiny_gguf
    from transformers import AutoModelForCausalLM, GgufConfig

    base = write_tiny_gguf(tmp_path / "many.gguf", vocabulary=5000, layers=1)
    ours = load_base(base, torch.float32)
    theirs = AutoModelForCausalLM.from_pretrained(
        str(tmp_path), gguf_file=base.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.float32
    )
    expected = theirs.state_dict()
    assert ours.state_dict().keys() == expected.keys()
    assert all(torch.equal(value, expected[name]) for name, value in ours.state_dict().items())
    assert ours.config.vocab_size == theirs.config.vocab_size == 5000

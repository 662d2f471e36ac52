# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The torch trainer: packed, bfloat16 where the processor has it, the head only where something is learned."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ilab_core.training.attention import pack_layout
from ilab_core.training.gguf_weights import load_base
from ilab_core.training.lora import LoraModule, add_lora
from ilab_core.training.optimizer import FlatAdamW
from ilab_core.training.packing import Pack
from ilab_core.training.trainer import AdapterWeights, StepOutcome

if TYPE_CHECKING:
    import torch

    from ilab_core.training.presets import TrainingOptions

HEAD_CHUNK = 256


def limit_threads(threads: int | None) -> None:
    """Compute with so many threads; None leaves it to torch, which takes one for each core."""
    import torch

    if threads:
        torch.set_num_threads(threads)


def choose_device() -> tuple[torch.device, torch.dtype]:
    """Return the fastest device here and its number type: bfloat16 where it computes in that, else float32."""
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda"), torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if torch.xpu.is_available():
        return torch.device("xpu"), torch.bfloat16
    if torch.backends.mps.is_available():
        return torch.device("mps"), torch.bfloat16
    return torch.device("cpu"), torch.bfloat16 if _processor_has_bfloat16() else torch.float32


def _processor_has_bfloat16() -> bool:
    import torch

    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, probe, bool)()) for probe in probes)


def torch_trainer(base: Path, options: TrainingOptions) -> TorchTrainer:
    """Return a trainer of the GGUF at `base` on the fastest device of this computer."""
    device, dtype = choose_device()
    return TorchTrainer(load_base(base, dtype).to(device), options, dtype)


class TorchTrainer:
    """A `Trainer` over a transformers causal language model."""

    def __init__(self, model: Any, options: TrainingOptions, lora_dtype: torch.dtype) -> None:
        self._model = model
        self._options = options
        self._modules: list[LoraModule] = add_lora(model, options.rank, options.alpha, options.seed, lora_dtype)
        parameters = [weight for module in self._modules for weight in (module.a, module.b)]
        self._optimizer = FlatAdamW(parameters, options.weight_decay)
        model.eval()

    def step(self, packs: Sequence[Pack], learning_rate: float) -> StepOutcome:
        """Take one optimizer step over the learned tokens of all `packs` together."""
        import torch

        learned = sum(len(pack.targets) for pack in packs)
        self._optimizer.zero_gradients()
        total = 0.0
        for pack in packs:
            rows = self._hidden_rows(pack)
            loss, gradient = self._head_loss(rows.detach(), pack.targets, 1.0 / learned)
            total += loss
            if not math.isfinite(loss):
                return StepOutcome(loss, math.nan, False)
            torch.autograd.backward(rows, gradient)
        norm, applied = self._optimizer.step(learning_rate, self._options.clip)
        return StepOutcome(total, norm, applied)

    def evaluate(self, packs: Sequence[Pack]) -> list[float]:
        """Return the loss (nats) of each learned token of `packs`, nothing being learned; may be nan or infinite."""
        import torch

        losses: list[float] = []
        with torch.no_grad():
            for pack in packs:
                rows, wanted = self._hidden_rows(pack), torch.tensor(pack.targets, device=self._model.device)
                for chunk, targets in zip(torch.split(rows, HEAD_CHUNK), torch.split(wanted, HEAD_CHUNK), strict=True):
                    logits = self._logits(chunk).float()
                    losses += torch.nn.functional.cross_entropy(logits, targets, reduction="none").tolist()
        return losses

    def answer(self, prompt: Sequence[int], ends: Callable[[int], bool], max_tokens: int, seconds: float) -> list[int]:
        """Return the greedy continuation of `prompt` up to a token that `ends` it, or as far as `seconds` reach."""
        import torch
        from transformers import DynamicCache

        deadline = time.monotonic() + seconds
        cache = DynamicCache(config=self._model.config)
        tokens = list(prompt)
        answer: list[int] = []
        with torch.no_grad():
            while len(answer) < max_tokens:
                inputs = torch.tensor([tokens], device=self._model.device)
                logits = self._model(input_ids=inputs, past_key_values=cache, use_cache=True, logits_to_keep=1).logits
                token = int(logits[0, -1].argmax())
                if ends(token):
                    break
                answer.append(token)
                tokens = [token]
                if time.monotonic() > deadline:
                    return answer if len(answer) > 1 else []
        return answer

    def adapter(self) -> AdapterWeights:
        """Return a copy of the adapter as it is now."""
        return AdapterWeights(
            self._options.rank,
            self._options.alpha,
            {module.name: (_array(module.a), _array(module.b)) for module in self._modules},
        )

    def state(self) -> dict[str, Any]:
        """Return a copy of everything a later `restore` needs to go on alike, as numpy arrays by name."""
        return self._optimizer.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to what `state` returned."""
        self._optimizer.restore(state)

    def _hidden_rows(self, pack: Pack) -> torch.Tensor:
        """Return the last hidden state at the pack's `places`, (places, width)."""
        import torch

        device = self._model.device
        hidden: torch.Tensor = self._model.base_model(
            input_ids=torch.tensor([pack.ids], device=device),
            position_ids=torch.tensor([pack.positions], device=device),
            layout=pack_layout(pack.lengths, self._model.dtype, device),
            use_cache=False,
        ).last_hidden_state
        return hidden[0, torch.tensor(pack.places, device=device)]

    def _head_loss(self, rows: torch.Tensor, targets: Sequence[int], scale: float) -> tuple[float, torch.Tensor]:
        """Return the loss in float32, summed over `targets` and scaled, and its gradient for `rows`.

        Chunk by chunk, the gradient taken at once: the logits of a whole pack never stand in memory together.
        """
        import torch

        wanted = torch.tensor(targets, device=rows.device)
        total, gradients = 0.0, []
        for chunk, chunk_targets in zip(torch.split(rows, HEAD_CHUNK), torch.split(wanted, HEAD_CHUNK), strict=True):
            leaf = chunk.detach().requires_grad_()
            logits = self._logits(leaf).float()
            loss = torch.nn.functional.cross_entropy(logits, chunk_targets, reduction="sum") * scale
            total += float(loss.detach())
            gradients.append(torch.autograd.grad(loss, leaf)[0])
        return total, torch.cat(gradients)

    def _logits(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the logits of hidden states, with what some architectures do to them after the head."""
        import torch

        config = self._model.config
        logits: torch.Tensor = self._model.get_output_embeddings()(rows)
        if getattr(config, "logits_scaling", None):
            logits = logits / config.logits_scaling
        cap = getattr(config, "final_logit_softcapping", None)
        return torch.tanh(logits / cap) * cap if cap else logits


def _array(weight: torch.Tensor) -> Any:
    return weight.detach().float().cpu().numpy().copy()

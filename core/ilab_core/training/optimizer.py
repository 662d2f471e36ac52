# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""AdamW over all LoRA weights as one flat vector, kept in float32 however small the model's own numbers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class FlatAdamW:
    """Holds the float32 master of `parameters`, which become views of one buffer in their own type.

    One vector makes a step a handful of operations instead of thousands, and a checkpoint three arrays. The master
    matters: at bfloat16's 8 bits most steps of a small learning rate would round to nothing.
    """

    def __init__(
        self,
        parameters: Sequence[torch.nn.Parameter],
        weight_decay: float = 0.0,
        betas: tuple[float, float] = (0.9, 0.95),
        epsilon: float = 1e-8,
    ) -> None:
        import torch

        self._weight_decay, self._betas, self._epsilon = weight_decay, betas, epsilon
        self._values = torch.cat([parameter.detach().reshape(-1) for parameter in parameters])
        self._gradients = torch.zeros_like(self._values)
        self._master = self._values.float()
        self._first = torch.zeros_like(self._master)
        self._second = torch.zeros_like(self._master)
        self._steps = 0
        start = 0
        for parameter in parameters:
            end = start + parameter.numel()
            parameter.data = self._values[start:end].view_as(parameter)
            parameter.grad = self._gradients[start:end].view_as(parameter)
            start = end

    def zero_gradients(self) -> None:
        """Forget the gradients summed so far."""
        self._gradients.zero_()

    def step(self, learning_rate: float, clip: float) -> tuple[float, bool]:
        """Take a step with the gradient clipped to length `clip`.

        Returns its length before clipping, and whether the step was taken: it is not where that is not finite.
        """
        import torch

        gradient = self._gradients.float()
        norm = float(torch.linalg.vector_norm(gradient))
        if not torch.isfinite(torch.tensor(norm)):
            return norm, False
        if norm > clip:
            gradient *= clip / norm
        self._steps += 1
        first_beta, second_beta = self._betas
        self._first.lerp_(gradient, 1 - first_beta)
        self._second.mul_(second_beta).addcmul_(gradient, gradient, value=1 - second_beta)
        spread = (self._second / (1 - second_beta**self._steps)).sqrt_().add_(self._epsilon)
        if self._weight_decay:
            self._master.mul_(1 - learning_rate * self._weight_decay)
        self._master.addcdiv_(self._first, spread, value=-learning_rate / (1 - first_beta**self._steps))
        self._values.copy_(self._master)
        return norm, True

    def state(self) -> dict[str, Any]:
        """Return master weights and moments as numpy arrays."""
        import numpy

        return {
            "optimizer.master": self._master.cpu().numpy().copy(),
            "optimizer.first": self._first.cpu().numpy().copy(),
            "optimizer.second": self._second.cpu().numpy().copy(),
            "optimizer.steps": numpy.array([self._steps], dtype=numpy.int64),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned."""
        import torch

        with torch.no_grad():
            self._master.copy_(torch.from_numpy(state["optimizer.master"]))
            self._first.copy_(torch.from_numpy(state["optimizer.first"]))
            self._second.copy_(torch.from_numpy(state["optimizer.second"]))
            self._steps = int(state["optimizer.steps"][0])
            self._values.copy_(self._master)

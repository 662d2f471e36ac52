# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Attention over a pack of samples: each sample sees itself alone, and no mask is ever built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

PACKED_ATTENTION = "ilab_packed"


def register_packed_attention() -> str:
    """Make `packed_attention` known to transformers; return the name to give as `attn_implementation`."""
    from transformers import AttentionInterface

    AttentionInterface.register(PACKED_ATTENTION, packed_attention)
    return PACKED_ATTENTION


def packed_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None = None,
    scaling: float | None = None,
    dropout: float = 0.0,
    lengths: Sequence[int] | None = None,
    sliding_window: int | None = None,
    **others: Any,
) -> tuple[torch.Tensor, None]:
    """Return causal attention, (1, tokens, heads, head size), computed sample by sample.

    `query` is (1, heads, tokens, head size), `key` and `value` the same with the key-value heads; `lengths` are the
    tokens of each sample of the pack. Without them the tokens are one sample, whose earlier keys may be cached.
    """
    import torch

    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key = key.repeat_interleave(groups, dim=1)
        value = value.repeat_interleave(groups, dim=1)
    spans = list(lengths) if lengths is not None else [query.shape[2]]
    key_spans = spans if lengths is not None else [key.shape[2]]
    parts = zip(
        torch.split(query, spans, dim=2),
        torch.split(key, key_spans, dim=2),
        torch.split(value, key_spans, dim=2),
        strict=True,
    )
    outputs = [_one_sample(*part, scaling, sliding_window) for part in parts]
    joined = outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=2)
    return joined.transpose(1, 2), None


def _one_sample(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scaling: float | None, window: int | None
) -> torch.Tensor:
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    asked, known = query.shape[2], key.shape[2]
    if window is not None and known > window:
        places = torch.arange(known, device=query.device)
        distance = places[known - asked :, None] - places[None, :]
        mask = (distance >= 0) & (distance < window)
        return scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling)
    if 1 < asked < known:
        places = torch.arange(known, device=query.device)
        mask = places[known - asked :, None] >= places[None, :]
        return scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling)
    return scaled_dot_product_attention(query, key, value, is_causal=asked > 1, scale=scaling)

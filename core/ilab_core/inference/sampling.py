# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""llama.cpp's own sampler chain, one for each sequence, so that a seed gives the same text in any batch."""

from __future__ import annotations

from typing import Any

from ilab_core.inference.types import Sampling

SEED_BITS = 0xFFFFFFFE  # 0xFFFFFFFF asks llama.cpp for a random seed


def new_sampler(library: Any, sampling: Sampling) -> Any:
    """Return a sampler chain for `sampling`; the caller frees it with `library.llama_sampler_free`."""
    chain = library.llama_sampler_chain_init(library.llama_sampler_chain_default_params())
    if sampling.temperature <= 0:
        library.llama_sampler_chain_add(chain, library.llama_sampler_init_greedy())
        return chain
    if sampling.top_k > 0:
        library.llama_sampler_chain_add(chain, library.llama_sampler_init_top_k(sampling.top_k))
    if sampling.top_p < 1:
        library.llama_sampler_chain_add(chain, library.llama_sampler_init_top_p(sampling.top_p, 1))
    if sampling.min_p > 0:
        library.llama_sampler_chain_add(chain, library.llama_sampler_init_min_p(sampling.min_p, 1))
    library.llama_sampler_chain_add(chain, library.llama_sampler_init_temp(sampling.temperature))
    library.llama_sampler_chain_add(chain, library.llama_sampler_init_dist(sampling.seed % SEED_BITS))
    return chain

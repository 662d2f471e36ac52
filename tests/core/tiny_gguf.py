# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Write a tiny GGUF model with random weights and a real byte-level vocabulary, which llama.cpp loads and runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import gguf
import numpy as np

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
END_OF_TEXT, TURN_START, TURN_END = range(3)
MERGES = (
    ("Ġ", "t"), ("h", "e"), ("Ġt", "he"), ("i", "n"), ("e", "r"), ("o", "n"), ("r", "e"), ("Ġ", "a"), ("Ġ", "s"),
    ("Ġ", "w"), ("o", "u"), ("i", "s"), ("n", "d"), ("a", "t"), ("in", "g"), ("Ġ", "of"), ("o", "f"), ("l", "l"),
    ("e", "ll"), ("H", "ell"), ("Hell", "o"), ("u", "s"), ("us", "er"), ("s", "y"), ("a", "s"), ("Ġ", "is"),
)  # fmt: skip
FILE_TYPES = {
    "F32": (gguf.LlamaFileType.ALL_F32, gguf.GGMLQuantizationType.F32),
    "F16": (gguf.LlamaFileType.MOSTLY_F16, gguf.GGMLQuantizationType.F16),
    "BF16": (gguf.LlamaFileType.MOSTLY_BF16, gguf.GGMLQuantizationType.BF16),
    "Q8_0": (gguf.LlamaFileType.MOSTLY_Q8_0, gguf.GGMLQuantizationType.Q8_0),
    "Q4_1": (gguf.LlamaFileType.MOSTLY_Q4_1, gguf.GGMLQuantizationType.Q4_1),
}


def write_tiny_gguf(
    path: Path,
    *,
    architecture: str = "llama",
    layers: int = 2,
    embedding: int = 64,
    heads: int = 4,
    kv_heads: int = 2,
    feed_forward: int = 128,
    vocabulary: int | None = None,
    context: int = 512,
    chat_template: str | None = CHATML,
    file_type: str = "F32",
    seed: int = 0,
    extra: Mapping[str, str | int | float | bool] | None = None,
) -> Path:
    """Write the model to `path` and return it; a `vocabulary` above the natural size is filled with unused tokens.

    `extra` metadata comes on top and may replace entries such as "general.name".
    """
    tokens, types, merges = _vocabulary(vocabulary)
    declared, weight_type = FILE_TYPES[file_type]
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name("Tiny test model")
    writer.add_license("apache-2.0")
    writer.add_file_type(declared)
    writer.add_context_length(context)
    writer.add_embedding_length(embedding)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_rope_dimension_count(embedding // heads)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(TURN_START)
    writer.add_eos_token_id(TURN_END)
    writer.add_unk_token_id(END_OF_TEXT)
    writer.add_pad_token_id(TURN_END)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    if chat_template is not None:
        writer.add_chat_template(chat_template)
    for key, value in (extra or {}).items():
        _replace(writer, key, value)
    for name, values in _weights(len(tokens), layers, embedding, heads, kv_heads, feed_forward, seed):
        stored = weight_type if values.ndim == 2 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(name, gguf.quants.quantize(values, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _replace(writer: gguf.GGUFWriter, key: str, value: str | int | float | bool) -> None:
    for shard in writer.kv_data:
        shard.pop(key, None)
    if isinstance(value, bool):
        writer.add_bool(key, value)
    elif isinstance(value, int):
        writer.add_uint32(key, value)
    elif isinstance(value, float):
        writer.add_float32(key, value)
    else:
        writer.add_string(key, value)


def _vocabulary(size: int | None) -> tuple[list[str], list[int], list[str]]:
    """Return tokens, their types and the merges: special tokens, one token for each byte, then the merges."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in printable]
    letters = [chr(byte) for byte in printable] + [chr(256 + place) for place in range(len(hidden))]
    known = set(letters)
    merges = []
    for left, right in MERGES:
        if left in known and right in known:
            known.add(left + right)
            merges.append((left, right))
    tokens = [*SPECIAL_TOKENS, *letters, *dict.fromkeys(left + right for left, right in merges)]
    types = [gguf.TokenType.CONTROL] * len(SPECIAL_TOKENS)
    types += [gguf.TokenType.NORMAL] * (len(tokens) - len(SPECIAL_TOKENS))
    if size is not None and size < len(tokens):
        raise ValueError(f"The vocabulary needs at least {len(tokens)} tokens.")
    unused = [f"[unused{place}]" for place in range((size or 0) - len(tokens))]
    types += [gguf.TokenType.UNUSED] * len(unused)
    return tokens + unused, [int(kind) for kind in types], [f"{left} {right}" for left, right in merges]


def _weights(
    vocabulary: int, layers: int, embedding: int, heads: int, kv_heads: int, feed_forward: int, seed: int
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the tensors of a llama with tied embeddings, rows by columns as numpy has them."""
    random = np.random.default_rng(seed)
    key_value = embedding // heads * kv_heads

    def matrix(rows: int, columns: int) -> np.ndarray:
        return (random.standard_normal((rows, columns)) / np.sqrt(columns)).astype(np.float32)

    yield "token_embd.weight", matrix(vocabulary, embedding)
    for layer in range(layers):
        block = f"blk.{layer}."
        yield block + "attn_norm.weight", np.ones(embedding, dtype=np.float32)
        yield block + "attn_q.weight", matrix(embedding, embedding)
        yield block + "attn_k.weight", matrix(key_value, embedding)
        yield block + "attn_v.weight", matrix(key_value, embedding)
        yield block + "attn_output.weight", matrix(embedding, embedding)
        yield block + "ffn_norm.weight", np.ones(embedding, dtype=np.float32)
        yield block + "ffn_gate.weight", matrix(feed_forward, embedding)
        yield block + "ffn_up.weight", matrix(feed_forward, embedding)
        yield block + "ffn_down.weight", matrix(embedding, feed_forward)
    yield "output_norm.weight", np.ones(embedding, dtype=np.float32)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A GGUF file as a torch model: transformers reads it, with the slow parts of the reading left out."""

from __future__ import annotations

import contextlib
import functools
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ilab_core.errors import TrainingError
from ilab_core.training.attention import register_packed_attention

if TYPE_CHECKING:
    import torch

LONG_ARRAY = 4096


def load_base(path: Path, dtype: torch.dtype) -> Any:
    """Return the model of the GGUF at `path` with dense frozen weights in `dtype`; TrainingError where it cannot be."""
    from transformers import AutoModelForCausalLM, GgufConfig

    attention = register_packed_attention()
    path = path.resolve()
    try:
        with lean_gguf_reading():
            model = AutoModelForCausalLM.from_pretrained(
                str(path.parent),
                gguf_file=path.name,
                quantization_config=GgufConfig(dequantize=True),
                dtype=dtype,
                attn_implementation=attention,
                local_files_only=True,
            )
    except MemoryError:
        raise
    except Exception as error:
        raise TrainingError(
            f"{path.name} could not be opened for training.",
            "Choose another base model; the starter model can always be trained.",
            f"{type(error).__name__}: {error}",
        ) from error
    model.config.use_cache = False
    model.requires_grad_(False)
    return model


@contextlib.contextmanager
def lean_gguf_reading() -> Iterator[None]:
    """Let the `gguf` package skip the texts of the vocabulary and remember its tensor names while this is open.

    Training takes its tokens from `prompting.py`, so the texts would be read for nothing: with the starter model they
    are three quarters of the 13 s that opening takes without this.
    """
    import gguf

    reader, names = gguf.GGUFReader, gguf.get_tensor_name_map
    gguf.GGUFReader = _lean_reader(reader)  # type: ignore[misc]
    gguf.get_tensor_name_map = functools.cache(names)
    try:
        yield
    finally:
        gguf.GGUFReader = reader  # type: ignore[misc]
        gguf.get_tensor_name_map = names


def _lean_reader(base: type[Any]) -> type[Any]:
    import gguf
    import numpy

    class LeanReader(base):  # type: ignore[misc]
        """Reads a long array as its first item, repeated; its length stays true."""

        def _get_field_parts(self, orig_offs: int, raw_type: int) -> Any:
            array = gguf.GGUFValueType.ARRAY
            if gguf.GGUFValueType(raw_type) != array:
                return super()._get_field_parts(orig_offs, raw_type)
            item_type = self._get(orig_offs, numpy.uint32)
            length = self._get(orig_offs + 4, numpy.uint64)
            count = int(length[0])
            if count < LONG_ARRAY or int(item_type[0]) == int(array):
                return super()._get_field_parts(orig_offs, raw_type)
            start = orig_offs + 12
            first_size, parts, places, types = super()._get_field_parts(start, int(item_type[0]))
            end = self._end_of_array(start, count, int(item_type[0]), first_size)
            rest = self.data[start + first_size : end]
            return end - orig_offs, [item_type, length, *parts, rest], [2 + places[0]] * count, [array, *types]

        def _end_of_array(self, start: int, count: int, item_type: int, item_size: int) -> int:
            if item_type != int(gguf.GGUFValueType.STRING):
                return start + count * item_size
            buffer = memoryview(self.data)
            length_at = struct.Struct("<Q" if self.byte_order == "I" else ">Q").unpack_from
            for _ in range(count):
                start += 8 + length_at(buffer, start)[0]
            return start

    return LeanReader

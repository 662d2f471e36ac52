# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""llama.cpp's model, vocabulary and context as three small owners of native memory."""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from ilab_core.errors import InferenceError, ModelError

ALL_LAYERS = 999
FLASH_ATTENTION_ON = 1
CONTROL_ATTRIBUTE = 1 << 3


class Vocabulary:
    """Text to token ids and back, as llama.cpp does it for one model."""

    def __init__(self, library: Any, model: Any) -> None:
        self._library = library
        self._model = model
        self._vocabulary = library.llama_model_get_vocab(model)
        self.size: int = library.llama_vocab_n_tokens(self._vocabulary)
        self.bos: int = library.llama_vocab_bos(self._vocabulary)
        self.eos: int = library.llama_vocab_eos(self._vocabulary)
        self.adds_bos: bool = bool(library.llama_vocab_get_add_bos(self._vocabulary))

    def tokenize(self, text: str, parse_special: bool = True) -> list[int]:
        """Return the token ids of `text`; nothing is added in front of or behind it."""
        data = text.encode("utf-8")
        room = len(data) + 8
        while True:
            ids = (ctypes.c_int32 * room)()
            count = self._library.llama_tokenize(self._vocabulary, data, len(data), ids, room, False, parse_special)
            if count >= 0:
                return list(ids[:count])
            room = -count

    def piece(self, token: int) -> bytes:
        """Return the bytes that `token` stands for; control tokens stand for nothing."""
        return self._piece(token, special=False)

    def text(self, token: int) -> str:
        """Return the text of `token`, control tokens included, as a chat template writes it."""
        return self._piece(token, special=True).decode("utf-8", errors="replace") if token >= 0 else ""

    def detokenize(self, tokens: Sequence[int]) -> str:
        """Return the text of `tokens`."""
        return b"".join(self.piece(token) for token in tokens).decode("utf-8", errors="replace")

    def ends_turn(self, token: int) -> bool:
        """Return whether the model says with `token` that it has finished."""
        return bool(self._library.llama_vocab_is_eog(self._vocabulary, token))

    def control_texts(self) -> tuple[str, ...]:
        """Return the text of every control token, longest first."""
        attribute = self._library.llama_vocab_get_attr
        tokens = (token for token in range(self.size) if attribute(self._vocabulary, token) & CONTROL_ATTRIBUTE)
        return tuple(sorted({self.text(token) for token in tokens} - {""}, key=len, reverse=True))

    def _piece(self, token: int, special: bool) -> bytes:
        room = 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            count = self._library.llama_token_to_piece(self._vocabulary, token, buffer, room, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            room = -count


def load_library() -> Any:
    """Return the module `llama_cpp`, which prints errors only and whose waiting threads sleep.

    Threads that wait by spinning take the processor from the one they wait for as soon as anything else runs:
    measured beside one other busy program, work took seven times as long.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import llama_cpp

    logging.getLogger("llama-cpp-python").setLevel(logging.ERROR)
    return llama_cpp


class LoadedModel:
    """A GGUF file in memory (memory-mapped), shared by any number of contexts."""

    def __init__(self, path: Path, vocabulary_only: bool = False) -> None:
        llama_cpp = load_library()
        self.path = path
        self.library = llama_cpp
        llama_cpp.llama_backend_init()
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = ALL_LAYERS
        parameters.vocab_only = vocabulary_only
        self.handle: Any = llama_cpp.llama_model_load_from_file(os.fsencode(path), parameters)
        if not self.handle:
            raise ModelError(
                f"{path.name} could not be loaded.",
                "The file may be damaged, or made for a newer llama.cpp. Download or import it again.",
                str(path),
            )
        self.vocabulary = Vocabulary(llama_cpp, self.handle)

    @property
    def trained_context(self) -> int:
        """The number of tokens the model was trained to read at once."""
        return int(self.library.llama_model_n_ctx_train(self.handle))

    def close(self) -> None:
        """Free the memory; no context of this model may be alive."""
        if self.handle:
            self.library.llama_model_free(self.handle)
            self.handle = None

    def __enter__(self) -> LoadedModel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True)
class BatchToken:
    """One token to compute: its id, place in its sequence, and whether its logits are wanted."""

    token: int
    position: int
    sequence: int
    wanted: bool


class Context:
    """The working memory of a model: `sequences` separate streams of at most `tokens` tokens each."""

    def __init__(
        self, model: LoadedModel, sequences: int, tokens: int, batch: int = 512, threads: int | None = None
    ) -> None:
        self._library = model.library
        self.model = model
        self.sequences = sequences
        self.tokens = tokens
        self.batch_size = batch
        parameters = self._library.llama_context_default_params()
        parameters.n_ctx = sequences * tokens
        parameters.n_seq_max = sequences
        parameters.n_batch = batch
        parameters.n_ubatch = batch
        parameters.n_threads = parameters.n_threads_batch = threads or default_threads()
        parameters.flash_attn_type = FLASH_ATTENTION_ON
        parameters.kv_unified = False
        parameters.no_perf = True
        self.handle: Any = self._library.llama_init_from_model(model.handle, parameters)
        if not self.handle:
            raise InferenceError(
                f"There is not enough memory to run {model.path.name}.",
                "Close other programs, or choose a smaller model.",
                f"{sequences} sequences of {tokens} tokens",
            )
        self._memory = self._library.llama_get_memory(self.handle)
        self._batch = self._library.llama_batch_init(batch, 0, 1)
        self._vocabulary_size = model.vocabulary.size

    def decode(self, tokens: Sequence[BatchToken]) -> None:
        """Compute at most `batch_size` tokens; their logits are read with `logits` or drawn with a sampler."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for index, item in enumerate(tokens):
            batch.token[index] = item.token
            batch.pos[index] = item.position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = item.sequence
            batch.logits[index] = item.wanted
        code = self._library.llama_decode(self.handle, batch)
        if code != 0:
            raise InferenceError(
                "The model stopped in the middle of its work.",
                "Try again with a shorter text or a smaller model.",
                f"llama_decode returned {code} for {len(tokens)} tokens",
            )

    def logits(self, index: int) -> npt.NDArray[np.float32]:
        """Return the logits of the token at `index` of the last batch, a view that lasts until the next `decode`."""
        pointer = self._library.llama_get_logits_ith(self.handle, index)
        return np.ctypeslib.as_array(pointer, shape=(self._vocabulary_size,))

    def sample(self, sampler: Any, index: int) -> int:
        """Return the token that `sampler` draws after the token at `index` of the last batch."""
        return int(self._library.llama_sampler_sample(sampler, self.handle, index))

    def copy_sequence(self, source: int, target: int) -> None:
        """Make `target` hold what `source` holds."""
        self._library.llama_memory_seq_rm(self._memory, target, -1, -1)
        self._library.llama_memory_seq_cp(self._memory, source, target, -1, -1)

    def shorten_sequence(self, sequence: int, length: int) -> None:
        """Forget everything of `sequence` from position `length` on."""
        self._library.llama_memory_seq_rm(self._memory, sequence, length, -1)

    def set_adapter(self, adapter: Any | None, scale: float = 1.0) -> None:
        """Apply a LoRA adapter (from `llama_adapter_lora_init`) to what is computed from now on, or none."""
        count = 0 if adapter is None else 1
        adapters = (self._library.llama_adapter_lora_p_ctypes * 1)(adapter)
        scales = (ctypes.c_float * 1)(scale)
        if self._library.llama_set_adapters_lora(self.handle, adapters, count, scales) != 0:
            raise InferenceError("The adapter could not be switched.", "Choose the adapter again.")

    def clear(self) -> None:
        """Forget every sequence."""
        self._library.llama_memory_clear(self._memory, False)

    def close(self) -> None:
        """Free the memory."""
        if self.handle:
            self._library.llama_batch_free(self._batch)
            self._library.llama_free(self.handle)
            self.handle = None


def default_threads() -> int:
    """Return the number of physical cores: more threads than these make llama.cpp slower, not faster."""
    import psutil

    allowed = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Chat with a base model and with the same base plus an adapter, both on one loaded file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilab_core.errors import ModelError
from ilab_core.inference.batch_engine import BatchEngine
from ilab_core.inference.llama import LoadedModel
from ilab_core.inference.types import CompletionRequest, FinishReason, Sampling
from ilab_core.prompting import Message, contract_for


@dataclass(frozen=True)
class Answer:
    """One answer: its text, why it ended, and how fast it came."""

    text: str
    finish_reason: FinishReason
    tokens: int
    tokens_per_second: float


class ChatSession:
    """A base model in memory with two conversations on it: one without and one with the adapter."""

    def __init__(
        self,
        base: Path,
        context: int = 4096,
        threads: int | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Load `base`; ModelError where it cannot chat. `check` is called before every batch and may raise."""
        self._model = LoadedModel(base)
        self._engines: dict[bool, BatchEngine] = {}
        self._adapter: Any | None = None
        self._scale = 1.0
        self._threads = threads
        self._check = check
        try:
            self._contract = contract_for(base, self._model.vocabulary)
        except BaseException:
            self._model.close()
            raise
        self.context = min(context, self._model.trained_context)

    def set_adapter(self, path: Path | None, scale: float = 1.0) -> None:
        """Use the GGUF adapter at `path` for tuned answers, or none; the base stays in memory as it is."""
        adapter = None if path is None else self._read_adapter(path)
        if True in self._engines:
            self._engines[True].set_adapter(adapter, scale)
        if self._adapter is not None:
            self._model.library.llama_adapter_lora_free(self._adapter)
        self._adapter, self._scale = adapter, scale

    def answer(
        self,
        messages: Sequence[Message],
        tuned: bool,
        sampling: Sampling,
        max_tokens: int,
        on_text: Callable[[str], bool],
    ) -> Answer:
        """Return the next answer; `on_text` is given each new piece and ends the answer with False.

        Where the conversation has grown too long for the context its oldest turns are left out.
        """
        engine = self._engine(tuned)
        tokens = self._fitting(messages, max_tokens)
        room = max(1, min(max_tokens, self.context - len(tokens)))
        request = CompletionRequest("answer", tuple(tokens), room, (), sampling)
        began = time.monotonic()
        completion = next(iter(engine.submit([request], lambda _id, piece: on_text(piece))))
        seconds = max(time.monotonic() - began, 1e-6)
        count = len(completion.tokens)
        return Answer(completion.text, completion.finish_reason, count, round(count / seconds, 1))

    def close(self) -> None:
        """Free everything."""
        for engine in self._engines.values():
            engine.close()
        if self._adapter is not None:
            self._model.library.llama_adapter_lora_free(self._adapter)
        self._model.close()

    def _engine(self, tuned: bool) -> BatchEngine:
        if tuned not in self._engines:
            engine = BatchEngine(
                self._model, sequences=1, context=self.context, threads=self._threads, check=self._check
            )
            if tuned:
                engine.set_adapter(self._adapter, self._scale)
            self._engines[tuned] = engine
        return self._engines[tuned]

    def _fitting(self, messages: Sequence[Message], max_tokens: int) -> list[int]:
        """Return the prompt of as many of the last turns as leave room for an answer."""
        system = [message for message in messages[:1] if message.role == "system"]
        turns = list(messages[len(system) :])
        room = self.context - min(max_tokens, self.context // 2)
        while True:
            tokens = self._contract.prompt_tokens([*system, *turns])
            if len(tokens) <= room or len(turns) <= 1:
                return tokens
            turns = turns[2:] if len(turns) > 2 else turns[-1:]

    def _read_adapter(self, path: Path) -> Any:
        adapter = self._model.library.llama_adapter_lora_init(self._model.handle, os.fsencode(path))
        if not adapter:
            raise ModelError(
                f"The adapter {path.parent.name} does not fit {self._model.path.name}.",
                "Choose the base model that it was trained on.",
                str(path),
            )
        return adapter

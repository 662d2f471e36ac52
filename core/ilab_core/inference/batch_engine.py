# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The batched engine: many requests decoded side by side, each shared prefix computed once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ilab_core.errors import InferenceError
from ilab_core.inference.llama import BatchToken, Context, LoadedModel
from ilab_core.inference.sampling import new_sampler
from ilab_core.inference.slots import Prefill, Slot, SlotCache, shared_length
from ilab_core.inference.stopping import TextStream
from ilab_core.inference.types import Completion, CompletionRequest, FinishReason

SHARED_WORTH_WAITING = 16  # tokens: below this, computing a prefix twice costs less than a batch of its own

TokenListener = Callable[[str, str], bool]


def _go_on(_id: str, _text: str) -> bool:
    return True


@dataclass
class _Live:
    """A request in the middle of its answer."""

    request: CompletionRequest
    slot: Slot
    sampler: Any
    stream: TextStream
    tokens: list[int] = field(default_factory=list)


class BatchEngine:
    """llama.cpp behind the `Engine` protocol; not safe for more than one thread."""

    def __init__(
        self,
        model: LoadedModel,
        *,
        sequences: int = 8,
        context: int = 2048,
        threads: int | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Make room for `sequences` answers of at most `context` tokens, prompt included.

        `check` is called before every batch; an exception from it ends the work and leaves the engine usable.
        """
        self.model = model
        self.context_tokens = min(context, model.trained_context)
        self._context = Context(model, sequences, self.context_tokens, threads=threads)
        self._cache = SlotCache(self._context)
        self._check = check
        self.prompt_tokens_computed = 0

    def submit(self, requests: Sequence[CompletionRequest], on_text: TokenListener = _go_on) -> Iterator[Completion]:
        """Return the completions as they finish; `on_text(id, piece)` sees them grow and ends one with False.

        InferenceError, before any work, where a request does not fit into the context.
        """
        for request in requests:
            self._refuse_overflow(len(request.tokens) + max(1, request.max_tokens))
            if not request.tokens:
                raise InferenceError("Nothing can be written after an empty prompt.")
        waiting = deque(sorted(requests, key=lambda request: request.tokens))
        live: list[_Live] = []
        try:
            while waiting or live:
                yield from self._admit(waiting, live, on_text)
                if live:
                    yield from self._step(live, on_text)
        finally:
            for item in live:
                self.model.library.llama_sampler_free(item.sampler)
            if live:
                self._cache.forget()

    def score(self, prompt: Sequence[int], continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """Return the log-probability (nats) of every token of each continuation after `prompt`."""
        return self.score_pairs([(prompt, continuation) for continuation in continuations])

    def score_pairs(self, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[list[float]]:
        """Return the same for any prompts; those that share a prefix are best given next to each other."""
        for prompt, continuation in pairs:
            self._refuse_overflow(len(prompt) + len(continuation))
            if not prompt:
                raise InferenceError("Nothing can be scored after an empty prompt.")
        scores: list[list[float]] = [[] for _ in pairs]
        order = deque(sorted((i for i in range(len(pairs)) if pairs[i][1]), key=lambda i: list(pairs[i][0])))
        try:
            while order:
                wave = self._next_wave(order, lambda i: [*pairs[i][0], *pairs[i][1]][:-1])
                prefills = [
                    Prefill(self._cache.place(tokens, len(pairs[i][0]) - 1), tokens, len(pairs[i][0]) - 1)
                    for i, tokens in wave
                ]
                for batch in self._cache.extend(prefills):
                    self._compute(prefills, batch)
                    for index, (member, position) in enumerate(batch):
                        pair = wave[member][0]
                        if position >= prefills[member].wanted_from:
                            answer = pairs[pair][1][position + 1 - len(pairs[pair][0])]
                            scores[pair].append(_log_probability(self._context.logits(index), answer))
                for prefill in prefills:
                    self._cache.release(prefill.slot)
        except BaseException:
            self._cache.forget()
            raise
        return scores

    def set_adapter(self, adapter: Any | None, scale: float = 1.0) -> None:
        """Answer with a LoRA adapter from now on, or without; what was computed before is forgotten."""
        self._context.set_adapter(adapter, scale)
        self._cache.forget()

    def close(self) -> None:
        """Free the memory; the model stays."""
        self._context.close()

    def _refuse_overflow(self, tokens: int) -> None:
        if tokens > self.context_tokens:
            raise InferenceError(
                f"The text is too long for the model: {tokens} tokens, and {self.context_tokens} fit.",
                "Shorten the passage or the conversation, or choose a model with a longer context.",
            )

    def _compute(self, prefills: Sequence[Prefill], batch: Sequence[tuple[int, int]]) -> None:
        self._check()
        self._cache.compute(prefills, batch)
        self.prompt_tokens_computed += len(batch)

    def _next_wave(self, order: deque[Any], tokens_of: Callable[[Any], list[int]]) -> list[tuple[Any, list[int]]]:
        """Take the next items that can be computed side by side.

        An item that shares more with one of this wave than with any slot waits: it will clone that prefix.
        """
        wave: list[tuple[Any, list[int]]] = []
        held: list[Any] = []
        while order and len(wave) < self._cache.free_slots():
            item = order.popleft()
            tokens = tokens_of(item)
            known = max(shared_length(slot.tokens, tokens) for slot in self._cache.slots)
            coming = max((shared_length(other, tokens) for _, other in wave), default=0)
            if coming >= known + SHARED_WORTH_WAITING:
                held.append(item)
                if len(held) >= len(self._cache.slots):
                    break
            else:
                wave.append((item, tokens))
        order.extendleft(reversed(held))
        return wave

    def _admit(
        self, waiting: deque[CompletionRequest], live: list[_Live], on_text: TokenListener
    ) -> Iterator[Completion]:
        """Give every free slot to a waiting request, and draw the first token of each."""
        while waiting and self._cache.free_slots():
            wave = self._next_wave(waiting, lambda request: list(request.tokens))
            prefills = [
                Prefill(self._cache.place(tokens, len(tokens) - 1), tokens, len(tokens) - 1) for _, tokens in wave
            ]
            finished = []
            try:
                for batch in self._cache.extend(prefills):
                    self._compute(prefills, batch)
                    for index, (member, position) in enumerate(batch):
                        if position < prefills[member].wanted_from:
                            continue
                        request = wave[member][0]
                        sampler = new_sampler(self.model.library, request.sampling)
                        item = _Live(request, prefills[member].slot, sampler, TextStream(request.stop))
                        live.append(item)
                        completion = self._draw(item, index, on_text)
                        if completion:
                            self._end(item, live)
                            finished.append(completion)
            except BaseException:
                self._cache.forget()
                raise
            yield from finished

    def _step(self, live: list[_Live], on_text: TokenListener) -> Iterator[Completion]:
        """Compute one more token of every live answer in one batch."""
        self._check()
        self._context.decode(
            [BatchToken(item.tokens[-1], len(item.slot.tokens), item.slot.sequence, True) for item in live]
        )
        finished = []
        for index, item in enumerate(list(live)):
            item.slot.tokens.append(item.tokens[-1])
            completion = self._draw(item, index, on_text)
            if completion:
                self._end(item, live)
                finished.append(completion)
        yield from finished

    def _end(self, item: _Live, live: list[_Live]) -> None:
        """Take a finished item out of `live`, whose samplers are freed by whoever takes an item out, and only once."""
        live[:] = [other for other in live if other is not item]
        self.model.library.llama_sampler_free(item.sampler)
        self._cache.release(item.slot)

    def _draw(self, item: _Live, index: int, on_text: TokenListener) -> Completion | None:
        """Draw the next token; return the completion where it ends the answer."""
        token = self._context.sample(item.sampler, index)
        vocabulary = self.model.vocabulary
        reason: FinishReason | None = None
        if vocabulary.ends_turn(token):
            reason = "stop"
            piece = item.stream.finish()
        else:
            item.tokens.append(token)
            piece = item.stream.push(vocabulary.piece(token))
            if item.stream.stopped:
                reason = "stop"
            elif len(item.tokens) >= item.request.max_tokens:
                reason = "length"
                piece += item.stream.finish()
        if piece and not on_text(item.request.id, piece) and reason is None:
            reason = "cancelled"
        if reason is None:
            return None
        return Completion(item.request.id, item.stream.text, tuple(item.tokens), reason)


def _log_probability(logits: npt.NDArray[np.float32], token: int) -> float:
    top = float(logits.max())
    return float(logits[token]) - top - float(np.log(np.exp(logits - top).sum(dtype=np.float64)))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The sequences of a context as a cache of prefixes: whatever a slot holds can be cloned by the next request.

A finished request leaves its tokens in its slot. The next one takes over the longest prefix that any slot
holds, so instructions and passages that many requests share are computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ilab_core.inference.llama import BatchToken, Context


@dataclass
class Slot:
    """One sequence of the context: the tokens whose keys and values it holds, and when it was last useful."""

    sequence: int
    tokens: list[int] = field(default_factory=list)
    busy: bool = False
    used: int = 0


@dataclass(frozen=True)
class Prefill:
    """A prompt placed in a slot; the batch index of its last token's logits is known once it was computed."""

    slot: Slot
    tokens: Sequence[int]
    wanted_from: int


class SlotCache:
    """Places prompts into slots, taking over shared prefixes."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.slots = [Slot(sequence) for sequence in range(context.sequences)]
        self._clock = 0

    def free_slots(self) -> int:
        """Return how many slots may take a new prompt."""
        return sum(not slot.busy for slot in self.slots)

    def place(self, tokens: Sequence[int], wanted_from: int) -> Slot:
        """Return a free slot that now holds the longest known prefix of `tokens[:wanted_from]`.

        The tokens from `wanted_from` on are always computed again, since their logits are wanted.
        """
        self._clock += 1
        source = max(self.slots, key=lambda slot: (shared_length(slot.tokens, tokens), slot.used))
        shared = min(shared_length(source.tokens, tokens), wanted_from)
        target = self._worth_least(tokens)
        if target is not source and shared > 0:
            self.context.copy_sequence(source.sequence, target.sequence)
            source.used = self._clock
        keep = shared if shared > 0 else 0
        self.context.shorten_sequence(target.sequence, keep)
        target.tokens = list(tokens[:keep])
        target.busy = True
        target.used = self._clock
        return target

    def extend(self, prefills: Sequence[Prefill]) -> list[list[tuple[int, int]]]:
        """Return the batches that compute what is still missing: for each, (prefill index, token position)."""
        missing = [
            (index, position)
            for index, prefill in enumerate(prefills)
            for position in range(len(prefill.slot.tokens), len(prefill.tokens))
        ]
        size = self.context.batch_size
        return [missing[start : start + size] for start in range(0, len(missing), size)]

    def compute(self, prefills: Sequence[Prefill], batch: Sequence[tuple[int, int]]) -> None:
        """Compute one batch of `extend`, and note the tokens in their slots."""
        self.context.decode(
            [
                BatchToken(
                    prefills[index].tokens[position],
                    position,
                    prefills[index].slot.sequence,
                    position >= prefills[index].wanted_from,
                )
                for index, position in batch
            ]
        )
        for index, position in batch:
            prefills[index].slot.tokens.append(prefills[index].tokens[position])

    def release(self, slot: Slot) -> None:
        """Let others use `slot`; its tokens stay until then."""
        slot.busy = False

    def forget(self) -> None:
        """Drop everything: after an adapter was switched, or a computation broke off."""
        self.context.clear()
        for slot in self.slots:
            slot.tokens = []
            slot.busy = False

    def _worth_least(self, tokens: Sequence[int]) -> Slot:
        """Return the free slot to give up: one whose tokens another slot also holds, else the longest unused."""
        free = [slot for slot in self.slots if not slot.busy]

        def worth(slot: Slot) -> tuple[int, int]:
            others = (shared_length(other.tokens, slot.tokens) for other in self.slots if other is not slot)
            unique = len(slot.tokens) - max(others, default=0)
            return (0 if not slot.tokens else 1 if unique < len(slot.tokens) // 2 else 2, slot.used)

        return min(free, key=worth)


def shared_length(left: Sequence[int], right: Sequence[int]) -> int:
    """Return the length of the longest common prefix."""
    limit = min(len(left), len(right))
    if list(left[:limit]) == list(right[:limit]):
        return limit
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if list(left[:middle]) == list(right[:middle]):
            low = middle
        else:
            high = middle - 1
    return low

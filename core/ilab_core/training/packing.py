# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Rows of different lengths, packed into one line of tokens each step, without a token of padding."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

OPEN_PACKS = 64


@dataclass(frozen=True)
class Row:
    """One conversation as token ids; `mask` is True for the tokens to be learned."""

    ids: tuple[int, ...]
    mask: tuple[bool, ...]

    @property
    def loss_tokens(self) -> int:
        """How many tokens of the row are predicted and learned from (the first of a row is never predicted)."""
        return sum(self.mask[1:])


@dataclass(frozen=True)
class Pack:
    """Rows one after the other.

    `lengths` are the tokens of each row, `positions` start again at 0 with each row, and `targets` is what the token
    at each place of `places` should be followed by: only learned tokens, never the first token of the next row.
    """

    ids: tuple[int, ...]
    positions: tuple[int, ...]
    lengths: tuple[int, ...]
    places: tuple[int, ...]
    targets: tuple[int, ...]

    @property
    def tokens(self) -> int:
        """All tokens, learned or not."""
        return len(self.ids)


def join_rows(rows: Sequence[Row]) -> Pack:
    """Return the pack of `rows`, in their order."""
    ids: list[int] = []
    positions: list[int] = []
    places: list[int] = []
    targets: list[int] = []
    for row in rows:
        start = len(ids)
        ids += row.ids
        positions += range(len(row.ids))
        for place in range(1, len(row.ids)):
            if row.mask[place]:
                places.append(start + place - 1)
                targets.append(row.ids[place])
    lengths = tuple(len(row.ids) for row in rows)
    return Pack(tuple(ids), tuple(positions), lengths, tuple(places), tuple(targets))


def pack_rows(rows: Sequence[Row], budget: int, seed: int | None = None) -> list[Pack]:
    """Return every row once, in packs of at most `budget` tokens (a row longer than that is a pack of its own).

    First-fit decreasing over rows shuffled by `seed`: the same seed gives the same packs, another one mixes rows of
    like length differently and gives the packs in another order. Without a seed nothing is shuffled.
    """
    order = list(rows)
    shuffler = random.Random(seed)
    if seed is not None:
        shuffler.shuffle(order)
    order.sort(key=lambda row: len(row.ids), reverse=True)
    packs: list[list[Row]] = []
    room: list[int] = []
    first_open = 0
    for row in order:
        size = len(row.ids)
        for index in range(first_open, len(packs)):
            if room[index] >= size:
                packs[index].append(row)
                room[index] -= size
                break
        else:
            packs.append([row])
            room.append(budget - size)
            first_open = max(first_open, len(packs) - OPEN_PACKS)
    if seed is not None:
        shuffler.shuffle(packs)
        for pack in packs:
            shuffler.shuffle(pack)
    return [join_rows(pack) for pack in packs]

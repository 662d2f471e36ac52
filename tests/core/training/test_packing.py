# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ilab_core.training.packing import Row, join_rows, pack_rows
from training_helpers import make_rows

LENGTHS = st.lists(st.integers(2, 90), min_size=1, max_size=60)


@given(LENGTHS, st.integers(2, 128), st.one_of(st.none(), st.integers(0, 5)))
def test_every_row_is_in_one_pack_and_no_pack_is_too_long(lengths: list[int], budget: int, seed: int | None) -> None:
    rows = make_rows(lengths)
    packs = pack_rows(rows, budget, seed)
    found = Counter()
    for pack in packs:
        assert pack.tokens <= budget or len(pack.lengths) == 1
        start = 0
        for length in pack.lengths:
            found[pack.ids[start : start + length]] += 1
            assert pack.positions[start : start + length] == tuple(range(length))
            start += length
        assert start == pack.tokens
    assert found == Counter(row.ids for row in rows)


@given(LENGTHS)
def test_targets_are_the_learned_tokens_and_never_the_next_row(lengths: list[int]) -> None:
    rows = make_rows(lengths)
    pack = join_rows(rows)
    assert len(pack.targets) == sum(row.loss_tokens for row in rows)
    ends = set()
    total = 0
    for length in pack.lengths:
        total += length
        ends.add(total - 1)
    for place, target in zip(pack.places, pack.targets, strict=True):
        assert pack.ids[place + 1] == target
        assert place not in ends


def test_a_seed_decides_the_packs_and_another_one_mixes_them_anew() -> None:
    rows = make_rows([20] * 40)
    assert pack_rows(rows, 64, 1) == pack_rows(rows, 64, 1)
    assert pack_rows(rows, 64, 1) != pack_rows(rows, 64, 2)


def test_packs_are_well_filled() -> None:
    packs = pack_rows(make_rows([100, 60, 40, 90, 38, 10, 50, 50, 62]), 100, 0)
    assert len(packs) == 5


def test_the_first_token_of_a_row_is_never_learned() -> None:
    pack = join_rows([Row((5, 6), (True, True)), Row((7, 8), (True, False))])
    assert (pack.places, pack.targets) == ((0,), (6,))


def test_a_row_too_long_for_the_budget_stands_alone() -> None:
    packs = pack_rows(make_rows([50, 5, 5]), 20, None)
    assert sorted(pack.lengths for pack in packs) == [(5, 5), (50,)]
    assert pytest.approx(60) == sum(pack.tokens for pack in packs)

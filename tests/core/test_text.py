# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Sizes, times and numbers as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ilab_core.text import human_bytes, human_count, human_seconds, human_when


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1500, "1.5 kB"),
        (98_000_000, "98 MB"),
        (97_650_000, "98 MB"),
        (999_600, "1 MB"),
        (9_960_000, "10 MB"),
        (1_500_000_000, "1.5 GB"),
        (24_000_000_000, "24 GB"),
        (3_200_000_000_000, "3.2 TB"),
        (5e18, "5000 PB"),
        (-1_500_000, "-1.5 MB"),
    ],
)
def test_bytes(count: float, text: str):
    assert human_bytes(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.2, "under 1 s"),
        (22, "22 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (100, "1 min 40 s"),
        (120, "2 min"),
        (3599.7, "1 h"),
        (7500, "2 h 5 min"),
        (7199, "2 h"),
        (86_399, "1 day"),
        (90_000, "1 day 1 h"),
        (273_600, "3 days 4 h"),
        (-5, "0 s"),
        (float("inf"), "–"),
        (float("nan"), "–"),
    ],
)
def test_seconds(seconds: float, text: str):
    assert human_seconds(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (8192, "8,192"),
        (-1_234_567, "-1,234,567"),
        (0.0, "0"),
        (0.0123456, "0.0123"),
        (0.5, "0.500"),
        (1.0, "1.00"),
        (9.996, "10.0"),
        (43.51, "43.5"),
        (999.6, "1,000"),
        (1234.5, "1,230"),
        (-2.345, "-2.35"),
        (1e-12, "1.00e-12"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_counts(value: float | None, text: str):
    assert human_count(value) == text


@given(st.floats(1e-6, 1e12))
def test_three_figures_are_right(value: float):
    assert float(human_count(value).replace(",", "")) == pytest.approx(value, rel=0.0051)


@given(st.floats(0, 1e17))
def test_a_size_is_never_written_with_a_thousand_of_its_unit(count: float):
    number, unit = human_bytes(count).split(" ")
    assert float(number) < 1000
    factor = {"byte": 1, "bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15}[unit]
    assert float(number) * factor == pytest.approx(count, rel=0.06, abs=0.5)


NOW = datetime(2026, 11, 22, 22, 18, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (NOW - timedelta(seconds=20), "just now"),
        (NOW, "just now"),
        (NOW - timedelta(minutes=3), "today 22:15"),
        (NOW.replace(hour=9, minute=5), "today 9:05"),
        (datetime(2026, 11, 21, 17, 20, tzinfo=UTC), "yesterday 17:20"),
        (datetime(2026, 11, 20, 8, 0, tzinfo=UTC), "Friday 8:00"),
        (datetime(2026, 11, 16, 8, 0, tzinfo=UTC), "Monday 8:00"),
        (datetime(2026, 11, 15, 8, 0, tzinfo=UTC), "15 November"),
        (datetime(2026, 3, 3, tzinfo=UTC), "3 March"),
        (datetime(2025, 12, 31, tzinfo=UTC), "31 December 2025"),
        (NOW + timedelta(minutes=1), "today 22:19"),
        (NOW + timedelta(days=1), "23 November"),
    ],
)
def test_when(time: datetime, text: str):
    assert human_when(time, NOW) == text


def test_a_day_is_a_day_where_the_person_is():
    now = NOW.astimezone(timezone(timedelta(hours=2)))
    assert human_when(datetime(2026, 11, 22, 21, 30, tzinfo=UTC), now) == "yesterday 23:30"


def test_just_before_midnight_is_still_just_now():
    now = datetime(2026, 11, 22, 0, 0, 20)
    assert human_when(datetime(2026, 11, 21, 23, 59, 50), now) == "just now"

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Sizes, times and numbers as a person reads them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

BYTE_UNITS = ("kB", "MB", "GB", "TB", "PB")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
UNKNOWN = "–"


def human_bytes(count: float) -> str:
    """Return a size in decimal units: "512 bytes", "98 MB", "1.5 GB"."""
    if count < 0:
        return f"-{human_bytes(-count)}"
    if count < 1000:
        return "1 byte" if round(count) == 1 else f"{round(count)} bytes"
    value = float(count)
    for unit in BYTE_UNITS:
        value /= 1000
        # 999.6 kB would round to 1000 kB: it is 1 MB
        if round(value) < 1000 or unit == BYTE_UNITS[-1]:
            break
    number = f"{value:.1f}".removesuffix(".0") if round(value, 1) < 10 else f"{value:.0f}"
    return f"{number} {unit}"


def human_seconds(seconds: float) -> str:
    """Return a duration with its two largest units: "22 s", "1 min 40 s", "2 h 5 min", "3 days 4 h"."""
    if not math.isfinite(seconds):
        return UNKNOWN
    whole = max(0, round(seconds))
    if whole == 0:
        return "under 1 s" if seconds > 0 else "0 s"
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(f"{whole // 60} min", whole % 60, "s")
    minutes = round(whole / 60)
    if minutes < 24 * 60:
        return _two(f"{minutes // 60} h", minutes % 60, "min")
    hours = round(whole / 3600)
    days = hours // 24
    return _two("1 day" if days == 1 else f"{days} days", hours % 24, "h")


def human_count(value: float | None) -> str:
    """Return a number: a whole one with its thousands apart ("8,192"), any other to three figures ("0.0123")."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return UNKNOWN
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0:
        return "0"
    decimals = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, decimals)
    # 9.996 rounds to 10.0, which has one figure more before the point
    decimals = 2 - math.floor(math.log10(abs(rounded)))
    if decimals > 8:
        return f"{value:.2e}"
    return f"{rounded:,.{max(0, decimals)}f}"


def human_when(time: datetime, now: datetime) -> str:
    """Return a moment as seen from `now`: "just now", "today 9:05", "yesterday 17:20", "Tuesday 8:00", "3 March".

    Both are aware, or both are not; a day is a day in the time zone of `now`.
    """
    if time.tzinfo is not None and now.tzinfo is not None:
        time = time.astimezone(now.tzinfo)
    clock = f"{time.hour}:{time.minute:02}"
    days = (now.date() - time.date()).days
    if timedelta(0) <= now - time < timedelta(minutes=1):
        return "just now"
    if days == 0:
        return f"today {clock}"
    if days == 1:
        return f"yesterday {clock}"
    if 1 < days < 7:
        return f"{DAYS[time.weekday()]} {clock}"
    date = f"{time.day} {MONTHS[time.month - 1]}"
    return date if time.year == now.year else f"{date} {time.year}"


def _two(first: str, rest: int, unit: str) -> str:
    return f"{first} {rest} {unit}" if rest else first

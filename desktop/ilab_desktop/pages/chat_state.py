# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the chat page says, worked out from plain values: no widget here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from ilab_core.chats import Answer, ChatSettings, Column

ChatMode = Literal["compare", "base", "tuned"]


def columns_of(mode: ChatMode, has_adapter: bool) -> tuple[Column, ...]:
    """Return the columns that are asked: the tuned one only where there is an adapter."""
    if mode == "base" or (mode == "compare" and not has_adapter):
        return ("base",)
    if mode == "tuned":
        return ("tuned",) if has_adapter else ()
    return ("base", "tuned")


def placeholder(columns: tuple[Column, ...]) -> str:
    """Return what the empty message box says."""
    if columns == ("base",):
        return "Ask the base model"
    return "Ask the tuned model" if columns == ("tuned",) else "Ask both"


def settings_words(settings: ChatSettings) -> str:
    """Return the settings in short."""
    return f"temperature {settings.temperature:g} · seed {settings.seed}"


def answer_from(event: Mapping[str, Any], model: str) -> Answer:
    """Return the answer that an `answer` event tells of."""
    return Answer(
        text=str(event.get("text") or "").strip(),
        model=model,
        finish_reason=str(event.get("finish_reason") or "stop"),
        tokens=int(event.get("tokens") or 0),
        tokens_per_second=float(event.get("tokens_per_second") or 0.0),
    )


def answer_note(answer: Answer) -> str:
    """Return what is said below an answer that did not end by itself, "" otherwise."""
    if answer.finish_reason == "length":
        return "Cut at the greatest length. Raise it in the settings below for longer answers."
    return "Stopped." if answer.finish_reason == "cancelled" else ""


def answer_tool_tip(answer: Answer) -> str:
    """Return who answered and how fast."""
    parts = [answer.model] if answer.model else []
    if answer.tokens:
        parts.append(f"{answer.tokens:,} tokens")
    if answer.tokens_per_second:
        parts.append(f"{answer.tokens_per_second:.0f} tokens/s")
    return " · ".join(parts)


def when(stamp: str, now: datetime) -> str:
    """Return when something happened, in a few words and the person's own time zone; "" for an unreadable time."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return ""
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(now.tzinfo)
    days = (now.date() - moment.date()).days
    if days == 0:
        return f"today {moment:%H:%M}"
    if days == 1:
        return f"yesterday {moment:%H:%M}"
    return f"{moment.day} {moment:%b}" if moment.year == now.year else f"{moment.day} {moment:%b %Y}"

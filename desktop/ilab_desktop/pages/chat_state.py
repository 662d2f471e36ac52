# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the chat page says, worked out from plain values: no widget here."""

from __future__ import annotations

from collections.abc import Mapping
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


def mode_words(mode: ChatMode) -> str:
    """Return the sentence below the page's title."""
    return {
        "compare": "The same question to both, with the same seed.",
        "base": "Only the base model answers.",
        "tuned": "Only the tuned model answers: the base model with its adapter.",
    }[mode]


def message_words(state: str, columns: tuple[Column, ...], has_models: bool) -> str:
    """Return what the empty message box says."""
    if not has_models:
        return "There is no model to ask"
    if state == "loading":
        return "Reading the model; you can write already"
    if not columns:
        return "There is no tuned model yet"
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

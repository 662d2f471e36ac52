# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Saved conversations: one JSON file each in the workspace, replaced whole after every answer."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ilab_core.errors import WorkspaceError
from ilab_core.paths import write_atomic

Column = Literal["base", "tuned"]

FORMAT = 1
TITLE_LENGTH = 60
MAXIMUM_BYTES = 32 * 1024 * 1024
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")


@dataclass(frozen=True)
class Answer:
    """What one model said. `model` names it for a person; `finish_reason` is stop, length or cancelled."""

    text: str
    model: str = ""
    finish_reason: str = "stop"
    tokens: int = 0
    tokens_per_second: float = 0.0


@dataclass(frozen=True)
class Turn:
    """One question and the answers to it; a column that was not asked has none."""

    question: str
    base: Answer | None = None
    tuned: Answer | None = None

    def answer(self, column: Column) -> Answer | None:
        """Return the answer in `column`."""
        return self.base if column == "base" else self.tuned

    def answered(self, column: Column, answer: Answer) -> Turn:
        """Return this turn with `answer` in `column`."""
        return replace(self, base=answer) if column == "base" else replace(self, tuned=answer)


@dataclass(frozen=True)
class ChatSettings:
    """How answers are drawn: temperature 0 takes the likeliest token; `max_tokens` bounds each answer."""

    temperature: float = 0.0
    seed: int = 7
    max_tokens: int = 512


@dataclass(frozen=True)
class Conversation:
    """A conversation with one base model (path) and, beside it, that model with an adapter (name, "" for none)."""

    id: str
    created: str
    updated: str
    base: str = ""
    adapter: str = ""
    scale: float = 1.0
    settings: ChatSettings = ChatSettings()
    turns: tuple[Turn, ...] = ()

    @property
    def title(self) -> str:
        """The first question on one line, shortened; "New chat" while there is none."""
        if not self.turns:
            return "New chat"
        line = " ".join(self.turns[0].question.split())
        return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"

    def messages(self, column: Column, question: str) -> list[dict[str, str]]:
        """Return the messages that ask `question` in `column`: its earlier answered turns, then the question.

        A turn that got no answer in this column is left out, since chat templates want the roles to alternate.
        """
        messages: list[dict[str, str]] = []
        for turn in self.turns:
            answer = turn.answer(column)
            if answer is None or not answer.text.strip():
                continue
            messages.append({"role": "user", "content": turn.question})
            messages.append({"role": "assistant", "content": answer.text})
        messages.append({"role": "user", "content": question})
        return messages

    def asked(self, question: str) -> Conversation:
        """Return this conversation with a new turn at its end."""
        return replace(self, turns=(*self.turns, Turn(question)))

    def answered(self, column: Column, answer: Answer) -> Conversation:
        """Return this conversation with `answer` in `column` of its last turn."""
        return replace(self, turns=(*self.turns[:-1], self.turns[-1].answered(column, answer)))


def new_conversation(base: str = "", adapter: str = "", scale: float = 1.0) -> Conversation:
    """Return an empty conversation with an id of its own; nothing is written."""
    now = datetime.now(UTC)
    return Conversation(
        f"chat-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}", _stamp(now), _stamp(now), base, adapter, scale
    )


def save_conversation(folder: Path, conversation: Conversation) -> Conversation:
    """Write `conversation` into `folder` in one step; return it with its `updated` time, or raise WorkspaceError."""
    saved = replace(conversation, updated=_stamp(datetime.now(UTC)))
    document = {"format": FORMAT, **asdict(saved)}
    write_atomic(_path(folder, saved.id), json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return saved


def load_conversation(path: Path) -> Conversation:
    """Return the conversation in the file `path`; WorkspaceError where it is not one."""
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise ValueError("the file is too big to be a conversation")
        return _conversation(json.loads(path.read_text(encoding="utf-8")), path.stem)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise WorkspaceError(
            f"The saved conversation {path.name} cannot be read.",
            f"Move it out of {path.parent} to stop being told.",
            str(error),
        ) from error


def list_conversations(folder: Path) -> list[Conversation]:
    """Return the conversations in `folder`, last used first; files that are not conversations are passed over."""
    found = []
    for path in folder.glob("*.json") if folder.is_dir() else ():
        try:
            found.append(load_conversation(path))
        except WorkspaceError:
            continue
    return sorted(found, key=lambda conversation: (conversation.updated, conversation.id), reverse=True)


def delete_conversation(folder: Path, identifier: str) -> None:
    """Remove a conversation's file; one that is gone already is no error."""
    _path(folder, identifier).unlink(missing_ok=True)


def _path(folder: Path, identifier: str) -> Path:
    if not _SAFE_ID.fullmatch(identifier):
        raise WorkspaceError(f"“{identifier}” cannot be the name of a conversation.")
    return folder / f"{identifier}.json"


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _conversation(document: Mapping[str, Any], identifier: str) -> Conversation:
    if document["format"] != FORMAT:
        raise ValueError(f"format {document['format']} is not known to this version")
    if document["id"] != identifier:
        raise ValueError("the file was renamed: its name and its id differ")
    settings = document.get("settings") or {}
    return Conversation(
        id=identifier,
        created=str(document["created"]),
        updated=str(document["updated"]),
        base=str(document.get("base", "")),
        adapter=str(document.get("adapter", "")),
        scale=float(document.get("scale", 1.0)),
        settings=ChatSettings(
            float(settings.get("temperature", 0.0)),
            int(settings.get("seed", 7)),
            int(settings.get("max_tokens", 512)),
        ),
        turns=tuple(
            Turn(str(turn["question"]), _answer(turn.get("base")), _answer(turn.get("tuned")))
            for turn in document.get("turns", ())
        ),
    )


def _answer(document: Mapping[str, Any] | None) -> Answer | None:
    if document is None:
        return None
    return Answer(
        text=str(document["text"]),
        model=str(document.get("model", "")),
        finish_reason=str(document.get("finish_reason", "stop")),
        tokens=int(document.get("tokens", 0)),
        tokens_per_second=float(document.get("tokens_per_second", 0.0)),
    )

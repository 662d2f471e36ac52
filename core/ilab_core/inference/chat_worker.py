# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The chat worker: a long-lived job that answers what is asked on its stdin."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ilab_core.errors import Cancelled, IlabError
from ilab_core.inference.chat import ChatSession
from ilab_core.inference.types import Sampling
from ilab_core.jobs.context import JobContext
from ilab_core.prompting import Message

COLUMNS = ("base", "tuned")
WAIT_SECONDS = 0.2


def run(context: JobContext) -> dict[str, Any]:
    """Load the base, then serve commands until `quit`; return how many answers were given."""
    base = Path(context.request["base"])
    context.emit("progress", phase="Reading the model", done=0, total=None, unit="MB", message=base.name)
    session = ChatSession(
        base, int(context.request.get("context") or 4096), context.request.get("threads"), context.check_cancelled
    )
    try:
        context.emit("ready", model=str(base), context=session.context)
        return {"summary": f"Gave {_serve(context, session)} answers."}
    finally:
        session.close()


def _serve(context: JobContext, session: ChatSession) -> int:
    """Answer commands in the order they come; those that arrive during an answer wait, but `stop` acts at once."""
    waiting: deque[Mapping[str, Any]] = deque()
    given = 0
    while True:
        context.check_cancelled()
        command = waiting.popleft() if waiting else context.take_command(WAIT_SECONDS)
        if command is None:
            continue
        if command.get("command") == "quit":
            return given
        try:
            given += _obey(command, context, session, waiting)
        except Cancelled:
            raise
        except IlabError as error:
            _report(context, command, error.code, error.summary, error.hint, error.detail)
        except (KeyError, TypeError, ValueError) as error:
            _report(context, command, "job", "The chat did not understand a command.", "", repr(error))


def _obey(
    command: Mapping[str, Any], context: JobContext, session: ChatSession, waiting: deque[Mapping[str, Any]]
) -> int:
    """Do one command; return the number of answers it gave."""
    if command["command"] == "adapter":
        path = command.get("path")
        session.set_adapter(Path(path) if path else None, float(command.get("scale", 1.0)))
        context.emit("adapter", path=path)
        return 0
    if command["command"] == "stop":
        return 0  # it came after the last word of the answer
    if command["command"] != "ask":
        raise ValueError(command["command"])
    answers = 0
    for column in COLUMNS:
        if column in command["columns"]:
            stopped = _answer(column, command, context, session, waiting)
            answers += 1
            if stopped:
                break
    return answers


def _answer(
    column: str,
    command: Mapping[str, Any],
    context: JobContext,
    session: ChatSession,
    waiting: deque[Mapping[str, Any]],
) -> bool:
    """Give the answer of one column; return whether the person stopped it."""

    def on_text(piece: str) -> bool:
        context.emit("token", id=command["id"], column=column, text=piece)
        while (arrived := context.take_command()) is not None:
            if arrived.get("command") == "stop":
                return False
            waiting.append(arrived)
        return True

    messages = [Message(str(turn["role"]), str(turn["content"])) for turn in command["columns"][column]]
    sampling = Sampling(float(command.get("temperature", 0.0)), top_p=0.95, seed=int(command.get("seed", 0)))
    answer = session.answer(messages, column == "tuned", sampling, int(command.get("max_tokens", 512)), on_text)
    context.emit(
        "answer",
        id=command["id"],
        column=column,
        text=answer.text,
        finish_reason=answer.finish_reason,
        tokens=answer.tokens,
        tokens_per_second=answer.tokens_per_second,
    )
    return answer.finish_reason == "cancelled"


def _report(context: JobContext, command: Mapping[str, Any], code: str, summary: str, hint: str, detail: str) -> None:
    context.emit("error", id=command.get("id", ""), code=code, summary=summary, hint=hint, detail=detail)

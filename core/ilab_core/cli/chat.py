# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`model chat`: one question and its answer, or a conversation on the terminal."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from ilab_core.cli.numbers import number, whole_number
from ilab_core.cli.output import print_json
from ilab_core.cli.places import workspace_of
from ilab_core.errors import Cancelled, ModelError
from ilab_core.inference.types import Sampling
from ilab_core.models.gguf_header import read_header
from ilab_core.models.inspection import inspect, require_usable
from ilab_core.models.library import ModelLibrary
from ilab_core.prompting import Message

if TYPE_CHECKING:
    from ilab_core.inference.chat import Answer, ChatSession

ADAPTER_FILE = "adapter.gguf"


def add_chat_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `chat` to the group `model`."""
    parser = commands.add_parser(
        "chat",
        help="ask a model, with or without an adapter",
        description="Ask one question with --message, or talk on the terminal (Ctrl-D ends, Ctrl-C stops an answer).",
    )
    parser.add_argument("--model", required=True, metavar="MODEL", help="a library name, a GGUF file, or starter")
    parser.add_argument(
        "--adapter", type=Path, metavar="DIR|FILE", help="a training run, an adapter's folder or its GGUF file"
    )
    parser.add_argument("--message", metavar="TEXT", help="ask this and end")
    parser.add_argument("--system", metavar="TEXT", help="what the model is told before the conversation")
    parser.add_argument("--temperature", type=number(0, 5), default=0.0, metavar="X", help="0 for the likeliest (0)")
    parser.add_argument("--max-tokens", type=whole_number(1), default=512, metavar="N", help="longest answer (512)")
    parser.add_argument("--seed", type=whole_number(0), default=0, metavar="S", help="same seed, same answer (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON document (with --message)")
    parser.set_defaults(run=run_chat)


def run_chat(arguments: argparse.Namespace) -> int:
    """Answer `--message`, or talk until the end of the input."""
    if arguments.json and arguments.message is None:
        print("--json needs --message.", file=sys.stderr)
        return 2
    model = ModelLibrary(workspace_of(arguments)).resolve(arguments.model)
    require_usable(inspect(model), "chat")
    adapter = adapter_file(arguments.adapter) if arguments.adapter else None
    from ilab_core.inference.chat import ChatSession

    session = ChatSession(model)
    try:
        if adapter is not None:
            session.set_adapter(adapter)
        if arguments.message is None:
            return _talk(session, arguments)
        return _ask_once(session, arguments, model, adapter)
    finally:
        session.close()


def adapter_file(path: Path) -> Path:
    """Return the GGUF adapter that a run folder, an adapter's folder or a file stands for; ModelError where none."""
    path = path.expanduser().absolute()
    places = (path / "adapter" / ADAPTER_FILE, path / ADAPTER_FILE) if path.is_dir() else (path,)
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        raise ModelError(
            f"There is no adapter in {path}." if path.is_dir() else f"There is no file {path}.",
            "Name a finished training run, an adapter's folder, or its adapter.gguf.",
        )
    if read_header(file).text("general.type") != "adapter":
        raise ModelError(f"{file.name} is a model, not an adapter.", "Give it with --model instead.", str(file))
    return file


def _ask_once(session: ChatSession, arguments: argparse.Namespace, model: Path, adapter: Path | None) -> int:
    messages = [*_system(arguments), Message("user", arguments.message)]
    answer = _answer(session, arguments, messages, (lambda _: None) if arguments.json else _write)
    if arguments.json:
        print_json(
            {
                "model": str(model),
                "adapter": None if adapter is None else str(adapter),
                "message": arguments.message,
                "answer": answer.text,
                "finish_reason": answer.finish_reason,
                "tokens": answer.tokens,
                "seed": arguments.seed,
            }
        )
    else:
        print()
    if answer.finish_reason == "cancelled":
        raise Cancelled
    return 0


def _talk(session: ChatSession, arguments: argparse.Namespace) -> int:
    messages = _system(arguments)
    terminal = sys.stdin.isatty()
    if terminal:
        # Where there is readline, importing it lets `input` edit the line and go back to earlier ones
        with suppress(ImportError):
            importlib.import_module("readline")
    while True:
        question = _question(terminal)
        if question is None:
            return 0
        if not question.strip():
            continue
        messages.append(Message("user", question))
        answer = _answer(session, arguments, messages, _write)
        print()
        messages.append(Message("assistant", answer.text))


def _question(terminal: bool) -> str | None:
    """Return the next line a person typed; None at the end of the input, or when they press Ctrl-C."""
    try:
        if terminal:
            return input("> ")
        line = sys.stdin.readline()
    except (EOFError, KeyboardInterrupt):
        print()
        return None
    return line.rstrip("\n") if line else None


def _answer(
    session: ChatSession, arguments: argparse.Namespace, messages: list[Message], on_text: Callable[[str], None]
) -> Answer:
    with _interrupts() as interrupted:

        def go_on(piece: str) -> bool:
            on_text(piece)
            return not interrupted()

        return session.answer(
            messages,
            arguments.adapter is not None,
            Sampling(temperature=arguments.temperature, seed=arguments.seed),
            arguments.max_tokens,
            go_on,
        )


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Give a function that says whether Ctrl-C was pressed meanwhile: the first stops the answer, not the program."""
    pressed: list[int] = []

    def note(signal_number: int, _frame: FrameType | None) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(signal_number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _system(arguments: argparse.Namespace) -> list[Message]:
    return [Message("system", arguments.system)] if arguments.system else []


def _write(piece: str) -> None:
    print(piece, end="", flush=True)

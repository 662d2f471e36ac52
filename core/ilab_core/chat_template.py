# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Render the chat template that a model file carries: untrusted code, run in a sandbox with limits."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension, LoopControlExtension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ilab_core.errors import ModelError

SECONDS = 2.0
CHARACTERS = 4_000_000
REPEAT_LIMIT = 100_000


class ChatTemplate:
    """A compiled chat template with the texts of the model's first and last token."""

    def __init__(self, source: str, bos_text: str, eos_text: str) -> None:
        self._names = {"bos_token": bos_text, "eos_token": eos_text}
        environment = _Sandbox(
            trim_blocks=True, lstrip_blocks=True, extensions=[LoopControlExtension, _GenerationExtension]
        )
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = time.strftime
        try:
            tree = environment.parse(source)
            for loop in tree.find_all((nodes.For, nodes.Macro)):
                loop.body.insert(0, nodes.Output([nodes.Call(nodes.Name("watch_clock", "load"), [], [], None, None)]))
            self._template = environment.from_string(tree)
        except (TemplateError, RecursionError, ValueError) as error:
            raise _broken(error) from error

    def render(self, messages: Sequence[Mapping[str, str]], answer_next: bool) -> str:
        """Return the conversation as the model's text; `answer_next` adds the start of the assistant's turn."""
        watch = _deadline()
        pieces: list[str] = []
        size = 0
        try:
            for piece in self._template.generate(
                messages=[dict(message) for message in messages],
                add_generation_prompt=answer_next,
                watch_clock=watch,
                **self._names,
            ):
                watch()
                size += len(piece)
                if size > CHARACTERS:
                    raise _TooMuch("more than 4 million characters")
                pieces.append(piece)
        except (TemplateError, RecursionError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise _broken(error) from error
        return "".join(pieces)


class _TooMuch(TemplateError):
    """The template ran into a limit."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, with limits on the two operators that make much out of little."""

    intercepted_binops = frozenset(["*", "**"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse powers, and repeating a text or list very often."""
        if operator == "**" or any(isinstance(side, int) and side > REPEAT_LIMIT for side in (left, right)):
            raise _TooMuch(f"{operator} on large values")
        return super().call_binop(context, operator, left, right)


class _GenerationExtension(Extension):
    """`{% generation %} … {% endgeneration %}` marks answers for other trainers; here it is only its content."""

    tags = {"generation"}  # noqa: RUF012 (jinja2 declares it so)

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _deadline() -> Callable[[], str]:
    end = time.monotonic() + SECONDS

    def watch() -> str:
        if time.monotonic() > end:
            raise _TooMuch(f"longer than {SECONDS:g} seconds")
        return ""

    return watch


def _to_json(value: Any, indent: int | None = None, **_: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(message: str) -> str:
    raise TemplateError(message)


def _broken(error: Exception) -> ModelError:
    return ModelError(
        "The chat template in this model file does not work.",
        "Choose another file of this model, or tell its publisher.",
        f"{type(error).__name__}: {error}",
    )

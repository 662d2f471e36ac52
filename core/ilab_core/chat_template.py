# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Render the chat template that a model file carries: untrusted code, run in a sandbox with limits."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from jinja2 import TemplateError

from ilab_core.errors import ModelError
from ilab_core.template_sandbox import TemplateSandbox, TooMuch

CHARACTERS = 4_000_000


class ChatTemplate:
    """A compiled chat template with the texts of the model's first and last token."""

    def __init__(self, source: str, bos_text: str, eos_text: str) -> None:
        self._names = {"bos_token": bos_text, "eos_token": eos_text}
        self._sandbox = TemplateSandbox()
        self._sandbox.globals["raise_exception"] = _refuse
        self._sandbox.globals["strftime_now"] = _now
        try:
            self._template = self._sandbox.from_string(self._sandbox.guarded(source))
        except Exception as error:  # whatever the compiler of untrusted code may raise
            raise _broken(error) from error

    def render(self, messages: Sequence[Mapping[str, str]], answer_next: bool) -> str:
        """Return the conversation as the model's text; `answer_next` adds the start of the assistant's turn."""
        self._sandbox.start_clock()
        pieces: list[str] = []
        size = 0
        try:
            for piece in self._template.generate(
                messages=[dict(message) for message in messages], add_generation_prompt=answer_next, **self._names
            ):
                self._sandbox.watch()
                size += len(piece)
                if size > CHARACTERS:
                    raise TooMuch("more than 4 million characters")
                pieces.append(piece)
        except Exception as error:  # whatever untrusted code may raise
            raise _broken(error) from error
        return "".join(pieces)


def _now(form: str) -> str:
    if len(form) > 100:
        raise TooMuch("a long time format")
    return time.strftime(form)


def _refuse(message: str) -> str:
    raise TemplateError(message)


def _broken(error: Exception) -> ModelError:
    return ModelError(
        "The chat template in this model file does not work.",
        "Choose another file of this model, or tell its publisher.",
        f"{type(error).__name__}: {error}"[:2000],
    )

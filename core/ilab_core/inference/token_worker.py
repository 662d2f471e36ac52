# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The token worker: a long-lived job that says how many tokens of a model a text is. Only the vocabulary is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ilab_core.inference.llama import LoadedModel
from ilab_core.jobs.context import JobContext

WAIT_SECONDS = 0.2
TEMPLATE_TOKENS = 64
"""About what a chat template puts between the messages of one request."""


def run(context: JobContext) -> dict[str, Any]:
    """Load the vocabulary of the model, then count what is asked until `quit`; return how often that was."""
    with LoadedModel(Path(context.request["model"]), vocabulary_only=True) as model:
        context.emit("ready", most_tokens=most_example_tokens(model))
        asked = 0
        while True:
            context.check_cancelled()
            command = context.take_command(WAIT_SECONDS)
            if command is None:
                continue
            if command.get("command") == "quit":
                return {"summary": f"Counted {asked} times."}
            asked += 1
            context.emit("tokens", **_counted(command, model))


def most_example_tokens(model: LoadedModel) -> int:
    """Return how many tokens a seed example may have so that the teacher can be shown it beside a passage."""
    from ilab_core.generation.leaf_work import PASSAGE_TOKENS
    from ilab_core.generation.pipelines import load_prompts
    from ilab_core.generation.runner import CONTEXT_TOKENS
    from ilab_core.generation.writing import ANSWER_TOKENS, QUESTION_TOKENS

    prompts = load_prompts("knowledge")
    words = "\n".join((prompts["system"], prompts["ask"], prompts["reply"], prompts["ask"]))
    request = len(model.vocabulary.tokenize(words)) + TEMPLATE_TOKENS + PASSAGE_TOKENS
    room = min(CONTEXT_TOKENS, model.trained_context or CONTEXT_TOKENS) - 2 * QUESTION_TOKENS - ANSWER_TOKENS
    return max(1, room - request)


def _counted(command: Mapping[str, Any], model: LoadedModel) -> dict[str, Any]:
    texts = [text for text in command.get("texts", ()) if isinstance(text, str)]
    # What looks like a control token in a leaf is only text
    counts = [len(model.vocabulary.tokenize(text, parse_special=False)) for text in texts]
    return {"id": command.get("id", 0), "counts": counts}

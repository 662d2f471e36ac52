# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The kinds of jobs, and the function that does each."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ilab_core.errors import JobError
from ilab_core.jobs.context import JobContext

Handler = Callable[[JobContext], Mapping[str, Any] | None]

HANDLERS: Mapping[str, str] = MappingProxyType(
    {
        "generate": "ilab_core.generation.runner:run",
        "draft": "ilab_core.generation.drafting:run",
        "train": "ilab_core.training.runner:run",
        "chat": "ilab_core.inference.chat_worker:run",
        "tokens": "ilab_core.inference.token_worker:run",
    }
)
HEAVY_KINDS = frozenset({"generate", "draft", "train"})
SERVING_KINDS = frozenset({"chat", "tokens"})
"""Workers that answer a page for as long as it asks: no work that a person started, waits for or looks back on."""


def load_handler(kind: str, handlers: Mapping[str, str] = HANDLERS) -> Handler:
    """Import and return the function that does jobs of `kind`; JobError where there is no such kind."""
    place = handlers.get(kind)
    if place is None:
        raise JobError(f"There is no job called {kind}.", "This run may have been made by a newer version.")
    module, _, name = place.partition(":")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler

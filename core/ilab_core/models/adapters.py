# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The adapters of a workspace: one folder each, described by the card that training wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ilab_core.paths import Workspace

CARD = "card.json"
GGUF_ADAPTER = "adapter.gguf"
MAX_CARD_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class AdapterEntry:
    """An adapter that can be used: `path` is its folder, `gguf` the file for llama.cpp, `bytes` the size of all files.

    `base_sha256` is the base it was trained on and fits; `run` the id of the run it came from; `created` an aware UTC
    time; `card` everything the training wrote about it.
    """

    name: str
    path: Path
    gguf: Path
    base_sha256: str
    base_name: str
    created: datetime
    run: str
    bytes: int
    card: Mapping[str, Any]


def list_adapters(workspace: Workspace) -> list[AdapterEntry]:
    """Return the adapters of `workspace`, newest first; a folder that holds no whole adapter is left out."""
    if not workspace.adapters.is_dir():
        return []
    entries = [read_adapter(folder) for folder in workspace.adapters.iterdir() if not folder.name.startswith(".")]
    return sorted((entry for entry in entries if entry), key=lambda entry: (entry.created, entry.name), reverse=True)


def read_adapter(folder: Path) -> AdapterEntry | None:
    """Return the adapter in `folder`, or None where there is no whole one."""
    card_file, gguf = folder / CARD, folder / GGUF_ADAPTER
    try:
        if not gguf.is_file() or card_file.stat().st_size > MAX_CARD_BYTES:
            return None
        card = json.loads(card_file.read_text(encoding="utf-8"))
        created = datetime.fromisoformat(card["created"])
        return AdapterEntry(
            name=folder.name,
            path=folder,
            gguf=gguf,
            base_sha256=str(card["base"]["sha256"]),
            base_name=str(card["base"]["name"]),
            created=created if created.tzinfo else created.replace(tzinfo=UTC),
            run=str(card.get("run", "")),
            bytes=sum(file.stat().st_size for file in folder.iterdir() if file.is_file()),
            card=card,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None

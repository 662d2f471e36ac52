# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One file to go on from: the backend's arrays and the loop's state, replaced in one step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ilab_core.paths import write_atomic
from ilab_core.training.loop import LoopState

CHECKPOINT_FILE = Path("checkpoint") / "state.safetensors"


def save_checkpoint(folder: Path, arrays: Mapping[str, Any], state: LoopState, fingerprint: str) -> None:
    """Write the checkpoint of the run in `folder`; `fingerprint` says which rows and options it belongs to."""
    from safetensors.numpy import save

    metadata = {"loop": json.dumps(state.to_json()), "fingerprint": fingerprint}
    write_atomic(folder / CHECKPOINT_FILE, save(dict(arrays), metadata=metadata))


def load_checkpoint(folder: Path, fingerprint: str) -> tuple[dict[str, Any], LoopState] | None:
    """Return the arrays and loop state of the run in `folder`; None where there is none that fits `fingerprint`."""
    from safetensors import SafetensorError, safe_open

    file = folder / CHECKPOINT_FILE
    if not file.is_file():
        return None
    try:
        with safe_open(str(file), framework="numpy") as opened:
            metadata = opened.metadata() or {}
            if metadata.get("fingerprint") != fingerprint:
                return None
            arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
            return arrays, LoopState.from_json(json.loads(metadata["loop"]))
    except (SafetensorError, OSError, ValueError, KeyError, TypeError):
        return None

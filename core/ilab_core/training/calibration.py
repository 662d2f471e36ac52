# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How fast training went on this computer, kept in the workspace so that the next run can say how long it will take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ilab_core.paths import write_atomic

CALIBRATION_FILE = "calibration.json"
SECTION = "training"


def known_speed(workspace_root: Path, base_sha256: str) -> float | None:
    """Return the tokens per second last measured while training this base here, else None."""
    entry = _read(workspace_root).get(SECTION, {})
    measured = entry.get(base_sha256, {}) if isinstance(entry, dict) else {}
    speed = measured.get("tokens_per_second") if isinstance(measured, dict) else None
    return float(speed) if isinstance(speed, int | float) and speed > 0 else None


def remember_speed(workspace_root: Path, base_sha256: str, tokens_per_second: float, memory_bytes: int) -> None:
    """Keep what a run measured, leaving what other parts of the program have measured as it is."""
    everything = _read(workspace_root)
    section = everything.get(SECTION)
    if not isinstance(section, dict):
        section = {}
    section[base_sha256] = {"tokens_per_second": round(tokens_per_second, 2), "memory_bytes": memory_bytes}
    everything[SECTION] = section
    write_atomic(workspace_root / CALIBRATION_FILE, json.dumps(everything, indent=2) + "\n")


def _read(workspace_root: Path) -> dict[str, Any]:
    try:
        content = json.loads((workspace_root / CALIBRATION_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Leaves and folders as they are dragged: their full names."""

from __future__ import annotations

import json
from collections.abc import Iterable

from PySide6.QtCore import QMimeData

FORMAT = "application/x-instructlab-leaves"


def mime_of(names: Iterable[str]) -> QMimeData:
    """Return the names as data to drag."""
    held = QMimeData()
    held.setData(FORMAT, json.dumps(list(names)).encode())
    return held


def names_in(data: QMimeData) -> list[str]:
    """Return the names that are dragged, [] where it is something else."""
    if not data.hasFormat(FORMAT):
        return []
    return [str(name) for name in json.loads(data.data(FORMAT).data())]

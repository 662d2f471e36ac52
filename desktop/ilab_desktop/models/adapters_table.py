# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The adapters of the workspace: name, base, what each learned from, how well, how large."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ilab_core.models.adapters import AdapterEntry
from ilab_core.text import human_bytes, human_count
from PySide6.QtCore import QObject

from ilab_desktop.models.rows_table import Column, RowsTable


class AdaptersTable(RowsTable[AdapterEntry]):
    """One row an adapter, in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, lambda entry: entry.path, parent)

    def set_adapters(self, entries: Iterable[AdapterEntry]) -> None:
        """Replace the rows."""
        self.set_rows(entries)

    def adapter_at(self, row: int) -> AdapterEntry:
        """Return the adapter of a row."""
        return self.row_at(row)


def learned_from(card: Mapping[str, Any]) -> str:
    """Return "41 examples, 1 leaf", as far as the card says."""
    data = card.get("data")
    if not isinstance(data, Mapping):
        return ""
    parts = []
    training = data.get("training")
    if isinstance(training, int):
        parts.append(f"{human_count(training)} example{'' if training == 1 else 's'}")
    leaves = data.get("leaves")
    if isinstance(leaves, Mapping):
        parts.append(f"{len(leaves)} lea{'f' if len(leaves) == 1 else 'ves'}")
    return ", ".join(parts)


def held_out(card: Mapping[str, Any]) -> str:
    """Return "0.41, before 3.02", or nothing where it was not measured."""
    before, best = card.get("held_out_before"), card.get("held_out_best")
    if not isinstance(before, float | int) or not isinstance(best, float | int):
        return ""
    return f"{human_count(float(best))}, before {human_count(float(before))}"


COLUMNS = (
    Column[AdapterEntry]("Adapter", lambda entry: entry.name, lambda entry: str(entry.path)),
    Column[AdapterEntry]("Base", lambda entry: entry.base_name, lambda entry: f"SHA-256 {entry.base_sha256}"),
    Column[AdapterEntry](
        "Learned from", lambda entry: learned_from(entry.card), lambda entry: learned_from(entry.card)
    ),
    Column[AdapterEntry](
        "Held-out loss", lambda entry: held_out(entry.card), lambda entry: str(entry.card.get("result", ""))
    ),
    Column[AdapterEntry]("Size", lambda entry: human_bytes(entry.bytes), lambda entry: f"{entry.bytes:,} bytes"),
)

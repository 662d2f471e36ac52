# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The funnel of a run as five figures with thin bars."""

from __future__ import annotations

from collections.abc import Mapping

from ilab_core.text import human_count
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ilab_desktop.pages.data_state import STAGES, funnel_stages
from ilab_desktop.theme import Space
from ilab_desktop.widgets.stat_tile import StatTile

TOOL_TIPS = {
    "generated": "what the teacher wrote",
    "parsed": "of it, what could be read as a question and an answer",
    "unique": "of these, what is not a duplicate or a near duplicate",
    "judged": "of these, what the judges have looked at",
    "kept": "what will be used for training",
}


class FunnelTiles(QWidget):
    """generated → parsed → unique → judged → kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.MEDIUM)
        self.tiles = [StatTile(name, bar=True, meaning="success" if name == "kept" else "accent") for name in STAGES]
        for tile in self.tiles:
            row.addWidget(tile, 1)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show the numbers of a run."""
        for tile, stage in zip(self.tiles, funnel_stages(counts), strict=True):
            exact = f"{stage.value:,}: {TOOL_TIPS[stage.name]}"
            tile.show_value(human_count(stage.value), share=stage.share, exact=exact)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A grid of cards that takes as many columns as fit, all equally wide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ilab_desktop.theme import Size, Space


class CardGrid(QWidget):
    """Rows are as high as their highest card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[QWidget] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.MEDIUM)

    def set_cards(self, cards: Sequence[QWidget]) -> None:
        """Replace the cards; those that are not shown again are deleted."""
        for card in self._cards:
            self._grid.removeWidget(card)
            if card not in cards:
                card.deleteLater()
        self._cards = list(cards)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use another number of columns where the width asks for it."""
        super().resizeEvent(event)
        if self._fitting() != self._columns:
            self._place()

    def _fitting(self) -> int:
        return max(1, min(3, (self.width() + Space.MEDIUM) // (Size.CARD_WIDTH + Space.MEDIUM)))

    def _place(self) -> None:
        before, self._columns = self._columns, self._fitting()
        for column in range(max(before, self._columns)):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // self._columns, place % self._columns)
            card.show()
            previous = self._cards[place - 1] if place else None
            if previous is not None:
                QWidget.setTabOrder(previous, card)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""An empty state whose sentence takes the width that it is given, so that no line of it is cut off."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent

from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.empty_state import EmptyState


class RoomyEmptyState(EmptyState):
    """For sentences that change while they are shown, in panes that are narrow."""

    def set_sentence(self, sentence: str) -> None:
        """Change the sentence."""
        super().set_sentence(sentence)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the sentence the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = max(Space.MARGIN, min(self.width() - 2 * Space.MARGIN, Size.READING_WIDTH // 2))
        height = max(0, self._sentence.heightForWidth(width))
        if (self._sentence.width(), self._sentence.height()) != (width, height):
            self._sentence.setFixedSize(width, height)

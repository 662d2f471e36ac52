# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The search box over the tree, with a small menu of the filters that can also be typed."""

from __future__ import annotations

from ilab_core.taxonomy.search import FILTERS, with_filter
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget

from ilab_desktop.icons import icon


class SearchBox(QLineEdit):
    """Words are searched in path and text. Alt+Down, or the button in the box, opens the filters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Search leaves")
        self.setAccessibleName("Search leaves")
        explained = "\n".join(f"{text}\t{what}" for text, what in FILTERS.items())
        self.setToolTip(f"Words of the path or the text (Ctrl+F). Filters (Alt+Down):\n{explained}")
        self.setAccessibleDescription("Words of the path or the text. Alt+Down opens the filters.")
        self.setClearButtonEnabled(True)
        self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.filters = QMenu("Filters", self)
        for text, what in FILTERS.items():
            action = self.filters.addAction(f"{what.partition(',')[0]}\t{text}")
            action.setCheckable(not text.endswith(":"))
            action.setData(text)
        self.filters.aboutToShow.connect(self._check_filters)
        self.filters.triggered.connect(lambda action: self._choose(str(action.data())))
        open_filters = self.addAction(icon("filter", "muted"), QLineEdit.ActionPosition.TrailingPosition)
        open_filters.setText("Filters")
        open_filters.setToolTip("Filters (Alt+Down)")
        open_filters.triggered.connect(self._open_filters)
        for button in self.findChildren(QToolButton):
            button.setStyleSheet("min-height: 0; padding: 0; border: none; background: transparent;")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the filters with Alt+Down; empty the box with Escape."""
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._open_filters()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _open_filters(self) -> None:
        self.filters.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _check_filters(self) -> None:
        words = self.text().casefold().split()
        for action in self.filters.actions():
            action.setChecked(action.data() in words)

    def _choose(self, chosen: str) -> None:
        self.setText(with_filter(self.text(), chosen))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a page or a list shows while there is nothing in it: a drawing, a sentence, the next step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ilab_desktop.icons import pixmap
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import plain_button
from ilab_desktop.widgets.labels import label


class EmptyState(QWidget):
    """Stands in the middle of the room it is given."""

    def __init__(
        self,
        icon_name: str,
        sentence: str,
        button_text: str = "",
        on_click: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._drawing = QLabel()
        self._drawing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = label(sentence, "muted", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setMaximumWidth(Size.READING_WIDTH // 2)
        self.button: QPushButton | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.MARGIN, Space.LARGE, Space.MARGIN, Space.LARGE)
        layout.setSpacing(Space.MEDIUM)
        layout.addStretch(1)
        layout.addWidget(self._drawing)
        layout.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        if button_text:
            self.button = plain_button(button_text)
            if on_click is not None:
                self.button.clicked.connect(lambda: on_click())
            layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self._draw()

    def set_sentence(self, sentence: str) -> None:
        """Change the sentence."""
        self._sentence.setText(sentence)

    def changeEvent(self, event: QEvent) -> None:
        """Draw again in the colours of another palette."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        ratio = self.devicePixelRatioF()
        self._drawing.setPixmap(pixmap(self._icon_name, Size.EMPTY_ICON, "accent", ratio))

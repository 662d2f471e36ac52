# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One way to train, as a card to choose: its name, predicted time and memory, and one sentence."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ilab_desktop.icons import pixmap
from ilab_desktop.pages.train_state import PRESETS
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.card import Card, row
from ilab_desktop.widgets.labels import label


class ChoiceCard(Card):
    """Chosen or not, like a radio button."""

    def __init__(self, key: str, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=Space.TINY)
        self.key = key
        self._title = title
        self._sentence = sentence
        self._figures = label("", "caption")
        self._mark = QLabel()
        self._mark.setFixedSize(QSize(Size.SMALL_ICON, Size.SMALL_ICON))
        top = row(label(title, "strong"), self._figures)
        top.addStretch(1)
        top.addWidget(self._mark)
        self.column.addLayout(top)
        self.column.addWidget(label(sentence, "caption", wrap=True))
        self.column.addStretch(1)
        self.make_clickable(title)
        self.set_chosen(False)

    def set_chosen(self, chosen: bool) -> None:
        """Show whether this is the choice."""
        self.set_accent(chosen)
        self._mark.setPixmap(
            pixmap("check-circle", Size.SMALL_ICON, "accent", self.devicePixelRatioF()) if chosen else QPixmap()
        )
        self._name(chosen)

    def show_figures(self, words: str) -> None:
        """Show predicted time and memory."""
        self._figures.setText(words)
        self._name(bool(self.property("accent")))

    @property
    def figures(self) -> str:
        """The predicted time and memory as shown."""
        return self._figures.text()

    def _name(self, chosen: bool) -> None:
        parts = (self._title, "chosen" if chosen else "", self._figures.text(), self._sentence)
        self.setAccessibleName(", ".join(part for part in parts if part))


class PresetChooser(QWidget):
    """The three cards; the arrow keys move between them, `chosen` follows."""

    chosen = Signal(str)

    def __init__(self, preset: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preset = preset
        self.cards = {key: ChoiceCard(key, title, sentence) for key, title, sentence in PRESETS}
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(Space.MEDIUM)
        for key, card in self.cards.items():
            across.addWidget(card, 1)
            card.clicked.connect(lambda key=key: self.choose(key))
        self._show()

    @property
    def preset(self) -> str:
        """The key of the chosen card."""
        return self._preset

    def choose(self, key: str) -> None:
        """Choose a card."""
        if key != self._preset:
            self._preset = key
            self._show()
            self.chosen.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrow keys."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        keys = list(self.cards)
        key = keys[(keys.index(self._preset) + step) % len(keys)]
        self.choose(key)
        self.cards[key].setFocus(Qt.FocusReason.TabFocusReason)

    def _show(self) -> None:
        for key, card in self.cards.items():
            card.set_chosen(key == self._preset)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A sentence that stands in a page: what happened, what to do, a button that does it, and the detail folded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ilab_desktop.icons import pixmap
from ilab_desktop.theme import Size, Space, colours
from ilab_desktop.widgets.announce import announce
from ilab_desktop.widgets.badge import Meaning
from ilab_desktop.widgets.buttons import link_button, plain_button, small
from ilab_desktop.widgets.labels import label

_ICONS = {"success": "check-circle", "warning": "warning", "danger": "error", "information": "info"}
DETAIL_LENGTH = 4000


class Notice(QFrame):
    """Hidden until `tell` gives it something to say. A narrow one has its button below the words, not beside them."""

    def __init__(self, parent: QWidget | None = None, narrow: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._meaning: Meaning = "information"
        self._on_click: Callable[[], None] | None = None
        self._icon = QLabel()
        self._sentence = label("", "strong", wrap=True, selectable=True)
        self._hint = label("", wrap=True, selectable=True)
        self._detail = label("", "code", wrap=True, selectable=True)
        self._more = link_button("Details", "Show the details")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._detail.setVisible)
        self.button = plain_button("", accessible="Go on")
        self.button.clicked.connect(self._clicked)
        words = QVBoxLayout()
        words.setSpacing(Space.TINY)
        words.addWidget(self._sentence)
        words.addWidget(self._hint)
        words.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(self._detail)
        self._choices = QHBoxLayout()
        self._choices.setSpacing(Space.SMALL)
        words.addLayout(self._choices)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.GROUP, Space.MEDIUM, Space.MEDIUM, Space.MEDIUM)
        layout.setSpacing(Space.MEDIUM)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        if narrow:
            layout.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.SMALL, Space.SMALL)
            layout.setSpacing(Space.SMALL)
            words.addWidget(small(self.button), 0, Qt.AlignmentFlag.AlignLeft)
        else:
            layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def text(self) -> str:
        """What it says now, "" while it is hidden."""
        return "" if self.isHidden() else " ".join(part for part in (self._sentence.text(), self._hint.text()) if part)

    def tell(
        self,
        meaning: Meaning,
        sentence: str,
        hint: str = "",
        detail: str = "",
        button: str = "",
        on_click: Callable[[], None] | None = None,
    ) -> None:
        """Say `sentence` in the colour and with the icon of `meaning`, here and to a screen reader."""
        before = self.text
        self._meaning = meaning
        self._sentence.setText(sentence)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._detail.setText(detail[:DETAIL_LENGTH])
        self._more.setVisible(bool(detail))
        self._detail.setVisible(bool(detail) and self._more.isChecked())
        self.button.setText(button)
        self.button.setAccessibleName(button or "Go on")
        self.button.setVisible(bool(button))
        self._on_click = on_click
        self._forget_choices()
        self._colour()
        self.show()
        if self.text != before:
            announce(self, self.text, urgent=meaning == "danger")

    def offer(self, choices: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Show a row of buttons below what was told: each with its word and what it does."""
        self._forget_choices()
        for word, act in choices:
            button = small(plain_button(word, accessible=word))
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._choices.addWidget(button)
        self._choices.addStretch(1)

    def choices(self) -> list[QPushButton]:
        """Return the buttons of the choices that are offered."""
        widgets = [self._choices.itemAt(place).widget() for place in range(self._choices.count())]
        return [widget for widget in widgets if isinstance(widget, QPushButton)]

    def clear(self) -> None:
        """Hide."""
        self._forget_choices()
        self._on_click = None
        self._more.setChecked(False)
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another palette."""
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _colour(self) -> None:
        colour, wash = colours(self).meaning(self._meaning)
        tint = self._meaning if self._meaning in _ICONS else "muted"
        self._icon.setPixmap(pixmap(_ICONS.get(self._meaning, "info"), Size.ICON, tint, self.devicePixelRatioF()))
        sheet = (
            f"QFrame#notice {{ background: {wash}; border: {Size.EDGE}px solid {colour};"
            f" border-radius: {Size.CARD_RADIUS}px; }}"
        )
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)

    def _forget_choices(self) -> None:
        while (item := self._choices.takeAt(0)) is not None:
            button = item.widget()
            if button is not None:
                button.hide()
                button.deleteLater()

    def _clicked(self) -> None:
        if self._on_click is not None:
            self._on_click()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The top of a page: title, one sentence, the page's buttons, and why the main one is off."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ilab_desktop.theme import Space
from ilab_desktop.widgets.buttons import link_button
from ilab_desktop.widgets.labels import label


class PageHeader(QWidget):
    """Buttons stand at the right in the order they were added, the primary one last."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_link: Callable[[], None] | None = None
        self._title = label(title, "title")
        self._subtitle = label(subtitle, "muted", wrap=True)
        self._reason = label("", "caption")
        self._reason.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._link = link_button("")
        self._link.clicked.connect(self._follow_link)
        words = QVBoxLayout()
        words.setSpacing(Space.TINY)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        words.addStretch(1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(Space.SMALL)
        because = QHBoxLayout()
        because.setSpacing(Space.TINY)
        because.addStretch(1)
        because.addWidget(self._reason)
        because.addWidget(self._link)
        right = QVBoxLayout()
        right.setSpacing(Space.TINY)
        right.addLayout(self._buttons)
        right.addLayout(because)
        right.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.MARGIN)
        whole.addLayout(words, 1)
        whole.addLayout(right, 0)
        self.set_reason("")
        self._subtitle.setVisible(bool(subtitle))

    def add_action(self, button: QWidget) -> None:
        """Add a button (or another small control) at the right end."""
        self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)

    def set_subtitle(self, subtitle: str) -> None:
        """Change the sentence below the title."""
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))

    def set_reason(self, text: str, link_text: str = "", on_link: Callable[[], None] | None = None) -> None:
        """Say below the buttons why the main one is off, with a link to the cure; an empty text takes it away."""
        self._on_link = on_link
        self._reason.setText(text)
        self._reason.setVisible(bool(text))
        self._link.setText(link_text)
        self._link.setAccessibleName(link_text or "Go to the cure")
        self._link.setVisible(bool(text and link_text and on_link))

    @property
    def reason(self) -> str:
        """Return why the main button is off, as shown."""
        return self._reason.text()

    @property
    def link(self) -> QPushButton:
        """Return the link to the cure."""
        return self._link

    def _follow_link(self) -> None:
        if self._on_link is not None:
            self._on_link()

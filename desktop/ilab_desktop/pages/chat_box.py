# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The message box: Enter sends, Shift+Enter breaks the line, Escape stops; the settings open from its corner."""

from __future__ import annotations

from ilab_core.chats import ChatSettings
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QHBoxLayout, QPlainTextEdit, QSpinBox, QWidget

from ilab_desktop.pages.chat_state import settings_words
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import plain_button, primary_button, quiet_button, small
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.popover import Popover

BOX_HEIGHT = 92
MAXIMUM_SEED = 2**31 - 1


class MessageEdit(QPlainTextEdit):
    """Plain text that is sent by Enter."""

    sent = Signal()
    stopped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send, stop, or write."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier):
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.stopped.emit()
        else:
            super().keyPressEvent(event)


class MessageBox(Card):
    """`sent` carries the message; what is typed stays until it is taken with `clear`."""

    sent = Signal(str)
    stopped = Signal()
    settings_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=Space.SMALL, spacing=0)
        self.setFixedHeight(BOX_HEIGHT)
        self._can_send = False
        self.edit = MessageEdit()
        self.edit.setProperty("bare", True)
        self.edit.setAccessibleName("Message")
        self.edit.setTabChangesFocus(True)
        self.edit.sent.connect(self._send)
        self.edit.stopped.connect(self.stopped)
        self.edit.textChanged.connect(self._offer)
        self.settings_button = small(quiet_button("", "settings", "Chat settings"))
        self.settings_button.clicked.connect(self._open_settings)
        self.send_button = primary_button("Send", "send")
        self.send_button.setToolTip("Send (Enter)")
        self.send_button.clicked.connect(self._send)
        self.stop_button = plain_button("Stop", "stop", "Stop the answer")
        self.stop_button.setToolTip("Stop the answer (Esc)")
        self.stop_button.clicked.connect(self.stopped)
        self.stop_button.hide()
        self._make_settings()
        bottom = QHBoxLayout()
        bottom.setSpacing(Space.SMALL)
        bottom.addStretch(1)
        bottom.addWidget(self.settings_button)
        bottom.addWidget(self.stop_button)
        bottom.addWidget(self.send_button)
        self.column.addWidget(self.edit, 1)
        self.column.addLayout(bottom)
        self._offer()

    @property
    def settings(self) -> ChatSettings:
        """How answers are drawn."""
        return ChatSettings(self._temperature.value(), self._seed.value(), self._max_tokens.value())

    def show_settings(self, settings: ChatSettings) -> None:
        """Show the settings of a conversation."""
        self._temperature.setValue(settings.temperature)
        self._seed.setValue(settings.seed)
        self._max_tokens.setValue(settings.max_tokens)
        self._settings_moved()

    def set_state(self, placeholder: str, can_send: bool, answering: bool) -> None:
        """Say who is asked, whether a message can be sent, and whether an answer can be stopped."""
        self.edit.setPlaceholderText(placeholder)
        self._can_send = can_send
        self.stop_button.setVisible(answering)
        self.send_button.setVisible(not answering)
        self._offer()

    def clear(self) -> None:
        """Empty the box."""
        self.edit.clear()

    def _make_settings(self) -> None:
        self._popover = Popover(self, "Chat settings")
        self._temperature = QDoubleSpinBox()
        self._temperature.setRange(0.0, 2.0)
        self._temperature.setSingleStep(0.1)
        self._temperature.setDecimals(2)
        self._temperature.setAccessibleName("Temperature")
        self._temperature.setToolTip("0 takes the likeliest word each time; higher is more varied.")
        self._seed = _spin("Seed", 0, MAXIMUM_SEED)
        self._seed.setToolTip("The same seed gives the same answer; both columns use it.")
        self._max_tokens = _spin("Longest answer in tokens", 1, 4096)
        form = QFormLayout()
        form.setSpacing(Space.SMALL)
        for title, widget in (
            ("Temperature", self._temperature),
            ("Seed", self._seed),
            ("Longest answer, tokens", self._max_tokens),
        ):
            widget.setFixedHeight(Size.CONTROL_HEIGHT)
            name = label(title, "field")
            name.setMinimumHeight(Size.CONTROL_HEIGHT)
            form.addRow(name, widget)
            widget.valueChanged.connect(lambda _value: self._settings_moved())
        self._popover.body.addLayout(form)
        self._popover.body.addWidget(label("The same for both columns.", "caption"))
        self.show_settings(ChatSettings())

    def _open_settings(self) -> None:
        self._popover.open_at(self.settings_button, self._temperature)

    def _settings_moved(self) -> None:
        words = settings_words(self.settings)
        self.settings_button.setText(words)
        self.settings_button.setAccessibleName(f"Chat settings: {words}")
        self.settings_button.setToolTip("Chat settings")
        self.settings_changed.emit()

    def _send(self) -> None:
        text = self.edit.toPlainText().strip()
        if text and self._can_send:
            self.sent.emit(text)

    def _offer(self) -> None:
        self.send_button.setEnabled(self._can_send and bool(self.edit.toPlainText().strip()))


def _spin(name: str, minimum: int, maximum: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(minimum, maximum)
    spin.setAccessibleName(name)
    return spin

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Saves conversations and lists earlier ones, outside the GUI thread and one after another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from ilab_core.chats import Conversation, delete_conversation, list_conversations, save_conversation
from ilab_core.text import human_when
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from ilab_desktop.background import run_in_background
from ilab_desktop.icons import icon
from ilab_desktop.widgets.buttons import plain_button

SHOWN = 20


class ChatHistory(QObject):
    """`conversations` is what is on disk, last used first. `failed` carries what could not be saved."""

    listed = Signal()
    failed = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._work: list[Callable[[], list[Conversation]]] = []
        self._busy = False
        self.conversations: list[Conversation] = []

    def read(self) -> None:
        """Read the list again."""
        self._queue(partial(list_conversations, self._folder))

    def save(self, conversation: Conversation) -> None:
        """Write a conversation; one that was saved later never gives way to an earlier state."""
        folder = self._folder

        def work() -> list[Conversation]:
            save_conversation(folder, conversation)
            return list_conversations(folder)

        self._queue(work)

    def delete(self, identifier: str) -> None:
        """Remove a conversation."""
        folder = self._folder

        def work() -> list[Conversation]:
            delete_conversation(folder, identifier)
            return list_conversations(folder)

        self._queue(work)

    def _queue(self, work: Callable[[], list[Conversation]]) -> None:
        self._work.append(work)
        self._next()

    def _next(self) -> None:
        if not self._busy and self._work:
            self._busy = True
            run_in_background(self, self._work.pop(0), self._done, self._failed)

    def _done(self, conversations: list[Conversation]) -> None:
        self._busy = False
        self.conversations = conversations
        self.listed.emit()
        self._next()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self.failed.emit(error)
        self._next()


def history_button(
    history: ChatHistory,
    current: Callable[[], str],
    on_open: Callable[[Conversation], None],
    on_delete: Callable[[], None],
) -> QPushButton:
    """Return a button whose menu opens an earlier conversation or deletes the one that is open."""
    button = plain_button("Earlier chats")
    button.setProperty("menu", True)
    menu = QMenu(button)
    menu.setAccessibleName("Earlier chats")

    def fill() -> None:
        menu.clear()
        now = datetime.now().astimezone()
        for conversation in history.conversations[:SHOWN]:
            moment = human_when(datetime.fromisoformat(conversation.updated), now)
            action = menu.addAction(f"{conversation.title.replace('&', '&&')}   {moment}")
            action.setCheckable(True)
            action.setChecked(conversation.id == current())
            action.triggered.connect(partial(on_open, conversation))
        menu.addSeparator()
        delete = menu.addAction(icon("trash"), "Delete this chat")
        delete.setEnabled(any(one.id == current() for one in history.conversations))
        delete.triggered.connect(lambda: on_delete())

    menu.aboutToShow.connect(fill)
    button.setMenu(menu)
    history.listed.connect(lambda: button.setEnabled(bool(history.conversations)))
    button.setEnabled(False)
    return button

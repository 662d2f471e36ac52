# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The chat page: one message to the base model and to the tuned one, their answers side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ilab_core.chats import Conversation, new_conversation
from ilab_core.errors import IlabError
from ilab_core.models.adapters import AdapterEntry, list_adapters
from ilab_core.models.library import LibraryEntry
from ilab_core.text import human_bytes
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.pages.chat_box import MessageBox
from ilab_desktop.pages.chat_column import ChatColumn
from ilab_desktop.pages.chat_history import ChatHistory, history_button
from ilab_desktop.pages.chat_session import ChatSession
from ilab_desktop.pages.chat_state import ChatMode, answer_from, columns_of, message_words, mode_words
from ilab_desktop.pages.chat_strength import StrengthButton
from ilab_desktop.services import Services
from ilab_desktop.theme import Space
from ilab_desktop.widgets.buttons import plain_button, set_shortcut
from ilab_desktop.widgets.notice import Notice
from ilab_desktop.widgets.page_header import PageHeader
from ilab_desktop.widgets.roomy_empty_state import RoomyEmptyState

MODES: tuple[tuple[ChatMode, str], ...] = (("compare", "Compare"), ("base", "Base"), ("tuned", "Tuned"))


class ChatPage(QWidget):
    """One of the window's pages; see the module."""

    def __init__(self, services: Services, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._navigate = navigate
        self._entries: list[LibraryEntry] | None = None
        self._adapters: list[AdapterEntry] = []
        self._fitting: list[AdapterEntry] | None = None
        self._hashing: Task | None = None
        self._wanted_adapter: str | None = None
        self._restored = False
        self._mode: ChatMode = "compare"
        self.conversation = new_conversation()
        self.session = ChatSession(services, self)
        self.history = ChatHistory(services.workspace.chats, self)

        self.header = PageHeader("Chat", mode_words("compare"))
        self.mode_buttons = QButtonGroup(self)
        for place, (key, words) in enumerate(MODES):
            button = plain_button(words, accessible=f"Show {mode_words(key)}")
            button.setToolTip(mode_words(key))
            button.setCheckable(True)
            self.mode_buttons.addButton(button, place)
            self.header.add_action(button)
        self.mode_buttons.button(0).setChecked(True)
        self.history_button = history_button(self.history, lambda: self.conversation.id, self._open, self._delete)
        self.new_button = plain_button("New chat", "plus")
        set_shortcut(self.new_button, "Ctrl+N")
        self.header.add_action(self.history_button)
        self.header.add_action(self.new_button)
        self.notice = Notice()
        self._base_empty = RoomyEmptyState("chat", "")
        self._tuned_empty = RoomyEmptyState("adapter", "", "Train one", lambda: navigate("train"))
        self.base_column = ChatColumn("base", "Base", "Base model", self._base_empty)
        self.tuned_column = ChatColumn("tuned", "Tuned", "Adapter", self._tuned_empty)
        self.tuned_column.mark()
        self.strength = StrengthButton()
        self.tuned_column.top.addWidget(self.strength)
        self.box = MessageBox()
        self._columns = {"base": self.base_column, "tuned": self.tuned_column}
        self._lay_out()
        self._connect()
        self._offer()

    def activate(self) -> None:
        """Read models and adapters again, and start the worker on the chosen base."""
        self.history.read()
        self._read()
        self.box.edit.setFocus()

    def open_adapter(self, name: str) -> None:
        """Start a new chat with an adapter."""
        self._wanted_adapter = name
        self._restored = True
        self._new_chat()
        self._set_mode("compare")
        self._choose_base()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the keyboard to the message box."""
        super().showEvent(event)
        self.box.edit.setFocus()

    def _lay_out(self) -> None:
        columns = QHBoxLayout()
        columns.setSpacing(Space.GROUP)
        columns.addWidget(self.base_column, 1)
        columns.addWidget(self.tuned_column, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.MARGIN, Space.MARGIN, Space.MARGIN, Space.GROUP)
        column.setSpacing(Space.GROUP)
        column.addWidget(self.header)
        column.addWidget(self.notice)
        column.addLayout(columns, 1)
        column.addWidget(self.box)

    def _connect(self) -> None:
        self.mode_buttons.idClicked.connect(lambda place: self._set_mode(MODES[place][0]))
        self.new_button.clicked.connect(self._new_chat)
        self.base_column.chooser.activated.connect(lambda _index: self._base_chosen())
        self.tuned_column.chooser.activated.connect(lambda _index: self._adapter_chosen())
        self.strength.scale_changed.connect(self._use_adapter)
        self.box.sent.connect(self._send)
        self.box.stopped.connect(self.session.stop)
        self.session.state_changed.connect(self._offer)
        self.session.token_came.connect(lambda name, text: self._columns[name].add(text))
        self.session.answer_came.connect(self._answered)
        self.session.answer_failed.connect(self._answer_failed)
        self.history.listed.connect(self._restore)
        self.history.failed.connect(self._not_saved)
        events = self._services.events
        events.models_changed.connect(self._read_if_used)
        events.adapters_changed.connect(self._read_if_used)
        events.runs_changed.connect(self._read_if_used)

    def _read_if_used(self) -> None:
        if self._entries is not None:
            self._read()

    def _read(self) -> None:
        services = self._services

        def read() -> tuple[list[LibraryEntry], Path | None, list[AdapterEntry]]:
            try:
                preferred = services.library.resolve(services.settings.base_model)
            except IlabError:
                preferred = None
            return services.library.list(), preferred, list_adapters(services.workspace)

        run_in_background(self, read, self._have_read)

    def _have_read(self, found: tuple[list[LibraryEntry], Path | None, list[AdapterEntry]]) -> None:
        entries, preferred, self._adapters = found
        self._entries = [entry for entry in entries if entry.info is not None and entry.info.chattable]
        chooser = self.base_column.chooser
        wanted = chooser.currentData() or self.conversation.base or str(preferred)
        chooser.clear()
        for entry in self._entries:
            assert entry.info is not None
            chooser.addItem(entry.info.name or entry.name, str(entry.path))
        chooser.setCurrentIndex(max(chooser.findData(wanted), 0 if self._entries else -1))
        chooser.setEnabled(bool(self._entries))
        self._choose_base()

    def _choose_base(self) -> None:
        """Show the base that a wanted adapter needs, then see which adapters fit the base."""
        if self._entries is None:
            return
        adapter = next((one for one in self._adapters if one.name == self._wanted_adapter), None)
        if adapter is not None:
            known = [entry for entry in self._entries if entry.info and entry.info.name == adapter.base_name]
            chosen = self.base_column.chooser.currentData()
            if known and str(chosen) not in [str(entry.path) for entry in known]:
                self.base_column.chooser.setCurrentIndex(self.base_column.chooser.findData(str(known[0].path)))
        self._base_shown()

    def _base_shown(self) -> None:
        base = self._base()
        if base is None:
            self._fitting = []
            self._offer()
            return
        if self.isVisible():
            self.session.open(base)
        if self._hashing is not None:
            self._hashing.cancel()
        library = self._services.library
        self._hashing = run_in_background(self, partial(library.sha256, base), self._hashed, self._not_hashed)

    def _hashed(self, sha256: str) -> None:
        self._fitting = [adapter for adapter in self._adapters if adapter.base_sha256 == sha256]
        chooser = self.tuned_column.chooser
        wanted = self._wanted_adapter or chooser.currentData() or self.conversation.adapter
        chooser.clear()
        for adapter in self._fitting:
            chooser.addItem(f"{adapter.name}, {human_bytes(adapter.gguf.stat().st_size)}", adapter.name)
        chooser.setCurrentIndex(max(chooser.findData(wanted), 0 if self._fitting else -1))
        if chooser.currentData() == self._wanted_adapter:
            self._wanted_adapter = None
        self._use_adapter()

    def _not_hashed(self, error: Exception) -> None:
        self._fitting = []
        self._tell(error, "The base model could not be read.")

    def _base(self) -> Path | None:
        data = self.base_column.chooser.currentData()
        return Path(data) if data else None

    def _adapter(self) -> AdapterEntry | None:
        name = self.tuned_column.chooser.currentData()
        return next((adapter for adapter in self._fitting or () if adapter.name == name), None)

    def _base_chosen(self) -> None:
        self._new_chat()
        self._fitting = None
        self._base_shown()

    def _adapter_chosen(self) -> None:
        self._new_chat()
        self._use_adapter()

    def _use_adapter(self) -> None:
        adapter = self._adapter()
        self.session.use_adapter(adapter.gguf if adapter else None, self.strength.scale)
        self._offer()

    def _set_mode(self, mode: ChatMode) -> None:
        self._mode = mode
        place = [key for key, _words in MODES].index(mode)
        self.mode_buttons.button(place).setChecked(True)
        self.header.set_subtitle(mode_words(mode))
        self.base_column.setVisible(mode != "tuned")
        self.tuned_column.setVisible(mode != "base")
        self._offer()

    def _asked_columns(self) -> tuple[str, ...]:
        return columns_of(self._mode, self._adapter() is not None)

    def _send(self, text: str) -> None:
        columns = self._asked_columns()
        messages = {name: self.conversation.messages(name, text) for name in columns}
        if not self.session.ask(messages, self.box.settings):
            return
        self.box.clear()
        self.notice.clear()
        adapter = self._adapter()
        self.conversation = replace(
            self.conversation.asked(text),
            base=str(self._base()),
            adapter=adapter.name if adapter else "",
            scale=self.strength.scale,
            settings=self.box.settings,
        )
        for name in columns:
            self._columns[name].ask(text)

    def _answered(self, name: str, event: Mapping[str, Any]) -> None:
        answer = answer_from(event, self._model_words(name))
        self._columns[name].finish(answer)
        self.conversation = self.conversation.answered(name, answer)
        for other in self._columns.values():
            if other is not self._columns[name] and event.get("finish_reason") == "cancelled":
                other.give_up("Not asked: you stopped before its turn.")
        self.history.save(self.conversation)

    def _answer_failed(self, summary: str, hint: str) -> None:
        for column in self._columns.values():
            column.give_up(summary)
        self.notice.tell("danger", summary, hint)

    def _model_words(self, name: str) -> str:
        base = self.base_column.chooser.currentText()
        adapter = self._adapter()
        return base if name == "base" or adapter is None else f"{base} + {adapter.name} × {self.strength.scale:.1f}"

    def _new_chat(self) -> None:
        self.session.stop()
        self.session.forget()
        self.conversation = replace(new_conversation(), settings=self.box.settings)
        for column in self._columns.values():
            column.clear()
        self._offer()
        self.box.edit.setFocus()

    def _open(self, conversation: Conversation) -> None:
        self.session.stop()
        self.session.forget()
        self._restored = True
        self.conversation = conversation
        self.box.show_settings(conversation.settings)
        self.strength.set_scale(conversation.scale)
        for column in self._columns.values():
            column.show_conversation(conversation)
        self._wanted_adapter = conversation.adapter or None
        place = self.base_column.chooser.findData(conversation.base)
        if place >= 0:
            self.base_column.chooser.setCurrentIndex(place)
        if self._entries is not None:
            self._base_shown()
        self._offer()

    def _restore(self) -> None:
        if not self._restored:
            self._restored = True
            if self.history.conversations and not self.conversation.turns:
                self._open(self.history.conversations[0])

    def _delete(self) -> None:
        identifier = self.conversation.id
        self._new_chat()
        self.history.delete(identifier)

    def _offer(self) -> None:
        state, columns = self.session.state, self._asked_columns()
        has_models = self._entries is None or bool(self._entries)
        self.strength.setVisible(self._adapter() is not None)
        self.tuned_column.chooser.setVisible(self._adapter() is not None)
        self._say_empty()
        self.box.set_state(
            message_words(state, columns, has_models), state == "ready" and bool(columns), state == "answering"
        )
        self.base_column.chooser.setEnabled(state != "answering" and bool(self._entries))
        self.tuned_column.chooser.setEnabled(state != "answering")
        if not has_models:
            self.notice.tell(
                "warning", "There is no model to chat with.", "", "", "Import a model", lambda: self._navigate("models")
            )
        elif state in ("failed", "crashed"):
            self._give_up_waiting()
            again = "Start again" if state == "crashed" else "Try again"
            self.notice.tell("danger", *self.session.failure, again, self._start_again)
        elif state == "loading":
            self.notice.clear()

    def _say_empty(self) -> None:
        both = self._mode == "compare" and self._adapter() is not None
        asks = (
            "Ask something below. Both models get the same question, with the same seed."
            if both
            else "Ask something below."
        )
        self._base_empty.set_sentence(asks)
        has_adapter = self._adapter() is not None
        none_yet = "No adapter for this base yet. Train one, and its answers stand here beside those of the base."
        reading = "Looking for adapters."
        self._tuned_empty.set_sentence(asks if has_adapter else reading if self._fitting is None else none_yet)
        if self._tuned_empty.button is not None:
            self._tuned_empty.button.setVisible(not has_adapter and self._fitting is not None)

    def _give_up_waiting(self) -> None:
        for column in self._columns.values():
            column.give_up("The model stopped before it had answered.")

    def _start_again(self) -> None:
        base = self._base()
        if base is not None:
            self.session.open(base)

    def _not_saved(self, error: Exception) -> None:
        self._tell(error, "The conversation could not be saved.")

    def _tell(self, error: Exception, otherwise: str) -> None:
        known = isinstance(error, IlabError)
        self.notice.tell(
            "danger",
            error.summary if known else otherwise,
            error.hint if known else "",
            error.detail if known else repr(error),
        )
        self._offer()

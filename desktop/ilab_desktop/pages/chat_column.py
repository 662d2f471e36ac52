# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One column of the chat: who answers on top, the conversation below, always scrolled to what is new."""

from __future__ import annotations

from ilab_core.chats import Answer, Column, Conversation
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ilab_desktop.pages.chat_bubble import AnswerView, QuestionBubble
from ilab_desktop.theme import Size, Space, colours
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import label

NEAR_END = 40


class ChatColumn(Card):
    """`chooser` picks the model or the adapter; `top` takes more controls; `empty` stands in while nothing is said."""

    def __init__(self, name: Column, title: str, choose: str, empty: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=0, spacing=0)
        self.name: Column = name
        self._follow = True
        self._answers: list[AnswerView] = []
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(choose)
        self.chooser.setToolTip(choose)
        self.chooser.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(12)
        self.top = QHBoxLayout()
        self.top.setContentsMargins(Space.GROUP, Space.MEDIUM, Space.MEDIUM, Space.SMALL)
        self.top.setSpacing(Space.SMALL)
        name_label = label(title, "strong")
        name_label.setMinimumHeight(Size.CONTROL_HEIGHT)
        self.top.addWidget(name_label)
        self.top.addWidget(self.chooser, 1)
        body = QWidget()
        body.setObjectName("scrollBody")
        self._said = QVBoxLayout(body)
        self._said.setContentsMargins(Space.GROUP, Space.SMALL, Space.GROUP, Space.GROUP)
        self._said.setSpacing(Space.MEDIUM)
        self._said.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(f"{title}: the conversation")
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setWidget(body)
        bar = self._scroll.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        bar.rangeChanged.connect(self._grown)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self._scroll)
        self.column.addLayout(self.top)
        self.column.addWidget(self._stack, 1)

    def mark(self) -> None:
        """Give the column the edge of the one to look at."""
        self.setObjectName("markedColumn")
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another palette."""
        if event.type() == QEvent.Type.PaletteChange and self.objectName() == "markedColumn":
            self._colour()
        super().changeEvent(event)

    @property
    def answers(self) -> list[AnswerView]:
        """The answers shown, oldest first."""
        return list(self._answers)

    def show_conversation(self, conversation: Conversation) -> None:
        """Show what was said in this column of a saved conversation."""
        self.clear()
        for turn in conversation.turns:
            answer = turn.answer(self.name)
            if answer is not None:
                self.ask(turn.question).finish(answer)

    def clear(self) -> None:
        """Forget everything."""
        self._answers.clear()
        while self._said.count() > 1:
            widget = self._said.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._stack.setCurrentIndex(0)

    def ask(self, question: str) -> AnswerView:
        """Show a question and return the place of its answer."""
        answer = AnswerView()
        self._answers.append(answer)
        for widget in (QuestionBubble(question), answer):
            self._said.insertWidget(self._said.count() - 1, widget)
        self._stack.setCurrentIndex(1)
        self._follow = True
        return answer

    def add(self, piece: str) -> None:
        """Add to the last answer what has just been written."""
        if self._answers:
            self._answers[-1].add(piece)

    def finish(self, answer: Answer) -> None:
        """Show the last answer as a whole."""
        if self._answers:
            self._answers[-1].finish(answer)

    def give_up(self, words: str) -> None:
        """Say below the last answer, where it is still open, why it ends there."""
        if self._answers and not self._answers[-1].is_over:
            self._answers[-1].give_up(words)

    def _colour(self) -> None:
        sheet = f"QFrame#markedColumn {{ border: {Size.EDGE}px solid {colours(self).accent}; }}"
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)

    def _scrolled(self, value: int) -> None:
        self._follow = value >= self._scroll.verticalScrollBar().maximum() - NEAR_END

    def _grown(self, _least: int, most: int) -> None:
        if self._follow:
            self._scroll.verticalScrollBar().setValue(most)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One sample beside the table: question, answer, why, its passage, and the three decisions."""

from __future__ import annotations

import html

from ilab_core.generation.samples import Sample
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ilab_desktop.icons import pixmap
from ilab_desktop.models.sample_words import judge_lines, passage_heading, shared_words, why_heading, why_sentence
from ilab_desktop.theme import Size, Space, colours
from ilab_desktop.widgets.buttons import plain_button, primary_button
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.roomy_empty_state import RoomyEmptyState


class SampleDetail(Card):
    """Shows a sample; `edited` carries a person's question and answer."""

    edited = Signal(int, str, str)
    editing_ended = Signal()

    def __init__(self, actions: tuple[QAction, QAction, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=0, spacing=0)
        self._sample: Sample | None = None
        self._number = label("", "field")
        self._question = label("", "strong", wrap=True, selectable=True)
        self._answer = label("", wrap=True, selectable=True)
        self._context_heading = label("Given with the question", "field")
        self._context = label("", "caption", wrap=True, selectable=True)
        self._why_heading = label("", "field")
        self._why = label("", "caption", wrap=True, selectable=True)
        self._judges = QGridLayout()
        self._judges.setHorizontalSpacing(Space.SMALL)
        self._judges.setVerticalSpacing(Space.TINY)
        self._judges.setColumnStretch(1, 1)
        self._passage_heading = label("", "field")
        self._passage = label("", "caption", wrap=True, selectable=True)
        self._passage.setTextFormat(Qt.TextFormat.RichText)
        self._stack = QStackedWidget()
        self._stack.addWidget(RoomyEmptyState("data", "Choose a sample to read it here."))
        self._stack.addWidget(self._reading(actions))
        self._stack.addWidget(self._editing())
        self.column.addWidget(self._stack)

    @property
    def is_editing(self) -> bool:
        """Whether a sample is being edited."""
        return self._stack.currentIndex() == 2

    def show_sample(self, sample: Sample | None) -> None:
        """Show a sample; an edit of another one that was not saved is dropped, one of the same sample goes on."""
        if self.is_editing and sample is not None and self._sample is not None and sample.id == self._sample.id:
            self._sample = sample
            return
        changed = self._sample is None or sample is None or sample.id != self._sample.id
        self._sample = sample
        self._stack.setCurrentIndex(0 if sample is None else 1)
        if sample is None:
            return
        self._number.setText(f"Sample {sample.id:,}")
        self._question.setText(sample.question or "No question could be read.")
        self._answer.setText(sample.answer or (sample.raw if not sample.question else ""))
        self._context_heading.setVisible(bool(sample.context))
        self._context.setVisible(bool(sample.context))
        self._context.setText(sample.context)
        self._why_heading.setText(why_heading(sample))
        self._why.setText(why_sentence(sample))
        self._show_judges(sample)
        self._passage_heading.setText(passage_heading(sample))
        self._passage_heading.setVisible(bool(sample.passage))
        self._passage.setVisible(bool(sample.passage))
        self._mark_passage(sample)
        if changed:
            self._scroll.verticalScrollBar().setValue(0)

    def start_editing(self) -> None:
        """Turn question and answer into fields."""
        if self._sample is None:
            return
        self._edit_heading.setText(f"Edit sample {self._sample.id:,}")
        self._edit_question.setPlainText(self._sample.question)
        self._edit_answer.setPlainText(self._sample.answer)
        self._edit_problem.setText("")
        self._stack.setCurrentIndex(2)
        self._edit_question.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Mark the passage again in the colours of another palette."""
        if event.type() == QEvent.Type.PaletteChange and self._sample is not None:
            self._mark_passage(self._sample)
        super().changeEvent(event)

    def _reading(self, actions: tuple[QAction, QAction, QAction]) -> QWidget:
        body = QWidget()
        body.setObjectName("scrollBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(Space.GROUP, Space.GROUP, Space.GROUP, Space.SMALL)
        column.setSpacing(Space.SMALL)
        for widget in (self._number, self._question, self._answer):
            column.addWidget(widget)
        column.addSpacing(Space.TINY)
        for widget in (self._context_heading, self._context, self._why_heading, self._why):
            column.addWidget(widget)
        column.addLayout(self._judges)
        column.addSpacing(Space.TINY)
        column.addWidget(self._passage_heading)
        column.addWidget(self._passage)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(body)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(Space.GROUP, Space.SMALL, Space.GROUP, Space.GROUP)
        buttons.setSpacing(Space.SMALL)
        for action in actions:
            buttons.addWidget(_decision_button(action))
        buttons.addStretch(1)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(buttons)
        return page

    def _editing(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.GROUP, Space.GROUP, Space.GROUP, Space.GROUP)
        column.setSpacing(Space.SMALL)
        self._edit_heading = label("", "field")
        self._edit_question = _text_field("Question")
        self._edit_answer = _text_field("Answer")
        self._edit_problem = label("", "danger", wrap=True)
        save = primary_button("Save", accessible="Save the edited sample")
        save.setToolTip("Save the edited sample (Ctrl+Return)")
        discard = plain_button("Discard", accessible="Discard the edit")
        discard.setToolTip("Discard the edit (Esc)")
        save.clicked.connect(self._save)
        discard.clicked.connect(self._discard)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.SMALL)
        buttons.addWidget(save)
        buttons.addWidget(discard)
        buttons.addStretch(1)
        column.addWidget(self._edit_heading)
        column.addWidget(label("Question", "field"))
        column.addWidget(self._edit_question, 1)
        column.addWidget(label("Answer", "field"))
        column.addWidget(self._edit_answer, 2)
        column.addWidget(self._edit_problem)
        column.addLayout(buttons)
        for keys, slot in (("Ctrl+Return", self._save), ("Ctrl+Enter", self._save), ("Esc", self._discard)):
            shortcut = QShortcut(QKeySequence(keys), page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        return page

    def _save(self) -> None:
        question, answer = self._edit_question.toPlainText().strip(), self._edit_answer.toPlainText().strip()
        if not question or not answer:
            self._edit_problem.setText("A sample needs a question and an answer.")
            return
        sample = self._sample
        self._leave_editing()
        if sample is not None and (question, answer) != (sample.question, sample.answer):
            self.edited.emit(sample.id, question, answer)

    def _discard(self) -> None:
        self._leave_editing()

    def _leave_editing(self) -> None:
        sample = self._sample
        self._stack.setCurrentIndex(1)
        self.show_sample(sample)
        self.editing_ended.emit()

    def _show_judges(self, sample: Sample) -> None:
        while self._judges.count():
            item = self._judges.takeAt(0)
            if item.widget() is not None:
                item.widget().deleteLater()
        ratio = self.devicePixelRatioF()
        for row, line in enumerate(judge_lines(sample)):
            mark = QLabel()
            mark.setAccessibleName("passed" if line.passed else "failed")
            mark.setToolTip(mark.accessibleName())
            name, tint = ("check", "success") if line.passed else ("close", "danger")
            mark.setPixmap(pixmap(name, Size.SMALL_ICON, tint, ratio))
            self._judges.addWidget(mark, row, 0)
            self._judges.addWidget(label(line.name, "caption", wrap=True), row, 1)
            self._judges.addWidget(label(f"{line.score}, needs {line.needs}", "caption"), row, 2)

    def _mark_passage(self, sample: Sample) -> None:
        palette = colours(self)
        pieces, at = [], 0
        for start, end in shared_words(sample.passage, sample.answer):
            pieces.append(html.escape(sample.passage[at:start]))
            word = html.escape(sample.passage[start:end])
            pieces.append(
                f'<span style="background:{palette.accent_wash}; color:{palette.accent_strong};'
                f' text-decoration:underline;">{word}</span>'
            )
            at = end
        pieces.append(html.escape(sample.passage[at:]))
        self._passage.setText(f'<p style="white-space:pre-wrap; margin:0;">{"".join(pieces)}</p>')


def _decision_button(action: QAction) -> QPushButton:
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    button = plain_button(f"{action.text()}  {key}", accessible=action.text())
    button.setToolTip(f"{action.text()} ({key}, while the table has the keyboard)")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
    return button


def _text_field(name: str) -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setAccessibleName(name)
    field.setTabChangesFocus(True)
    return field

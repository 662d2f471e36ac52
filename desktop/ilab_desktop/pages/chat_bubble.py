# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What is said in a chat: a question in a bubble at the right, an answer as Markdown that loads nothing."""

from __future__ import annotations

from typing import Any

from ilab_core.chats import Answer
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QPalette, QResizeEvent, QTextDocument, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTextBrowser, QVBoxLayout, QWidget

from ilab_desktop.pages.chat_state import answer_note, answer_tool_tip
from ilab_desktop.theme import Size, Space, colours
from ilab_desktop.widgets.buttons import quiet_button, small
from ilab_desktop.widgets.labels import label

REDRAW_MILLISECONDS = 40
MARKDOWN = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class QuestionBubble(QWidget):
    """A question at the right, at most five sixths as wide as the column."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bubble = QFrame()
        self._bubble.setObjectName("bubble")
        self._words = label(text, wrap=True, selectable=True)
        self._words.setAccessibleName(f"You asked: {text}")
        inside = QVBoxLayout(self._bubble)
        inside.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.MEDIUM, Space.SMALL)
        inside.addWidget(self._words)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(self._bubble)
        self._colour()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines to the new width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another palette."""
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _fit(self) -> None:
        room = self.width() * 5 // 6 - 2 * Space.MEDIUM
        metrics = self._words.fontMetrics()
        widest = max(metrics.horizontalAdvance(line) for line in self._words.text().splitlines() or [""])
        self._words.setFixedWidth(max(min(widest + 2, room), Space.MARGIN))

    def _colour(self) -> None:
        sheet = f"QFrame#bubble {{ background: {colours(self).hover}; border-radius: {Size.CARD_RADIUS}px; }}"
        if sheet != self._bubble.styleSheet():
            self._bubble.setStyleSheet(sheet)


class MarkdownView(QTextBrowser):
    """Shows Markdown at its full height. HTML stays text, and no picture, style or link is ever loaded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self.setProperty("bare", True)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())

    @property
    def source(self) -> str:
        """The Markdown shown."""
        return self._source

    def show_markdown(self, text: str) -> None:
        """Show `text`."""
        self._source = text
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
        self.setPalette(palette)
        self.document().setMarkdown(text, MARKDOWN)
        self._fit()

    def loadResource(self, kind: int, name: QUrl) -> Any:
        """Load nothing, wherever it is."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines to the new width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the height of the whole text."""
        return QSize(Size.FORM_WIDTH, self.height())

    def wheelEvent(self, event: QEvent) -> None:
        """Leave scrolling to the column."""
        event.ignore()

    def _fit(self) -> None:
        height = int(self.document().size().height()) + 2
        if height != self.height():
            self.setFixedHeight(max(height, self.fontMetrics().height()))


class AnswerView(QWidget):
    """An answer: it grows while it is written; then it can be copied, and says if it was cut."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.is_over = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MILLISECONDS)
        self._timer.timeout.connect(self._draw)
        self.words = MarkdownView()
        self.words.setAccessibleName("Answer, being written")
        self._waiting = label("Thinking…", "muted")
        self._note = label("", "caption", wrap=True)
        self._note.hide()
        self.copy = small(quiet_button("", "copy", "Copy this answer"))
        self.copy.setFixedWidth(Size.SMALL_CONTROL_HEIGHT)
        self.copy.setEnabled(False)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        column = QVBoxLayout()
        column.setSpacing(Space.TINY)
        column.addWidget(self._waiting)
        column.addWidget(self.words)
        column.addWidget(self._note)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(Space.SMALL)
        across.addLayout(column, 1)
        across.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        self.words.hide()

    @property
    def text(self) -> str:
        """The answer so far."""
        return self._text

    def add(self, piece: str) -> None:
        """Add what has just been written."""
        self._text += piece
        if not self._timer.isActive():
            self._timer.start()

    def finish(self, answer: Answer) -> None:
        """Show the whole answer."""
        self.is_over = True
        self._timer.stop()
        self._text = answer.text
        self._draw()
        note = answer_note(answer) or ("" if answer.text.strip() else "The model gave an empty answer.")
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._waiting.hide()
        self.copy.setEnabled(bool(answer.text))
        self.words.setToolTip(answer_tool_tip(answer))
        self.copy.setToolTip("\n".join(part for part in ("Copy this answer", answer_tool_tip(answer)) if part))

    def give_up(self, words: str) -> None:
        """Say why it ends here."""
        self.is_over = True
        self._timer.stop()
        self._draw()
        self._waiting.hide()
        self._note.setText(words)
        self._note.show()

    def changeEvent(self, event: QEvent) -> None:
        """Draw again in the colours of another palette."""
        if event.type() == QEvent.Type.PaletteChange and self._text:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        shown = bool(self._text.strip())
        self.words.setVisible(shown)
        self._waiting.setVisible(not shown and not self.is_over)
        if shown:
            self.words.show_markdown(self._text)
            self.words.setAccessibleName(f"Answer: {self._text}")

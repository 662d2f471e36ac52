# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The leaf as YAML text: line numbers, light colours, problems underlined."""

from __future__ import annotations

from collections.abc import Sequence

from ilab_core.taxonomy.checking import Problem
from PySide6.QtCore import QEvent, QMimeData, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from ilab_desktop.pages.taxonomy.document_drop import dragged_files
from ilab_desktop.pages.taxonomy.field_edit import is_history_key, raw_lines
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.problem_line import ProblemLine
from ilab_desktop.pages.taxonomy.text_changes import lines_of, splice_between, with_lines
from ilab_desktop.pages.taxonomy.yaml_highlighter import YamlHighlighter
from ilab_desktop.pages.taxonomy.yaml_keys import HELP, YamlKeys
from ilab_desktop.theme import Space, code_font, colours

ORIGIN = "yaml"


class YamlView(QPlainTextEdit):
    """Shows and edits a document's text. Only the lines that are typed in change; the others keep their bytes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: LeafDocument | None = None
        self._showing = False
        self._problems: tuple[Problem, ...] = ()
        self.setUndoRedoEnabled(False)
        self.setFont(code_font())
        self.document().setDefaultFont(code_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setTabChangesFocus(False)
        self.setAccessibleName("Leaf as YAML")
        self.setAccessibleDescription(HELP)
        self._colours = colours(self)
        self._highlighter = YamlHighlighter(self.document(), self._colours)
        self._keys = YamlKeys(self, lambda: self._document.kind if self._document is not None else "knowledge")
        self._sentence = ProblemLine(self)
        self._numbers = _LineNumbers(self)
        self.blockCountChanged.connect(lambda _count: self._make_room())
        self.updateRequest.connect(self._scroll_numbers)
        self.cursorPositionChanged.connect(self._underline)
        self.textChanged.connect(self._was_typed)
        self._make_room()

    def show_document(self, document: LeafDocument | None) -> None:
        """Show another leaf's text."""
        self._document = document
        self._problems = ()
        self._showing = True
        self.setPlainText("" if document is None else document.text)
        self._showing = False
        self._underline()

    def follow(self) -> None:
        """Show the document's text where it differs, changing no more than that: cursor and scroll stay."""
        if self._document is None:
            return
        shown = "\n".join(raw_lines(self))
        wanted = "\n".join(lines_of(self._document.text))
        if shown == wanted:
            return
        change = splice_between(shown, wanted)
        cursor = QTextCursor(self.document())
        cursor.setPosition(_units(shown[: change.start]))
        cursor.setPosition(_units(shown[: change.start + len(change.removed)]), QTextCursor.MoveMode.KeepAnchor)
        self._showing = True
        cursor.insertText(change.inserted)
        self._showing = False
        # The lines drawn under the old text grew with what was put in
        self._underline()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Underline the places of problems."""
        self._problems = tuple(problems)
        self._underline()
        self._numbers.update()
        self._sentence.setVisible(bool(problems))
        self._make_room()

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor at a line and column (from 1) and the keyboard in the text."""
        block = self.document().findBlockByNumber(max(0, min(line, self.blockCount()) - 1))
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + max(0, min(column - 1, block.length() - 1)))
        self.setTextCursor(cursor)
        self.centerCursor()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def problem_at(self, line: int) -> Problem | None:
        """Return the first problem of a line (from 1), errors before warnings."""
        found = [problem for problem in self._problems if problem.line == line]
        return min(found, key=lambda problem: problem.severity != "error", default=None)

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the leaf's history; tell a line's problem under the pointer."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_history_key(event):
            event.ignore()
            return False
        if event.type() == QEvent.Type.ToolTip:
            line = self.cursorForPosition(self.viewport().mapFromGlobal(event.globalPos())).blockNumber() + 1
            problem = self.problem_at(line)
            QToolTip.showText(event.globalPos(), problem.message if problem else HELP, self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of palette."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and hasattr(self, "_numbers"):
            now = colours(self)
            if now != self._colours:
                self._colours = now
                self._highlighter.set_palette(now)
                self._underline()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Leave files to the page: they are documents of the leaf, not text."""
        return not dragged_files(source) and super().canInsertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, indent as YAML wants, choose a key of the leaf."""
        if not self._keys.press(event):
            super().keyPressEvent(event)
            self._keys.typed(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the numbers beside the text."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        height = self._sentence.height() if self._sentence.isVisibleTo(self) else 0
        self._numbers.setGeometry(QRect(inside.left(), inside.top(), self.numbers_width(), inside.height() - height))
        self._sentence.setGeometry(inside.left(), inside.bottom() + 1 - height, inside.width(), self._sentence.height())

    def numbers_width(self) -> int:
        """Return how wide the column of line numbers is, in pixels."""
        digits = max(2, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + Space.GROUP + Space.SMALL

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines in sight, and a mark where there is a problem."""
        painter = QPainter(self._numbers)
        palette = self._colours
        painter.setFont(self.font())
        marked = {problem.line: problem.severity for problem in reversed(self._problems)}
        block = self.firstVisibleBlock()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        while block.isValid() and top <= event.rect().bottom():
            height = round(self.blockBoundingRect(block).height())
            severity = marked.get(block.blockNumber() + 1)
            painter.setPen(QColor(_severity_colour(severity, palette) if severity else palette.faint))
            first_line = round(block.layout().lineAt(0).height())
            room = QRect(0, top, self._numbers.width() - Space.MEDIUM, first_line)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight), str(block.blockNumber() + 1))
            if severity:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setBrush(QColor(_severity_colour(severity, palette)))
                painter.drawEllipse(self._numbers.width() - Space.SMALL, top + first_line // 2 - 2, 5, 5)
            block = block.next()
            top += height

    def _was_typed(self) -> None:
        if self._document is None or self._showing:
            return
        self._document.change(with_lines(self._document.text, raw_lines(self)), "Typing in YAML", ORIGIN)

    def _underline(self) -> None:
        made = []
        line = QTextEdit.ExtraSelection()
        line.format.setBackground(QColor(self._colours.side))
        line.format.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
        line.cursor = self.textCursor()
        line.cursor.clearSelection()
        made.append(line)
        for problem in self._problems:
            block = self.document().findBlockByNumber(problem.line - 1)
            if block.isValid():
                made.append(self._underlined(problem, block.position(), block.text()))
        self.setExtraSelections(made)
        here = self.textCursor().blockNumber() + 1
        self._sentence.tell(self.problem_at(here), len(self._problems))

    def _underlined(self, problem: Problem, position: int, text: str) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        selection.format.setUnderlineColor(QColor(_severity_colour(problem.severity, self._colours)))
        start = _units(text[: max(0, problem.column - 1)])
        end = _units(text.rstrip()) or _units(text)
        if start >= end:
            start = _units(text) - _units(text.lstrip())
        cursor = QTextCursor(self.document())
        cursor.setPosition(position + start)
        cursor.setPosition(position + max(start, end), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        return selection

    def _make_room(self) -> None:
        below = self._sentence.height() if self._sentence.isVisibleTo(self) else 0
        self.setViewportMargins(self.numbers_width(), 0, 0, below)

    def _scroll_numbers(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())


class _LineNumbers(QWidget):
    """The column left of the text."""

    def __init__(self, view: YamlView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:
        """Return the column's width."""
        return QSize(self._view.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the view draw: it knows its lines."""
        self._view.paint_numbers(event)


def _units(text: str) -> int:
    """Return how many positions Qt counts for `text`: UTF-16 units, not characters."""
    return len(text) + sum(character > "\uffff" for character in text)


def _severity_colour(severity: str, palette: object) -> str:
    return str(getattr(palette, "danger" if severity == "error" else "warning"))

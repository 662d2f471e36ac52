# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A labelled text field of the form: help below, or the error in its place; as high as its text."""

from __future__ import annotations

from collections.abc import Sequence

from ilab_core.taxonomy.checking import Problem
from ilab_core.taxonomy.meter import Meter
from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from ilab_desktop.pages.taxonomy.document_drop import dragged_files
from ilab_desktop.pages.taxonomy.problem_groups import TO_WRITE
from ilab_desktop.pages.taxonomy.text_changes import lines_of
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.labels import label as text_label
from ilab_desktop.widgets.labels import set_flag, set_role

MOST_LINES = 14
"""A field grows with its text up to this many lines, then scrolls."""
_HISTORY_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


def raw_lines(edit: QPlainTextEdit) -> list[str]:
    """Return the lines of an editor as typed; `toPlainText` would turn every no-break space into a plain one."""
    return edit.document().toRawText().split("\u2029")


def is_history_key(event: QKeyEvent) -> bool:
    """Return True for undo and redo, which belong to the leaf's one history and not to a single field."""
    wanted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    shifted = event.key() == Qt.Key.Key_Z and event.modifiers() == wanted
    return shifted or any(event.matches(key) for key in _HISTORY_KEYS)


class GrowingTextEdit(QPlainTextEdit):
    """Plain text that is as high as its lines. Tab leaves it; with `single_line` Return leaves it too."""

    left = Signal()

    def __init__(self, single_line: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._single_line = single_line
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(Space.LARGE * 2)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def text(self) -> str:
        """Return the text with line feeds."""
        return "\n".join(raw_lines(self))

    def set_text(self, text: str) -> None:
        """Show `text`, keeping the cursor where it can stay."""
        if self.text() == "\n".join(lines_of(text)):
            return
        position = self.textCursor().position()
        blocked = self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(blocked)
        cursor = self.textCursor()
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return a modest width: the layout decides."""
        return QSize(Space.MARGIN * 8, self.height())

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the leaf's history."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_history_key(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type; in a single-line field Return goes on to the next field."""
        if self._single_line and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Leave files to the page: they are documents of the leaf, not text."""
        return not dragged_files(source) and super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: object) -> None:
        """Paste; a single-line field takes the lines as one."""
        text = source.text()  # type: ignore[attr-defined]
        self.insertPlainText(" ".join(text.split()) if self._single_line else text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the field was left."""
        super().focusOutEvent(event)
        self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page where there is nothing to scroll in here."""
        if self.verticalScrollBar().maximum() > 0 and self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _line_count(self) -> int:
        """Return how many lines are drawn, as far as it matters. Asking for a block's place lays it out anew."""
        layout = self.document().documentLayout()
        block = self.document().begin()
        lines = 0
        while block.isValid() and lines <= MOST_LINES:
            layout.blockBoundingRect(block)
            lines += max(1, block.layout().lineCount())
            block = block.next()
        return lines

    def _fit(self) -> None:
        lines = max(1, self._line_count())
        shown = min(lines, MOST_LINES)
        spare = 2 * (Space.TINY + Size.EDGE) + 2 * round(self.document().documentMargin())
        height = max(Size.CONTROL_HEIGHT, shown * self.fontMetrics().lineSpacing() + spare)
        policy = Qt.ScrollBarPolicy
        wanted = policy.ScrollBarAsNeeded if lines > MOST_LINES else policy.ScrollBarAlwaysOff
        if self.verticalScrollBarPolicy() != wanted:
            self.setVerticalScrollBarPolicy(wanted)
        if self.height() != height or self.minimumHeight() != height:
            self.setFixedHeight(height)


class FieldEdit(QWidget):
    """One field of a leaf: label above, text, help or error below."""

    edited = Signal(str, str)
    """Field and its new text."""
    left = Signal()

    def __init__(
        self, field: str, label: str, spoken: str, help_text: str = "", single_line: bool = False, hint: str = ""
    ) -> None:
        super().__init__()
        self.field = field
        self.part = ""
        self.spoken = spoken
        self._help = help_text
        self.editor = GrowingTextEdit(single_line)
        self.editor.setPlaceholderText(hint)
        self._label = text_label(label, "field")
        self._label.setBuddy(self.editor)
        self._below = text_label(help_text, "caption", wrap=True)
        self._meter = text_label("", "caption")
        self.set_spoken(spoken)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TINY)
        for widget in (self._label, self.editor, self._meter, self._below):
            column.addWidget(widget)
        column.addStretch(1)
        # Only now that they have a parent: a widget shown without one is a window of its own for a moment.
        self._label.setVisible(bool(label))
        self._below.setVisible(bool(help_text))
        self._meter.hide()
        self.setFocusProxy(self.editor)
        self.editor.textChanged.connect(self._was_typed)
        self.editor.left.connect(self.left)

    def set_spoken(self, name: str) -> None:
        """Set the accessible name."""
        self.editor.setAccessibleName(name)

    def label_height(self) -> int:
        """Return how far below its top the text begins."""
        return self._label.sizeHint().height() + Space.TINY if self._label.text() else 0

    def set_value(self, value: str) -> None:
        """Show a field's value, unless what is typed already says the same but for white space at its ends."""
        typed = "\n".join(line.rstrip() for line in self.editor.text().split("\n")).strip()
        if typed != value:
            self.editor.set_text(value)

    def value(self) -> str:
        """Return the text as typed."""
        return self.editor.text()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show the first problem in place of the help, or the help again."""
        told = [problem for problem in problems if problem.code != TO_WRITE]
        worst = next((p for p in told if p.severity == "error"), told[0] if told else None)
        is_error = worst is not None and worst.severity == "error"
        # An empty field is no mistake that calls for red: it is what comes next.
        usual = "Still to write." if problems and not self._help else self._help
        text = usual if worst is None else worst.message
        if self._below.text() != text:
            self._below.setText(text)
            self._below.setVisible(bool(text))
        set_role(self._below, "caption" if worst is None else "danger" if is_error else "warning")
        self.editor.setAccessibleDescription(text)
        set_flag(self.editor, "invalid", is_error)

    def set_meter(self, meter: Meter) -> None:
        """Show how long the text is, in warning colour where that is too long."""
        self._meter.setText(f"{meter.text}, too long" if meter.is_over else meter.text)
        set_role(self._meter, "warning" if meter.is_over else "caption")
        self._meter.show()

    def take_focus(self) -> None:
        """Give the field the keyboard, with the cursor at its end."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.moveCursor(QTextCursor.MoveOperation.End)

    def _was_typed(self) -> None:
        self.edited.emit(self.field, self.value())

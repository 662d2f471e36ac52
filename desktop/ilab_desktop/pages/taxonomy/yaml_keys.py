# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What keys do in the YAML view beyond typing: indent, and choose one of the leaf's keys that fit the place."""

from __future__ import annotations

from collections.abc import Callable

from ilab_core.taxonomy.completion import INDENT, Completion, KeyOffer, complete, new_line_indent
from ilab_core.taxonomy.leaf import Kind
from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QTextCursor
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ilab_desktop.pages.taxonomy.field_edit import raw_lines
from ilab_desktop.theme import Size, Space, Type, code_font, colours, font
from ilab_desktop.widgets.announce import announce

HELP = "Ctrl+Space offers the keys that fit here. Tab indents; Escape, then Tab leaves the text. F8: next problem."
MOST_ROWS = 8
_OFFER = Qt.ItemDataRole.UserRole
_NO = Qt.KeyboardModifier.NoModifier
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -MOST_ROWS, Qt.Key.Key_PageDown: MOST_ROWS}


class YamlKeys(QObject):
    """Takes the keys of a text edit before it does; the list of offers stands in the text, below the cursor."""

    def __init__(self, edit: QPlainTextEdit, kind: Callable[[], Kind]) -> None:
        super().__init__(edit)
        self._edit = edit
        self._kind = kind
        self._completion = Completion()
        self._leave_with_tab = False
        self.offers = _OfferList(edit)
        self.offers.itemClicked.connect(lambda _item: self._accept())
        edit.installEventFilter(self)
        edit.cursorPositionChanged.connect(self._follow)
        edit.verticalScrollBar().valueChanged.connect(lambda _value: self._place())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close the list when the text loses the keyboard; Escape closes it before it means anything else."""
        if event.type() == QEvent.Type.FocusOut:
            self.offers.hide()
            self._leave_with_tab = False
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and event.key() == Qt.Key.Key_Escape and self.offers.isVisible():
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def press(self, event: QKeyEvent) -> bool:
        """Return True where the key did something here and is not to be typed."""
        key = event.key()
        if key in _MODIFIERS:
            return False
        leaving, self._leave_with_tab = self._leave_with_tab, False
        if key == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._open()
            return True
        if self.offers.isVisible() and event.modifiers() == _NO:
            if key in _STEPS:
                self.offers.step(_STEPS[key])
                return True
            if key in (*_RETURN, Qt.Key.Key_Tab):
                self._accept()
                return True
            if key == Qt.Key.Key_Escape:
                self.offers.hide()
                return True
        if key == Qt.Key.Key_Escape:
            self._leave_with_tab = True
            return False
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._tab(back=key == Qt.Key.Key_Backtab, leaving=leaving)
            return True
        if key in _RETURN and event.modifiers() == _NO:
            self._new_line()
            return True
        return key == Qt.Key.Key_Backspace and event.modifiers() == _NO and self._level_up()

    def typed(self, event: QKeyEvent) -> None:
        """Offer keys after a letter of one; what else is typed closes the list."""
        text = event.text()
        if text.isascii() and (text.isalpha() or text == "_"):
            self._open()
        elif self.offers.isVisible():
            self._follow()

    def _open(self) -> None:
        cursor = self._edit.textCursor()
        before = _before(cursor)
        text = "\n".join(raw_lines(self._edit))
        self._completion = complete(text, cursor.blockNumber(), len(before), self._kind())
        self.offers.show_offers(self._completion.offers, before[self._completion.start :])
        self._place()

    def _follow(self) -> None:
        if self.offers.isVisible():
            self._open()

    def _place(self) -> None:
        """Put the list below the cursor's line, or above it where there is no room below."""
        if not self.offers.isVisible():
            return
        line = self._edit.cursorRect()
        corner = self._edit.viewport().mapTo(self._edit, QPoint(line.left(), line.bottom() + Space.TINY))
        if corner.y() + self.offers.height() > self._edit.viewport().geometry().bottom():
            corner.setY(max(0, corner.y() - self.offers.height() - line.height() - 2 * Space.TINY))
        corner.setX(max(0, min(corner.x(), self._edit.width() - self.offers.width() - Size.SCROLL_BAR)))
        self.offers.move(corner)

    def _accept(self) -> None:
        offer = self.offers.chosen()
        self.offers.hide()
        if offer is None:
            return
        cursor = self._edit.textCursor()
        cursor.setPosition(cursor.block().position() + self._completion.start, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(offer.text)
        self._edit.setTextCursor(cursor)
        self._edit.ensureCursorVisible()
        if "\n" in offer.text:
            self._open()

    def _new_line(self) -> None:
        """Begin a line where its text belongs; spaces that would be left at the end of the old one go."""
        cursor = self._edit.textCursor()
        before = _before(cursor)
        spaces = new_line_indent("\n".join(raw_lines(self._edit)), cursor.blockNumber(), len(before))
        if not cursor.hasSelection():
            left = len(before) - len(before.rstrip(" "))
            cursor.setPosition(cursor.position() - left, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText("\n" + " " * spaces)
        self._edit.setTextCursor(cursor)
        self._edit.ensureCursorVisible()

    def _tab(self, back: bool, leaving: bool) -> None:
        cursor = self._edit.textCursor()
        if leaving:
            self._edit.setTabChangesFocus(True)
            (self._edit.focusPreviousChild if back else self._edit.focusNextChild)()
            self._edit.setTabChangesFocus(False)
        elif back or cursor.hasSelection():
            self._shift_lines(cursor, back)
        else:
            cursor.insertText(" " * INDENT)

    def _shift_lines(self, cursor: QTextCursor, back: bool) -> None:
        """Move the lines of the selection by one level, as one step."""
        document = self._edit.document()
        first = document.findBlock(cursor.selectionStart())
        last = document.findBlock(max(cursor.selectionStart(), cursor.selectionEnd() - 1))
        edit = QTextCursor(first)
        edit.beginEditBlock()
        for number in range(first.blockNumber(), last.blockNumber() + 1):
            block = document.findBlockByNumber(number)
            edit.setPosition(block.position())
            if back:
                own = len(block.text()) - len(block.text().lstrip(" "))
                edit.setPosition(block.position() + min(INDENT, own), QTextCursor.MoveMode.KeepAnchor)
                edit.removeSelectedText()
            elif block.text().strip():
                edit.insertText(" " * INDENT)
        edit.endEditBlock()

    def _level_up(self) -> bool:
        """Take away one level of indentation; False where there is something else before the cursor."""
        cursor = self._edit.textCursor()
        before = _before(cursor)
        if cursor.hasSelection() or not before or before.strip(" "):
            return False
        spaces = (len(before) - 1) % INDENT + 1
        cursor.setPosition(cursor.position() - spaces, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        return True


def _before(cursor: QTextCursor) -> str:
    """Return the text of the cursor's line up to it: Qt counts some characters twice, so it is selected, not cut."""
    line = QTextCursor(cursor)
    line.setPosition(cursor.position())
    line.setPosition(cursor.block().position(), QTextCursor.MoveMode.KeepAnchor)
    return line.selectedText()


class _OfferList(QListWidget):
    """The offers in the order of the standard; the keyboard stays in the text."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self.setAccessibleName("Keys that fit here")
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_OfferDelegate(self))
        self.hide()

    def show_offers(self, offers: tuple[KeyOffer, ...], word: str) -> None:
        """Show these offers with the first one chosen; nothing is shown of none, or of one that is typed already."""
        keys = [offer.key for offer in offers]
        if not keys:
            self.hide()
            return
        before = [self.item(row).text() for row in range(self.count())] if self.isVisible() else []
        if keys != before:
            self.clear()
            for offer in offers:
                item = QListWidgetItem(offer.key)
                item.setData(_OFFER, offer)
                self.addItem(item)
            self.setCurrentRow(keys.index(word) if word in keys else 0)
        rows = min(len(keys), MOST_ROWS)
        frame = 2 * self.frameWidth()
        self.resize(self.sizeHintForColumn(0) + frame + Size.SCROLL_BAR, rows * self.sizeHintForRow(0) + frame)
        self.show()
        self.raise_()
        self._tell()

    def step(self, by: int) -> None:
        """Choose an offer further down or up; past the end it begins anew."""
        row = self.currentRow() + by
        last = self.count() - 1
        if abs(by) == 1:
            row %= self.count()
        self.setCurrentRow(max(0, min(row, last)))
        self._tell()

    def chosen(self) -> KeyOffer | None:
        """Return the chosen offer."""
        item = self.currentItem()
        offer: KeyOffer | None = item.data(_OFFER) if item is not None else None
        return offer

    def _tell(self) -> None:
        offer = self.chosen()
        if offer is not None:
            announce(self, f"{offer.key}, {offer.about}, {self.currentRow() + 1} of {self.count()}")


class _OfferDelegate(QStyledItemDelegate):
    """The key, and beside it what it holds."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Return the room for both."""
        offer: KeyOffer = index.data(_OFFER)
        key = QFontMetrics(code_font()).horizontalAdvance(offer.key)
        about = QFontMetrics(font(Type.CAPTION)).horizontalAdvance(offer.about)
        return QSize(key + about + 2 * Space.SMALL + Space.GROUP, Size.SMALL_CONTROL_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw a row."""
        offer: KeyOffer = index.data(_OFFER)
        palette = colours()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.accent_selection))
            painter.drawRoundedRect(option.rect, Size.CONTROL_RADIUS, Size.CONTROL_RADIUS)
        area = QRect(option.rect).adjusted(Space.SMALL, 0, -Space.SMALL, 0)
        painter.setPen(QColor(palette.text))
        painter.setFont(code_font())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), offer.key)
        painter.setPen(QColor(palette.muted))
        painter.setFont(font(Type.CAPTION))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), offer.about)
        painter.restore()

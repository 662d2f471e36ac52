# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Hands for the window: a mouse and a keyboard that do what a person's do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

MOST_TABS = 200
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def click(widget: QWidget) -> None:
    """Click in the middle of a control that a person could click."""
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, widget.rect().center())


def click_row(view: QAbstractItemView, row_text: str) -> None:
    """Click the row of a list or a tree that shows this text."""
    model = view.model()
    [index] = model.match(
        model.index(0, 0),
        Qt.ItemDataRole.DisplayRole,
        row_text,
        1,
        Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive,
    )
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, view.visualRect(index).center())


def retype(edit: QPlainTextEdit, old: str, new: str) -> None:
    """Select some words with the mouse and type others in their place."""
    start = edit.toPlainText().index(old)
    viewport = edit.viewport()
    QTest.mouseClick(viewport, LEFT, Qt.KeyboardModifier.NoModifier, _place(edit, start))
    QTest.mouseClick(viewport, LEFT, SHIFT, _place(edit, start + len(old)))
    assert edit.textCursor().selectedText() == old
    QTest.keyClicks(edit, new)


def fill_in(edit: QWidget, text: str) -> None:
    """Click into a field and type."""
    click(edit.viewport() if isinstance(edit, QAbstractScrollArea) else edit)
    QTest.keyClicks(edit, text)


def drag_over(browser: QTextEdit, words: str) -> None:
    """Select words of a text by dragging the mouse over them, where they are brought into sight first."""
    start = browser.toPlainText().index(words)
    bar = browser.verticalScrollBar()
    bar.setValue(bar.value() + _place(browser, start).y() - browser.viewport().height() // 4)
    viewport, none = browser.viewport(), Qt.KeyboardModifier.NoModifier
    QTest.mousePress(viewport, LEFT, none, _place(browser, start))
    QTest.mouseMove(viewport, _place(browser, start + len(words)))
    QTest.mouseRelease(viewport, LEFT, none, _place(browser, start + len(words)))
    assert browser.textCursor().selectedText().replace("\u2029", "\n") == words


def drop_file(widget: QWidget, file: Path) -> None:
    """Drag a file from elsewhere onto a widget and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    place, none = widget.rect().center(), Qt.KeyboardModifier.NoModifier
    for kind in (QDragEnterEvent, QDragMoveEvent, QDropEvent):
        event = kind(place, Qt.DropAction.CopyAction, data, LEFT, none)
        QApplication.sendEvent(widget, event)
        assert event.isAccepted()


def type_number(spin: QAbstractSpinBox, number: int) -> None:
    """Put a number in place of the one that stands in a field, with the mouse in it."""
    QTest.mouseDClick(spin.lineEdit(), LEFT)
    spin.selectAll()
    QTest.keyClicks(spin, str(number))


def focused() -> QWidget:
    """Return what has the keyboard: a control, or the window itself."""
    widget = QApplication.focusWidget() or QApplication.activeWindow()
    assert widget is not None
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1) -> None:
    """Press a key where the keyboard is."""
    for _ in range(times):
        QTest.keyClick(focused(), key, modifier)


def write(text: str) -> None:
    """Type where the keyboard is."""
    QTest.keyClicks(focused(), text)


def tab_to(widget: QWidget) -> None:
    """Press Tab until a control has the keyboard."""
    assert widget.isVisible()
    for _ in range(MOST_TABS):
        if focused() is widget:
            return
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never comes to {widget.accessibleName() or widget}")


def rewrite(old: str, new: str) -> None:
    """Select some words of the field that has the keyboard, by keys alone, and type others in their place."""
    edit = focused()
    start = edit.toPlainText().index(old)
    press(Qt.Key.Key_Home, CONTROL)
    press(Qt.Key.Key_Right, times=start)
    press(Qt.Key.Key_Right, SHIFT, times=len(old))
    assert edit.textCursor().selectedText() == old
    write(new)


def _place(edit: QPlainTextEdit | QTextEdit, position: int) -> QPoint:
    cursor = QTextCursor(edit.document())
    cursor.setPosition(position)
    return edit.cursorRect(cursor).center()

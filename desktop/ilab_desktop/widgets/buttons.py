# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Buttons in their variants, each with an accessible name and its shortcut in the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QToolButton

from ilab_desktop.icons import Tint, icon
from ilab_desktop.theme import Size, Space


def primary_button(text: str, icon_name: str | None = None, accessible: str | None = None) -> QPushButton:
    """Return the one button of a page that does its main thing."""
    return _button(text, icon_name, accessible, "primary", "on_accent")


def plain_button(text: str, icon_name: str | None = None, accessible: str | None = None) -> QPushButton:
    """Return a button with an edge."""
    return _button(text, icon_name, accessible, "plain", "text")


def quiet_button(text: str, icon_name: str | None = None, accessible: str | None = None) -> QPushButton:
    """Return a button that shows itself only under the pointer; with an empty text it is just its icon."""
    return _button(text, icon_name, accessible, "quiet", "text")


def danger_button(text: str, icon_name: str | None = None, accessible: str | None = None) -> QPushButton:
    """Return a button for what removes something."""
    return _button(text, icon_name, accessible, "danger", "danger")


def link_button(text: str, accessible: str | None = None) -> QPushButton:
    """Return a button that looks like a link."""
    return _button(text, None, accessible, "link", "text")


def small(button: QPushButton) -> QPushButton:
    """Return the same button, low enough for a row of a list."""
    button.setProperty("small", True)
    return button


def action_button(action: QAction, variant: str = "quiet") -> QToolButton:
    """Return an icon button for an action: text, shortcut, state and effect all come from the action."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setProperty("variant", variant)
    button.setIconSize(QSize(Size.ICON, Size.ICON))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def name() -> None:
        plain = action.text().replace("&", "")
        shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        button.setAccessibleName(plain)
        button.setToolTip(f"{plain} ({shortcut})" if shortcut else plain)

    action.changed.connect(name)
    name()
    return button


def set_shortcut(button: QPushButton, keys: str | QKeySequence.StandardKey) -> None:
    """Give a button a shortcut, in place of one it has, and say so in its tooltip."""
    sequence = QKeySequence(keys)
    # A shortcut of the button's own would be lost with the next text that it is given
    shortcut = button.findChild(QShortcut)
    if shortcut is None:
        shortcut = QShortcut(button)
        # Keys held down must not press what the page that they opened has on the same keys
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(button.click)
    if shortcut.key() != sequence:
        shortcut.setKey(sequence)
    text = button.accessibleName() or button.text()
    button.setToolTip(f"{text} ({sequence.toString(QKeySequence.SequenceFormat.NativeText)})")


def _button(text: str, icon_name: str | None, accessible: str | None, variant: str, tint: Tint) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("variant", variant)
    button.setAutoDefault(False)
    button.setAccessibleName(accessible or text)
    if icon_name is not None:
        button.setIcon(icon(icon_name, tint))
        # Qt leaves four pixels between icon and text; a wider place for the icon makes it six
        button.setIconSize(QSize(Size.SMALL_ICON + (Space.TINY if text else 0), Size.SMALL_ICON))
    if not text and accessible:
        button.setToolTip(accessible)
    return button

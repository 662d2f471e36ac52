# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The main button of every page has a shortcut, which its tooltip tells."""

from __future__ import annotations

import pytest
from ilab_desktop.widgets.buttons import plain_button, set_shortcut
from ilab_desktop.widgets.page_header import PageHeader
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton


@pytest.mark.parametrize(
    ("page", "keys"), [("taxonomy", "Ctrl+N"), ("data", "Ctrl+G"), ("train", "Ctrl+T"), ("models", "Ctrl+I")]
)
def test_main_button_tells_its_keys(window, page, keys):
    window.navigate(page)
    shown = [
        button
        for button in window.page(page).findChildren(QPushButton)
        if button.property("variant") == "primary" and button.isVisible() and _in_header(button)
    ]
    assert [button.toolTip() for button in shown], f"{page} has no main button"
    for button in shown:
        assert button.toolTip().endswith(f"({QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)})")


def test_a_new_shortcut_takes_the_place_of_the_old_one(qtbot):
    pressed = []
    button = plain_button("Go")
    button.clicked.connect(lambda: pressed.append(1))
    qtbot.addWidget(button)
    set_shortcut(button, "Ctrl+T")
    button.setAccessibleName("Stop")
    set_shortcut(button, "Ctrl+.")
    assert len(button.findChildren(QShortcut)) == 1
    assert button.toolTip().startswith("Stop (")
    with qtbot.waitActive(button):
        button.show()
        button.activateWindow()
    QTest.keyClick(button, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert pressed == []
    QTest.keyClick(button, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    assert pressed == [1]


def _in_header(button):
    parent = button.parentWidget()
    while parent is not None and not isinstance(parent, PageHeader):
        parent = parent.parentWidget()
    return parent is not None

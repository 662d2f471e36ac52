# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The YAML view by keys: keys of the leaf offered and taken, indentation, and F8 from problem to problem."""

from __future__ import annotations

import pytest
from ilab_desktop.pages.taxonomy.yaml_keys import HELP
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

LEAF = "knowledge/places/harrow_cove"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(open_page):
    """A shown page with the starter's knowledge leaf open as YAML."""
    made = open_page()
    made.editor.show_yaml(True)
    made.editor.yaml.setFocus()
    return made


@pytest.fixture
def yaml(page):
    return page.editor.yaml


def write_over(page, text):
    """Put a text in place of the leaf's, with the cursor at its end."""
    page.document.change(text, "Test")
    page.editor.yaml.moveCursor(QTextCursor.MoveOperation.End)


def press(widget, key, modifier=NONE, times=1):
    for _ in range(times):
        QTest.keyClick(widget, key, modifier)


def offered(yaml):
    offers = yaml._keys.offers
    return [offers.item(row).text() for row in range(offers.count())] if offers.isVisible() else []


def test_keys_are_offered_while_one_is_typed_and_taken_with_return(page, yaml):
    write_over(page, "version: 3\n")
    QTest.keyClicks(yaml, "do")
    assert offered(yaml) == ["domain", "document", "document_outline"]
    press(yaml, Qt.Key.Key_Down)
    press(yaml, Qt.Key.Key_Return)
    assert page.document.text == "version: 3\ndocument:\n  "
    assert offered(yaml) == ["repo", "commit", "patterns"]
    press(yaml, Qt.Key.Key_Up)
    press(yaml, Qt.Key.Key_Tab)
    assert page.document.text == "version: 3\ndocument:\n  patterns:\n    - "
    assert offered(yaml) == []


def test_a_key_taken_is_one_step_of_the_history(page, yaml):
    write_over(page, "version: 3\n")
    press(yaml, Qt.Key.Key_Space, CONTROL)
    assert offered(yaml)[0] == "created_by"
    press(yaml, Qt.Key.Key_Return)
    assert page.document.text == "version: 3\ncreated_by: "
    page.editor.undo.trigger()
    assert page.document.text == "version: 3\n"


def test_escape_and_what_is_no_key_close_the_list(page, yaml):
    write_over(page, "version: 3\n")
    QTest.keyClicks(yaml, "do")
    press(yaml, Qt.Key.Key_Escape)
    assert offered(yaml) == []
    press(yaml, Qt.Key.Key_Return)
    assert page.document.text == "version: 3\ndo\n"
    QTest.keyClicks(yaml, "dom")
    assert offered(yaml) == ["domain"]
    QTest.keyClicks(yaml, "ain: do")
    assert offered(yaml) == []
    press(yaml, Qt.Key.Key_Space, CONTROL)
    assert offered(yaml) == []


def test_the_list_stays_inside_the_view_and_goes_with_the_keyboard(page, yaml):
    write_over(page, "version: 3\n" + "# a comment\n" * 100)
    press(yaml, Qt.Key.Key_Space, CONTROL)
    offers = yaml._keys.offers
    assert yaml.rect().contains(offers.geometry())
    line = yaml.viewport().mapTo(yaml, yaml.cursorRect().center())
    assert not offers.geometry().contains(line)
    page.tree.search.setFocus()
    assert offered(yaml) == []


def test_return_keeps_the_level_and_backspace_goes_up_one(page, yaml):
    write_over(page, "seed_examples:")
    press(yaml, Qt.Key.Key_Return)
    QTest.keyClicks(yaml, "- context: |")
    press(yaml, Qt.Key.Key_Return)
    QTest.keyClicks(yaml, "Text")
    press(yaml, Qt.Key.Key_Return)
    press(yaml, Qt.Key.Key_Backspace)
    QTest.keyClicks(yaml, "x: 1")
    assert page.document.text == "seed_examples:\n  - context: |\n      Text\n    x: 1"
    press(yaml, Qt.Key.Key_Backspace)
    assert page.document.text.endswith("    x: ")


def test_return_leaves_no_spaces_at_the_end_of_a_line(page, yaml):
    write_over(page, "document:\n  repo: 🌻  ")
    press(yaml, Qt.Key.Key_Return)
    assert page.document.text == "document:\n  repo: 🌻\n  "
    press(yaml, Qt.Key.Key_Return)
    assert page.document.text == "document:\n  repo: 🌻\n\n  "
    page.editor.undo.trigger()
    assert page.document.text == "document:\n  repo: 🌻  "


def test_tab_indents_and_shift_tab_takes_it_back_for_all_chosen_lines(page, yaml):
    text = "a: 1\n\nb: 2\nc: 3\n"
    write_over(page, text)
    press(yaml, Qt.Key.Key_Home, CONTROL)
    press(yaml, Qt.Key.Key_Down, SHIFT, times=3)
    press(yaml, Qt.Key.Key_Tab)
    assert page.document.text == "  a: 1\n\n  b: 2\nc: 3\n"
    press(yaml, Qt.Key.Key_Backtab, SHIFT)
    assert page.document.text == text
    yaml.moveCursor(QTextCursor.MoveOperation.End)
    press(yaml, Qt.Key.Key_Tab)
    assert page.document.text == text + "  "


def test_escape_then_tab_leaves_the_text_and_the_tooltip_says_so(page, yaml):
    before = page.document.text
    press(yaml, Qt.Key.Key_Escape)
    press(yaml, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not yaml
    yaml.setFocus()
    press(yaml, Qt.Key.Key_Escape)
    press(yaml, Qt.Key.Key_Backtab, SHIFT)
    assert QApplication.focusWidget() is not yaml
    assert page.document.text == before
    assert "Escape, then Tab" in HELP
    assert yaml.accessibleDescription() == HELP
    place = QPoint(50, 5)
    QApplication.sendEvent(yaml, QHelpEvent(QEvent.Type.ToolTip, place, yaml.mapToGlobal(place)))
    assert QToolTip.text() == HELP
    QToolTip.hideText()


def problem_lines(page):
    return [(problem.line, problem.column) for problem in page.document.problems]


def test_f8_goes_from_problem_to_problem_and_back_with_the_sentence(page, yaml, qtbot):
    text = page.document.text.replace("version: 3", "version: 3\ncolour: red").replace("domain: Places\n", "")
    write_over(page, text + "tail: 1   \n")
    qtbot.waitUntil(lambda: len(page.document.problems) >= 3, timeout=10_000)
    places = sorted(set(problem_lines(page)))
    press(yaml, Qt.Key.Key_Home, CONTROL)
    visited = []
    for _ in places:
        press(yaml, Qt.Key.Key_F8)
        visited.append(yaml.textCursor().blockNumber() + 1)
        problem = yaml.problem_at(visited[-1])
        assert yaml._sentence.text == f"{problem.message} {problem.fix}".strip()
    assert set(visited) == {line for line, _column in places}
    press(yaml, Qt.Key.Key_F8, SHIFT)
    assert yaml.textCursor().blockNumber() + 1 == visited[-2]


def test_f8_goes_from_field_to_field_in_the_form(page, qtbot):
    text = page.document.text.replace("domain: Places", 'domain: ""').replace("repo: local", 'repo: ""')
    page.document.change(text, "Test")
    qtbot.waitUntil(lambda: [p.field for p in page.document.problems] == ["domain", "document.repo"], timeout=10_000)
    page.editor.show_yaml(False)
    page.tree.tree.setFocus()
    press(page.tree.tree, Qt.Key.Key_F8)
    assert page.focusWidget().accessibleName() == "Domain"
    press(page.focusWidget(), Qt.Key.Key_F8)
    assert page.focusWidget().accessibleName() == "Document repository"
    press(page.focusWidget(), Qt.Key.Key_F8, SHIFT)
    assert page.focusWidget().accessibleName() == "Domain"


def test_without_problems_nothing_is_said(page, yaml):
    write_over(page, page.document.text)
    assert page.document.problems == ()
    assert yaml._sentence.isHidden()
    before = yaml.textCursor().position()
    press(yaml, Qt.Key.Key_F8)
    assert yaml.textCursor().position() == before

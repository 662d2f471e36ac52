# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The button that mends a leaf: there when there is something to mend, and one step that can be undone."""

from __future__ import annotations

import pytest
from accessibility import nameless_widgets
from ilab_core.taxonomy.attribution import ATTRIBUTION_NAME
from ilab_desktop.pages.taxonomy import TaxonomyPage
from PySide6.QtCore import Qt

SKILL = "compositional_skills/sums"
OLD = "knowledge/old"
SOON = 10_000

PAIRS = "".join(f"- question: What is {n}?\n  answer: It is {n}.\n" for n in ("one", "two", "three", "four", "five"))
SMALL = f"version: 3\ncreated_by: me # who\ntask_description: Count.\nseed_examples:\n{PAIRS}"
WRONG = SMALL.replace("Count.\n", "Count.   \n") + "attribution:\n- license: MIT\n"
DOCUMENT = "document:\n  repo: r\n  commit: c\n  patterns: [a.md]\n"
OLD_TEXT = f"created_by: me\ndomain: sums\ntask_description: ''\nseed_examples:\n{PAIRS}{DOCUMENT}"


@pytest.fixture
def open_leaf(qtbot, services):
    """Return a function that writes a leaf and makes a shown page with it open and checked."""

    def make(name, text, attribution=""):
        folder = services.workspace.taxonomy / name
        folder.mkdir(parents=True)
        (folder / "qna.yaml").write_text(text, encoding="utf-8", newline="")
        if attribution:
            (folder / ATTRIBUTION_NAME).write_text(attribution, encoding="utf-8")
        page = TaxonomyPage(services, lambda _target: None)
        qtbot.addWidget(page, before_close_func=lambda page: page.keep_drafts())
        page.resize(1084, 740)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.activate()
        page.open_leaf(name)
        qtbot.waitUntil(lambda: page.document is not None and page.document.name == name, timeout=SOON)
        qtbot.waitUntil(lambda: page.document.is_checked, timeout=SOON)
        return page

    return make


def test_one_press_mends_and_one_undo_brings_all_back(open_leaf, qtbot):
    page = open_leaf(SKILL, WRONG, "Title of work: Sums\n")
    button = page.side.mend
    qtbot.waitUntil(button.isVisible, timeout=SOON)
    assert button.text() == "Mend 2 problems"
    assert button.accessibleName() == button.text()
    assert "attribution.txt" in button.accessibleDescription()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.document.text == SMALL
    assert page.document.attribution.text == "Title of work: Sums\n\nLicense of the work: MIT\n"
    assert page.document.undo_stack.count() == 1
    qtbot.waitUntil(lambda: not [p for p in page.document.problems if p.severity == "error"], timeout=SOON)
    assert not button.isVisible()
    assert page.editor.notice.text.startswith("The leaf is mended, and valid. ")
    assert "Moved the attribution" in page.editor.notice.text
    page.editor.undo.trigger()
    assert page.document.text == WRONG
    assert page.document.attribution.text == "Title of work: Sums\n"
    assert not page.document.has_edits
    qtbot.waitUntil(button.isVisible, timeout=SOON)


def test_a_valid_leaf_has_no_button_and_the_key_does_nothing(open_leaf, qtbot):
    page = open_leaf(SKILL, SMALL)
    qtbot.waitUntil(lambda: page._mending._offer is not None, timeout=SOON)
    assert not page.side.mend.isVisible()
    qtbot.keyClick(page.editor, Qt.Key.Key_F7)
    assert page.document.text == SMALL
    assert page.document.undo_stack.count() == 0


def test_the_key_mends_what_was_typed_a_moment_ago(open_leaf, qtbot):
    page = open_leaf(SKILL, WRONG)
    qtbot.waitUntil(page.side.mend.isVisible, timeout=SOON)
    page.editor.show_yaml(True)
    page.editor.yaml.go_to(1, 1)
    qtbot.keyClicks(page.editor.yaml, "# Mine.")
    qtbot.keyClick(page.editor.yaml, Qt.Key.Key_Return)
    qtbot.keyClick(page.editor.yaml, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: page.document.text == f"# Mine.\n{SMALL}", timeout=SOON)


def test_a_valid_skill_of_an_older_version_can_be_brought_to_version_3(open_leaf, qtbot):
    page = open_leaf(SKILL, SMALL.replace("version: 3", "version: 2"))
    qtbot.waitUntil(page.side.mend.isVisible, timeout=SOON)
    assert page.side.mend.text() == "Bring to version 3"
    page.side.mend.click()
    assert page.document.text == SMALL


def test_old_knowledge_asks_first_by_keys_alone(open_leaf, qtbot):
    page = open_leaf(OLD, OLD_TEXT)
    qtbot.waitUntil(page.side.mend.isVisible, timeout=SOON)
    qtbot.keyClick(page.editor, Qt.Key.Key_F7)
    panel = page._mending.panel
    qtbot.waitUntil(panel.isVisible, timeout=SOON)
    assert nameless_widgets(panel) == []
    assert [field.field for field in panel.fields] == [
        "document_outline",
        *(f"seed_examples[{number}].context" for number in range(5)),
    ]
    assert "What is two?" in panel.fields[2].editor.accessibleDescription()
    assert panel.fields[0].editor.hasFocus()
    qtbot.keyClicks(page.focusWidget(), "Sums up to five.")
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    assert panel.fields[1].editor.hasFocus()
    qtbot.keyClicks(page.focusWidget(), "One is one.")
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.document.unsaved, timeout=SOON)
    leaf = page.document.parsed()
    assert (leaf.version, leaf.document_outline) == (3, "Sums up to five.")
    assert [example.context for example in leaf.seed_examples] == ["One is one.", "", "", "", ""]
    assert page.middle.currentWidget() is page.editor
    assert page.editor.notice.text.startswith("Mended. 9 problems are left for you")
    page.editor.undo.trigger()
    assert page.document.text == OLD_TEXT


def test_the_panel_can_be_left_without_a_change(open_leaf, qtbot):
    page = open_leaf(OLD, OLD_TEXT)
    qtbot.waitUntil(page.side.mend.isVisible, timeout=SOON)
    page.side.mend.click()
    assert page._mending.panel.isVisible()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Escape)
    assert page.middle.currentWidget() is page.editor
    assert page.document.text == OLD_TEXT
    assert page.side.mend.isVisible()


def test_another_leaf_is_not_mended_in_place_of_the_one_that_was_asked_about(open_leaf, qtbot):
    page = open_leaf(OLD, OLD_TEXT)
    qtbot.waitUntil(page.side.mend.isVisible, timeout=SOON)
    page.side.mend.click()
    page.open_leaf("knowledge/places/harrow_cove")
    qtbot.waitUntil(lambda: page.document.name.endswith("harrow_cove"), timeout=SOON)
    text = page.document.text
    page._mending.panel.mend.click()
    qtbot.waitUntil(lambda: page.document.is_checked, timeout=SOON)
    assert page.document.text == text
    assert page.middle.currentWidget() is page.editor
    assert not page.side.mend.isVisible()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The Taxonomy page on a real taxonomy: edit, undo, save, new leaf, problems, keys alone."""

from __future__ import annotations

import itertools

import pytest
from accessibility import nameless_widgets
from ilab_core.taxonomy.reader import parse_leaf
from ilab_core.taxonomy.tree import LeafEntry
from ilab_desktop.models.taxonomy_tree import BADGE_ROLE
from ilab_desktop.pages.taxonomy import TaxonomyPage
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

LEAF = "knowledge/places/harrow_cove"
ANSWER = "seed_examples[0].questions_and_answers[1].answer"


@pytest.fixture
def page(open_page):
    return open_page()


def field(page, name):
    """Return the editor of a field, unfolding its card."""
    assert page.editor.form.focus_field(name)
    edits = [edit for card in page.editor.form.cards for edit in card.edits()] + page.editor.form._head.edits()
    return next(edit.editor for edit in edits if edit.field == name)


def changed_lines(before, after):
    return [(a, b) for a, b in zip(before.split("\n"), after.split("\n"), strict=True) if a != b]


def test_a_field_changes_only_its_line(page):
    before = page.document.text
    editor = field(page, ANSWER)
    editor.selectAll()
    editor.insertPlainText("The lamp shines 50 metres above the tide line.")
    [(old, new)] = changed_lines(before, page.document.text)
    assert "Ilse Maren looks after the lighthouse" in old
    assert new.strip() == "answer: The lamp shines 50 metres above the tide line."


def test_the_form_follows_the_yaml(page, qtbot):
    page.editor.show_yaml(True)
    yaml = page.editor.yaml
    line = next(n for n, text in enumerate(page.document.text.split("\n")) if text.startswith("domain:")) + 1
    yaml.go_to(line, len("domain: ") + 1)
    qtbot.keyClicks(yaml, "Small ")
    page.editor.show_yaml(False)
    assert field(page, "domain").text() == "Small Places"
    assert parse_leaf(page.document.text, page.document.path).domain == "Small Places"


def test_the_yaml_follows_the_form_without_moving_the_cursor(page):
    page.editor.show_yaml(True)
    page.editor.yaml.go_to(3, 2)
    page.editor.show_yaml(False)
    field(page, ANSWER).insertPlainText(" Or so.")
    page.editor.show_yaml(True)
    assert page.editor.yaml.toPlainText() == page.document.text
    assert page.editor.yaml.textCursor().blockNumber() == 2


def test_undo_to_the_bottom_gives_the_first_bytes_back(page, qtbot):
    first = page.document.text
    form = page.editor.form
    field(page, ANSWER).insertPlainText(" More.")
    form.add_example()
    form._move(form.cards[0], 1)
    form._remove(form.cards[2])
    form._add_pair(form.cards[0])
    page.editor.show_yaml(True)
    qtbot.keyClicks(page.editor.yaml, "# a note\u00a0here")
    page.editor.show_yaml(False)
    last = page.document.text
    stack = page.document.undo_stack
    assert stack.count() >= 6
    while stack.canUndo():
        stack.undo()
    assert page.document.text == first
    assert not page.document.unsaved
    assert [card.example for card in form.cards] == list(page.document.parsed().seed_examples)
    while stack.canRedo():
        stack.redo()
    assert page.document.text == last


def test_typing_in_one_field_is_one_step(page, qtbot):
    editor = field(page, ANSWER)
    qtbot.keyClicks(editor, " Once more.")
    assert page.document.undo_stack.count() == 1
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not page.document.unsaved
    assert "Once more" not in field(page, ANSWER).text()
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert "Once more." in field(page, ANSWER).text()


def test_moving_an_example_keeps_its_fields_open_and_its_place(page):
    form = page.editor.form
    second = form.cards[1]
    second.set_unfolded(True)
    question = second.example.pairs[0].question
    form._move(second, -1)
    assert form.cards[0] is second
    assert second.unfolded
    assert page.document.parsed().seed_examples[0].pairs[0].question == question
    assert second.edits()[0].field == "seed_examples[0].context"
    field(page, "seed_examples[0].questions_and_answers[0].question").insertPlainText("?")
    assert page.document.parsed().seed_examples[0].pairs[0].question == f"{question}?"


def test_save_writes_the_file_and_tells_the_others(page, services, qtbot):
    field(page, "domain").insertPlainText(" by the sea")
    assert page.tree.model.index_of(LEAF).isValid()
    with qtbot.waitSignal(services.events.taxonomy_changed, timeout=5000):
        page.editor.save.trigger()
    assert page.document.path.read_text("utf-8") == page.document.text
    assert not page.document.unsaved
    qtbot.waitUntil(lambda: page.tree.model.index_of(LEAF).data(BADGE_ROLE) == ("changed", "warning"), timeout=10_000)


def test_revert_goes_back_to_the_file_and_can_be_undone(page):
    before = page.document.text
    field(page, "domain").insertPlainText(" by the sea")
    edited = page.document.text
    page.editor.revert.trigger()
    assert page.document.text == before
    page.editor.undo.trigger()
    assert page.document.text == edited


def test_a_file_that_another_program_wrote_is_not_overwritten(page, qtbot):
    theirs = page.document.text + "# theirs\n"
    field(page, "domain").insertPlainText(" by the sea")
    page.document.path.write_text(theirs, "utf-8")
    with qtbot.waitSignal(page.document.save_failed, timeout=5000):
        page.editor.save.trigger()
    assert page.document.path.read_text("utf-8") == theirs
    qtbot.waitUntil(lambda: "Another program changed" in page.editor.notice.text, timeout=5000)
    next(button for button in page.editor.notice.choices() if button.text() == "Take the other").click()
    assert page.document.text == theirs
    page.editor.undo.trigger()
    assert "by the sea" in page.document.text


def test_unsaved_edits_come_back_after_the_window_was_closed(page, open_page):
    field(page, "domain").insertPlainText(" by the sea")
    edited = page.document.text
    page.keep_drafts()
    again = open_page()
    assert again.document.text == edited
    assert again.document.unsaved
    again.editor.undo.trigger()
    assert not again.document.unsaved


def test_a_problem_is_shown_at_its_field_and_leads_there(page, qtbot):
    editor = field(page, ANSWER)
    editor.selectAll()
    qtbot.keyClicks(editor, "At eight.")
    problems = page.side.problems
    qtbot.waitUntil(lambda: problems.count() == 1, timeout=10_000)
    field(page, "created_by")
    problems.setCurrentRow(0)
    qtbot.keyClick(problems, Qt.Key.Key_Return)
    assert page.focusWidget() is editor
    assert "shares no word" in editor.accessibleDescription()
    page.editor.show_yaml(True)
    problems.itemClicked.emit(problems.item(0))
    line = page.editor.yaml.textCursor().block().text()
    assert line.strip() == "answer: At eight."


def test_text_that_is_not_yaml_keeps_the_text_and_says_where(page, qtbot):
    page.editor.show_yaml(True)
    page.editor.yaml.go_to(2, 1)
    qtbot.keyClicks(page.editor.yaml, '"oops: ')
    page.editor.show_yaml(False)
    assert "line" in page.editor._unreadable_notice.text
    page.editor._unreadable_notice.button.click()
    assert page.editor.shows_yaml
    page.editor.undo.trigger()
    page.editor.show_yaml(False)
    assert field(page, "domain").text() == "Places"


def test_a_new_leaf_with_a_document_opens_at_its_first_field(page, services, qtbot, tmp_path):
    source = tmp_path / "Tidal Clock.md"
    source.write_text("# Tidal clock\n\nThe clock strikes at every tide.\n", "utf-8")
    page.start_new_leaf()
    panel = page.new_leaf_panel
    panel.set_document(source)
    assert panel.name.text() == "tidal_clock"
    assert panel.folder.text() == "places"
    qtbot.keyClick(panel.name, Qt.Key.Key_Return)
    name = "knowledge/places/tidal_clock"
    qtbot.waitUntil(lambda: page.document is not None and page.document.name == name, timeout=10_000)
    leaf = page.document.parsed()
    assert leaf.document.patterns == (f"{name}/Tidal Clock.md",)
    kept = services.workspace.documents / name / "Tidal Clock.md"
    assert kept.read_text("utf-8") == source.read_text("utf-8")
    assert leaf.domain == "Places"
    assert page.focusWidget() is field(page, "created_by")
    qtbot.waitUntil(
        lambda: page.tree.model.index_of(name).data(BADGE_ROLE) == ("unfinished", "neutral"), timeout=10_000
    )
    qtbot.waitUntil(lambda: "strikes" in page.side.preview.browser.toPlainText(), timeout=10_000)


@pytest.mark.parametrize("name", ["Tidal Clock", "tidal__clock", "../up", "harrow_cove"])
def test_a_name_that_cannot_be_is_refused_with_a_reason(page, name):
    page.start_new_leaf()
    panel = page.new_leaf_panel
    panel.name.setText(name)
    assert not panel.create.isEnabled()
    assert panel.name.property("invalid")
    assert panel.name.accessibleDescription()


def test_keys_alone_find_edit_and_save_a_leaf(page, qtbot):
    page.tree.tree.setFocus()
    qtbot.keyClick(page.tree.tree, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.focusWidget() is page.tree.search
    qtbot.keyClicks(page.tree.search, "plain")
    qtbot.keyClick(page.tree.search, Qt.Key.Key_Return)
    assert page.document.name == "compositional_skills/writing/plain_words"
    assert page.focusWidget() is page.tree.tree
    qtbot.keyClick(page.tree.tree, Qt.Key.Key_F6)
    assert page.focusWidget() is field(page, "created_by")
    qtbot.keyClicks(page.focusWidget(), " and mira")
    with qtbot.waitSignal(page.document.saved, timeout=5000):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert "and mira" in page.document.path.read_text("utf-8")


def test_tab_goes_through_a_card_in_reading_order(page):
    stops = page.editor.form.cards[0].tab_stops()
    for before, after in itertools.pairwise(stops):
        widget = before.nextInFocusChain()
        while not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            widget = widget.nextInFocusChain()
        assert widget is after


def test_nothing_flashes_up_as_a_window_of_its_own(page, qtbot):
    page.open_leaf("compositional_skills/writing/plain_words")
    page.editor.form._toggle_all()
    page.editor.form.add_example()
    assert page.isActiveWindow()


def test_every_control_has_a_name(page):
    page.editor.form._toggle_all()
    assert nameless_widgets(page) == []
    page.editor.show_yaml(True)
    page.start_new_leaf()
    assert nameless_widgets(page) == []


def test_an_empty_taxonomy_offers_the_next_step(qtbot, services, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    services.save_settings(taxonomy_folder=empty)
    page = TaxonomyPage(services, lambda _target: None)
    qtbot.addWidget(page)
    page.show()
    page.activate()
    qtbot.waitUntil(lambda: page.empty.isVisible(), timeout=5000)
    page.empty.button.click()
    assert page.new_leaf_panel.isVisible()
    QApplication.processEvents()


def test_a_large_leaf_opens_with_folded_cards_that_have_no_fields_yet(page, services):
    text = page.document.text
    start = text.index("  - context:")
    end = text.index("  - context:", start + 5)
    (services.taxonomy_root / "knowledge/places/large").mkdir()
    path = services.taxonomy_root / "knowledge/places/large/qna.yaml"
    path.write_text(text[:start] + text[start:end] * 50 + text[end:], "utf-8")
    page._entries["knowledge/places/large"] = LeafEntry("knowledge/places/large", path, "knowledge")
    page._leaf_chosen("knowledge/places/large")
    QApplication.processEvents()
    assert len(page.editor.form.cards) >= 50
    assert page.editor.form.cards[1].edits() == []


def test_one_history_over_all_leaves_goes_back_to_the_leaf_it_changes(page, qtbot):
    first, other = page.document, next(name for name in page.tree.model.leaf_names() if name != page.document.name)
    before = first.text
    field(page, ANSWER).insertPlainText(" One.")
    page.open_leaf(other)
    qtbot.waitUntil(lambda: page.document.name == other)
    second = page.document
    field(page, "seed_examples[0].question").insertPlainText(" Two.")
    assert "Two." in second.text
    page.editor.undo.trigger()
    assert page.document is second
    assert not second.unsaved
    page.editor.undo.trigger()
    assert page.document is first
    assert first.text == before
    assert not page.editor.undo.isEnabled()
    page.editor.redo.trigger()
    page.editor.redo.trigger()
    assert page.document is second
    assert "Two." in second.text
    assert "One." in first.text


def test_problems_are_underlined_where_they_are_after_an_edit_in_the_form(page, qtbot):
    text = page.document.text
    changed = text.replace("domain: Places", "domain:").replace("Ilse Maren keeps the", "A keeper of old keeps the")
    page.document.change(changed, "Edit")
    page.document.check_now()
    qtbot.waitUntil(lambda: any(problem.field == "domain" for problem in page.document.problems), timeout=10_000)
    page.editor.show_yaml(True)
    marked = [mark.cursor.selectedText() for mark in page.editor.yaml.extraSelections()]
    assert "domain:" in marked
    assert not [text for text in marked if "\u2029" in text]

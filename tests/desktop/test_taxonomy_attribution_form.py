# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The attribution in the form: read back, edited in the one history, kept as a draft, saved with the leaf."""

from __future__ import annotations

import pytest
from accessibility import nameless_widgets
from ilab_core.taxonomy.attribution import Attribution, read_attributions
from ilab_core.taxonomy.tree import LeafEntry
from ilab_desktop.pages.taxonomy.leaf_checks import LeafChecker
from ilab_desktop.pages.taxonomy.problem_list import ProblemList
from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

LEAF = "knowledge/places/harrow_cove"
OTHER = "compositional_skills/writing/plain_words"


@pytest.fixture
def file(services):
    return services.taxonomy_root / LEAF / "attribution.txt"


@pytest.fixture
def page(open_page):
    return open_page()


def field(page, key, number=0):
    """Return the editor of a field of a work, unfolding the section."""
    form = page.editor.form.attribution
    form.set_unfolded(True)
    return form._works[number]._fields[key].editor


def saved(page, qtbot):
    with qtbot.waitSignal(page.document.saved, timeout=10_000):
        page.editor.save.trigger()


def codes(page):
    return [problem.code for problem in page.document.problems]


def test_the_section_is_folded_and_says_what_it_holds(page):
    form = page.editor.form.attribution
    assert not form._body.isVisible()
    assert form._note.text() == "Harrow Cove · InstructLab Desktop contributors · CC-BY-4.0"
    assert not form._badge.isVisible()
    assert field(page, "title").text() == "Harrow Cove"
    assert field(page, "licence").currentText() == "CC-BY-4.0"
    assert form._body.isVisible()


def test_an_edit_is_one_step_of_the_one_history_and_one_line_of_the_file(page, file, qtbot):
    before = file.read_bytes()
    page.editor.form.cards[0].edits()[0].editor.insertPlainText("First. ")
    leaf_text = page.document.text
    editor = field(page, "creators")
    qtbot.keyClicks(editor, ", me")
    assert page.document.undo_stack.count() == 2
    assert not page.document.attribution.text.endswith("me\n")
    assert editor.text() == ", meInstructLab Desktop contributors"
    assert page.editor.save.isEnabled()
    assert file.read_bytes() == before
    saved(page, qtbot)
    changed = [line for line in file.read_bytes().split(b"\n") if line not in before.split(b"\n")]
    assert changed == [b"Creator names: , meInstructLab Desktop contributors"]
    assert page.document.path.read_text(encoding="utf-8") == leaf_text
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.text() == "InstructLab Desktop contributors"
    assert page.document.text == leaf_text
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.document.text != leaf_text
    saved(page, qtbot)
    assert file.read_bytes() == before


def test_a_change_of_the_attribution_alone_leaves_the_leafs_file_alone(page, file, qtbot):
    stamp = page.document.path.stat().st_mtime_ns
    field(page, "title").insertPlainText("Old ")
    assert not page.document.unsaved
    saved(page, qtbot)
    assert page.document.path.stat().st_mtime_ns == stamp
    assert read_attributions(file.read_text(encoding="utf-8"))[0].title == "Old Harrow Cove"


def test_undo_in_the_licence_goes_through_the_one_history(page, qtbot):
    box = field(page, "licence")
    box.setFocus()
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), "MIT")
    assert "License of the work: MIT" in page.document.attribution.text
    assert "copyright" in page.editor.form.attribution._works[0]._fields["licence"]._below.text()
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert box.currentText() == "CC-BY-4.0"
    assert not page.document.has_edits


def test_a_licence_is_chosen_with_keys_and_not_with_the_wheel(page, qtbot):
    box = field(page, "licence")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert "License of the work: CC-BY-SA-4.0" in page.document.attribution.text
    position = box.rect().center()
    wheel = QWheelEvent(
        position,
        box.mapToGlobal(position),
        position,
        position * 0 + position.__class__(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, wheel)
    assert box.currentText() == "CC-BY-SA-4.0"


def test_warnings_stand_at_their_fields_and_lead_there(page, qtbot):
    box = field(page, "licence")
    box.setEditText("GPL-3.0")
    qtbot.waitUntil(lambda: codes(page) == ["licence-not-accepted"], timeout=10_000)
    form = page.editor.form.attribution
    assert "does not accept" in form._works[0]._fields["licence"]._below.text()
    assert form._badge.isVisible()
    form.set_unfolded(False)
    page.editor.show_yaml(True)
    [problem] = page.document.problems
    assert page.editor.yaml._problems == ()
    page.side.problems.chosen.emit(problem)
    assert not page.editor.shows_yaml
    assert box.hasFocus() or box.lineEdit().hasFocus()
    listed = page.findChild(ProblemList)
    assert listed.count() == 1


def test_a_leaf_without_attribution_gets_one(page, file, qtbot):
    file.unlink()
    page.document.attribution.look()
    qtbot.waitUntil(lambda: "attribution-missing" in codes(page), timeout=10_000)
    form = page.editor.form.attribution
    assert form._badge.isVisible()
    form.set_unfolded(True)
    assert form._add.isHidden()
    for key, text in (("title", "A book"), ("link", "b.md"), ("revision", "2"), ("creators", "Ann")):
        qtbot.keyClicks(field(page, key), text)
    field(page, "licence").setEditText("CC0-1.0")
    saved(page, qtbot)
    assert read_attributions(file.read_text(encoding="utf-8")) == (
        Attribution("A book", "b.md", "2", "CC0-1.0", "Ann"),
    )
    qtbot.waitUntil(lambda: codes(page) == [], timeout=10_000)
    while page.document.undo_stack.canUndo():
        page.document.undo_stack.undo()
    saved(page, qtbot)
    assert page.document.attribution.text.startswith("Title of work: Harrow Cove")


def test_what_becomes_empty_is_removed_with_its_file(page, file, qtbot):
    page.document.attribution.change("", "Clear")
    saved(page, qtbot)
    assert not file.exists()
    page.document.undo_stack.undo()
    saved(page, qtbot)
    assert file.exists()


def test_several_works(page, file, qtbot):
    form = page.editor.form.attribution
    form.set_unfolded(True)
    form._add.click()
    assert [work._heading.isHidden() for work in form._works] == [False, False]
    assert QApplication.focusWidget() is field(page, "title", 1)
    qtbot.keyClicks(field(page, "title", 1), "Tide tables")
    qtbot.keyClicks(field(page, "creators", 1), "The harbour")
    works = read_attributions(page.document.attribution.text)
    assert [work.title for work in works] == ["Harrow Cove", "Tide tables"]
    form._works[0]._remove.click()
    assert [work.title for work in read_attributions(page.document.attribution.text)] == ["Tide tables"]
    assert field(page, "creators").text() == "The harbour"
    assert len(form._works) == 1


def test_unsaved_edits_survive_as_a_draft(page, open_page, file):
    field(page, "title").insertPlainText("Draft ")
    before = file.read_bytes()
    page.keep_drafts()
    page.close()
    again = open_page()
    assert file.read_bytes() == before
    assert not again.document.unsaved
    assert again.document.has_edits
    assert field(again, "title").text() == "Draft Harrow Cove"
    again.document.undo_stack.undo()
    assert field(again, "title").text() == "Harrow Cove"
    again.keep_drafts()
    assert not again._open.has_draft(again.document.path)


def test_undo_brings_back_the_leaf_whose_attribution_it_changes(page, qtbot):
    field(page, "title").insertPlainText("Old ")
    page.open_leaf(OTHER)
    qtbot.waitUntil(lambda: page.document.name == OTHER)
    assert page.editor.form.attribution._note.text() != ""
    assert field(page, "title").text() == "Plain words"
    page.editor.undo.trigger()
    qtbot.waitUntil(lambda: page.document.name == LEAF)
    assert field(page, "title").text() == "Harrow Cove"


def test_another_programs_change_is_followed_but_never_overwritten(page, file, qtbot):
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Harrow Cove", "Their title"), encoding="utf-8")
    qtbot.waitUntil(lambda: page.document.attribution.text == file.read_text(encoding="utf-8"), timeout=10_000)
    assert field(page, "title").text() == "Their title"
    field(page, "title").insertPlainText("My ")
    theirs = text.replace("Harrow Cove", "Newer title")
    file.write_text(theirs, encoding="utf-8")
    page.document.attribution.look()
    qtbot.wait(500)
    assert field(page, "title").text() == "My Their title"
    with qtbot.waitSignal(page.document.save_failed, timeout=10_000):
        page.editor.save.trigger()
    assert file.read_text(encoding="utf-8") == theirs
    assert field(page, "title").text() == "My Their title"
    page.editor.revert.trigger()
    assert field(page, "title").text() == "Newer title"
    page.editor.undo.trigger()
    saved(page, qtbot)
    assert "Title of work: My Their title" in file.read_text(encoding="utf-8")


def test_everything_has_a_name_and_a_place_in_the_tab_order(page, qtbot):
    form = page.editor.form.attribution
    form.set_unfolded(True)
    form._add.click()
    assert nameless_widgets(page.editor) == []
    page.editor.form.focus_first()
    order = []
    while len(order) < 40:
        order.append(QApplication.focusWidget().accessibleName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    start = order.index("Attribution, unfolded")
    assert order[start : order.index("Add another work")] == [
        "Attribution, unfolded",
        *(
            f"{before}{number}{after}"
            for number in (1, 2)
            for before, after in (
                ("Remove work ", ""),
                ("Work ", ", title of the work"),
                ("Work ", ", creators"),
                ("Work ", ", link"),
                ("Work ", ", revision"),
                ("Work ", ", licence"),
            )
        ),
    ]
    assert order.index("Add another work") < order.index("Unfold all examples")


def test_the_tree_knows_of_the_attribution_and_of_the_workspaces_documents(qtbot, services, file):
    leaf = LeafEntry(LEAF, file.with_name("qna.yaml"), "knowledge")
    (file.parent / "harrow_cove.md").rename(services.workspace.documents / "harrow_cove.md")
    checker = LeafChecker(services.workspace.documents)

    def warnings():
        with qtbot.waitSignal(checker.found, timeout=20_000) as found:
            checker.start(services.taxonomy_root, [leaf])
        return found.args[0][0].status.warnings

    assert warnings() == 0
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("CC-BY-4.0", "GPL-3.0"), encoding="utf-8")
    assert warnings() == 1
    file.write_text(text, encoding="utf-8")
    assert warnings() == 0

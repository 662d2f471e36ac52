# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A leaf's documents in the window: dropped, chosen, followed, published, quoted; each as one step of the history."""

from __future__ import annotations

import pytest
from accessibility import nameless_widgets
from ilab_core.generation.documents import find_documents
from ilab_core.taxonomy.new_leaf import NewLeaf, create_leaf
from ilab_desktop.pages.taxonomy import TaxonomyPage
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

LEAF = "knowledge/places/harrow_cove"
SKILL = "compositional_skills/writing/plain_words"
LOAF = "The bakery in Harrow Cove is known for its saffron loaf."


@pytest.fixture
def open_leaf(qtbot, services):
    """Return a function that shows the page with a leaf of the starter open."""

    def make(name):
        made = TaxonomyPage(services, lambda _target: None)
        qtbot.addWidget(made, before_close_func=lambda page: page.keep_drafts())
        made.resize(1284, 840)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        made.activate()
        made.open_leaf(name)
        qtbot.waitUntil(lambda: made.document is not None and made.document.is_checked, timeout=20_000)
        return made

    return make


@pytest.fixture
def page(open_leaf, qtbot):
    made = open_leaf(LEAF)
    qtbot.waitUntil(lambda: "saffron loaf" in made.side.preview.browser.toPlainText(), timeout=10_000)
    return made


@pytest.fixture
def notes(tmp_path):
    """A text file that is no document yet."""
    path = tmp_path / "Notes.txt"
    path.write_text("The ferry sails on Wednesdays. The bakery opens at six.\n", "utf-8")
    return path


def drop(widget, *paths):
    """Drag files onto a widget and let go; return whether it took them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = widget.rect().center()
    action, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, action, data, left, none)
    QApplication.sendEvent(widget, enter)
    event = QDropEvent(place, action, data, left, none)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def shown(page):
    return page.side.preview.browser.toPlainText()


def select(page, words):
    browser = page.side.preview.browser
    browser.setTextCursor(browser.document().find(words))
    assert browser.textCursor().hasSelection()


def contexts(page):
    return [example.context for example in page.document.parsed().seed_examples]


@pytest.mark.parametrize("where", ["field", "yaml", "preview", "header"])
def test_a_file_dropped_anywhere_on_the_leaf_becomes_its_document(page, services, qtbot, notes, where):
    before = page.document.text
    notes = notes.rename(notes.with_name("yard.txt"))
    if where == "yaml":
        page.editor.show_yaml(True)
    target = {
        "field": page.editor.form.cards[0].edits()[0].editor.viewport(),
        "yaml": page.editor.yaml.viewport(),
        "preview": page.side.preview.browser.viewport(),
        "header": page.editor,
    }[where]
    assert drop(target, notes)
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)
    named = page.document.parsed().document
    assert named.patterns == (f"{LEAF}/harrow_cove.md", f"{LEAF}/yard.txt")
    assert named.repo == services.workspace.documents.as_uri()
    assert page.side.preview._choice.currentText() == "yard.txt"
    found = find_documents(page.document.parsed(), services.workspace.documents)
    assert [path.name for path in found] == ["harrow_cove.md", "yard.txt"]
    page.editor.undo.trigger()
    assert page.document.text == before


def test_the_page_says_that_it_takes_a_file_only_while_it_is_dragged(page, notes):
    sign = next(f for f in page.editor.findChildren(object) if type(f).__name__ == "DocumentDrop")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(notes))])
    none = Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(page.editor, event)
    assert sign._sign.isVisible()
    drop(page.editor, notes)
    assert not sign._sign.isVisible()


def test_the_folded_pane_opens_for_a_new_document(page, qtbot, notes):
    page._side_action.trigger()
    assert not page.side.isVisible()
    drop(page.editor, notes)
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)
    assert page.side.preview.browser.isVisible()


def test_other_kinds_and_skills_are_refused_with_a_sentence(page, open_leaf, qtbot, tmp_path, notes):
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.7")
    before = page.document.text
    drop(page.editor, report)
    qtbot.waitUntil(lambda: "report.pdf is not a text file" in page.editor.notice.text, timeout=10_000)
    assert "Markdown and plain text are read today" in page.editor.notice.text
    assert page.document.text == before
    skill = open_leaf(SKILL)
    drop(skill.editor, notes)
    assert "A skill has no document" in skill.editor.notice.text


def test_a_document_is_added_by_keys_through_the_dialog(page, qtbot, notes, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(notes)], ""))
    page.tree.tree.setFocus()
    qtbot.keyClick(
        page.tree.tree, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)


def test_several_documents_are_chosen_above_the_preview(page, qtbot, notes):
    drop(page.editor, notes)
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)
    choice = page.side.preview._choice
    assert choice.isVisible()
    assert [choice.itemText(n) for n in range(choice.count())] == ["Notes.txt", "harrow_cove.md"]
    choice.setCurrentIndex(1)
    assert "saffron loaf" in shown(page)


def test_a_leaf_whose_document_is_gone_says_so_and_takes_another(page, qtbot, notes):
    page.document.change(page.document.text.replace("harrow_cove.md", "gone.md"), "Test")
    qtbot.waitUntil(page.side.preview.add.isVisible, timeout=10_000)
    assert "not on this computer" in page.side.preview._note.text()
    drop(page.side.preview, notes)
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)
    assert page.document.parsed().document.patterns == (f"{LEAF}/Notes.txt",)


def test_a_leaf_without_a_document_asks_for_a_file_and_not_for_a_commit(page, services, qtbot, notes):
    create_leaf(
        services.taxonomy_root, NewLeaf("knowledge", "places", "elm_ford"), "mira", services.workspace.documents
    )
    page.activate()
    page.open_leaf("knowledge/places/elm_ford")
    qtbot.waitUntil(lambda: page.document.name.endswith("elm_ford") and page.document.is_checked, timeout=10_000)
    head = page.editor.form._head
    commit = head._fields["document.commit"]
    assert not commit.isVisible()
    assert not [p for p in page.document.problems if p.code == "document-unreachable"]
    qtbot.waitUntil(page.side.preview.add.isVisible, timeout=10_000)
    assert "No document yet" in page.side.preview._note.text()
    problem = next(p for p in page.document.problems if p.field == "document.commit")
    page.editor.go_to(problem)
    assert commit.isVisible()
    assert page.focusWidget() is commit.editor
    drop(page.editor, notes)
    qtbot.waitUntil(lambda: len(commit.value()) == 40, timeout=10_000)


def test_a_document_that_changed_is_told_and_followed_as_one_step(page, services, qtbot, notes):
    drop(page.editor, notes)
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)
    head = page.side.preview.head
    assert not head.follow.isVisible()
    page.document.change(page.document.text.replace("/harrow_cove.md", "/harrow_cove.md  # the guide"), "Test")
    before = page.document.text
    (services.workspace.documents / LEAF / "Notes.txt").write_text("The ferry sails on Fridays.\n", "utf-8")
    qtbot.waitUntil(head.follow.isVisible, timeout=10_000)
    assert "Wednesdays" in shown(page)
    head.follow.click()
    qtbot.waitUntil(lambda: "Fridays" in shown(page), timeout=10_000)
    assert not head.follow.isVisible()
    after = page.document.text
    assert [a for a, b in zip(before.split("\n"), after.split("\n"), strict=True) if a != b] == [
        f"  commit: {_commit(before)}"
    ]
    page.editor.undo.trigger()
    assert page.document.text == before
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)


def _commit(text):
    return next(line for line in text.split("\n") if line.startswith("  commit:")).split()[1]


def test_a_context_that_left_the_document_is_a_warning_at_its_field(page, services, qtbot, notes):
    notes.write_text(f"{LOAF} The ferry sails on Wednesdays.\n", "utf-8")
    page.document.change(page.document.text.replace("    - harrow_cove.md", "    - none.md"), "Test")
    drop(page.editor, notes)
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)
    page.documents.use_passage(LOAF, 0)
    field = "seed_examples[0].context"

    def warnings():
        return [p.code for p in page.document.problems if p.field == field]

    qtbot.waitUntil(lambda: page.document.is_checked and "context-off-document" not in warnings(), timeout=10_000)
    (services.workspace.documents / LEAF / "Notes.txt").write_text("Nothing of it.\n", "utf-8")
    qtbot.waitUntil(page.side.preview.head.follow.isVisible, timeout=10_000)
    page.side.preview.head.follow.click()
    qtbot.waitUntil(lambda: "context-off-document" in warnings(), timeout=10_000)
    [edit] = [edit for edit in page.editor.form.cards[0].edits() if edit.field == field]
    assert edit._below.property("role") == "warning"
    assert "does not occur in Notes.txt" in edit._below.text()


def test_the_selection_goes_to_an_example_without_context_first(page, qtbot):
    page.document.change(page.document.text, "Test")
    page.editor.form.add_example()
    count = len(contexts(page))
    page.editor.form.focus_field("seed_examples[1].context")
    select(page, LOAF)
    bar = page.side.preview.passages
    assert bar.use.text() == f"Use in example {count}"
    bar.use.click()
    assert contexts(page)[count - 1] == LOAF
    assert contexts(page)[1] != LOAF
    field = page.focusWidget()
    assert field.accessibleName() == f"Example {count}, context"
    qtbot.waitUntil(lambda: not field.visibleRegion().isEmpty(), timeout=5_000)
    assert page.side.preview.browser.extraSelections()


def test_the_other_uses_of_the_selection_are_in_the_menu(page, qtbot):
    count = len(contexts(page))
    page.editor.form.focus_field("seed_examples[1].context")
    select(page, LOAF)
    bar = page.side.preview.passages
    assert bar.use.text() == "Use in new example"
    bar.more.click()
    replace, new = bar.menu.actions()
    assert (replace.text(), new.text()) == ("Replace the context of example 2", "New example from selection")
    bar.menu.hide()
    replace.trigger()
    assert contexts(page)[1] == LOAF
    new.trigger()
    assert len(contexts(page)) == count + 1
    example = page.document.parsed().seed_examples[-1]
    assert (example.context, len(example.pairs)) == (LOAF, 3)
    page.editor.undo.trigger()
    page.editor.undo.trigger()
    assert not page.document.unsaved


def test_keys_alone_use_a_passage(page, qtbot):
    browser = page.side.preview.browser
    count = len(contexts(page))
    browser.setFocus()
    select(page, LOAF)
    qtbot.keyClick(browser, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert contexts(page)[count:] == [LOAF]


def test_in_the_yaml_view_a_passage_is_written_and_shown_there(page):
    page.editor.show_yaml(True)
    count = len(contexts(page))
    select(page, LOAF)
    page.side.preview.passages.use.click()
    assert contexts(page)[count:] == [LOAF]
    assert page.editor.shows_yaml
    assert LOAF in page.editor.yaml.textCursor().block().text()


def test_the_selection_keeps_the_words_of_the_document_and_its_marks(page, qtbot, tmp_path):
    source = tmp_path / "marked.md"
    source.write_text("# Head\n\nA **bold** word and `code`\nin two lines.\n", "utf-8")
    drop(page.editor, source)
    qtbot.waitUntil(lambda: "in two lines" in shown(page), timeout=10_000)
    select(page, "A bold word and code in two lines.")
    page.side.preview.passages.use.click()
    assert contexts(page)[-1] == "A **bold** word and `code`\nin two lines."


def test_size_and_place_are_shown_and_the_file_opens_in_its_program(page, services, qtbot, notes, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    drop(page.editor, notes)
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)
    file = services.workspace.documents / LEAF / "Notes.txt"
    assert page.side.preview.head._place.text() == f"{file.stat().st_size} bytes · {file}"
    page.side.preview.head.open.click()
    assert opened == [str(file)]


def test_a_leaf_is_pointed_at_a_public_repository_and_read_from_the_copy(page, qtbot):
    form = page.documents._form
    page.side.preview.head.menu.actions()[0].trigger()
    assert form.isVisible()
    assert form.files.text() == "harrow_cove.md"
    assert not form.accept_button.isEnabled()
    form.repo.setText("https://github.com/mira/documents.git")
    form.commit.setText("main")
    assert form.commit.property("invalid")
    assert "full id" in form.commit.accessibleDescription()
    form.commit.setText("a" * 40)
    assert form.accept_button.isEnabled()
    before = page.document.text
    form.files.setText("docs/cove.md")
    qtbot.keyClick(form.files, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.document.text != before, timeout=10_000)
    named = page.document.parsed().document
    assert (named.repo, named.commit, named.patterns) == (
        "https://github.com/mira/documents.git",
        "a" * 40,
        ("docs/cove.md",),
    )
    qtbot.waitUntil(lambda: page.side.preview.head.open.isVisible(), timeout=10_000)
    assert "saffron loaf" in shown(page)
    page.editor.undo.trigger()
    assert page.document.text == before


def test_an_example_is_duplicated_by_button_and_by_keys(page, qtbot):
    before = contexts(page)
    text = page.document.text
    page.editor.form.cards[1]._duplicate.click()
    assert contexts(page) == [*before[:2], *before[1:]]
    assert page.focusWidget().accessibleName().startswith("Example 3")
    keys = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Down, keys)
    assert contexts(page) == [*before[:2], before[1], *before[1:]]
    page.editor.undo.trigger()
    page.editor.undo.trigger()
    assert page.document.text == text


def test_every_control_has_a_name(page, qtbot, notes):
    drop(page.editor, notes)
    qtbot.waitUntil(lambda: "Wednesdays" in shown(page), timeout=10_000)
    assert nameless_widgets(page) == []
    assert nameless_widgets(page.documents._form) == []

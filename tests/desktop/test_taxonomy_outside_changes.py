# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What other programs do to a taxonomy that is open: shown at once, never over an edit, never without a way back."""

from __future__ import annotations

import errno
import os
import shutil

import pytest
from ilab_core.paths import open_workspace
from ilab_desktop.models.taxonomy_tree import BADGE_ROLE
from ilab_desktop.pages.taxonomy import TaxonomyPage, open_leaves
from ilab_desktop.pages.taxonomy.drafts import Draft, DraftStore
from PySide6.QtCore import Qt

LEAF = "knowledge/places/harrow_cove"
SOON = 6000


@pytest.fixture
def open_page(qtbot, services):
    """Return a function that makes a shown page with the starter's knowledge leaf open."""

    def make(name=LEAF):
        page = TaxonomyPage(services, lambda _target: None)
        qtbot.addWidget(page, before_close_func=lambda page: page.keep_drafts())
        page.resize(1084, 740)
        page.show()
        page.activate()
        page.open_leaf(name)
        qtbot.waitUntil(lambda: page.document is not None and page.document.name == name, timeout=10_000)
        return page

    return make


@pytest.fixture
def page(open_page, qtbot):
    made = open_page()
    qtbot.waitUntil(lambda: str(made.document.path) in made._changes.watched(), timeout=SOON)
    return made


def edit(page, text="by the sea"):
    """Change the leaf as a person would, and return its text."""
    page.editor.form.focus_field("domain")
    page.focusWidget().insertPlainText(text)
    return page.document.text


def choose(page, qtbot, word):
    """Press the button of a choice as soon as there is one."""
    qtbot.waitUntil(lambda: word in [button.text() for button in page.editor.notice.choices()], timeout=SOON)
    next(button for button in page.editor.notice.choices() if button.text() == word).click()


def replace(path, text):
    """Write a file as most editors do: a new one in its place."""
    new = path.with_name("new")
    new.write_text(text, "utf-8", newline="")
    os.replace(new, path)


@pytest.mark.parametrize("write", [replace, lambda path, text: path.write_text(text, "utf-8", newline="")])
def test_a_leaf_without_edits_follows_its_file(page, qtbot, write):
    first = page.document.text
    theirs = first.replace("domain: Places", "domain: Coasts")
    write(page.document.path, theirs)
    qtbot.waitUntil(lambda: page.document.text == theirs, timeout=SOON)
    assert not page.document.unsaved
    qtbot.waitUntil(lambda: page.tree.model.index_of(LEAF).data(BADGE_ROLE) == ("changed", "warning"), timeout=SOON)
    page.editor.undo.trigger()
    assert page.document.text == first
    qtbot.wait(300)
    assert page.document.text == first, "an undone change came back by itself"
    assert page.document.path.read_text("utf-8") == theirs


def test_leaves_that_come_and_go_are_shown(page, services, qtbot):
    folder = services.taxonomy_root / "knowledge" / "animals" / "owl"
    folder.mkdir(parents=True)
    qtbot.wait(500)
    (folder / "qna.yaml").write_text("version: 3\n", "utf-8")
    qtbot.waitUntil(lambda: "knowledge/animals/owl" in page.tree.model.leaf_names(), timeout=SOON)
    other = services.taxonomy_root / "knowledge" / "places" / "another"
    other.mkdir()
    (other / "qna.yaml").write_text("version: 3\n", "utf-8")
    qtbot.waitUntil(lambda: "knowledge/places/another" in page.tree.model.leaf_names(), timeout=SOON)
    shutil.rmtree(folder.parent)
    qtbot.waitUntil(lambda: "knowledge/animals/owl" not in page.tree.model.leaf_names(), timeout=SOON)
    assert page.document.name == LEAF


def test_keep_mine_is_one_step_and_the_next_save_writes_it(page, qtbot):
    mine = edit(page)
    theirs = page.document.file.text + "# theirs\n"
    steps = page.document.undo_stack.count()
    replace(page.document.path, theirs)
    choose(page, qtbot, "Keep mine")
    assert page.document.text == mine
    assert page.document.undo_stack.count() == steps + 1
    assert page.document.path.read_text("utf-8") == theirs
    assert not page.editor.notice.isVisible()
    page.editor.undo.trigger()
    assert page.document.text == mine
    choose(page, qtbot, "Keep mine")
    with qtbot.waitSignal(page.document.saved, timeout=SOON):
        page.editor.save.trigger()
    assert page.document.path.read_text("utf-8") == mine


def test_take_the_other_is_one_step_and_asks_again_when_undone(page, qtbot):
    mine = edit(page)
    theirs = page.document.file.text + "# theirs\n"
    replace(page.document.path, theirs)
    choose(page, qtbot, "Take the other")
    assert page.document.text == theirs
    assert not page.document.unsaved
    page.editor.undo.trigger()
    assert page.document.text == mine
    choose(page, qtbot, "Compare")
    qtbot.waitUntil(page._choice.panel.isVisible, timeout=SOON)


def test_the_choice_is_offered_again_when_the_leaf_is_shown_again(page, qtbot):
    edit(page)
    document = page.document
    replace(document.path, document.file.text + "# theirs\n")
    qtbot.waitUntil(lambda: len(page.editor.notice.choices()) == 3, timeout=SOON)
    page.open_leaf("compositional_skills/writing/plain_words")
    qtbot.waitUntil(lambda: page.document is not document, timeout=SOON)
    assert not page.editor.notice.isVisible()
    page.open_leaf(LEAF)
    choose(page, qtbot, "Keep mine")
    assert "by the sea" in document.text


def test_compare_shows_three_texts_and_merges_them(page, qtbot):
    edit(page, " and Coves")
    before = page.document.file.text
    theirs = before.replace("created_by: ", "created_by: mira and ")
    replace(page.document.path, theirs)
    choose(page, qtbot, "Compare")
    panel = page._choice.panel
    qtbot.waitUntil(panel.isVisible, timeout=SOON)
    shown = panel.view.toPlainText()
    assert "created_by: mira and " in shown
    assert "domain: Places and Coves" in shown
    assert "lines that no one changed" in shown
    assert panel.in_conflict.isHidden()
    panel.merge.click()
    assert page.editor.isVisible()
    assert "created_by: mira and " in page.document.text
    assert page.document.parsed().domain == "Places and Coves"
    steps = page.document.undo_stack
    assert steps.undoText() == "Merge"
    with qtbot.waitSignal(page.document.saved, timeout=SOON):
        page.editor.save.trigger()


def test_where_both_changed_a_line_the_merge_asks_whose_it_takes(page, qtbot):
    edit(page, " and Coves")
    before = page.document.file.text
    line = next(line for line in before.split("\n") if line.startswith("domain:"))
    replace(page.document.path, before.replace(line, "domain: Theirs"))
    choose(page, qtbot, "Compare")
    panel = page._choice.panel
    qtbot.waitUntil(panel.isVisible, timeout=SOON)
    assert panel.in_conflict.isVisible()
    assert "domain: Theirs" not in panel.merged()
    panel.in_conflict.setCurrentIndex(1)
    panel.merge.click()
    assert page.document.parsed().domain == "Theirs"


def test_a_leaf_deleted_by_another_program_while_edited_stays_as_a_draft(page, services, qtbot):
    mine = edit(page)
    document = page.document
    shutil.rmtree(document.path.parent)
    qtbot.waitUntil(lambda: "deleted" in page.editor.notice.text, timeout=SOON)
    assert "draft" in page.editor.notice.text
    assert LEAF in page.tree.model.leaf_names()
    choose(page, qtbot, "Keep mine")
    assert document.text == mine
    assert document.unsaved
    with qtbot.waitSignal(document.saved, timeout=SOON):
        page.editor.save.trigger()
    assert document.path.read_text("utf-8") == mine


def test_a_deleted_leaf_opens_from_its_draft_after_a_restart(page, open_page, qtbot):
    mine = edit(page)
    page.keep_drafts()
    path = page.document.path
    path.unlink()
    again = open_page()
    assert again.document.text == mine
    qtbot.waitUntil(lambda: "deleted" in again.editor.notice.text, timeout=SOON)
    choose(again, qtbot, "Let it go")
    assert not again.document.unsaved
    again.editor.undo.trigger()
    assert again.document.text == mine
    assert not path.exists()


def test_a_deleted_leaf_without_edits_leaves_the_tree(page, qtbot):
    document = page.document
    document.path.unlink()
    qtbot.waitUntil(lambda: page.document is None, timeout=SOON)
    qtbot.waitUntil(lambda: LEAF not in page.tree.model.leaf_names(), timeout=SOON)


def test_a_draft_of_a_file_that_changed_since_is_a_choice(page, open_page, qtbot):
    mine = edit(page)
    page.keep_drafts()
    theirs = page.document.file.text + "# theirs\n"
    path = page.document.path
    page.document.deleteLater()
    path.write_text(theirs, "utf-8", newline="")
    again = open_page()
    assert again.document.text == mine
    choose(again, qtbot, "Take the other")
    assert again.document.text == theirs


def test_saving_is_never_taken_for_a_change_of_others(page, qtbot):
    for number in range(5):
        edit(page, f" {number}")
        with qtbot.waitSignal(page.document.saved, timeout=SOON):
            page.editor.save.trigger()
        page._changes.look()
    qtbot.wait(400)
    assert page.editor.notice.choices() == []
    assert not page.document.unsaved
    assert page.document.parsed().domain == "Places 0 1 2 3 4"


def test_typing_without_a_pause_is_kept_all_the_same(page, services, qtbot):
    page.editor.show_yaml(True)
    yaml = page.editor.yaml
    yaml.go_to(2, 1)
    store = DraftStore(services.workspace)

    def typed():
        qtbot.keyClicks(yaml, "# x")
        return store.find(page.document.path) is not None

    qtbot.waitUntil(typed, timeout=3000)
    qtbot.waitUntil(lambda: store.find(page.document.path).text == page.document.text, timeout=1000)
    page.editor.save.trigger()
    qtbot.waitUntil(lambda: store.find(page.document.path) is None, timeout=SOON)


def test_a_late_writer_does_not_put_an_old_draft_in_place_of_a_new_one(tmp_path):
    store = DraftStore(open_workspace(tmp_path / "w"))
    path = tmp_path / "qna.yaml"
    store.keep([Draft(str(path), "d", "new \ud83d half a character")], 2)
    store.keep([Draft(str(path), "d", "old")], 1)
    assert store.find(path).text == "new \ud83d half a character"
    store.keep([Draft(str(path), "d", None)], 3)
    assert store.find(path) is None


def test_folded_folders_are_read_when_the_person_comes_back(page, services, qtbot, qapp):
    page.tree.tree.collapseAll()
    qtbot.waitUntil(lambda: len(page._changes.watched()) < 5, timeout=SOON)
    folder = services.taxonomy_root / "knowledge" / "places" / "hidden"
    folder.mkdir()
    (folder / "qna.yaml").write_text("version: 3\n", "utf-8")
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: "knowledge/places/hidden" in page.tree.model.leaf_names(), timeout=SOON)


def test_a_draft_that_finds_no_room_is_told_once_and_written_later(page, services, qtbot, monkeypatch):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    told = []
    page._open.draft_failed.connect(told.append)
    monkeypatch.setattr(open_leaves, "RETRY_DELAY", 100)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: (_ for _ in ()).throw(full))
    mine = edit(page)
    qtbot.waitUntil(lambda: "disk is full" in page.editor.notice.text, timeout=SOON)
    qtbot.wait(500)
    assert len(told) == 1
    monkeypatch.undo()
    store = DraftStore(services.workspace)
    path = page.document.path
    qtbot.waitUntil(lambda: store.find(path) is not None and store.find(path).text == mine, timeout=8000)

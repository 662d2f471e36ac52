# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Contributions on the Taxonomy page: review, commit, discard, history, branches and clones, by keys, in real git."""

from __future__ import annotations

import shutil
from pathlib import Path

import ilab_desktop.pages.taxonomy.contribution_work as contribution_work
import ilab_desktop.pages.taxonomy.review_work as review_work
import pygit2
import pytest
from accessibility import nameless_widgets
from ilab_core.taxonomy.changes import changed_leaves
from ilab_core.taxonomy.contribution import contributions, start_contribution, switch_contribution
from pygit2.enums import ConfigLevel
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

LEAF = "knowledge/places/harrow_cove"
WAIT = 20_000


@pytest.fixture(autouse=True)
def _no_configuration(tmp_path):
    """Let git know nobody: the machine's own configuration must not matter."""
    levels = (ConfigLevel.GLOBAL, ConfigLevel.XDG, ConfigLevel.SYSTEM)
    before = {level: pygit2.settings.search_path[level] for level in levels}
    for level in levels:
        pygit2.settings.search_path[level] = str(tmp_path / "nobody")
    yield
    for level, path in before.items():
        pygit2.settings.search_path[level] = path


@pytest.fixture
def page(qtbot, open_page):
    """The page with the starter's knowledge leaf open."""
    made = open_page()
    qtbot.waitUntil(lambda: made.contributions.bar.branch.isVisible(), timeout=WAIT)
    return made


@pytest.fixture
def root(services) -> Path:
    return services.taxonomy_root


def known(services):
    services.save_settings(contributor="Ada Löwe", contributor_email="ada@example.org")


def edit(page, qtbot, old="Places", new="Small Places"):
    """Change the open leaf and save it."""
    page.document.change(page.document.text.replace(f"domain: {old}", f"domain: {new}"), "Edit")
    page.editor.save_leaf()
    qtbot.waitUntil(lambda: not page.document.unsaved and not page.document.is_saving, timeout=WAIT)


def open_review(page, qtbot, leaves):
    qtbot.keyClick(page, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    panel = page.contributions.review.panel
    qtbot.waitUntil(lambda: page.contributions.review.is_open and panel.model.rowCount() == leaves, timeout=WAIT)
    return panel


def head(root) -> pygit2.Commit:
    return pygit2.Repository(str(root)).head.peel(pygit2.Commit)


def said(page) -> str:
    return page.contributions.bar._said.text() if page.contributions.bar._said.isVisible() else ""


def test_the_bar_counts_what_is_saved_and_not_committed(page, qtbot):
    bar = page.contributions.bar
    qtbot.waitUntil(lambda: said(page) == "Nothing has changed since the last commit.", timeout=WAIT)
    assert bar.branch.text() == "No contribution (main)"
    edit(page, qtbot)
    qtbot.waitUntil(lambda: bar.review.isVisible(), timeout=WAIT)
    assert bar.review.text() == "1 changed leaf · Review"
    assert bar.review.accessibleName() == "1 changed leaf. Review and commit"


def test_a_commit_by_keys_alone(page, qtbot, root, services):
    known(services)
    edit(page, qtbot)
    shutil.copytree(root / LEAF, root / "knowledge/places/copy")
    panel = open_review(page, qtbot, 2)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is panel.list, timeout=WAIT)
    qtbot.waitUntil(lambda: "Seed example 1" in panel.diff.browser.toPlainText(), timeout=WAIT)
    assert panel.message.toPlainText().startswith("Change 2 leaves")
    qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert panel.model.checked() == [LEAF]
    assert panel.message.toPlainText() == "Improve harrow_cove"
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "Small" in panel.diff.browser.toPlainText(), timeout=WAIT)
    qtbot.keyClick(panel.message, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(panel.message, "Say how small it is")
    qtbot.keyClick(panel.message, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1, timeout=WAIT)
    assert head(root).message == "Say how small it is\n\nSigned-off-by: Ada Löwe <ada@example.org>\n"
    assert [change.name for change in changed_leaves(root, "HEAD")] == ["knowledge/places/copy"]
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert page.middle.currentWidget() is page.editor


def test_who_commits_is_asked_once_and_kept(page, qtbot, root, services):
    edit(page, qtbot)
    panel = open_review(page, qtbot, 1)
    assert panel.name.isVisible()
    assert not panel.commit.isEnabled()
    assert "Give your name" in panel._sign_off.text()
    panel.name.setText("Ada Löwe")
    assert "e-mail" in panel._sign_off.text()
    panel.address.setText("ada@example.org")
    panel.commit.click()
    qtbot.waitUntil(lambda: "Committed: Improve harrow_cove" in panel.empty._sentence.text(), timeout=WAIT)
    assert (services.settings.contributor, services.settings.contributor_email) == ("Ada Löwe", "ada@example.org")
    qtbot.waitUntil(lambda: said(page) == "Nothing has changed since the last commit.", timeout=WAIT)


def test_edits_that_are_not_saved_are_told_of_and_can_be_saved_there(page, qtbot, root):
    page.document.change(page.document.text.replace("domain: Places", "domain: Elsewhere"), "Edit")
    page.contributions.review.open()
    panel = page.contributions.review.panel
    qtbot.waitUntil(lambda: "not saved" in panel.notice.text, timeout=WAIT)
    panel.notice.button.click()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1, timeout=WAIT)
    assert "domain: Elsewhere" in (root / LEAF / "qna.yaml").read_text("utf-8")


def test_a_leaf_that_was_cleared_stays_so_and_one_that_comes_is_ticked(page, qtbot, root):
    edit(page, qtbot)
    panel = open_review(page, qtbot, 1)
    panel.model.set_checked([])
    shutil.copytree(root / LEAF, root / "knowledge/places/copy")
    page.contributions.refresh()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2, timeout=WAIT)
    assert panel.model.checked() == ["knowledge/places/copy"]


def test_lines_and_words_and_what_lies_beside(page, qtbot, root):
    edit(page, qtbot)
    (root / LEAF / "notes.txt").write_text("beside")
    panel = open_review(page, qtbot, 1)
    browser = panel.diff.browser
    qtbot.waitUntil(lambda: "Domain: changed" in browser.toPlainText(), timeout=WAIT)
    assert "notes.txt" in browser.toPlainText()
    assert "underline" in browser.toHtml()
    panel.diff.lines.click()
    assert "− domain: Places" in browser.toPlainText()
    assert "+ domain: Small Places" in browser.toPlainText()


def test_a_discard_of_changes_is_asked_for_and_undone_with_the_history(page, qtbot, root, monkeypatch):
    file = root / LEAF / "qna.yaml"
    before = file.read_bytes()
    edit(page, qtbot)
    notes = root / LEAF / "notes.txt"
    notes.write_text("beside")
    panel = open_review(page, qtbot, 1)
    monkeypatch.setattr(review_work, "ask", lambda *_: False)
    panel.discard.click()
    assert file.read_bytes() != before
    monkeypatch.setattr(review_work, "ask", lambda *_: True)
    panel.discard.click()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 0, timeout=WAIT)
    assert file.read_bytes() == before
    assert not notes.exists()
    page.editor.undo.trigger()
    assert "domain: Small Places" in page.document.text
    qtbot.waitUntil(notes.exists, timeout=WAIT)


def test_a_discard_of_a_new_leaf_removes_it_and_undo_brings_it_back(page, qtbot, root, monkeypatch):
    name = "knowledge/places/copy"
    shutil.copytree(root / LEAF, root / name)
    text = (root / name / "qna.yaml").read_bytes()
    page.activate()
    page.open_leaf(name)
    qtbot.waitUntil(lambda: page.document is not None and page.document.name == name, timeout=WAIT)
    panel = open_review(page, qtbot, 1)
    monkeypatch.setattr(review_work, "ask", lambda *_: True)
    panel.discard.click()
    qtbot.waitUntil(lambda: not (root / name).exists() and panel.model.rowCount() == 0, timeout=WAIT)
    qtbot.waitUntil(lambda: name not in set(page.tree.model.leaf_names()), timeout=WAIT)
    assert page.contributions.review.is_open
    page.editor.undo.trigger()
    qtbot.waitUntil(lambda: name in set(page.tree.model.leaf_names()), timeout=WAIT)
    assert (root / name / "qna.yaml").read_bytes() == text
    page.editor.redo.trigger()
    qtbot.waitUntil(lambda: not (root / name).exists(), timeout=WAIT)


def test_a_discard_counts_what_another_program_wrote_since(page, qtbot, root, monkeypatch):
    other = "compositional_skills/writing/plain_words"
    page.open_leaf(other)
    qtbot.waitUntil(lambda: page.document.name == other and page.document.is_checked, timeout=WAIT)
    page.open_leaf(LEAF)
    qtbot.waitUntil(lambda: page.document.name == LEAF, timeout=WAIT)
    before = {file: file.read_bytes() for file in (root / other).iterdir()}
    (root / other / "qna.yaml").write_text("version: 3\n")
    (root / other / "attribution.txt").write_text("Title of work: Another\n")
    panel = open_review(page, qtbot, 1)
    monkeypatch.setattr(review_work, "ask", lambda *_: True)
    panel.discard.click()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 0, timeout=WAIT)
    assert {file: file.read_bytes() for file in (root / other).iterdir()} == before


def test_a_discard_of_an_attribution_is_a_step_of_the_editor(page, qtbot, root, monkeypatch):
    attribution = root / LEAF / "attribution.txt"
    before = attribution.read_text("utf-8") if attribution.exists() else None
    page.document.attribution.change("Title of work: Mine\n", "Edit")
    page.editor.save_leaf()
    qtbot.waitUntil(lambda: not page.document.has_edits and not page.document.is_saving, timeout=WAIT)
    panel = open_review(page, qtbot, 1)
    monkeypatch.setattr(review_work, "ask", lambda *_: True)
    panel.discard.click()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 0, timeout=WAIT)
    assert (attribution.read_text("utf-8") if attribution.exists() else None) == before
    page.editor.undo.trigger()
    assert page.document.attribution.text == "Title of work: Mine\n"


def test_a_version_of_the_history_comes_back_as_one_step(page, qtbot, root, services):
    known(services)
    first = page.document.text
    edit(page, qtbot)
    panel = open_review(page, qtbot, 1)
    panel.commit.click()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 0, timeout=WAIT)
    panel.back.click()
    now = page.document.text
    qtbot.keyClick(page, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    history = page.contributions.history.panel
    qtbot.waitUntil(lambda: history.list.count() == 2, timeout=WAIT)
    assert history.list.item(0).text().startswith("Improve harrow_cove\nAda Löwe, ")
    qtbot.waitUntil(lambda: "Domain: changed" in history.diff.browser.toPlainText(), timeout=WAIT)
    qtbot.keyClick(history.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "Seed example 5: new" in history.diff.browser.toPlainText(), timeout=WAIT)
    history.take.click()
    qtbot.waitUntil(lambda: page.document.text == first, timeout=WAIT)
    assert page.middle.currentWidget() is page.editor
    page.editor.undo.trigger()
    assert page.document.text == now


def test_a_leaf_that_was_never_committed_says_so(page, qtbot, root):
    shutil.copytree(root / LEAF, root / "knowledge/places/copy")
    page.activate()
    page.open_leaf("knowledge/places/copy")
    qtbot.waitUntil(lambda: page.document is not None and page.document.name.endswith("copy"), timeout=WAIT)
    page.contributions.history.open()
    history = page.contributions.history.panel
    qtbot.waitUntil(lambda: "never committed" in history.diff.browser.toPlainText(), timeout=WAIT)
    assert not history.take.isVisible()


def test_a_contribution_is_started_by_keys_and_left_again(page, qtbot, root, monkeypatch):
    contributing = page.contributions
    contributing._ask_name()
    name = contributing.starter.name
    assert name.text() == "harrow-cove"
    name.setText("two words")
    assert not contributing.starter.start.isEnabled()
    assert "no blanks" in contributing.starter._help.text()
    name.setText("harbour")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: contributing.bar.branch.text() == "Contribution: harbour", timeout=WAIT)
    edit(page, qtbot)
    qtbot.waitUntil(lambda: contributing._state.uncommitted == 1, timeout=WAIT)
    asked = []
    monkeypatch.setattr(contribution_work, "ask", lambda _parent, question, *_: asked.append(question))
    contributing._switch("main")
    assert asked == ["Take 1 changed leaf along to “main”?"]
    assert [found.name for found in contributions(root) if found.is_current] == ["harbour"]
    monkeypatch.setattr(contribution_work, "ask", lambda *_: True)
    contributing._switch("main")
    qtbot.waitUntil(lambda: contributing.bar.branch.text() == "No contribution (main)", timeout=WAIT)
    assert "Small Places" in page.document.text


def test_the_menu_lists_contributions_and_explains_the_word(page, qtbot, root):
    start_contribution(root, "harbour")
    switch_contribution(root, "main")
    qtbot.mouseClick(page.contributions.bar.branch, Qt.MouseButton.LeftButton)
    menu = page.contributions.bar.menu
    qtbot.waitUntil(menu.isVisible, timeout=WAIT)
    texts = [action.text() for action in menu.actions()]
    assert "git calls it a branch" in texts[0]
    assert texts[-2:] == ["main", "harbour"]
    assert [action.isChecked() for action in menu.actions()[-2:]] == [True, False]
    menu.hide()


def test_edits_stand_in_the_way_of_another_contribution(page, qtbot, root):
    page.document.change(page.document.text + "# not saved\n", "Edit")
    page.contributions._start("harbour")
    assert "not saved" in page.tree.notice.text
    assert [found.name for found in contributions(root)] == ["main"]


def test_a_switch_that_git_refuses_is_told_above_nothing_lost(page, qtbot, root, monkeypatch):
    start_contribution(root, "harbour")
    file = root / LEAF / "qna.yaml"
    file.write_text(file.read_text("utf-8").replace("domain: Places", "domain: Harbours"), "utf-8")
    repository = pygit2.Repository(str(root))
    repository.index.add_all()
    author = pygit2.Signature("a", "a@localhost")
    tree = repository.index.write_tree()
    repository.create_commit("HEAD", author, author, "x", tree, [repository.head.target])
    repository.index.write()
    switch_contribution(root, "main")
    file.write_text(file.read_text("utf-8").replace("domain: Places", "domain: Mine"), "utf-8")
    monkeypatch.setattr(contribution_work, "ask", lambda *_: True)
    page.contributions._switch("harbour")
    qtbot.waitUntil(lambda: "not committed" in page.tree.notice.text, timeout=WAIT)
    assert "domain: Mine" in file.read_text("utf-8")


def test_a_clone_is_opened_and_a_wrong_address_is_said(page, qtbot, root, tmp_path, services):
    pygit2.clone_repository(str(root), str(tmp_path / "bare.git"), bare=True)
    page.contributions._show_clone()
    panel = page.contributions.clone
    assert not panel.clone.isEnabled()
    qtbot.keyClicks(panel.address, str(tmp_path / "nowhere"))
    assert panel.folder.text() == str(Path.home() / "nowhere")
    panel.folder.setText(str(tmp_path / "clone"))
    qtbot.keyClick(panel.address, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "no git repository" in panel.notice.text, timeout=WAIT)
    panel.address.setText(str(tmp_path / "bare.git"))
    panel.clone.click()
    assert panel.is_cloning
    qtbot.waitUntil(lambda: services.taxonomy_root == tmp_path / "clone", timeout=WAIT)
    qtbot.waitUntil(lambda: page.contributions.bar.branch.isVisible(), timeout=WAIT)
    qtbot.waitUntil(lambda: page.document is not None and page.document.path.is_relative_to(tmp_path / "clone"))
    assert services.network.requests == 0


def test_the_form_of_a_clone_stays_while_the_tree_is_read_again(page, qtbot):
    page.contributions._show_clone()
    with qtbot.waitSignal(page._reader.found, timeout=WAIT):
        page.activate()
    assert page.whole.currentWidget() is page.contributions.clone
    page.contributions._leave_clone()
    assert page.whole.currentWidget() is page.work


def test_a_clone_can_be_cancelled_by_escape(page, qtbot, root, tmp_path, services, monkeypatch):
    page.contributions._show_clone()
    panel = page.contributions.clone
    panel.address.setText(str(root))
    panel.folder.setText(str(tmp_path / "clone"))
    panel._start()
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "Nothing was kept" in panel.notice.text, timeout=WAIT)
    assert not (tmp_path / "clone").exists()
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert page.whole.currentWidget() is page.work


def test_a_folder_without_a_history_gets_one_on_a_click(page, qtbot, tmp_path, services, root):
    shutil.copytree(root / "knowledge", tmp_path / "plain/knowledge")
    page.open_taxonomy(tmp_path / "plain")
    bar = page.contributions.bar
    qtbot.waitUntil(bar.keep.isVisible, timeout=WAIT)
    assert said(page) == "No history of this folder is kept."
    bar.keep.click()
    qtbot.waitUntil(bar.branch.isVisible, timeout=WAIT)
    assert head(tmp_path / "plain").message == "Start keeping the history\n"


def test_an_empty_taxonomy_is_started_and_opened(page, qtbot, tmp_path, services, monkeypatch):
    (tmp_path / "fresh").mkdir()
    dialog = contribution_work.QFileDialog
    monkeypatch.setattr(dialog, "getExistingDirectory", lambda *_: str(tmp_path / "fresh"))
    page.contributions._start_empty()
    qtbot.waitUntil(lambda: page.whole.currentWidget() is page.empty, timeout=WAIT)
    assert services.taxonomy_root == tmp_path / "fresh"


def test_everything_has_a_name(page, qtbot, root):
    edit(page, qtbot)
    panel = open_review(page, qtbot, 1)
    qtbot.waitUntil(lambda: panel.diff.title.text() == LEAF, timeout=WAIT)
    assert nameless_widgets(page) == []
    names = {action.text() for action in page.more_menu.actions()}
    assert {"Review and commit", "History of this leaf", "Clone a taxonomy…", "Start an empty taxonomy…"} <= names

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Arranging leaves in the tree by mouse and keys, with undo; open leaves and drafts follow."""

from __future__ import annotations

import pytest
from accessibility import nameless_widgets
from ilab_core.paths import open_workspace
from ilab_core.taxonomy.leaf import LEAF_NAME
from ilab_desktop.models.taxonomy_tree import CUT_ROLE, NAME_ROLE, UNSAVED_ROLE
from ilab_desktop.pages.taxonomy import trash_panel
from ilab_desktop.pages.taxonomy.drafts import DraftStore
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QLineEdit

COVE = "knowledge/places/harrow_cove"
WORDS = "compositional_skills/writing/plain_words"
Key, Ctrl, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def root(services):
    """The starter's taxonomy with three leaves more."""
    root = services.taxonomy_root
    text = (root / COVE / LEAF_NAME).read_text("utf-8")
    for name in ("knowledge/places/lighthouse", "knowledge/science/cells", "knowledge/science/moss"):
        (root / name).mkdir(parents=True)
        (root / name / LEAF_NAME).write_text(text, "utf-8")
    return root


@pytest.fixture
def page(root, open_page):
    made = open_page()
    made.tree.tree.setFocus()
    return made


def leaves(page):
    return list(page.tree.model.leaf_names())


def key(page, qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(page.tree.tree, key, modifier)


def click(page, qtbot, name, modifier=Qt.KeyboardModifier.NoModifier):
    view = page.tree.tree
    index = page.tree.model.index_of(name)
    view.scrollTo(index)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, view.visualRect(index).center())


def undo(page):
    page.editor.undo.trigger()


def rename(page, qtbot, name):
    """Type a new name for the current row and return the field it was typed in."""
    key(page, qtbot, Key.Key_F2)
    field = page.tree.tree.findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Key.Key_Return)
    return field


def test_a_renamed_leaf_keeps_its_edits_and_saves_them_where_it_is(page, qtbot, root):
    document = page.document
    document.change(document.text.replace("domain: ", "domain: Old "), "Edit")
    rename(page, qtbot, "harrow_bay")
    qtbot.waitUntil(lambda: not (root / COVE).exists())
    assert page.document is document
    assert document.name == "knowledge/places/harrow_bay" == page.tree.current_name()
    assert page.editor._name.text() == "harrow_bay"
    assert page.tree.model.index_of(document.name).data(UNSAVED_ROLE)
    with qtbot.waitSignal(document.saved, timeout=5000):
        document.save()
    assert "domain: Old " in (root / "knowledge/places/harrow_bay" / LEAF_NAME).read_text("utf-8")
    undo(page)
    assert page.document is document
    assert document.name == COVE == page.tree.current_name()
    assert (root / COVE / LEAF_NAME).exists()
    assert not (root / "knowledge/places/harrow_bay").exists()
    undo(page)
    assert "domain: Old " not in document.text


def test_a_bad_name_is_not_taken_and_says_why(page, qtbot, root):
    field = rename(page, qtbot, "Harrow Bay")
    assert field.isVisible()
    assert field.property("invalid")
    assert "lower-case" in field.accessibleDescription()
    field.selectAll()
    qtbot.keyClicks(field, "lighthouse")
    assert "already" in field.accessibleDescription()
    qtbot.keyClick(field, Key.Key_Escape)
    assert (root / COVE / LEAF_NAME).exists()
    assert page._open.history.count() == 0


def test_a_folder_is_renamed_and_stays_unfolded(page, qtbot, root):
    click(page, qtbot, "knowledge/science")
    click(page, qtbot, "knowledge/science")
    assert page.tree.tree.isExpanded(page.tree.model.index_of("knowledge/science"))
    rename(page, qtbot, "natural_science")
    qtbot.waitUntil(lambda: "knowledge/natural_science/moss" in leaves(page))
    assert page.tree.tree.isExpanded(page.tree.model.index_of("knowledge/natural_science"))


def test_several_are_chosen_deleted_and_come_back_in_one_step(page, qtbot, root):
    before = leaves(page)
    click(page, qtbot, "knowledge/science/cells")
    click(page, qtbot, COVE, Ctrl)
    assert page.document.name == "knowledge/science/cells"
    key(page, qtbot, Key.Key_Delete)
    assert leaves(page) == [WORDS, "knowledge/places/lighthouse", "knowledge/science/moss"]
    assert not (root / COVE).exists()
    assert "2 leaves are in the trash" in page.tree.notice.text
    page.tree.notice.button.click()
    assert leaves(page) == before
    assert page.tree.tree.chosen_names() == [COVE, "knowledge/science/cells"]
    assert page.tree.notice.isHidden()
    page.editor.redo.trigger()
    assert len(leaves(page)) == 3


def test_the_edits_of_a_deleted_leaf_come_back_with_it(page, qtbot, root, services):
    document = page.document
    document.change(document.text + "# kept\n", "Edit")
    page.keep_drafts()
    key(page, qtbot, Key.Key_Delete)
    assert page.document is not document
    assert document not in page._open.unsaved()
    store = DraftStore(services.workspace)
    assert store.find(root / COVE / LEAF_NAME) is None
    undo(page)
    assert page.document is document
    assert document.text.endswith("# kept\n")
    assert store.find(root / COVE / LEAF_NAME).text == document.text


def test_shift_and_ctrl_choose_without_opening(page, qtbot):
    click(page, qtbot, COVE)
    key(page, qtbot, Key.Key_Down, Shift)
    assert page.tree.tree.chosen_names() == [COVE, "knowledge/places/lighthouse"]
    assert page.document.name == COVE
    key(page, qtbot, Key.Key_A, Ctrl)
    assert len(page.tree.tree.chosen_names()) > 5
    assert page.document.name == COVE
    key(page, qtbot, Key.Key_Up)
    assert len(page.tree.tree.chosen_names()) == 1


def test_a_leaf_is_moved_by_cut_and_paste(page, qtbot, root):
    key(page, qtbot, Key.Key_X, Ctrl)
    assert page.tree.model.index_of(COVE).data(CUT_ROLE)
    key(page, qtbot, Key.Key_Escape)
    assert not page.tree.model.index_of(COVE).data(CUT_ROLE)
    key(page, qtbot, Key.Key_X, Ctrl)
    click(page, qtbot, "knowledge/science")
    key(page, qtbot, Key.Key_V, Ctrl)
    assert "knowledge/science/harrow_cove" in leaves(page)
    assert page.tree.current_name() == "knowledge/science/harrow_cove" == page.document.name
    undo(page)
    assert COVE in leaves(page)
    assert (root / COVE / LEAF_NAME).exists()


def test_a_paste_that_cannot_be_says_why(page, qtbot):
    key(page, qtbot, Key.Key_X, Ctrl)
    click(page, qtbot, "compositional_skills/writing")
    key(page, qtbot, Key.Key_V, Ctrl)
    assert "stays with its own kind" in page.tree.notice.text
    assert COVE in leaves(page)


def test_leaves_are_moved_by_drag_and_drop(page, qtbot, root):
    model = page.tree.model
    page.tree.tree.expandAll()
    dragged = model.mimeData([model.index_of(COVE), model.index_of("knowledge/places/lighthouse")])
    assert model.dropMimeData(dragged, Qt.DropAction.MoveAction, -1, -1, model.index_of("knowledge/science"))
    qtbot.waitUntil(lambda: "knowledge/science/harrow_cove" in leaves(page))
    assert not (root / "knowledge/places").exists()
    undo(page)
    assert (root / "knowledge/places/lighthouse" / LEAF_NAME).exists()


def test_a_leaf_is_duplicated_and_the_copy_chosen(page, qtbot, root):
    key(page, qtbot, Key.Key_D, Ctrl)
    qtbot.waitUntil(lambda: page.tree.current_name() == f"{COVE}_2", timeout=5000)
    assert page.document.name == f"{COVE}_2"
    assert (root / f"{COVE}_2" / LEAF_NAME).read_bytes() == (root / COVE / LEAF_NAME).read_bytes()
    undo(page)
    assert f"{COVE}_2" not in leaves(page)


def test_the_trash_lists_puts_back_and_is_emptied(page, qtbot, root, monkeypatch):
    key(page, qtbot, Key.Key_Delete)
    click(page, qtbot, "knowledge/science/moss")
    key(page, qtbot, Key.Key_Delete)
    page._actions["trash"].trigger()
    panel = page.trash_panel
    qtbot.waitUntil(lambda: len(panel.items.rows()) == 2)
    assert panel.isVisible()
    assert nameless_widgets(page) == []
    panel.table.selectRow([item.name for item in panel.items.rows()].index(COVE))
    qtbot.keyClick(panel.table, Key.Key_Return)
    assert page.document.name == COVE
    page._actions["trash"].trigger()
    qtbot.waitUntil(lambda: [item.name for item in panel.items.rows()] == ["knowledge/science/moss"])
    monkeypatch.setattr(trash_panel, "ask", lambda *_: False)
    panel.empty.click()
    monkeypatch.setattr(trash_panel, "ask", lambda *_: True)
    panel.empty.click()
    qtbot.waitUntil(lambda: panel.items.rows() == [])
    assert not panel.empty.isEnabled()
    qtbot.keyClick(panel.table, Key.Key_Escape)
    assert not panel.isVisible()
    undo(page)
    assert COVE not in leaves(page)
    undo(page)
    qtbot.waitUntil(lambda: "no longer" in page.tree.notice.text)
    assert "knowledge/science/moss" not in leaves(page)
    undo(page)
    assert COVE in leaves(page)


def test_what_other_programs_took_is_told_not_crashed_on(page, qtbot, root):
    (root / "knowledge/science/moss" / LEAF_NAME).unlink()
    (root / "knowledge/science/moss").rmdir()
    page._operations.delete(["knowledge/science/moss"])
    assert "no longer" in page.tree.notice.text
    assert page._open.history.count() == 0


def test_an_operation_brings_what_is_being_typed_into_the_leaf_first(page, qtbot):
    page.editor.form.focus_field("domain")
    edit = next(edit for edit in page.editor.form._head.edits() if edit.field == "domain")
    edit.editor.insertPlainText("by the sea")
    page._operations.rename(COVE, "cove")
    undo(page)
    assert "by the sea" in page.document.text
    undo(page)
    assert "by the sea" not in page.document.text


def test_the_menu_offers_what_can_be_done(page, qtbot):
    page.tree.menu.aboutToShow.emit()
    offered = {action.text(): action.isEnabled() for action in page.tree.menu.actions() if action.text()}
    assert (
        offered.items()
        >= {
            "New leaf here": True,
            "Rename": True,
            "Duplicate": True,
            "Cut": True,
            "Move here": False,
            "Move to the trash": True,
            "Reveal in folder": True,
        }.items()
    )
    key(page, qtbot, Key.Key_A, Ctrl)
    page.tree.menu.aboutToShow.emit()
    assert not next(action for action in page.tree.menu.actions() if action.text() == "Rename").isEnabled()


def test_the_search_finds_by_filter_and_can_be_cleared(page, qtbot):
    box = page.tree.search
    qtbot.waitUntil(lambda: page.tree.model.status("knowledge/science/moss") is not None, timeout=20_000)
    qtbot.keyClicks(box, "is:new moss")
    qtbot.waitUntil(lambda: not page.tree.model.index_of(COVE).isValid())
    assert page.tree.model.index_of("knowledge/science/moss").isValid()
    box.filters.aboutToShow.emit()
    kinds = {action.data(): action for action in box.filters.actions()}
    assert kinds["is:new"].isChecked()
    kinds["kind:skill"].trigger()
    qtbot.waitUntil(page.tree._nothing.isVisible)
    assert "No leaf holds “is:new moss kind:skill”." in page.tree._nothing_said.text()
    page.tree._clear.click()
    assert page.tree.model.index_of(COVE).isValid()
    assert page.focusWidget() is box


def test_an_edit_that_was_kept_for_a_renamed_leaf_is_there_at_the_next_start(page, qtbot, root, services):
    page.document.change(page.document.text + "# later\n", "Edit")
    page.keep_drafts()
    page._operations.rename("knowledge/places", "towns")
    page.keep_drafts()
    drafts = DraftStore(open_workspace(services.workspace.root)).all()
    assert [draft.path_as_path for draft in drafts] == [root / "knowledge/towns/harrow_cove" / LEAF_NAME]


def test_rows_have_names_in_order(page):
    view = page.tree.tree
    assert view.model().index(0, 0, QModelIndex()).data(NAME_ROLE) == "compositional_skills"

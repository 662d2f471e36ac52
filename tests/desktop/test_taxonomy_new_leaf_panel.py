# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a new leaf needs: its kind, where it goes, its name, checked as they are typed."""

from __future__ import annotations

import pytest
from accessibility import nameless_widgets
from ilab_desktop.pages.taxonomy.new_leaf_panel import NewLeafPanel
from PySide6.QtCore import Qt

FOLDERS = ["knowledge", "knowledge/places", "compositional_skills", "compositional_skills/grounded/letters"]
LEAVES = ["knowledge/places/harrow_cove", "compositional_skills/grounded/letters/reply"]


@pytest.fixture
def panel(qtbot, services):
    made = NewLeafPanel()
    qtbot.addWidget(made)
    made.resize(560, 640)
    made.show()
    made.start(LEAVES, FOLDERS, LEAVES[0])
    return made


def offered(panel):
    return [button.text() for button in panel.suggestions.buttons if button.isVisible()]


def test_folders_are_suggested_as_one_is_typed(panel, qtbot):
    assert panel.folder.text() == "places"
    panel.folder.clear()
    assert offered(panel)[0] == "places"
    qtbot.keyClicks(panel.folder, "planet")
    assert offered(panel) == ["science/astronomy"]
    qtbot.mouseClick(panel.suggestions.buttons[0], Qt.MouseButton.LeftButton)
    assert panel.folder.text() == "science/astronomy"
    assert "science/astronomy" not in offered(panel)


def test_the_completion_offers_the_same_to_the_keyboard(panel, qtbot):
    panel.folder.clear()
    panel.folder.setFocus()
    qtbot.keyClicks(panel.folder, "music")
    popup = panel.folder.completer().popup()
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert panel.folder.text() == "arts/music"


def test_the_name_of_the_leaf_helps_to_find_its_folder(panel):
    panel.folder.clear()
    panel.name.setText("orchestra_seating")
    assert offered(panel)[0] == "arts/music"


def test_a_grounded_skill_goes_below_the_grounded_ones(panel, qtbot):
    panel.start(LEAVES, FOLDERS, LEAVES[1])
    assert panel.grounded.isChecked()
    assert panel.folder.text() == "letters"
    panel.name.setText("reply")
    assert not panel.create.isEnabled()
    panel.name.setText("answer")
    assert panel.values().leaf_name == "compositional_skills/grounded/letters/answer"
    panel.skill.setChecked(True)
    assert panel.values().leaf_name == "compositional_skills/letters/answer"
    panel.folder.clear()
    assert "grounded/letters" not in offered(panel)


@pytest.mark.parametrize(
    ("near", "kind", "folder"),
    [
        ("", "knowledge", ""),
        ("knowledge", "knowledge", ""),
        ("compositional_skills", "skill", ""),
        ("knowledge/places", "knowledge", "places"),
    ],
)
def test_it_starts_where_the_tree_is(panel, near, kind, folder):
    panel.start(LEAVES, FOLDERS, near)
    assert (panel.values().kind, panel.folder.text()) == (kind, folder)


def test_every_control_has_a_name(panel):
    assert nameless_widgets(panel) == []

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The taxonomy's item model: lazy, exact, and right under every filter."""

from __future__ import annotations

import time
from random import Random

import pytest
from ilab_core.taxonomy.search import searched_text
from ilab_desktop.models.leaf_status import LeafStatus, badge_of
from ilab_desktop.models.taxonomy_tree import (
    BADGE_ROLE,
    COUNT_ROLE,
    FOLDED_BADGE_ROLE,
    LEAF_ROLE,
    NAME_ROLE,
    UNSAVED_ROLE,
    TaxonomyTreeModel,
)
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTreeView

NAMES = [
    "compositional_skills/writing/plain_words",
    "knowledge/places/harrow_cove",
    "knowledge/places",
    "knowledge/science/biology/cells",
    "knowledge/science/physics",
]


@pytest.fixture
def model(qtmodeltester):
    made = TaxonomyTreeModel()
    made.set_leaves(NAMES)
    yield made
    qtmodeltester.check(made)
    watched(made)


def watched(model):
    """Run Qt's own checks. They fetch while they look, which is not allowed during a reset: so only between resets."""
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def rows(model, parent=QModelIndex()):  # noqa: B008
    while model.canFetchMore(parent):
        model.fetchMore(parent)
    return [model.index(row, 0, parent) for row in range(model.rowCount(parent))]


def everything(model, parent=QModelIndex()):  # noqa: B008
    return [name for index in rows(model, parent) for name in (index.data(NAME_ROLE), *everything(model, index))]


def test_folders_come_before_leaves_and_a_leaf_can_hold_leaves(model):
    assert everything(model) == [
        "compositional_skills",
        "compositional_skills/writing",
        "compositional_skills/writing/plain_words",
        "knowledge",
        "knowledge/places",
        "knowledge/places/harrow_cove",
        "knowledge/science",
        "knowledge/science/biology",
        "knowledge/science/biology/cells",
        "knowledge/science/physics",
    ]
    places = model.index_of("knowledge/places")
    assert places.data(LEAF_ROLE)
    assert places.data(COUNT_ROLE) == 2


def test_a_folder_has_no_rows_before_it_is_asked_for(model):
    knowledge = model.index(1, 0)
    assert model.hasChildren(knowledge)
    assert model.rowCount(knowledge) == 0
    model.fetchMore(knowledge)
    assert model.rowCount(knowledge) == 2


def test_index_of_fetches_only_what_leads_there(model):
    cells = model.index_of("knowledge/science/biology/cells")
    assert cells.data() == "cells"
    assert model.rowCount(model.index(0, 0)) == 0
    assert not model.index_of("knowledge/nothing").isValid()


def test_status_is_told_as_badge_and_in_words(model, qtbot):
    index = model.index_of("knowledge/places/harrow_cove")
    assert index.data(BADGE_ROLE) is None
    with qtbot.waitSignal(model.dataChanged):
        model.set_status("knowledge/places/harrow_cove", LeafStatus(errors=2))
    model.set_unsaved("knowledge/places/harrow_cove", True)
    assert index.data(BADGE_ROLE) == ("2 problems", "danger")
    assert index.data(UNSAVED_ROLE)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "harrow_cove, 2 problems, unsaved edits"


@pytest.mark.parametrize(
    ("status", "badge"),
    [
        (LeafStatus(), ("valid", "success")),
        (LeafStatus(change="published"), ("published", "success")),
        (LeafStatus(errors=1, change="new"), ("1 problem", "danger")),
        (LeafStatus(errors=3, unwritten=3), ("unfinished", "neutral")),
        (LeafStatus(change="new", warnings=1), ("new", "accent")),
        (LeafStatus(change="changed"), ("changed", "warning")),
        (LeafStatus(warnings=1), ("1 warning", "warning")),
        (None, None),
    ],
)
def test_badges(status, badge):
    assert badge_of(status) == badge


def test_a_new_list_keeps_what_is_known_of_the_leaves_that_stay(model):
    model.set_status("knowledge/science/physics", LeafStatus(errors=1))
    model.set_leaves([*NAMES[:4], "knowledge/science/physics", "knowledge/new"])
    assert model.status("knowledge/science/physics") == LeafStatus(errors=1)
    assert "knowledge/new" in everything(model)


def test_search_shows_matches_and_the_folders_above_them(model):
    assert model.search("COVE places") == ["knowledge/places/harrow_cove"]
    assert everything(model) == ["knowledge", "knowledge/places", "knowledge/places/harrow_cove"]
    model.search("tide")
    model.facts.searched["knowledge/science/physics"] = searched_text("physics", "who measured the tide?")
    assert model.search_again()
    assert not model.search_again()
    assert everything(model) == ["knowledge", "knowledge/science", "knowledge/science/physics"]
    assert not model.index_of("knowledge/places/harrow_cove").isValid()
    model.search("")
    assert len(everything(model)) == 10


def test_a_search_goes_on_when_leaves_come_in(model):
    model.search("tide")
    model.set_leaves([*NAMES, "knowledge/tide_tables"])
    assert everything(model) == ["knowledge", "knowledge/tide_tables"]


def test_each_longer_or_shorter_search_finds_what_a_fresh_one_finds(model):
    for text in (
        "s",
        "sc",
        "sci",
        "sci b",
        "sci",
        "science",
        "is:new",
        "is:new p",
        "p",
        "kind:skill",
        "kind:skill w",
        "",
    ):
        fresh = TaxonomyTreeModel()
        fresh.facts = model.facts
        fresh.set_leaves(NAMES)
        assert model.search(text) == fresh.search(text)
        assert everything(model) == everything(fresh)


def test_a_search_by_state_and_kind(model):
    model.facts.kinds = {name: "skill" if name.startswith("comp") else "knowledge" for name in NAMES}
    model.set_status("knowledge/science/physics", LeafStatus(errors=1, change="new"))
    model.set_unsaved("knowledge/places", True)
    assert model.search("is:problem is:new") == ["knowledge/science/physics"]
    assert model.search("is:draft") == ["knowledge/places"]
    assert model.search("kind:skill") == ["compositional_skills/writing/plain_words"]


def test_qt_agrees_while_folders_are_fetched_and_badges_change():
    model = TaxonomyTreeModel()
    model.set_leaves(NAMES)
    tester = watched(model)
    assert len(everything(model)) == 10
    model.set_status("knowledge/science/physics", LeafStatus(warnings=1))
    tester.deleteLater()


class UnaskedModel(TaxonomyTreeModel):
    """The same tree, in which a look about fetches nothing: Qt's checks may then watch its resets too."""

    def canFetchMore(self, parent):
        return False


def test_qt_agrees_while_leaves_come_move_change_and_go():
    model = UnaskedModel()
    tester = watched(model)
    moved = []
    model.rowsMoved.connect(lambda *_: moved.append(1))
    random = Random(7)
    pool = [f"knowledge/{a}/{b}/{c}" for a in "qwe" for b in "asd" for c in "yxc"] + ["knowledge/q/a", "knowledge/w"]
    shown: set[str] = set()
    for step in range(300):
        shown ^= set(random.sample(pool, random.randint(1, 4)))
        model.set_leaves(shown)
        if step % 3 == 0 and shown:
            name = random.choice(sorted(shown))
            assert model.index_of(name).data(NAME_ROLE) == name
            model.set_status(name, LeafStatus(errors=random.randint(0, 2), change=random.choice(["", "new"])))
        if step % 40 == 39:
            model.search("q")
            model.set_leaves(shown)
            model.search("")
        fresh = TaxonomyTreeModel()
        fresh.facts = model.facts
        fresh.set_leaves(shown)
        for name, node in fresh.nodes.by_name.items():
            assert model.nodes.by_name[name].tally == node.tally
            assert [child.name for child in model.nodes.by_name[name].children] == [
                child.name for child in node.children
            ]
    assert moved
    assert tester.model() is model


def test_a_view_keeps_what_is_unfolded_while_leaves_come_and_go(qtbot):
    model = TaxonomyTreeModel()
    model.set_leaves(NAMES)
    view = QTreeView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.expandAll()
    model.set_leaves([*NAMES[:3], "knowledge/science/biology/moss", "knowledge/science/physics"])
    index = model.index_of("knowledge/science/biology/moss")
    assert view.isExpanded(index.parent())
    assert not view.visualRect(index).isEmpty()


def test_ten_thousand_leaves_are_searched_within_a_moment():
    model = TaxonomyTreeModel()
    names = [f"knowledge/domain_{n % 40}/field_{n % 400}/subject_{n}" for n in range(10_000)]
    model.set_leaves(names)
    started = time.process_time()
    assert len(model.search("subject_99")) == 111
    assert time.process_time() - started < 0.25


def test_a_folder_says_the_worst_of_its_leaves_and_counts_on_as_they_change(model):
    science = model.index_of("knowledge/science")
    model.set_status("knowledge/science/physics", LeafStatus(warnings=2, change="new"))
    model.set_status("knowledge/science/biology/cells", LeafStatus(change="new"))
    assert science.data(FOLDED_BADGE_ROLE) == ("2 new", "accent")
    model.set_status("knowledge/science/physics", LeafStatus(errors=2, change="changed"))
    assert science.data(FOLDED_BADGE_ROLE) == ("2 problems", "danger")
    model.set_status("knowledge/science/physics", LeafStatus(change="changed"))
    assert science.data(FOLDED_BADGE_ROLE) == ("1 changed", "warning")
    model.set_unsaved("knowledge/science/biology/cells", True)
    assert science.data(FOLDED_BADGE_ROLE) == ("1 draft", "information")
    assert science.data(Qt.ItemDataRole.AccessibleTextRole) == "science, folder, 2 leaves, 1 draft, 1 changed, 1 new"
    model.set_leaves(["knowledge/science/physics"])
    assert model.index_of("knowledge").data(FOLDED_BADGE_ROLE) == ("1 changed", "warning")


def test_a_change_of_status_touches_only_the_leaf_and_the_folders_above_it(model):
    everything(model)
    touched = []
    model.dataChanged.connect(lambda index, _last: touched.append(index.data(NAME_ROLE)))
    model.set_status("knowledge/science/physics", LeafStatus(errors=1))
    assert touched == ["knowledge/science/physics", "knowledge/science", "knowledge"]


def test_rows_are_dragged_and_dropped_only_where_they_can_be(model, qtbot):
    cells = model.index_of("knowledge/science/biology/cells")
    dragged = model.mimeData([cells])
    move = Qt.DropAction.MoveAction

    def fits(name):
        return model.canDropMimeData(dragged, move, -1, -1, model.index_of(name))

    assert fits("knowledge/science")
    assert not fits("compositional_skills/writing")
    assert not fits("")
    assert not model.canDropMimeData(QMimeData(), move, -1, -1, model.index_of("knowledge/science"))
    with qtbot.waitSignal(model.move_wanted) as caught:
        assert model.dropMimeData(dragged, move, -1, -1, model.index_of("knowledge/science"))
    assert caught.args == [["knowledge/science/biology/cells"], "knowledge/science"]
    assert not cells.flags() & Qt.ItemFlag.ItemIsDropEnabled
    assert model.index_of("knowledge/science").flags() & Qt.ItemFlag.ItemIsDropEnabled


def test_a_name_that_cannot_be_is_not_asked_for(model, qtbot):
    physics = model.index_of("knowledge/science/physics")
    with qtbot.assertNotEmitted(model.rename_wanted):
        assert not model.setData(physics, "Biology!")
        assert not model.setData(physics, "BIOLOGY")
        assert not model.setData(physics, "physics")
    with qtbot.waitSignal(model.rename_wanted) as caught:
        model.setData(physics, " mechanics ")
    assert caught.args == ["knowledge/science/physics", "mechanics"]

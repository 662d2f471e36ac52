# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The taxonomy's item model: lazy, exact, and right under every filter."""

from __future__ import annotations

import time

import pytest
from ilab_desktop.models.taxonomy_tree import (
    BADGE_ROLE,
    COUNT_ROLE,
    LEAF_ROLE,
    NAME_ROLE,
    UNSAVED_ROLE,
    LeafStatus,
    TaxonomyFilterModel,
    TaxonomyTreeModel,
    badge_of,
)
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

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


def test_search_shows_matches_and_the_folders_above_them(model, qtmodeltester):
    shown = TaxonomyFilterModel(model)
    tester = watched(shown)
    assert shown.search("COVE places") == ["knowledge/places/harrow_cove"]
    assert everything(shown) == ["knowledge", "knowledge/places", "knowledge/places/harrow_cove"]
    shown.set_search_text({"knowledge/science/physics": "who measured the tide?"})
    assert shown.search("tide") == ["knowledge/science/physics"]
    assert everything(shown) == ["knowledge", "knowledge/science", "knowledge/science/physics"]
    shown.search("")
    assert len(everything(shown)) == len(everything(model))
    qtmodeltester.check(shown)
    tester.deleteLater()


def test_a_search_goes_on_when_leaves_come_in(model):
    shown = TaxonomyFilterModel(model)
    shown.search("tide")
    model.set_leaves([*NAMES, "knowledge/tide_tables"])
    assert everything(shown) == ["knowledge", "knowledge/tide_tables"]
    watched(shown)


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


def test_qt_agrees_while_leaves_come_change_and_go():
    model = UnaskedModel()
    shown = TaxonomyFilterModel(model)
    testers = [watched(model), watched(shown)]
    model.set_leaves(NAMES)
    assert model.index_of("knowledge/places/harrow_cove").isValid()
    model.set_status("knowledge/places/harrow_cove", LeafStatus(errors=2))
    assert shown.rowCount(shown.index(1, 0)) == 2
    model.set_leaves([*NAMES, "knowledge/new"])
    assert model.index_of("knowledge/new").row() == 2
    shown.search("physics")
    assert [shown.index(row, 0).data(NAME_ROLE) for row in range(shown.rowCount())] == ["knowledge"]
    model.set_leaves(NAMES[:2])
    assert shown.rowCount() == 0
    shown.search("")
    assert shown.rowCount() == 2
    model.set_leaves([])
    assert model.rowCount() == shown.rowCount() == 0
    assert all(tester.model() is not None for tester in testers)


def test_ten_thousand_leaves_are_searched_within_a_moment():
    model = TaxonomyTreeModel()
    shown = TaxonomyFilterModel(model)
    names = [f"knowledge/domain_{n % 40}/field_{n % 400}/subject_{n}" for n in range(10_000)]
    model.set_leaves(names)
    started = time.process_time()
    assert len(shown.search("subject_99")) == 111
    assert time.process_time() - started < 0.25

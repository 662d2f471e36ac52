# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The data page's item models and words: refreshed live, filtered, checked, and never losing a row under review."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ilab_core.generation.samples import Sample, Verdict
from ilab_desktop.models import samples_table
from ilab_desktop.models.checklist import KEY_ROLE, CheckItem, Checklist
from ilab_desktop.models.sample_words import (
    judge_lines,
    passage_heading,
    result_word,
    shared_words,
    short_why,
    why_sentence,
)
from ilab_desktop.models.samples_table import SamplesTable
from ilab_desktop.pages.data_state import (
    about_time,
    funnel_stages,
    generate_label,
    kept_nothing,
    leaves_title,
    why_not_generate,
)
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

LEAF = "knowledge/places/harrow_cove"


def sample(identifier, question="Who winds the clockwork?", answer="Ilse Maren winds it.", **more):
    fields = {"status": "kept", "score": 0.94, "leaf": LEAF, **more}
    return Sample(key=str(identifier), kind="knowledge", id=identifier, question=question, answer=answer, **fields)


def guarded(model):
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def questions(model):
    return [model.index(row, samples_table.QUESTION).data() for row in range(model.rowCount())]


def test_refresh_keeps_selection_and_appends(qtbot):
    model = SamplesTable()
    tester = guarded(model)
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    model.show([sample(1), sample(2, "Second?")])
    view.selectRow(1)
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    changed = []
    model.dataChanged.connect(lambda first, last, _roles: changed.append((first.row(), last.row())))
    model.merge([sample(1), sample(2, "Second?", status="rejected"), sample(3, "Third?")])
    assert resets == []
    assert changed == [(1, 1)]
    assert questions(model) == ["Who winds the clockwork?", "Second?", "Third?"]
    assert [index.row() for index in view.selectionModel().selectedRows()] == [1]
    assert model.row_of(3) == 2
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    model.take_all([sample(2, "Second?"), sample(3, "Third?")])
    assert (resets, questions(model)) == ([1], ["Second?", "Third?"]), "a row went, so all are read anew"
    model.show([])
    assert model.rowCount() == 0
    assert tester is not None


def test_filter_by_text_leaf_and_result(qtbot):
    model = SamplesTable()
    tester = guarded(model)
    model.show(
        [
            sample(1, "How high?", "Forty metres", reason="x"),
            sample(2, "Who?", "Ilse MAREN", status="rejected", reason="Not in the passage"),
            sample(3, "Write a haiku", "Snow", leaf="skill/haiku", edited=True),
        ]
    )
    model.set_filter(text="maren")
    assert questions(model) == ["Who?"]
    model.set_filter(text="passage")
    assert questions(model) == ["Who?"]
    model.set_filter(leaf="skill/haiku")
    assert questions(model) == ["Write a haiku"]
    model.set_filter(result="edited")
    assert questions(model) == ["Write a haiku"]
    model.set_filter(result="kept")
    assert questions(model) == ["How high?", "Write a haiku"]
    model.set_filter()
    assert model.rowCount() == model.total() == 3
    assert model.leaves() == ["knowledge/places/harrow_cove", "skill/haiku"]
    assert tester is not None


def test_a_row_stays_after_a_decision_that_leaves_the_filter(qtbot):
    model = SamplesTable()
    tester = guarded(model)
    model.show([sample(1), sample(2, "Second?", status="rejected")])
    model.set_filter(result="kept")
    model.merge([sample(1, status="rejected", decided_by="person"), sample(3, "Third?", status="rejected")])
    assert model.rowCount() == 1
    assert model.index(0, samples_table.RESULT).data() == "rejected"
    model.set_filter(result="kept")
    assert model.rowCount() == 0
    assert tester is not None


def test_cells_say_what_a_person_reads():
    model = SamplesTable()
    model.show([sample(1, "Two\nlines?", edited=True, score=None), sample(2, status="rejected", reason="a\nb")])
    assert model.index(0, samples_table.QUESTION).data() == "Two lines?"
    assert model.index(0, samples_table.QUESTION).data(Qt.ItemDataRole.ToolTipRole) == "Two\nlines?"
    assert model.index(0, samples_table.RESULT).data() == "edited"
    assert model.index(0, samples_table.SCORE).data() == ""
    assert model.index(0, samples_table.WHY).data() == "Edited by you"
    assert model.index(1, samples_table.SCORE).data() == "0.94"
    assert model.index(1, samples_table.WHY).data() == "a b"


def test_words_name_who_decided():
    kept = sample(1)
    assert result_word(replace(kept, edited=True, status="rejected")) == "rejected"
    assert short_why(kept) == ""
    assert why_sentence(kept) == "Every judge passed it."
    assert why_sentence(replace(kept, decided_by="person", status="rejected", reason="Too short.")) == (
        "You rejected it."
    )
    assert why_sentence(replace(kept, status="pending")) == "It is still being judged."


def test_failed_judges_come_first_with_their_thresholds():
    judged = sample(
        1,
        judges={
            "answerable": Verdict(0.9, 0.4, True),
            "faithful": Verdict(0.1249, 0.5, False),
        },
    )
    first, second = judge_lines(judged)
    assert (first.name, first.score, first.needs, first.passed) == ("faithful", "0.12", "0.50", False)
    assert second.passed


def test_words_of_the_answer_are_found_in_the_passage():
    passage = "Its keeper, Ilse Maren, winds the clockwork every evening at seven."
    found = [passage[start:end] for start, end in shared_words(passage, "ILSE Maren winds it at seven, in the café")]
    assert found == ["Ilse", "Maren", "winds", "seven"]
    assert shared_words(passage, "") == []
    assert passage_heading(sample(1, passage=passage, passage_start=1052, passage_end=1412)) == (
        "Passage, characters 1,052\N{EN DASH}1,412"
    )
    assert passage_heading(sample(1)) == ""


def test_checks_survive_search_and_refresh(qtbot):
    model = Checklist()
    tester = guarded(model)
    model.set_items([CheckItem("a/one", "one"), CheckItem("a/two", "two"), CheckItem("b/three", "three")])
    model.set_checked(["a/two", "absent"])
    with qtbot.waitSignal(model.checked_changed):
        assert model.setData(model.index(0), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    model.search("b THR")
    assert [model.index(row).data(KEY_ROLE) for row in range(model.rowCount())] == ["b/three"]
    assert model.checked() == ["a/one", "a/two"]
    model.check_shown(True)
    assert model.checked() == ["a/one", "a/two", "b/three"]
    model.search("")
    with qtbot.waitSignal(model.checked_changed):
        model.set_items([CheckItem("a/two", "two"), CheckItem("c/four", "four")])
    assert model.checked() == ["a/two"]
    assert model.rowCount(model.index(0)) == 0
    model.set_items([])
    assert (model.rowCount(), model.checked()) == (0, [])
    assert tester is not None


def test_funnel_shares_are_of_what_was_generated():
    stages = funnel_stages({"generated": 64, "parsed": 62, "unique": 55, "judged": 55, "kept": 41})
    assert [stage.name for stage in stages] == ["generated", "parsed", "unique", "judged", "kept"]
    assert [stage.value for stage in stages] == [64, 62, 55, 55, 41]
    assert stages[4].share == pytest.approx(41 / 64)
    assert [stage.share for stage in funnel_stages({})] == [0.0] * 5


def test_generate_says_why_not_and_where_the_cure_is():
    leaf = "knowledge/places/harrow_cove"
    assert why_not_generate(2, [leaf], {}, 1) is None
    assert why_not_generate(None, [], {}, None).text.startswith("Reading")
    assert why_not_generate(0, [], {}, 1).target == "taxonomy"
    assert why_not_generate(2, [leaf], {}, 0).target == "models"
    assert why_not_generate(2, [], {}, 1).text == "Choose at least one leaf."
    broken = why_not_generate(2, [leaf], {leaf: 2}, 1)
    assert broken.text == "harrow_cove has 2 errors."
    assert broken.target == f"taxonomy:{leaf}"


def test_labels():
    assert generate_label(1) == "Generate 1 sample"
    assert generate_label(1200) == "Generate 1,200 samples"
    assert leaves_title(["knowledge/places/harrow_cove"]) == "places/harrow_cove"
    assert leaves_title(["a", "b"]) == "2 leaves"
    assert [about_time(seconds) for seconds in (None, 3, 44, 62, 600, 9000)] == [
        "",
        "about 10 s",
        "about 40 s",
        "about 1 min",
        "about 10 min",
        "about 2.5 h",
    ]
    assert kept_nothing("done", {"generated": 4})
    assert not kept_nothing("running", {})
    assert not kept_nothing("done", {"kept": 1})


def test_selection_flags_allow_rows(qtbot):
    model = SamplesTable()
    model.show([sample(1)])
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.selectionModel().select(model.index(0, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert view.selectionModel().hasSelection()

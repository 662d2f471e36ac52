# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The data page on real run folders: what is asked, the live funnel, a review by keyboard, and every end of a run."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, replace
from types import SimpleNamespace

import pytest
from accessibility import nameless_widgets
from ilab_core.generation.samples import Sample, SampleStore, Verdict
from ilab_core.jobs.runs import create_run, record
from ilab_core.jobs.view import apply
from ilab_core.models.library import LibraryEntry
from ilab_desktop.pages.data import DataPage
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

LEAF = "knowledge/places/harrow_cove"
PASSAGE = "Its keeper, Ilse Maren, winds the clockwork every evening."


def add_samples(run, count, first=0, status="kept"):
    with closing(SampleStore(run.path / "samples.db")) as store:
        for number in range(first, first + count):
            store.add(
                Sample(
                    key=f"{LEAF}#{number}",
                    leaf=LEAF,
                    kind="knowledge",
                    question=f"Question {number}?",
                    answer="Ilse Maren winds it.",
                    passage=PASSAGE,
                    passage_start=52,
                    passage_end=52 + len(PASSAGE),
                    status=status,
                    stage="kept" if status == "kept" else "judged",
                    reason="" if status == "kept" else "The passage does not say it.",
                    score=0.9,
                    judges={"faithful": Verdict(0.9, 0.5, True)},
                )
            )
        return asdict(store.funnel())


def make_run(workspace, state, count=0, status="kept"):
    run = create_run(workspace.runs, "generate", "places/harrow_cove", {"leaves": [LEAF], "teacher": "t"})
    record(run, "state", state="running")
    if count:
        record(run, "counts", **add_samples(run, count, status=status))
    if state == "failed":
        record(run, "error", code="document", summary="The document is missing.", hint="Put it back.", detail="x.md")
    record(run, "state", state=state)
    return run


@pytest.fixture
def teacher(services, tmp_path, monkeypatch):
    path = tmp_path / "tiny.gguf"
    info = SimpleNamespace(name="Tiny Instruct", chattable=True, trainable=True, bytes=1000)
    entries = [LibraryEntry("tiny", path, False, info)]
    monkeypatch.setattr(services.library, "list", lambda: entries)
    monkeypatch.setattr(services.library, "resolve", lambda _name: path)
    return entries


@pytest.fixture
def open_page(qtbot, services, teacher):
    def make(navigate=lambda _target: None):
        page = DataPage(services, navigate)
        qtbot.addWidget(page)
        page.resize(1080, 740)
        page.show()
        page.activate()
        qtbot.waitUntil(lambda: page._leaf_paths is not None and page._teachers is not None)
        return page

    return make


def open_run(qtbot, services, open_page, run, count, **more):
    services.jobs.load()
    page = open_page(**more)
    page.open_run(run.id)
    qtbot.waitUntil(lambda: page.panel.samples.model.total() == count)
    page.panel.samples.table.setFocus()
    return page


def press(qtbot, page, key):
    qtbot.keyClick(page.panel.samples.table, key)


def stored(run, identifier):
    with closing(SampleStore(run.path / "samples.db")) as store:
        return store.sample(identifier)


def test_generate_asks_for_what_is_chosen(qtbot, services, open_page, monkeypatch):
    started = []
    monkeypatch.setattr(services.jobs, "start", started.append)
    page = open_page()
    assert page.options.leaves.chosen() == [LEAF]
    page.options.samples.setValue(12)
    assert page.generate_button.text() == "Generate 12 samples"
    qtbot.waitUntil(page.generate_button.isEnabled)
    page.generate_button.click()
    assert not page.generate_button.isEnabled()
    qtbot.waitUntil(lambda: bool(started))
    request = started[0].request
    assert request["leaves"] == [LEAF]
    assert request["samples"] == 12
    assert request["threads"] is None
    assert request["taxonomy"] == str(services.taxonomy_root)
    assert started[0].title == "places/harrow_cove"


def test_reasons_lead_to_their_cure(qtbot, services, open_page, teacher):
    went = []
    teacher.clear()
    page = open_page(went.append)
    assert not page.generate_button.isEnabled()
    page.header.link.click()
    assert went == ["models"]


def test_a_leaf_with_errors_cannot_be_generated_from(qtbot, services, open_page):
    leaf = services.taxonomy_root / LEAF / "qna.yaml"
    leaf.write_text("version: 3\n", encoding="utf-8")
    went = []
    page = open_page(went.append)
    qtbot.waitUntil(lambda: "harrow_cove has" in page.header.reason)
    assert not page.generate_button.isEnabled()
    page.header.link.click()
    assert went == [f"taxonomy:{LEAF}"]


def test_live_events_reach_tiles_and_table_without_moving_the_selection(qtbot, services, open_page):
    run = make_run(services.workspace, "running", 3)
    page = open_run(qtbot, services, open_page, run, 3)
    tester = QAbstractItemModelTester(
        page.panel.samples.model, QAbstractItemModelTester.FailureReportingMode.Fatal, page
    )
    view = replace(services.jobs.view(run.id), state="running")
    services.jobs._views[run.id] = view
    page.panel.update_view(view)
    press(qtbot, page, Qt.Key.Key_J)
    assert page.panel.samples.current().id == 2
    add_samples(run, 2, first=3, status="pending")
    counts = {"event": "counts", "generated": 9, "parsed": 8, "unique": 7, "judged": 6, "kept": 3}
    services.jobs._views[run.id] = apply(view, counts)
    services.jobs.job_event.emit(run.id, counts)
    services.jobs.job_event.emit(run.id, {"event": "sample", "id": 4, "status": "pending", "reason": ""})
    services.jobs.job_changed.emit(run.id)
    assert [tile.value for tile in page.panel.funnel.tiles] == ["9", "8", "7", "6", "3"]
    qtbot.waitUntil(lambda: page.panel.samples.model.total() == 5)
    assert page.panel.samples.current().id == 2
    with closing(SampleStore(run.path / "samples.db")) as store:
        store.decide(4, "rejected", "judged", "Too vague")
    services.jobs.job_event.emit(run.id, {"event": "sample", "id": 4, "status": "rejected", "reason": "Too vague"})
    qtbot.waitUntil(lambda: page.panel.samples.model.sample(4).status == "rejected")
    assert page.panel.samples.current().id == 2
    assert page.cancel_button.isVisible()
    assert tester is not None


def test_review_by_keyboard(qtbot, services, open_page):
    run = make_run(services.workspace, "done", 4)
    page = open_run(qtbot, services, open_page, run, 4)
    samples, detail = page.panel.samples, page.panel.detail
    press(qtbot, page, Qt.Key.Key_J)
    press(qtbot, page, Qt.Key.Key_J)
    press(qtbot, page, Qt.Key.Key_K)
    assert samples.current().id == 2
    press(qtbot, page, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: samples.model.sample(2).status == "rejected")
    assert stored(run, 2).decided_by == "person"
    qtbot.waitUntil(lambda: page.panel.funnel.tiles[4].value == "3")
    press(qtbot, page, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: samples.model.sample(2).status == "kept")
    press(qtbot, page, Qt.Key.Key_E)
    assert detail.is_editing
    detail._edit_answer.setPlainText("")
    qtbot.keyClick(detail._edit_answer, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert detail.is_editing
    detail._edit_answer.setPlainText("Ilse Maren does.")
    qtbot.keyClick(detail._edit_answer, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not detail.is_editing
    qtbot.waitUntil(lambda: samples.model.sample(2).edited)
    assert stored(run, 2).answer == "Ilse Maren does."
    assert samples.model.index(1, 0).data() == "edited"
    press(qtbot, page, Qt.Key.Key_E)
    qtbot.keyClick(detail._edit_question, Qt.Key.Key_Escape)
    assert not detail.is_editing


def test_review_keys_type_into_a_field_that_has_the_keyboard(qtbot, services, open_page):
    run = make_run(services.workspace, "done", 2)
    page = open_run(qtbot, services, open_page, run, 2)
    page.panel.samples.search.setFocus()
    qtbot.keyClicks(page.panel.samples.search, "are")
    assert page.panel.samples.search.text() == "are"
    assert stored(run, 1).decided_by == "judge"
    qtbot.waitUntil(lambda: page.panel.samples.model.rowCount() == 2)


def test_detail_marks_the_words_of_the_answer(qtbot, services, open_page):
    run = make_run(services.workspace, "done", 1)
    page = open_run(qtbot, services, open_page, run, 1)
    detail = page.panel.detail
    assert detail._passage_heading.text() == f"Passage, characters 52\N{EN DASH}{52 + len(PASSAGE)}"
    for word in ("Ilse", "Maren", "winds"):
        assert f">{word}</span>" in detail._passage.text()
    assert ">clockwork</span>" not in detail._passage.text()


def test_a_run_that_kept_nothing_says_what_to_do(qtbot, services, open_page):
    run = make_run(services.workspace, "done", 2, status="rejected")
    went = []
    page = open_run(qtbot, services, open_page, run, 2, navigate=went.append)
    qtbot.waitUntil(lambda: page.panel.notice.text.startswith("No sample was kept."))
    assert not page.train_button.isEnabled()
    page.panel.notice.button.click()
    assert went == [f"taxonomy:{LEAF}"]
    press(qtbot, page, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: page.train_button.isEnabled())
    assert page.panel.notice.text == ""


@pytest.mark.parametrize(
    ("state", "words", "button"),
    [
        ("failed", "The document is missing. Put it back.", "Try again"),
        ("crashed", "Generating stopped before it was done.", "Resume"),
        ("cancelled", "You cancelled this run.", "Resume"),
    ],
)
def test_a_run_that_did_not_end_well_can_be_resumed(qtbot, services, open_page, monkeypatch, state, words, button):
    resumed = []
    monkeypatch.setattr(services.jobs, "resume", lambda run: resumed.append(run.id))
    run = make_run(services.workspace, state, 1)
    page = open_run(qtbot, services, open_page, run, 1)
    assert words in page.panel.notice.text
    assert page.panel.notice.button.text() == button
    page.panel.notice.button.click()
    assert resumed == [run.id]


def test_train_with_these_leads_to_training_on_this_run(qtbot, services, open_page):
    run = make_run(services.workspace, "done", 2)
    went = []
    page = open_run(qtbot, services, open_page, run, 2, navigate=went.append)
    qtbot.waitUntil(page.train_button.isEnabled)
    page.train_button.click()
    assert went == [f"train:{run.id}"]


def test_every_control_has_a_name(qtbot, services, open_page):
    run = make_run(services.workspace, "done", 2)
    page = open_run(qtbot, services, open_page, run, 2)
    page.more_button.setChecked(True)
    assert nameless_widgets(page) == []

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The train page: what is asked, the live chart and figures, and every end of a run."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from accessibility import nameless_widgets
from ilab_core.jobs.runs import create_run, record
from ilab_core.jobs.view import JobView, apply
from ilab_core.models.library import LibraryEntry
from ilab_core.training.check import StartCheck
from ilab_desktop.pages import train
from ilab_desktop.pages.train import TrainPage
from ilab_desktop.pages.train_state import Plan, require_name, same_words, train_label, why_not_train
from PySide6.QtCore import Qt
from test_data_page import add_samples
from test_train_models import evaluation, step

LEAF = "knowledge/places/harrow_cove"
FITS = StartCheck(2_100_000_000, 11_200_000_000, 95.0, True, "Needs about 2.1 GB of memory; 11 GB are free.")
TOO_BIG = replace(FITS, fits=False, sentence="Needs about 20 GB of memory; 11 GB are free.")


@pytest.fixture
def base(services, tmp_path, monkeypatch):
    path = tmp_path / "tiny.gguf"
    info = SimpleNamespace(name="Tiny Instruct", chattable=True, trainable=True, bytes=1000, path=path)
    entries = [LibraryEntry("tiny", path, False, info)]
    monkeypatch.setattr(services.library, "list", lambda: entries)
    monkeypatch.setattr(services.library, "resolve", lambda _name: path)
    return entries


@pytest.fixture
def plans(monkeypatch):
    """What the check before the start says, and the requests it was asked about."""
    said = SimpleNamespace(plan=Plan(74, {"quick": FITS, "balanced": FITS, "thorough": TOO_BIG}), asked=[])

    def plan(_library, _info, request, _root, _free):
        said.asked.append(request)
        return said.plan

    monkeypatch.setattr(train, "plan_training", plan)
    return said


@pytest.fixture
def data(services):
    run = create_run(services.workspace.runs, "generate", "places/harrow_cove", {"leaves": [LEAF]})
    record(run, "state", state="done")
    add_samples(run, 3)
    return run


@pytest.fixture
def open_page(qtbot, services, base, plans):
    def make(navigate=lambda _target: None):
        services.jobs.load()
        page = TrainPage(services, navigate)
        qtbot.addWidget(page)
        page.resize(1080, 740)
        page.show()
        page.activate()
        qtbot.waitUntil(lambda: page._bases is not None and page._folders is not None)
        return page

    return make


def make_training(services, state, events=(), **more):
    run = create_run(services.workspace.runs, "train", "harrow_cove", {"name": "harrow_cove", "data": []})
    record(run, "state", state="running")
    for event in events:
        record(run, event["event"], **{key: value for key, value in event.items() if key != "event"})
    for name, fields in more.items():
        record(run, name, **fields)
    record(run, "state", state=state)
    return run


def show(qtbot, page, run):
    page.open_run(run.id)
    qtbot.waitUntil(lambda: page.panel.run is not None and page.panel.run.id == run.id and not page.panel._reading)


def test_train_asks_for_what_is_chosen(qtbot, services, open_page, plans, data, monkeypatch):
    started = []
    monkeypatch.setattr(services.jobs, "start", started.append)
    page = open_page()
    qtbot.waitUntil(page.primary.isEnabled)
    assert page.primary.text() == "Train on 74 examples"
    assert page.setup.name.text() == "harrow_cove"
    assert page.setup.presets.cards["quick"].figures == "2 min · 2.1 GB"
    page.setup.presets.cards["balanced"].clicked.emit()
    qtbot.waitUntil(page.primary.isEnabled)
    page.primary.click()
    qtbot.waitUntil(lambda: bool(started))
    request = started[0].request
    assert request["data"] == [str(data.path)]
    assert request["preset"] == "balanced"
    assert (request["epochs"], request["rank"], request["max_steps"]) == (None, None, None)
    assert request["publish"] == str(services.workspace.adapters)
    assert request["name"] == "harrow_cove"


def test_expert_fields_override_only_what_was_changed(qtbot, services, open_page, plans, data):
    page = open_page()
    page.expert_button.click()
    page.setup.rank.setValue(4)
    page.setup.max_steps.setValue(50)
    qtbot.waitUntil(lambda: bool(plans.asked) and plans.asked[-1]["rank"] == 4)
    assert plans.asked[-1]["max_steps"] == 50
    assert plans.asked[-1]["epochs"] is None
    assert plans.asked[-1]["learning_rate"] is None
    page.expert_button.click()
    qtbot.waitUntil(lambda: plans.asked[-1]["rank"] is None)


def test_a_plan_that_does_not_fit_is_told_before_the_start(qtbot, services, open_page, plans, data):
    page = open_page()
    page.setup.presets.choose("thorough")
    qtbot.waitUntil(lambda: "does not fit" in page.header.reason)
    assert not page.primary.isEnabled()
    assert page.setup.check_line.text() == TOO_BIG.sentence


def test_without_data_the_way_to_it_is_shown(qtbot, open_page):
    went = []
    page = open_page(went.append)
    qtbot.waitUntil(lambda: page.header.reason == "There is no practice data yet.")
    page.header.link.click()
    assert went == ["data"]


def test_a_run_of_data_opens_as_the_data_to_train_on(qtbot, services, open_page, data):
    other = create_run(services.workspace.runs, "generate", "places/other", {"leaves": ["knowledge/places/other"]})
    record(other, "state", state="done")
    add_samples(other, 1)
    page = open_page()
    page.open_run(data.id)
    qtbot.waitUntil(lambda: page.setup.data.checked() == [data.id])


def test_live_events_reach_chart_figures_and_the_question(qtbot, services, open_page, monkeypatch):
    sent = []
    monkeypatch.setattr(services.jobs, "send", lambda job_id, command: sent.append((job_id, command)))
    run = make_training(services, "running", [evaluation(0, 3.0, 0, question="Who?", answer="A lighthouse.")])
    page = open_page()
    services.jobs._views[run.id] = view = JobView(state="running")
    show(qtbot, page, run)
    qtbot.waitUntil(lambda: page.panel.chart is not None)
    page.panel.update_view(view)
    page._offer()
    assert not page.primary.isEnabled()
    for number in range(1, 61):
        event = step(number, 3.0 / number, 120, tokens_per_second=364.2, memory_bytes=2_100_000_000, seconds_left=100)
        services.jobs.job_event.emit(run.id, event)
    services.jobs.job_event.emit(run.id, evaluation(60, 0.5, 60, question="Who?", answer="Ilse Maren."))
    services.jobs._views[run.id] = apply(view, {"event": "progress", "phase": "Training", "seconds_left": 100})
    services.jobs.job_changed.emit(run.id)
    qtbot.waitUntil(lambda: page.panel.step.value == "60")
    panel = page.panel
    assert panel.left.value == "1 min 40 s"
    assert panel.speed.value == "364"
    assert panel.memory.value == "2.1 GB"
    assert "Best held-out loss 0.500 at step 60" in panel.chart.summary()
    assert list(panel.chart._best.getData()[0]) == [60]
    assert len(panel.chart._training.getOriginalDataset()[0]) == 60
    assert panel._first_answer.text() == "A lighthouse."
    assert panel._now_answer.text() == "Ilse Maren."
    assert panel._now_badge.isVisible()
    panel.table_button.click()
    assert panel.table_model.rowCount() == 61
    assert page.primary.text() == "Stop and keep the best"
    page.primary.click()
    assert sent == [(run.id, {"command": "stop"})]


def test_thousands_of_steps_are_drawn_at_once(qtbot, services, open_page):
    run = make_training(services, "done")
    page = open_page()
    show(qtbot, page, run)
    qtbot.waitUntil(lambda: page.panel.chart is not None)
    for number in range(1, 10_001):
        page.panel.take_event(step(number, 1.0 / number, 10_000))
    page.panel._show()
    assert "Step 10,000 of 10,000." in page.panel.chart.summary()


def test_done_leads_to_the_chat(qtbot, services, open_page):
    result = {"summary": "Held-out loss fell from 3.00 to 0.50.", "outcome": "Learned", "name": "harrow_cove-2"}
    run = make_training(services, "done", [step(1, 1.0)], result=result)
    went = []
    page = open_page(went.append)
    show(qtbot, page, run)
    assert page.notice.text == "Learned. Held-out loss fell from 3.00 to 0.50."
    assert page.primary.text() == "Chat with it"
    page.primary.click()
    assert went == ["chat:harrow_cove-2"]
    page.run_box.setCurrentIndex(0)
    assert page.setup.isVisible()
    assert page.notice.text == ""


def test_keys_press_the_main_button_whatever_it_is_now(qtbot, services, open_page, plans, data, monkeypatch):
    started, sent, went = [], [], []
    monkeypatch.setattr(services.jobs, "start", started.append)
    monkeypatch.setattr(services.jobs, "send", lambda _job_id, command: sent.append(command))
    control = Qt.KeyboardModifier.ControlModifier
    page = open_page(went.append)
    with qtbot.waitActive(page):
        page.activateWindow()
    qtbot.waitUntil(page.primary.isEnabled)
    assert page.primary.toolTip() == "Train on 74 examples (Ctrl+T)"
    qtbot.keyClick(page, Qt.Key.Key_T, control)
    qtbot.waitUntil(lambda: bool(started))
    run = make_training(services, "running", [step(1, 1.0)])
    services.jobs.load()
    services.jobs._views[run.id] = JobView(state="running")
    show(qtbot, page, run)
    page._offer()
    assert page.primary.toolTip() == "Stop and keep the best (Ctrl+.)"
    qtbot.keyClick(page, Qt.Key.Key_T, control)
    assert sent == []
    qtbot.keyClick(page, Qt.Key.Key_Period, control)
    assert sent == [{"command": "stop"}]
    services.jobs._views[run.id] = JobView(state="done", result={"name": "harrow_cove"})
    page._offer()
    assert page.primary.toolTip() == "Chat with it (Ctrl+T)"
    qtbot.keyClick(page, Qt.Key.Key_T, control)
    assert went == ["chat:harrow_cove"]
    assert len(sent) == 1


@pytest.mark.parametrize("state", ["failed", "crashed", "cancelled"])
def test_a_run_that_did_not_end_well_can_be_resumed(qtbot, services, open_page, monkeypatch, state):
    resumed = []
    monkeypatch.setattr(services.jobs, "resume", lambda run: resumed.append(run.id))
    error = {"code": "training", "summary": "Out of memory.", "hint": "Close programs.", "detail": ""}
    more = {"error": error} if state == "failed" else {}
    run = make_training(services, state, [step(1, 1.0)], **more)
    page = open_page()
    show(qtbot, page, run)
    assert page.notice.text
    if state == "failed":
        assert page.notice.text == "Out of memory. Close programs."
    assert page.primary.text() == "Resume"
    page.primary.click()
    assert resumed == [run.id]


def test_words():
    assert [train_label(count) for count in (0, 1, 1200)] == [
        "Train",
        "Train on 1 example",
        "Train on 1,200 examples",
    ]
    assert why_not_train(0, 1, ["a"], None, None).target == "models"
    assert why_not_train(1, 1, ["a"], Plan(3, {}), FITS) is None
    assert same_words(" The  sea", "the sea ")
    assert require_name("../a/b: c") == "ab c"


def test_every_control_has_a_name(qtbot, services, open_page, data):
    run = make_training(services, "done", [step(1, 1.0)])
    page = open_page()
    page.expert_button.setChecked(True)
    assert nameless_widgets(page) == []
    show(qtbot, page, run)
    qtbot.waitUntil(lambda: page.panel.chart is not None)
    assert nameless_widgets(page) == []

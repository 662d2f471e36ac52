# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Home: five steps that tell how things stand, one of them the next, and the last runs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from accessibility import nameless_widgets
from ilab_core.jobs.runs import create_run, record
from ilab_core.jobs.view import JobFailure, JobView
from ilab_core.models.adapters import list_adapters
from ilab_core.models.library import ModelLibrary, starter_path
from ilab_core.settings import Settings
from ilab_desktop.home_state import Ground, Step, leaf_step, model_step, read_ground, steps
from ilab_desktop.models.runs_table import RunsTable
from ilab_desktop.pages.home import HomePage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QScrollArea

GROUND = Ground(Step("Base model", "", "done"), Step("Leaf", "", "done"))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GENERATED = JobView(state="done", counts={"generated": 64, "kept": 41}, ended=NOW)


@pytest.fixture
def page(qtbot, services):
    went = []
    made = HomePage(services, went.append)
    made.went = went
    qtbot.addWidget(made)
    made.show()
    made.activate()
    qtbot.waitUntil(lambda: made.cards[0].isVisible())
    return made


def add_adapter(workspace, created="2026-11-21T12:00:00+00:00"):
    folder = workspace.adapters / "harrow_cove"
    folder.mkdir()
    (folder / "adapter.gguf").write_bytes(bytes(9_000_000))
    card = {"created": created, "run": "", "base": {"sha256": "ab", "name": "SmolLM2"}, "result": "Loss fell."}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return list_adapters(workspace)


def new_run(workspace, kind):
    return create_run(workspace.runs, kind, "places/harrow_cove", {})


def test_newcomer_is_sent_to_generate(workspace):
    made = steps(GROUND, Settings(), [], [])
    assert [step.state for step in made] == ["done", "done", "now", "waiting", "waiting"]
    assert made[2].button == "Generate 60 samples"
    assert made[2].target == "data:generate"
    assert not made[3].button
    assert "Waits for data" in made[3].text


def test_number_of_samples_follows_the_settings(workspace):
    assert steps(GROUND, Settings(samples=1200), [], [])[2].button == "Generate 1,200 samples"


def test_running_generation_is_watched(workspace):
    view = JobView(state="running", done=30, total=60, unit="samples", counts={"kept": 41}, rate=52.0, seconds_left=22)
    made = steps(GROUND, Settings(), [(new_run(workspace, "generate"), view)], [])
    assert made[2].state == "running"
    assert made[2].text == "41 of 60 kept · 52 a minute · 22 s left"
    assert made[2].button == "Watch"


def test_data_leads_to_training_and_training_to_the_chat(workspace):
    runs = [(new_run(workspace, "generate"), GENERATED)]
    made = steps(GROUND, Settings(), runs, [])
    assert [step.state for step in made] == ["done", "done", "done", "now", "waiting"]
    assert made[2].title == "Practice data: 41 samples"
    assert made[3].target == "train"
    made = steps(GROUND, Settings(), runs, add_adapter(workspace))
    assert [step.state for step in made] == ["done", "done", "done", "done", "now"]
    assert made[3].text == "9 MB. Loss fell."
    assert made[4].target == "chat:harrow_cove"


def test_data_newer_than_the_adapter_asks_for_training_again(workspace):
    adapters = add_adapter(workspace, created="2026-11-19T12:00:00+00:00")
    made = steps(GROUND, Settings(), [(new_run(workspace, "generate"), GENERATED)], adapters)
    assert made[3].state == "now"


def test_generation_without_result_is_no_success(workspace):
    failed = JobView(state="failed", error=JobFailure("No sample was kept."), counts={"generated": 9, "kept": 0})
    made = steps(GROUND, Settings(), [(new_run(workspace, "generate"), failed)], [])
    assert made[2].state == "now"
    assert made[2].text == "No sample was kept."
    assert made[2].button == "See why"
    assert made[3].state == "waiting"


@pytest.mark.parametrize(
    ("each", "words"),
    [
        (0.01, "About 10 seconds on this computer."),
        (0.7, "About 40 seconds on this computer."),
        (1.0, "About 1 minute on this computer."),
        (2.1, "About 2 minutes on this computer."),
        (120.0, "About 2 hours on this computer."),
        (150.0, "About 2.5 hours on this computer."),
    ],
)
def test_generating_says_how_long_it_will_take(each, words):
    made = steps(replace(GROUND, sample_seconds=each), Settings(samples=60), [], [])
    assert made[2].text == f"The model writes more questions from your leaf, and throws out the bad ones. {words}"


def test_generating_promises_no_time_that_nothing_tells():
    assert "About" not in steps(GROUND, Settings(), [], [])[2].text


def test_leaf_changed_after_its_data_asks_for_data_again(workspace):
    run = new_run(workspace, "generate")
    made_at = run.created.timestamp()
    before = replace(GROUND, leaf_edited=made_at - 60, sample_seconds=2.0)
    assert steps(before, Settings(), [(run, GENERATED)], [])[2].state == "done"
    after = replace(before, leaf_edited=made_at + 60)
    data, train = steps(after, Settings(), [(run, GENERATED)], [])[2:4]
    assert (data.state, data.button) == ("now", "Generate 60 samples")
    assert data.text == "You changed the leaf after the last 41 samples. About 2 minutes on this computer."
    assert train.state == "waiting"


def test_time_is_predicted_from_earlier_runs_with_the_same_teacher(workspace, tmp_path):
    teacher = tmp_path / "teacher.gguf"
    teacher.write_bytes(b"GGUF")
    run = create_run(workspace.runs, "generate", "places/harrow_cove", {"teacher": str(teacher)})
    record(run, "state", state="running")
    record(run, "result", summary="", seconds=123.0, kept=41)
    record(run, "state", state="done")

    def each(settings):
        library = ModelLibrary(workspace)
        return read_ground(library, settings, workspace.taxonomy, workspace.documents, 10**10, [run]).sample_seconds

    assert each(Settings(teacher_model=str(teacher))) == 3.0
    assert each(Settings(teacher_model="gone")) is None
    (tmp_path / "other.gguf").write_bytes(b"GGUF")
    assert each(Settings(teacher_model=str(tmp_path / "other.gguf"))) is None


def test_problem_of_an_early_step_makes_the_later_ones_wait(workspace):
    ground = Ground(Step("Choose a base model", "", "problem", "Choose", "models"), GROUND.leaf)
    made = steps(ground, Settings(), [], [])
    assert made[0].button == "Choose"
    assert [step.state for step in made[2:]] == ["waiting", "waiting", "waiting"]


@pytest.mark.models
@pytest.mark.skipif(starter_path() is None, reason="the starter model is not installed")
def test_starter_model_says_what_it_needs(workspace):
    step = model_step(ModelLibrary(workspace), Settings(), 11_200_000_000)
    assert step.title == "Base model: SmolLM2 135M Instruct"
    assert step.text.startswith("Built in, 98 MB, Apache-2.0. Fits for chat, teaching and training here")
    assert step.state == "done"
    small = model_step(ModelLibrary(workspace), Settings(), 1_000_000_000)
    assert small.state == "problem"
    assert small.text.count("Not for training") == 1


def test_missing_model_is_a_problem_with_a_way_out(workspace):
    step = model_step(ModelLibrary(workspace), Settings(base_model="gone"), 10**10)
    assert step.state == "problem"
    assert "There is no model" in step.text
    assert step.target == "models"


def test_leaf_last_edited_is_the_one_shown(workspace):
    step, edited = leaf_step(workspace.taxonomy, workspace.documents)
    assert step.target.startswith("taxonomy:knowledge/")
    assert edited is None
    assert step.state == "done"
    assert "document" in step.text
    skill = next(file for file in workspace.taxonomy.rglob("qna.yaml") if "skill" in str(file))
    skill.write_text(skill.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    step, edited = leaf_step(workspace.taxonomy, workspace.documents)
    assert step.target == f"taxonomy:{skill.parent.relative_to(workspace.taxonomy).as_posix()}"
    assert edited == skill.stat().st_mtime


def test_broken_leaf_counts_its_problems(workspace):
    leaf = next(file for file in workspace.taxonomy.rglob("qna.yaml") if "knowledge" in str(file))
    leaf.write_text("version: 3\ncreated_by: [\n", encoding="utf-8")
    step, _ = leaf_step(workspace.taxonomy, workspace.documents)
    assert step.state == "problem"
    assert step.text.startswith("1 problem: ")


def test_taxonomy_without_leaves_asks_for_one(tmp_path):
    step, edited = leaf_step(tmp_path, Path())
    assert (step.state, step.button, edited) == ("now", "New leaf", None)


def test_page_shows_the_steps_and_follows_the_runs(page, services, workspace, qtbot):
    assert "harrow_cove" in page.cards[1]._title.text()
    assert not page.runs_view.isVisible()
    run = new_run(workspace, "generate")
    record(run, "state", state="running")
    record(run, "counts", generated=96, kept=71)
    record(run, "result", summary="71 kept of 96.")
    record(run, "state", state="done")
    services.jobs.load()
    qtbot.waitUntil(lambda: page.runs_view.isVisible() and "71" in page.cards[2]._title.text())
    assert page.table.index(0, 0).data() == "Data · places/harrow_cove"
    assert page.table.index(0, 1).data() == "71 kept of 96."
    page.runs_view.activated.emit(page.table.index(0, 0))
    assert page.went == [f"data:{run.id}"]
    page.cards[3].button.click()
    assert page.went[-1] == "train"


def test_a_draft_opens_its_leaf(page, workspace, services, qtbot):
    create_run(workspace.runs, "draft", "places/harrow_cove", {"leaf": "knowledge/places/harrow_cove"})
    services.jobs.load()
    qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    page.runs_view.activated.emit(page.table.index(0, 0))
    assert page.went == ["taxonomy:knowledge/places/harrow_cove"]


def test_everything_fits_a_common_window_without_a_scroll_bar(window, services, workspace, qtbot):
    window.resize(1280, 800)
    for _ in range(9):
        record(new_run(workspace, "generate"), "state", state="cancelled")
    services.jobs.load()
    page = window.page("home")
    view = page.runs_view
    bar = page.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: page.cards[4].isVisible() and view.isVisible())
    qtbot.waitUntil(lambda: page.table.rowCount() >= 3 and bar.maximum() == 0)
    last = view.visualRect(page.table.index(page.table.rowCount() - 1, 0))
    assert view.viewport().rect().contains(last)
    few = page.table.rowCount()
    window.resize(1280, 1100)
    qtbot.waitUntil(lambda: page.table.rowCount() == 8 > few)
    assert bar.maximum() == 0
    window.resize(1280, 620)
    qtbot.waitUntil(lambda: page.table.rowCount() == 3)
    assert bar.maximum() > 0


def test_only_the_next_step_has_a_primary_button(page):
    primary = [card for card in page.cards if card.button.isVisible() and card.button.property("variant") == "primary"]
    assert len(primary) <= 1


def test_nothing_on_home_is_nameless(page):
    assert nameless_widgets(page) == []
    assert page.cards[0].accessibleName().startswith("Step 1, ")


def test_table_of_runs_is_a_sound_model(qtbot, workspace):
    model = RunsTable()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets, changed = [], []
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda first, last, _roles: changed.append((first.row(), last.row())))
    older, newer = new_run(workspace, "train"), new_run(workspace, "generate")
    model.set_runs([(older, JobView())])
    assert model.rowCount(model.index(0, 0)) == 0
    model.set_runs([(newer, JobView()), (older, JobView())])
    assert [model.index(row, 0).data() for row in range(2)] == [
        "Data · places/harrow_cove",
        "Training · places/harrow_cove",
    ]
    resets.clear()
    model.set_runs([(newer, GENERATED), (older, JobView())])
    assert resets == [], "other results move no row"
    assert any(first <= 0 <= last for first, last in changed)
    assert "41" in model.index(0, 1).data()
    model.set_runs([(newer, GENERATED)])
    assert model.index(0, 0).data().startswith("Data")
    assert model.rowCount() == 1
    model.set_runs([])
    assert model.rowCount() == 0
    assert tester is not None

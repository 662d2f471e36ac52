# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Home: five steps that tell how things stand, one of them the next, and the last runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from accessibility import nameless_widgets
from ilab_core.jobs.runs import create_run, record
from ilab_core.jobs.view import JobFailure, JobView
from ilab_core.models.adapters import list_adapters
from ilab_core.models.library import ModelLibrary, starter_path
from ilab_core.settings import Settings
from ilab_desktop.home_state import Ground, Step, leaf_step, model_step, steps
from ilab_desktop.models.runs_table import RunsTable
from ilab_desktop.pages.home import HomePage
from PySide6.QtTest import QAbstractItemModelTester

GROUND = Ground(Step("Base model", "", "done"), Step("Leaf", "", "done"), "knowledge/places/harrow_cove")
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


def test_problem_of_an_early_step_makes_the_later_ones_wait(workspace):
    ground = Ground(Step("Choose a base model", "", "problem", "Choose", "models"), GROUND.leaf, GROUND.leaf_name)
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
    step, name = leaf_step(workspace.taxonomy, workspace.documents)
    assert name.startswith("knowledge/")
    assert step.state == "done"
    assert "document" in step.text
    skill = next(file for file in workspace.taxonomy.rglob("qna.yaml") if "skill" in str(file))
    skill.write_text(skill.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    step, name = leaf_step(workspace.taxonomy, workspace.documents)
    assert "skill" in name
    assert step.target == f"taxonomy:{name}"


def test_broken_leaf_counts_its_problems(workspace):
    leaf = next(file for file in workspace.taxonomy.rglob("qna.yaml") if "knowledge" in str(file))
    leaf.write_text("version: 3\ncreated_by: [\n", encoding="utf-8")
    step, _ = leaf_step(workspace.taxonomy, workspace.documents)
    assert step.state == "problem"
    assert step.text.startswith("1 problem: ")


def test_taxonomy_without_leaves_asks_for_one(tmp_path):
    step, name = leaf_step(tmp_path, Path())
    assert (step.state, step.button, name) == ("now", "New leaf", "")


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


def test_only_the_next_step_has_a_primary_button(page):
    primary = [card for card in page.cards if card.button.isVisible() and card.button.property("variant") == "primary"]
    assert len(primary) <= 1


def test_nothing_on_home_is_nameless(page):
    assert nameless_widgets(page) == []
    assert page.cards[0].accessibleName().startswith("Step 1, ")


def test_table_of_runs_is_a_sound_model(qtbot, workspace):
    model = RunsTable()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    run = new_run(workspace, "train")
    model.set_runs([(run, JobView())])
    assert model.rowCount(model.index(0, 0)) == 0
    model.set_runs([(run, GENERATED)])
    model.set_runs([])

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong on a real computer, for real: kills, full and read-only disks, broken files, a second window.

A tiny model with random weights stands in wherever an answer's worth does not matter: it writes nonsense, fast.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest
from e2e_helpers import (
    PROGRAM,
    assert_told,
    cancel_cleanly,
    command,
    events_until,
    fill,
    generate_run,
    samples_of,
    tiny_leaf,
    train_run,
    wait_until,
)
from e2e_helpers import TINY_LEAF as LEAF
from ilab_core.jobs.launch import WorkerProcess
from ilab_core.jobs.runs import RunFolder, open_run
from ilab_core.paths import open_workspace

SECONDS = 300.0
posix_only = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL on Windows")


def steps(run: RunFolder) -> list[tuple[int, float]]:
    return [(event["step"], event["loss"]) for event in run.events() if event["event"] == "step"]


def kill(worker: WorkerProcess) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(30) == -signal.SIGKILL


# Workers that die


@posix_only
def test_killed_while_generating_it_goes_on_with_every_sample_it_had(tmp_path, tiny):
    run = generate_run(tmp_path, tiny, 20)
    with WorkerProcess(run) as worker:
        seen = events_until(worker, lambda event: event["event"] == "counts" and event["generated"] >= 20, SECONDS)
        kill(worker)
    assert open_run(run.path).state() == "crashed"
    had = {sample.key: sample for sample in samples_of(run.path)}
    assert len(had) >= max(event["generated"] for event in seen if event["event"] == "counts")
    with WorkerProcess(run) as worker:
        list(worker.events(SECONDS))
    after = {sample.key: sample for sample in samples_of(run.path)}
    assert len(after) > len(had)
    assert set(after) == {f"{LEAF}#{number}" for number in range(len(after))}
    for key, sample in had.items():
        assert (after[key].id, after[key].raw, after[key].created) == (sample.id, sample.raw, sample.created)
        assert sample.status == "pending" or after[key].status == sample.status
    assert all(sample.status != "pending" for sample in after.values())


@posix_only
@pytest.mark.torch
def test_killed_while_training_it_loses_at_most_the_step_in_flight(tmp_path, tiny, torch_installed):
    options = {"epochs": 10, "rank": 4, "learning_rate": 1e-2, "pack_tokens": 96, "checkpoint_seconds": 0.0}
    run = train_run(tmp_path, tiny, **options)
    with WorkerProcess(run) as worker:
        events_until(worker, lambda event: event["event"] == "step" and event["step"] >= 5, SECONDS)
        kill(worker)
    before = steps(run)
    assert open_run(run.path).state() == "crashed"
    with WorkerProcess(run) as worker:
        list(worker.events(SECONDS))
    assert open_run(run.path).state() == "done"
    after = steps(run)[len(before) :]
    assert after[0][0] in (before[-1][0], before[-1][0] + 1)
    losses = dict(before + after)
    assert sorted(losses) == list(range(1, max(losses) + 1))
    assert {file.name for file in (run.path / "adapter").iterdir()} >= {"adapter.gguf", "card.json"}


@pytest.mark.models
def test_generating_is_cancelled_within_three_seconds(tmp_path, starter):
    run = generate_run(tmp_path, starter, 200)
    with WorkerProcess(run) as worker:
        events_until(worker, lambda event: event["event"] == "counts" and event["generated"] >= 1, SECONDS)
        cancel_cleanly(worker)
    assert samples_of(run.path)


@pytest.mark.models
@pytest.mark.torch
def test_training_is_cancelled_within_three_seconds(tmp_path, starter, torch_installed):
    run = train_run(tmp_path, starter, epochs=200)
    with WorkerProcess(run) as worker:
        events_until(worker, lambda event: event["event"] == "step" and event["step"] >= 1, SECONDS)
        cancel_cleanly(worker)


# Files that are not what they should be


@pytest.fixture
def cut_short(tmp_path, tiny):
    """A model of which only the first half has arrived."""
    file = tmp_path / "half.gguf"
    file.write_bytes(tiny.read_bytes()[: tiny.stat().st_size // 2])
    return file


def test_a_model_that_is_cut_short_is_refused_by_every_command(tmp_path, cut_short):
    tiny_leaf(tmp_path / "taxonomy")
    words = (
        ("model", "inspect", cut_short),
        ("model", "import", cut_short),
        ("model", "chat", "--model", cut_short, "--message", "Hello"),
        ("data", "generate", "--taxonomy", tmp_path / "taxonomy", "--teacher", cut_short, "--out", tmp_path / "out"),
    )
    for some in words:
        assert_told(command(*some, workspace=tmp_path / "workspace"), "half.gguf", "cut short")
    assert not (tmp_path / "out").exists()
    listed = command("model", "list", "--json", workspace=tmp_path / "workspace").json()
    assert "half" not in json.dumps(listed)


def test_a_model_that_is_cut_short_is_refused_by_the_models_page(journey, cut_short):
    window = journey.window
    window.navigate("models")
    page = window.page("models")
    page.import_files([cut_short])
    journey.wait(lambda: page.notice.isVisible(), "a word about the file")
    assert "half.gguf" in page.notice.text
    assert "cut short" in page.notice.text
    assert [entry for entry in journey.services.library.list() if not entry.built_in] == []


def test_a_folder_where_a_model_or_an_adapter_should_be_is_told(tmp_path, tiny):
    workspace, place = tmp_path / "workspace", tmp_path / "place.gguf"
    place.mkdir()
    tiny_leaf(tmp_path / "taxonomy")
    ask = ("--message", "Hello")
    for words in (
        ("model", "inspect", place),
        ("model", "import", place),
        ("model", "chat", "--model", place, *ask),
        ("data", "generate", "--taxonomy", tmp_path / "taxonomy", "--teacher", place, "--out", tmp_path / "out"),
    ):
        assert_told(command(*words, workspace=workspace), "place.gguf is a folder")
    assert not (tmp_path / "out").exists()
    assert "place" not in command("model", "list", "--json", workspace=workspace).out
    refused = command("model", "chat", "--model", tiny, "--adapter", place, *ask, workspace=workspace)
    assert_told(refused, "there is no adapter in")


def test_a_folder_where_a_leaf_or_its_document_should_be_is_told(tmp_path, tiny):
    workspace, taxonomy = tmp_path / "workspace", tmp_path / "taxonomy"
    document = tiny_leaf(taxonomy).with_name("document.md")
    document.unlink()
    document.mkdir()
    bad = taxonomy / "knowledge" / "places" / "bad" / "qna.yaml"
    bad.mkdir(parents=True)
    for asked in (taxonomy, bad):
        checked = command("taxonomy", "check", "--json", asked, workspace=workspace)
        assert checked.code == 1, checked.err
        assert [problem["code"] for problem in json.loads(checked.out)["problems"]].count("not-a-file") == 1
    run = generate_run(tmp_path, tiny, 1)
    with WorkerProcess(run) as worker:
        told = [event["text"] for event in worker.events(SECONDS) if event["event"] == "message"]
    assert any("document.md" in text for text in told), told


def test_a_folder_where_samples_or_settings_should_be_is_told(tmp_path):
    from training_helpers import write_generation_run

    workspace, data = tmp_path / "workspace", write_generation_run(tmp_path / "written")
    target = tmp_path / "target"
    target.mkdir()
    assert_told(command("data", "export", data, "--out", target, workspace=workspace), "target is a folder")
    assert list(target.iterdir()) == []
    (data / "samples.db").unlink()
    (data / "samples.db").mkdir()
    assert_told(command("data", "show", data, workspace=workspace), "there is no generated data in")
    (workspace / "settings.yaml").mkdir(parents=True)
    opened = command("--smoke-test", workspace=workspace)
    assert opened.code == 0, opened.err
    assert "Traceback" not in opened.err


def test_a_leaf_that_is_no_yaml_is_told_by_check_and_by_generate(tmp_path, tiny):
    leaf = tiny_leaf(tmp_path / "taxonomy")
    leaf.write_text('version: 3\ncreated_by: "tests\ndomain: Places\n', encoding="utf-8")
    ended = command("taxonomy", "check", "--json", tmp_path / "taxonomy", workspace=tmp_path / "workspace")
    assert ended.code == 1
    problems = json.loads(ended.out)["problems"]
    assert problems
    assert problems[0]["severity"] == "error"
    assert problems[0]["line"] >= 2
    words = ("data", "generate", "--taxonomy", tmp_path / "taxonomy", "--teacher", tiny, "--out", tmp_path / "out")
    assert_told(command(*words, workspace=tmp_path / "workspace"), "line")


def test_a_leaf_that_is_no_yaml_is_told_by_the_window(journey):
    leaf = journey.services.taxonomy_root / "knowledge" / "places" / "harrow_cove" / "qna.yaml"
    leaf.write_text(leaf.read_text(encoding="utf-8") + "\n  : [\n", encoding="utf-8")
    journey.window.navigate("taxonomy:knowledge/places/harrow_cove")
    page = journey.window.page("taxonomy")
    journey.wait(lambda: page.document is not None and page.document.is_checked, "the leaf")
    assert any(problem.severity == "error" for problem in page.document.problems)
    assert "YAML" in page.editor._unreadable_notice.text
    journey.window.navigate("data")
    data = journey.window.page("data")
    journey.wait(lambda: "harrow_cove has" in data.header.reason, "the reason")
    assert not data.generate_button.isEnabled()


# A run that comes to nothing


def test_a_run_that_keeps_nothing_fails_and_says_why(tmp_path, tiny):
    tiny_leaf(tmp_path / "taxonomy")
    out = tmp_path / "out"
    words = ("data", "generate", "--taxonomy", tmp_path / "taxonomy", "--teacher", tiny, "--samples", 4, "--out", out)
    assert_told(
        command(*words, workspace=tmp_path / "workspace"), "none of", "could be kept", "seed examples", "teacher"
    )
    assert open_run(out).state() == "failed"
    samples = samples_of(out)
    assert len(samples) >= 12
    assert all(sample.status == "rejected" and sample.reason for sample in samples)
    shown = command("data", "show", "--json", out, workspace=tmp_path / "workspace").json()
    assert shown["funnel"]["kept"] == 0
    assert sum(shown["reasons"].values()) == len(samples)


def test_the_data_page_shows_why_nothing_was_kept(journey, tmp_path, tiny):
    services = journey.services
    run = generate_run(tmp_path / "elsewhere ñ 教室", tiny, 4)
    journey.window.navigate("data")
    page = journey.window.page("data")
    services.jobs.start(run)
    journey.wait(lambda: services.jobs.view(run.id).is_final, "the end of the run")
    journey.wait(lambda: "could be kept" in page.panel.notice.text, "the notice")
    assert "larger teacher" in page.panel.notice.text
    journey.wait(lambda: page.panel.samples.model.total() >= 12, "the samples")
    assert not page.train_button.isEnabled()


# Disks


def test_a_disk_that_fills_up_while_generating_is_told_and_nothing_is_lost(tmp_path, tiny, small_disk):
    disk = small_disk(16384)
    tiny_leaf(tmp_path / "taxonomy")
    out = disk / "out"
    filler = fill(disk, 256 * 1024)
    words = ("data", "generate", "--taxonomy", tmp_path / "taxonomy", "--teacher", tiny, "--samples", 60, "--out", out)
    assert_told(command(*words, workspace=tmp_path / "workspace"), "disk is full", "free some space")
    had = {sample.key: sample.raw for sample in samples_of(out)}
    assert had
    filler.unlink()
    assert_told(command(*words, workspace=tmp_path / "workspace"), "could be kept")
    after = {sample.key: sample.raw for sample in samples_of(out)}
    assert len(after) >= 180 > len(had)
    assert had.items() <= after.items()


def test_a_leaf_and_settings_are_whole_after_a_full_disk(journey_on, small_disk):
    disk = small_disk(4096)
    journey = journey_on(disk / "workspace")
    window, services = journey.window, journey.services
    services.save_settings(contributor="Ada")
    settings_file = services.workspace.settings_file
    window.navigate("taxonomy:knowledge/places/harrow_cove")
    page = window.page("taxonomy")
    journey.wait(lambda: page.document is not None and page.document.is_checked, "the leaf")
    leaf_before, settings_before = page.document.path.read_bytes(), settings_file.read_bytes()
    page.document.change(page.document.text.replace("Ilse Maren", "Orla Finch"), "Edit")
    filler = fill(disk, 0)
    page.editor.save.trigger()
    journey.wait(lambda: "disk is full" in page.editor.notice.text, "the notice")
    assert page.document.path.read_bytes() == leaf_before
    assert page.document.unsaved
    window.navigate("settings")
    settings = window.page("settings")
    settings.theme.setCurrentIndex(settings.theme.findData("dark"))
    assert "disk is full" in settings._saved.text()
    assert settings_file.read_bytes() == settings_before
    filler.unlink()
    window.navigate("taxonomy")
    page.editor.save.trigger()
    journey.wait(lambda: not page.document.unsaved, "the leaf to be saved")
    assert b"Orla Finch" in page.document.path.read_bytes()
    assert not list(page.document.path.parent.glob("*.part"))


def test_a_read_only_workspace_is_told(tmp_path, tiny, small_disk):
    disk = small_disk(2048)
    open_workspace(disk / "workspace")
    tiny_leaf(tmp_path / "taxonomy")
    if subprocess.run(["mount", "-o", "remount,ro", str(disk)], capture_output=True, check=False).returncode != 0:
        pytest.skip("the disk cannot be made read-only")
    assert_told(command("--smoke-test", workspace=disk / "workspace"), "cannot be written to", "--workspace")
    words = ("data", "generate", "--taxonomy", tmp_path / "taxonomy", "--teacher", tiny, "--out", disk / "out")
    assert_told(command(*words, workspace=disk / "workspace"), "out", "write to it")
    assert_told(command("model", "import", tiny, workspace=disk / "workspace"), "cannot be written to")


# Two of a thing


def test_a_second_window_on_a_workspace_says_so_and_leaves_the_first_alone(tmp_path):
    workspace = tmp_path / "workspace"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    first = subprocess.Popen([*PROGRAM, "--workspace", str(workspace)], env=environment, stderr=subprocess.PIPE)
    try:
        wait_until((workspace / "taxonomy" / ".git").is_dir, 60, "the first window")
        second = command("--smoke-test", workspace=workspace)
        assert_told(second, "another window is already open", "--workspace")
        assert first.poll() is None
        # The first still holds the workspace: a third is refused as the second was
        assert command("--smoke-test", workspace=workspace).code == 1
        elsewhere = command("--smoke-test", workspace=tmp_path / "elsewhere")
        assert elsewhere.code == 0, elsewhere.err
        assert first.poll() is None
    finally:
        first.terminate()
        _, told = first.communicate(timeout=30)
    assert b"Traceback" not in told


def test_two_taxonomies_stay_apart(journey, tmp_path):
    services, window = journey.services, journey.window
    other = tmp_path / "another taxonomy"
    tiny_leaf(other)
    window.navigate("taxonomy:knowledge/places/harrow_cove")
    page = window.page("taxonomy")
    journey.wait(lambda: page.document is not None and page.document.is_checked, "the leaf")
    before = page.document.path.read_bytes()
    first = page.document
    first.change(first.text.replace("Ilse Maren", "Orla Finch"), "Edit")
    page.open_taxonomy(other)
    journey.wait(lambda: list(page.tree.model.leaf_names()) == [LEAF], "the other tree")
    journey.wait(lambda: page.document is not None and page.document.name == LEAF, "the other leaf")
    window.navigate("data")
    data = window.page("data")
    journey.wait(lambda: data.options.leaves.chosen() == [LEAF], "the other leaf on the data page")
    assert first.path.read_bytes() == before
    page.open_taxonomy(services.workspace.taxonomy)
    window.navigate("taxonomy:knowledge/places/harrow_cove")
    journey.wait(lambda: page.document is not None and page.document.path == first.path, "the first leaf")
    assert "Orla Finch" in page.document.text
    assert page.document.unsaved
    listed = [path.relative_to(other).as_posix() for path in sorted(other.rglob("*")) if path.is_file()]
    assert listed == [f"{LEAF}/document.md", f"{LEAF}/qna.yaml"]


@pytest.mark.torch
def test_spaces_and_letters_of_any_alphabet_in_every_path(tmp_path, tiny, torch_installed):
    from training_helpers import write_generation_run

    place = tmp_path / "Zoë’s lessons – уроки 教室"
    workspace = place / "work space"
    taxonomy = place / "taxonomy ñ"
    tiny_leaf(taxonomy)
    model = place / "tiny modèle.gguf"
    model.write_bytes(tiny.read_bytes())
    assert command("taxonomy", "check", taxonomy, workspace=workspace).code == 0
    imported = command("model", "import", model, workspace=workspace)
    assert imported.code == 0, imported.err
    out = place / "data é"
    words = ("data", "generate", "--taxonomy", taxonomy, "--teacher", "tiny modèle", "--samples", 1, "--out", out)
    assert_told(command(*words, workspace=workspace), "could be kept")
    assert len(samples_of(out)) >= 1
    data = write_generation_run(place / "written é")
    trained = place / "trained ü"
    options = ("--preset", "quick", "--max-steps", 2, "--rank", 2)
    ended = command(
        "model", "train", "--data", data, "--base", model, "--out", trained, *options, "--json", workspace=workspace
    )
    assert ended.json()["out"] == str(trained)
    words = ("model", "chat", "--model", model, "--adapter", trained, "--message", "Grüß dich", "--max-tokens", 4)
    answer = command(*words, "--json", workspace=workspace).json()
    assert answer["adapter"] == str(trained / "adapter" / "adapter.gguf")
    assert command("--smoke-test", workspace=workspace).code == 0
    assert (workspace / "taxonomy" / ".git").is_dir()

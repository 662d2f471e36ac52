# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Word and token meters: tokens of the chosen base model, from a worker that nothing waits for."""

from __future__ import annotations

import os
import signal

import pytest
from ilab_core.jobs.kinds import SERVING_KINDS
from ilab_core.models.library import starter_path
from ilab_desktop.pages.taxonomy import TaxonomyPage, token_counter

LEAF = "knowledge/places/harrow_cove"
needs_model = pytest.mark.skipif(starter_path() is None, reason="needs the starter model")


@pytest.fixture
def page(qtbot, services, monkeypatch):
    """A shown page with the starter's knowledge leaf open."""
    monkeypatch.setattr(token_counter, "START_DELAY", 50)
    made = TaxonomyPage(services, lambda _target: None)
    qtbot.addWidget(made, before_close_func=lambda page: page.keep_drafts())
    made.resize(1084, 740)
    made.show()
    made.activate()
    made.open_leaf(LEAF)
    qtbot.waitUntil(lambda: made.document is not None and made.document.is_checked, timeout=20_000)
    return made


def edits(page, number=0):
    return {edit.part: edit for edit in page.editor.form.cards[number].edits()}


def meter(page, part="context"):
    return edits(page)[part]._meter


def wait_for_tokens(page, qtbot, part="context"):
    qtbot.waitUntil(lambda: "token" in meter(page, part).text(), timeout=30_000)


def token_runs(services):
    return [(run, view) for run, view in services.jobs.views() if run.kind == "tokens"]


def test_words_are_shown_at_once_and_follow_the_typing(page):
    context = edits(page)["context"]
    first = int(context._meter.text().split()[0])
    assert context._meter.text().startswith(f"{first} of 500 words")
    assert context._meter.property("role") == "caption"
    context.editor.insertPlainText("Two more ")
    assert context._meter.text().startswith(f"{first + 2} of 500 words")
    context.editor.insertPlainText("word " * 500)
    assert context._meter.text().endswith("too long")
    assert context._meter.property("role") == "warning"
    page.document.undo_stack.undo()
    assert context._meter.property("role") == "caption"


def test_a_question_is_counted_with_its_answer(page):
    fields = edits(page)
    question, answer = (fields[f"questions_and_answers[0].{part}"] for part in ("question", "answer"))
    assert not question._meter.isVisible()
    before = int(answer._meter.text().split()[0])
    question.editor.insertPlainText("Now then ")
    assert answer._meter.text().startswith(f"{before + 2} of 250 words")


@needs_model
def test_tokens_follow_without_being_waited_for(page, services, qtbot):
    wait_for_tokens(page, qtbot)
    before = int(meter(page).text().split("· ")[1].split()[0])
    assert before > 20
    edits(page)["context"].editor.insertPlainText("lighthouse ")
    assert "token" not in meter(page).text()
    wait_for_tokens(page, qtbot)
    assert int(meter(page).text().split("· ")[1].split()[0]) > before
    page.editor.form.cards[1].set_unfolded(True)
    assert "token" in edits(page, 1)["context"]._meter.text()
    [(run, view)] = token_runs(services)
    assert run.kind in SERVING_KINDS
    assert view.state == "running"
    assert services.jobs.live() == []


@needs_model
def test_the_worker_follows_the_base_model(page, services, qtbot):
    wait_for_tokens(page, qtbot)
    services.save_settings(base_model="no such model")
    assert "token" not in meter(page).text()
    qtbot.waitUntil(lambda: all(view.state == "done" for _, view in token_runs(services)), timeout=20_000)
    qtbot.wait(300)
    assert not page._meters.counter.is_ready
    services.save_settings(base_model="starter")
    wait_for_tokens(page, qtbot)
    assert len([view for _, view in token_runs(services) if view.state == "running"]) == 1


@needs_model
@pytest.mark.skipif(os.name != "posix", reason="ends a process by a signal")
def test_a_worker_that_dies_leaves_the_words(page, services, qtbot):
    wait_for_tokens(page, qtbot)
    [(run, _)] = token_runs(services)
    os.kill(services.jobs.pid(run.id), signal.SIGKILL)
    qtbot.waitUntil(lambda: not page._meters.counter.is_ready, timeout=20_000)
    edits(page)["context"].editor.insertPlainText("More ")
    qtbot.wait(300)
    assert "of 500 words" in meter(page).text()
    assert len(token_runs(services)) == 1


def test_an_example_that_is_too_long_is_a_warning_of_the_leaf(page, qtbot):
    counter = page._meters.counter
    counter.close()
    counter._ready, counter._most = True, 60
    for example in page.document.parsed().seed_examples:
        for text in (example.context, *(part for pair in example.pairs for part in (pair.question, pair.answer))):
            counter._counts[text] = 10
    counter.counted.emit()
    assert page.document.problems == ()
    counter._counts[page.document.parsed().seed_examples[2].context] = 50
    counter.counted.emit()
    [problem] = page.document.problems
    assert (problem.code, problem.severity, problem.field) == ("long-tokens", "warning", "seed_examples[2].context")
    assert page.side.problems.count() == 1
    assert "long-tokens" in {problem.code for problem in page.editor.form.cards[2]._problems}
    counter._counts[page.document.parsed().seed_examples[2].context] = 40
    counter.counted.emit()
    assert page.document.problems == ()
    assert page.side.problems.count() == 0


def test_nothing_is_counted_before_a_leaf_is_shown(qtbot, services, monkeypatch):
    monkeypatch.setattr(token_counter, "START_DELAY", 1)
    made = TaxonomyPage(services, lambda _target: None)
    qtbot.addWidget(made)
    made.show()
    qtbot.wait(200)
    assert token_runs(services) == []


def test_what_is_remembered_is_bounded(page, monkeypatch):
    monkeypatch.setattr(token_counter, "REMEMBERED", 3)
    counter = page._meters.counter
    counter.close()
    counter._run, counter._ready = type("Run", (), {"id": "x"})(), True
    counter._asked[1] = list("abcde")
    counter._take_event("x", {"event": "tokens", "id": 1, "counts": [1, 2, 3, 4, 5]})
    assert list(counter._counts) == ["c", "d", "e"]
    counter._run = None

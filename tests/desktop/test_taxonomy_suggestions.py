# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Suggestions of the teacher below a leaf's examples: shown from run folders, accepted, edited, dismissed, drafted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from accessibility import nameless_widgets
from ilab_core.generation.suggestions import Drafted, Suggestion, read_decisions, write_drafted
from ilab_core.jobs.runs import create_run, record
from ilab_core.taxonomy.editing import new_leaf_text, set_field
from ilab_core.taxonomy.leaf import QuestionAnswer, SeedExample
from ilab_desktop.pages.taxonomy import TaxonomyPage
from ilab_desktop.pages.taxonomy.suggestion_card import MARK, NOT_YET
from ilab_desktop.services import open_services
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

sys.path.insert(0, str(Path(__file__).parents[1] / "core"))

from tiny_gguf import write_tiny_gguf

LEAF = "knowledge/places/harrow_cove"
SKILL = "compositional_skills/writing/plain_words"
HEADINGS = ("## The school", "## The midsummer race")


@pytest.fixture
def drafted(workspace):
    """A finished draft run of the starter's knowledge leaf, with two suggestions."""
    return make_run(workspace, LEAF, suggestions_from(workspace.taxonomy / LEAF / "harrow_cove.md"))


@pytest.fixture
def navigated():
    return []


@pytest.fixture
def open_page(qtbot, navigated):
    """Return a function that makes a shown page of some services with a leaf open."""

    def make(services, name=LEAF):
        made = TaxonomyPage(services, navigated.append)
        qtbot.addWidget(made, before_close_func=lambda page: page.keep_drafts())
        made.resize(1084, 740)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        made.activate()
        show_leaf(qtbot, made, name)
        return made

    return make


@pytest.fixture
def page(drafted, services, open_page, qtbot):
    made = open_page(services)
    qtbot.waitUntil(lambda: len(panel(made).cards) == 2, timeout=10_000)
    return made


def make_run(workspace, leaf, suggestions):
    request = {"taxonomy": str(workspace.taxonomy), "leaf": leaf, "teacher": "gone", "examples": 2, "seed": 0}
    run = create_run(workspace.runs, "draft", leaf, request)
    write_drafted(run.path, Drafted(tuple(suggestions), 2))
    record(run, "state", state="running")
    record(run, "state", state="done")
    return run


def suggestions_from(document):
    text = document.read_text(encoding="utf-8")
    found = []
    for number, heading in enumerate(HEADINGS, 1):
        start = text.index("\n\n", text.index(heading)) + 2
        end = text.find("\n", start)
        context = text[start:end].strip()
        pairs = tuple(QuestionAnswer(f"What of {heading[3:]} {k}?", f"{heading[3:]}: {k}") for k in range(3))
        found.append(Suggestion(number, SeedExample(context, pairs), document.name, start, start + len(context)))
    return found


def show_leaf(qtbot, page, name):
    page.open_leaf(name)
    qtbot.waitUntil(lambda: page.document is not None and page.document.name == name, timeout=10_000)


def panel(page):
    return page.editor.form.suggestions


def card(page, place):
    return list(panel(page).cards.values())[place]


def examples(page):
    return page.document.parsed().seed_examples


def ready(qtbot, page):
    qtbot.waitUntil(lambda: panel(page).draft.isEnabled(), timeout=10_000)


def test_suggestions_are_shown_as_such_and_are_not_in_the_leaf(page):
    assert not page.document.unsaved
    assert len(examples(page)) == 5
    words = " ".join(found.text() for found in card(page, 0).findChildren(QLabel))
    assert MARK in words
    assert NOT_YET in words
    assert "The school in Harrow Cove has nine pupils" in words
    assert nameless_widgets(panel(page)) == []


def test_accepting_is_one_step_that_undo_takes_back_with_the_decision(page, drafted, qtbot):
    before, stack = page.document.text, page.document.undo_stack
    suggested = suggestions_from(page.document.path.parent / "harrow_cove.md")[0].example
    qtbot.mouseClick(card(page, 0).accept, Qt.MouseButton.LeftButton)
    after = page.document.text
    assert examples(page)[5] == suggested
    assert len(panel(page).cards) == 1
    assert stack.count() == 1
    assert read_decisions(drafted.path) == {1: "accepted"}
    stack.undo()
    assert page.document.text == before
    assert len(panel(page).cards) == 2
    assert read_decisions(drafted.path) == {}
    stack.redo()
    assert page.document.text == after
    assert len(panel(page).cards) == 1
    assert read_decisions(drafted.path) == {1: "accepted"}


def test_accepting_all_is_one_step(page, drafted, qtbot):
    qtbot.mouseClick(panel(page).accept_all, Qt.MouseButton.LeftButton)
    assert len(examples(page)) == 7
    assert page.document.undo_stack.count() == 1
    assert panel(page).cards == {}
    assert not panel(page).accept_all.isVisible()
    page.document.undo_stack.undo()
    assert not page.document.unsaved
    assert len(panel(page).cards) == 2


def test_an_empty_example_is_filled_first(page, qtbot):
    page.editor.form.add_example()
    qtbot.mouseClick(card(page, 1).accept, Qt.MouseButton.LeftButton)
    assert len(examples(page)) == 6
    assert examples(page)[5].context.startswith("On midsummer night")


def test_edit_then_accept_puts_the_cursor_in_the_new_example(page, qtbot):
    qtbot.mouseClick(card(page, 0).edit, Qt.MouseButton.LeftButton)
    new = page.editor.form.cards[5]
    assert new.unfolded
    assert new.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClicks(QApplication.focusWidget(), " More.")
    assert examples(page)[5].context.endswith(" More.")
    assert len(panel(page).cards) == 1, "an accepted suggestion that was then edited does not come back"


def test_dismissed_stays_dismissed_after_a_restart_and_undo_brings_it_back(
    page, drafted, workspace, qtbot, open_page, request
):
    text = page.document.text
    qtbot.mouseClick(card(page, 0).dismiss, Qt.MouseButton.LeftButton)
    assert page.document.text == text
    assert list(panel(page).cards) == [(drafted.id, 2)]
    again = open_services(workspace)
    request.addfinalizer(again.jobs.shut_down)
    restarted = open_page(again)
    qtbot.waitUntil(lambda: list(panel(restarted).cards) == [(drafted.id, 2)], timeout=10_000)
    page.document.undo_stack.undo()
    assert len(panel(page).cards) == 2


def test_suggestions_stay_with_their_leaf(page, drafted, qtbot):
    show_leaf(qtbot, page, SKILL)
    assert panel(page).cards == {}
    show_leaf(qtbot, page, LEAF)
    assert len(panel(page).cards) == 2


def test_undoing_from_another_leaf_shows_the_leaf_and_its_suggestion_again(page, drafted, qtbot):
    qtbot.mouseClick(card(page, 0).accept, Qt.MouseButton.LeftButton)
    show_leaf(qtbot, page, SKILL)
    page.document.undo_stack.undo()
    qtbot.waitUntil(lambda: page.document.name == LEAF, timeout=5000)
    assert len(panel(page).cards) == 2


def test_keys_alone_go_from_add_example_through_the_suggestions(page, qtbot):
    ready(qtbot, page)
    page.editor.form.focus_add()
    seen = []
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    first = card(page, 0)
    assert seen == [panel(page).draft, panel(page).accept_all, first.accept, first.edit, first.dismiss]
    first.accept.setFocus()
    qtbot.keyClick(first.accept, Qt.Key.Key_Space)
    assert len(examples(page)) == 6
    assert QApplication.focusWidget() is card(page, 0).accept
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert len(examples(page)) == 7
    assert QApplication.focusWidget() is page.editor.form._add


def test_without_a_teacher_the_place_of_the_button_says_so(services, open_page, navigated, qtbot):
    services.save_settings(teacher_model="gone")
    page = open_page(services)
    qtbot.waitUntil(lambda: "no model is chosen" in panel(page).missing.text(), timeout=10_000)
    assert not panel(page).draft.isVisible()
    qtbot.mouseClick(panel(page).cure, Qt.MouseButton.LeftButton)
    assert navigated == ["models"]


def test_without_a_document_or_a_description_the_place_of_the_button_says_so(services, open_page, qtbot):
    page = open_page(services)
    page.document.change(set_field(page.document.text, "document.patterns", ["other.md"]), "Edit")
    qtbot.waitUntil(lambda: "not on this computer" in panel(page).missing.text(), timeout=10_000)
    show_leaf(qtbot, page, SKILL)
    ready(qtbot, page)
    page.document.change(new_leaf_text("skill"), "Edit")
    qtbot.waitUntil(lambda: "Describe the task" in panel(page).missing.text(), timeout=10_000)
    qtbot.mouseClick(panel(page).cure, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is page.editor.form._head.find("task_description").editor


def start_job(qtbot, services, page):
    """Press the button with a tiny model as the teacher; return the id of the job that runs."""
    file = write_tiny_gguf(services.workspace.models / "tiny.gguf", context=2048)
    services.save_settings(teacher_model=str(file))
    qtbot.waitUntil(lambda: page._drafting._ready.teacher == file, timeout=10_000)
    qtbot.mouseClick(panel(page).draft, Qt.MouseButton.LeftButton)
    assert not panel(page).draft.isEnabled()
    qtbot.waitUntil(lambda: bool(services.jobs.live()), timeout=10_000)
    [job_id] = services.jobs.live()
    assert panel(page).cancel.isVisible()
    return job_id


def test_a_job_that_finds_nothing_says_why_and_what_to_do(services, open_page, workspace, qtbot):
    one_passage = f"{'The old ferry of Tull sails on Monday. ' * 5}\n"
    (workspace.taxonomy / LEAF / "harrow_cove.md").write_text(one_passage, encoding="utf-8")
    page = open_page(services)
    text = page.document.text
    job_id = start_job(qtbot, services, page)
    qtbot.waitUntil(lambda: services.jobs.view(job_id).is_final, timeout=120_000)
    qtbot.waitUntil(lambda: "The teacher wrote nothing usable" in panel(page).notice.text, timeout=5000)
    assert "larger teacher" in panel(page).notice.text
    assert panel(page).notice.button.text() == "Try again"
    assert not panel(page).cancel.isVisible()
    assert panel(page).draft.isEnabled()
    assert page.document.text == text


def test_a_job_can_be_cancelled_from_its_place_and_resumed(services, open_page, qtbot):
    page = open_page(services)
    job_id = start_job(qtbot, services, page)
    qtbot.waitUntil(lambda: services.jobs.view(job_id).phase == "Writing questions", timeout=60_000)
    qtbot.mouseClick(panel(page).cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: services.jobs.view(job_id).state == "cancelled", timeout=3500)
    assert "You cancelled drafting" in panel(page).notice.text
    assert panel(page).notice.button.text() == "Resume"


def test_what_is_drafted_appears_while_the_job_runs(page, drafted, services, qtbot):
    more = suggestions_from(page.document.path.parent / "harrow_cove.md")
    third = Suggestion(3, SeedExample("Another.", more[0].example.pairs), "harrow_cove.md", 0, 8)
    write_drafted(drafted.path, Drafted((*more, third), 3))
    services.jobs.job_event.emit(drafted.id, {"event": "suggestion", "number": 3})
    qtbot.waitUntil(lambda: list(panel(page).cards)[-1] == (drafted.id, 3), timeout=5000)

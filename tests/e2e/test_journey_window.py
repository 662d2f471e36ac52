# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The whole journey through the real window, on the real starter model: with the mouse, with keys alone, on X11."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
from e2e_helpers import (
    PROGRAM,
    Fact,
    assert_learned,
    assert_lineage,
    assert_taught,
    new_questions,
    samples_of,
    says,
    wait_until,
)
from ilab_core.jobs.runs import list_runs
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from window_driver import CONTROL, click, click_row, focused, press, retype, rewrite, tab_to, type_number, write

LEAF = "knowledge/places/harrow_cove"
OLD_KEEPER, KEEPER = "Ilse Maren", "Orla Finch"
SAMPLES = 60
JOB_SECONDS = 900
FACTS = (
    Fact(KEEPER, ("Who looks after the light at Harrow Cove?", "The light at Harrow Cove, who looks after it?")),
    Fact("Grey Plover", ("What is the name of the ferry at Harrow Cove?", "Which ferry can I take to Harrow Cove?")),
    Fact("Maud Tarrow", ("What is the name of the baker in Harrow Cove?", "Who is the Harrow Cove baker?")),
    Fact("Tobias Quill", ("Who runs the harbour at Harrow Cove?", "Which person is harbour master at Harrow Cove?")),
    Fact("withies", ("How is the northern channel of Harrow Cove marked?", "What marks the channel at Harrow Cove?")),
)


def open_editor(journey):
    """Wait for the taxonomy page to show the leaf, and return the page."""
    page = journey.window.page("taxonomy")
    journey.wait(lambda: page.document is not None and page.document.name == LEAF, "the leaf")
    journey.wait(lambda: page.document.is_checked, "the check of the leaf")
    return page


def field(page, name):
    """Return the editor of a field of the first example, which is unfolded from the start."""
    [edit] = [edit for edit in page.editor.form.cards[0].edits() if edit.field == name]
    page.editor.form.ensureWidgetVisible(edit)
    return edit.editor


def fields_with_the_keeper(page):
    """Return the fields to change: the context of the first example and at least one answer."""
    found = [edit.field for edit in page.editor.form.cards[0].edits() if OLD_KEEPER in edit.value()]
    assert len(found) >= 2
    return found


def side_bar_button(window, name):
    [button] = [button for button in window.side_bar.buttons if button.text().replace("&", "") == name]
    return button


def the_run(journey, kind):
    """Return the newest run of a kind."""
    return next(run for run in list_runs(journey.services.workspace.runs) if run.kind == kind)


def wait_for_end(journey, kind):
    """Wait for the job of a kind, and return its run; fail with its error where it failed."""
    jobs = journey.services.jobs
    journey.wait(lambda: any(run.kind == kind for run, _view in jobs.views()), f"a job that is to {kind}")
    run = the_run(journey, kind)
    journey.wait(lambda: jobs.view(run.id) is not None and jobs.view(run.id).is_final, f"{kind} to end", JOB_SECONDS)
    view = jobs.view(run.id)
    assert view.state == "done", (view.state, view.error, run.log_file.read_text("utf-8")[-2000:])
    return run


def wait_for_answers(journey, chat, count):
    """Wait until both columns have answered `count` questions."""
    columns = (chat.base_column, chat.tuned_column)
    journey.wait(
        lambda: all(len(column.answers) == count and column.answers[-1].is_over for column in columns),
        f"answer {count}",
        JOB_SECONDS,
    )
    journey.wait(lambda: chat.session.state == "ready", "the chat to be ready again")


@pytest.mark.models
@pytest.mark.torch
def test_with_the_mouse_from_an_edited_leaf_to_a_tuned_answer(journey, starter, torch_installed):
    window = journey.window
    click(side_bar_button(window, "Taxonomy"))
    page = window.page("taxonomy")
    journey.wait(lambda: len(list(page.tree.model.leaf_names())) == 2, "the tree")
    click_row(page.tree.tree, "harrow_cove")
    open_editor(journey)
    for name in fields_with_the_keeper(page):
        retype(field(page, name), OLD_KEEPER, KEEPER)
    assert page.document.unsaved
    click(page.editor._save_button)
    journey.wait(lambda: not page.document.unsaved, "the leaf to be saved")
    saved = page.document.path.read_text(encoding="utf-8")
    assert KEEPER in saved
    assert OLD_KEEPER not in saved

    click(side_bar_button(window, "Data"))
    data = window.page("data")
    journey.wait(lambda: data.options.leaves.chosen() == [LEAF], "the leaf to be chosen")
    type_number(data.options.samples, SAMPLES)
    journey.wait(data.generate_button.isEnabled, "the button")
    assert data.generate_button.text() == f"Generate {SAMPLES} samples"
    click(data.generate_button)
    generated = wait_for_end(journey, "generate")
    document = page.document.path.with_name("harrow_cove.md").read_text(encoding="utf-8")
    assert_lineage(generated.path, LEAF, starter, {"harrow_cove.md": document})
    kept = [sample for sample in samples_of(generated.path) if sample.status == "kept"]
    assert len(kept) >= SAMPLES
    # What the person wrote in the leaf counts, and the document's own older word is left out
    assert not [sample for sample in kept if "Maren" in sample.answer]
    journey.wait(lambda: "says something else than the document" in data.panel.notice.text, "the notice")
    journey.wait(lambda: data.panel.samples.model.total() == len(samples_of(generated.path)), "the table")

    click(data.train_button)
    train = window.page("train")
    assert window.current == "train"
    click(train.setup.presets.cards["quick"])
    journey.wait(lambda: train.primary.isEnabled() and train.primary.text().startswith("Train on"), "the check")
    click(train.primary)
    trained = wait_for_end(journey, "train")
    card = json.loads((trained.path / "adapter" / "card.json").read_text(encoding="utf-8"))
    assert card["data"]["runs"] == [generated.id]
    assert_learned(card)
    journey.wait(lambda: train.primary.text() == "Chat with it", "the way to the chat")

    click(train.primary)
    chat = window.page("chat")
    assert window.current == "chat"
    journey.wait(lambda: chat.session.state == "ready" and chat._adapter() is not None, "the chat", JOB_SECONDS)
    questions = new_questions(FACTS, generated.path)
    for number, (question, _keyword) in enumerate(questions, 1):
        click(chat.box.edit.viewport())
        write(question)
        click(chat.box.send_button)
        wait_for_answers(journey, chat, number)

    def told(column):
        return [
            (asked, keyword, answer.text) for (asked, keyword), answer in zip(questions, column.answers, strict=True)
        ]

    assert_taught(told(chat.tuned_column), told(chat.base_column))
    assert says(chat.tuned_column.answers[0].text, KEEPER)


@pytest.mark.models
@pytest.mark.torch
def test_with_keys_alone_from_an_edited_leaf_to_a_tuned_answer(journey, starter, torch_installed):
    window = journey.window
    window.activateWindow()
    journey.wait(window.isActiveWindow, "the window to be active")
    press(Qt.Key.Key_2, CONTROL)
    page = open_editor(journey)
    tab_to(page.tree.tree)
    press(Qt.Key.Key_F, CONTROL)
    write("harrow")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F6)
    for name in fields_with_the_keeper(page):
        tab_to(field(page, name))
        rewrite(OLD_KEEPER, KEEPER)
    press(Qt.Key.Key_S, CONTROL)
    journey.wait(lambda: not page.document.unsaved, "the leaf to be saved")
    assert OLD_KEEPER not in page.document.path.read_text(encoding="utf-8")

    press(Qt.Key.Key_3, CONTROL)
    data = window.page("data")
    journey.wait(lambda: data.options.leaves.chosen() == [LEAF], "the leaf to be chosen")
    tab_to(data.options.samples)
    press(Qt.Key.Key_A, CONTROL)
    write(str(SAMPLES))
    journey.wait(data.generate_button.isEnabled, "the button")
    press(Qt.Key.Key_G, CONTROL)
    generated = wait_for_end(journey, "generate")
    assert len([sample for sample in samples_of(generated.path) if sample.status == "kept"]) >= SAMPLES
    journey.wait(lambda: data.train_button.isVisible() and data.train_button.isEnabled(), "the way on")

    press(Qt.Key.Key_T, CONTROL)
    assert window.current == "train"
    train = window.page("train")
    journey.wait(lambda: train.primary.text().startswith("Train on"), "the check")
    tab_to(train.primary)
    press(Qt.Key.Key_Space)
    wait_for_end(journey, "train")
    journey.wait(lambda: train.primary.text() == "Chat with it", "the way to the chat")

    tab_to(train.primary)
    press(Qt.Key.Key_Space)
    assert window.current == "chat"
    chat = window.page("chat")
    journey.wait(lambda: chat.session.state == "ready" and chat._adapter() is not None, "the chat", JOB_SECONDS)
    assert focused() is chat.box.edit
    write("Who looks after the light at Harrow Cove?")
    press(Qt.Key.Key_Return)
    wait_for_answers(journey, chat, 1)
    assert chat.base_column.answers[0].text
    assert not says(chat.base_column.answers[0].text, KEEPER)
    assert says(chat.tuned_column.answers[0].text, KEEPER)


class Screen:
    """An X server of its own, and a hand on its keyboard."""

    def __init__(self, number: int) -> None:
        self.environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        self.environment.pop("WAYLAND_DISPLAY", None)

    def tool(self, *words: object) -> str:
        """Run xdotool and return what it prints; "" where it found nothing."""
        ended = subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, capture_output=True, text=True, timeout=30, check=False
        )
        return ended.stdout.strip()

    def windows(self, title: str) -> list[str]:
        """Return the ids of the visible windows with a title."""
        return self.tool("search", "--onlyvisible", "--name", title).split()

    def picture(self, file) -> QImage:
        """Return what the screen shows."""
        subprocess.run(["import", "-window", "root", str(file)], env=self.environment, timeout=30, check=True)
        return QImage(str(file))


@pytest.fixture
def screen():
    """An X server that is gone after the test."""
    for name in ("Xvfb", "xdotool", "import"):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield Screen(int(number))
    finally:
        server.terminate()
        server.wait(30)


def colours_of(picture: QImage) -> set[int]:
    return {picture.pixel(x, y) for x in range(0, picture.width(), 8) for y in range(0, picture.height(), 8)}


@pytest.mark.xvfb
def test_on_a_real_screen_it_opens_turns_its_pages_refuses_a_second_and_quits(screen, tmp_path):
    workspace = tmp_path / "workspace"
    command = [*PROGRAM, "--workspace", str(workspace)]
    with (tmp_path / "log").open("wb") as log:
        window = subprocess.Popen(command, env=screen.environment, stderr=log)
        second = None
        try:
            wait_until(lambda: bool(screen.windows("InstructLab Desktop")), 60, "the window")
            wait_until((workspace / "taxonomy" / ".git").is_dir, 60, "the starter taxonomy")
            [own] = screen.windows("InstructLab Desktop")
            screen.tool("windowfocus", "--sync", own)
            blank = {len(colours_of(screen.picture(tmp_path / "first.png")))}
            wait_until(
                lambda: len(colours_of(screen.picture(tmp_path / "home.png"))) > 8, 30, f"a picture, not {blank}"
            )
            seen = {}
            for key in range(1, 7):
                screen.tool("key", "--clearmodifiers", f"ctrl+{key}")

                def is_new(key=key) -> bool:
                    picture = screen.picture(tmp_path / f"{key}.png")
                    seen[key] = picture
                    return all(picture != other for page, other in seen.items() if page != key)

                wait_until(is_new, 30, f"page {key}")
            second = subprocess.Popen(command, env=screen.environment, stderr=subprocess.PIPE)
            wait_until(lambda: len(screen.windows("InstructLab Desktop")) == 2, 60, "a word of the second window")
            [message] = [found for found in screen.windows("InstructLab Desktop") if found != own]
            screen.tool("windowfocus", "--sync", message)
            screen.tool("key", "Escape")
            _, told = second.communicate(timeout=30)
            assert second.returncode == 1
            assert b"Another window is already open" in told
            assert window.poll() is None
            screen.tool("windowfocus", "--sync", own)
            screen.tool("key", "--clearmodifiers", "ctrl+q")
            assert window.wait(30) == 0
        finally:
            for process in (window, second):
                if process is not None and process.poll() is None:
                    process.kill()
                    process.wait(30)
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The chat page over a worker that is played at the job manager's boundary, and conversations that come back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from accessibility import nameless_widgets
from ilab_core.chats import Answer, list_conversations, new_conversation, save_conversation
from ilab_core.jobs.view import JobView, apply
from ilab_core.models.library import LibraryEntry
from ilab_desktop.pages.chat import ChatPage
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

SHA = "ab" * 32


class PlayedWorker:
    """Stands where `JobManager` starts processes: takes what is sent, and sends what the test lets it say."""

    def __init__(self, jobs, monkeypatch):
        self.jobs = jobs
        self.run = None
        self.view = JobView()
        self.sent = []
        monkeypatch.setattr(jobs, "start", self.start)
        monkeypatch.setattr(jobs, "send", lambda job_id, command: self.sent.append(dict(command)))
        monkeypatch.setattr(jobs, "cancel", lambda job_id: self.sent.append({"command": "cancel"}))
        monkeypatch.setattr(jobs, "views", lambda: [(self.run, self.view)] if self.run else [])

    def start(self, run):
        self.run = run
        self.view = JobView()
        self.say("state", state="running")

    def say(self, event, **fields):
        document = {"event": event, "time": datetime.now(UTC).isoformat(), **fields}
        self.view = apply(self.view, document)
        self.jobs.job_event.emit(self.run.id, document)
        self.jobs.job_changed.emit(self.run.id)
        if self.view.is_final:
            self.jobs.job_finished.emit(self.run.id)

    @property
    def asked(self):
        return next(command for command in reversed(self.sent) if command["command"] == "ask")

    def answer(self, column, text, **more):
        fields = {"finish_reason": "stop", "tokens": 5, "tokens_per_second": 61.4, **more}
        self.say("answer", id=self.asked["id"], column=column, text=text, **fields)


def add_adapter(workspace, name, sha=SHA):
    folder = workspace.adapters / name
    folder.mkdir(parents=True)
    (folder / "adapter.gguf").write_bytes(b"GGUF")
    card = {"base": {"sha256": sha, "name": "Tiny Instruct"}, "created": "2026-11-22T20:00:00+00:00", "run": "r"}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return folder / "adapter.gguf"


@pytest.fixture
def base(tmp_path, services, monkeypatch):
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF")
    entry = LibraryEntry(
        "tiny", path, False, SimpleNamespace(name="Tiny Instruct", chattable=True, trainable=True, bytes=1000)
    )
    monkeypatch.setattr(services.library, "list", lambda: [entry])
    monkeypatch.setattr(services.library, "resolve", lambda _name: path)
    monkeypatch.setattr(services.library, "sha256", lambda _path: SHA)
    return path


@pytest.fixture
def worker(services, base, monkeypatch):
    return PlayedWorker(services.jobs, monkeypatch)


@pytest.fixture
def open_page(qtbot, services, worker):
    def make(navigate=lambda _target: None):
        page = ChatPage(services, navigate)
        qtbot.addWidget(page)
        page.resize(1000, 700)
        page.show()
        page.activate()
        qtbot.waitUntil(lambda: worker.run is not None and page._fitting is not None)
        return page

    return make


def send(qtbot, page, text):
    page.box.edit.setPlainText(text)
    qtbot.keyClick(page.box.edit, Qt.Key.Key_Return)


def test_both_columns_stream_and_the_conversation_is_saved(qtbot, services, worker, open_page):
    gguf = add_adapter(services.workspace, "harrow_cove")
    page = open_page()
    assert not page.box.send_button.isEnabled()
    worker.say("ready", model="m", context=4096)
    assert {"command": "adapter", "path": str(gguf), "scale": 1.0} in worker.sent
    send(qtbot, page, "Who keeps the light?")
    assert page.box.edit.toPlainText() == ""
    asked = worker.asked
    assert set(asked["columns"]) == {"base", "tuned"}
    assert (asked["seed"], asked["temperature"]) == (7, 0.0)
    worker.say("token", id=asked["id"], column="base", text="A light")
    worker.say("token", id=asked["id"], column="base", text="house")
    assert page.base_column.answers[-1].text == "A lighthouse"
    assert page.box.stop_button.isVisible()
    worker.answer("base", "A lighthouse.")
    assert page.session.state == "answering"
    worker.answer("tuned", "Ilse **Maren**.")
    assert page.session.state == "ready"
    assert page.tuned_column.answers[-1].words.toPlainText() == "Ilse Maren."
    assert "61 tokens/s" in page.tuned_column.answers[-1].words.toolTip()
    qtbot.waitUntil(lambda: bool(list_conversations(services.workspace.chats)))
    qtbot.waitUntil(lambda: list_conversations(services.workspace.chats)[0].turns[0].tuned is not None)
    send(qtbot, page, "And then?")
    assert [message["content"] for message in worker.asked["columns"]["tuned"]] == [
        "Who keeps the light?",
        "Ilse **Maren**.",
        "And then?",
    ]
    page.tuned_column.answers[0].copy.click()
    assert QGuiApplication.clipboard().text() == "Ilse **Maren**."


def test_conversation_comes_back_after_a_restart(qtbot, services, open_page):
    add_adapter(services.workspace, "harrow_cove")
    saved = new_conversation(adapter="harrow_cove", scale=0.5).asked("Who?")
    saved = saved.answered("base", Answer("Nobody.")).answered("tuned", Answer("Ilse."))
    saved = save_conversation(services.workspace.chats, saved)
    page = open_page()
    qtbot.waitUntil(lambda: bool(page.base_column.answers))
    assert page.conversation.id == saved.id
    assert [answer.text for answer in page.tuned_column.answers] == ["Ilse."]
    assert page.strength.scale == 0.5
    qtbot.waitUntil(lambda: page.history_button.isEnabled())
    menu = page.history_button.menu()
    menu.aboutToShow.emit()
    assert menu.actions()[0].text().startswith("Who?")
    assert menu.actions()[0].isChecked()
    page.new_button.click()
    assert page.conversation.turns == ()
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert page.conversation.id == saved.id
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: not list_conversations(services.workspace.chats))


def test_without_an_adapter_only_the_base_is_asked_and_the_way_to_one_is_shown(qtbot, services, worker, open_page):
    add_adapter(services.workspace, "of_another_base", sha="cd" * 32)
    went = []
    page = open_page(went.append)
    worker.say("ready", model="m", context=4096)
    page._tuned_empty.button.click()
    assert went == ["train"]
    send(qtbot, page, "Hello")
    assert set(worker.asked["columns"]) == {"base"}
    page.mode_buttons.button(2).click()
    assert not page.base_column.isVisible()
    assert not page.box.send_button.isEnabled()


def test_stopping_keeps_what_was_written_and_asks_nothing_more(qtbot, services, worker, open_page):
    add_adapter(services.workspace, "harrow_cove")
    page = open_page()
    worker.say("ready", model="m", context=4096)
    send(qtbot, page, "Tell me all")
    worker.say("token", id=worker.asked["id"], column="base", text="Once")
    qtbot.keyClick(page.box.edit, Qt.Key.Key_Escape)
    assert worker.sent[-1] == {"command": "stop"}
    worker.answer("base", "Once", finish_reason="cancelled")
    assert page.session.state == "ready"
    assert page.base_column.answers[-1].text == "Once"
    assert page.tuned_column.answers[-1].is_over


def test_enter_sends_and_shift_enter_breaks_the_line(qtbot, worker, open_page):
    page = open_page()
    worker.say("ready", model="m", context=4096)
    page.box.edit.setPlainText("One")
    page.box.edit.moveCursor(page.box.edit.textCursor().MoveOperation.End)
    qtbot.keyClick(page.box.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.box.edit.toPlainText() == "One\n"
    assert not any(command["command"] == "ask" for command in worker.sent)


def test_failed_and_crashed_workers_are_told_and_started_again(qtbot, worker, open_page):
    page = open_page()
    worker.say("error", code="model", summary="The model is cut short.", hint="Get it again.", detail="")
    worker.say("state", state="failed")
    assert page.notice.text == "The model is cut short. Get it again."
    assert page.notice.button.text() == "Try again"
    first = worker.run.id
    page.notice.button.click()
    qtbot.waitUntil(lambda: worker.run.id != first)
    worker.say("ready", model="m", context=4096)
    send(qtbot, page, "Hello")
    worker.say("state", state="crashed")
    assert page.session.state == "crashed"
    assert page.notice.button.text() == "Start again"
    assert page.base_column.answers[-1].is_over
    assert not page.box.send_button.isEnabled()


def test_an_error_about_one_question_leaves_the_chat_ready(qtbot, worker, open_page):
    page = open_page()
    worker.say("ready", model="m", context=4096)
    send(qtbot, page, "A very long question")
    worker.say("error", id=worker.asked["id"], code="inference", summary="The prompt is too long.", hint="Shorten it.")
    assert page.session.state == "ready"
    assert "too long" in page.notice.text
    send(qtbot, page, "Short")
    assert page.session.state == "answering"


def test_what_an_old_question_still_says_is_passed_over(qtbot, worker, open_page):
    page = open_page()
    worker.say("ready", model="m", context=4096)
    send(qtbot, page, "First")
    page.new_button.click()
    worker.say("token", id=worker.asked["id"], column="base", text="late")
    worker.answer("base", "late", finish_reason="cancelled")
    assert page.base_column.answers == []
    assert page.conversation.turns == ()
    assert page.session.state == "ready"


def test_answers_load_nothing_and_keep_html_as_text(qtbot, tmp_path, open_page, worker):
    page = open_page()
    picture = tmp_path / "secret.png"
    picture.write_bytes(b"x")
    view = page.base_column.ask("?").words
    view.show_markdown(f"<b>bold?</b>\n\n![x](file://{picture}) ![y](http://example.org/y.png)")
    assert "<b>bold?</b>" in view.toPlainText()
    assert view.loadResource(2, picture.as_uri()) is None
    assert not view.openLinks()


def test_strength_and_settings_reach_the_worker(qtbot, services, worker, open_page):
    add_adapter(services.workspace, "harrow_cove")
    page = open_page()
    worker.say("ready", model="m", context=4096)
    page.strength.slider.setValue(5)
    qtbot.waitUntil(lambda: worker.sent[-1].get("scale") == 0.5)
    page.box._seed.setValue(42)
    page.box._temperature.setValue(0.7)
    assert page.box.settings_button.text() == "temperature 0.7 · seed 42"
    send(qtbot, page, "Hello")
    assert (worker.asked["seed"], worker.asked["temperature"]) == (42, 0.7)


def test_a_wanted_adapter_is_chosen_in_a_new_chat(qtbot, services, open_page):
    add_adapter(services.workspace, "first")
    add_adapter(services.workspace, "second")
    save_conversation(services.workspace.chats, new_conversation().asked("Old").answered("base", Answer("old")))
    page = open_page()
    page.open_adapter("first")
    qtbot.waitUntil(lambda: page.tuned_column.chooser.currentData() == "first")
    assert page.conversation.turns == ()


def test_every_control_has_a_name(qtbot, services, worker, open_page):
    add_adapter(services.workspace, "harrow_cove")
    page = open_page()
    worker.say("ready", model="m", context=4096)
    send(qtbot, page, "Hello")
    worker.answer("base", "Hi")
    assert nameless_widgets(page) == []

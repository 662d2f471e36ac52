# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The window: pages, keys, menus, activity, messages, and how it closes and comes back."""

from __future__ import annotations

import sys

import ilab_desktop.main_window
import pytest
from accessibility import nameless_widgets
from ilab_core.jobs.runs import create_run, record
from ilab_core.jobs.view import JobView
from ilab_desktop import diagnostics
from ilab_desktop.main_window import MainWindow
from ilab_desktop.widgets.focus import KeyboardFocus
from ilab_desktop.widgets.log_viewer import LogViewer
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication


def test_pages_are_made_when_they_are_first_shown(window):
    assert set(window._pages) == {"home"}
    window.navigate("settings")
    assert window.current == "settings"
    assert set(window._pages) == {"home", "settings"}


def test_every_page_has_its_key(window, qtbot):
    for entry in window.entries():
        assert window.action(entry.key).shortcut() == QKeySequence(entry.shortcut)
    qtbot.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    assert window.current == "models"
    assert window.action("models").isChecked()
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.current == "settings"
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.current == "home"


def test_side_bar_shows_the_page_by_mouse(window, qtbot):
    button = next(button for button in window.side_bar.buttons if button.text() == "Models")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.current == "models"
    assert button.isChecked()


def test_unknown_page_changes_nothing(window):
    window.navigate("nowhere:at/all")
    assert window.current == "home"


def test_every_action_is_in_the_menus(window):
    shown = {action for menu in window.menuBar().actions() for action in menu.menu().actions()}
    keys = [entry.key for entry in window.entries()]
    for key in [*keys, "import", "folder", "quit", "activity", "next_pane", "previous_pane", "about"]:
        assert window.action(key) in shown, key


def test_f6_goes_round_the_panes(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(lambda: any(card.button.isVisible() for card in window.page("home").cards))
    panes = (window.side_bar, window.stack, window.strip)
    seen = []
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        seen.append(next(pane for pane in panes if pane.isAncestorOf(window.focusWidget())))
    assert sorted(map(id, seen)) == sorted(map(id, panes))


def test_focus_ring_follows_the_keyboard_and_not_the_mouse(qapp, window, qtbot):
    marker = KeyboardFocus(qapp)
    first, second = window.side_bar.buttons[:2]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    second.setFocus(Qt.FocusReason.TabFocusReason)
    assert second.property("keyboardFocus") is True
    assert not first.property("keyboardFocus")
    qapp.focusChanged.disconnect(marker._move)
    marker.deleteLater()


def test_activity_opens_and_lists_jobs_with_what_can_be_done(window, services, workspace, qtbot):
    run = create_run(workspace.runs, "generate", "places/harrow_cove", {})
    record(run, "state", state="running")
    services.jobs.load()
    window.action("activity").trigger()
    assert window.drawer.isVisible()
    row = window.drawer.rows()[0]
    assert row.resume_button.isVisible()
    assert not row.cancel_button.isVisible()
    assert "places/harrow_cove" in row.resume_button.accessibleName()
    assert nameless_widgets(window.drawer) == []
    window.action("activity").trigger()
    assert not window.drawer.isVisible()


def test_end_of_a_job_is_said_to_a_screen_reader(window, services, workspace, monkeypatch):
    said = []
    monkeypatch.setattr(ilab_desktop.main_window, "announce", lambda widget, text, urgent: said.append((text, urgent)))
    run = create_run(workspace.runs, "generate", "places/harrow_cove", {})
    for state in ("running", "done"):
        record(run, "state", state=state)
    record(run, "result", summary="41 kept of 64.")
    services.jobs.load()
    services.jobs.job_finished.emit(run.id)
    assert said == [("Data, places/harrow_cove: 41 kept of 64.", False)]


def test_log_of_a_job_is_shown_to_read(window, services, workspace, qtbot):
    run = create_run(workspace.runs, "generate", "places/harrow_cove", {})
    record(run, "state", state="running")
    run.log_file.write_text("reading the model\n", encoding="utf-8")
    services.jobs.load()
    window.show_activity(True)
    window.drawer.rows()[0].log_button.click()
    viewer = window.findChild(LogViewer)
    qtbot.waitUntil(lambda: viewer.text.toPlainText() == "reading the model\n")
    assert viewer.text.isReadOnly()
    assert nameless_widgets(viewer) == []
    viewer.close()


def test_running_job_is_in_sight_and_can_be_cancelled_there(window, services, workspace, monkeypatch):
    run = create_run(workspace.runs, "generate", "places/harrow_cove", {})
    monkeypatch.setattr(services.jobs, "live", lambda *_: [run.id])
    view = JobView(state="running", done=30, total=60, unit="samples", rate=52.4, seconds_left=22, counts={"kept": 41})
    monkeypatch.setattr(services.jobs, "view", lambda _: view)
    monkeypatch.setattr(services.jobs, "run", lambda _: run)
    cancelled = []
    monkeypatch.setattr(services.jobs, "cancel", cancelled.append)
    window.strip.refresh()
    assert window.strip._title.text() == "places/harrow_cove"
    assert window.strip._line.text() == "41 of 60 kept · 52 a minute · 22 s left"
    assert window.strip._bar.value() == 50
    window.strip.cancel_button.click()
    assert cancelled == [run.id]


def test_menu_bar_comes_with_its_key(window, qtbot):
    if window.menuBar().isNativeMenuBar():
        pytest.skip("the system shows the menu bar")
    assert not window.menuBar().isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert window.menuBar().isVisible()


def test_nothing_in_the_frame_is_nameless(window):
    assert nameless_widgets(window) == []


def test_error_that_nobody_caught_is_told_and_the_window_goes_on(window, qtbot, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", lambda args: None)
    diagnostics.tell_errors(window, lambda text, detail: window.show_message(text, "danger", detail))
    try:
        raise ZeroDivisionError("an odd thing")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(window.banner.isVisible)
    assert "you can go on" in window.banner.text
    assert "an odd thing" in window.banner.detail
    window.banner._copy.click()
    assert "an odd thing" in QApplication.clipboard().text()
    window.navigate("settings")
    assert window.current == "settings"


def test_closing_with_a_running_job_asks_first(window, services, workspace, monkeypatch):
    run = create_run(workspace.runs, "generate", "places/harrow_cove", {})
    monkeypatch.setattr(services.jobs, "live", lambda *_: [run.id])
    asked = []
    monkeypatch.setattr(ilab_desktop.main_window, "ask", lambda *words: asked.append(words[1:3]) or False)
    assert not window.close()
    assert window.isVisible()
    assert asked == [("A job is running. Close anyway?", "What is done so far is kept. It can be resumed later.")]
    monkeypatch.setattr(ilab_desktop.main_window, "ask", lambda *words: True)
    assert window.close()


def test_place_of_the_window_is_kept_in_the_workspace(window, services, qtbot):
    window.resize(960, 650)
    window.close()
    assert (services.workspace.root / "window.ini").is_file()
    again = MainWindow(services)
    qtbot.addWidget(again)
    assert again.height() == 650


@pytest.mark.parametrize(("name", "taken"), [("model.gguf", True), ("picture.png", False)])
def test_model_file_can_be_dropped_on_any_page(window, tmp_path, name, taken, monkeypatch):
    file = tmp_path / name
    file.write_bytes(b"")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left, no_key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(300, 300), copy, data, left, no_key)
    entering.ignore()
    window.dragEnterEvent(entering)
    assert entering.isAccepted() is taken
    imported = []
    monkeypatch.setattr(window.page("models"), "import_files", imported.extend)
    window.dropEvent(QDropEvent(QPointF(300, 300), copy, data, left, no_key))
    assert imported == ([file] if taken else [])
    assert window.current == ("models" if taken else "home")


def test_requests_are_counted_in_the_side_bar(window, services):
    assert window.side_bar._requests.text() == "Offline · 0 requests"
    services.network.count_request()
    assert window.side_bar._requests.text() == "Online · 1 request"

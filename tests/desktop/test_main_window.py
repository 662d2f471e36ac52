# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The window: pages, keys, menus, activity, messages, and how it closes and comes back."""

from __future__ import annotations

import sys

import ilab_desktop.main_window
import pytest
from accessibility import nameless_widgets
from ilab_core.jobs.runs import create_run, record
from ilab_desktop import diagnostics
from ilab_desktop.main_window import MainWindow
from ilab_desktop.widgets.focus import KeyboardFocus
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

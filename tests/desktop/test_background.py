# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Work in the background: delivered in the GUI thread, dropped when nobody wants it any more."""

from __future__ import annotations

import threading

from ilab_desktop import background
from ilab_desktop.background import closing_check, run_in_background, wait_for_background
from PySide6.QtCore import QObject, QThread


def test_result_comes_back_in_the_gui_thread(qtbot, qapp):
    parent, found = QObject(), []

    def work() -> bool:
        return QThread.currentThread() is not qapp.thread()

    run_in_background(parent, work, lambda elsewhere: found.append((elsewhere, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(found))
    assert found == [(True, threading.main_thread())]


def test_error_comes_to_its_handler(qtbot):
    parent, found = QObject(), []

    def fail() -> None:
        raise ValueError("no")

    run_in_background(parent, fail, lambda _: found.append("done"), lambda error: found.append(str(error)))
    qtbot.waitUntil(lambda: bool(found))
    assert found == ["no"]


def test_nothing_is_delivered_to_a_parent_that_is_gone(qtbot):
    parent, release, found = QObject(), threading.Event(), []
    run_in_background(parent, lambda: release.wait(5), found.append)
    parent.deleteLater()
    qtbot.wait(20)
    release.set()
    assert wait_for_background(5000)
    qtbot.wait(50)
    assert found == []


def test_nothing_is_delivered_after_cancel(qtbot):
    parent, release, found = QObject(), threading.Event(), []
    task = run_in_background(parent, lambda: release.wait(5), found.append)
    task.cancel()
    release.set()
    assert wait_for_background(5000)
    qtbot.wait(50)
    assert found == []


def test_long_work_is_told_that_the_program_is_closing(qtbot, qapp):
    is_closing = closing_check()
    assert not is_closing()
    hub = qapp.findChild(background._Hub)
    hub._close()
    assert is_closing()
    hub.closing = False

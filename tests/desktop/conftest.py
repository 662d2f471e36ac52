# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the window's tests, and the guards that fail a test which leaves something alive."""

from __future__ import annotations

import gc
import os
import sys
import threading
from pathlib import Path

if "ILAB_TESTS_ON_SCREEN" not in os.environ:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).parent))

import ilab_desktop.main_window
import psutil
import pytest
import shiboken6
from ilab_core.paths import open_workspace
from ilab_core.taxonomy.starter import install_starter
from ilab_desktop.background import wait_for_background
from ilab_desktop.icons import application_icon
from ilab_desktop.main_window import MainWindow
from ilab_desktop.services import open_services
from ilab_desktop.theme import LIGHT, apply_theme
from PySide6.QtCore import QCoreApplication, QEvent, QProcess, QThread
from PySide6.QtWidgets import QApplication

# The offscreen platform says this of windows that have a smallest size, and of menus that grab the keyboard
OFFSCREEN_NOISE = r"This plugin does not support (propagateSizeHints|raise|grabbing)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_NOISE, extend=True))


@pytest.fixture(scope="session")
def qapp_args():
    return ["ilab-desktop-tests"]


@pytest.fixture(autouse=True)
def _nothing_left_alive(request):
    """Fail a test after which a thread, a process or a window it made is still there."""
    if "qapp" not in request.fixturenames:
        yield
        return
    threads = set(threading.enumerate())
    children = {child.pid for child in psutil.Process().children(recursive=True)}
    yield
    background_ended = wait_for_background(10_000)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    running = [
        found
        for found in gc.get_objects()
        if isinstance(found, QThread | QProcess) and shiboken6.isValid(found) and _runs(found)
    ]
    left = {child.pid for child in psutil.Process().children(recursive=True)} - children
    fresh = [thread.name for thread in set(threading.enumerate()) - threads if not _is_qt_pool_thread(thread)]
    assert background_ended, "work in the background did not end"
    assert not running, f"still running: {running}"
    assert not left, f"child processes left: {left}"
    assert not fresh, f"threads left: {fresh}"


@pytest.fixture
def workspace(tmp_path):
    """An empty workspace with the starter taxonomy."""
    made = open_workspace(tmp_path / "workspace")
    install_starter(made.taxonomy)
    return made


@pytest.fixture
def services(qapp, workspace):
    """What every page is given; all that it started has ended when the test is over."""
    apply_theme(qapp, LIGHT)
    qapp.setWindowIcon(application_icon())
    made = open_services(workspace)
    yield made
    made.jobs.shut_down()
    wait_for_background(10_000)


@pytest.fixture
def window(qtbot, services, monkeypatch):
    """The real window on its first page, shown; asked whether to close while a job runs, the person says yes."""
    monkeypatch.setattr(ilab_desktop.main_window, "ask", lambda *_: True)
    made = MainWindow(services)
    qtbot.addWidget(made)
    made.navigate("home")
    made.show()
    qtbot.waitExposed(made)
    return made


def _runs(found: QThread | QProcess) -> bool:
    if isinstance(found, QProcess):
        return found.state() != QProcess.ProcessState.NotRunning
    app = QApplication.instance()
    return found.isRunning() and app is not None and found is not app.thread()


def _is_qt_pool_thread(thread: threading.Thread) -> bool:
    """Return whether Python merely saw a pool's thread pass by; the pool itself was waited for."""
    return thread.name.startswith("Dummy-")


@pytest.fixture
def open_page(qtbot, services):
    """Return a function that makes a shown Taxonomy page with a leaf of the starter taxonomy open and checked."""
    from ilab_desktop.pages.taxonomy import TaxonomyPage

    def make(name="knowledge/places/harrow_cove"):
        made = TaxonomyPage(services, lambda _target: None)
        qtbot.addWidget(made, before_close_func=lambda page: page.keep_drafts())
        made.resize(1084, 740)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        made.activate()
        made.open_leaf(name)
        qtbot.waitUntil(lambda: made.document is not None and made.document.name == name, timeout=10_000)
        qtbot.waitUntil(lambda: made.document.is_checked, timeout=20_000)
        return made

    return make

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Starts the window: arguments, workspace, theme, and what happens when something goes wrong."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ilab_core.errors import WorkspaceError
from ilab_core.paths import lock_workspace, open_workspace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ilab_desktop import diagnostics
from ilab_desktop.dialogs import tell
from ilab_desktop.first_start import prepare_taxonomy
from ilab_desktop.icons import application_icon
from ilab_desktop.main_window import MainWindow
from ilab_desktop.services import Services, open_services
from ilab_desktop.theme import ThemeFollower
from ilab_desktop.widgets.focus import KeyboardFocus

APPLICATION_NAME = "InstructLab Desktop"


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and return the exit code: 0 after it was closed, 1 where it could not be opened."""
    started = time.perf_counter()
    options = _options(argv)
    app = application()
    try:
        workspace = open_workspace(options.workspace)
        lock = lock_workspace(workspace)
    except WorkspaceError as error:
        sys.stderr.write(f"{error.summary} {error.hint}\n")
        if not options.smoke_test:
            ThemeFollower(app, "system")
            tell(None, error.summary, error.hint, error.detail)
        return 1
    try:
        diagnostics.start(workspace)
        window = open_window(app, open_services(workspace))
        if options.smoke_test:
            _measure_first_paint(app, window, started)
        return app.exec()
    finally:
        lock.release()


def open_window(app: QApplication, services: Services) -> MainWindow:
    """Return the window on `services`, shown, with the theme of the settings and every error told in it."""
    theme = ThemeFollower(app, services.settings.theme)
    services.events.settings_changed.connect(lambda: theme.set_mode(services.settings.theme))
    KeyboardFocus(app)
    window = MainWindow(services)
    diagnostics.tell_errors(window, lambda text, detail: window.show_message(text, "danger", detail))
    window.navigate("home")
    window.show()
    if services.settings.notice:
        window.show_message(services.settings.notice, "warning")
    prepare_taxonomy(window, services)
    return window


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ilab-desktop", description="Open the window of InstructLab Desktop.")
    parser.add_argument("--workspace", type=Path, metavar="FOLDER", help="the folder that holds everything you make")
    parser.add_argument("--smoke-test", action="store_true", help="open, paint, say how long it took, and close")
    return parser.parse_args(None if argv is None else list(argv))


def application() -> QApplication:
    """Return the application with its name and its icon."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0]])
    app.setApplicationName("instructlab-desktop")
    app.setApplicationDisplayName(APPLICATION_NAME)
    app.setDesktopFileName("instructlab-desktop")
    app.setWindowIcon(application_icon())
    return app


def _measure_first_paint(app: QApplication, window: MainWindow, started: float) -> None:
    """Say on stdout how many seconds went by until the window was painted, then close it."""

    def painted() -> None:
        window.repaint()
        sys.stdout.write(f"{time.perf_counter() - started:.3f}\n")
        sys.stdout.flush()
        window.close()
        app.quit()

    QTimer.singleShot(0, painted)

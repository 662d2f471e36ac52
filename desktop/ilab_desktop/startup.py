# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Opens the window on a workspace, with its theme and with every error told in it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil
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


def run(folder: Path | None, smoke_test: bool) -> int:
    """Open the window on the workspace `folder`; return 0 after it was closed, 1 where it could not be opened.

    A smoke test closes it as soon as it is painted, and says on stdout after how many seconds that was.
    """
    app = application()
    try:
        workspace = open_workspace(folder)
        lock = lock_workspace(workspace)
    except WorkspaceError as error:
        sys.stderr.write(f"{error.summary} {error.hint}\n")
        if not smoke_test:
            ThemeFollower(app, "system")
            tell(None, error.summary, error.hint, error.detail)
        return 1
    with lock, diagnostics.logged(workspace):
        window = open_window(app, open_services(workspace))
        if smoke_test:
            QTimer.singleShot(0, lambda: _measure_first_paint(window))
        return app.exec()


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


def application() -> QApplication:
    """Return the application with its name and its icon."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0]])
    app.setApplicationName("instructlab-desktop")
    app.setApplicationDisplayName(APPLICATION_NAME)
    app.setDesktopFileName("instructlab-desktop")
    app.setWindowIcon(application_icon())
    return app


def _measure_first_paint(window: MainWindow) -> None:
    """Say how many seconds went by from the start of the process until the window was painted, then close it."""
    window.repaint()
    sys.stdout.write(f"{time.time() - psutil.Process().create_time():.3f}\n")
    sys.stdout.flush()
    window.close()

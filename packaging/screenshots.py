# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Opens the real window on a workspace and saves a picture of each page, light and dark.

    python packaging/screenshots.py FOLDER [--workspace FOLDER] [--size 1280x800] [--pages home models] [--activity]

Without a screen it draws offscreen; QT_SCALE_FACTOR=1.5 gives the pictures of a denser screen.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SETTLE_MILLISECONDS = 1200


def main(argv: Sequence[str] | None = None) -> int:
    """Save the pictures and return 0."""
    options = _options(argv)
    if sys.platform == "linux" and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ilab-screenshots-") as temporary:
        _save_all(options, options.workspace or Path(temporary) / "workspace")
    return 0


def _save_all(options: argparse.Namespace, root: Path) -> None:
    from ilab_core.paths import open_workspace
    from ilab_desktop.background import wait_for_background
    from ilab_desktop.services import open_services
    from ilab_desktop.startup import application, open_window
    from ilab_desktop.theme import ThemeFollower

    app = application()
    services = open_services(open_workspace(root))
    window = open_window(app, services)
    theme = app.findChild(ThemeFollower)
    assert theme is not None
    width, height = (int(part) for part in options.size.split("x"))
    window.resize(width, height)
    # The first page once more when the starter taxonomy is in place
    _settle()
    for scheme in options.schemes:
        theme.set_mode(scheme)
        for key in options.pages or [entry.key for entry in window.entries()]:
            window.navigate(key)
            _settle()
            _save(window, options.folder / f"{key.partition(':')[0]}-{scheme}.png")
        if options.activity:
            window.navigate("home")
            window.show_activity(True)
            _settle()
            _save(window, options.folder / f"activity-{scheme}.png")
            window.show_activity(False)
    wait_for_background()
    services.jobs.shut_down()
    window.close()


def _settle() -> None:
    """Let background work come in and everything be painted."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MILLISECONDS, loop.quit)
    loop.exec()


def _save(window: object, file: Path) -> None:
    window.grab().save(str(file))  # type: ignore[attr-defined]
    print(file)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Save a picture of each page of the window, light and dark.")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--workspace", type=Path, help="the workspace to show; without it a new one")
    parser.add_argument("--size", default="1280x800", help="the window's size in pixels")
    parser.add_argument("--pages", nargs="*", help="keys of the pages, or KEY:ITEM; without it all of them")
    parser.add_argument("--schemes", nargs="*", default=["light", "dark"], help="light, dark, or both")
    parser.add_argument("--activity", action="store_true", help="a picture of the open activity drawer too")
    return parser.parse_args(None if argv is None else list(argv))


if __name__ == "__main__":
    sys.exit(main())

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Starts the window, or says in a sentence why it cannot be opened on this computer."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

NO_DISPLAY = (
    "There is no display to open a window on. Start it in a desktop session, or use a command: "
    "ilab-desktop --help lists them."
)
MISSING_LIBRARY = (
    "The window needs a library that is missing on this computer: {}. On Debian and Ubuntu: "
    "sudo apt-get install libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libxcb-cursor0"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and return the exit code: 0 after it was closed, 1 where it could not be opened."""
    options = _options(argv)
    if not has_display(sys.platform, os.environ):
        sys.stderr.write(f"{NO_DISPLAY}\n")
        return 1
    try:
        from ilab_desktop import startup
    except ImportError as error:
        # A module of ours that is missing is a broken installation, which the command line tells
        if isinstance(error, ModuleNotFoundError) or ".so" not in str(error):
            raise
        sys.stderr.write(f"{MISSING_LIBRARY.format(str(error).partition(':')[0])}\n")
        return 1
    return startup.run(options.workspace, options.smoke_test)


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Return whether Qt has something to draw on; elsewhere than on Linux it always has."""
    if platform != "linux":
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ilab-desktop", description="Open the window of InstructLab Desktop.")
    parser.add_argument("--workspace", type=Path, metavar="FOLDER", help="the folder that holds everything you make")
    parser.add_argument("--smoke-test", action="store_true", help="open, paint, say how long it took, and close")
    parser.add_argument("-v", "--verbose", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(None if argv is None else list(argv))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How long the window takes: seconds from the start of the process until it is painted.

Beside it, in the same run and in turn with it, the least that any program of this kind must do: start Python and load
Qt's widgets. Without a display, Qt draws offscreen.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WINDOW = [sys.executable, "-c", "from ilab_core.cli.main import console; console()"]
PEER = [sys.executable, "-c", "import PySide6.QtWidgets; print(0.0)"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is started (default 5)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ilab-startup-") as folder:
        command = [*WINDOW, "--workspace", str(Path(folder) / "workspace"), "--smoke-test"]
        # The very first start makes the workspace and its taxonomy; it is not one of the rounds.
        first = seconds_until_it_speaks(command)
        pairs = [(seconds_until_it_speaks(command), seconds_until_it_speaks(PEER)) for _ in range(options.rounds)]
    window, peer = (sorted(times) for times in zip(*pairs, strict=True))
    result = {
        "benchmark": "startup",
        "rounds": options.rounds,
        "platform": environment().get("QT_QPA_PLATFORM", "the system's"),
        "first_start_seconds": round(first, 3),
        "window": {"median_seconds": round(statistics.median(window), 3), "best_seconds": round(window[0], 3)},
        "import_of_qt_widgets": {
            "median_seconds": round(statistics.median(peer), 3),
            "best_seconds": round(peer[0], 3),
        },
        "ratio_of_medians": round(statistics.median(window) / statistics.median(peer), 2),
    }
    if options.json:
        print(json.dumps(result))
    else:
        print(f"window painted after      {statistics.median(window):.2f} s (best {window[0]:.2f} s)")
        print(f"on a new workspace        {first:.2f} s")
        print(f"Qt's widgets alone after  {statistics.median(peer):.2f} s (best {peer[0]:.2f} s)")
    return 0


def seconds_until_it_speaks(command: list[str]) -> float:
    """Start a program and return the seconds until its first line on stdout; SystemExit where it fails."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        line = process.stdout.readline() if process.stdout else b""
        seconds = time.perf_counter() - started
    if process.returncode != 0 or not line.strip():
        raise SystemExit(f"this failed, with exit code {process.returncode}: {' '.join(command)}")
    return seconds


def environment() -> dict[str, str]:
    """Return the environment for a program with a window, also where there is no display."""
    shown = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return dict(os.environ) if shown else {"QT_QPA_PLATFORM": "offscreen", **os.environ}


if __name__ == "__main__":
    sys.exit(main())

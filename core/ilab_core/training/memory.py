# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""How much memory this process has used at most."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import psutil


def peak_memory() -> int:
    """Return the most bytes of memory this process has held at once, or what it holds now where that is not known."""
    information = psutil.Process().memory_info()
    if sys.platform == "win32":
        return int(information.peak_wset)
    if sys.platform == "darwin":
        import resource

        return max(int(information.rss), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    # ru_maxrss would count the parent's memory too, from before the program was started in its place
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return int(information.rss)

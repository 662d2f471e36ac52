# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The engine opens without any heavy library: nothing of it imports one before a job needs it."""

from __future__ import annotations

import subprocess
import sys

BLOCKED = (
    *("torch", "transformers", "peft", "accelerate", "mlx", "llama_cpp"),
    *("PySide6", "shiboken6", "pyqtgraph"),
)
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None
import ilab_core
names = [module.name for module in pkgutil.walk_packages(ilab_core.__path__, "ilab_core.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""
LOADED_BY_A_WORKER = """
import sys
from ilab_core.jobs import worker
print("\\n".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_every_module_is_imported_without_a_heavy_library():
    command = [sys.executable, "-W", "error", "-c", IMPORT_ALL, ",".join(BLOCKED)]
    child = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert child.returncode == 0, child.stderr
    assert int(child.stdout) > 30, "the walk found the modules"


def test_a_worker_starts_with_small_libraries_only():
    child = subprocess.run([sys.executable, "-c", LOADED_BY_A_WORKER], capture_output=True, text=True, timeout=60)
    assert child.returncode == 0, child.stderr
    loaded = set(child.stdout.split())
    assert "ilab_core" in loaded
    assert not loaded & {*BLOCKED, "numpy", "yaml", "jinja2", "jsonschema", "pygit2", "gguf", "argparse", "asyncio"}

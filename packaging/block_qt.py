# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A pytest plugin: Qt cannot be imported, neither by the tests nor by any process that they start.

`pytest -p no:pytest-qt -p block_qt tests/core`, with this folder on PYTHONPATH, proves that the engine needs no window.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

BLOCKED = ("PySide6", "shiboken6", "pyqtgraph")
INSTEAD = 'raise ModuleNotFoundError("{name} is blocked: the engine must not need it", name="{name}")\n'
FOLDER = pytest.StashKey[tempfile.TemporaryDirectory[str]]()

for _name in BLOCKED:
    if _name in sys.modules:
        raise RuntimeError(f"{_name} was imported before it could be blocked")
    sys.modules[_name] = None  # type: ignore[assignment]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare pytest-qt's settings, which pyproject.toml has and which are unknown while that plugin is off."""
    for setting in ("qt_api", "qt_log_level_fail"):
        parser.addini(setting, "Read by pytest-qt; of no effect here.")


def pytest_configure(config: pytest.Config) -> None:
    """Put modules that refuse to load first on the path of every child process."""
    folder = tempfile.TemporaryDirectory(prefix="without-qt-")
    for name in BLOCKED:
        (Path(folder.name) / f"{name}.py").write_text(INSTEAD.format(name=name), encoding="utf-8")
    config.stash[FOLDER] = folder
    earlier = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = folder.name if not earlier else folder.name + os.pathsep + earlier


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove those modules again."""
    config.stash[FOLDER].cleanup()

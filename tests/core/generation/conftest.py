# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What all tests of generation share: helpers beside this file, a tiny teacher, a taxonomy of two leaves."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep copies of models and everything else that a run may cache out of the person's own folders."""
    monkeypatch.setenv("ILAB_DESKTOP_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def tiny_teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tiny_gguf import write_tiny_gguf

    return write_tiny_gguf(tmp_path_factory.mktemp("teacher") / "teacher.gguf", context=4096)


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    from generation_helpers import write_taxonomy

    return write_taxonomy(tmp_path / "taxonomy")

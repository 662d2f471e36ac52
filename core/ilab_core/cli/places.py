# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where a command looks for things."""

from __future__ import annotations

import argparse

from ilab_core.paths import Workspace, default_workspace_root


def workspace_of(arguments: argparse.Namespace) -> Workspace:
    """Return the workspace that the arguments name, as it is: a command that only reads makes no folders."""
    return Workspace((arguments.workspace or default_workspace_root()).expanduser().resolve())

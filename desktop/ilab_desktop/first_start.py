# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What is put in place when the window is opened for the first time."""

from __future__ import annotations

from ilab_desktop.background import run_in_background
from ilab_desktop.main_window import MainWindow
from ilab_desktop.services import Services


def prepare_taxonomy(window: MainWindow, services: Services) -> None:
    """Bring the starter taxonomy into a workspace that has none, without keeping the window from opening."""
    folder = services.taxonomy_root
    if services.settings.taxonomy_folder is not None or (folder.is_dir() and any(folder.iterdir())):
        return

    def install() -> None:
        from ilab_core.taxonomy.starter import install_starter

        install_starter(folder)

    run_in_background(window, install, lambda _: services.events.taxonomy_changed.emit())

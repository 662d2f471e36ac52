# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What every page is given: the workspace, the settings, the library, the jobs, and news of changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ilab_core.models.library import ModelLibrary
from ilab_core.paths import Workspace
from ilab_core.settings import Settings, load_settings, save_settings
from PySide6.QtCore import QObject, Signal

from ilab_desktop.jobs import JobManager


class Events(QObject):
    """Says what changed, so that a page reads again what it shows."""

    taxonomy_changed = Signal()
    models_changed = Signal()
    adapters_changed = Signal()
    runs_changed = Signal()
    settings_changed = Signal()


class Network(QObject):
    """Counts the requests that leave this computer. Whatever makes one calls `count_request` first."""

    changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0

    def count_request(self) -> None:
        """Count one request."""
        self.requests += 1
        self.changed.emit(self.requests)


@dataclass
class Services:
    """Handed to every page."""

    workspace: Workspace
    settings: Settings
    library: ModelLibrary
    jobs: JobManager
    network: Network = field(default_factory=Network)
    events: Events = field(default_factory=Events)

    @property
    def taxonomy_root(self) -> Path:
        """The taxonomy that is open: the one named in the settings, else the workspace's own."""
        return self.settings.taxonomy_folder or self.workspace.taxonomy

    def save_settings(self, **changes: Any) -> None:
        """Change settings by name, write them and tell the pages; WorkspaceError where they cannot be written."""
        self.settings = replace(self.settings, **changes)
        save_settings(self.workspace.settings_file, self.settings)
        self.events.settings_changed.emit()


def open_services(workspace: Workspace) -> Services:
    """Return the services of a workspace; its runs are listed in the background."""
    settings = load_settings(workspace.settings_file)
    services = Services(workspace, settings, ModelLibrary(workspace), JobManager(workspace))
    services.jobs.job_finished.connect(lambda _: services.events.runs_changed.emit())
    services.jobs.loaded.connect(services.events.runs_changed.emit)
    services.jobs.load_in_background()
    return services

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Home: what this is, the path in five steps, and the last runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ilab_core.models.adapters import AdapterEntry, list_adapters
from ilab_core.models.fit import free_memory
from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.home_state import Ground, read_ground, steps
from ilab_desktop.models.runs_table import RunsTable
from ilab_desktop.services import Services
from ilab_desktop.theme import Duration, Space
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.page_header import PageHeader
from ilab_desktop.widgets.reading_column import reading_page
from ilab_desktop.widgets.step_card import StepCard
from ilab_desktop.widgets.table import fit_height, table_view

SHOWN_RUNS = 8
STEPS = 5


class HomePage(QWidget):
    """Reads model, leaf and adapters in the background whenever something changed; runs are followed live."""

    def __init__(self, services: Services, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._navigate = navigate
        self._ground: Ground | None = None
        self._adapters: Sequence[AdapterEntry] = ()
        self._task: Task | None = None
        header = PageHeader(
            "Teach your model something",
            "Describe what it should know by example. Everything happens on this computer.",
        )
        page = reading_page(spacing=Space.SMALL + Space.HAIR)
        self.cards = [StepCard(number) for number in range(1, STEPS + 1)]
        for card in self.cards:
            card.activated.connect(navigate)
            card.hide()
            page.column.addWidget(card)
        self._heading = label("Last runs", "field")
        self.table = RunsTable(self)
        self.runs_view = table_view(self.table, "Last runs", stretch=(0, 1))
        self.runs_view.activated.connect(self._open_run)
        page.column.addSpacing(Space.MEDIUM)
        page.column.addWidget(self._heading)
        page.column.addWidget(self.runs_view)
        page.column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.MARGIN)
        top = QVBoxLayout()
        top.setContentsMargins(Space.MARGIN, Space.MARGIN, Space.MARGIN, 0)
        top.addWidget(header)
        layout.addLayout(top)
        layout.addWidget(page, 1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(Duration.REFRESH)
        self._later.timeout.connect(self._show)
        events = services.events
        for signal in (
            events.taxonomy_changed,
            events.models_changed,
            events.adapters_changed,
            events.runs_changed,
            events.settings_changed,
        ):
            signal.connect(self._read_if_visible)
        services.jobs.job_changed.connect(lambda _: self._later.start())
        self._show()

    def activate(self) -> None:
        """Read again how everything stands."""
        services = self._services
        library, settings, workspace = services.library, services.settings, services.workspace
        taxonomy = services.taxonomy_root

        def read() -> tuple[Ground, list[AdapterEntry]]:
            ground = read_ground(library, settings, taxonomy, workspace.documents, free_memory())
            return ground, list_adapters(workspace)

        if self._task is not None:
            self._task.cancel()
        self._task = run_in_background(self, read, self._take)

    def _read_if_visible(self) -> None:
        if self.isVisible():
            self.activate()

    def _take(self, found: tuple[Ground, list[AdapterEntry]]) -> None:
        self._ground, self._adapters = found
        self._show()

    def _show(self) -> None:
        runs = self._services.jobs.views()
        if self._ground is not None:
            for card, step in zip(
                self.cards, steps(self._ground, self._services.settings, runs, self._adapters), strict=True
            ):
                card.show_step(step)
                card.show()
        shown = [(run, view) for run, view in runs if run.kind != "chat"][:SHOWN_RUNS]
        self.table.set_runs(shown)
        self._heading.setVisible(bool(shown))
        self.runs_view.setVisible(bool(shown))
        fit_height(self.runs_view)

    def _open_run(self, index: QModelIndex) -> None:
        run = self.table.run_at(index.row())
        self._navigate(f"{'train' if run.kind == 'train' else 'data'}:{run.id}")

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Home: what this is, the path in five steps, and the last runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ilab_core.jobs.kinds import SERVING_KINDS
from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import JobView
from ilab_core.models.adapters import AdapterEntry, list_adapters
from ilab_core.models.fit import free_memory
from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.home_state import Ground, read_ground, steps
from ilab_desktop.models.runs_table import RunsTable
from ilab_desktop.services import Services
from ilab_desktop.theme import Duration, Space
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.page_header import PageHeader
from ilab_desktop.widgets.reading_column import reading_page
from ilab_desktop.widgets.step_card import StepCard
from ilab_desktop.widgets.table import height_for, rows_that_fit, table_view

LEAST_RUNS = 3
MOST_RUNS = 8
STEPS = 5


class HomePage(QWidget):
    """Reads model, leaf and adapters in the background whenever something changed; runs are followed live."""

    def __init__(self, services: Services, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._navigate = navigate
        self._ground: Ground | None = None
        self._adapters: Sequence[AdapterEntry] = ()
        self._runs: Sequence[tuple[RunFolder, JobView]] = ()
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
        self.runs_view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # It takes the room that the steps leave, and shows as many whole rows as go in
        self.runs_view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.runs_view.installEventFilter(self)
        page.column.addSpacing(Space.MEDIUM)
        page.column.addWidget(self._heading)
        page.column.addWidget(self.runs_view, 1)
        page.column.addStretch(0)
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

        runs = [run for run, _view in services.jobs.views()]

        def read() -> tuple[Ground, list[AdapterEntry]]:
            ground = read_ground(library, settings, taxonomy, workspace.documents, free_memory(), runs)
            return ground, list_adapters(workspace)

        if self._task is not None:
            self._task.cancel()
        self._task = run_in_background(self, read, self._take)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show more or fewer runs when the table's room changes."""
        if event.type() == QEvent.Type.Resize and watched is self.runs_view:
            self._show_runs()
        return super().eventFilter(watched, event)

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
        self._runs = [(run, view) for run, view in runs if run.kind not in SERVING_KINDS][:MOST_RUNS]
        self._heading.setVisible(bool(self._runs))
        self.runs_view.setVisible(bool(self._runs))
        self.runs_view.setMinimumHeight(height_for(self.runs_view, min(LEAST_RUNS, len(self._runs))))
        self.runs_view.setMaximumHeight(height_for(self.runs_view, len(self._runs)))
        self._show_runs()

    def _show_runs(self) -> None:
        self.table.set_runs(self._runs[: max(LEAST_RUNS, rows_that_fit(self.runs_view))])

    def _open_run(self, index: QModelIndex) -> None:
        run = self.table.run_at(index.row())
        if run.kind == "draft":
            self._navigate(f"taxonomy:{run.request.get('leaf', '')}")
        else:
            self._navigate(f"{'train' if run.kind == 'train' else 'data'}:{run.id}")

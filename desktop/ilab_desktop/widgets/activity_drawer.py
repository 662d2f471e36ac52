# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The list of all jobs, above the activity strip."""

from __future__ import annotations

from ilab_core.jobs.kinds import SERVING_KINDS
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from ilab_desktop.jobs import JobManager
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.card import row
from ilab_desktop.widgets.empty_state import EmptyState
from ilab_desktop.widgets.job_row import JobRow
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.log_viewer import LogViewer

SHOWN_JOBS = 100


class ActivityDrawer(QFrame):
    """One row a job, newest first; a chat is no job to a person and is left out."""

    def __init__(self, jobs: JobManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("activityDrawer")
        self.setFixedHeight(Size.DRAWER_HEIGHT)
        self._jobs = jobs
        self._rows: dict[str, JobRow] = {}
        self._list = QWidget()
        self._list.setObjectName("scrollBody")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._list)
        self._empty = EmptyState("clock", "No jobs yet. What you generate and train is listed here.")
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._area)
        heading = row(label("Activity", "section"))
        heading.setContentsMargins(Space.MARGIN, Space.MEDIUM, Space.GROUP, Space.SMALL)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(heading)
        layout.addLayout(self._stack, 1)
        jobs.job_changed.connect(self._refresh_job)

    def rows(self) -> list[JobRow]:
        """Return the rows in the order they are shown."""
        items = (self._column.itemAt(index).widget() for index in range(self._column.count()))
        return [widget for widget in items if isinstance(widget, JobRow)]

    def refresh(self) -> None:
        """Show the jobs there are now."""
        shown = [(run, view) for run, view in self._jobs.views() if run.kind not in SERVING_KINDS][:SHOWN_JOBS]
        wanted = {run.id for run, _ in shown}
        for job_id in [job_id for job_id in self._rows if job_id not in wanted]:
            self._rows.pop(job_id).deleteLater()
        for place, (run, view) in enumerate(shown):
            made = self._rows.get(run.id)
            if made is None:
                made = self._rows[run.id] = JobRow(run)
                made.cancel_asked.connect(self._jobs.cancel)
                made.resume_asked.connect(self._resume)
                made.log_asked.connect(self._show_log)
            if self._column.indexOf(made) != place:
                self._column.insertWidget(place, made)
            made.show_view(view)
        self._stack.setCurrentWidget(self._area if shown else self._empty)

    def showEvent(self, event: object) -> None:
        """Bring the list up to date when it comes into sight."""
        self.refresh()
        super().showEvent(event)  # type: ignore[arg-type]

    def _refresh_job(self, job_id: str) -> None:
        if not self.isVisible():
            return
        made, view = self._rows.get(job_id), self._jobs.view(job_id)
        if made is not None and view is not None:
            made.show_view(view)
        else:
            self.refresh()

    def _resume(self, job_id: str) -> None:
        run = self._jobs.run(job_id)
        if run is not None:
            self._jobs.resume(run)

    def _show_log(self, job_id: str) -> None:
        run = self._jobs.run(job_id)
        if run is not None:
            viewer = LogViewer(run.title, run.log_file, self.window())
            viewer.show()

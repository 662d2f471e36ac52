# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The strip at the bottom: the job that runs, always in sight. It opens the drawer with all of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from ilab_desktop import job_text
from ilab_desktop.icons import icon
from ilab_desktop.jobs import JobManager
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import plain_button, quiet_button, small
from ilab_desktop.widgets.labels import ElidedLabel, label


class ActivityStrip(QFrame):
    """Shows the first heavy job that runs, or that nothing does."""

    toggled = Signal()

    def __init__(self, jobs: JobManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("activityStrip")
        self.setFixedHeight(Size.STRIP_HEIGHT)
        self._jobs = jobs
        self._job_id = ""
        self._verb = label("")
        self._title = ElidedLabel("", "strong")
        self._bar = QProgressBar()
        self._bar.setFixedWidth(Size.STRIP_BAR)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the running job")
        self._line = ElidedLabel("", "caption")
        self._idle = label("Nothing running", "caption")
        self._waiting = label("", "caption")
        self.cancel_button = small(plain_button("Cancel", accessible="Cancel the running job"))
        self.cancel_button.setToolTip("Cancel the running job; it can be resumed")
        self.cancel_button.clicked.connect(lambda: self._jobs.cancel(self._job_id))
        self.drawer_button = small(quiet_button("Activity", "chevron-up", "Show all activity"))
        self.drawer_button.setCheckable(True)
        self.drawer_button.clicked.connect(self.toggled.emit)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.GROUP + Space.TINY, 0, Space.GROUP, 0)
        layout.setSpacing(Space.SMALL)
        for widget in (self._idle, self._verb, self._title):
            layout.addWidget(widget)
        layout.addSpacing(Space.TINY)
        layout.addWidget(self._bar)
        layout.addSpacing(Space.TINY)
        layout.addWidget(self._line, 1000)
        layout.addStretch(1)
        for widget in (self._waiting, self.cancel_button, self.drawer_button):
            layout.addWidget(widget)
        jobs.job_changed.connect(lambda _: self.refresh())
        self.refresh()

    def set_open(self, is_open: bool) -> None:
        """Show in the button whether the drawer is open."""
        self.drawer_button.setChecked(is_open)
        self.drawer_button.setIcon(icon("chevron-down" if is_open else "chevron-up"))
        self.drawer_button.setAccessibleName("Hide all activity" if is_open else "Show all activity")

    def refresh(self) -> None:
        """Show how far the running job is."""
        live = self._jobs.live()
        running = [job_id for job_id in live if self._state(job_id) != "queued"]
        self._job_id = (running or live or [""])[0]
        view, run = self._jobs.view(self._job_id), self._jobs.run(self._job_id)
        busy = view is not None and run is not None
        for widget in (self._verb, self._title, self._bar, self._line, self.cancel_button):
            widget.setVisible(busy)
        self._idle.setVisible(not busy)
        waiting = len(live) - 1
        self._waiting.setVisible(waiting > 0)
        self._waiting.setText(f"{waiting} waiting")
        if view is None or run is None:
            return
        self._verb.setText(job_text.verb(run))
        self._title.setText(run.title)
        share = job_text.percent(view)
        self._bar.setRange(0, 100 if share is not None else 0)
        self._bar.setValue(share or 0)
        self._line.setText(job_text.progress_line(view))
        self.cancel_button.setEnabled(view.state in ("running", "queued"))

    def _state(self, job_id: str) -> str:
        view = self._jobs.view(job_id)
        return view.state if view is not None else ""

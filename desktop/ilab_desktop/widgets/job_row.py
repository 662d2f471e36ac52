# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One job in the drawer: what it is, how far it is, what can be done with it."""

from __future__ import annotations

from datetime import datetime

from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import JobView
from ilab_core.text import human_when
from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from ilab_desktop import job_text
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.badge import Badge
from ilab_desktop.widgets.buttons import plain_button, quiet_button, small
from ilab_desktop.widgets.card import column, row
from ilab_desktop.widgets.labels import ElidedLabel, label


class JobRow(QFrame):
    """Shows one job; its buttons say which job they mean to a screen reader."""

    cancel_asked = Signal(str)
    resume_asked = Signal(str)
    log_asked = Signal(str)

    def __init__(self, run: RunFolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobRow")
        self._run = run
        name = f"{job_text.noun(run)}, {run.title}"
        self._kind = label(job_text.noun(run), "muted")
        self._title = ElidedLabel(run.title, "strong", middle=True)
        self._badge = Badge()
        self._line = ElidedLabel("", "caption")
        self._phase = ElidedLabel("", "caption")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(Size.STRIP_BAR)
        self._bar.setAccessibleName(f"Progress of {name}")
        self._when = label("", "caption")
        self.cancel_button = small(plain_button("Cancel", accessible=f"Cancel {name}"))
        self.resume_button = small(plain_button("Resume", accessible=f"Resume {name}"))
        self.log_button = small(quiet_button("", "log", f"Show the log of {name}"))
        self.folder_button = small(quiet_button("", "folder", f"Open the folder of {name}"))
        self.cancel_button.clicked.connect(lambda: self.cancel_asked.emit(run.id))
        self.resume_button.clicked.connect(lambda: self.resume_asked.emit(run.id))
        self.log_button.clicked.connect(lambda: self.log_asked.emit(run.id))
        self.folder_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.path))))
        first = row(self._kind, self._title, self._badge, spacing=Space.SMALL)
        first.addStretch(1)
        second = row(self._bar, self._phase, self._line, spacing=Space.SMALL)
        second.setStretch(2, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.MARGIN, Space.SMALL, Space.GROUP, Space.SMALL)
        layout.setSpacing(Space.SMALL)
        words = column(spacing=Space.TINY)
        words.addLayout(first)
        words.addLayout(second)
        layout.addLayout(words, 1)
        for widget in (self._when, self.cancel_button, self.resume_button, self.log_button, self.folder_button):
            layout.addWidget(widget)

    def show_view(self, view: JobView) -> None:
        """Show what is known of the job now."""
        word, meaning = job_text.state_badge(view)
        self._badge.set(word, meaning)
        live = view.state in ("queued", "running", "cancelling")
        share = job_text.percent(view)
        self._bar.setVisible(view.state in ("running", "cancelling"))
        self._bar.setRange(0, 100 if share is not None else 0)
        self._bar.setValue(share or 0)
        text = job_text.result_line(view)
        self._phase.setVisible(view.state == "running" and bool(view.phase) and view.phase not in text)
        self._phase.setText(view.phase)
        message = view.message if live and view.message and view.message != text else ""
        self._line.setText(" · ".join(part for part in (text, message) if part))
        hint = view.error.hint if view.error is not None else ""
        self._line.setAccessibleDescription(hint)
        self._when.setText(human_when(view.ended or view.started or self._run.created, datetime.now().astimezone()))
        self.cancel_button.setVisible(live)
        self.cancel_button.setEnabled(view.state != "cancelling")
        self.resume_button.setVisible(view.state in ("crashed", "cancelled", "failed"))
        self.log_button.setEnabled(self._run.log_file.exists())

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One generation run: its funnel, what became of it, its samples and the sample beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ilab_core.errors import IlabError
from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import JobView
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ilab_desktop.pages.data_detail import SampleDetail
from ilab_desktop.pages.data_funnel import FunnelTiles
from ilab_desktop.pages.data_reader import Reading, SamplesReader
from ilab_desktop.pages.data_samples import SamplesCard, connect_review
from ilab_desktop.pages.data_state import kept_nothing
from ilab_desktop.theme import Space
from ilab_desktop.widgets.notice import Notice
from ilab_desktop.widgets.roomy_empty_state import RoomyEmptyState

Navigate = Callable[[str], None]


class RunPanel(QWidget):
    """Shows one run; `counts_changed` follows what is read of it, `resume_asked` the button of a broken one."""

    counts_changed = Signal()
    resume_asked = Signal()

    def __init__(self, navigate: Navigate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._navigate = navigate
        self._run: RunFolder | None = None
        self._view = JobView()
        self._fresh = True
        self.counts: dict[str, int] = {}
        self.reader = SamplesReader(self)
        self.funnel = FunnelTiles()
        self.notice = Notice()
        self.samples = SamplesCard()
        self.detail = SampleDetail((self.samples.keep, self.samples.reject, self.samples.edit))
        self._waiting = RoomyEmptyState("data", "")
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(Space.GROUP)
        self._splitter.addWidget(self.samples)
        self._splitter.addWidget(self.detail)
        self._splitter.setStretchFactor(0, 7)
        self._splitter.setStretchFactor(1, 3)
        self._splitter.setSizes([720, 300])
        self._stack = QStackedWidget()
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(self._splitter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.GROUP)
        column.addWidget(self.notice)
        column.addWidget(self.funnel)
        column.addWidget(self._stack, 1)
        connect_review(self.samples, self.reader.keep, self.reader.reject, self.detail.start_editing)
        self.samples.current_changed.connect(self.detail.show_sample)
        self.detail.edited.connect(self.reader.edit)
        self.detail.editing_ended.connect(lambda: self.samples.table.setFocus(Qt.FocusReason.OtherFocusReason))
        self.reader.loaded.connect(self._loaded)
        self.reader.failed.connect(self._read_failed)

    @property
    def run(self) -> RunFolder | None:
        """The run shown."""
        return self._run

    def show_run(self, run: RunFolder, view: JobView) -> None:
        """Show a run from the start of its table."""
        self._run, self._view = run, view
        self._fresh = True
        self.counts = dict(view.counts)
        self.samples.clear_filter()
        self.samples.show_run([])
        self.reader.watch(run.path)
        self._show_state()

    def update_view(self, view: JobView) -> None:
        """Take the run's newest state."""
        ended = view.is_final and not self._view.is_final
        self._view = view
        if not view.is_final:
            self.counts = {**self.counts, **view.counts}
        if ended:
            self.reader.read_all()
        self._show_state()

    def take_event(self, event: Mapping[str, Any]) -> None:
        """Take an event of this run as it comes."""
        if event.get("event") == "sample" and isinstance(event.get("id"), int):
            self.reader.note(event["id"])

    def _loaded(self, reading: Reading) -> None:
        if reading.counts:
            self.counts = reading.counts if self._view.is_final else {**reading.counts, **self._view.counts}
        if self._fresh and reading.whole:
            self._fresh = False
            self.samples.show_run(reading.samples)
        else:
            self.samples.take(reading.samples, reading.whole)
        self._show_state()
        self.counts_changed.emit()

    def _read_failed(self, error: Exception) -> None:
        known = isinstance(error, IlabError)
        summary = error.summary if known else "The samples of this run could not be read."
        self.notice.tell("danger", summary, error.hint if known else "", error.detail if known else repr(error))

    def _show_state(self) -> None:
        self.funnel.show_counts(self.counts)
        has_samples = self.samples.model.total() > 0
        self._stack.setCurrentIndex(1 if has_samples else 0)
        self._waiting.set_sentence(_waiting_words(self._view, self._fresh))
        self._tell()

    def _tell(self) -> None:
        view, error = self._view, self._view.error
        if view.state == "failed":
            sentence = error.summary if error else "Generating failed."
            hint, detail = (error.hint, error.detail) if error else ("", "")
            self.notice.tell("danger", sentence, hint, detail, "Try again", self.resume_asked.emit)
        elif view.state == "crashed":
            sentence = "Generating stopped before it was done. What was written is kept."
            detail = error.detail if error else ""
            self.notice.tell(
                "warning", sentence, "Resume it: it goes on where it stopped.", detail, "Resume", self.resume_asked.emit
            )
        elif view.state == "cancelled":
            sentence = "You cancelled this run. What was written is kept."
            self.notice.tell("neutral", sentence, "", "", "Resume", self.resume_asked.emit)
        elif view.state == "done" and not self._fresh and kept_nothing(view.state, self.counts):
            leaves = list(self._run.request.get("leaves", ())) if self._run else []
            target = f"taxonomy:{leaves[0]}" if len(leaves) == 1 else "taxonomy"
            self.notice.tell(
                "warning",
                "No sample was kept.",
                "Read below why, then keep by hand what is right, or give the leaf clearer examples and run again.",
                "",
                "Open the leaf" if len(leaves) == 1 else "Open the taxonomy",
                lambda: self._navigate(target),
            )
        elif view.warnings and view.is_final:
            self.notice.tell("warning", view.warnings[-1])
        else:
            self.notice.clear()


def _waiting_words(view: JobView, fresh: bool) -> str:
    if view.state == "queued":
        return "Waiting for the job before it to end."
    if view.is_live:
        return f"{view.phase or 'Starting'}. The first samples appear here as soon as they are written."
    return "Reading the samples." if fresh else "This run wrote no samples."

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The data page: choose leaves and a teacher, generate, and look at every sample before it is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ilab_core.errors import IlabError
from ilab_core.generation.estimate import predict
from ilab_core.jobs.runs import RunFolder, create_run
from ilab_core.jobs.view import JobView
from ilab_core.taxonomy.checking import check_file
from ilab_core.taxonomy.tree import find_leaves
from ilab_core.text import human_when
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.pages.data_options import GenerationOptions
from ilab_desktop.pages.data_run import RunPanel
from ilab_desktop.pages.data_state import about_time, generate_label, leaves_title, run_words, why_not_generate
from ilab_desktop.services import Services
from ilab_desktop.theme import Duration, Space
from ilab_desktop.widgets.buttons import plain_button, primary_button, set_shortcut
from ilab_desktop.widgets.notice import Notice
from ilab_desktop.widgets.page_header import PageHeader
from ilab_desktop.widgets.roomy_empty_state import RoomyEmptyState

SUBTITLE = (
    "Questions and answers the teacher wrote from your leaves. "
    "Nothing is used before you have had the chance to see it."
)
ACTIVE = ("queued", "running", "cancelling")


class DataPage(QWidget):
    """One of the window's pages; see the module."""

    def __init__(self, services: Services, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._navigate = navigate
        self._leaf_paths: dict[str, Path] | None = None
        self._teachers: int | None = None
        self._errors: dict[str, int] = {}
        self._starting = False
        self._states: dict[str, str] = {}
        self._seconds: float | None = None
        self._wanted_leaves: list[str] | None = None
        self._wanted_run: str | None = None
        self._tasks: dict[str, Task] = {}

        self.header = PageHeader("Practice data", SUBTITLE)
        self.more_button = plain_button("More options")
        self.more_button.setCheckable(True)
        self.generate_button = primary_button("Generate", "play")
        set_shortcut(self.generate_button, "Ctrl+G")
        self.header.add_action(self.more_button)
        self.header.add_action(self.generate_button)
        self.options = GenerationOptions(services.settings.samples)
        self.problem = Notice()
        self.run_box = QComboBox()
        self.run_box.setAccessibleName("Run")
        self.run_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.run_box.setMinimumContentsLength(40)
        self.cancel_button = plain_button("Cancel", "stop", "Cancel this run")
        self.train_button = plain_button("Train with these", "train")
        set_shortcut(self.train_button, "Ctrl+T")
        self.panel = RunPanel(navigate)
        self._empty = RoomyEmptyState(
            "data", "No practice data yet. Generate some from a leaf, and every sample appears here as it is written."
        )
        self._run_view = QWidget()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._run_view)
        self._lay_out()
        self._predicting = QTimer(self)
        self._predicting.setSingleShot(True)
        self._predicting.setInterval(Duration.DEBOUNCE)
        self._predicting.timeout.connect(self._predict)
        self._listing = QTimer(self)
        self._listing.setSingleShot(True)
        self._listing.setInterval(0)
        self._listing.timeout.connect(self._show_runs)
        self._connect()
        self._show_runs()
        self._offer()

    def activate(self) -> None:
        """Read leaves, models and runs again: another page may have changed them."""
        self._read_leaves()
        self._read_teachers()
        self._show_runs()

    def open_leaf(self, name: str) -> None:
        """Choose one leaf to generate from."""
        self._wanted_leaves = [name]
        self._choose_leaves()

    def open_run(self, identifier: str) -> None:
        """Show a run; one that is not listed yet is shown as soon as it is."""
        self._wanted_run = identifier
        self._show_runs()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(Space.SMALL)
        line.addWidget(self.run_box, 1)
        line.addStretch(1)
        for button in (self.cancel_button, self.train_button):
            line.addWidget(button)
        run_column = QVBoxLayout(self._run_view)
        run_column.setContentsMargins(0, 0, 0, 0)
        run_column.setSpacing(Space.GROUP)
        run_column.addLayout(line)
        run_column.addWidget(self.panel, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.MARGIN, Space.MARGIN, Space.MARGIN, Space.GROUP)
        column.setSpacing(Space.GROUP)
        column.addWidget(self.header)
        column.addWidget(self.options)
        column.addWidget(self.problem)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.more_button.toggled.connect(self.options.show_more)
        self.generate_button.clicked.connect(self._generate)
        self.options.changed.connect(self._options_changed)
        self.options.leaves.chosen_changed.connect(self._check_leaves)
        self.run_box.activated.connect(lambda: self._show_run(self.run_box.currentData()))
        self.cancel_button.clicked.connect(self._cancel)
        self.panel.resume_asked.connect(self._resume)
        self.panel.counts_changed.connect(self._offer)
        self.train_button.clicked.connect(lambda: self._navigate(f"train:{self.run_box.currentData()}"))
        jobs, events = self._services.jobs, self._services.events
        jobs.job_changed.connect(self._job_changed)
        jobs.job_event.connect(self._job_event)
        events.taxonomy_changed.connect(self._read_leaves)
        events.models_changed.connect(self._read_teachers)
        events.runs_changed.connect(self._show_runs)

    def _read_leaves(self) -> None:
        root = self._services.taxonomy_root
        if not root.is_dir():
            self._leaves_read([])
            return
        self._replace_task("leaves", lambda: [(leaf.name, leaf.kind, leaf.path) for leaf in find_leaves(root)])

    def _replace_task(self, name: str, function: Callable[[], list[tuple[str, str, Path]]]) -> None:
        if name in self._tasks:
            self._tasks[name].cancel()
        self._tasks[name] = run_in_background(self, function, self._leaves_read, self._leaves_failed)

    def _leaves_read(self, leaves: list[tuple[str, str, Path]]) -> None:
        self._leaf_paths = {name: path for name, _kind, path in leaves}
        self.options.leaves.set_leaves([(name, kind) for name, kind, _path in leaves])
        self._choose_leaves()
        self._check_leaves()
        self._offer()

    def _leaves_failed(self, error: Exception) -> None:
        self._leaf_paths = {}
        self._tell_problem(error, "The taxonomy could not be read.")
        self._offer()

    def _choose_leaves(self) -> None:
        if self._leaf_paths is None:
            return
        if self._wanted_leaves is None and not self.options.leaves.chosen():
            self._wanted_leaves = self._last_leaves() or next(
                ([name] for name in self._leaf_paths if name.startswith("knowledge/")), list(self._leaf_paths)[:1]
            )
        if self._wanted_leaves and all(name in self._leaf_paths for name in self._wanted_leaves):
            self.options.leaves.choose(self._wanted_leaves)
            self._wanted_leaves = []

    def _last_leaves(self) -> list[str]:
        for run, _view in self._runs():
            leaves = [name for name in run.request.get("leaves", ()) if name in (self._leaf_paths or {})]
            if leaves:
                return leaves
        return []

    def _check_leaves(self) -> None:
        paths = {name: (self._leaf_paths or {})[name] for name in self.options.leaves.chosen()}
        if "check" in self._tasks:
            self._tasks["check"].cancel()

        def count() -> dict[str, int]:
            return {
                name: sum(problem.severity == "error" for problem in check_file(path)) for name, path in paths.items()
            }

        self._tasks["check"] = run_in_background(self, count, self._leaves_checked)

    def _leaves_checked(self, errors: dict[str, int]) -> None:
        self._errors = errors
        self._offer()

    def _read_teachers(self) -> None:
        services = self._services

        def read() -> tuple[list, Path | None]:
            try:
                preferred = services.library.resolve(services.settings.teacher_model)
            except IlabError:
                preferred = None
            return services.library.list(), preferred

        run_in_background(self, read, self._teachers_read)

    def _teachers_read(self, found: tuple[list, Path | None]) -> None:
        entries, preferred = found
        self.options.set_teachers(entries, preferred)
        self._teachers = self.options.teacher.count()
        self._offer()

    def _runs(self) -> list[tuple[RunFolder, JobView]]:
        return [(run, view) for run, view in self._services.jobs.views() if run.kind == "generate"]

    def _view(self, identifier: str | None) -> JobView | None:
        return next((view for run, view in self._runs() if run.id == identifier), None)

    def _show_runs(self) -> None:
        runs = self._runs()
        wanted, chosen = self._wanted_run, self.run_box.currentData()
        if wanted is not None and any(run.id == wanted for run, _view in runs):
            chosen, self._wanted_run = wanted, None
        now = datetime.now().astimezone()
        self.run_box.blockSignals(True)
        self.run_box.clear()
        for run, view in runs:
            self.run_box.addItem(run_words(run.title, human_when(run.created, now), view.state, view.counts), run.id)
        self.run_box.setCurrentIndex(max(self.run_box.findData(chosen), 0 if runs else -1))
        self.run_box.blockSignals(False)
        self._stack.setCurrentIndex(1 if runs else 0)
        self._show_run(self.run_box.currentData())

    def _show_run(self, identifier: str | None) -> None:
        found = next(((run, view) for run, view in self._runs() if run.id == identifier), None)
        if found is not None and (self.panel.run is None or self.panel.run.id != identifier):
            self.panel.show_run(*found)
        self._offer()

    def _job_changed(self, identifier: str) -> None:
        view = self._view(identifier)
        if view is None:
            return
        if self.run_box.findData(identifier) < 0:
            if view.state in ACTIVE:
                self._wanted_run = identifier
            self._listing.start()
        elif self._states.get(identifier) != view.state:
            self._listing.start()
        self._states[identifier] = view.state
        if self.panel.run is not None and self.panel.run.id == identifier:
            self.panel.update_view(view)
        self._offer()

    def _job_event(self, identifier: str, event: dict) -> None:
        if self.panel.run is not None and self.panel.run.id == identifier:
            self.panel.take_event(event)

    def _options_changed(self) -> None:
        self._offer()
        self._predicting.start()

    def _offer(self) -> None:
        self.generate_button.setText(generate_label(self.options.samples.value()))
        self.generate_button.setAccessibleName(self.generate_button.text())
        active = self._starting or any(view.state in ACTIVE for _run, view in self._runs())
        leaf_count = None if self._leaf_paths is None else len(self._leaf_paths)
        reason = why_not_generate(leaf_count, self.options.leaves.chosen(), self._errors, self._teachers, active)
        self.generate_button.setEnabled(reason is None)
        if reason is None:
            self.header.set_reason(about_time(self._seconds).capitalize())
        else:
            self.header.set_reason(
                reason.text, reason.link, (lambda: self._navigate(reason.target)) if reason.target else None
            )
        view = self._view(self.run_box.currentData())
        self.cancel_button.setVisible(view is not None and view.state in ACTIVE)
        self.cancel_button.setEnabled(view is not None and view.state != "cancelling")
        self.train_button.setVisible(view is not None and view.state not in ACTIVE)
        self.train_button.setEnabled(self.panel.counts.get("kept", 0) > 0)

    def _generate(self) -> None:
        services = self._services
        request = self.options.request(services.taxonomy_root, services.workspace.documents, services.settings.threads)
        if request is None or self._starting:
            return
        self._starting = True
        self.problem.clear()
        self._offer()
        title = leaves_title(request["leaves"])
        run_in_background(
            self,
            lambda: create_run(services.workspace.runs, "generate", title, request, seed=request["seed"]),
            self._created,
            self._not_created,
        )

    def _created(self, run: RunFolder) -> None:
        self._starting = False
        self._wanted_run = run.id
        self._services.jobs.start(run)
        self._show_runs()
        self.panel.samples.table.setFocus()

    def _not_created(self, error: Exception) -> None:
        self._starting = False
        self._tell_problem(error, "The run could not be started.")
        self._offer()

    def _tell_problem(self, error: Exception, otherwise: str) -> None:
        known = isinstance(error, IlabError)
        self.problem.tell(
            "danger",
            error.summary if known else otherwise,
            error.hint if known else "",
            error.detail if known else repr(error),
        )

    def _cancel(self) -> None:
        if self.panel.run is not None:
            self._services.jobs.cancel(self.panel.run.id)

    def _resume(self) -> None:
        if self.panel.run is not None:
            self._services.jobs.resume(self.panel.run)

    def _predict(self) -> None:
        teacher = self.options.teacher_path()
        if teacher is None:
            return
        runs, samples = [run for run, _view in self._runs()], self.options.samples.value()
        if "predict" in self._tasks:
            self._tasks["predict"].cancel()
        self._tasks["predict"] = run_in_background(self, lambda: predict(runs, str(teacher), samples), self._predicted)

    def _predicted(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._offer()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The train page: choose what to learn and how long, watch it, and go on to the chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from ilab_core.errors import IlabError
from ilab_core.jobs.runs import RunFolder, create_run
from ilab_core.jobs.view import JobView
from ilab_core.text import human_when
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.icons import icon
from ilab_desktop.models.checklist import CheckItem
from ilab_desktop.pages.data_state import run_words
from ilab_desktop.pages.train_progress import TrainingPanel
from ilab_desktop.pages.train_setup import TrainingSetup
from ilab_desktop.pages.train_state import (
    ACTIVE,
    Plan,
    default_name,
    kept_counts,
    plan_training,
    require_name,
    train_label,
    why_not_train,
)
from ilab_desktop.services import Services
from ilab_desktop.theme import Duration, Space
from ilab_desktop.widgets.buttons import plain_button, primary_button, set_shortcut
from ilab_desktop.widgets.notice import Notice
from ilab_desktop.widgets.page_header import PageHeader
from ilab_desktop.widgets.reading_column import ScrollPage

SUBTITLE = "The model practises on your data. The result is an adapter: a small file that llama.cpp programs load."
NEW = "new"
GO_KEYS = "Ctrl+T"
# Keys of its own, so that pressing the ones that started a training once more does not end it
STOP_KEYS = "Ctrl+."


class TrainPage(QWidget):
    """One of the window's pages; see the module."""

    def __init__(self, services: Services, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._navigate = navigate
        self._bases: int | None = None
        self._folders: dict[str, Path] | None = None
        self._wanted: str | None = None
        self._plan: Plan | None = None
        self._planning: Task | None = None
        self._starting = False
        self._states: dict[str, str] = {}

        self.header = PageHeader("Train", SUBTITLE)
        self.expert_button = plain_button("More options")
        self.expert_button.setCheckable(True)
        self.primary = primary_button("Train", "train")
        self._on_primary: Callable[[], None] = self._train
        self.header.add_action(self.expert_button)
        self.header.add_action(self.primary)
        self.run_box = QComboBox()
        self.run_box.setAccessibleName("Training run")
        self.run_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.run_box.setMinimumContentsLength(40)
        self.cancel_button = plain_button("Cancel", "stop", "Cancel this training")
        self.notice = Notice()
        self.setup = TrainingSetup(services.settings.preset)
        self.panel = TrainingPanel()
        self._stack = QStackedWidget()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(Duration.DEBOUNCE)
        self._timer.timeout.connect(self._make_plan)
        self._listing = QTimer(self)
        self._listing.setSingleShot(True)
        self._listing.setInterval(0)
        self._listing.timeout.connect(self._list_runs)
        self._connect()
        self._list_runs()

    def activate(self) -> None:
        """Read models and runs again: another page may have changed them."""
        self._read_bases()
        self._read_data()
        self._list_runs()

    def open_run(self, identifier: str) -> None:
        """Show a training run; for a run of generated data, prepare a training on it."""
        self._wanted = identifier
        if identifier.startswith("generate-"):
            self.run_box.setCurrentIndex(0)
            self._choose_data()
        self._list_runs()

    def _lay_out(self) -> None:
        scroll = ScrollPage()
        scroll.column.addWidget(self.setup)
        watching = QWidget()
        inside = QVBoxLayout(watching)
        inside.setContentsMargins(Space.MARGIN, 0, Space.MARGIN, 0)
        inside.addWidget(self.panel)
        self._stack.addWidget(scroll)
        self._stack.addWidget(watching)
        line = QHBoxLayout()
        line.setSpacing(Space.SMALL)
        line.addWidget(self.run_box)
        line.addStretch(1)
        line.addWidget(self.cancel_button)
        top = QVBoxLayout()
        top.setContentsMargins(Space.MARGIN, 0, Space.MARGIN, 0)
        top.setSpacing(Space.GROUP)
        top.addWidget(self.header)
        top.addLayout(line)
        top.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.MARGIN, 0, Space.GROUP)
        column.setSpacing(Space.GROUP)
        column.addLayout(top)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.expert_button.toggled.connect(self.setup.show_expert)
        self.primary.clicked.connect(lambda: self._on_primary())
        self.cancel_button.clicked.connect(lambda: self._services.jobs.cancel(str(self.run_box.currentData())))
        self.run_box.currentIndexChanged.connect(self._show_chosen)
        self.setup.changed.connect(self._setup_changed)
        jobs, events = self._services.jobs, self._services.events
        jobs.job_changed.connect(self._job_changed)
        jobs.job_event.connect(self._job_event)
        events.models_changed.connect(self._read_bases)
        events.runs_changed.connect(self._read_data)
        events.runs_changed.connect(self._list_runs)

    def _runs(self, kind: str = "train") -> list[tuple[RunFolder, JobView]]:
        return [(run, view) for run, view in self._services.jobs.views() if run.kind == kind]

    def _found(self, identifier: object) -> tuple[RunFolder, JobView] | None:
        return next(((run, view) for run, view in self._runs() if run.id == identifier), None)

    def _list_runs(self) -> None:
        runs, chosen = self._runs(), self.run_box.currentData()
        if self._wanted is not None and any(run.id == self._wanted for run, _view in runs):
            chosen, self._wanted = self._wanted, None
        elif chosen is None:
            chosen = next((run.id for run, view in runs if view.state in ACTIVE), NEW)
        now = datetime.now().astimezone()
        self.run_box.blockSignals(True)
        self.run_box.clear()
        self.run_box.addItem("New training", NEW)
        for run, view in runs:
            self.run_box.addItem(run_words(run.title, human_when(run.created, now), view.state, {}), run.id)
        self.run_box.setCurrentIndex(max(self.run_box.findData(chosen), 0))
        self.run_box.blockSignals(False)
        self.run_box.setVisible(bool(runs))
        self._show_chosen()

    def _show_chosen(self) -> None:
        found = self._found(self.run_box.currentData())
        if found is None and self._stack.currentIndex() == 1:
            self.notice.clear()
        self._stack.setCurrentIndex(0 if found is None else 1)
        if found is not None and (self.panel.run is None or self.panel.run.id != found[0].id):
            self.panel.show_run(*found)
        self._offer()

    def _read_bases(self) -> None:
        services = self._services

        def read() -> tuple[list[Any], Path | None]:
            try:
                preferred = services.library.resolve(services.settings.base_model)
            except IlabError:
                preferred = None
            return services.library.list(), preferred

        def done(found: tuple[list[Any], Path | None]) -> None:
            self.setup.set_bases(*found)
            self._bases = self.setup.base.count()
            self._setup_changed()

        run_in_background(self, read, done)

    def _read_data(self) -> None:
        runs = self._runs("generate")
        folders = {run.id: run.path for run, view in runs if view.state not in ("queued", "running")}
        run_in_background(self, partial(kept_counts, folders), partial(self._data_read, folders))

    def _data_read(self, folders: dict[str, Path], kept: Mapping[str, int]) -> None:
        now = datetime.now().astimezone()
        items = [
            CheckItem(run.id, f"{run.title} · {human_when(run.created, now)}", f"{kept[run.id]:,} kept", run.id)
            for run, _view in self._runs("generate")
            if kept.get(run.id)
        ]
        self._folders = {item.key: folders[item.key] for item in items}
        self.setup.set_runs(items)
        self._choose_data()
        self._setup_changed()

    def _choose_data(self) -> None:
        if self._folders is None:
            return
        if self._wanted in self._folders:
            self.setup.data.set_checked([self._wanted])
            self._wanted = None
        elif not self.setup.data.checked():
            self.setup.data.set_checked(list(self._folders)[:1])

    def _chosen_folders(self) -> list[Path]:
        return [(self._folders or {})[key] for key in self.setup.data.checked()]

    def _request(self) -> dict[str, Any] | None:
        return self.setup.request(self._chosen_folders(), self._services.workspace.adapters)

    def _setup_changed(self) -> None:
        chosen = self.setup.data.checked()
        leaves = [leaf for run, _view in self._runs("generate") if run.id in chosen for leaf in run.request["leaves"]]
        self.setup.suggest_name(default_name(leaves))
        if self._planning is not None:
            self._planning.cancel()
        self._plan = None
        self._timer.start()
        self._offer()

    def _make_plan(self) -> None:
        info, request = self.setup.base_info(), self._request()
        if info is None or request is None:
            self.setup.show_plan(None)
            return
        free = psutil.virtual_memory().available
        services = self._services
        work = partial(plan_training, services.library, info, request, services.workspace.root, free)
        self._planning = run_in_background(self, work, self._planned, self._tell_problem)

    def _planned(self, plan: Plan) -> None:
        self._plan = plan
        self.setup.show_plan(plan)
        self._offer()

    def _job_changed(self, identifier: str) -> None:
        found = self._found(identifier)
        if found is None:
            return
        if self.run_box.findData(identifier) < 0:
            if found[1].state in ACTIVE:
                self._wanted = identifier
            self._listing.start()
        elif self._states.get(identifier) != found[1].state:
            self._listing.start()
        self._states[identifier] = found[1].state
        if self.panel.run is not None and self.panel.run.id == identifier:
            self.panel.update_view(found[1])
            self._offer()

    def _job_event(self, identifier: str, event: Mapping[str, Any]) -> None:
        if self.panel.run is not None and self.panel.run.id == identifier:
            self.panel.take_event(event)

    def _offer(self) -> None:
        found = self._found(self.run_box.currentData())
        self.expert_button.setVisible(found is None)
        self.cancel_button.setVisible(found is not None and found[1].state in ACTIVE)
        self.header.set_reason("")
        if found is None:
            self._offer_new()
        else:
            self._offer_run(*found)

    def _offer_new(self) -> None:
        plan = self._plan
        check = plan.checks.get(self.setup.presets.preset) if plan is not None else None
        runs = None if self._folders is None else len(self._folders)
        reason = why_not_train(self._bases, runs, self.setup.data.checked(), plan, check)
        label = train_label(plan.examples if plan else 0)
        self._set_primary(label, "train", self._train, reason is None and not self._starting)
        if reason is not None:
            target = reason.target
            self.header.set_reason(reason.text, reason.link, (lambda: self._navigate(target)) if target else None)
        elif not self._starting:
            self.notice.clear()

    def _offer_run(self, run: RunFolder, view: JobView) -> None:
        error = view.error
        if view.state in ACTIVE:
            has_step = bool(self.panel.curve.steps)
            stop = partial(self._services.jobs.send, run.id, {"command": "stop"})
            self._set_primary("Stop and keep the best", "stop", stop, view.state == "running" and has_step, STOP_KEYS)
            if view.state == "running" and not has_step:
                self.header.set_reason("There is nothing to keep before the first step.")
            if view.warnings:
                self.notice.tell("warning", view.warnings[-1])
            else:
                self.notice.clear()
            return
        if view.state == "done":
            result = view.result or {}
            name = str(result.get("name") or run.request.get("name") or "")
            self._set_primary("Chat with it", "chat", partial(self._navigate, f"chat:{name}"), True)
            outcome, summary = str(result.get("outcome") or ""), str(result.get("summary") or "Training is done.")
            learned = not outcome or outcome.startswith("Learned")
            hint = " ".join((summary if outcome else "", *view.warnings)).strip()
            sentence = outcome.rstrip(".") + "." if outcome else summary
            self.notice.tell("success" if learned else "warning", sentence, hint)
            return
        self._set_primary("Resume", "play", partial(self._services.jobs.resume, run), True)
        if view.state == "failed":
            summary = error.summary if error else "Training failed."
            self.notice.tell("danger", summary, error.hint if error else "", error.detail if error else "")
        elif view.state == "crashed":
            self.notice.tell(
                "warning",
                "Training stopped before it was done.",
                "Resume it: it goes on from its last checkpoint.",
                error.detail if error else "",
            )
        else:
            self.notice.tell(
                "neutral", "You cancelled this training.", "Resume it: it goes on from its last checkpoint."
            )

    def _set_primary(
        self, text: str, icon_name: str, do: Callable[[], None], enabled: bool, keys: str = GO_KEYS
    ) -> None:
        if text != self.primary.text():
            self.primary.setIcon(icon(icon_name, "on_accent"))
        self.primary.setText(text)
        self.primary.setAccessibleName(text)
        self.primary.setEnabled(enabled)
        set_shortcut(self.primary, keys)
        self._on_primary = do

    def _train(self) -> None:
        request = self._request()
        if request is None or self._starting:
            return
        runs, threads = self._services.workspace.runs, self._services.settings.threads
        self._starting = True
        self.notice.clear()
        self._offer()

        def create() -> RunFolder:
            name = require_name(request["name"])
            return create_run(runs, "train", name, {**request, "name": name, "threads": threads}, seed=request["seed"])

        run_in_background(self, create, self._created, self._tell_problem)

    def _created(self, run: RunFolder) -> None:
        self._starting = False
        self._wanted = run.id
        self._services.jobs.start(run)
        self._list_runs()

    def _tell_problem(self, error: Exception) -> None:
        self._starting = False
        known = isinstance(error, IlabError)
        self._offer()
        self.notice.tell(
            "danger",
            error.summary if known else "The training could not be started.",
            error.hint if known else "",
            error.detail if known else repr(error),
        )

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A training run under way or over: the chart, four figures, and one question asked again and again."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import psutil
from ilab_core.jobs.runs import RunFolder
from ilab_core.jobs.view import JobView
from ilab_core.text import human_bytes, human_count, human_seconds
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ilab_desktop.background import run_in_background
from ilab_desktop.models.loss_table import LossTable
from ilab_desktop.models.training_curve import TrainingCurve
from ilab_desktop.pages.train_state import same_words
from ilab_desktop.theme import Duration, Size, Space
from ilab_desktop.widgets.badge import Badge
from ilab_desktop.widgets.buttons import quiet_button, small
from ilab_desktop.widgets.card import Card, row
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.roomy_empty_state import RoomyEmptyState
from ilab_desktop.widgets.stat_tile import NOTHING, StatTile

SIDE_WIDTH = 300


class TrainingPanel(QWidget):
    """Shows one run. Its recorded events are read in the background, live ones drawn at most ten times a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: RunFolder | None = None
        self._view = JobView()
        self._turn = 0
        self._reading = False
        self._missed: list[Mapping[str, Any]] = []
        self.curve = TrainingCurve()
        self.table_model = LossTable()
        self.chart: Any = None
        self.left = StatTile("left")
        self.speed = StatTile("tokens/s")
        self.step = StatTile("steps")
        self.memory = StatTile("memory")
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(Duration.REFRESH)
        self._refresh.timeout.connect(self._show)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(Space.GROUP)
        across.addWidget(self._chart_card(), 1)
        across.addLayout(self._side())

    @property
    def run(self) -> RunFolder | None:
        """The run shown."""
        return self._run

    def show_run(self, run: RunFolder, view: JobView) -> None:
        """Show a run from its recorded events on."""
        self._run, self._view = run, view
        self._turn += 1
        self.curve = TrainingCurve()
        self._missed.clear()
        self._reading = True
        turn = self._turn

        def read() -> TrainingCurve:
            curve = TrainingCurve()
            curve.add_all(run.events())
            return curve

        def done(curve: TrainingCurve) -> None:
            if turn == self._turn:
                self._reading = False
                curve.add_all(self._missed)
                self._missed.clear()
                self.curve = curve
                self._show()

        run_in_background(self, read, done)
        self._load_chart()
        self._show()

    def update_view(self, view: JobView) -> None:
        """Take the run's newest state."""
        self._view = view
        self._show_later()

    def take_event(self, event: Mapping[str, Any]) -> None:
        """Take an event of this run as it comes."""
        if self._reading:
            if event.get("event") in ("step", "evaluation"):
                self._missed.append(event)
        elif self.curve.add(event):
            self._show_later()

    def _load_chart(self) -> None:
        """Bring the plot library in from a thread, since reading it takes longer than a frame."""
        if self.chart is None:
            module = "ilab_desktop.pages.train_chart"
            run_in_background(self, lambda: importlib.import_module(module), self._chart_loaded)

    def _chart_loaded(self, module: Any) -> None:
        if self.chart is None:
            self.chart = module.LossChart()
            self._chart_stack.insertWidget(1, self.chart)
            self._show()

    def _chart_card(self) -> Card:
        card = Card()
        self.table_button = small(quiet_button("Show as table", "data"))
        self.table_button.setCheckable(True)
        self.table_button.toggled.connect(self._switch_table)
        top = row(label("Loss", "field"))
        top.addStretch(1)
        top.addWidget(self.table_button)
        self._table = _table(self.table_model)
        self._waiting = RoomyEmptyState("train", "Starting.")
        self._chart_stack = QStackedWidget()
        self._chart_stack.addWidget(self._waiting)
        self._chart_stack.addWidget(self._table)
        card.column.addLayout(top)
        card.column.addWidget(self._chart_stack, 1)
        return card

    def _side(self) -> QVBoxLayout:
        figures = QGridLayout()
        figures.setSpacing(Space.MEDIUM)
        for place, tile in enumerate((self.left, self.speed, self.step, self.memory)):
            figures.addWidget(tile, place // 2, place % 2)
            tile.setFixedWidth((SIDE_WIDTH - Space.MEDIUM) // 2)
        self.asked = Card()
        self.asked.setFixedWidth(SIDE_WIDTH)
        self._question = label("", "strong", wrap=True, selectable=True)
        self._first_step = label("", "caption")
        self._first_answer = label("", "muted", wrap=True, selectable=True)
        self._now_step = label("", "caption")
        self._now_badge = Badge("changed", "accent")
        self._now_answer = label("", wrap=True, selectable=True)
        now = row(self._now_step)
        now.addStretch(1)
        now.addWidget(self._now_badge)
        column = self.asked.column
        column.addWidget(label("It is asked, every few steps", "field"))
        column.addWidget(self._question)
        column.addWidget(self._first_step)
        column.addWidget(self._first_answer)
        column.addLayout(now)
        column.addWidget(self._now_answer)
        side = QVBoxLayout()
        side.setSpacing(Space.MEDIUM)
        side.addLayout(figures)
        side.addWidget(self.asked)
        side.addStretch(1)
        return side

    def _switch_table(self, shown: bool) -> None:
        self.table_button.setText("Show as chart" if shown else "Show as table")
        self.table_button.setAccessibleName(self.table_button.text())
        self._show()

    def _show_later(self) -> None:
        if not self._refresh.isActive():
            self._refresh.start()

    def _show(self) -> None:
        curve = self.curve
        measured = bool(curve.steps or curve.held_out_steps)
        self.table_button.setEnabled(measured)
        if not measured or self.chart is None:
            self._waiting.set_sentence(_waiting_words(self._view, self._reading))
            self._chart_stack.setCurrentWidget(self._waiting)
        elif self.table_button.isChecked():
            self.table_model.show(curve)
            self._chart_stack.setCurrentWidget(self._table)
        else:
            self.chart.show_curve(curve)
            self._chart_stack.setCurrentWidget(self.chart)
        self._show_figures()
        self._show_asked()

    def _show_figures(self) -> None:
        curve, view = self.curve, self._view
        live = not view.is_final
        left = view.seconds_left if view.seconds_left is not None else curve.seconds_left
        if live:
            self.left.show_value(NOTHING if left is None else human_seconds(left), "left")
        else:
            took = (view.ended - view.started).total_seconds() if view.ended and view.started else None
            self.left.show_value(NOTHING if took is None else human_seconds(took), "taken")
        speed = curve.tokens_per_second
        self.speed.show_value(NOTHING if speed is None else human_count(round(speed)), exact=str(speed or ""))
        total = f"of {curve.total_steps:,} steps" if curve.total_steps else "steps"
        self.step.show_value(f"{curve.step:,}" if curve.total_steps else NOTHING, total)
        used = curve.memory_bytes
        free = f"of {human_bytes(psutil.virtual_memory().available + (used or 0))} free" if live and used else "memory"
        self.memory.show_value(
            NOTHING if used is None else human_bytes(used), free, exact=f"{used:,} bytes" if used else ""
        )

    def _show_asked(self) -> None:
        asked = self.curve.asked
        self.asked.setVisible(bool(asked))
        if not asked:
            return
        first, now = asked[0], asked[-1]
        self._question.setText(now.question)
        self._first_step.setText(f"step {first.step:,}")
        self._first_answer.setText(_shown_answer(first.answer))
        later = now.step != first.step
        self._now_step.setText(f"step {now.step:,}")
        self._now_answer.setText(_shown_answer(now.answer))
        self._now_badge.setVisible(later and not same_words(first.answer, now.answer))
        for widget in (self._now_step, self._now_answer):
            widget.setVisible(later)


def _shown_answer(text: str) -> str:
    return text.strip() or "No answer."


def _waiting_words(view: JobView, reading: bool) -> str:
    if view.state == "queued":
        return "Waiting for the job before it to end."
    if view.is_live:
        return f"{view.phase or 'Starting'}. The first step is drawn here as soon as it is taken."
    return "Reading the run." if reading else "This run ended before its first step."


def _table(model: LossTable) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName("Loss at each step")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(Size.ROW_HEIGHT)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setHighlightSections(False)
    return table

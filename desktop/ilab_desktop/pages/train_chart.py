# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The loss chart: training thin and grey, held-out thick in the accent, labels at the line's ends, the best marked."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ilab_desktop.models.training_curve import TrainingCurve, axis_top
from ilab_desktop.pages.train_state import axis_words, hover_words
from ilab_desktop.theme import Type, colours, font

GRID_LINES = 4
LABEL_ROOM = 0.28
LEFT_ROOM = 0.01
BOTTOM_ROOM = 0.04
LABEL_DISTANCE = 19
THICK, THIN = 2.5, 1.2
MARK = 10
SMOOTH_POINTS = 2000


class LossChart(QWidget):
    """Shows a `TrainingCurve`; `show_curve` is cheap enough to call ten times a second with thousands of steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve = TrainingCurve()
        self._top = 1.0
        self.plot = pg.PlotWidget(background=None)
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.hideButtons()
        self.plot.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.getViewBox().setDefaultPadding(0.0)
        self._grid = [pg.InfiniteLine(angle=0) for _ in range(GRID_LINES + 1)]
        self._training = pg.PlotDataItem(antialias=True)
        self._training.setDownsampling(auto=True, method="peak")
        self._held_out = pg.PlotDataItem(antialias=True)
        self._best = pg.ScatterPlotItem(size=MARK, antialias=True)
        self._hover_line = pg.InfiniteLine(angle=90)
        self._hover_mark = pg.ScatterPlotItem(size=MARK - 3, antialias=True)
        self._labels = {name: pg.TextItem(anchor=(0, 0.5)) for name in ("held-out", "best", "training")}
        self._hover = pg.TextItem(anchor=(0, 0))
        items = (*self._grid, self._training, self._held_out, self._best, self._hover_line, self._hover_mark)
        for item in (*items, *self._labels.values(), self._hover):
            self.plot.addItem(item, ignoreBounds=True)
        self._show_hover(None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.plot.scene().sigMouseMoved.connect(self._pointed)
        self.plot.viewport().installEventFilter(self)
        self._colour()
        self.show_curve(self._curve)

    def show_curve(self, curve: TrainingCurve) -> None:
        """Draw the curve as it is now."""
        self._curve = curve
        last = max(curve.total_steps, curve.step, *curve.held_out_steps[-1:], 1)
        self._top = axis_top(
            [*curve.losses[:5], *curve.losses[-1:], *curve.held_out_losses, max(curve.losses or [0.0])]
        )
        self.plot.setXRange(-last * LEFT_ROOM, last * (1 + LABEL_ROOM), padding=0)
        self.plot.setYRange(-self._top * BOTTOM_ROOM, self._top * 1.04, padding=0)
        for place, line in enumerate(self._grid):
            line.setValue(self._top * place / GRID_LINES)
        middle = self._top / 2
        self.plot.getAxis("left").setTicks([[(value, f"{value:g}") for value in (0.0, middle, self._top)]])
        marks = [(0, "0"), (last, f"{axis_words(last)} steps")]
        if last > 3:
            marks.insert(1, (last // 2, axis_words(last // 2)))
        self.plot.getAxis("bottom").setTicks([marks])
        self._training.opts["antialias"] = len(curve.steps) < SMOOTH_POINTS
        self._training.setData(curve.steps, curve.losses)
        self._held_out.setData(curve.held_out_steps, curve.held_out_losses)
        best = curve.best_loss
        self._best.setData([] if best is None else [curve.best_step], [] if best is None else [best])
        self._place_labels()
        self.setAccessibleName("Loss chart")
        self.setAccessibleDescription(self.summary())

    def summary(self) -> str:
        """Return in words what the chart shows."""
        curve = self._curve
        parts = [f"Step {curve.step:,} of {curve.total_steps:,}."] if curve.total_steps else []
        if curve.losses:
            parts.append(f"Training loss {curve.losses[-1]:.3f}.")
        if curve.best_loss is not None:
            parts.append(f"Best held-out loss {curve.best_loss:.3f} at step {curve.best_step:,}.")
        return " ".join(parts) or "Nothing measured yet."

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the labels apart at the new size."""
        super().resizeEvent(event)
        self._place_labels()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another palette."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_hover"):
            self._colour()
        super().changeEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Take the values away when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self._show_hover(None)
        return False

    def _colour(self) -> None:
        palette = colours(self)
        caption = font(Type.CAPTION)
        for name in ("left", "bottom"):
            axis = self.plot.getAxis(name)
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTickPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(QColor(palette.muted))
            axis.setStyle(tickFont=caption, tickLength=0, tickTextOffset=8, hideOverlappingLabels=False)
        for line in self._grid:
            line.setPen(pg.mkPen(palette.hover))
        self._training.setPen(pg.mkPen(palette.faint, width=THIN))
        self._held_out.setPen(pg.mkPen(palette.accent, width=THICK))
        self._best.setPen(pg.mkPen(palette.background, width=1.5))
        self._best.setBrush(QColor(palette.accent))
        self._hover_line.setPen(pg.mkPen(palette.control_edge))
        self._hover_mark.setPen(pg.mkPen(None))
        self._hover_mark.setBrush(QColor(palette.text))
        for item in (*self._labels.values(), self._hover):
            item.setFont(caption)
        self._labels["held-out"].setFont(font(Type.CAPTION, Type.STRONG))
        self._labels["held-out"].setColor(QColor(palette.accent))
        self._labels["best"].setColor(QColor(palette.muted))
        self._labels["training"].setColor(QColor(palette.muted))
        self._hover.setColor(QColor(palette.text))
        self._hover.fill = pg.mkBrush(palette.background)
        self._hover.border = pg.mkPen(palette.edge)

    def _place_labels(self) -> None:
        curve = self._curve
        height = max(self.plot.getViewBox().height(), 1.0)
        unit = self._top * (1.04 + BOTTOM_ROOM) / height
        groups: list[tuple[float, float, list[tuple[str, str]]]] = []
        if curve.held_out_steps:
            step, loss = curve.held_out_steps[-1], curve.held_out_losses[-1]
            lines = [("held-out", f"held-out {loss:.2f}")]
            if curve.best_loss is not None:
                at_best = f"best {curve.best_loss:.2f} at step {curve.best_step:,}"
                lines.append(("best", "best so far" if curve.best_step == step else at_best))
            groups.append((max(step, curve.step), loss, lines))
        if curve.losses:
            groups.append((curve.step, curve.losses[-1], [("training", f"training {curve.losses[-1]:.2f}")]))
        groups.sort(key=lambda group: -group[1])
        heights = apart([loss for _at, loss, lines in groups for _line in lines], LABEL_DISTANCE * unit)
        shown = set()
        for at, _loss, lines in groups:
            for name, words in lines:
                shown.add(name)
                self._labels[name].setText(words)
                self._labels[name].setPos(at + curve.total_steps * LEFT_ROOM, heights.pop(0))
        for name, item in self._labels.items():
            item.setVisible(name in shown)

    def _pointed(self, position: QPointF) -> None:
        view = self.plot.getViewBox()
        inside = view.sceneBoundingRect().contains(position)
        self._show_hover(self._curve.nearest(view.mapSceneToView(position).x()) if inside else None)

    def _show_hover(self, place: int | None) -> None:
        for item in (self._hover_line, self._hover_mark, self._hover):
            item.setVisible(place is not None)
        if place is None:
            return
        curve = self._curve
        step, loss = curve.steps[place], curve.losses[place]
        self._hover_line.setValue(step)
        self._hover_mark.setData([step], [loss])
        self._hover.setText(hover_words(step, loss, curve.held_out_at(step)))
        right = step > max(curve.total_steps, 1) * 0.6
        self._hover.setAnchor((1.04, 0) if right else (-0.04, 0))
        self._hover.setPos(step, self._top)


def apart(heights: list[float], distance: float) -> list[float]:
    """Return falling heights moved so that no two are nearer than `distance`, and none is below zero if that can be."""
    moved = list(heights)
    for place in range(1, len(moved)):
        moved[place] = min(moved[place], moved[place - 1] - distance)
    lowest = 0.0
    for place in range(len(moved) - 1, -1, -1):
        moved[place] = max(moved[place], lowest)
        lowest = moved[place] + distance
    return moved

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A word in a pill: a state that is never told by its colour alone."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from ilab_desktop.theme import Palette, Size, Space, Type, colours, font

Meaning = Literal["neutral", "accent", "success", "warning", "danger", "information"]


class Badge(QLabel):
    """A short word on a wash of its meaning's colour."""

    def __init__(self, text: str = "", meaning: Meaning = "neutral") -> None:
        super().__init__(text)
        self._meaning: Meaning = meaning
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def meaning(self) -> Meaning:
        """What the colour says."""
        return self._meaning

    def set(self, text: str, meaning: Meaning) -> None:
        """Change word and meaning."""
        self._meaning = meaning
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the pill."""
        return badge_size(self.text())

    def minimumSizeHint(self) -> QSize:
        """Return the size of the pill: it is never cut."""
        return badge_size(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pill."""
        painter = QPainter(self)
        paint_badge(painter, QRectF(self.rect()), self.text(), self._meaning, colours(self))
        painter.end()


def badge_size(text: str) -> QSize:
    """Return the size of a badge with this text in pixels; also for delegates."""
    metrics = QFontMetrics(font(Type.CAPTION * 0.95, Type.STRONG))
    height = max(Size.BADGE_HEIGHT, metrics.height() + Space.TINY)
    return QSize(metrics.horizontalAdvance(text) + 2 * Space.SMALL, height)


def paint_badge(painter: QPainter, area: QRectF, text: str, meaning: Meaning, palette: Palette) -> None:
    """Draw a badge that fills `area`; for widgets and delegates."""
    colour, wash = palette.meaning(meaning)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(wash))
    painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
    painter.setPen(QColor(colour))
    painter.setFont(font(Type.CAPTION * 0.95, Type.STRONG))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Our own icons: SVG drawn in `currentColor`, tinted from the palette in use at the moment they are painted."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Literal

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ilab_desktop.theme import Palette, Size, colours

Tint = Literal["text", "muted", "accent", "on_accent", "success", "warning", "danger", "information"]


def icon(name: str, tint: Tint = "text") -> QIcon:
    """Return the icon `name` (a file of `ilab_resources/icons`); it follows the palette, also after a change."""
    svg_text(name)
    return QIcon(_TintedEngine(name, tint))


def pixmap(name: str, size: int = Size.ICON, tint: Tint = "text", ratio: float = 1.0) -> QPixmap:
    """Return the icon `name` as a pixmap of `size` pixels, sharp at the device pixel ratio `ratio`."""
    return _render(name, _colour(colours(), tint, QIcon.Mode.Normal, QIcon.State.Off), QSize(size, size), ratio)


def application_icon() -> QIcon:
    """Return the icon of the application itself, in its own colours."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(_render("application", "", QSize(size, size), 1.0))
    return made


@lru_cache(maxsize=128)
def svg_text(name: str) -> str:
    """Return the drawing of the icon `name`; FileNotFoundError where there is none."""
    return (resources.files("ilab_resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


class _TintedEngine(QIconEngine):
    """Renders one drawing in a colour of the palette for each mode and state."""

    def __init__(self, name: str, tint: Tint) -> None:
        super().__init__()
        self._name = name
        self._tint: Tint = tint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon in `rect`."""
        colour = _colour(colours(), self._tint, mode, state)
        _renderer(self._name, colour).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon at `size` device pixels."""
        return _render(self._name, _colour(colours(), self._tint, mode, state), size, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """Return the icon at `size` device pixels for a screen of ratio `scale`."""
        return self.pixmap(size, mode, state)

    def clone(self) -> QIconEngine:
        """Return a copy."""
        return _TintedEngine(self._name, self._tint)


def _colour(palette: Palette, tint: Tint, mode: QIcon.Mode, state: QIcon.State) -> str:
    if mode == QIcon.Mode.Disabled:
        return palette.faint
    if tint == "text":
        return palette.accent_strong if state == QIcon.State.On else palette.soft
    return str(getattr(palette, tint))


def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = svg_text(name).replace("currentColor", colour)
    return QSvgRenderer(QByteArray(drawing.encode("utf-8")))


@lru_cache(maxsize=512)
def _image(name: str, colour: str, width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(width, height)
    corner = QPoint((width - side) // 2, (height - side) // 2)
    _renderer(name, colour).render(painter, QRectF(corner.x(), corner.y(), side, side))
    painter.end()
    return image


def _render(name: str, colour: str, size: QSize, ratio: float) -> QPixmap:
    made = QPixmap.fromImage(_image(name, colour, round(size.width() * ratio), round(size.height() * ratio)))
    made.setDevicePixelRatio(ratio)
    return made

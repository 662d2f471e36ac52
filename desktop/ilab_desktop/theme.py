# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Every colour, size and duration of the window, and how they reach the application."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

ThemeMode = Literal["system", "light", "dark"]
PALETTE_PROPERTY = "ilabPalette"


class Space:
    """Distances in pixels: multiples of four, and two for what must nearly touch."""

    HAIR = 2
    TINY = 4
    SMALL = 8
    MEDIUM = 12
    GROUP = 16
    MARGIN = 24
    LARGE = 32


class Size:
    """Lengths in pixels that are not distances."""

    CARD_RADIUS = 8
    CONTROL_RADIUS = 6
    EDGE = 1
    FOCUS_RING = 2
    CONTROL_HEIGHT = 36
    SMALL_CONTROL_HEIGHT = 28
    ROW_HEIGHT = 32
    ICON = 20
    SMALL_ICON = 16
    EMPTY_ICON = 56
    STEP_MARK = 32
    SIDE_BAR = 196
    READING_WIDTH = 760
    FORM_WIDTH = 360
    CARD_WIDTH = 340
    MODEL_CARD_HEIGHT = 106
    PROGRESS = 4
    STRIP_BAR = 220
    STRIP_HEIGHT = 44
    DRAWER_HEIGHT = 260
    SCROLL_BAR = 10
    BADGE_HEIGHT = 20
    DOT = 8
    WINDOW_WIDTH = 1280
    WINDOW_HEIGHT = 800
    WINDOW_MINIMUM_WIDTH = 960
    WINDOW_MINIMUM_HEIGHT = 620
    DIALOG_WIDTH = 440
    LOG_WIDTH = 860
    LOG_HEIGHT = 560


class Duration:
    """Times in milliseconds."""

    MOTION = 120
    DEBOUNCE = 250
    REFRESH = 100
    CLOCK = 1000
    NOTE = 6000


class Type:
    """Sizes of text as a multiple of the body's, and the three weights."""

    TITLE = 1.6
    FIGURE = 1.5
    SECTION = 1.15
    CAPTION = 0.88
    REGULAR = 400
    MEDIUM = 500
    STRONG = 600
    BOLD = 700


@dataclass(frozen=True)
class Palette:
    """The colours of one scheme as `#rrggbb`. `neutral` goes in nine steps from the background to the text."""

    name: Literal["light", "dark"]
    neutral: tuple[str, str, str, str, str, str, str, str, str]
    accent: str
    accent_strong: str
    accent_hover: str
    accent_pressed: str
    accent_wash: str
    accent_selection: str
    on_accent: str
    success: str
    success_wash: str
    warning: str
    warning_wash: str
    danger: str
    danger_wash: str
    information: str
    information_wash: str

    @property
    def background(self) -> str:
        """What pages and cards are drawn on."""
        return self.neutral[0]

    @property
    def side(self) -> str:
        """The side bar, the activity strip, read-only fields."""
        return self.neutral[1]

    @property
    def hover(self) -> str:
        """A quiet control under the pointer."""
        return self.neutral[2]

    @property
    def edge(self) -> str:
        """Edges of cards, lines between rows, the empty part of a bar."""
        return self.neutral[3]

    @property
    def control_edge(self) -> str:
        """Edges of fields and buttons, a quiet control while pressed."""
        return self.neutral[4]

    @property
    def faint(self) -> str:
        """Placeholders and what is switched off: still 4.5:1 on the background."""
        return self.neutral[5]

    @property
    def muted(self) -> str:
        """Second-rank text."""
        return self.neutral[6]

    @property
    def soft(self) -> str:
        """Text of a control that is not chosen."""
        return self.neutral[7]

    @property
    def text(self) -> str:
        """Text."""
        return self.neutral[8]

    @property
    def primary_ring(self) -> str:
        """The focus ring of a button that is itself filled with the accent."""
        return self.neutral[8] if self.name == "light" else self.on_accent

    def meaning(self, name: str) -> tuple[str, str]:
        """Return (colour, wash) of neutral, accent, success, warning, danger or information."""
        return {
            "neutral": (self.muted, self.hover),
            "accent": (self.accent_strong, self.accent_selection),
            "success": (self.success, self.success_wash),
            "warning": (self.warning, self.warning_wash),
            "danger": (self.danger, self.danger_wash),
            "information": (self.information, self.information_wash),
        }[name]


LIGHT = Palette(
    name="light",
    neutral=("#ffffff", "#f7f8f8", "#eef0f1", "#e2e5e6", "#c8ced0", "#667175", "#566064", "#363f43", "#161b1d"),
    accent="#0b7a75",
    accent_strong="#085e5a",
    accent_hover="#096a65",
    accent_pressed="#075651",
    accent_wash="#e3f2f0",
    accent_selection="#dceeec",
    on_accent="#ffffff",
    success="#1f7a3d",
    success_wash="#e5f4e9",
    warning="#9a5b00",
    warning_wash="#fbf0db",
    danger="#b3261e",
    danger_wash="#fce9e7",
    information="#2459a9",
    information_wash="#e6eefa",
)

DARK = Palette(
    name="dark",
    neutral=("#15191b", "#1b2022", "#23292c", "#2d3539", "#465156", "#8d999e", "#a9b4b8", "#d5dcde", "#f1f4f5"),
    accent="#4fc1b8",
    accent_strong="#7fd8d0",
    accent_hover="#66cdc4",
    accent_pressed="#3fb0a7",
    accent_wash="#14302f",
    accent_selection="#183836",
    on_accent="#0c1f1e",
    success="#6fcf8b",
    success_wash="#17301f",
    warning="#e8b04f",
    warning_wash="#35280f",
    danger="#f28b82",
    danger_wash="#3b1c1a",
    information="#8db8f5",
    information_wash="#17283f",
)


def palette_for(scheme: Qt.ColorScheme) -> Palette:
    """Return the palette of a colour scheme; light where the system does not say."""
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast ratio (1 to 21) of two `#rrggbb` colours."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours(widget: QWidget | None = None) -> Palette:
    """Return the palette in use; for widgets and delegates that paint themselves."""
    app = QApplication.instance()
    name = app.property(PALETTE_PROPERTY) if app is not None else None
    if name is None and widget is not None:
        return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT
    return DARK if name == DARK.name else LIGHT


def body_pixels() -> int:
    """Return the height of body text in pixels."""
    font = QGuiApplication.font()
    pixels = font.pixelSize()
    if pixels > 0:
        return pixels
    screen = QGuiApplication.primaryScreen()
    density = screen.logicalDotsPerInch() if screen is not None else 96.0
    return max(11, round(font.pointSizeF() * density / 72.0))


def font(scale: float = 1.0, weight: int = Type.REGULAR) -> QFont:
    """Return the system's UI font at `scale` times the body's size; for widgets that paint themselves."""
    made = QFont(QGuiApplication.font())
    made.setPixelSize(max(9, round(body_pixels() * scale)))
    made.setWeight(QFont.Weight(weight))
    return made


def code_font() -> QFont:
    """Return the system's fixed font at a size that sits well beside body text."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    made.setPixelSize(max(9, round(body_pixels() * 0.93)))
    return made


def motion_milliseconds() -> int:
    """Return how long a movement lasts: 0 where the system asks for none."""
    hints = QGuiApplication.styleHints()
    accessibility = getattr(hints, "accessibility", None)
    preference = getattr(accessibility(), "motionPreference", None) if accessibility is not None else None
    if preference is not None and "Reduce" in str(preference()):
        return 0
    return Duration.MOTION


def qt_palette(palette: Palette) -> QPalette:
    """Return the QPalette that says the same as `palette`, for what the stylesheet does not reach."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    pairs = {
        role.Window: palette.background,
        role.WindowText: palette.text,
        role.Base: palette.background,
        role.AlternateBase: palette.side,
        role.Text: palette.text,
        role.Button: palette.background,
        role.ButtonText: palette.text,
        role.BrightText: palette.on_accent,
        role.Highlight: palette.accent_selection,
        role.HighlightedText: palette.text,
        role.Link: palette.accent,
        role.LinkVisited: palette.accent_strong,
        role.ToolTipBase: palette.neutral[8],
        role.ToolTipText: palette.neutral[0],
        role.PlaceholderText: palette.faint,
        role.Accent: palette.accent,
        role.Light: palette.background,
        role.Midlight: palette.hover,
        role.Mid: palette.edge,
        role.Dark: palette.control_edge,
        role.Shadow: palette.edge,
    }
    for key, value in pairs.items():
        made.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(group.Disabled, key, QColor(palette.faint))
    return made


def apply_theme(app: QApplication, palette: Palette) -> None:
    """Give the application `palette`: Fusion, a QPalette and one stylesheet. Open windows change at once."""
    from ilab_desktop import stylesheet

    app.setProperty(PALETTE_PROPERTY, palette.name)
    if not app.styleSheet():
        app.setStyle(QStyleFactory.create("Fusion"))
        _choose_font(app)
    app.setPalette(qt_palette(palette))
    app.setStyleSheet(stylesheet.build(palette, body_pixels(), stylesheet.write_glyphs(palette, _glyph_folder(app))))
    for widget in app.topLevelWidgets():
        widget.update()


class ThemeFollower(QObject):
    """Keeps the application in the wished mode, and on "system" follows the system while the window is open."""

    changed = Signal(object)

    def __init__(self, app: QApplication, mode: ThemeMode) -> None:
        super().__init__(app)
        self._app = app
        self._mode: ThemeMode = mode
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._follow()

    @property
    def mode(self) -> ThemeMode:
        """The wished mode."""
        return self._mode

    def set_mode(self, mode: ThemeMode) -> None:
        """Change the wished mode; open windows change at once."""
        self._mode = mode
        self._follow()

    def _follow(self) -> None:
        if self._mode == "system":
            palette = palette_for(self._app.styleHints().colorScheme())
        else:
            palette = DARK if self._mode == "dark" else LIGHT
        if self._app.property(PALETTE_PROPERTY) != palette.name or not self._app.styleSheet():
            apply_theme(self._app, palette)
            self.changed.emit(palette)


def _choose_font(app: QApplication) -> None:
    """Where no desktop names a UI font (a bare X server), take a calm one that is installed, at a readable size."""
    if "DejaVu" not in app.font().family() and app.font().family() not in ("Sans Serif", "Sans", ""):
        return
    installed = set(QFontDatabase.families())
    family = next((name for name in ("Inter", "Cantarell", "Noto Sans", "Ubuntu") if name in installed), None)
    made = QFont(app.font())
    if family is not None:
        made.setFamilies([family, app.font().family()])
    made.setPointSizeF(max(made.pointSizeF(), 10.5))
    app.setFont(made)


def _glyph_folder(app: QApplication) -> Path:
    holder = app.findChild(_GlyphFolder)
    return (holder or _GlyphFolder(app)).path


class _GlyphFolder(QObject):
    """A temporary folder for the tinted arrows that the stylesheet names; gone with the application."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._folder = tempfile.TemporaryDirectory(prefix="ilab-glyphs-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        app.aboutToQuit.connect(self._folder.cleanup)


def _luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255.0 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

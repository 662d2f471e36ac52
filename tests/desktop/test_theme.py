# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The palettes can be read by everybody, reach every widget, and change while the window is open."""

from __future__ import annotations

import re
from pathlib import Path

import ilab_desktop
import pytest
from ilab_desktop import stylesheet
from ilab_desktop.theme import DARK, LIGHT, ThemeFollower, apply_theme, colours, contrast, palette_for
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QPushButton

PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
MEANINGS = ("neutral", "accent", "success", "warning", "danger", "information")


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@PALETTES
def test_text_is_readable_on_every_surface(palette):
    for surface in (palette.background, palette.side):
        for text in (palette.text, palette.soft, palette.muted, palette.faint):
            assert contrast(text, surface) >= 4.5, (text, surface)
    for surface in (palette.hover, palette.accent_wash, palette.accent_selection):
        for text in (palette.text, palette.soft, palette.muted):
            assert contrast(text, surface) >= 4.5, (text, surface)


@PALETTES
@pytest.mark.parametrize("meaning", MEANINGS)
def test_every_meaning_is_readable_on_its_wash_and_on_the_page(palette, meaning):
    colour, wash = palette.meaning(meaning)
    assert contrast(colour, wash) >= 4.5
    assert contrast(colour, palette.background) >= 4.5


@PALETTES
def test_primary_buttons_are_readable_in_every_state(palette):
    for surface in (palette.accent, palette.accent_hover, palette.accent_pressed):
        assert contrast(palette.on_accent, surface) >= 4.5


@PALETTES
def test_focus_and_state_stand_out(palette):
    for surface in (palette.background, palette.side, palette.accent_wash, palette.accent_selection):
        assert contrast(palette.accent, surface) >= 3.0
    assert contrast(palette.primary_ring, palette.accent) >= 3.0
    assert contrast(palette.faint, palette.background) >= 3.0, "edges of check boxes"


def test_system_scheme_chooses_the_palette():
    assert palette_for(Qt.ColorScheme.Dark) is DARK
    assert palette_for(Qt.ColorScheme.Light) is LIGHT
    assert palette_for(Qt.ColorScheme.Unknown) is LIGHT


def test_theme_changes_while_the_window_is_open(qapp, window):
    follower = ThemeFollower(qapp, "light")
    background = QPalette.ColorRole.Window
    assert window.palette().color(background).name() == LIGHT.background
    follower.set_mode("dark")
    assert colours(window) is DARK
    assert window.palette().color(background).name() == DARK.background
    assert window.grab().toImage().pixelColor(window.width() // 2, window.height() // 2).lightness() < 60
    follower.set_mode("light")
    assert window.grab().toImage().pixelColor(window.width() // 2, window.height() // 2).lightness() > 200
    follower.deleteLater()


@PALETTES
def test_stylesheet_is_understood_by_qt_and_names_files_that_exist(qapp, palette, tmp_path, qtlog):
    glyphs = stylesheet.write_glyphs(palette, tmp_path)
    sheet = stylesheet.build(palette, 14, glyphs)
    named = re.findall(r"url\(([^)]+)\)", sheet)
    assert named
    assert all(Path(name).is_file() for name in named)
    apply_theme(qapp, palette)
    QPushButton("polished with it").ensurePolished()
    assert not [record for record in qtlog.records if "stylesheet" in record.message]


def test_colours_are_written_in_one_place_only():
    root = Path(ilab_desktop.__file__).parent
    offenders = [
        f"{file.relative_to(root)}: {line.strip()}"
        for file in sorted(root.rglob("*.py"))
        if file.name != "theme.py"
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"[\"']#[0-9a-fA-F]{3,8}[\"';]", line)
    ]
    assert offenders == []

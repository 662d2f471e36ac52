# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Every icon is one of ours, drawn in one style, tinted from the palette and sharp."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import ilab_desktop
import pytest
from ilab_desktop.icons import application_icon, icon, pixmap, svg_text
from ilab_desktop.theme import DARK, LIGHT, apply_theme
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage

FOLDER = resources.files("ilab_resources") / "icons"
NAMES = sorted(file.name.removesuffix(".svg") for file in FOLDER.iterdir() if file.name.endswith(".svg"))


def drawn_colour(image: QImage) -> QColor:
    """Return the colour of the most opaque pixel."""
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    x, y = max(points, key=lambda point: image.pixelColor(*point).alpha())
    return image.pixelColor(x, y)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "application"])
def test_icon_is_drawn_in_the_style_of_the_set(qapp, name):
    text = svg_text(name)
    assert 'viewBox="0 0 20 20"' in text
    assert 'stroke-width="1.5"' in text
    assert "currentColor" in text
    assert not re.search(r"#[0-9a-f]{3,6}", text)
    assert drawn_colour(pixmap(name, 40).toImage()).alpha() > 200, "nothing is drawn"


def test_every_icon_that_the_window_names_exists():
    text = "\n".join(file.read_text(encoding="utf-8") for file in Path(ilab_desktop.__file__).parent.rglob("*.py"))
    named = set(re.findall(r"\b(?:icon|pixmap)\(\s*\"([a-z-]+)\"", text))
    named |= set(re.findall(r"EmptyState\(\s*\"([a-z-]+)\"", text))
    named |= set(re.findall(r"(?:primary|plain|quiet|danger)_button\(\s*\"[^\"]*\",\s*\"([a-z-]+)\"", text))
    assert named - set(NAMES) == set()
    assert len(named) > 5


def test_icon_follows_the_palette_after_it_was_made(qapp):
    made = icon("home")
    apply_theme(qapp, LIGHT)
    light = drawn_colour(made.pixmap(40, 40).toImage())
    apply_theme(qapp, DARK)
    dark = drawn_colour(made.pixmap(40, 40).toImage())
    apply_theme(qapp, LIGHT)
    assert light.name() == LIGHT.soft
    assert dark.name() == DARK.soft


def test_disabled_and_chosen_icons_differ(qapp):
    apply_theme(qapp, LIGHT)
    made = icon("home")
    size = QSize(40, 40)
    off = drawn_colour(made.pixmap(size, QIcon.Mode.Disabled, QIcon.State.Off).toImage())
    on = drawn_colour(made.pixmap(size, QIcon.Mode.Normal, QIcon.State.On).toImage())
    assert off.name() == LIGHT.faint
    assert on.name() == LIGHT.accent_strong


def test_pixmap_has_the_pixels_of_a_dense_screen(qapp):
    made = pixmap("home", 20, ratio=1.5)
    assert made.size() == QSize(30, 30)
    assert made.devicePixelRatio() == 1.5


def test_application_icon_comes_in_all_sizes(qapp):
    assert {size.width() for size in application_icon().availableSizes()} >= {16, 32, 48, 256}


def test_unknown_icon_is_an_error_at_once(qapp):
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The one stylesheet, built from the tokens of `theme.py`."""

from __future__ import annotations

from pathlib import Path

from ilab_desktop.theme import Palette, Size, Space, Type

# What Qt leaves on each side of an item's text, beside its padding
_ITEM_MARGIN = 3

_GLYPHS = {
    "down": "M4 6l4 4 4-4",
    "up": "M4 10l4-4 4 4",
    "right": "M6 4l4 4-4 4",
    "check": "M3.5 8.5l3 3 6-6.5",
    "partial": "M4 8h8",
}


def write_glyphs(palette: Palette, folder: Path) -> dict[str, str]:
    """Write the arrows and marks in the palette's colours; return their paths as a stylesheet writes them."""
    tints = {"": palette.muted, "-off": palette.control_edge, "-on": palette.on_accent}
    paths: dict[str, str] = {}
    for name, line in _GLYPHS.items():
        for suffix, colour in tints.items():
            file = folder / f"{name}{suffix}-{palette.name}.svg"
            if not file.exists():
                file.write_text(
                    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" '
                    f'stroke="{colour}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">'
                    f'<path d="{line}"/></svg>',
                    encoding="utf-8",
                )
            paths[name + suffix] = file.as_posix()
    return paths


def build(palette: Palette, body: int, glyphs: dict[str, str]) -> str:
    """Return the stylesheet for `palette` and body text `body` pixels high."""
    return "\n".join(
        (
            _surfaces(palette),
            _labels(palette, body),
            _buttons(palette, glyphs),
            _fields(palette, glyphs),
            _choices(palette, glyphs),
            _views(palette, body, glyphs),
            _parts(palette, body, glyphs),
            _frame(palette, body),
        )
    )


def _surfaces(p: Palette) -> str:
    return f"""
QMainWindow, QDialog, QMessageBox {{ background: {p.background}; }}
QWidget {{ color: {p.text}; selection-background-color: {p.accent_selection}; selection-color: {p.text}; }}
QScrollArea, QScrollArea > QWidget > QWidget#scrollBody, QStackedWidget {{ background: transparent; border: none; }}
QFrame[card="true"] {{
    background: {p.background}; border: {Size.EDGE}px solid {p.edge}; border-radius: {Size.CARD_RADIUS}px;
}}
QFrame[card="true"][accent="true"] {{ background: {p.accent_wash}; border-color: {p.accent}; }}
QFrame[card="true"][suggestion="true"] {{ background: {p.side}; border: {Size.EDGE}px dashed {p.accent}; }}
QFrame[card="true"][tone="danger"] {{ border-color: {p.danger}; }}
QFrame[card="true"][clickable="true"]:hover {{ border-color: {p.control_edge}; }}
QFrame[card="true"][keyboardFocus="true"] {{ border: {Size.FOCUS_RING}px solid {p.accent}; }}
QFrame[line="true"] {{ background: {p.edge}; border: none; max-height: {Size.EDGE}px; min-height: {Size.EDGE}px; }}
"""


def _labels(p: Palette, body: int) -> str:
    def pixels(scale: float) -> int:
        return round(body * scale)

    return f"""
QLabel {{ background: transparent; border: none; }}
QLabel[role="title"] {{ font-size: {pixels(Type.TITLE)}px; font-weight: {Type.BOLD}; }}
QLabel[role="figure"] {{ font-size: {pixels(Type.FIGURE)}px; font-weight: {Type.BOLD}; }}
QLabel[role="section"] {{ font-size: {pixels(Type.SECTION)}px; font-weight: {Type.STRONG}; }}
QLabel[role="strong"] {{ font-weight: {Type.STRONG}; }}
QLabel[role="muted-strong"] {{ font-weight: {Type.STRONG}; color: {p.muted}; }}
QLabel[role="field"] {{ font-size: {pixels(Type.CAPTION)}px; font-weight: {Type.STRONG}; color: {p.soft}; }}
QLabel[role="caption"] {{ font-size: {pixels(Type.CAPTION)}px; color: {p.muted}; }}
QLabel[role="muted"] {{ color: {p.muted}; }}
QLabel[role="danger"] {{ font-size: {pixels(Type.CAPTION)}px; color: {p.danger}; }}
QLabel[role="warning"] {{ font-size: {pixels(Type.CAPTION)}px; color: {p.warning}; }}
QLabel[role="code"] {{ font-family: monospace; font-size: {pixels(Type.CAPTION)}px; }}
"""


def _buttons(p: Palette, glyphs: dict[str, str]) -> str:
    inner = Size.CONTROL_HEIGHT - 2 * Size.EDGE
    small = Size.SMALL_CONTROL_HEIGHT - 2 * Size.EDGE
    tight = Size.BADGE_HEIGHT
    return f"""
QPushButton, QToolButton {{
    background: {p.background}; color: {p.text}; border: {Size.EDGE}px solid {p.control_edge};
    border-radius: {Size.CONTROL_RADIUS}px; padding: 0 {Space.MEDIUM + 2}px; min-height: {inner}px;
    font-weight: {Type.MEDIUM};
}}
QToolButton {{ padding: 0 {Space.SMALL}px; }}
QPushButton:hover, QToolButton:hover {{ background: {p.hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {p.edge}; }}
QPushButton:checked, QToolButton:checked {{
    background: {p.accent_selection}; border-color: {p.accent}; color: {p.accent_strong};
}}
QPushButton:disabled, QToolButton:disabled {{ color: {p.faint}; border-color: {p.edge}; background: {p.background}; }}
QPushButton[small="true"], QToolButton[small="true"] {{ min-height: {small}px; padding: 0 {Space.SMALL + 2}px; }}
QPushButton[tight="true"] {{ min-height: {tight}px; max-height: {tight}px; padding: 0 {Space.TINY}px; }}
QPushButton[variant="primary"] {{ background: {p.accent}; color: {p.on_accent}; border-color: {p.accent}; }}
QPushButton[variant="primary"]:hover {{ background: {p.accent_hover}; border-color: {p.accent_hover}; }}
QPushButton[variant="primary"]:pressed {{ background: {p.accent_pressed}; border-color: {p.accent_pressed}; }}
QPushButton[variant="primary"]:disabled {{ background: {p.hover}; color: {p.faint}; border-color: {p.edge}; }}
QPushButton[variant="danger"] {{ color: {p.danger}; }}
QPushButton[variant="quiet"], QToolButton[variant="quiet"] {{
    background: transparent; border-color: transparent; padding: 0 {Space.SMALL}px; color: {p.soft};
}}
QPushButton[variant="quiet"]:hover, QToolButton[variant="quiet"]:hover {{ background: {p.hover}; }}
QPushButton[variant="quiet"]:pressed, QToolButton[variant="quiet"]:pressed {{ background: {p.edge}; }}
QPushButton[variant="quiet"]:checked, QToolButton[variant="quiet"]:checked {{
    background: {p.accent_selection}; color: {p.accent_strong}; border-color: transparent;
}}
QPushButton[variant="quiet"]:disabled, QToolButton[variant="quiet"]:disabled {{ color: {p.faint}; }}
QPushButton[variant="link"] {{
    background: transparent; border: {Size.EDGE}px solid transparent; padding: 0 {Space.TINY}px; min-height: 20px;
    color: {p.accent}; text-align: left;
}}
QPushButton[variant="link"]:hover {{ color: {p.accent_strong}; text-decoration: underline; }}
QPushButton[keyboardFocus="true"], QToolButton[keyboardFocus="true"] {{
    border: {Size.FOCUS_RING}px solid {p.accent}; padding: 0 {Space.MEDIUM + 1}px; min-height: {inner - 2}px;
}}
QToolButton[keyboardFocus="true"] {{ padding: 0 {Space.SMALL - 1}px; }}
QPushButton[small="true"][keyboardFocus="true"], QToolButton[small="true"][keyboardFocus="true"] {{
    min-height: {small - 2}px; padding: 0 {Space.SMALL + 1}px;
}}
QPushButton[variant="quiet"][keyboardFocus="true"], QToolButton[variant="quiet"][keyboardFocus="true"] {{
    border-color: {p.accent}; padding: 0 {Space.SMALL - 1}px;
}}
QPushButton[tight="true"][keyboardFocus="true"] {{
    min-height: {tight - 2}px; max-height: {tight - 2}px; padding: 0 {Space.TINY - 1}px;
}}
QPushButton[variant="primary"][keyboardFocus="true"] {{ border-color: {p.primary_ring}; }}
QPushButton[variant="link"][keyboardFocus="true"] {{
    border: {Size.FOCUS_RING}px solid {p.accent}; padding: 0 {Space.TINY - 1}px; min-height: 18px;
}}
QPushButton::menu-indicator {{
    image: url({glyphs["down"]}); subcontrol-position: right center; subcontrol-origin: padding; right: {Space.SMALL}px;
}}
QPushButton[menu="true"] {{ padding-right: {Space.MARGIN + Space.TINY}px; }}
QToolButton::menu-indicator {{ image: none; }}
"""


def _fields(p: Palette, glyphs: dict[str, str]) -> str:
    line = Size.CONTROL_HEIGHT - 2 * Size.EDGE
    every = "QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox"
    focus = ", ".join(f"{name}:focus" for name in every.split(", "))
    off = ", ".join(f"{name}:disabled" for name in every.split(", "))
    fixed = ", ".join(f'{name}[readOnly="true"]' for name in ("QLineEdit", "QPlainTextEdit", "QTextEdit"))
    wrong = ", ".join(f'{name}[invalid="true"]' for name in every.split(", "))
    bare = ", ".join(f'{name}[bare="true"]' for name in every.split(", "))
    bare_focus = ", ".join(f'{name}[bare="true"]:focus' for name in every.split(", "))
    return f"""
{every} {{
    background: {p.background}; color: {p.text}; border: {Size.EDGE}px solid {p.control_edge};
    border-radius: {Size.CONTROL_RADIUS}px; padding: 0 {Space.SMALL + 2}px; placeholder-text-color: {p.faint};
}}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ min-height: {line}px; }}
QPlainTextEdit, QTextEdit {{ padding: {Space.TINY}px {Space.SMALL - 2}px; }}
{fixed} {{ background: {p.side}; border-color: {p.edge}; }}
{focus} {{ border: {Size.FOCUS_RING}px solid {p.accent}; padding: 0 {Space.SMALL + 1}px; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {{ min-height: {line - 2}px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: {Space.TINY - 1}px {Space.SMALL - 3}px; }}
{off} {{ color: {p.faint}; background: {p.side}; border-color: {p.edge}; }}
{wrong} {{ border-color: {p.danger}; }}
{bare}, {bare_focus} {{ border: none; background: transparent; padding: 0; }}
QSpinBox QLineEdit, QDoubleSpinBox QLineEdit, QComboBox QLineEdit, QSpinBox QLineEdit:focus,
QDoubleSpinBox QLineEdit:focus, QComboBox QLineEdit:focus {{
    border: none; background: transparent; padding: 0 0 0 {Space.SMALL}px; min-height: 0;
}}
QComboBox QLineEdit, QComboBox QLineEdit:focus {{ padding: 0; }}
QComboBox {{ padding-right: {Space.MARGIN + Space.TINY}px; }}
QComboBox:focus {{ padding-right: {Space.MARGIN + Space.TINY - 1}px; }}
QComboBox:hover {{ background: {p.side}; }}
QComboBox::drop-down {{
    border: none; width: {Space.MARGIN}px; subcontrol-origin: border; subcontrol-position: right center;
}}
QComboBox::down-arrow {{ image: url({glyphs["down"]}); width: 16px; height: 16px; }}
QComboBox::down-arrow:disabled {{ image: url({glyphs["down-off"]}); }}
QComboBox QAbstractItemView {{
    background: {p.background}; border: {Size.EDGE}px solid {p.control_edge}; border-radius: {Size.CONTROL_RADIUS}px;
    padding: {Space.TINY}px; outline: none;
}}
QComboBox QAbstractItemView::item {{ min-height: {Size.ROW_HEIGHT}px; padding: 0 {Space.SMALL}px; }}
QSpinBox, QDoubleSpinBox {{ padding-right: {Space.MARGIN}px; max-height: {line}px; }}
QSpinBox:focus, QDoubleSpinBox:focus {{ max-height: {line - 2}px; }}
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {{
    border: none; background: transparent; width: {Space.MARGIN - Space.TINY}px; subcontrol-origin: border;
    right: {Space.TINY}px;
}}
QSpinBox::up-button, QDoubleSpinBox::up-button {{ subcontrol-position: top right; top: 3px; }}
QSpinBox::down-button, QDoubleSpinBox::down-button {{ subcontrol-position: bottom right; bottom: 3px; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url({glyphs["up"]}); width: 12px; height: 12px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url({glyphs["down"]}); width: 12px; height: 12px; }}
QSpinBox::up-arrow:off, QDoubleSpinBox::up-arrow:off, QSpinBox::up-arrow:disabled, QDoubleSpinBox::up-arrow:disabled {{
    image: url({glyphs["up-off"]});
}}
QSpinBox::down-arrow:off, QDoubleSpinBox::down-arrow:off, QSpinBox::down-arrow:disabled,
QDoubleSpinBox::down-arrow:disabled {{ image: url({glyphs["down-off"]}); }}
"""


def _choices(p: Palette, glyphs: dict[str, str]) -> str:
    return f"""
QCheckBox, QRadioButton {{
    spacing: {Space.SMALL}px; background: transparent; border: {Size.FOCUS_RING}px solid transparent;
    border-radius: {Size.CONTROL_RADIUS}px; padding: 2px; min-height: {Space.MARGIN}px;
}}
QCheckBox[keyboardFocus="true"], QRadioButton[keyboardFocus="true"] {{ border-color: {p.accent}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {p.faint}; }}
QCheckBox::indicator, QRadioButton::indicator {{
    width: 16px; height: 16px; border: {Size.EDGE}px solid {p.faint}; border-radius: 4px; background: {p.background};
}}
QRadioButton::indicator {{ border-radius: 9px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {p.accent}; }}
QCheckBox::indicator:checked {{
    background: {p.accent}; border-color: {p.accent}; image: url({glyphs["check-on"]});
}}
QCheckBox::indicator:indeterminate {{
    background: {p.accent}; border-color: {p.accent}; image: url({glyphs["partial-on"]});
}}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {p.edge}; background: {p.side}; }}
QCheckBox::indicator:checked:disabled {{ background: {p.control_edge}; border-color: {p.control_edge}; }}
QRadioButton::indicator:checked {{ border: 5px solid {p.accent}; width: 8px; height: 8px; }}
QSlider::groove:horizontal {{ height: {Size.PROGRESS}px; background: {p.edge}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {p.accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{
    background: {p.background}; border: {Size.FOCUS_RING}px solid {p.accent}; width: 12px; height: 12px;
    margin: -6px 0; border-radius: {Space.SMALL}px;
}}
QSlider::handle:horizontal:hover {{ background: {p.accent_wash}; }}
QSlider[keyboardFocus="true"]::handle:horizontal {{ background: {p.accent}; border-color: {p.text}; }}
"""


def _views(p: Palette, body: int, glyphs: dict[str, str]) -> str:
    return f"""
QTableView, QTreeView, QListView {{
    background: transparent; border: {Size.FOCUS_RING}px solid transparent; border-radius: {Size.CONTROL_RADIUS}px;
    outline: none; gridline-color: {p.edge}; show-decoration-selected: 1;
}}
QTableView[keyboardFocus="true"], QTreeView[keyboardFocus="true"], QListView[keyboardFocus="true"] {{
    border-color: {p.accent};
}}
QTableView::item {{ border: none; border-bottom: {Size.EDGE}px solid {p.edge}; padding: 0 {Space.SMALL}px; }}
QTreeView::item, QListView::item {{
    border: none; min-height: {Size.ROW_HEIGHT}px; padding: 0 {Space.TINY}px;
}}
QTreeView::item:hover, QListView::item:hover, QTableView::item:hover {{ background: {p.side}; }}
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {{
    background: {p.accent_selection}; color: {p.text};
}}
QTreeView::branch {{ background: transparent; border-image: none; image: none; }}
QTreeView::branch:selected {{ background: {p.accent_selection}; }}
QTreeView::branch:has-children:closed {{ image: url({glyphs["right"]}); }}
QTreeView::branch:has-children:open {{ image: url({glyphs["down"]}); }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{
    background: transparent; color: {p.muted}; border: none; border-bottom: {Size.EDGE}px solid {p.edge};
    padding: 0 {Space.SMALL + _ITEM_MARGIN}px; min-height: {Size.ROW_HEIGHT}px;
    font-size: {round(body * Type.CAPTION)}px;
    font-weight: {Type.STRONG}; text-align: left;
}}
QHeaderView::section:hover {{ color: {p.text}; }}
QHeaderView::up-arrow {{ image: url({glyphs["up"]}); width: 12px; height: 12px; }}
QHeaderView::down-arrow {{ image: url({glyphs["down"]}); width: 12px; height: 12px; }}
QTableCornerButton::section {{ background: transparent; border: none; }}
"""


def _parts(p: Palette, body: int, glyphs: dict[str, str]) -> str:
    caption = round(body * Type.CAPTION)
    bar = Size.SCROLL_BAR
    return f"""
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: {bar}px; }}
QScrollBar:horizontal {{ height: {bar}px; }}
QScrollBar::handle {{ background: {p.control_edge}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: {Space.LARGE}px; }}
QScrollBar::handle:horizontal {{ min-width: {Space.LARGE}px; }}
QScrollBar::handle:hover {{ background: {p.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QProgressBar {{
    background: {p.edge}; border: none; border-radius: 2px; min-height: {Size.PROGRESS}px;
    max-height: {Size.PROGRESS}px; text-align: center; color: transparent;
}}
QProgressBar::chunk {{ background: {p.accent}; border-radius: 2px; }}
QProgressBar[meaning="success"]::chunk {{ background: {p.success}; }}
QProgressBar[meaning="danger"]::chunk {{ background: {p.danger}; }}
QToolTip {{
    background: {p.text}; color: {p.background}; border: none; padding: {Space.TINY}px {Space.SMALL}px;
    font-size: {caption}px;
}}
QMenu {{
    background: {p.background}; border: {Size.EDGE}px solid {p.control_edge}; border-radius: {Size.CONTROL_RADIUS}px;
    padding: {Space.TINY}px;
}}
QMenu::item {{
    padding: {Space.TINY + 2}px {Space.MARGIN}px {Space.TINY + 2}px {Space.MEDIUM}px;
    border-radius: {Space.TINY}px; margin: 0;
}}
QMenu::icon {{ padding-left: {Space.SMALL}px; }}
QMenu::item:selected {{ background: {p.accent_selection}; }}
QMenu::item:disabled {{ color: {p.faint}; }}
QMenu::separator {{ height: {Size.EDGE}px; background: {p.edge}; margin: {Space.TINY}px {Space.SMALL}px; }}
QMenuBar {{ background: {p.side}; border-bottom: {Size.EDGE}px solid {p.edge}; padding: 2px {Space.SMALL}px; }}
QMenuBar::item {{ background: transparent; padding: {Space.TINY}px {Space.SMALL}px; border-radius: {Space.TINY}px; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {p.accent_selection}; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {p.edge}; }}
QSplitter::handle:pressed {{ background: {p.accent}; }}
QTabWidget::pane {{ border: none; }}
QTabBar {{ qproperty-drawBase: 0; background: transparent; }}
QTabBar::tab {{
    background: transparent; color: {p.muted}; border: none; border-bottom: {Size.FOCUS_RING}px solid transparent;
    padding: {Space.SMALL}px {Space.MEDIUM}px; font-weight: {Type.MEDIUM};
}}
QTabBar::tab:hover {{ color: {p.text}; }}
QTabBar::tab:selected {{ color: {p.text}; border-bottom-color: {p.accent}; }}
QTabBar[keyboardFocus="true"]::tab:selected {{
    border: {Size.FOCUS_RING}px solid {p.accent}; border-radius: {Space.TINY}px;
}}
QGroupBox {{ border: none; margin-top: {Space.MARGIN}px; font-weight: {Type.STRONG}; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 0; }}
"""


def _frame(p: Palette, body: int) -> str:
    caption = round(body * Type.CAPTION)
    return f"""
QFrame#sideBar {{ background: {p.side}; border: none; border-right: {Size.EDGE}px solid {p.edge}; }}
QFrame#sideBar QLabel[role="caption"] {{ color: {p.muted}; }}
QFrame#activityStrip {{ background: {p.side}; border: none; border-top: {Size.EDGE}px solid {p.edge}; }}
QFrame#activityStrip QPushButton[variant="quiet"] {{
    font-size: {caption}px; font-weight: {Type.REGULAR}; color: {p.muted};
}}
QFrame#activityDrawer {{ background: {p.background}; border: none; border-top: {Size.EDGE}px solid {p.edge}; }}
QFrame#jobRow {{ background: transparent; border: none; border-bottom: {Size.EDGE}px solid {p.edge}; }}
QFrame#banner {{ background: {p.danger_wash}; border: none; border-bottom: {Size.EDGE}px solid {p.danger}; }}
QFrame#banner[meaning="information"] {{ background: {p.information_wash}; border-bottom-color: {p.information}; }}
QFrame#banner[meaning="success"] {{ background: {p.success_wash}; border-bottom-color: {p.success}; }}
QFrame#banner[meaning="warning"] {{ background: {p.warning_wash}; border-bottom-color: {p.warning}; }}
QFrame#dropVeil {{
    background: {p.accent_wash}; border: {Size.FOCUS_RING}px dashed {p.accent}; border-radius: {Size.CARD_RADIUS}px;
}}
"""

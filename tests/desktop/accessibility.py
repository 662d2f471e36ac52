# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a screen reader would find nameless."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QLabel,
    QProgressBar,
    QScrollArea,
    QScrollBar,
    QWidget,
)

_INNER_NAMES = ("qt_scrollarea_viewport", "qt_spinbox_lineedit", "qt_toolbar_ext_button")


def nameless_widgets(root: QWidget) -> list[str]:
    """Return what has no name of all below `root` that the keyboard reaches or that holds a value."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if _matters(widget) and not _name(widget).strip():
            found.append(f"{type(widget).__name__} {widget.objectName()!r} in {type(widget.parent()).__name__}")
    return found


def _matters(widget: QWidget) -> bool:
    if widget.objectName() in _INNER_NAMES or isinstance(widget, QScrollBar | QLabel):
        return False
    if isinstance(widget.parent(), QAbstractItemView) or _is_part_of_a_combo_box(widget):
        return False
    if isinstance(widget, QProgressBar):
        return True
    if isinstance(widget, QScrollArea) and widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False
    if isinstance(widget, QAbstractScrollArea):
        return widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _is_part_of_a_combo_box(widget: QWidget) -> bool:
    parent = widget.parent()
    while parent is not None:
        if type(parent).__name__ in ("QComboBox", "QSpinBox", "QDoubleSpinBox", "QComboBoxPrivateContainer"):
            return True
        parent = parent.parent()
    return False


def _name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()

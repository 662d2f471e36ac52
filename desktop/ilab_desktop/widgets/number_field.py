# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Number fields that stand like the other fields."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from ilab_desktop.theme import Space


def indent_number_fields(root: QWidget) -> None:
    """Give the number fields below `root` the indent of a text field; Qt ignores their padding in a stylesheet."""
    for field in root.findChildren(QAbstractSpinBox):
        field.lineEdit().setTextMargins(Space.SMALL, 0, 0, 0)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Take a widget away for good."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def dispose(widget: QWidget) -> None:
    """Hide a widget at once and delete it when control is back in the event loop.

    It keeps its parent until it is gone: given to Python in between, it would now and then be freed twice.
    """
    widget.hide()
    parent = widget.parentWidget()
    if parent is not None and parent.layout() is not None:
        parent.layout().removeWidget(widget)
    widget.deleteLater()

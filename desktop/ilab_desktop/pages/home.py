# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Home."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ilab_desktop.services import Services
from ilab_desktop.theme import Space
from ilab_desktop.widgets.page_header import PageHeader


class HomePage(QWidget):
    """Home."""

    def __init__(self, services: Services, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.MARGIN, Space.MARGIN, Space.MARGIN, Space.MARGIN)
        layout.addWidget(PageHeader("Home", "One sentence."))
        layout.addStretch(1)

    def activate(self) -> None:
        """Show what there is now."""

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Below the YAML text: the sentence of the problem in the cursor's line, or how many there are."""

from __future__ import annotations

from ilab_core.taxonomy.problem import Problem
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ilab_desktop.icons import pixmap
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.labels import ElidedLabel, label, set_role


class ProblemLine(QWidget):
    """Two lines, what is wrong and what mends it; hidden while the leaf has no problems."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = label()
        self._message = ElidedLabel("", "danger")
        self._fix = ElidedLabel("", "caption")
        self._message.setAccessibleName("Problem in this line")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.SMALL, Space.TINY, Space.SMALL, Space.TINY)
        row.setSpacing(Space.SMALL)
        row.addWidget(self._icon)
        row.addWidget(self._message, 3)
        row.addWidget(self._fix, 2)
        self.setFixedHeight(Size.ROW_HEIGHT)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self._message.text()} {self._fix.text()}".strip()

    def tell(self, problem: Problem | None, count: int) -> None:
        """Say this problem, or where none is here that there are `count` elsewhere."""
        if problem is None:
            self._message.setText(f"{count:,} problem{'s' if count != 1 else ''} in this leaf. F8 goes to the next.")
            self._fix.setText("")
        else:
            self._message.setText(problem.message)
            self._fix.setText(problem.fix)
        severity = "muted" if problem is None else "danger" if problem.severity == "error" else "warning"
        set_role(self._message, severity)
        name = "info" if problem is None else "error" if problem.severity == "error" else "warning"
        self._icon.setPixmap(pixmap(name, Size.SMALL_ICON, severity, self.devicePixelRatioF()))

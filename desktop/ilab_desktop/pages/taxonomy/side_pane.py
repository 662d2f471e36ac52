# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Right: the leaf's problems, and below them its document."""

from __future__ import annotations

from pathlib import Path

from ilab_core.errors import TaxonomyError
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ilab_desktop.icons import pixmap
from ilab_desktop.pages.taxonomy.document_preview import DocumentPreview
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.problem_list import ProblemList
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import plain_button, small
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import label


class SidePane(Card):
    """Follows the leaf that is being edited."""

    def __init__(self, documents_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=Space.MEDIUM, spacing=Space.SMALL)
        self.problems = ProblemList()
        self.preview = DocumentPreview(documents_folder)
        self._title = label("Problems", "strong")
        self._count = label("", "caption")
        self._fine_icon = label()
        self._fine = label("", "muted", wrap=True)
        heading = QHBoxLayout()
        heading.setSpacing(Space.SMALL)
        heading.addWidget(self._title)
        heading.addWidget(self._count, 1)
        self._fine_row = QWidget()
        fine = QHBoxLayout(self._fine_row)
        fine.setContentsMargins(0, 0, 0, 0)
        fine.setSpacing(Space.SMALL)
        fine.addWidget(self._fine_icon, 0, Qt.AlignmentFlag.AlignTop)
        fine.addWidget(self._fine, 1)
        # Shown, and worded, by what finds out whether there is a mend.
        self.mend = small(plain_button("Mend", "check"))
        self.mend.hide()
        self.column.addLayout(heading)
        self.column.addWidget(self._fine_row)
        self.column.addWidget(self.mend, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.problems)
        self.column.addSpacing(Space.SMALL)
        self.column.addWidget(self.preview, 1)
        self._rest = QWidget()
        self.column.addWidget(self._rest, 1)

    def show_document(self, document: LeafDocument | None) -> None:
        """Show the problems and the document of a leaf as its text is now."""
        leaf = document.parsed() if document is not None else None
        if not isinstance(leaf, TaxonomyError):
            self.preview.show_leaf(leaf)
        self._rest.setVisible(self.preview.isHidden())
        problems = document.shown_problems if document is not None else ()
        self.problems.show_problems(problems)
        self.problems.setVisible(bool(problems))
        self._count.setText(f"{len(problems):,}" if problems else "")
        self._fine_row.setVisible(not problems)
        checked = document is not None and document.is_checked
        self._fine.setText("None. This leaf is valid." if checked else "Checking…" if document is not None else "")
        self._fine_icon.setVisible(checked)
        if checked:
            drawing = pixmap("check-circle", Size.SMALL_ICON, "success", self.devicePixelRatioF())
            self._fine_icon.setPixmap(drawing)
        self._fit_problems()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the problems anew."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit_problems)

    def _fit_problems(self) -> None:
        """As high as the problems need, but never more than half the pane while there is a document to see."""
        share = self.height() // 2 if not self.preview.isHidden() else self.height()
        self.problems.scheduleDelayedItemsLayout()
        wanted = self.problems.wanted_height()
        self.problems.setFixedHeight(max(Size.ROW_HEIGHT * 2, min(wanted, max(share, Size.ROW_HEIGHT * 3))))

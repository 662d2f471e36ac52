# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A button that says which leaves are chosen and opens a searchable list of all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListView, QPushButton, QSizePolicy, QWidget

from ilab_desktop.icons import pixmap
from ilab_desktop.models.checklist import CheckItem, Checklist
from ilab_desktop.pages.data_state import leaves_title
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import link_button
from ilab_desktop.widgets.check_delegate import CheckDelegate
from ilab_desktop.widgets.labels import set_flag
from ilab_desktop.widgets.popover import Popover

ROWS_SHOWN = 9


class LeafChooser(QPushButton):
    """`chosen` names the leaves; `chosen_changed` follows every check."""

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_flag(self, "menu", True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("LeafChooser { text-align: left; }")
        self.model = Checklist(self)
        self.model.checked_changed.connect(self._tell)
        self._popover = Popover(self, "Leaves to generate from")
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search leaves")
        self._search.setAccessibleName("Search leaves")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self.model.search)
        self._list = QListView()
        self._list.setModel(self.model)
        self._list.setItemDelegate(CheckDelegate(self._list))
        self._list.setMouseTracking(True)
        self._list.setUniformItemSizes(True)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setSelectionMode(QListView.SelectionMode.NoSelection)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName("Leaves")
        everything = link_button("All", "Choose all leaves in the list")
        nothing = link_button("None", "Clear all leaves in the list")
        everything.clicked.connect(lambda: self.model.check_shown(True))
        nothing.clicked.connect(lambda: self.model.check_shown(False))
        links = QHBoxLayout()
        links.addWidget(everything)
        links.addWidget(nothing)
        links.addStretch(1)
        self._popover.body.addWidget(self._search)
        self._popover.body.addWidget(self._list)
        self._popover.body.addLayout(links)
        self.clicked.connect(self.open_list)
        self._tell()

    def set_leaves(self, leaves: list[tuple[str, str]]) -> None:
        """Offer these leaves, as (name, kind); those chosen stay chosen while they are there."""
        self.model.set_items(CheckItem(name, "/".join(name.split("/")[1:]) or name, kind) for name, kind in leaves)

    def chosen(self) -> list[str]:
        """Return the names of the chosen leaves."""
        return self.model.checked()

    def choose(self, names: list[str]) -> None:
        """Choose exactly these leaves, as far as they are there."""
        self.model.set_checked(names)

    def open_list(self) -> None:
        """Open the list at the button."""
        rows = min(max(self.model.rowCount(), 2), ROWS_SHOWN)
        self._list.setFixedHeight(rows * Size.ROW_HEIGHT + Space.SMALL)
        self._popover.setFixedWidth(max(self.width(), Size.CARD_WIDTH))
        self._popover.open_at(self, self._search)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button and its arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        arrow = pixmap("chevron-down", Size.SMALL_ICON, "muted", self.devicePixelRatioF())
        top = (self.height() - Size.SMALL_ICON) // 2
        painter.drawPixmap(self.width() - Size.SMALL_ICON - Space.SMALL, top, arrow)
        painter.end()

    def _tell(self) -> None:
        chosen = self.chosen()
        title = leaves_title(chosen)
        self.setText(self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, Size.CARD_WIDTH))
        self.setToolTip("\n".join(chosen[:20]))
        self.setAccessibleName(f"Leaves: {title}")
        self.chosen_changed.emit()

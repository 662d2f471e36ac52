# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Middle: the versions of one leaf, what each changed, and the way back to one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ilab_core.taxonomy.leaf_history import LeafVersion
from ilab_core.text import human_when
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from ilab_desktop.pages.taxonomy.diff_view import DiffView
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import plain_button, quiet_button, set_shortcut
from ilab_desktop.widgets.labels import ElidedLabel, label

ABOUT = "Every commit that changed this leaf, newest first. A commit is one step of the history, kept for good."
NEVER = "This leaf was never committed. Commit it, and its history begins."
_LIST_WIDTH = 220


class HistoryPanel(QWidget):
    """Asks for the difference of the version that is chosen."""

    version_shown = Signal(int)
    """The difference of this version, counted from the newest, is wanted."""
    version_wanted = Signal(object)
    """The person wants the text of this `LeafVersion` back."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.versions: Sequence[LeafVersion] = ()
        self._title = ElidedLabel("", "section", middle=True)
        self.list = QListWidget()
        self.list.setAccessibleName("Versions of this leaf")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.currentRowChanged.connect(self._row_changed)
        self.list.setMinimumWidth(_LIST_WIDTH * 3 // 4)
        self.diff = DiffView()
        self.take = plain_button("Take this version back", "undo")
        self.take.setToolTip("Make the leaf's text what it was in this version; undo brings the present text back")
        self.take.clicked.connect(self._take)
        self.back = quiet_button("Close")
        set_shortcut(self.back, "Esc")
        self.back.clicked.connect(self.left)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.back)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(Space.GROUP)
        split.addWidget(self.list)
        split.addWidget(self.diff)
        split.setStretchFactor(1, 1)
        split.setSizes([_LIST_WIDTH, _LIST_WIDTH * 2])
        self.setFocusProxy(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addLayout(top)
        column.addWidget(label(ABOUT, "caption", wrap=True))
        column.addWidget(split, 1)
        column.addWidget(self.take, 0, Qt.AlignmentFlag.AlignRight)

    def wait_for(self, name: str) -> None:
        """Show that the history of a leaf is being read."""
        self._title.setText(f"History of {name.rpartition('/')[2]}")
        self.show_versions((), "Reading the history…")

    def show_versions(self, versions: Sequence[LeafVersion], nothing: str = NEVER) -> None:
        """Show these versions, newest first; where there is none, `nothing` says why."""
        self.versions = versions
        self.list.blockSignals(True)
        self.list.clear()
        now = datetime.now().astimezone()
        for version in versions:
            when = human_when(version.time, now)
            item = QListWidgetItem(f"{version.title}\n{version.author}, {when}")
            item.setToolTip(f"{version.message.strip()}\n\n{version.commit[:10]}, {version.time:%Y-%m-%d %H:%M}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{version.title}, by {version.author}, {when}")
            item.setSizeHint(QSize(1, Size.ROW_HEIGHT + Space.GROUP))
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setVisible(bool(versions))
        self.take.setVisible(bool(versions))
        if versions:
            self.list.setCurrentRow(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.diff.say(nothing)
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _row_changed(self, row: int) -> None:
        if 0 <= row < len(self.versions):
            self.version_shown.emit(row)

    def _take(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self.versions):
            self.version_wanted.emit(self.versions[row])

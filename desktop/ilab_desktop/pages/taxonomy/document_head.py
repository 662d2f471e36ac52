# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Above the document: its size and place, and what can be done with it."""

from __future__ import annotations

from ilab_core.text import human_bytes
from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from ilab_desktop.pages.taxonomy.shown_document import ShownDocument
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import link_button, quiet_button, small
from ilab_desktop.widgets.labels import ElidedLabel, label


class DocumentHead(QWidget):
    """Says which document is shown; a file that changed since the leaf named it is told with the way to follow."""

    add_wanted = Signal()
    publish_wanted = Signal()
    new_version_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: ShownDocument | None = None
        self._place = ElidedLabel("", "caption", middle=True)
        self.open = _icon_button("external", "Open the document in its program")
        self.open.clicked.connect(self._open)
        self.add = _icon_button("plus", "Add a document")
        self.add.setToolTip("Add a document… (Ctrl+Shift+O), or drop a file here")
        self.add.clicked.connect(self.add_wanted)
        self.more = _icon_button("more", "More for this document")
        self.menu = QMenu(self)
        publish = self.menu.addAction("Point at a public repository…")
        publish.triggered.connect(lambda _checked=False: self.publish_wanted.emit())
        self.more.clicked.connect(lambda: self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height()))))
        self._changed = label("The document changed.", "warning")
        self.follow = link_button("Use the new version")
        self.follow.setToolTip("The leaf names the document as it is now; contexts that are gone from it are told")
        self.follow.clicked.connect(self.new_version_wanted)
        heading = QHBoxLayout()
        heading.setSpacing(Space.TINY)
        heading.addWidget(label("Document", "strong"), 1)
        for button in (self.open, self.add, self.more):
            heading.addWidget(button)
        self._change_row = QWidget()
        row = QVBoxLayout(self._change_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._changed)
        row.addWidget(self.follow, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TINY)
        column.addLayout(heading)
        column.addWidget(self._place)
        column.addWidget(self._change_row)
        self.show_document(None)

    def show_document(self, shown: ShownDocument | None) -> None:
        """Tell of a document, or of none."""
        self._shown = shown
        self._place.setText(f"{human_bytes(shown.bytes)} · {shown.file}" if shown is not None else "")
        self._place.setVisible(shown is not None)
        self.open.setVisible(shown is not None)
        self._change_row.setVisible(shown is not None and shown.changed)

    def _open(self) -> None:
        if self._shown is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shown.file)))


def _icon_button(icon_name: str, name: str) -> QPushButton:
    button = small(quiet_button("", icon_name, name))
    button.setFixedWidth(Size.SMALL_CONTROL_HEIGHT)
    return button

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""In place of the panes: clone a taxonomy, with its progress and a way to cancel."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

from ilab_core.errors import Cancelled, IlabError
from ilab_core.taxonomy.repository import CloneProgress, clone_taxonomy, folder_for, is_on_network
from ilab_core.text import human_bytes, human_count
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from ilab_desktop.background import closing_check, run_in_background
from ilab_desktop.services import Network
from ilab_desktop.theme import Duration, Size, Space
from ilab_desktop.widgets.buttons import plain_button, primary_button, quiet_button, set_shortcut
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.notice import Notice

ABOUT = (
    "Cloning copies a taxonomy with its whole history from another place, such as a server, to this computer. "
    "It needs the network once; everything after that works offline."
)


class ClonePanel(QWidget):
    """Emits `cloned` with the new folder."""

    cloned = Signal(object)
    left = Signal()

    def __init__(self, network: Network, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self._stop: threading.Event | None = None
        self._latest: CloneProgress | None = None
        self._own_folder = False
        self.address, self.folder = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText("https://github.com/instructlab/taxonomy.git")
        self.address.setAccessibleName("Address of the taxonomy")
        self.folder.setAccessibleName("Folder to clone into")
        self.choose = plain_button("Choose…", accessible="Choose the folder to clone into")
        self.clone = primary_button("Clone")
        self.cancel = quiet_button("Cancel")
        set_shortcut(self.cancel, "Esc")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the clone")
        self._said = label("", "caption")
        self.notice = Notice()
        # The transfer tells of every object; the window looks now and then.
        self._look = QTimer(self, interval=Duration.REFRESH)
        self._look.timeout.connect(self._show_progress)
        self.address.textEdited.connect(lambda _text: self._suggest_folder())
        self.address.textChanged.connect(lambda _text: self._refresh())
        self.folder.textEdited.connect(lambda text: setattr(self, "_own_folder", bool(text)))
        self.folder.textChanged.connect(lambda _text: self._refresh())
        self.address.returnPressed.connect(self.clone.click)
        self.folder.returnPressed.connect(self.clone.click)
        self.choose.clicked.connect(self._choose)
        self.clone.clicked.connect(self._start)
        self.cancel.clicked.connect(self._cancel)
        self._lay_out()
        self._refresh()

    @property
    def is_cloning(self) -> bool:
        """True while a clone is under way."""
        return self._stop is not None

    def take_focus(self) -> None:
        """Give the keyboard to the address."""
        self.address.setFocus(Qt.FocusReason.OtherFocusReason)

    def _suggest_folder(self) -> None:
        if not self._own_folder:
            self.folder.setText(str(Path.home() / folder_for(self.address.text())))

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Choose an empty folder", str(Path.home()))
        if chosen:
            self._own_folder = True
            self.folder.setText(chosen)

    def _start(self) -> None:
        address, folder = self.address.text().strip(), Path(self.folder.text().strip()).expanduser()
        if is_on_network(address):
            self._network.count_request()
        self._stop, self._latest = threading.Event(), None
        stop, is_closing = self._stop, closing_check()
        self.notice.clear()
        self._refresh()
        self._look.start()
        self._show_progress()
        work = partial(clone_taxonomy, address, folder, self._tell, lambda: stop.is_set() or is_closing())
        run_in_background(self, work, self._done, self._failed)

    def _tell(self, progress: CloneProgress) -> None:
        """Note how far it is; called by the thread that clones."""
        self._latest = progress

    def _show_progress(self) -> None:
        latest = self._latest
        if self._stop is not None and self._stop.is_set():
            self._said.setText("Cancelling…")
        elif latest is None or not latest.total:
            self.progress.setRange(0, 0)
            self._said.setText("Asking for the taxonomy…")
        else:
            self.progress.setRange(0, latest.total)
            self.progress.setValue(latest.received)
            received, total = human_count(latest.received), human_count(latest.total)
            self._said.setText(f"{received} of {total} objects, {human_bytes(latest.bytes)}")

    def _cancel(self) -> None:
        if self._stop is None:
            self.left.emit()
        else:
            self._stop.set()
            self._show_progress()

    def _done(self, folder: Path) -> None:
        self._ended()
        self.cloned.emit(folder)

    def _failed(self, error: Exception) -> None:
        self._ended()
        if isinstance(error, Cancelled):
            self.notice.tell("information", "Cancelled. Nothing was kept.")
        elif isinstance(error, IlabError):
            self.notice.tell("danger", error.summary, error.hint, error.detail)
        else:
            self.notice.tell("danger", "The taxonomy could not be cloned.", "", str(error))

    def _ended(self) -> None:
        self._stop = None
        self._look.stop()
        self._refresh()

    def _refresh(self) -> None:
        busy = self._stop is not None
        for widget in (self.address, self.folder, self.choose):
            widget.setEnabled(not busy)
        self.progress.setVisible(busy)
        self._said.setVisible(busy)
        self.clone.setEnabled(not busy and bool(self.address.text().strip()) and bool(self.folder.text().strip()))

    def _lay_out(self) -> None:
        card = Card(margin=Space.MARGIN, spacing=Space.SMALL)
        card.setMaximumWidth(Size.READING_WIDTH)
        place = QHBoxLayout()
        place.setSpacing(Space.SMALL)
        place.addWidget(self.folder, 1)
        place.addWidget(self.choose)
        card.column.addWidget(label("Clone a taxonomy", "section"))
        card.column.addWidget(label(ABOUT, "muted", wrap=True))
        for title, field in (("Address", self.address), ("Folder", self.folder)):
            heading = label(title, "field")
            heading.setBuddy(field)
            card.column.addSpacing(Space.SMALL)
            card.column.addWidget(heading)
            if field is self.folder:
                card.column.addLayout(place)
            else:
                card.column.addWidget(field)
        card.column.addSpacing(Space.SMALL)
        card.column.addWidget(self.notice)
        card.column.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.SMALL)
        buttons.addWidget(self._said, 1)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.clone)
        card.column.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Files dragged onto a part of the page: it says that it takes them, and hands them on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

from ilab_desktop.theme import Size, colours
from ilab_desktop.widgets.labels import label


def dragged_files(data: QMimeData) -> list[Path]:
    """Return the files of this computer that are being dragged."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]


class DocumentDrop(QObject):
    """Lets a widget, with all that is in it, take files."""

    dropped = Signal(object)
    """A list of paths."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._sign: QLabel | None = None
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take part in a drag of files; other drags go on to the widget."""
        if event.type() == QEvent.Type.DragLeave:
            self._show_sign(False)
        if not isinstance(event, QDropEvent) or not (files := dragged_files(event.mimeData())):
            return super().eventFilter(watched, event)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._show_sign(event.type() != QEvent.Type.Drop)
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(files)
        return True

    def _show_sign(self, shown: bool) -> None:
        if shown and self._sign is None:
            self._sign = label("Drop it here to add it to this leaf", "strong")
            self._sign.setParent(self._widget)
            self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if self._sign is None:
            return
        palette = colours(self._widget)
        self._sign.setStyleSheet(
            f"background: {palette.accent_wash}; color: {palette.accent_strong};"
            f" border: {Size.FOCUS_RING}px dashed {palette.accent}; border-radius: {Size.CARD_RADIUS}px;"
        )
        self._sign.setGeometry(self._widget.rect())
        self._sign.setVisible(shown)
        self._sign.raise_()

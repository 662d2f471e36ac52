# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A worker's log, to read and to copy."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from ilab_desktop.background import run_in_background
from ilab_desktop.theme import Size, Space, code_font
from ilab_desktop.widgets.buttons import plain_button
from ilab_desktop.widgets.card import row
from ilab_desktop.widgets.labels import ElidedLabel, label

MAX_BYTES = 512 * 1024


class LogViewer(QDialog):
    """Shows the end of a log file; it does not keep anything else from being used."""

    def __init__(self, title: str, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Log of {title}")
        self.resize(Size.LOG_WIDTH, Size.LOG_HEIGHT)
        self._file = file
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(code_font())
        self.text.setAccessibleName(f"Log of {title}")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        again = plain_button("Read again", "refresh")
        again.clicked.connect(self._read)
        copy = plain_button("Copy all", "copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        close = plain_button("Close")
        close.clicked.connect(self.close)
        buttons = row(ElidedLabel(str(file), "caption", middle=True), again, copy, close)
        buttons.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.MARGIN, Space.GROUP, Space.MARGIN, Space.GROUP)
        layout.setSpacing(Space.MEDIUM)
        layout.addWidget(label(title, "section"))
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)
        self._read()

    def _read(self) -> None:
        file = self._file
        run_in_background(self, lambda: _tail(file), self._show, lambda error: self._show(f"No log: {error}"))

    def _show(self, text: str) -> None:
        self.text.setPlainText(text or "The log is empty.")
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())


def _tail(file: Path) -> str:
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - MAX_BYTES))
        data = stream.read()
    text = data.decode("utf-8", "replace")
    return text if size <= MAX_BYTES else text.split("\n", 1)[-1]

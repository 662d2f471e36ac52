# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The attribution.txt of a leaf being edited: a second text with steps in the same undo history."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ilab_core.errors import TaxonomyError
from ilab_core.paths import sync_folder, write_error
from ilab_core.taxonomy.attribution import attribution_file
from ilab_core.taxonomy.source import LeafError
from ilab_core.taxonomy.text_file import (
    ChangedOnDiskError,
    FileText,
    digest_of_file,
    missing_file,
    read_text_file,
    save_text_file,
)
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from ilab_desktop.background import run_in_background
from ilab_desktop.pages.taxonomy.text_command import TextCommand


class AttributionChangedError(TaxonomyError):
    """Another program wrote attribution.txt; `file` is what it says now."""

    def __init__(self, file: FileText) -> None:
        super().__init__(
            "Another program changed attribution.txt while you were editing it.",
            "Nothing was overwritten. Save again to keep your text, or revert to take the other.",
        )
        self.file = file


class AttributionText(QObject):
    """The text, "" where there is no file: what is saved empty is removed. Every change of it goes through `change`."""

    text_changed = Signal(str)
    """The text is new. Says which field was typed in, "" for undo, revert and the like."""
    travelled = Signal()

    def __init__(self, leaf: Path, history: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = attribution_file(leaf)
        self.file = _file_now(self.path)
        self.text = self.file.text
        self._history = history

    @property
    def unsaved(self) -> bool:
        """True while the text differs from the file's."""
        return self.text != self.file.text

    @property
    def checked_text(self) -> str | None:
        """What a check has to look at: None where there is no file and nothing to write into one."""
        return self.text if self.text or (self.file.digest and not self.unsaved) else None

    def change(self, text: str, label: str, origin: str = "") -> None:
        """Make `text` the attribution's text, as one step that can be undone."""
        if text != self.text:
            self._history.push(TextCommand(self, text, label, origin))

    def set_text(self, text: str, origin: str) -> None:
        """Take a command's text; only commands call this."""
        self.text = text
        self.text_changed.emit(origin)

    def take_from_disk(self, file: FileText) -> None:
        """Follow a file that another program wrote; the earlier text is one undo away."""
        self.file = file
        self.change(file.text, "Reload attribution")

    def look(self) -> None:
        """Look whether another program wrote the file, and follow it where nothing here would be lost."""
        run_in_background(self, partial(_file_now, self.path), self._seen)

    def _seen(self, file: FileText) -> None:
        if not self.unsaved and file.digest != self.file.digest:
            self.take_from_disk(file)


def save_attribution(path: Path, file: FileText, text: str) -> FileText:
    """Write `text` atomically, or remove the file where there is none, and return the file's new state.

    AttributionChangedError where the file is not as `file` remembers it; WorkspaceError where the disk refuses.
    """
    try:
        if text:
            return save_text_file(path, file, text)
        if digest_of_file(path) not in (file.digest, ""):
            raise AttributionChangedError(_file_now(path))
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
        return missing_file()
    except ChangedOnDiskError as error:
        raise AttributionChangedError(_file_now(path)) from error
    except OSError as error:
        raise write_error(path, error) from error


def _file_now(path: Path) -> FileText:
    try:
        return read_text_file(path)
    except LeafError:
        return missing_file()

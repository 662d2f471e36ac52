# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One step of the undo history: a change of one text, kept as a splice."""

from __future__ import annotations

import time
from typing import Any, Protocol

from PySide6.QtGui import QUndoCommand

from ilab_desktop.pages.taxonomy.text_changes import splice_between

BURST = 1.0
"""Seconds between two keys of one undo step."""
_MERGING = 1


class EditedText(Protocol):
    """A text that commands change, with a signal `travelled` for undo and redo."""

    text: str
    travelled: Any

    def set_text(self, text: str, origin: str) -> None:
        """Take a command's text; `origin` says where it came from, "" for undo and redo."""


class TextCommand(QUndoCommand):
    """A change of a text. Quick changes of one `origin` become one step."""

    def __init__(self, document: EditedText, text: str, label: str, origin: str) -> None:
        super().__init__(label)
        self._document = document
        self._splice = splice_between(document.text, text)
        self._origin = origin
        self._time = time.monotonic()
        self._first = True

    def changes(self, document: EditedText) -> bool:
        """Return True where this is a step of that text."""
        return self._document is document

    def id(self) -> int:
        """Return the same number for all that may merge, -1 for what stands alone."""
        return _MERGING if self._origin else -1

    def redo(self) -> None:
        """Make the change."""
        first, self._first = self._first, False
        self._document.set_text(self._splice.apply(self._document.text), self._origin if first else "")
        if not first:
            self._document.travelled.emit()

    def undo(self) -> None:
        """Take the change back."""
        self._document.set_text(self._splice.undo(self._document.text), "")
        self._document.travelled.emit()

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in a later change of the same field that came without a pause."""
        if not isinstance(other, TextCommand) or other._time - self._time > BURST:
            return False
        if (other._document, other._origin) != (self._document, self._origin):
            return False
        after = self._document.text
        before = self._splice.undo(other._splice.undo(after))
        self._splice = splice_between(before, after)
        self._time = other._time
        if before == after:
            self.setObsolete(True)
        return True

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where a new leaf may belong, below the field in which its folder is typed and in the field's completion."""

from __future__ import annotations

from collections.abc import Sequence

from ilab_core.taxonomy.places import Suggestion
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from ilab_desktop.icons import icon
from ilab_desktop.theme import Space
from ilab_desktop.widgets.buttons import plain_button, small
from ilab_desktop.widgets.flow import FlowLayout

MOST = 4
"""Buttons; the field's completion offers more."""


class FolderSuggestions(QWidget):
    """A click takes a folder; by keyboard the completion, opened by typing or by Down, offers the same."""

    def __init__(self, field: QLineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._folders = QStringListModel(self)
        completer = QCompleter(self._folders, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        field.setCompleter(completer)
        row = FlowLayout(self, Space.TINY)
        self.buttons = [small(plain_button("")) for _ in range(MOST)]
        for button in self.buttons:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, button=button: field.setText(button.text()))
            row.addWidget(button)

    def show_folders(self, found: Sequence[Suggestion]) -> None:
        """Offer these folders, without the one that the field holds."""
        offered = [suggestion for suggestion in found if suggestion.folder != self._field.text().strip().strip("/")]
        names = [suggestion.folder for suggestion in offered]
        if names != self._folders.stringList():
            self._folders.setStringList(names)
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(offered))
            if place < len(offered):
                folder, exists = offered[place].folder, offered[place].exists
                button.setText(folder)
                button.setIcon(icon("folder" if exists else "plus", "muted"))
                about = f"{folder}, a folder of this taxonomy" if exists else f"{folder}, a new folder"
                button.setAccessibleName(about)
                button.setToolTip(about)

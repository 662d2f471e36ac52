# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A seed example that the teacher drafted: to read, and to accept, edit or dismiss."""

from __future__ import annotations

from ilab_core.generation.suggestions import Suggestion
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ilab_desktop.theme import Space
from ilab_desktop.widgets.badge import Badge
from ilab_desktop.widgets.buttons import plain_button, quiet_button, small
from ilab_desktop.widgets.card import Card, column, row
from ilab_desktop.widgets.labels import ElidedLabel, label, set_flag

MARK = "Suggestion"
NOT_YET = "not part of the leaf yet"


class SuggestionCard(Card):
    """Shows one suggestion; what a person decides is a signal, and changes nothing by itself."""

    accepted = Signal()
    edit_wanted = Signal()
    dismissed = Signal()

    def __init__(self, suggestion: Suggestion, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=Space.MEDIUM, spacing=Space.MEDIUM)
        set_flag(self, "suggestion", True)
        example = suggestion.example
        first = example.pairs[0].question if example.pairs else ""
        self.setAccessibleName(f"{MARK}, {NOT_YET}: {first}")
        origin = ElidedLabel(f"from {suggestion.document}" if suggestion.document else "", "caption", middle=True)
        header = row(Badge(MARK, "accent"), label(NOT_YET, "caption"), origin)
        header.setStretch(2, 1)
        self.column.addLayout(header)
        if example.context:
            self.column.addLayout(column(label("Context", "field"), _text(example.context), spacing=Space.TINY))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.GROUP)
        grid.setVerticalSpacing(Space.SMALL)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        grid.addWidget(label("Question", "field"), 0, 0)
        grid.addWidget(label("Answer", "field"), 0, 1)
        for number, pair in enumerate(example.pairs, 1):
            grid.addWidget(_text(pair.question), number, 0)
            grid.addWidget(_text(pair.answer), number, 1)
        self.column.addLayout(grid)
        self.accept = small(plain_button("Accept", "check", f"Accept the suggestion: {first}"))
        self.accept.setToolTip("Make it an example of the leaf (undo takes it back)")
        self.edit = small(quiet_button("Edit then accept", "edit", f"Accept the suggestion and edit it: {first}"))
        self.edit.setToolTip("Make it an example of the leaf and go there to change it")
        self.dismiss = small(quiet_button("Dismiss", "close", f"Dismiss the suggestion: {first}"))
        self.dismiss.setToolTip("Take the suggestion away (undo brings it back)")
        self.accept.clicked.connect(self.accepted)
        self.edit.clicked.connect(self.edit_wanted)
        self.dismiss.clicked.connect(self.dismissed)
        buttons = row(self.accept, self.edit, self.dismiss)
        buttons.addStretch(1)
        self.column.addLayout(buttons)

    def tab_stops(self) -> list[QPushButton]:
        """Return what Tab goes through, in reading order."""
        return [self.accept, self.edit, self.dismiss]


def _text(words: str) -> QLabel:
    """Return a text that is as high as its lines, and no higher: what it guesses on its own is for a narrow place."""
    made = label(words, wrap=True, selectable=True)
    policy = made.sizePolicy()
    policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
    made.setSizePolicy(policy)
    made.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    return made

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Below a leaf's examples: the button that has the teacher draft more, how far it is, and what it suggests."""

from __future__ import annotations

from collections.abc import Mapping

from ilab_core.generation.suggestions import Suggestion
from ilab_core.jobs.view import JobView
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from ilab_desktop import job_text
from ilab_desktop.pages.taxonomy.draft_state import Missing
from ilab_desktop.pages.taxonomy.suggestion_card import SuggestionCard
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import link_button, plain_button, quiet_button, set_shortcut, small
from ilab_desktop.widgets.card import row
from ilab_desktop.widgets.dispose import dispose
from ilab_desktop.widgets.labels import ElidedLabel, label
from ilab_desktop.widgets.notice import Notice

Key = tuple[str, int]
"""A suggestion's run and its number in it."""


class SuggestionsPanel(QWidget):
    """Shows what it is told.

    The form puts `place` beside "Add example": the button, or what is missing for it. Everything else is in here.
    """

    draft_wanted = Signal()
    cancel_wanted = Signal()
    cure_wanted = Signal(str)
    accepted = Signal(object)
    """The keys of suggestions."""
    edit_wanted = Signal(object)
    """The key of one suggestion, as for `dismissed`."""
    dismissed = Signal(object)
    rebuilt = Signal()
    """There are other controls than before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: dict[Key, SuggestionCard] = {}
        self._cure = ""
        self.draft = quiet_button("Draft with the teacher", "edit")
        set_shortcut(self.draft, "Ctrl+Shift+D")
        self.draft.setAccessibleDescription(
            "A model on this computer proposes examples. Nothing is added to the leaf until you accept it."
        )
        self.missing = label("", "caption", wrap=True)
        self.cure = link_button("", "Go on")
        self.notice = Notice()
        self._line = ElidedLabel("", "caption")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(Size.STRIP_BAR)
        self._bar.setAccessibleName("Progress of drafting")
        self.cancel = small(plain_button("Cancel", "stop", "Cancel drafting"))
        self._heading = label("", "section")
        self.accept_all = small(plain_button("Accept all", "check", "Accept all suggestions"))
        self.place = _holder(self.draft, self.missing, self.cure, stretch=1)
        self.place.layout().setAlignment(self.draft, Qt.AlignmentFlag.AlignLeft)
        self._running = _holder(label("Drafting", "strong"), self._bar, self._line, self.cancel, stretch=2)
        self._title = _holder(self._heading, QWidget(), self.accept_all, stretch=1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.MEDIUM)
        for part in (self.notice, self._running, self._title):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.draft.clicked.connect(self.draft_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.cure.clicked.connect(lambda: self.cure_wanted.emit(self._cure))
        self.accept_all.clicked.connect(lambda: self.accepted.emit(list(self._cards)))
        self.show_ready(False, None)
        self.show_running(None)
        self.show_suggestions({})

    @property
    def cards(self) -> dict[Key, SuggestionCard]:
        """The cards by their suggestion, in the order they are shown."""
        return dict(self._cards)

    def tab_stops(self) -> list[QWidget]:
        """Return what Tab goes through, in reading order."""
        stops: list[QWidget] = [self.draft, self.cure, self.notice.button, self.cancel, self.accept_all]
        for card in self._cards.values():
            stops += card.tab_stops()
        return stops

    def show_ready(self, ready: bool, missing: Missing | None) -> None:
        """Offer the button, or say in its place what is missing."""
        self.draft.setEnabled(ready)
        self.draft.setVisible(missing is None)
        self.missing.setVisible(missing is not None)
        self.cure.setVisible(missing is not None and bool(missing.link))
        if missing is not None:
            self._cure = missing.cure
            self.missing.setText(missing.text)
            self.cure.setText(missing.link)
            self.cure.setAccessibleName(missing.link or "Go on")

    def show_running(self, view: JobView | None) -> None:
        """Show how far the job is; None where none runs or waits."""
        self._running.setVisible(view is not None)
        if view is not None:
            share = job_text.percent(view)
            self._bar.setRange(0, 100 if share is not None else 0)
            self._bar.setValue(share or 0)
            self._line.setText(job_text.progress_line(view))
            self.cancel.setEnabled(view.state in ("running", "queued"))

    def show_suggestions(self, suggestions: Mapping[Key, Suggestion]) -> None:
        """Show these suggestions; the cards of those that were shown before stay."""
        if list(suggestions) == list(self._cards):
            self._title.setVisible(bool(suggestions))
            return
        for key in [key for key in self._cards if key not in suggestions]:
            dispose(self._cards.pop(key))
        cards = {key: self._cards.get(key) or self._new_card(key, item) for key, item in suggestions.items()}
        first = self._column.indexOf(self._title) + 1
        for place, card in enumerate(cards.values()):
            if self._column.indexOf(card) != first + place:
                self._column.insertWidget(first + place, card)
            card.show()
        self._cards = cards
        self._heading.setText(f"Suggestions · {len(cards)}")
        self._title.setVisible(bool(cards))
        self.rebuilt.emit()

    def place_of(self, key: Key) -> int:
        """Return the place of a suggestion among those shown, from 0."""
        return list(self._cards).index(key)

    def take_focus(self, place: int) -> bool:
        """Give the keyboard to the suggestion at `place`, or to the last one; False where there is none."""
        cards = list(self._cards.values())
        if not cards:
            return False
        cards[min(place, len(cards) - 1)].accept.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _new_card(self, key: Key, suggestion: Suggestion) -> SuggestionCard:
        card = SuggestionCard(suggestion, self)
        card.accepted.connect(lambda: self.accepted.emit([key]))
        card.edit_wanted.connect(lambda: self.edit_wanted.emit(key))
        card.dismissed.connect(lambda: self.dismissed.emit(key))
        return card


def _holder(*widgets: QWidget, stretch: int) -> QWidget:
    held = QWidget()
    line = row(*widgets)
    line.setStretch(stretch, 1)
    held.setLayout(line)
    return held

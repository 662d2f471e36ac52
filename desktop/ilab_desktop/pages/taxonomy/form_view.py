# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The leaf as a form: head fields, then its seed examples as cards."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from ilab_core.errors import TaxonomyError
from ilab_core.taxonomy.checking import Problem
from ilab_core.taxonomy.leaf import Leaf, SeedExample
from ilab_core.taxonomy.meter import TokenCounts
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ilab_desktop.pages.taxonomy import leaf_edits
from ilab_desktop.pages.taxonomy.attribution_form import AttributionForm
from ilab_desktop.pages.taxonomy.example_card import ExampleCard
from ilab_desktop.pages.taxonomy.head_fields import HeadFields
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.places import example_of
from ilab_desktop.pages.taxonomy.problem_groups import without_echoes
from ilab_desktop.pages.taxonomy.suggestions import SuggestionsPanel
from ilab_desktop.theme import Duration, Size, Space
from ilab_desktop.widgets.buttons import quiet_button
from ilab_desktop.widgets.dispose import dispose
from ilab_desktop.widgets.labels import label

LARGE_LEAF = 40_000
"""Characters from which on a key is not written into the text at once: finding its place takes too long."""
TYPING_DELAY = 150


class FormView(QScrollArea):
    """Shows and edits a document's leaf. Each edit becomes a change of the document's text."""

    edit_refused = Signal(object)
    """An edit could not be made in the text (a TaxonomyError says why)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._document: LeafDocument | None = None
        self._head: HeadFields | None = None
        self._cards: list[ExampleCard] = []
        self._nested = False
        self._with_context = True
        self._tokens: Callable[[], TokenCounts] = TokenCounts
        self._waiting: tuple[str, str] | None = None
        self._typing = QTimer(self, singleShot=True, interval=TYPING_DELAY)
        self._typing.timeout.connect(self.flush)
        body = QWidget()
        body.setObjectName("scrollBody")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, Space.SMALL, Space.GROUP)
        self._column.setSpacing(Space.MEDIUM)
        self._heading = label("Examples", "section")
        self._add = quiet_button("Add example", "plus")
        self._add.setToolTip("Add an example at the end (Ctrl+Shift+Enter)")
        self._add.clicked.connect(self.add_example)
        row = QHBoxLayout()
        row.addWidget(self._heading)
        row.addStretch(1)
        self._fold_all = quiet_button("Unfold all")
        self._fold_all.clicked.connect(self._toggle_all)
        row.addWidget(self._fold_all)
        self.attribution = AttributionForm()
        self.attribution.tabs_changed.connect(self._order_tabs)
        self._column.addWidget(self.attribution)
        self._column.addLayout(row)
        self.suggestions = SuggestionsPanel()
        self.suggestions.rebuilt.connect(self._order_tabs)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self._add)
        foot.addWidget(self.suggestions.place, 1)
        self._column.addWidget(self._foot)
        self._column.addWidget(self.suggestions)
        self._column.addStretch(1)
        self.setWidget(body)
        self._make_actions()

    @property
    def cards(self) -> list[ExampleCard]:
        """The cards in the order of the leaf's examples."""
        return list(self._cards)

    def show_document(self, document: LeafDocument | None) -> None:
        """Show another leaf, with its first example unfolded."""
        self._document = document
        for card in self._cards:
            dispose(card)
        self._cards = []
        if self._head is not None:
            dispose(self._head)
            self._head = None
        self.setUpdatesEnabled(False)
        self.attribution.show_document(document)
        self.follow()
        if self._cards:
            self._cards[0].set_unfolded(True)
        self.setUpdatesEnabled(True)
        self.verticalScrollBar().setValue(0)

    def follow(self, origin: str = "") -> bool:
        """Show what the document's text says now; False where it says no leaf. `origin` is a field being typed in."""
        leaf = self._document.parsed() if self._document is not None else None
        if leaf is None or isinstance(leaf, TaxonomyError):
            return False
        if self._head is None or (self._head.kind, self._head.version) != (leaf.kind, leaf.version):
            self._rebuild_head(leaf)
        assert self._head is not None
        self._head.set_leaf(leaf, origin)
        self._match_cards(leaf, origin)
        self.show_problems()
        return True

    def show_problems(self) -> None:
        """Show the document's problems at their fields."""
        if self._document is None or self._head is None:
            return
        by_example: dict[int | None, list[Problem]] = {}
        for problem in without_echoes(self._document.problems):
            by_example.setdefault(example_of(problem.field), []).append(problem)
        self._head.set_problems(by_example.get(None, []))
        self.attribution.set_problems(by_example.get(None, []))
        for card in self._cards:
            card.set_problems(by_example.get(card.number, []))

    def focus_field(self, field: str) -> bool:
        """Unfold, scroll to and focus a field; False where the form has none of that name."""
        number = example_of(field)
        if number is not None:
            if number >= len(self._cards) or not self._cards[number].focus_field(field):
                return False
        elif not self.attribution.focus_field(field):
            edit = self._head.find(field) if self._head is not None else None
            if edit is None:
                return False
            edit.take_focus()
        # Twice: a card that was just built has its height only once its fields have wrapped their texts.
        for delay in (0, Duration.MOTION):
            QTimer.singleShot(delay, self, self._show_focused)
        return True

    def use_tokens(self, tokens: Callable[[], TokenCounts]) -> None:
        """Ask this for the tokens of texts."""
        self._tokens = tokens

    def refresh_meters(self) -> None:
        """Show how long the texts are by the tokens that are known now."""
        for card in self._cards:
            card.refresh_meters()

    def focus_first(self) -> None:
        """Give the keyboard to the first field."""
        if self._head is not None:
            self._head.edits()[0].take_focus()

    def focus_add(self) -> None:
        """Give the keyboard to the button that adds an example."""
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)

    def current_card(self) -> ExampleCard | None:
        """Return the card that has the keyboard, else the first unfolded one."""
        focused = self.focusWidget()
        for card in self._cards:
            if focused is not None and card.isAncestorOf(focused):
                return card
        return next((card for card in self._cards if card.unfolded), None)

    def add_example(self) -> None:
        """Add an empty example at the end and go to its first field."""
        if self._document is not None and self._make(lambda: leaf_edits.add_example(self._live())):
            self.focus_field(f"seed_examples[{len(self._cards) - 1}]")

    def _make_actions(self) -> None:
        for text, keys, slot in (
            ("Move example up", "Alt+Up", lambda: self._move(self.current_card(), -1)),
            ("Move example down", "Alt+Down", lambda: self._move(self.current_card(), 1)),
            ("Duplicate example", "Alt+Shift+Down", lambda: self._duplicate(self.current_card())),
            ("Add question", "Ctrl+Return", lambda: self._add_pair(self.current_card())),
            ("Add example", "Ctrl+Shift+Return", self.add_example),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, slot=slot: slot())
            self.addAction(action)

    def _rebuild_head(self, leaf: Leaf) -> None:
        if self._head is not None:
            dispose(self._head)
        self._head = HeadFields(leaf.kind, leaf.version)
        self._head.edited.connect(self._was_edited)
        self._column.insertWidget(0, self._head)
        self._nested = leaf.kind == "knowledge" and leaf.version >= 3
        self._with_context = True

    def _match_cards(self, leaf: Leaf, origin: str) -> None:
        """Give every example a card: the one that showed it before, else one that is free, else a new one."""
        free = list(self._cards)
        typed = example_of(origin) if origin else None
        matched: list[ExampleCard | None] = [None] * len(leaf.seed_examples)
        if (typed is None and len(free) != len(matched)) or (typed is None and self._moved(leaf)):
            for index, example in enumerate(leaf.seed_examples):
                matched[index] = next((card for card in free if card.example == example), None)
                if matched[index] is not None:
                    free.remove(matched[index])
        for index in range(len(matched)):
            if matched[index] is None:
                same_place = next((card for card in free if card.number == index), None)
                if same_place is not None:
                    matched[index] = same_place
                    free.remove(same_place)
        for card in free:
            dispose(card)
        count = len(leaf.seed_examples)
        cards = []
        for index, example in enumerate(leaf.seed_examples):
            card = matched[index] or self._new_card(index, example)
            card.set_place(index, count)
            card.set_example(example, origin)
            cards.append(card)
        if cards != self._cards:
            self._cards = cards
            self._place_cards()
        self._heading.setText(f"Examples · {count}")
        self._refresh_fold_all()

    def _moved(self, leaf: Leaf) -> bool:
        shown = [card.example for card in self._cards]
        wanted = list(leaf.seed_examples)
        return shown != wanted and sum(a != b for a, b in zip(shown, wanted, strict=False)) > 1

    def _new_card(self, index: int, example: SeedExample) -> ExampleCard:
        card = ExampleCard(index, example, self._nested, self._with_context)
        card.use_tokens(self._tokens)
        card.edited.connect(self._was_edited)
        card.move_requested.connect(self._move)
        card.duplicate_requested.connect(self._duplicate)
        card.remove_requested.connect(self._remove)
        card.pair_wanted.connect(self._add_pair)
        card.pair_unwanted.connect(self._remove_pair)
        card.fold_changed.connect(self._refresh_fold_all)
        card.rebuilt.connect(self._order_tabs)
        return card

    def _place_cards(self) -> None:
        first = self._column.indexOf(self._foot)
        present = {self._column.itemAt(i).widget() for i in range(first)}
        before = next((i for i in range(first) if isinstance(self._column.itemAt(i).widget(), ExampleCard)), first)
        for offset, card in enumerate(self._cards):
            if card in present and self._column.indexOf(card) == before + offset:
                continue
            self._column.insertWidget(before + offset, card)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Let Tab follow the reading order: fields built late would come last otherwise."""
        stops: list[QWidget] = [*(edit.editor for edit in self._head.edits())] if self._head is not None else []
        stops += [*self.attribution.tab_stops(), self._fold_all]
        for card in self._cards:
            stops += card.tab_stops()
        stops += [self._add, *self.suggestions.tab_stops()]
        for before, after in itertools.pairwise(stops):
            QWidget.setTabOrder(before, after)

    def flush(self) -> None:
        """Bring what was typed last into the text."""
        self._typing.stop()
        waiting, self._waiting = self._waiting, None
        if waiting is not None and self._document is not None:
            self._make(lambda: leaf_edits.set_value(self._live(), *waiting))

    def _was_edited(self, field: str, value: str) -> None:
        """Write what was typed: at once, or in a large leaf when the fingers rest for a moment."""
        if self._waiting is not None and self._waiting[0] != field:
            self.flush()
        self._waiting = (field, value)
        if len(self._live().text) < LARGE_LEAF:
            self.flush()
        else:
            self._typing.start()

    def _move(self, card: ExampleCard | None, step: int) -> None:
        if card is None or not 0 <= card.number + step < len(self._cards):
            return
        focused = self.focusWidget()
        number = card.number
        if self._make(lambda: leaf_edits.move_example(self._live(), number, number + step)):
            if focused is not None and card.isAncestorOf(focused):
                focused.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self, lambda: self._show_card(card))

    def _duplicate(self, card: ExampleCard | None) -> None:
        if card is None:
            return
        number = card.number
        if self._make(lambda: leaf_edits.duplicate_example(self._live(), number)):
            self.focus_field(f"seed_examples[{number + 1}]")

    def _remove(self, card: ExampleCard) -> None:
        number = card.number
        if self._make(lambda: leaf_edits.remove_example(self._live(), number)):
            if self._cards:
                self._cards[min(number, len(self._cards) - 1)].focus_header()
            else:
                self.focus_add()

    def _add_pair(self, card: ExampleCard | None) -> None:
        if card is None or not self._nested:
            return
        if self._make(lambda: leaf_edits.add_pair(self._live(), card.number)):
            self.focus_field(f"{card.path}.questions_and_answers[{len(card.example.pairs) - 1}].question")

    def _remove_pair(self, card: ExampleCard, index: int) -> None:
        if self._make(lambda: leaf_edits.remove_pair(self._live(), card.number, index)):
            last = max(0, min(index, len(card.example.pairs) - 1))
            self.focus_field(f"{card.path}.questions_and_answers[{last}].question")

    def _make(self, edit: Callable[[], None]) -> bool:
        if self._waiting is not None:
            self.flush()
        try:
            edit()
        except TaxonomyError as error:
            self.edit_refused.emit(error)
            return False
        return True

    def _live(self) -> LeafDocument:
        assert self._document is not None
        return self._document

    def _toggle_all(self) -> None:
        unfold = not all(card.unfolded for card in self._cards)
        for card in self._cards:
            card.set_unfolded(unfold)

    def _refresh_fold_all(self) -> None:
        everything = bool(self._cards) and all(card.unfolded for card in self._cards)
        text = "Fold all" if everything else "Unfold all"
        self._fold_all.setText(text)
        self._fold_all.setAccessibleName(f"{text} examples")
        self._fold_all.setVisible(len(self._cards) > 1)

    def _show_focused(self) -> None:
        focused = self.focusWidget()
        if focused is not None:
            self.ensureWidgetVisible(focused, 0, Size.CONTROL_HEIGHT * 2)

    def _show_card(self, card: ExampleCard) -> None:
        self.ensureWidgetVisible(card, 0, Space.GROUP)

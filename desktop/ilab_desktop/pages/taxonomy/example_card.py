# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One seed example as a card: it folds, and builds its fields only when it is first unfolded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ilab_core.taxonomy.checking import Problem
from ilab_core.taxonomy.leaf import QuestionAnswer, SeedExample
from ilab_core.taxonomy.meter import TokenCounts, context_meter, pair_meter
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ilab_desktop.icons import icon
from ilab_desktop.pages.taxonomy.field_edit import FieldEdit
from ilab_desktop.pages.taxonomy.problem_groups import TO_WRITE
from ilab_desktop.theme import Size, Space, Type
from ilab_desktop.widgets.badge import Badge, Meaning
from ilab_desktop.widgets.buttons import quiet_button, small
from ilab_desktop.widgets.labels import ElidedLabel, label


class ExampleCard(QFrame):
    """A seed example: its context, its question and answer (knowledge: three or more of them)."""

    edited = Signal(str, str)
    """Field and new text."""
    move_requested = Signal(object, int)
    """The card and -1 for up, +1 for down."""
    duplicate_requested = Signal(object)
    remove_requested = Signal(object)
    fold_changed = Signal()
    rebuilt = Signal()
    """The card has other fields than before."""
    pair_wanted = Signal(object)
    pair_unwanted = Signal(object, int)

    def __init__(self, number: int, example: SeedExample, nested: bool, with_context: bool) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.example = example
        self._tokens: Callable[[], TokenCounts] = TokenCounts
        self._number = number
        self._unfolded = False
        self._nested = nested
        self._with_context = with_context
        self._problems: tuple[Problem, ...] = ()
        self._fields: dict[str, FieldEdit] = {}
        self._body: QWidget | None = None
        self._pairs: QGridLayout | None = None
        self._pair_removers: dict[str, QToolButton] = {}
        self._add_pair: QPushButton | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.SMALL, Space.TINY, Space.SMALL, Space.TINY)
        self._column.setSpacing(0)
        self._column.addLayout(self._header())
        self._refresh_header()

    @property
    def number(self) -> int:
        """The example's place in the leaf, from 0."""
        return self._number

    @property
    def path(self) -> str:
        """The field of the whole example."""
        return f"seed_examples[{self._number}]"

    def set_place(self, number: int, count: int) -> None:
        """Tell the card where it is now, and of how many."""
        if number != self._number:
            self._number = number
            self._rename_fields()
        self._up.setEnabled(number > 0)
        self._down.setEnabled(number < count - 1)
        self._refresh_header()

    def set_example(self, example: SeedExample, typed_in: str = "") -> None:
        """Show an example; the field that is being typed in keeps its text."""
        if example == self.example:
            return
        pairs_changed = len(example.pairs) != len(self.example.pairs)
        self.example = example
        if self._body is not None:
            if pairs_changed:
                self._build_pairs()
            for field, edit in self._fields.items():
                if field != typed_in:
                    edit.set_value(self._value(field))
            self._show_problems()
            self.refresh_meters()
        self._refresh_header()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show the problems of this example at their fields and in the header."""
        if tuple(problems) != self._problems:
            self._problems = tuple(problems)
            self._refresh_header()
            self._show_problems()

    def use_tokens(self, tokens: Callable[[], TokenCounts]) -> None:
        """Ask this for the tokens of texts."""
        self._tokens = tokens

    def refresh_meters(self) -> None:
        """Show how long the texts are, as far as they are shown: a question together with its answer."""
        tokens = self._tokens()
        for edit in self._fields.values() if self._unfolded else ():
            if edit.part == "context":
                edit.set_meter(context_meter(self.example.context, tokens))
            elif edit.part.endswith("answer"):
                edit.set_meter(pair_meter(self._pair_of(edit.field), tokens))

    @property
    def unfolded(self) -> bool:
        """True while the fields are shown."""
        return self._unfolded

    def set_unfolded(self, unfolded: bool) -> None:
        """Show or hide the fields."""
        if unfolded == self._unfolded:
            return
        self._unfolded = unfolded
        if unfolded and self._body is None:
            self._build_body()
        if self._body is not None:
            self._body.setVisible(unfolded)
        self._refresh_header()
        self.refresh_meters()
        self.fold_changed.emit()

    def focus_field(self, field: str) -> bool:
        """Unfold, and give the keyboard to a field (or to the first one); False where the card has no such field."""
        self.set_unfolded(True)
        edit = self._fields.get(field)
        if edit is None and field.startswith(self.path):
            below = [name for name in self._fields if name.startswith(field)]
            edit = self._fields[below[0]] if below else next(iter(self._fields.values()), None)
        if edit is None:
            return False
        edit.take_focus()
        return True

    def edits(self) -> list[FieldEdit]:
        """Return the fields built so far, in reading order."""
        return list(self._fields.values())

    def tab_stops(self) -> list[QWidget]:
        """Return what Tab goes through, in reading order."""
        stops: list[QWidget] = [self._fold, self._up, self._down, self._duplicate, self._remove]
        for field, edit in self._fields.items():
            stops.append(edit.editor)
            if field in self._pair_removers:
                stops.append(self._pair_removers[field])
        return [*stops, self._add_pair] if self._add_pair is not None else stops

    def focus_header(self) -> None:
        """Give the keyboard to the card's heading."""
        self._fold.setFocus(Qt.FocusReason.OtherFocusReason)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.TINY)
        self._fold = _header_button("chevron-right", "")
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setStyleSheet(f"font-weight: {Type.STRONG};")
        self._fold.clicked.connect(lambda: self.set_unfolded(not self._unfolded))
        self._note = ElidedLabel("", "caption")
        self._badge = Badge("", "danger")
        self._up = _header_button("up", "Move up (Alt+Up)")
        self._down = _header_button("down", "Move down (Alt+Down)")
        self._duplicate = _header_button("copy", "Duplicate example (Alt+Shift+Down)")
        self._remove = _header_button("trash", "Remove example (undo brings it back)")
        self._up.clicked.connect(lambda: self.move_requested.emit(self, -1))
        self._down.clicked.connect(lambda: self.move_requested.emit(self, 1))
        self._duplicate.clicked.connect(lambda: self.duplicate_requested.emit(self))
        self._remove.clicked.connect(lambda: self.remove_requested.emit(self))
        for button in (self._up, self._down, self._duplicate, self._remove):
            button.setFixedWidth(Size.ROW_HEIGHT)
        row.addWidget(self._fold)
        row.addWidget(self._note, 1)
        for widget in (self._badge, self._up, self._down, self._duplicate, self._remove):
            row.addWidget(widget)
        return row

    def _refresh_header(self) -> None:
        name = f"Example {self._number + 1}"
        self._fold.setText(name)
        self._fold.setIcon(icon("chevron-down" if self.unfolded else "chevron-right"))
        self._fold.setAccessibleName(f"{name}, {'unfolded' if self.unfolded else 'folded'}")
        self._fold.setToolTip("Fold" if self.unfolded else "Unfold")
        buttons = (self._up, self._down, self._duplicate, self._remove)
        for button, what in zip(buttons, ("Move up", "Move down", "Duplicate", "Remove"), strict=True):
            button.setAccessibleName(f"{what} {name.lower()}")
        self._note.setText(self._summary())
        text, meaning = _badge_of(self._problems)
        self._badge.setVisible(bool(text))
        self._badge.set(text, meaning)

    def _summary(self) -> str:
        first = self.example.pairs[0].question if self.example.pairs else ""
        return "" if self.unfolded else " ".join((self.example.context or first).split())

    def _build_body(self) -> None:
        self._body = QWidget(self)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(Space.SMALL, Space.TINY, Space.SMALL, Space.MEDIUM)
        column.setSpacing(Space.MEDIUM)
        self._notice = label("", "danger", wrap=True)
        self._notice.hide()
        column.addWidget(self._notice)
        self._context_place = QVBoxLayout()
        column.addLayout(self._context_place)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.SMALL)
        grid.setVerticalSpacing(Space.SMALL)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        column.addLayout(grid)
        self._pairs = grid
        if self._nested:
            add = small(quiet_button("Add question", "plus", f"Add question to example {self._number + 1}"))
            add.setToolTip("Add a question and its answer (Ctrl+Enter)")
            add.clicked.connect(lambda: self.pair_wanted.emit(self))
            self._add_pair = add
            column.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._body)
        self._build_pairs()
        self._show_problems()

    def _build_pairs(self) -> None:
        """Build the fields anew: the context's once, the pairs' for as many as there are."""
        assert self._pairs is not None
        keep = self._fields.pop(f"{self.path}.context", None)
        _empty(self._pairs)
        self._fields = {}
        self._pair_removers = {}
        if self._with_context:
            context = keep or self._field("context", "Context", "context")
            if keep is None:
                self._context_place.addWidget(context)
            self._fields[context.field] = context
        for index, _pair in enumerate(self.example.pairs or (QuestionAnswer("", ""),)):
            self._add_pair_row(index)
        self.refresh_meters()
        self.rebuilt.emit()

    def _add_pair_row(self, index: int) -> None:
        assert self._pairs is not None
        prefix = f"questions_and_answers[{index}]." if self._nested else ""
        number = f" {index + 1}" if self._nested else ""
        first = index == 0
        question = self._field(f"{prefix}question", "Question" if first else "", f"question{number}")
        answer = self._field(f"{prefix}answer", "Answer" if first else "", f"answer{number}")
        self._pairs.addWidget(question, index, 0)
        self._pairs.addWidget(answer, index, 1)
        if self._nested:
            remove = _header_button("close", "Remove this question and its answer")
            remove.setAccessibleName(f"Remove question {index + 1} of example {self._number + 1}")
            remove.setEnabled(len(self.example.pairs) > 1)
            remove.clicked.connect(lambda: self.pair_unwanted.emit(self, index))
            self._pair_removers[answer.field] = remove
            # Below the column's heading in the first row, so that it stands beside the field.
            holder = QVBoxLayout()
            holder.setContentsMargins(0, question.label_height() if first else 0, 0, 0)
            holder.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
            holder.addStretch(1)
            self._pairs.addLayout(holder, index, 2)

    def _field(self, part: str, label: str, spoken: str) -> FieldEdit:
        edit = FieldEdit(f"{self.path}.{part}", label, f"Example {self._number + 1}, {spoken}")
        edit.part = part
        edit.spoken = spoken
        edit.set_value(self._value(edit.field))
        edit.edited.connect(self._was_typed)
        self._fields[edit.field] = edit
        return edit

    def _was_typed(self, field: str, value: str) -> None:
        self.edited.emit(field, value)

    def _rename_fields(self) -> None:
        renamed = {}
        removers = {}
        for edit in self._fields.values():
            remover = self._pair_removers.get(edit.field)
            edit.field = f"{self.path}.{edit.part}"
            if remover is not None:
                removers[edit.field] = remover
            edit.set_spoken(f"Example {self._number + 1}, {edit.spoken}")
            renamed[edit.field] = edit
        self._fields = renamed
        self._pair_removers = removers

    def _value(self, field: str) -> str:
        part = field.removeprefix(self.path + ".")
        if part == "context":
            return self.example.context
        pair = self._pair_of(field)
        return pair.question if part.endswith("question") else pair.answer

    def _pair_of(self, field: str) -> QuestionAnswer:
        part = field.removeprefix(self.path + ".")
        index = int(part[part.index("[") + 1 : part.index("]")]) if "[" in part else 0
        return self.example.pairs[index] if index < len(self.example.pairs) else QuestionAnswer("", "")

    def _show_problems(self) -> None:
        if self._body is None:
            return
        own = [p for p in self._problems if p.field not in self._fields]
        self._notice.setText("\n".join(problem.message for problem in own))
        self._notice.setVisible(bool(own))
        for field, edit in self._fields.items():
            edit.set_problems([p for p in self._problems if p.field == field])


def _badge_of(problems: Sequence[Problem]) -> tuple[str, Meaning]:
    to_write = sum(problem.code == TO_WRITE for problem in problems)
    errors = sum(problem.severity == "error" for problem in problems) - to_write
    warnings = len(problems) - errors - to_write
    if errors:
        return f"{errors} problem" + ("s" if errors > 1 else ""), "danger"
    if to_write:
        return f"{to_write} to write", "neutral"
    return (f"{warnings} warning" + ("s" if warnings > 1 else ""), "warning") if warnings else ("", "neutral")


def _header_button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setProperty("variant", "quiet")
    button.setProperty("small", True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFixedHeight(Size.ROW_HEIGHT)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _empty(layout: QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        inner = item.layout()
        if inner is not None:
            while (below := inner.takeAt(0)) is not None:
                _dispose(below.widget())
        _dispose(item.widget())


def _dispose(widget: QWidget | None) -> None:
    if widget is not None:
        widget.hide()
        widget.deleteLater()

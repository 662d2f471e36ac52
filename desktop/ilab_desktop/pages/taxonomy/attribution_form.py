# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where the leaf comes from, as a part of the form that folds: the works in its attribution.txt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ilab_core.taxonomy.attribution import (
    LABELS,
    Attribution,
    Key,
    read_attributions,
    with_new_work,
    with_value,
    without_work,
)
from ilab_core.taxonomy.attribution_checks import FIELD
from ilab_core.taxonomy.checking import Problem
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ilab_desktop.icons import icon
from ilab_desktop.pages.taxonomy.attribution_text import AttributionText
from ilab_desktop.pages.taxonomy.field_edit import FieldEdit
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.licence_field import LicenceField
from ilab_desktop.theme import Size, Space, Type
from ilab_desktop.widgets.badge import Badge
from ilab_desktop.widgets.buttons import quiet_button, small
from ilab_desktop.widgets.dispose import dispose
from ilab_desktop.widgets.labels import ElidedLabel, label

LOOK_EVERY = 2000
"""Milliseconds between two looks whether another program wrote the file."""
_KEYS: dict[str, Key] = {key: key for key in LABELS}
_FIELD = re.compile(rf"{FIELD}\[(\d+)\]\.(\w+)")
_FIELDS: dict[Key, tuple[str, str, tuple[int, int, int]]] = {
    "title": ("Title of the work", "What the leaf’s facts were taken from.", (0, 0, 3)),
    "creators": ("Creators", "Who made it.", (0, 3, 3)),
    "link": ("Link", "Where the work is.", (1, 0, 3)),
    "revision": ("Revision", "Which version you used: a permanent link, a date, a commit.", (1, 3, 3)),
}


class AttributionForm(QFrame):
    """Shows and edits the attribution of a leaf. Fields are built when they are first unfolded."""

    tabs_changed = Signal()
    """There are other fields than before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._document: LeafDocument | None = None
        self._unfolded = False
        self._works: list[_WorkFields] = []
        self._problems: tuple[Problem, ...] = ()
        self._fold = QToolButton()
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setProperty("variant", "quiet")
        self._fold.setProperty("small", True)
        self._fold.setStyleSheet(f"font-weight: {Type.STRONG};")
        self._fold.setText("Attribution")
        self._fold.setFixedHeight(Size.ROW_HEIGHT)
        self._fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._fold.clicked.connect(lambda: self.set_unfolded(not self._unfolded))
        self._note = ElidedLabel("", "caption")
        self._badge = Badge("", "warning")
        header = QHBoxLayout()
        header.setSpacing(Space.TINY)
        header.addWidget(self._fold)
        header.addWidget(self._note, 1)
        header.addWidget(self._badge)
        self._add = small(quiet_button("Add work", "plus", "Add another work"))
        self._add.setToolTip("Name another work that the leaf was made from")
        self._add.clicked.connect(self._add_work)
        self._body = QWidget()
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(Space.SMALL, Space.TINY, Space.SMALL, Space.MEDIUM)
        self._rows.setSpacing(Space.MEDIUM)
        self._rows.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        self._body.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.SMALL, Space.TINY, Space.SMALL, Space.TINY)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self._body)
        self._look = QTimer(self, interval=LOOK_EVERY)
        self._look.timeout.connect(self._look_at_disk)
        self._refresh_header()

    def show_document(self, document: LeafDocument | None) -> None:
        """Show the attribution of another leaf."""
        if self._document is not None:
            self._document.attribution.text_changed.disconnect(self._follow)
        self._document = document
        self._problems = ()
        if document is not None:
            document.attribution.text_changed.connect(self._follow)
            self._look_at_disk()
        self._follow()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show the problems of the attribution at its fields and in the heading."""
        self._problems = tuple(problem for problem in problems if problem.field.startswith(FIELD))
        self._show_problems()
        self._refresh_header()

    def focus_field(self, field: str) -> bool:
        """Unfold, and give the keyboard to a field (or to the first one); False where `field` is none of these."""
        if not field.startswith(FIELD):
            return False
        self.set_unfolded(True)
        found = _FIELD.fullmatch(field)
        number = min(int(found[1]), len(self._works) - 1) if found is not None else 0
        self._works[number].focus(_KEYS.get(found[2], "title") if found is not None else "title")
        return True

    def set_unfolded(self, unfolded: bool) -> None:
        """Show or hide the fields."""
        if unfolded != self._unfolded:
            self._unfolded = unfolded
            self._follow()
            self._body.setVisible(unfolded)
            self.tabs_changed.emit()

    def tab_stops(self) -> list[QWidget]:
        """Return what Tab goes through, in reading order."""
        return [self._fold, *(stop for work in self._works for stop in work.tab_stops()), self._add]

    def showEvent(self, event: QShowEvent) -> None:
        """Watch the file while it is in sight."""
        super().showEvent(event)
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody looks."""
        super().hideEvent(event)
        self._look.stop()

    def _held(self) -> AttributionText | None:
        return self._document.attribution if self._document is not None else None

    def _look_at_disk(self) -> None:
        held = self._held()
        if held is not None and self._document is not None and not self._document.is_saving:
            held.look()

    def _follow(self, origin: str = "") -> None:
        """Show what the text says now; the field that is being typed in keeps its own."""
        held = self._held()
        works = read_attributions(held.text) if held is not None else ()
        if self._unfolded:
            wanted = list(works) or [Attribution()]
            if len(wanted) != len(self._works):
                self._rebuild(len(wanted))
            for fields, work in zip(self._works, wanted, strict=True):
                fields.set_work(work, origin)
            self._add.setVisible(bool(works))
            self._show_problems()
        self._refresh_header()

    def _rebuild(self, count: int) -> None:
        for fields in self._works[count:]:
            dispose(fields)
        del self._works[count:]
        while len(self._works) < count:
            fields = _WorkFields(len(self._works))
            fields.edited.connect(self._was_edited)
            fields.removal_wanted.connect(self._remove_work)
            self._rows.insertWidget(len(self._works), fields)
            # At once: the layout would show it later, and it may get the keyboard now
            fields.show()
            self._works.append(fields)
        for fields in self._works:
            fields.set_alone(count == 1)
        self.tabs_changed.emit()

    def _was_edited(self, number: int, key: Key, value: str) -> None:
        held = self._held()
        if held is not None:
            held.change(with_value(held.text, number, key, value), "Edit attribution", f"{FIELD}[{number}].{key}")

    def _add_work(self) -> None:
        held = self._held()
        if held is not None:
            held.change(with_new_work(held.text), "Add work")
            self._works[-1].focus("title")

    def _remove_work(self, number: int) -> None:
        held = self._held()
        if held is not None:
            held.change(without_work(held.text, number), "Remove work")
            self._works[min(number, len(self._works) - 1)].focus("title")

    def _show_problems(self) -> None:
        for number, fields in enumerate(self._works):
            start = f"{FIELD}[{number}]."
            fields.set_problems([problem for problem in self._problems if problem.field.startswith(start)])

    def _refresh_header(self) -> None:
        state = "unfolded" if self._unfolded else "folded"
        self._fold.setIcon(icon("chevron-down" if self._unfolded else "chevron-right"))
        self._fold.setAccessibleName(f"Attribution, {state}")
        self._fold.setToolTip("Fold" if self._unfolded else "Unfold")
        count = len(self._problems)
        self._badge.set(f"{count} warning" + ("s" if count > 1 else ""), "warning")
        self._badge.setVisible(count > 0)
        self._note.setText(self._summary())

    def _summary(self) -> str:
        held = self._held()
        works = read_attributions(held.text) if held is not None else ()
        if self._unfolded or not works:
            return "The works this leaf is made from"
        first = " · ".join(part for part in (works[0].title, works[0].creators, works[0].licence) if part)
        return f"{first}, and {len(works) - 1} more" if len(works) > 1 else first


class _WorkFields(QWidget):
    """The five fields of one work."""

    edited = Signal(int, str, str)
    removal_wanted = Signal(int)

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._fields: dict[Key, FieldEdit | LicenceField] = {}
        spoken = f"Work {number + 1}, "
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.MEDIUM)
        grid.setVerticalSpacing(Space.MEDIUM)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        for key, (name, help_text, (line, column, span)) in _FIELDS.items():
            edit = FieldEdit(f"{FIELD}[{number}].{key}", name, spoken + name.lower(), help_text, single_line=True)
            self._fields[key] = edit
            grid.addWidget(edit, line, column, 1, span)
        self._fields["licence"] = LicenceField(f"{FIELD}[{number}].licence", f"{spoken}licence")
        grid.addWidget(self._fields["licence"], 2, 0, 1, 3)
        for key, field in self._fields.items():
            field.edited.connect(lambda _field, value, key=key: self.edited.emit(self._number, key, value))
        self._heading = QWidget()
        row = QHBoxLayout(self._heading)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(f"Work {number + 1}", "muted-strong"), 1)
        self._remove = QToolButton()
        self._remove.setIcon(icon("trash"))
        self._remove.setProperty("variant", "quiet")
        self._remove.setProperty("small", True)
        self._remove.setFixedSize(Size.ROW_HEIGHT, Size.ROW_HEIGHT)
        self._remove.setAccessibleName(f"Remove work {number + 1}")
        self._remove.setToolTip("Remove this work (undo brings it back)")
        self._remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._remove.clicked.connect(lambda: self.removal_wanted.emit(self._number))
        row.addWidget(self._remove)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(Space.TINY)
        column_layout.addWidget(self._heading)
        column_layout.addLayout(grid)

    def set_alone(self, alone: bool) -> None:
        """A work that is the only one has no heading."""
        self._heading.setVisible(not alone)

    def set_work(self, work: Attribution, typed_in: str) -> None:
        """Show a work's values; the field that is being typed in keeps its text."""
        for key, field in self._fields.items():
            if field.field != typed_in:
                field.set_value(work.value(key))

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems at their fields."""
        for field in self._fields.values():
            field.set_problems([_at_field(problem) for problem in problems if problem.field == field.field])

    def focus(self, key: Key) -> None:
        """Give the keyboard to a field."""
        self._fields[key].take_focus()

    def tab_stops(self) -> list[QWidget]:
        """Return what Tab goes through, in reading order."""
        return [self._remove, *(field.editor for field in self._fields.values())]


def _at_field(problem: Problem) -> Problem:
    """Return the problem as it reads below its field: of a field still to be written, what to write."""
    return replace(problem, message=problem.fix) if problem.code == "attribution-incomplete" else problem

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The fields above the examples: who wrote the leaf and what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from ilab_core.taxonomy.checking import Problem
from ilab_core.taxonomy.leaf import Leaf
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ilab_desktop.pages.taxonomy.field_edit import FieldEdit
from ilab_desktop.theme import Space
from ilab_desktop.widgets.buttons import link_button
from ilab_desktop.widgets.labels import label

PATTERNS = "document.patterns"
_DOCUMENT = ("document.repo", "document.commit", PATTERNS)
_NO_DOCUMENT = (
    "Drop a Markdown or text file anywhere here, or add one beside: it is kept for you, and the leaf names it."
)


class HeadFields(QWidget):
    """Contributor, and description (skill) or domain, outline and document (knowledge)."""

    edited = Signal(str, str)

    def __init__(self, kind: str, version: int) -> None:
        super().__init__()
        self.kind = kind
        self.version = version
        self._fields: dict[str, FieldEdit] = {}
        self._no_document: QWidget | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.MEDIUM)
        self._grid.setVerticalSpacing(Space.MEDIUM)
        for column in range(6):
            self._grid.setColumnStretch(column, 1)
        if kind == "knowledge":
            self._add("created_by", "Contributor", 0, 0, 3, single_line=True)
            self._add("domain", "Domain", 0, 3, 3, single_line=True)
            self._add_knowledge(version)
        else:
            self._add("created_by", "Contributor", 0, 0, 2, single_line=True)
            self._add("task_description", "Description", 0, 2, 4, "What the model learns to do, in a sentence.")

    def set_leaf(self, leaf: Leaf, typed_in: str = "") -> None:
        """Show a leaf's values; the field that is being typed in keeps its text."""
        document = leaf.document
        values = {
            "created_by": leaf.created_by,
            "task_description": leaf.task_description,
            "domain": leaf.domain,
            "document_outline": leaf.document_outline,
            "document.repo": document.repo if document else "",
            "document.commit": document.commit if document else "",
            PATTERNS: "\n".join(document.patterns) if document else "",
        }
        for field, edit in self._fields.items():
            if field != typed_in:
                edit.set_value(values[field])
        if self._no_document is not None and any(values[field].strip() for field in _DOCUMENT):
            self._show_document_fields()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show the problems of these fields below them."""
        for field, edit in self._fields.items():
            edit.set_problems([problem for problem in problems if self._holds(field, problem.field)])

    def find(self, field: str) -> FieldEdit | None:
        """Return the field that holds `field`, or None."""
        exact = self._fields.get(field)
        below = (edit for name, edit in self._fields.items() if self._holds(name, field))
        first_part = (edit for name, edit in self._fields.items() if name.startswith(f"{field}."))
        found = exact or next(below, None) or next(first_part, None)
        if found is not None and found.field in _DOCUMENT:
            self._show_document_fields()
        return found

    def edits(self) -> list[FieldEdit]:
        """Return the fields in reading order."""
        return list(self._fields.values())

    def _add_knowledge(self, version: int) -> None:
        if version >= 3:
            self._add("document_outline", "Document outline", 1, 0, 6, "What the document covers, in a sentence.")
        else:
            self._add("task_description", "Description", 1, 0, 6)
        self._add("document.repo", "Document repository", 2, 0, 3, "“local”: beside this leaf.", single_line=True)
        self._add("document.commit", "Commit", 2, 3, 3, single_line=True)
        self._add(PATTERNS, "Files, one a line", 3, 0, 6)
        # Three technical fields, all empty, would only be in the way of who has a file to drop.
        self._no_document = QWidget()
        by_hand = link_button("Fill in by hand", "Fill in the document's repository, commit and files by hand")
        by_hand.clicked.connect(self._fill_in_by_hand)
        column = QVBoxLayout(self._no_document)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TINY)
        column.addWidget(label("Document", "field"))
        column.addWidget(label(_NO_DOCUMENT, "muted", wrap=True))
        column.addWidget(by_hand, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self._no_document, 4, 0, 1, 6)
        for field in _DOCUMENT:
            self._fields[field].hide()

    def _fill_in_by_hand(self) -> None:
        self._show_document_fields()
        self._fields[_DOCUMENT[0]].take_focus()

    def _show_document_fields(self) -> None:
        if self._no_document is not None:
            self._no_document.hide()
            self._no_document = None
            for field in _DOCUMENT:
                self._fields[field].show()

    def _add(
        self, field: str, title: str, row: int, column: int, span: int, help_text: str = "", single_line: bool = False
    ) -> None:
        edit = FieldEdit(field, title, title, help_text, single_line)
        edit.edited.connect(self.edited)
        self._fields[field] = edit
        self._grid.addWidget(edit, row, column, 1, span)

    @staticmethod
    def _holds(field: str, wanted: str) -> bool:
        return wanted == field or wanted.startswith((f"{field}.", f"{field}["))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""In place of the editor: the few texts that a leaf of an older version lacks, each explained, before it is mended."""

from __future__ import annotations

from collections.abc import Sequence

from ilab_core.taxonomy.mend_questions import Question
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ilab_desktop.pages.taxonomy.field_edit import FieldEdit
from ilab_desktop.theme import Space
from ilab_desktop.widgets.buttons import primary_button, quiet_button, set_shortcut
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.reading_column import reading_page

ABOUT = (
    "Today's standard asks for more than this leaf was written with. Fill in what you know; "
    "what you leave empty, the leaf's problems will ask for. Undo brings the old leaf back."
)
_ONE_LINE = ("domain", "created_by")


class MendPanel(QWidget):
    """Asks; emits `accepted` with what was written, or `left`."""

    accepted = Signal(dict)
    """The texts by field, without the empty ones."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: list[FieldEdit] = []
        self.mend = primary_button("Mend")
        set_shortcut(self.mend, "Ctrl+Return")
        self.back = quiet_button("Cancel", accessible="Cancel and leave the leaf as it is")
        set_shortcut(self.back, "Esc")
        self.mend.clicked.connect(self._accept)
        self.back.clicked.connect(self.left)
        self._page = reading_page()
        self._fields = QVBoxLayout()
        self._fields.setSpacing(Space.GROUP)
        self._page.column.addWidget(label("Bring this leaf to version 3", "section"))
        self._page.column.addWidget(label(ABOUT, "muted", wrap=True))
        self._page.column.addLayout(self._fields)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.mend)
        self._page.column.addLayout(buttons)
        self._page.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._page)
        self.setFocusProxy(self.mend)

    def ask(self, questions: Sequence[Question]) -> None:
        """Show a field for each question, and none of an earlier leaf."""
        for old in self.fields:
            old.hide()
            old.deleteLater()
        self.fields = []
        before: QWidget = self._page
        for question in questions:
            single = question.field in _ONE_LINE
            field = FieldEdit(question.field, question.label, question.label, question.about, single)
            field.editor.setAccessibleDescription(question.about)
            self._fields.addWidget(field)
            QWidget.setTabOrder(before, field.editor)
            before = field.editor
            self.fields.append(field)
        QWidget.setTabOrder(before, self.back)
        QWidget.setTabOrder(self.back, self.mend)
        self._page.verticalScrollBar().setValue(0)

    def take_focus(self) -> None:
        """Give the first field the keyboard."""
        target = self.fields[0].editor if self.fields else self.mend
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _accept(self) -> None:
        self.accepted.emit({field.field: field.value() for field in self.fields if field.value().strip()})

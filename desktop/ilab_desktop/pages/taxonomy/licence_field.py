# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The licence of a work: one of those that the project accepts, each explained, or any other text."""

from __future__ import annotations

from collections.abc import Sequence

from ilab_core.taxonomy.checking import Problem
from ilab_core.taxonomy.licences import ACCEPTED, spdx_of
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from ilab_desktop.pages.taxonomy.field_edit import is_history_key
from ilab_desktop.theme import Space
from ilab_desktop.widgets.labels import label, set_role

HELP = "Choose one, or write another."


class LicenceField(QWidget):
    """A list that takes free text; below it what the licence allows, or what is wrong with it."""

    edited = Signal(str, str)
    """Field and its new text."""

    def __init__(self, field: str, spoken: str) -> None:
        super().__init__()
        self.field = field
        self._problems: tuple[Problem, ...] = ()
        self.editor = _LicenceBox()
        for part in (self.editor, self.editor.lineEdit(), self.editor.view()):
            part.setAccessibleName(spoken)
        heading = label("Licence", "field")
        heading.setBuddy(self.editor)
        self._below = label(HELP, "caption", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TINY)
        for widget in (heading, self.editor, self._below):
            column.addWidget(widget)
        column.addStretch(1)
        self.setFocusProxy(self.editor)
        self.editor.editTextChanged.connect(self._was_typed)

    def set_value(self, value: str) -> None:
        """Show a licence, unless what is typed already says the same but for white space."""
        if " ".join(self.value().split()) != value:
            blocked = self.editor.blockSignals(True)
            # The arrow keys go on from the chosen entry
            self.editor.setCurrentIndex(self.editor.findText(spdx_of(value)))
            self.editor.setEditText(value)
            self.editor.blockSignals(blocked)
        self._explain()

    def value(self) -> str:
        """Return the text as typed."""
        return self.editor.currentText()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show the first problem in place of the explanation."""
        self._problems = tuple(problems)
        self._explain()

    def take_focus(self) -> None:
        """Give the field the keyboard."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _was_typed(self, text: str) -> None:
        self._explain()
        self.edited.emit(self.field, text)

    def _explain(self) -> None:
        spdx = spdx_of(self.value())
        meaning = next((licence.meaning for licence in ACCEPTED if licence.spdx == spdx), HELP)
        text = self._problems[0].message if self._problems else meaning
        self._below.setText(text)
        set_role(self._below, "warning" if self._problems else "caption")
        self.editor.setAccessibleDescription(text)


class _LicenceBox(QComboBox):
    """Leaves undo and redo to the leaf's history, and the wheel to the page."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setLineEdit(_LicenceLine())
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        for licence in ACCEPTED:
            self.addItem(licence.spdx)
            tip = f"{licence.name}. {licence.meaning}"
            for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
                self.setItemData(self.count() - 1, tip, role)
        self.setCurrentIndex(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page: turning the wheel over a licence must not change it."""
        event.ignore()


class _LicenceLine(QLineEdit):
    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the leaf's history."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_history_key(event):
            event.ignore()
            return False
        return super().event(event)

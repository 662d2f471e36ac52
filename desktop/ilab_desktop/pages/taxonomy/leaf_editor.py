# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Middle: one leaf, as a form or as YAML, both views of its one text."""

from __future__ import annotations

from ilab_core.errors import IlabError, TaxonomyError
from ilab_core.taxonomy.checking import Problem
from ilab_core.taxonomy.text_file import ChangedOnDiskError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from ilab_desktop.icons import icon
from ilab_desktop.models.leaf_status import badge_of
from ilab_desktop.pages.taxonomy.form_view import FormView
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.yaml_view import YamlView
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.badge import Badge
from ilab_desktop.widgets.buttons import action_button, plain_button, small
from ilab_desktop.widgets.labels import ElidedLabel, label
from ilab_desktop.widgets.notice import Notice


class LeafEditor(QWidget):
    """Shows a `LeafDocument`; undo, redo, save and revert are its actions."""

    changed_on_disk = Signal(object)
    """A leaf could not be saved: another program wrote its file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document: LeafDocument | None = None
        self._history = QUndoStack(self)
        self._change = ""
        self.form = FormView()
        self.yaml = YamlView()
        self.undo = self._action("Undo", "undo", QKeySequence.StandardKey.Undo, self._undo)
        self.redo = self._action("Redo", "redo", "Ctrl+Shift+Z", self._redo)
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self.save = self._action("Save", "save", QKeySequence.StandardKey.Save, self.save_leaf)
        self.revert = self._action("Revert to the saved file", "refresh", None, self._revert)
        self.switch = self._action("Switch between form and YAML", "columns", "Ctrl+E", self._switch)
        self.notice = Notice()
        self.notice.button.setAccessibleName("Close the message")
        self._name = ElidedLabel("", "section", middle=True)
        self._badge = Badge("", "neutral")
        self._state = label("", "caption")
        self._form_button = self._view_button("Form", 0)
        self._yaml_button = self._view_button("YAML", 1)
        self._views = QStackedWidget()
        self._views.addWidget(self.form)
        self._views.addWidget(self.yaml)
        self._views.addWidget(self._unreadable())
        self.form.edit_refused.connect(self.show_error)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.MEDIUM)
        self._header = self._header_row()
        column.addLayout(self._header)
        column.addWidget(self.notice)
        column.addWidget(self._views, 1)
        self._refresh_state()

    def use_history(self, history: QUndoStack) -> None:
        """Let undo and redo go through this history."""
        self._history = history
        history.indexChanged.connect(self._refresh_state)

    def add_to_header(self, widget: QWidget) -> None:
        """Put one more control at the right end of the header."""
        self._header.addWidget(widget)

    def show_document(self, document: LeafDocument | None) -> None:
        """Show another leaf. A text that is not YAML opens as text."""
        if self.document is not None:
            self.flush()
            self.document.disconnect(self)
        self.document = document
        self.notice.clear()
        self.yaml.show_document(document)
        if document is not None:
            document.text_changed.connect(self._text_changed)
            document.checked.connect(self._problems_changed)
            document.state_changed.connect(self._refresh_state)
            document.save_failed.connect(self.show_error)
        self.form.show_document(document)
        self._show_view(form_is_new=True)
        self._problems_changed()
        self._refresh_state()

    def set_change(self, change: str) -> None:
        """Say how the file differs from the last commit: "", "new" or "changed"."""
        self._change = change
        self._refresh_badge()

    @property
    def shows_yaml(self) -> bool:
        """True while the text is shown."""
        return self._yaml_button.isChecked()

    def show_yaml(self, yaml: bool) -> None:
        """Show the text, or the form."""
        self.flush()
        (self._yaml_button if yaml else self._form_button).setChecked(True)
        self._show_view()

    def go_to(self, problem: Problem) -> None:
        """Go to a problem: its field in the form, else its line in the text."""
        elsewhere = self.document is not None and problem.path != self.document.path
        if elsewhere:
            self.show_yaml(False)
        if self._views.currentIndex() == 0 and problem.field and self.form.focus_field(problem.field):
            return
        if elsewhere:
            return
        self.show_yaml(True)
        self.yaml.go_to(problem.line, problem.column)

    def select_field(self, field: str) -> bool:
        """Go to a field in the form; False where the form has none of that name."""
        self.show_yaml(False)
        return self._views.currentIndex() == 0 and self.form.focus_field(field)

    def save_leaf(self) -> None:
        """Write the leaf to its file."""
        self.flush()
        if self.document is not None and self.document.can_be_saved:
            self.document.save()

    def flush(self) -> None:
        """Bring what is being typed into the text."""
        self.form.flush()

    def take_focus(self) -> None:
        """Give the keyboard to the view in front."""
        if self._views.currentIndex() == 0:
            self.form.focus_first()
        else:
            self.yaml.setFocus(Qt.FocusReason.OtherFocusReason)

    def _text_changed(self, origin: str) -> None:
        if self._views.currentIndex() == 1 or origin == "yaml":
            if origin != "yaml":
                self.yaml.follow()
            return
        self._show_view(origin)

    def _show_view(self, origin: str = "", form_is_new: bool = False) -> None:
        """Bring the chosen view in front and up to date."""
        if self._yaml_button.isChecked():
            self.yaml.follow()
            self._views.setCurrentIndex(1)
        elif self.document is None or (form_is_new and self.form.cards) or self.form.follow(origin):
            self._views.setCurrentIndex(0)
        else:
            found = self.document.parsed()
            if isinstance(found, TaxonomyError):
                self._say_unreadable(found)
            self._views.setCurrentIndex(2)

    def _problems_changed(self) -> None:
        document = self.document
        problems = document.problems if document is not None else ()
        self.yaml.set_problems([problem for problem in problems if problem.path == document.path])
        self.form.show_problems()
        self._refresh_badge()

    def _refresh_badge(self) -> None:
        document = self.document
        self._badge.setVisible(document is not None and document.is_checked)
        if document is not None:
            text, meaning = badge_of(document.status(self._change)) or ("", "neutral")
            self._badge.set(text, meaning)  # type: ignore[arg-type]

    def _refresh_state(self) -> None:
        document = self.document
        self._name.setText(document.name.rpartition("/")[2] if document is not None else "")
        unsaved = document is not None and document.can_be_saved
        if document is None:
            state = ""
        elif document.is_saving:
            state = "Saving…"
        else:
            state = "" if unsaved else "Saved"
        self._state.setText(state)
        self._state.setVisible(bool(state))
        self._save_button.setVisible(unsaved)
        self._revert_button.setVisible(unsaved)
        self.undo.setEnabled(self._history.canUndo())
        self.redo.setEnabled(self._history.canRedo())
        self.save.setEnabled(unsaved and document is not None and not document.is_saving)
        self.revert.setEnabled(document is not None and document.has_edits)
        for action, plain, what in (
            (self.undo, "Undo", self._history.undoText()),
            (self.redo, "Redo", self._history.redoText()),
        ):
            action.setText(f"{plain} {what.lower()}" if what else plain)

    def show_error(self, error: object) -> None:
        """Say what went wrong, above the leaf."""
        if isinstance(error, ChangedOnDiskError) and self.document is not None:
            self.changed_on_disk.emit(self.document)
            return
        if isinstance(error, IlabError):
            self.notice.tell("danger", error.summary, error.hint, error.detail, "Close", self.notice.clear)
        else:
            self.notice.tell("danger", "That did not work.", "", str(error), "Close", self.notice.clear)

    def _say_unreadable(self, error: TaxonomyError) -> None:
        line = getattr(error, "line", 1)
        self._unreadable_notice.tell(
            "danger",
            error.summary,
            f"{error.hint} The form comes back as soon as the text is YAML again.".strip(),
            error.detail,
            f"Go to line {line}",
            lambda: self._go_to_line(line, getattr(error, "column", 1)),
        )

    def _go_to_line(self, line: int, column: int) -> None:
        self.show_yaml(True)
        self.yaml.go_to(line, column)

    def _undo(self) -> None:
        self.flush()
        self._history.undo()

    def _redo(self) -> None:
        self.flush()
        self._history.redo()

    def _revert(self) -> None:
        self.flush()
        if self.document is not None:
            self.document.revert()

    def _switch(self) -> None:
        self.show_yaml(not self.shows_yaml)
        self.take_focus()

    def _action(self, text: str, icon_name: str, keys: object, slot: object) -> QAction:
        action = QAction(icon(icon_name), text, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))  # type: ignore[call-overload]
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _checked=False: slot())  # type: ignore[operator]
        self.addAction(action)
        return action

    def _view_button(self, text: str, index: int) -> QWidget:
        button = small(plain_button(text, accessible=f"Show the leaf as {text}"))
        button.setCheckable(True)
        button.setToolTip(f"Show the leaf as {text} (Ctrl+E)")
        if index == 0:
            self._group = QButtonGroup(self)
            button.setChecked(True)
        self._group.addButton(button, index)
        button.clicked.connect(lambda: self.show_yaml(index == 1))
        return button

    def _header_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.SMALL)
        row.addWidget(self._name, 1)
        row.addWidget(self._badge)
        row.addSpacing(Space.SMALL)
        self._save_button = small(plain_button("Save", accessible="Save"))
        self._save_button.setToolTip("Save (Ctrl+S)")
        self._save_button.clicked.connect(self.save.trigger)
        self._revert_button = icon_button(self.revert)
        row.addWidget(self._state)
        row.addWidget(self._revert_button)
        row.addWidget(self._save_button)
        row.addWidget(self._form_button)
        row.addWidget(self._yaml_button)
        return row

    def _unreadable(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        self._unreadable_notice = Notice()
        self._unreadable_notice.button.setAccessibleName("Go to the line")
        column.addWidget(self._unreadable_notice)
        column.addStretch(1)
        return page


def icon_button(action: QAction) -> QToolButton:
    """Return a small square button for an action."""
    button = action_button(action)
    button.setProperty("small", True)
    button.setFixedWidth(Size.ROW_HEIGHT)
    return button

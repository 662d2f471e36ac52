# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""F8 goes to the leaf's next problem, Shift+F8 to the one before, in the form and in the text alike."""

from __future__ import annotations

from collections.abc import Sequence

from ilab_core.taxonomy.problem import Problem, problem_after
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from ilab_desktop.pages.taxonomy.leaf_editor import LeafEditor
from ilab_desktop.pages.taxonomy.problem_groups import without_echoes
from ilab_desktop.widgets.announce import announce


class ProblemSteps(QObject):
    """Holds the two actions, and where the last step led."""

    def __init__(self, editor: LeafEditor, parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        self._stood_at: tuple[object, ...] = ()
        self._last = (0, 0)
        self.next = self._action("Next problem", "F8", False)
        self.previous = self._action("Previous problem", "Shift+F8", True)

    def _go(self, backwards: bool) -> None:
        editor = self._editor
        document = editor.document
        if document is None:
            return
        editor.flush()
        problems: Sequence[Problem] = document.shown_problems
        if editor.shows_yaml:
            problems = without_echoes(document.problems)
        line, column = self._last if self._place() == self._stood_at else self._here()
        problem = problem_after(problems, line, column, backwards)
        if problem is None:
            announce(editor, "No problems." if document.is_checked else "Still checking.")
            return
        editor.go_to(problem)
        self._last = (problem.line, problem.column)
        self._stood_at = self._place()
        announce(editor, f"Line {problem.line}. {problem.message} {problem.fix}".strip(), urgent=True)

    def _here(self) -> tuple[int, int]:
        """Return the cursor's line and column; the start of the leaf where the form has the keyboard."""
        if not self._editor.shows_yaml:
            return 0, 0
        cursor = self._editor.yaml.textCursor()
        return cursor.blockNumber() + 1, cursor.positionInBlock() + 1

    def _place(self) -> tuple[object, ...]:
        """Return what stays the same while nothing moved since the last step."""
        editor = self._editor
        return editor.document, editor.shows_yaml, self._here() if editor.shows_yaml else editor.form.focusWidget()

    def _action(self, text: str, keys: str, backwards: bool) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _checked=False: self._go(backwards))
        return action

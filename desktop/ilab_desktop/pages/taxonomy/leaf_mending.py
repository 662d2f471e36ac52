# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The button that mends the leaf: shown where a mend would change something, and one step of the history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ilab_core.taxonomy.mend_attribution import completed
from ilab_core.taxonomy.mend_questions import Question, questions
from ilab_core.taxonomy.mending import Mended, mend_text
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.pages.taxonomy.leaf_document import LARGEST_FORM, LeafDocument
from ilab_desktop.pages.taxonomy.leaf_editor import LeafEditor
from ilab_desktop.pages.taxonomy.mend_panel import MendPanel


@dataclass(frozen=True)
class _Offer:
    """What a mend would make of a leaf whose text is `text`, and what to ask before."""

    document: LeafDocument
    text: str
    mended: Mended
    questions: tuple[Question, ...]


class LeafMending(QObject):
    """Looks at each text that was checked, off the window's thread; F7 or the button mends it."""

    def __init__(
        self, editor: LeafEditor, button: QPushButton, show: Callable[[QWidget], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.panel = MendPanel()
        self.action = QAction("Mend", self)
        self.action.setShortcut(QKeySequence("F7"))
        self.action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._editor = editor
        self._button = button
        self._show = show
        self._offer: _Offer | None = None
        self._task: Task | None = None
        self.action.triggered.connect(lambda _checked=False: self.mend())
        button.clicked.connect(self.action.trigger)
        self.panel.accepted.connect(self._answered)
        self.panel.left.connect(self._leave)
        self._refresh()

    def look(self, document: LeafDocument | None) -> None:
        """Find out what a mend would change in the leaf that is shown."""
        if document is not self._editor.document:
            return
        if self._offer is not None and (document is not self._offer.document or document.text != self._offer.text):
            self._offer = None
            self._refresh()
        if document is not None and self._offer is None:
            self._find(document, self._found)

    def mend(self) -> None:
        """Mend the leaf that is shown, after asking for what only a person knows."""
        self._editor.flush()
        document = self._editor.document
        if document is None:
            return
        if self._offer is not None and (self._offer.document, self._offer.text) == (document, document.text):
            self._begin(self._offer)
        else:
            self._find(document, self._begin)

    def _find(self, document: LeafDocument, then: Callable[[_Offer], None]) -> None:
        if self._task is not None:
            self._task.cancel()
        text = document.text
        if len(text) <= LARGEST_FORM:
            work = partial(_looked, text, document.path)
            self._task = run_in_background(document, work, lambda found: self._is_found(document, text, found, then))

    def _is_found(
        self,
        document: LeafDocument,
        text: str,
        found: tuple[Mended, tuple[Question, ...]],
        then: Callable[[_Offer], None],
    ) -> None:
        if document is self._editor.document and document.text == text:
            then(_Offer(document, text, *found))

    def _found(self, offer: _Offer) -> None:
        self._offer = offer
        self._refresh()

    def _begin(self, offer: _Offer) -> None:
        self._offer = offer
        if offer.questions:
            self.panel.ask(offer.questions)
            self._show(self.panel)
            self.panel.take_focus()
        else:
            self._apply(offer, offer.mended)

    def _answered(self, answers: dict[str, str]) -> None:
        offer = self._offer
        if offer is not None:
            work = partial(mend_text, offer.text, offer.document.path, answers)
            run_in_background(offer.document, work, lambda mended: self._apply(offer, mended))

    def _apply(self, offer: _Offer, mended: Mended) -> None:
        document = offer.document
        if document is not self._editor.document or document.text != offer.text or not mended.steps:
            return
        attribution = document.attribution
        document.undo_stack.beginMacro("Mend")
        attribution.change(completed(attribution.text, mended.attribution), "Mend")
        document.change(mended.text, "Mend")
        document.undo_stack.endMacro()
        document.check_now()
        self._offer = None
        self._refresh()
        self._leave()
        notice = self._editor.notice
        if not notice.choices():
            notice.tell("success", _outcome(mended), " ".join(mended.steps))
            notice.offer([("Undo", self._editor.undo.trigger), ("Close", notice.clear)])

    def _leave(self) -> None:
        if self.panel.isVisible():
            self._show(self._editor)
            self._editor.take_focus()

    def _refresh(self) -> None:
        mended = self._offer.mended if self._offer is not None else None
        can = mended is not None and bool(mended.steps)
        self.action.setEnabled(can)
        self._button.setVisible(can)
        if mended is not None and can:
            text = "Mend 1 problem" if mended.solved == 1 else f"Mend {mended.solved:,} problems"
            # A valid skill of an older version has no problem, and can be brought to the newest all the same.
            self._button.setText(text if mended.solved else "Bring to version 3")
            self._button.setAccessibleName(self._button.text())
            self._button.setAccessibleDescription(" ".join(mended.steps))
            keys = self.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self._button.setToolTip("\n".join([f"{self._button.text()} ({keys})", *mended.steps]))


def _outcome(mended: Mended) -> str:
    left = len(mended.remaining)
    if not left:
        return "The leaf is mended, and valid."
    problems = "1 problem is" if left == 1 else f"{left:,} problems are"
    return f"Mended. {problems} left for you, since only a person can solve {'it' if left == 1 else 'them'}."


def _looked(text: str, path: Path) -> tuple[Mended, tuple[Question, ...]]:
    mended = mend_text(text, path, upgrade=True)
    return mended, questions(mended, path)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The small form that points a leaf at a public repository which holds its document."""

from __future__ import annotations

from collections.abc import Callable

from ilab_core.taxonomy.leaf import DocumentReference
from ilab_core.taxonomy.public_documents import commit_problem, patterns_problem, repository_problem
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from ilab_desktop.theme import Size
from ilab_desktop.widgets.buttons import primary_button
from ilab_desktop.widgets.labels import label, set_flag, set_role
from ilab_desktop.widgets.popover import Popover

ABOUT = "The leaf names it, so that others find the document. The copy on this computer stays what is read here."


class PublicDocumentForm(Popover):
    """Address, commit and files of a repository, each checked for its shape as it is typed."""

    accepted = Signal(object)
    """The `DocumentReference` to write."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Public repository of the document")
        self.setFixedWidth(Size.DIALOG_WIDTH)
        self._fields: list[tuple[QLineEdit, QLabel, str, Callable[[str], str]]] = []
        self.body.addWidget(label("Point at a public repository", "section"))
        self.body.addWidget(label(ABOUT, "muted", wrap=True))
        self.repo = self._add("Repository", "The address that git clones from.", repository_problem)
        self.commit = self._add("Commit", "The full id, which never comes to mean another text.", commit_problem)
        self.files = self._add(
            "Files, with commas between them",
            "As they are called in that repository.",
            lambda text: patterns_problem(_names(text)),
        )
        self.accept_button = primary_button("Point the leaf there")
        self.accept_button.clicked.connect(self._accept)
        self.body.addWidget(self.accept_button)

    def ask(self, now: DocumentReference | None, anchor: QWidget) -> None:
        """Open at `anchor` with what the leaf says now, as far as it is public."""
        public = now is not None and not repository_problem(now.repo)
        self.repo.setText(now.repo if now is not None and public else "")
        self.commit.setText(now.commit if now is not None and public else "")
        names = now.patterns if now is not None else ()
        self.files.setText(", ".join(names if public else [name.rpartition("/")[2] for name in names]))
        self._refresh()
        self.open_at(anchor, self.repo)

    def _add(self, title: str, about: str, problem: Callable[[str], str]) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(title)
        field.textChanged.connect(lambda _text: self._refresh())
        field.returnPressed.connect(self._accept)
        heading = label(title, "field")
        heading.setBuddy(field)
        below = label(about, "caption", wrap=True)
        for widget in (heading, field, below):
            self.body.addWidget(widget)
        self._fields.append((field, below, about, problem))
        return field

    def _refresh(self) -> None:
        fine = True
        for field, below, about, problem in self._fields:
            found = problem(field.text().strip())
            fine = fine and not found
            shown = found if field.text().strip() else ""
            below.setText(shown or about)
            set_role(below, "danger" if shown else "caption")
            set_flag(field, "invalid", bool(shown))
            field.setAccessibleDescription(shown or about)
        self.accept_button.setEnabled(fine)
        self.adjustSize()

    def _accept(self) -> None:
        if self.accept_button.isEnabled():
            self.hide()
            names = _names(self.files.text())
            self.accepted.emit(DocumentReference(self.repo.text().strip(), self.commit.text().strip(), names))


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))

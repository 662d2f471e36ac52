# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The few things a new leaf needs: its kind, where it goes, its name, and for knowledge a document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ilab_core.taxonomy.naming import folder_problem, name_problem, suggested_name
from ilab_core.taxonomy.new_leaf import NewLeaf
from ilab_core.taxonomy.places import suggest_folders
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ilab_desktop.pages.taxonomy.folder_suggestions import FolderSuggestions
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import plain_button, primary_button, quiet_button
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.labels import ElidedLabel, label, set_flag, set_role

DOCUMENT_FILES = "Text and Markdown (*.md *.markdown *.txt)"
_NAME_HELP = "Lower-case letters, digits and underscores."
_FOLDER_HELP = "A folder below {top}. Type what the leaf is about; new folders are made."
_KNOWLEDGE, _SKILL, _GROUNDED = "knowledge", "compositional_skills", "compositional_skills/grounded"


class NewLeafPanel(QWidget):
    """Stands in place of the editor until the leaf is created or the person goes back."""

    wanted = Signal(object)
    """A `NewLeaf` that passed the checks."""
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._existing: frozenset[str] = frozenset()
        self._folders: Sequence[str] = ()
        self._document: Path | None = None
        self._name_is_own = False
        self.setAcceptDrops(True)
        self.knowledge = QRadioButton("Knowledge")
        self.skill = QRadioButton("Skill")
        self.grounded = QRadioButton("Grounded skill")
        kinds = QButtonGroup(self)
        for button, about in self._kinds():
            kinds.addButton(button)
            button.setAccessibleDescription(about)
            button.toggled.connect(lambda _on: self._refresh())
        self.folder = QLineEdit()
        self.folder.setAccessibleName("Folder")
        self.suggestions = FolderSuggestions(self.folder)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name")
        self.name.setPlaceholderText("harrow_cove")
        self._folder_help = label("", "caption", wrap=True)
        self._name_help = label(_NAME_HELP, "caption", wrap=True)
        self._path = ElidedLabel("", "code", middle=True)
        self.choose = plain_button("Choose a file…", "document", "Choose the document")
        self.choose.clicked.connect(self._choose_document)
        self.forget = quiet_button("", "close", "Take the document away")
        self.forget.clicked.connect(lambda: self.set_document(None))
        self._document_name = ElidedLabel("", "muted", middle=True)
        self.create = primary_button("Create leaf")
        self.create.clicked.connect(self._create)
        self.cancel = plain_button("Cancel")
        self.cancel.setToolTip("Cancel (Esc)")
        self.cancel.clicked.connect(self.cancelled)
        self.folder.textChanged.connect(lambda _text: self._refresh())
        self.name.textChanged.connect(lambda _text: self._refresh())
        self.name.textEdited.connect(self._name_edited)
        for field in (self.folder, self.name):
            field.returnPressed.connect(self._create)
        self._lay_out()
        self.knowledge.setChecked(True)

    def start(self, leaves: Sequence[str], folders: Sequence[str], near: str = "") -> None:
        """Begin a new leaf beside the one (or in the folder) named `near`."""
        self._existing = frozenset(leaves)
        self._folders = folders
        self.set_document(None)
        self._name_is_own = False
        self.name.clear()
        folder = near if near in folders else near.rpartition("/")[0]
        kinds = ((self.grounded, _GROUNDED), (self.skill, _SKILL), (self.knowledge, _KNOWLEDGE))
        kind, top = next((kind for kind in kinds if f"{folder}/".startswith(f"{kind[1]}/")), (self.knowledge, folder))
        kind.setChecked(True)
        self.folder.setText(folder.removeprefix(top).strip("/"))
        self._refresh()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_document(self, path: Path | None) -> None:
        """Take a document; it gives the leaf its name while the person has not typed one."""
        self._document = path
        self._document_name.setText(path.name if path else "Or drop one here; it is copied to the leaf.")
        self.forget.setVisible(path is not None)
        if path is not None and not self._name_is_own:
            self.name.setText(suggested_name(path.stem))
        self._refresh()

    def values(self) -> NewLeaf:
        """Return what is filled in."""
        kind = "knowledge" if self.knowledge.isChecked() else "skill"
        document = self._document if kind == "knowledge" else None
        folder = self.folder.text().strip().strip("/")
        if self.grounded.isChecked():
            folder = f"grounded/{folder}".strip("/")
        return NewLeaf(kind, folder, self.name.text().strip(), document)

    def show_problem(self, sentence: str) -> None:
        """Say why the leaf could not be created."""
        self._name_help.setText(sentence)
        set_role(self._name_help, "danger")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take text and Markdown files."""
        if _dropped_document(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the dropped file as the document; a document means knowledge."""
        path = _dropped_document(event)
        if path is not None:
            self.knowledge.setChecked(True)
            self.set_document(path)
            event.acceptProposedAction()

    def _refresh(self) -> None:
        wanted = self.values()
        is_knowledge = wanted.kind == "knowledge"
        self._document_row.setVisible(is_knowledge)
        top = _KNOWLEDGE if is_knowledge else _GROUNDED if self.grounded.isChecked() else _SKILL
        self.suggestions.show_folders(suggest_folders(self.folder.text(), top, self._folders, wanted.name))
        folder = folder_problem(wanted.folder) if wanted.folder else ""
        name = name_problem(wanted.name, wanted.leaf_name in self._existing) if wanted.name else ""
        help_text = _FOLDER_HELP.format(top=top)
        for field, below, problem, usual in (
            (self.folder, self._folder_help, folder, help_text),
            (self.name, self._name_help, name, _NAME_HELP),
        ):
            below.setText(problem or usual)
            set_role(below, "danger" if problem else "caption")
            set_flag(field, "invalid", bool(problem))
            field.setAccessibleDescription(problem or usual)
        self._path.setText(f"{wanted.leaf_name}/qna.yaml" if wanted.name else "")
        self.create.setEnabled(bool(wanted.name) and not name and not folder)

    def _name_edited(self, text: str) -> None:
        self._name_is_own = bool(text)

    def _choose_document(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Choose the document", "", DOCUMENT_FILES)
        if chosen:
            self.set_document(Path(chosen))

    def _create(self) -> None:
        if self.create.isEnabled():
            self.wanted.emit(self.values())

    def _kinds(self) -> Sequence[tuple[QRadioButton, str]]:
        """Return the kinds of leaf, each with what it is for."""
        return (
            (self.knowledge, "Facts, taken from a document."),
            (self.skill, "How to do something, shown by example."),
            (self.grounded, "How to do something with a text that is given, such as summing it up."),
        )

    def _lay_out(self) -> None:
        card = Card(margin=Space.MARGIN, spacing=Space.TINY)
        card.setMaximumWidth(Size.READING_WIDTH * 3 // 4)
        card.column.addWidget(label("New leaf", "section"))
        card.column.addSpacing(Space.SMALL)
        for button, about in self._kinds():
            row = QHBoxLayout()
            row.setSpacing(Space.SMALL)
            row.addWidget(button)
            row.addWidget(label(about, "muted", wrap=True), 1)
            card.column.addLayout(row)
        for title, field, below in (
            ("Folder", self.folder, self._folder_help),
            ("Name", self.name, self._name_help),
        ):
            card.column.addSpacing(Space.MEDIUM)
            heading = label(title, "field")
            heading.setBuddy(field)
            card.column.addWidget(heading)
            card.column.addWidget(field)
            card.column.addWidget(below)
            if field is self.folder:
                card.column.addSpacing(Space.TINY)
                card.column.addWidget(self.suggestions)
        self._document_row = QWidget()
        column = QVBoxLayout(self._document_row)
        column.setContentsMargins(0, Space.MEDIUM, 0, 0)
        column.setSpacing(Space.TINY)
        column.addWidget(label("Document (you can add it later)", "field"))
        row = QHBoxLayout()
        row.setSpacing(Space.SMALL)
        row.addWidget(self.choose)
        row.addWidget(self._document_name, 1)
        row.addWidget(self.forget)
        column.addLayout(row)
        card.column.addWidget(self._document_row)
        card.column.addSpacing(Space.GROUP)
        card.column.addWidget(self._path)
        card.column.addSpacing(Space.SMALL)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.SMALL)
        buttons.addWidget(self.create)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        card.column.addLayout(buttons)
        body = QWidget()
        body.setObjectName("scrollBody")
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(card)
        inner.addStretch(1)
        # A low window shows it in part, and scrolls
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)


def _dropped_document(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() in (".md", ".markdown", ".txt")), None)

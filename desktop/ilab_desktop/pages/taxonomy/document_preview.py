# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The document of a knowledge leaf, with the passages that the leaf already uses marked in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ilab_core.errors import IlabError
from ilab_core.generation.documents import find_documents, read_document
from ilab_core.taxonomy.leaf import Leaf
from ilab_core.taxonomy.passages import Searchable, searchable
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTextBrowser, QTextEdit, QVBoxLayout, QWidget

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.theme import Space, Type, colours, font
from ilab_desktop.widgets.buttons import plain_button, small
from ilab_desktop.widgets.labels import ElidedLabel, label

MOST_CHARACTERS = 60_000
"""A longer document is shown up to here: laying out more would hold up the window."""


@dataclass(frozen=True)
class ShownDocument:
    """A document that was read: its file, and its text as far as it is shown."""

    path: Path
    text: str
    whole: bool


class DocumentPreview(QWidget):
    """Reads the leaf's documents in the background; selected text becomes a context."""

    context_chosen = Signal(str)
    document_wanted = Signal()
    """The leaf has no document here, and the person wants to give it one."""

    def __init__(self, documents_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = documents_folder
        self._documents: list[ShownDocument] = []
        self._asked_for: tuple[object, ...] | None = None
        self._task: Task | None = None
        self._contexts: tuple[str, ...] = ()
        self._source: Searchable | None = None
        self._shown: Searchable | None = None
        self._title = label("Document", "strong")
        self._name = ElidedLabel("", "caption", middle=True)
        self._choice = QComboBox()
        self._choice.setAccessibleName("Document to show")
        self._choice.currentIndexChanged.connect(self._show_chosen)
        self._note = label("", "caption", wrap=True)
        self.browser = QTextBrowser()
        self.browser.setProperty("bare", True)
        self.browser.setOpenLinks(False)
        self.browser.setAccessibleName("Document")
        self.browser.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.browser.document().setDocumentMargin(0)
        self.browser.selectionChanged.connect(self._selection_changed)
        self.use = small(plain_button("Use selection as context"))
        self.use.setToolTip("Make the selected text the context of the current example")
        self.use.clicked.connect(self._use_selection)
        self.add = small(plain_button("Add a document…", "document", "Add a document"))
        self.add.setToolTip("Copy a text or Markdown file to this leaf")
        self.add.clicked.connect(self.document_wanted)
        self.add.hide()
        heading = QHBoxLayout()
        heading.setSpacing(Space.SMALL)
        heading.addWidget(self._title)
        heading.addWidget(self._name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addLayout(heading)
        column.addWidget(self._choice)
        column.addWidget(self._note)
        column.addWidget(self.browser, 1)
        column.addWidget(self.use, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self._rest = QWidget()
        self._rest.hide()
        column.addWidget(self._rest, 1)
        self._selection_changed()

    def show_leaf(self, leaf: Leaf | None) -> None:
        """Show the documents of a leaf; nothing is read again while its reference stays the same."""
        self.setVisible(leaf is not None and leaf.kind == "knowledge")
        if leaf is None or leaf.kind != "knowledge":
            self._asked_for = None
            return
        self._contexts = tuple(example.context for example in leaf.seed_examples if example.context)
        asked = (leaf.path, leaf.document)
        if asked == self._asked_for:
            self._mark()
            return
        self._asked_for = asked
        if self._task is not None:
            self._task.cancel()
        self._task = run_in_background(self, partial(_read_all, leaf, self._folder), self._was_read, self._was_not_read)

    def read_again(self) -> None:
        """Read the documents again when the leaf is next shown."""
        self._asked_for = None

    def changeEvent(self, event: QEvent) -> None:
        """Mark the passages in the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self._mark()

    def _was_read(self, documents: list[ShownDocument]) -> None:
        self._documents = documents
        blocked = self._choice.blockSignals(True)
        self._choice.clear()
        self._choice.addItems([document.path.name for document in documents])
        self._choice.blockSignals(blocked)
        self._choice.setVisible(len(documents) > 1)
        self._show_chosen(0)

    def _was_not_read(self, error: Exception) -> None:
        self._documents = []
        self._source = self._shown = None
        self._choice.hide()
        self._name.setText("")
        words = [error.summary] if isinstance(error, IlabError) else [f"It cannot be shown: {error}"]
        self._note.setText(" ".join(word for word in words if word))
        self._note.show()
        self.browser.hide()
        self.use.hide()
        self.add.show()
        self._rest.show()

    def _show_chosen(self, index: int) -> None:
        if not 0 <= index < len(self._documents):
            return
        document = self._documents[index]
        self._name.setText(f"· {document.path.name}")
        self._note.setText("" if document.whole else "Only the beginning of this long document is shown.")
        self._note.setVisible(not document.whole)
        self._rest.hide()
        self.add.hide()
        self.browser.show()
        self.use.show()
        self.browser.setFont(font(Type.CAPTION))
        if document.path.suffix.lower() in (".md", ".markdown"):
            features = QTextDocument.MarkdownFeature
            self.browser.document().setMarkdown(document.text, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
        else:
            self.browser.setPlainText(document.text)
        self._set_type()
        self._source = searchable(document.text)
        self._shown = searchable(self.browser.document().toRawText())
        self._mark()

    def _set_type(self) -> None:
        """Headings at a size that suits a narrow pane, lines with air between them."""
        document = self.browser.document()
        document.setDefaultFont(font(Type.CAPTION))
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        block = document.begin()
        while block.isValid():
            cursor.setPosition(block.position())
            spaced = QTextBlockFormat(block.blockFormat())
            spaced.setLineHeight(135, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value))
            cursor.setBlockFormat(spaced)
            if block.blockFormat().headingLevel():
                cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
                sized = cursor.charFormat()
                sized.clearProperty(QTextFormat.Property.FontSizeAdjustment)
                sized.setFont(font(1.0 if block.blockFormat().headingLevel() <= 2 else Type.CAPTION, Type.STRONG))
                cursor.setCharFormat(sized)
            block = block.next()
        cursor.endEditBlock()

    def _mark(self) -> None:
        if self._shown is None:
            return
        palette = colours(self)
        marks = []
        for context in self._contexts:
            place = self._shown.find(context)
            if place is None:
                continue
            mark = QTextEdit.ExtraSelection()
            mark.format.setBackground(QColor(palette.accent_wash))
            mark.format.setForeground(QColor(palette.accent_strong))
            cursor = QTextCursor(self.browser.document())
            cursor.setPosition(_units(self._shown.text, place[0]))
            cursor.setPosition(_units(self._shown.text, place[1]), QTextCursor.MoveMode.KeepAnchor)
            mark.cursor = cursor
            marks.append(mark)
        self.browser.setExtraSelections(marks)

    def _selection_changed(self) -> None:
        self.use.setEnabled(self.browser.textCursor().hasSelection())

    def _use_selection(self) -> None:
        selected = self.browser.textCursor().selectedText().replace("\u2029", "\n").replace("\u2028", "\n").strip()
        place = self._source.find(selected) if self._source is not None else None
        if place is not None and self._source is not None:
            # The document's own words, marks and all, in place of how they are drawn.
            selected = self._source.text[place[0] : place[1]]
        if selected:
            self.context_chosen.emit(selected)


def _read_all(leaf: Leaf, documents_folder: Path) -> list[ShownDocument]:
    shown = []
    for path in find_documents(leaf, documents_folder):
        text = read_document(path)
        shown.append(ShownDocument(path, text[:MOST_CHARACTERS], len(text) <= MOST_CHARACTERS))
    return shown


def _units(text: str, place: int) -> int:
    """Return the position that Qt counts for a place in `text`: UTF-16 units, not characters."""
    return place + sum(character > "\uffff" for character in text[:place])

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The document of a knowledge leaf, with the passages that the leaf already uses marked in it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ilab_core.errors import IlabError
from ilab_core.taxonomy.leaf import Leaf
from ilab_core.taxonomy.passages import Searchable, searchable
from PySide6.QtCore import QEvent, QFileSystemWatcher, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QComboBox, QTextBrowser, QTextEdit, QVBoxLayout, QWidget

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.pages.taxonomy.document_head import DocumentHead
from ilab_desktop.pages.taxonomy.passage_bar import PassageBar
from ilab_desktop.pages.taxonomy.shown_document import ShownDocument, names_a_document, read_documents
from ilab_desktop.theme import Duration, Space, Type, colours, font
from ilab_desktop.widgets.buttons import plain_button, small
from ilab_desktop.widgets.labels import label

NONE_YET = "No document yet. Drop a Markdown or text file here, or choose one."


class DocumentPreview(QWidget):
    """Reads the leaf's documents in the background; selected text becomes a context."""

    document_wanted = Signal()
    """The person wants to give the leaf a document."""
    publish_wanted = Signal()
    new_version_wanted = Signal()

    def __init__(self, documents_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = documents_folder
        self._documents: list[ShownDocument] = []
        self._leaf: Leaf | None = None
        self._asked_for: tuple[object, ...] | None = None
        self._task: Task | None = None
        self._contexts: tuple[str, ...] = ()
        self._source: Searchable | None = None
        self._shown: Searchable | None = None
        self.show_next = ""
        """The name (without its ending) of the document to show when they are read next."""
        self.head = DocumentHead()
        self.head.add_wanted.connect(self.document_wanted)
        self.head.publish_wanted.connect(self.publish_wanted)
        self.head.new_version_wanted.connect(self.new_version_wanted)
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
        self.passages = PassageBar(self)
        self.passages.set_passage(self._passage)
        self.browser.selectionChanged.connect(self._selection_changed)
        self.add = small(plain_button("Add a document…", "document", "Add a document"))
        self.add.setToolTip("Take a text or Markdown file for this leaf (Ctrl+Shift+O)")
        self.add.clicked.connect(self.document_wanted)
        self.add.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        for widget in (self.head, self._choice, self._note):
            column.addWidget(widget)
        column.addWidget(self.browser, 1)
        column.addWidget(self.passages)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self._rest = QWidget()
        self._rest.hide()
        column.addWidget(self._rest, 1)
        self._watcher = QFileSystemWatcher(self)
        self._pause = QTimer(self, singleShot=True, interval=Duration.DEBOUNCE)
        self._pause.timeout.connect(self._read)
        self._watcher.fileChanged.connect(lambda _path: self._pause.start())
        self._watcher.directoryChanged.connect(lambda _path: self._pause.start())
        self._selection_changed()

    def show_leaf(self, leaf: Leaf | None) -> None:
        """Show the documents of a leaf; nothing is read again while its reference stays the same."""
        self.setVisible(leaf is not None and leaf.kind == "knowledge")
        if leaf is None or leaf.kind != "knowledge":
            self._leaf = self._asked_for = None
            self._watch([])
            return
        self._contexts = tuple(example.context for example in leaf.seed_examples if example.context)
        asked = (leaf.path, leaf.document)
        self._leaf = leaf
        if asked == self._asked_for:
            self._mark()
            return
        self._asked_for = asked
        self._read()

    def read_again(self) -> None:
        """Read the documents again when the leaf is next shown."""
        self._asked_for = None

    def changeEvent(self, event: QEvent) -> None:
        """Follow another palette, which brings the style's own font with it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self._set_type()
            self._mark()

    def _read(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._leaf is not None:
            work = partial(read_documents, self._leaf, self._folder)
            self._task = run_in_background(self, work, self._was_read, self._was_not_read)

    def _watch(self, files: list[Path]) -> None:
        """Hear of changes of these files, also where a program puts a new file in the place of the old one."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        paths = dict.fromkeys(str(path) for file in files for path in (file, file.parent) if path.exists())
        if paths:
            self._watcher.addPaths(list(paths))

    def _was_read(self, documents: list[ShownDocument]) -> None:
        self._watch([document.file for document in documents])
        before = self._documents
        self._documents = documents
        wanted, self.show_next = self.show_next, ""
        index = next((n for n, document in enumerate(documents) if document.file.stem == wanted), -1)
        if index < 0 and [document.text for document in before] == [document.text for document in documents]:
            self.head.show_document(documents[max(0, self._choice.currentIndex())])
            self._mark()
            return
        names = [document.file.name for document in documents]
        blocked = self._choice.blockSignals(True)
        self._choice.clear()
        self._choice.addItems([d.name if names.count(d.file.name) > 1 else d.file.name for d in documents])
        self._choice.setCurrentIndex(max(0, index))
        self._choice.blockSignals(blocked)
        self._choice.setVisible(len(documents) > 1)
        self._show_chosen(max(0, index))

    def _was_not_read(self, error: Exception) -> None:
        self._watch([])
        self._documents = []
        self._source = self._shown = None
        self._choice.hide()
        self.head.show_document(None)
        words = error.summary if isinstance(error, IlabError) else f"It cannot be shown: {error}"
        self._note.setText(words if self._leaf is not None and names_a_document(self._leaf) else NONE_YET)
        self._note.show()
        self.browser.hide()
        self.passages.hide()
        self.add.show()
        self._rest.show()

    def _show_chosen(self, index: int) -> None:
        if not 0 <= index < len(self._documents):
            return
        document = self._documents[index]
        self.head.show_document(document)
        self._note.setText("" if document.whole else "Only the beginning of this long document is shown.")
        self._note.setVisible(not document.whole)
        self._rest.hide()
        self.add.hide()
        self.browser.show()
        self.passages.show()
        self.browser.setFont(font(Type.CAPTION))
        text = document.text.text
        if document.file.suffix.lower() in (".md", ".markdown"):
            features = QTextDocument.MarkdownFeature
            self.browser.document().setMarkdown(text, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
        else:
            self.browser.setPlainText(text)
        self._set_type()
        self._source = document.text
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
        self.passages.refresh(self.browser.textCursor().hasSelection())

    def _passage(self) -> str:
        """Return the selected text: the document's own words, marks and all, in place of how they are drawn."""
        drawn = self.browser.textCursor().selectedText().replace("\u2029", "\n").replace("\u2028", "\n").strip()
        place = self._source.find(drawn) if self._source is not None else None
        return self._source.text[place[0] : place[1]] if place is not None and self._source is not None else drawn


def _units(text: str, place: int) -> int:
    """Return the position that Qt counts for a place in `text`: UTF-16 units, not characters."""
    return place + sum(character > "\uffff" for character in text[:place])

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a person does with the documents of the leaf that is shown: add one, follow its changes, publish, quote it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ilab_core.errors import IlabError, TaxonomyError
from ilab_core.taxonomy.contexts import ContextPlaces, context_places, example_at, place_of
from ilab_core.taxonomy.document_files import matching_files
from ilab_core.taxonomy.documents_repository import add_documents, committed_files, use_new_version
from ilab_core.taxonomy.fields import parse_field
from ilab_core.taxonomy.leaf import DocumentReference, Leaf
from ilab_core.taxonomy.public_documents import local_copy_of, remember_local_copy
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog

from ilab_desktop.background import run_in_background
from ilab_desktop.pages.taxonomy import leaf_edits
from ilab_desktop.pages.taxonomy.document_drop import DocumentDrop
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.leaf_editor import LeafEditor
from ilab_desktop.pages.taxonomy.public_document_form import PublicDocumentForm
from ilab_desktop.pages.taxonomy.side_pane import SidePane

FILES = "Markdown and text (*.md *.markdown *.txt *.text *.rst);;All files (*)"


class LeafDocuments(QObject):
    """Serves the editor and the pane beside it; every change of the leaf is one step of its history."""

    added = Signal()
    """The leaf is about to show a document that it did not have."""

    def __init__(self, editor: LeafEditor, side: SidePane, documents_folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        self._preview = side.preview
        self._folder = documents_folder
        self._form = PublicDocumentForm(editor)
        self._form.accepted.connect(self.publish)
        self.add_action = QAction("Add a document…", self)
        self.add_action.setShortcut(QKeySequence("Ctrl+Shift+O"))
        self.add_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.add_action.triggered.connect(lambda _checked=False: self.choose())
        self._preview.passages.set_places(self._places)
        self._preview.passages.chosen.connect(self.use_passage)
        self._preview.document_wanted.connect(self.choose)
        self._preview.publish_wanted.connect(self._ask_where)
        self._preview.new_version_wanted.connect(self.follow_change)
        for widget in (editor, side):
            DocumentDrop(widget).dropped.connect(self.add)

    def choose(self) -> None:
        """Ask for files and add them."""
        if self._knowledge() is not None:
            chosen, _ = QFileDialog.getOpenFileNames(self._editor, "Add a document", "", FILES)
            self.add([Path(name) for name in chosen])

    def add(self, sources: Sequence[Path]) -> None:
        """Take files into the workspace's repository and name them in the leaf."""
        document = self._knowledge()
        leaf = self._leaf()
        if not sources or document is None or leaf is None:
            return
        self._preview.show_next = sources[-1].stem
        self.added.emit()
        self._change(document, partial(_added, self._folder, leaf, tuple(sources)), "Add document")

    def follow_change(self) -> None:
        """Let the leaf name the documents as they are now."""
        document, leaf = self._knowledge(), self._leaf()
        if document is not None and leaf is not None and leaf.document is not None:
            self._change(document, partial(_followed, self._folder, leaf.document), "Use the new version")

    def publish(self, public: DocumentReference) -> None:
        """Let the leaf name a public repository; the copy here stays what is read."""
        document, leaf = self._knowledge(), self._leaf()
        if document is not None and leaf is not None:
            self._change(document, partial(_published, self._folder, leaf, public), "Name the public repository")

    def use_passage(self, passage: str, number: int) -> None:
        """Make a passage the context of an example; past the last one stands for a new example."""
        document, leaf = self._knowledge(), self._leaf()
        if document is None or leaf is None:
            return
        try:
            if number < len(leaf.seed_examples):
                leaf_edits.set_context(document, number, passage)
            else:
                leaf_edits.add_example_about(document, passage)
        except TaxonomyError as error:
            self._editor.show_error(error)
            return
        field = f"seed_examples[{number}].context"
        if self._editor.shows_yaml:
            self._editor.yaml.go_to(*place_of(document.text, parse_field(field)))
        else:
            self._editor.select_field(field)

    def _places(self) -> ContextPlaces | None:
        """Return where a passage can go now, None where the text says no leaf."""
        leaf = self._leaf()
        return context_places(leaf, self._current_example()) if leaf is not None else None

    def _current_example(self) -> int:
        editor = self._editor
        if editor.shows_yaml and editor.document is not None:
            text = editor.document.text.replace("\r\n", "\n")
            return example_at(text, editor.yaml.textCursor().position())
        card = editor.form.current_card()
        return card.number if card is not None else 0

    def _ask_where(self) -> None:
        leaf = self._leaf()
        if leaf is not None:
            self._form.ask(leaf.document, self._preview.head.more)

    def _change(self, document: LeafDocument, work: partial[DocumentReference], label: str) -> None:
        """Do the work off the window's thread, then write the reference it returns as one step."""

        def done(reference: DocumentReference) -> None:
            self._preview.read_again()
            try:
                leaf_edits.set_document(document, reference, label)
            except TaxonomyError as error:
                self._editor.show_error(error)
            if document is self._editor.document and isinstance(leaf := document.parsed(), Leaf):
                self._preview.show_leaf(leaf)

        self._editor.flush()
        run_in_background(document, work, done, self._editor.show_error)

    def _leaf(self) -> Leaf | None:
        document = self._editor.document
        self._editor.flush()
        leaf = document.parsed() if document is not None else None
        return leaf if isinstance(leaf, Leaf) else None

    def _knowledge(self) -> LeafDocument | None:
        """Return the open knowledge leaf; say so where it is a skill or cannot be read."""
        document = self._editor.document
        if document is None:
            return None
        found = document.parsed()
        if isinstance(found, IlabError):
            self._editor.show_error(found)
        elif found.kind != "knowledge":
            self._editor.show_error(
                TaxonomyError("A skill has no document.", "Make a knowledge leaf for facts that a document holds.")
            )
        else:
            return document
        return None


def _local(folder: Path, reference: DocumentReference | None) -> DocumentReference | None:
    return (local_copy_of(folder, reference) if reference is not None else None) or reference


def _added(folder: Path, leaf: Leaf, sources: Sequence[Path]) -> DocumentReference:
    return add_documents(folder, leaf.path, leaf.name, sources, _local(folder, leaf.document))


def _followed(folder: Path, reference: DocumentReference) -> DocumentReference:
    return use_new_version(folder, _local(folder, reference) or reference)


def _published(folder: Path, leaf: Leaf, public: DocumentReference) -> DocumentReference:
    """Note which local text stands for the public one, where there is one, and return the public reference."""
    local = _local(folder, leaf.document)
    if local is not None and matching_files(leaf.path.parent, local.patterns):
        local = _added(folder, leaf, ())
    if local is not None and committed_files(folder, local):
        remember_local_copy(folder, public, local)
    return public

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The Taxonomy page: tree, leaf, problems and document beside each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ilab_core.errors import IlabError, TaxonomyError
from ilab_core.taxonomy.leaf import Leaf
from ilab_core.taxonomy.new_leaf import NewLeaf, create_leaf
from ilab_core.taxonomy.tree import LeafEntry, taxonomy_root
from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from ilab_desktop.background import run_in_background
from ilab_desktop.pages.taxonomy.contribution_work import ContributionWork
from ilab_desktop.pages.taxonomy.drafting import Drafting
from ilab_desktop.pages.taxonomy.frame import Commands, TaxonomyFrame, say
from ilab_desktop.pages.taxonomy.leaf_checks import CheckedLeaf, LeafChecker
from ilab_desktop.pages.taxonomy.leaf_document import LeafDocument
from ilab_desktop.pages.taxonomy.leaf_documents import LeafDocuments
from ilab_desktop.pages.taxonomy.leaf_mending import LeafMending
from ilab_desktop.pages.taxonomy.meters import Meters
from ilab_desktop.pages.taxonomy.open_leaves import OpenLeaves
from ilab_desktop.pages.taxonomy.outside_changes import OutsideChanges
from ilab_desktop.pages.taxonomy.outside_choice import OutsideChoice
from ilab_desktop.pages.taxonomy.problem_steps import ProblemSteps
from ilab_desktop.pages.taxonomy.tree_actions import TreeActions
from ilab_desktop.pages.taxonomy.tree_operations import TreeOperations
from ilab_desktop.pages.taxonomy.tree_reader import TreeReader
from ilab_desktop.pages.taxonomy.tree_watch import TreeWatch
from ilab_desktop.services import Services


class TaxonomyPage(TaxonomyFrame):
    """Browse the taxonomy, edit its leaves, make new ones."""

    def __init__(self, services: Services, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        commands = Commands(self.start_new_leaf, self._reveal, self._open_another, self.activate, self._show_trash)
        super().__init__(services.workspace.documents, commands, parent)
        self._services = services
        self._navigate = navigate
        self._root: Path | None = None
        self._entries: dict[str, LeafEntry] = {}
        self._wanted_leaf = ""
        self._wanted_field = ""
        self._own_change = False
        self._checker = LeafChecker(services.workspace.documents, self)
        self._open = OpenLeaves(services.workspace, self)
        self._reader = TreeReader(self)
        self._changes = OutsideChanges(self._looked_at, self)
        self._watch = TreeWatch(self.tree.tree, self._changes, self)
        self._choice = OutsideChoice(self.editor, self._changes, self.show_in_middle, self)
        self.middle.addWidget(self._choice.panel)
        self._mending = LeafMending(self.editor, self.side.mend, self.show_in_middle, self)
        self.middle.addWidget(self._mending.panel)
        self._drafting = Drafting(services, self.editor)
        self._meters = Meters(services, self.editor)
        self.contributions = ContributionWork(self, services, self._open, lambda name: self._entries.get(name))
        self._operations = TreeOperations(services, self._open, self._reader, self.tree, self)
        actions = [self._actions["reveal"]]
        history = self._open.history
        TreeActions(self.tree, self._operations, self.editor.undo, history, self.start_new_leaf, actions, self)
        self._connect()

    def activate(self) -> None:
        """Read the tree again, and the open leaf where another program wrote it."""
        root = self._services.taxonomy_root
        if root != self._root:
            self._root = root
            self._entries = {}
            self.tree.set_leaves({})
            self._open.history.clear()
            self.show_whole(self.waiting)
            self._show_leaf(None)
        self._reader.read(root)
        self._changes.look()

    def open_leaf(self, name: str) -> None:
        """Show a leaf, as soon as the tree is read."""
        self._wanted_leaf = name
        self._go_to_wanted()

    def select_field(self, field: str) -> None:
        """Go to a field of the leaf that is shown or about to be."""
        self._wanted_field = field
        self._go_to_wanted_field()

    @property
    def document(self) -> LeafDocument | None:
        """The leaf that is shown."""
        return self.editor.document

    def keep_drafts(self) -> None:
        """Write down the edits that are not saved."""
        self.editor.flush()
        self._open.keep_drafts()

    def start_new_leaf(self) -> None:
        """Ask for the few things that a new leaf needs."""
        self.editor.flush()
        self.show_whole(self.work)
        self.show_in_middle(self.new_leaf_panel)
        self.new_leaf_panel.start(list(self._entries), self.tree.model.folder_names(), self.tree.current_name())

    def _leaves_found(self, entries: list[LeafEntry]) -> None:
        if self._root != self._services.taxonomy_root:
            return
        first = not self._entries
        entries = [*entries, *self._open.without_file(entries, self._services.taxonomy_root)]
        self._entries = {entry.name: entry for entry in entries}
        self.tree.set_leaves({entry.name: entry.kind for entry in entries})
        self._watch.show_root(self._root, self._reader.leafless)
        for entry in entries:
            if self._open.has_draft(entry.path):
                self.tree.model.set_unsaved(entry.name, True)
        for document in self._open.unsaved():
            self.tree.model.set_unsaved(document.name, True)
        making = self.middle.currentWidget() is self.new_leaf_panel and self.whole.currentWidget() is self.work
        if not entries:
            say(self.empty, "There are no leaves here yet. A leaf teaches the model something, by example.")
        if self.whole.currentWidget() is not self.contributions.clone:
            self.show_whole(self.work if entries or making else self.empty)
        if self._wanted_leaf:
            self._go_to_wanted()
        elif first and entries and self.document is None and not making:
            self.tree.select(self._first_shown(entries))
        if self._root is not None:
            self._checker.start(self._root, self._in_sight_first(entries))

    def _leaves_not_found(self, error: Exception) -> None:
        words = [error.summary, error.hint] if isinstance(error, IlabError) else [str(error)]
        say(self.failed, " ".join(word for word in words if word))
        self.show_whole(self.failed)

    def _in_sight_first(self, entries: list[LeafEntry]) -> list[LeafEntry]:
        shown = self.document.name if self.document is not None else self._wanted_leaf
        near = shown.rpartition("/")[0]
        return sorted(entries, key=lambda entry: (entry.name != shown, not entry.name.startswith(near)))

    def _first_shown(self, entries: list[LeafEntry]) -> str:
        knowledge = (entry.name for entry in entries if entry.kind == "knowledge")
        return next(knowledge, entries[0].name)

    def _leaves_checked(self, checked: list[CheckedLeaf]) -> None:
        for found in checked:
            status = found.status
            document = self.document
            if document is not None and document.name == found.name:
                self.editor.set_change(status.change)
                if document.is_checked:
                    status = document.status(status.change)
            self.tree.model.set_status(found.name, status)
            self.tree.model.facts.searched[found.name] = found.searched
        self.tree.search_again()

    def _leaf_checked(self, document: LeafDocument) -> None:
        before = self.tree.model.status(document.name)
        change = before.change if before is not None else ""
        self.tree.model.set_status(document.name, document.status(change))
        if document is self.document:
            self.side.show_document(document)

    def _go_to_wanted(self) -> None:
        if self._wanted_leaf in self._entries:
            name, self._wanted_leaf = self._wanted_leaf, ""
            if self.document is not None and self.document.name == name:
                self.show_in_middle(self.editor)
                self._go_to_wanted_field()
            else:
                self.tree.select(name)

    def _leaf_chosen(self, name: str) -> None:
        entry = self._entries.get(name)
        if entry is None:
            return
        try:
            document = self._open.open(entry)
        except TaxonomyError as error:
            self._show_leaf(None)
            say(self.unreadable, f"{error.summary} {error.hint}".strip())
            self.show_in_middle(self.unreadable)
            return
        self._show_leaf(document)

    def _show_leaf(self, document: LeafDocument | None) -> None:
        if self.document is not None:
            self.editor.flush()
            self.document.text_changed.disconnect(self._text_changed)
        self.editor.show_document(document)
        self._drafting.show_document(document)
        self.show_in_middle(self.editor if document is not None else self.choose)
        self.side.show_document(document)
        self._mending.look(document)
        if document is not None:
            self._changes.look_anew(document)
            document.text_changed.connect(self._text_changed)
            status = self.tree.model.status(document.name)
            self.editor.set_change(status.change if status is not None else "")
            self._go_to_wanted_field()

    def _travelled_to(self, document: LeafDocument) -> None:
        if document is not self.document and not self.tree.select(document.name):
            # Its file is gone: with its edits back, it is a leaf again.
            self.open_leaf(document.name)
            self._reader.read_again([document.path.parent])

    def _text_changed(self, _origin: str) -> None:
        leaf = self.document.parsed() if self.document is not None else None
        if isinstance(leaf, Leaf):
            self.side.preview.show_leaf(leaf)

    def _go_to_wanted_field(self) -> None:
        if self._wanted_field and self.document is not None and not self._wanted_leaf:
            field, self._wanted_field = self._wanted_field, ""
            self.editor.select_field(field)

    def _looked_at(self) -> list[LeafDocument]:
        shown = [self.document] if self.document is not None else []
        return [*shown, *(document for document in self._open.unsaved() if document is not self.document)]

    def _leaf_gone(self, document: LeafDocument) -> None:
        if document is self.document:
            self._show_leaf(None)
            say(self.unreadable, f"Another program deleted {document.name}.")
            self.show_in_middle(self.unreadable)

    def _was_saved(self, document: LeafDocument) -> None:
        self.editor.notice.clear()
        entry = self._entries.get(document.name)
        if entry is not None and self._root is not None:
            self._checker.start(self._root, self._in_sight_first(list(self._entries.values())))
        self._tell_others()

    def _files_changed(self) -> None:
        self._tell_others()
        self.activate()

    def _leaf_leaving(self, name: str) -> None:
        if self.document is not None and self.document.name == name:
            self._show_leaf(None)
            self.tree.tree.setCurrentIndex(QModelIndex())

    def _tell_others(self) -> None:
        self._own_change = True
        self._services.events.taxonomy_changed.emit()
        self._own_change = False

    def _others_changed(self) -> None:
        if not self._own_change and self._root is not None:
            self.activate()

    def _create_leaf(self, wanted: NewLeaf) -> None:
        root = self._services.taxonomy_root
        contributor = self._services.settings.contributor
        self.new_leaf_panel.create.setEnabled(False)
        run_in_background(
            self,
            partial(create_leaf, root, wanted, contributor, self._services.workspace.documents),
            lambda _path: self._leaf_created(wanted.leaf_name),
            self._leaf_not_created,
        )

    def _leaf_created(self, name: str) -> None:
        self.show_in_middle(self.editor if self.document is not None else self.choose)
        self._wanted_leaf = name
        self._wanted_field = "created_by" if not self._services.settings.contributor else "domain"
        self._tell_others()
        self.activate()

    def _leaf_not_created(self, error: Exception) -> None:
        words = [error.summary, error.hint] if isinstance(error, IlabError) else [str(error)]
        self.new_leaf_panel.show_problem(" ".join(word for word in words if word))
        self.new_leaf_panel.create.setEnabled(True)

    def _show_trash(self) -> None:
        self.show_whole(self.work)
        self.show_in_middle(self.trash_panel)
        self.trash_panel.show_trash(self._operations.trash, self._services.taxonomy_root)

    def _arranged(self) -> None:
        """Leave a leaf that went to the trash; show of one that moved what depends on its place."""
        if self.document is not None and not self.document.path.is_relative_to(self._services.taxonomy_root):
            self._show_leaf(None)
        self._text_changed("")
        self._tell_others()

    def _leave_panel(self) -> None:
        self.show_in_middle(self.editor if self.document is not None else self.choose)
        if not self._entries:
            self.show_whole(self.empty)
        else:
            self.tree.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _reveal(self) -> None:
        name = self.tree.current_name()
        folder = self._services.taxonomy_root / name if name else self._services.taxonomy_root
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _open_another(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Open a taxonomy folder", str(self._services.taxonomy_root))
        if chosen:
            self.open_taxonomy(Path(chosen))

    def open_taxonomy(self, folder: Path) -> None:
        """Make another folder the taxonomy; a folder inside a taxonomy opens the whole of it."""
        self.keep_drafts()
        self._services.save_settings(taxonomy_folder=taxonomy_root(folder))
        self._tell_others()
        self.activate()

    def _connect(self) -> None:
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.keep_drafts)
        self.editor.use_history(self._open.history)
        steps = ProblemSteps(self.editor, self)
        self.documents = LeafDocuments(self.editor, self.side, self._services.workspace.documents, self)
        self.documents.added.connect(lambda: self._side_action.isChecked() or self._side_action.trigger())
        self.addActions([steps.next, steps.previous, self.documents.add_action, self._mending.action])
        self.tree.leaf_chosen.connect(self._leaf_chosen)
        self.side.problems.chosen.connect(self.editor.go_to)
        self._drafting.document_wanted.connect(self.documents.choose)
        self._drafting.model_wanted.connect(lambda: self._navigate("models"))
        self.new_leaf_panel.wanted.connect(self._create_leaf)
        self.new_leaf_panel.cancelled.connect(self._leave_panel)
        self.trash_panel.put_back_wanted.connect(self._operations.put_back)
        self.trash_panel.closed.connect(self._leave_panel)
        self._operations.starting.connect(self.editor.flush)
        self._operations.arranged.connect(self._arranged)
        self._checker.found.connect(self._leaves_checked)
        self._open.unsaved_changed.connect(self.tree.model.set_unsaved)
        self._open.checked.connect(self._leaf_checked)
        self._open.checked.connect(self._mending.look)
        self._open.checked.connect(self._meters.look_at)
        self._open.saved.connect(self._was_saved)
        self._open.travelled.connect(self._travelled_to)
        self._open.travelled.connect(self._changes.look_anew)
        self._reader.found.connect(self._leaves_found)
        self._reader.failed.connect(self._leaves_not_found)
        self._reader.found.connect(lambda _leaves: self.contributions.refresh())
        self.contributions.files_changed.connect(self._files_changed)
        self.contributions.folder_wanted.connect(self.open_taxonomy)
        self.contributions.review.leaf_leaving.connect(self._leaf_leaving)
        self._changes.folders_changed.connect(self._reader.read_again)
        self._changes.gone.connect(self._leaf_gone)
        self._open.draft_failed.connect(self.editor.show_error)
        self._services.events.taxonomy_changed.connect(self._others_changed)

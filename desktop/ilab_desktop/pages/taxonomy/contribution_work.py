# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Everything about git on the page: the bar above the tree, contributions, clones, and the way to the panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ilab_core.errors import IlabError
from ilab_core.taxonomy.commits import Author, author_of, author_problem
from ilab_core.taxonomy.contribution import (
    WorkState,
    contribution_name,
    contribution_name_problem,
    contributions,
    start_contribution,
    switch_contribution,
    work_state,
)
from ilab_core.taxonomy.git import NEUTRAL_ADDRESS, NEUTRAL_NAME
from ilab_core.taxonomy.repository import start_history, start_taxonomy
from ilab_core.taxonomy.tree import LeafEntry
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog

from ilab_desktop.background import Task, run_in_background
from ilab_desktop.dialogs import ask
from ilab_desktop.icons import icon
from ilab_desktop.pages.taxonomy.clone_panel import ClonePanel
from ilab_desktop.pages.taxonomy.contribution_bar import ContributionBar, StartPopover
from ilab_desktop.pages.taxonomy.frame import TaxonomyFrame
from ilab_desktop.pages.taxonomy.leaf_history_work import LeafHistoryWork
from ilab_desktop.pages.taxonomy.open_leaves import OpenLeaves
from ilab_desktop.pages.taxonomy.review_work import ReviewWork
from ilab_desktop.services import Services


class ContributionWork(QObject):
    """Asks git in the background; the page only hears that files changed or that another folder is wanted."""

    files_changed = Signal()
    folder_wanted = Signal(object)

    def __init__(
        self,
        frame: TaxonomyFrame,
        services: Services,
        leaves: OpenLeaves,
        entry_of: Callable[[str], LeafEntry | None],
    ) -> None:
        super().__init__(frame)
        self._frame = frame
        self._services = services
        self._leaves = leaves
        self._state: WorkState | None = None
        self._asking: Task | None = None
        self.bar = ContributionBar()
        self.starter = StartPopover(frame)
        self.clone = ClonePanel(services.network)
        self.review = ReviewWork(frame, services, leaves, entry_of)
        self.history = LeafHistoryWork(frame, services)
        frame.tree.column.insertWidget(0, self.bar)
        frame.whole.addWidget(self.clone)
        self._before_clone = frame.waiting
        self._add_actions()
        self._connect()

    def refresh(self) -> None:
        """Read again where the work stands."""
        if self._asking is not None:
            self._asking.cancel()
        self._asking = run_in_background(self, partial(work_state, self._root), self._state_known, self._say)
        if self.review.is_open:
            self.review.refresh()

    @property
    def _root(self) -> Path:
        return self._services.taxonomy_root

    def _state_known(self, state: WorkState | None) -> None:
        self._state = state
        self.bar.show_state(state)

    def _open_menu(self) -> None:
        run_in_background(self, partial(contributions, self._root), self.bar.open_menu, self._say)

    def _ask_name(self) -> None:
        document = self._frame.editor.document
        try:
            name = contribution_name(self._root, document.name if document is not None else "")
        except IlabError as error:
            self._say(error)
        else:
            self.starter.ask(self.bar, name)

    def _check_name(self, name: str) -> None:
        self.starter.show_problem(contribution_name_problem(self._root, name.strip()))

    def _start(self, name: str) -> None:
        if not self._edits_in_the_way():
            self._change_files(partial(start_contribution, self._root, name))

    def _switch(self, name: str) -> None:
        if self._edits_in_the_way():
            return
        changed = self._state.uncommitted if self._state is not None else 0
        leaves = "1 changed leaf" if changed == 1 else f"{changed:,} changed leaves"
        explanation = (
            "What is not committed belongs to the contribution that commits it. To leave it here, commit first."
        )
        if not changed or ask(self.bar, f"Take {leaves} along to “{name}”?", explanation, "Take along", "Stay here"):
            self._change_files(partial(switch_contribution, self._root, name))

    def _edits_in_the_way(self) -> bool:
        """Return whether edits are not saved yet, and say so: files that change below them would be in conflict."""
        self._frame.editor.flush()
        unsaved = self._leaves.unsaved()
        if unsaved:
            leaves = "1 leaf has edits" if len(unsaved) == 1 else f"{len(unsaved):,} leaves have edits"
            self._frame.tree.notice.tell(
                "warning",
                f"{leaves} that are not saved.",
                "Save or revert them first, then change the contribution.",
                button="Save all",
                on_click=lambda: self._save_all(unsaved),
            )
        return bool(unsaved)

    def _save_all(self, unsaved: Sequence[object]) -> None:
        self._frame.tree.notice.clear()
        for document in self._leaves.unsaved():
            if document in unsaved:
                document.save()

    def _keep_history(self) -> None:
        self._change_files(partial(start_history, self._root, self._someone(self._root)))

    def _change_files(self, work: Callable[[], None]) -> None:
        run_in_background(self, work, lambda _: self._files_changed(), self._say)

    def _files_changed(self) -> None:
        self._frame.tree.notice.clear()
        self.files_changed.emit()

    def _start_empty(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._frame, "Choose an empty folder for the taxonomy", "")
        if chosen:
            folder = Path(chosen)
            work = partial(start_taxonomy, folder, self._someone(folder))
            run_in_background(self, work, self.folder_wanted.emit, self._say)

    def _someone(self, root: Path) -> Author:
        """Return who commits, or a neutral name: a first commit needs no one's word."""
        settings = self._services.settings
        author = author_of(root, settings.contributor, settings.contributor_email)
        return Author(NEUTRAL_NAME, NEUTRAL_ADDRESS) if author_problem(author) else author

    def _show_clone(self) -> None:
        if self._frame.whole.currentWidget() is not self.clone:
            self._before_clone = self._frame.whole.currentWidget()
        self._frame.show_whole(self.clone)
        self.clone.take_focus()

    def _cloned(self, folder: Path) -> None:
        self._leave_clone()
        self.folder_wanted.emit(folder)

    def _leave_clone(self) -> None:
        if self._frame.whole.currentWidget() is self.clone:
            self._frame.show_whole(self._before_clone)
            if self._before_clone is self._frame.waiting:
                self.files_changed.emit()

    def _say(self, error: Exception) -> None:
        summary, hint = (error.summary, error.hint) if isinstance(error, IlabError) else (str(error), "")
        detail = error.detail if isinstance(error, IlabError) else ""
        notice = self._frame.tree.notice
        notice.tell("danger", summary, hint, detail, "Close", notice.clear)

    def _add_actions(self) -> None:
        frame = self._frame
        made = []
        for text, icon_name, keys, slot in (
            ("Review and commit", "check", "Ctrl+Shift+K", self.review.open),
            ("History of this leaf", "clock", "Ctrl+Shift+H", self.history.open),
            ("Start a contribution…", "edit", "", self._ask_name),
            ("Clone a taxonomy…", "import", "", self._show_clone),
            ("Start an empty taxonomy…", "plus", "", self._start_empty),
        ):
            action = QAction(icon(icon_name), text, frame)
            if keys:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, slot=slot: slot())
            made.append(action)
        frame.addActions(made)
        frame.more_menu.insertActions(frame.more_menu.actions()[0], made[:3])
        frame.more_menu.insertSeparator(frame.more_menu.actions()[3])
        frame.more_menu.addSeparator()
        frame.more_menu.addActions(made[3:])
        frame.tree.menu.addAction(made[1])

    def _connect(self) -> None:
        bar = self.bar
        bar.review_wanted.connect(self.review.open)
        bar.menu_wanted.connect(self._open_menu)
        bar.switch_wanted.connect(self._switch)
        bar.start_wanted.connect(self._ask_name)
        bar.history_wanted.connect(self._keep_history)
        self.starter.name_changed.connect(self._check_name)
        self.starter.start_wanted.connect(self._start)
        self.clone.cloned.connect(self._cloned)
        self.clone.left.connect(self._leave_clone)
        self.review.files_changed.connect(self._files_changed)
        self._leaves.saved.connect(lambda _document: self.refresh())

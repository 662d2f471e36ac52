# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a person does to the tree by keys, menu and mouse, and what they are told of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ilab_core.errors import IlabError
from ilab_core.taxonomy.arranging import Done, outermost
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QUndoStack

from ilab_desktop.icons import icon
from ilab_desktop.models.taxonomy_tree import LEAF_ROLE
from ilab_desktop.pages.taxonomy.tree_operations import TreeOperations
from ilab_desktop.pages.taxonomy.tree_pane import TreePane
from ilab_desktop.widgets.announce import announce


class TreeActions(QObject):
    """Rename, duplicate, cut, paste and delete for the chosen rows; each is one action with its key in the tree."""

    def __init__(
        self,
        pane: TreePane,
        operations: TreeOperations,
        undo: QAction,
        history: QUndoStack,
        new_leaf: Callable[[], None],
        others: Sequence[QAction],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._operations = operations
        self._undo = undo
        self._cut: list[str] = []
        self._deleted = ""
        self.new_leaf = self._action("New leaf here", "plus", "", new_leaf)
        self.rename = self._action("Rename", "edit", "F2", self._rename)
        self.duplicate = self._action("Duplicate", "copy", "Ctrl+D", self._duplicate)
        self.cut = self._action("Cut", "", QKeySequence.StandardKey.Cut, self._cut_chosen)
        self.paste = self._action("Move here", "", QKeySequence.StandardKey.Paste, self._paste)
        self.delete = self._action("Move to the trash", "trash", QKeySequence.StandardKey.Delete, self._delete)
        self.keep = self._action("Cut nothing", "", "Esc", lambda: self._set_cut([]))
        menu = pane.menu
        menu.addActions([self.new_leaf, self.rename, self.duplicate, self.cut, self.paste])
        menu.addSeparator()
        menu.addActions([self.delete, *others])
        menu.aboutToShow.connect(self._refresh)
        pane.tree.selectionModel().selectionChanged.connect(lambda *_: self._refresh())
        pane.model.rename_wanted.connect(operations.rename, Qt.ConnectionType.QueuedConnection)
        pane.model.move_wanted.connect(operations.move, Qt.ConnectionType.QueuedConnection)
        operations.arranged.connect(lambda _done: self._set_cut([]))
        # After another step, the Undo of a notice would take back that one
        history.indexChanged.connect(pane.notice.clear)
        operations.done.connect(self._tell)
        operations.failed.connect(self._tell_error)
        self._refresh()

    def _chosen(self) -> list[str]:
        return outermost(self._pane.tree.chosen_names())

    def _folder(self) -> str:
        """Return the folder that the keyboard is in: the chosen one, or that of the chosen leaf."""
        index = self._pane.tree.currentIndex()
        name = self._pane.current_name()
        return name.rpartition("/")[0] if index.data(LEAF_ROLE) and not self._pane.model.hasChildren(index) else name

    def _rename(self) -> None:
        self._pane.tree.edit(self._pane.tree.currentIndex())

    def _duplicate(self) -> None:
        self._operations.duplicate(self._chosen())

    def _cut_chosen(self) -> None:
        self._set_cut(self._chosen())
        announce(self._pane.tree, f"{self._what(self._cut)} cut. Go to a folder and paste to move.")

    def _paste(self) -> None:
        problem = self._pane.model.move_problem(self._cut, self._folder())
        if problem:
            self._pane.notice.tell("warning", problem, button="Close", on_click=self._pane.notice.clear)
        else:
            self._operations.move(self._cut, self._folder())

    def _delete(self) -> None:
        self._deleted = self._what(self._chosen())
        self._operations.delete(self._chosen())

    def _set_cut(self, names: list[str]) -> None:
        self._cut = names
        self._pane.model.set_cut(names)
        self._refresh()

    def _refresh(self) -> None:
        """Offer what can be done with the rows that are chosen."""
        chosen = self._pane.tree.chosen_names()
        for action in (self.duplicate, self.cut, self.delete):
            action.setEnabled(bool(chosen))
        self.rename.setEnabled(len(chosen) == 1)
        self.paste.setEnabled(bool(self._cut and self._folder()))
        self.keep.setEnabled(bool(self._cut))

    def _what(self, names: Sequence[str]) -> str:
        """Return how to call what was chosen: its name, or how many leaves it is."""
        if len(names) == 1:
            return f"“{names[0].rpartition('/')[2]}”"
        return f"{self._pane.model.leaves_below(names):,} leaves"

    def _tell(self, done: Done, label: str) -> None:
        if label == "Delete":
            one = len(done.moves) == 1
            sentence = (
                f"“{done.moves[0].source.name}” is in the trash." if one else f"{self._deleted} are in the trash."
            )
            self._pane.notice.tell("information", sentence, button="Undo", on_click=self._undo.trigger)

    def _tell_error(self, error: object) -> None:
        summary, hint, detail = str(error), "", ""
        if isinstance(error, IlabError):
            summary, hint, detail = error.summary, error.hint, error.detail
        self._pane.notice.tell("danger", summary, hint, detail, "Close", self._pane.notice.clear)

    def _action(self, text: str, icon_name: str, keys: object, slot: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        if icon_name:
            action.setIcon(icon(icon_name))
        if keys:
            action.setShortcut(QKeySequence(keys))  # type: ignore[call-overload]
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False: slot())
        self._pane.tree.addAction(action)
        return action

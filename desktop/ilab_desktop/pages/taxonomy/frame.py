# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the Taxonomy page looks like: header, three panes, and what stands in their place when there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ilab_desktop.icons import icon
from ilab_desktop.pages.taxonomy.leaf_editor import LeafEditor, icon_button
from ilab_desktop.pages.taxonomy.new_leaf_panel import NewLeafPanel
from ilab_desktop.pages.taxonomy.side_pane import SidePane
from ilab_desktop.pages.taxonomy.trash_panel import TrashPanel
from ilab_desktop.pages.taxonomy.tree_pane import TreePane
from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import primary_button, quiet_button
from ilab_desktop.widgets.empty_state import EmptyState
from ilab_desktop.widgets.page_header import PageHeader

SUBTITLE = "What the model should know, and how it should answer, by example."
NARROW = 900
"""Below this width of the page the right pane starts folded."""
TREE_WIDTH, SIDE_WIDTH = 264, 264


@dataclass(frozen=True)
class Commands:
    """What the page's buttons, menus and keys do."""

    new_leaf: Callable[[], None]
    reveal: Callable[[], None]
    open_another: Callable[[], None]
    refresh: Callable[[], None]
    trash: Callable[[], None]


class TaxonomyFrame(QWidget):
    """Tree, leaf, and problems with the document, side by side; F6 goes from one to the next, F9 folds the last."""

    def __init__(self, documents_folder: Path, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side_chosen = False
        self._actions = self._make_actions(commands)
        self.tree = TreePane()
        self.editor = LeafEditor()
        self.side = SidePane(documents_folder)
        self.new_leaf_panel = NewLeafPanel()
        self.trash_panel = TrashPanel()
        self._lay_out(commands)

    def event(self, event: QEvent) -> bool:
        """Take F6 while there is another pane of this page to go to; the window's own panes come after."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_F6
            and self._pane_after(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next pane with F6, to the one before with Shift+F6."""
        if event.key() == Qt.Key.Key_F6:
            go = self._pane_after(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            if go is not None:
                go()
                return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the right pane where it is narrow, unless the person decided."""
        super().resizeEvent(event)
        if not self._side_chosen:
            self._set_side(self.width() >= NARROW)

    def _toggle_side(self) -> None:
        self._side_chosen = True
        self._set_side(self._side_action.isChecked())

    def _set_side(self, shown: bool) -> None:
        self._side_action.setChecked(shown)
        self.side.setVisible(shown and self.middle.currentWidget() is self.editor)

    def _pane_after(self, backwards: bool) -> Callable[[], None] | None:
        panes: list[tuple[QWidget, Callable[[], None]]] = [
            (self.tree, lambda: self.tree.tree.setFocus(Qt.FocusReason.TabFocusReason)),
            (self.middle, self._focus_middle),
        ]
        if self.side.isVisible():
            panes.append((self.side, self._focus_side))
        focused = self.focusWidget()
        here = next((n for n, (pane, _) in enumerate(panes) if focused is not None and pane.isAncestorOf(focused)), -1)
        there = here + (-1 if backwards else 1)
        return panes[there][1] if 0 <= there < len(panes) and self.whole.currentWidget() is self.work else None

    def _focus_middle(self) -> None:
        if self.middle.currentWidget() is self.editor:
            self.editor.take_focus()
        else:
            self.middle.currentWidget().setFocus(Qt.FocusReason.TabFocusReason)

    def _focus_side(self) -> None:
        target = self.side.preview.browser if self.side.problems.isHidden() else self.side.problems
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def show_in_middle(self, widget: QWidget) -> None:
        """Show the editor, the new leaf's panel or a state between tree and right pane."""
        self.middle.setCurrentWidget(widget)
        self.side.setVisible(widget is self.editor and self._side_action.isChecked())

    def show_whole(self, page: QWidget) -> None:
        """Show the panes, or a state in their place."""
        self.whole.setCurrentWidget(page)

    def _make_actions(self, commands: Commands) -> dict[str, QAction]:
        made = {}
        for key, text, icon_name, keys, slot in (
            ("new", "New leaf", "plus", "Ctrl+N", commands.new_leaf),
            ("reveal", "Reveal in folder", "folder", "", commands.reveal),
            ("open", "Open another taxonomy folder…", "external", "Ctrl+O", commands.open_another),
            ("refresh", "Refresh", "refresh", "F5", commands.refresh),
            ("trash", "Trash…", "trash", "", commands.trash),
        ):
            action = QAction(icon(icon_name), text, self)
            if keys:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, slot=slot: slot())
            self.addAction(action)
            made[key] = action
        return made

    def _lay_out(self, commands: Commands) -> None:
        self.header = PageHeader("Taxonomy", SUBTITLE)
        more = quiet_button("", "more", "More for this taxonomy")
        self.more_menu = menu = QMenu(more)
        menu.addActions([self._actions[key] for key in ("reveal", "open", "refresh", "trash")])
        more.clicked.connect(lambda: menu.popup(more.mapToGlobal(more.rect().bottomLeft())))
        self.new_button = primary_button("New leaf")
        self.new_button.setToolTip("New leaf (Ctrl+N)")
        self.new_button.clicked.connect(self._actions["new"].trigger)
        for action in (self.editor.undo, self.editor.redo):
            self.header.add_action(icon_button(action))
        self.header.add_action(more)
        self.header.add_action(self.new_button)
        self._side_action = QAction(icon("panel"), "Problems and document", self)
        self._side_action.setCheckable(True)
        self._side_action.setChecked(True)
        self._side_action.setShortcut(QKeySequence("F9"))
        self._side_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._side_action.triggered.connect(lambda _checked: self._toggle_side())
        self.addAction(self._side_action)
        self.editor.add_to_header(icon_button(self._side_action))
        find = QAction("Search leaves", self)
        find.setShortcut(QKeySequence(QKeySequence.StandardKey.Find))
        find.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.triggered.connect(self.tree.focus_search)
        self.addActions([find, *self.editor.actions()])
        self.choose = _state("leaf", "Choose a leaf in the tree, or make a new one.")
        self.unreadable = _state("warning", "", "Reveal in folder", commands.reveal)
        self.middle = QStackedWidget()
        for page in (self.choose, self.editor, self.new_leaf_panel, self.trash_panel, self.unreadable):
            self.middle.addWidget(page)
        self.work = QSplitter(Qt.Orientation.Horizontal)
        self.work.setChildrenCollapsible(False)
        self.work.setHandleWidth(Space.GROUP)
        for pane in (self.tree, self.middle, self.side):
            self.work.addWidget(pane)
        self.work.setStretchFactor(1, 1)
        self.work.setSizes([TREE_WIDTH, TREE_WIDTH * 2, SIDE_WIDTH])
        self.tree.setMinimumWidth(TREE_WIDTH * 3 // 4)
        self.side.setMinimumWidth(SIDE_WIDTH * 3 // 4)
        self.empty = _state("taxonomy", "", "New leaf", commands.new_leaf)
        self.failed = _state("folder", "", "Open another folder…", commands.open_another)
        self.waiting = _state("taxonomy", "Reading the taxonomy…")
        self.whole = QStackedWidget()
        for page in (self.waiting, self.work, self.empty, self.failed):
            self.whole.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.MARGIN, Space.MARGIN, Space.MARGIN, Space.GROUP)
        column.setSpacing(Space.GROUP)
        column.addWidget(self.header)
        column.addWidget(self.whole, 1)


def say(state: EmptyState, sentence: str) -> None:
    """Change the sentence of a state and give it the height that its lines need."""
    state.set_sentence(sentence)
    for text in state.findChildren(QLabel):
        if text.wordWrap():
            text.setMinimumSize(Size.READING_WIDTH // 2, 0)
            text.setMinimumHeight(max(0, text.heightForWidth(Size.READING_WIDTH // 2)))


def _state(icon_name: str, sentence: str, button: str = "", on_click: Callable[[], None] | None = None) -> EmptyState:
    made = EmptyState(icon_name, sentence, button, on_click)
    say(made, sentence)
    return made

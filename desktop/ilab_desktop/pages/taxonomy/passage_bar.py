# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What can be done with the selected passage of a document: into this example, into another, into a new one."""

from __future__ import annotations

from collections.abc import Callable

from ilab_core.taxonomy.contexts import ContextPlaces
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import plain_button, quiet_button, small


class PassageBar(QWidget):
    """The button names the example that takes the passage: one without a context first; the others are in its menu."""

    chosen = Signal(str, int)
    """The passage, and the number of the example from 0; as many as there are examples means a new one."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._passage: Callable[[], str] = str
        self._places: Callable[[], ContextPlaces | None] = lambda: None
        self.use = small(plain_button("Use as context"))
        self.use.clicked.connect(lambda: self._use(lambda places: places.best))
        self.more = small(quiet_button("", "chevron-down", "More uses of the selection"))
        self.more.setFixedWidth(Size.SMALL_CONTROL_HEIGHT)
        self.more.clicked.connect(self._open_menu)
        self.menu = QMenu(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.TINY)
        row.addWidget(self.use)
        row.addWidget(self.more)
        row.addStretch(1)
        self._add_key(owner, "Use the selection as context", "Ctrl+Return", lambda places: places.best)
        self._add_key(owner, "New example from selection", "Ctrl+Shift+Return", lambda places: places.count)

    def set_places(self, places: Callable[[], ContextPlaces | None]) -> None:
        """Learn where a passage can go, asked anew each time."""
        self._places = places

    def set_passage(self, passage: Callable[[], str]) -> None:
        """Learn what is selected, asked anew each time."""
        self._passage = passage

    def refresh(self, selected: bool) -> None:
        """Follow the selection: name where the button puts it."""
        places = self._places() if selected else None
        for button in (self.use, self.more):
            button.setEnabled(places is not None)
        if places is None:
            self.use.setText("Use as context")
            self.use.setToolTip("Select a passage in the document; it becomes the context of an example")
            return
        new = places.best == places.count
        where = "a new example" if new else f"example {places.best + 1}"
        self.use.setText("Use in new example" if new else f"Use in {where}")
        self.use.setAccessibleName(f"Use the selection as the context of {where}")
        self.use.setToolTip(f"Make the selection the context of {where} (Ctrl+Enter)")

    def _open_menu(self) -> None:
        places = self._places()
        if places is None:
            return
        self.menu.clear()
        if places.current is not None:
            self._offer(f"Replace the context of example {places.current + 1}", places.current)
        self._offer("New example from selection", places.count)
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _offer(self, text: str, number: int) -> None:
        self.menu.addAction(text).triggered.connect(lambda _checked=False: self._use(lambda _places: number))

    def _use(self, choose: Callable[[ContextPlaces], int]) -> None:
        places, passage = self._places(), self._passage()
        if places is not None and passage:
            self.chosen.emit(passage, choose(places))

    def _add_key(self, owner: QWidget, text: str, keys: str, choose: Callable[[ContextPlaces], int]) -> None:
        action = QAction(text, owner)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _checked=False: self._use(choose))
        owner.addAction(action)

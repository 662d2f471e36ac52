# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Above the tree: which contribution is being worked on, and how much of it is not committed yet."""

from __future__ import annotations

from collections.abc import Sequence

from ilab_core.taxonomy.contribution import Contribution, WorkState
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget, QWidgetAction

from ilab_desktop.theme import Size, Space
from ilab_desktop.widgets.buttons import link_button, primary_button, quiet_button, small
from ilab_desktop.widgets.labels import label, set_flag
from ilab_desktop.widgets.popover import Popover

ABOUT = "A contribution is a set of changes\nunder one name (git calls it a branch)."
LONGEST_NAME = 18
"""Letters of a contribution's name that the bar has room for."""


class ContributionBar(QWidget):
    """Asks for nothing itself: each wish is a signal."""

    review_wanted = Signal()
    menu_wanted = Signal()
    switch_wanted = Signal(str)
    start_wanted = Signal()
    history_wanted = Signal()
    """The taxonomy has no history, and the person wants one to be kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.branch = small(quiet_button("", "chevron-down"))
        self.branch.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.branch.clicked.connect(self.menu_wanted)
        self.review = small(link_button(""))
        self.review.clicked.connect(self.review_wanted)
        self._said = label("", "caption", wrap=True)
        self._said.setIndent(Space.TINY)
        self.keep = small(link_button("Keep a history…"))
        self.keep.setToolTip("Keep every committed version of the leaves, so that none is ever lost")
        self.keep.clicked.connect(self.history_wanted)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
        row.addWidget(self.branch, 0, left)
        row.addWidget(self.review, 0, left)
        row.addWidget(self._said)
        row.addWidget(self.keep, 0, left)
        self.menu = QMenu(self)
        self.show_state(None)

    def show_state(self, state: WorkState | None) -> None:
        """Show where the work stands; None where no history is kept."""
        self.branch.setVisible(state is not None)
        self.keep.setVisible(state is None)
        changed = state.uncommitted if state is not None else 0
        self.review.setVisible(bool(changed))
        self._said.setVisible(not changed)
        if state is None:
            self._said.setText("No history of this folder is kept.")
            return
        name = state.branch
        shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
        in_one = name and not state.is_trunk
        self.branch.setText(f"Contribution: {shown}" if in_one else f"No contribution ({shown or 'no branch'})")
        known = f"Contribution: {name}" if in_one else f"No contribution: on {name or 'no branch'}"
        self.branch.setAccessibleName(f"{known}. Start one, or switch")
        self.branch.setToolTip(f"{known}. Press to start one, or to switch.")
        leaves = f"{changed:,} changed {'leaf' if changed == 1 else 'leaves'}"
        self.review.setText(f"{leaves} · Review")
        self.review.setAccessibleName(f"{leaves}. Review and commit")
        self.review.setToolTip("Look at what changed and commit it: keep it as one step of the history (Ctrl+Shift+K)")
        if state.ahead and not state.is_trunk:
            commits = "1 commit" if state.ahead == 1 else f"{state.ahead:,} commits"
            self._said.setText(f"{commits} in this contribution.")
        else:
            self._said.setText("Nothing has changed since the last commit.")

    def open_menu(self, branches: Sequence[Contribution]) -> None:
        """Open the list of contributions at the bar."""
        self.menu.clear()
        about = QWidgetAction(self.menu)
        words = QLabel(ABOUT)
        words.setProperty("role", "caption")
        words.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.MEDIUM, Space.SMALL)
        about.setDefaultWidget(words)
        about.setText(ABOUT)
        start = QAction("Start a contribution…", self.menu)
        start.triggered.connect(lambda: self.start_wanted.emit())
        self.menu.addAction(about)
        self.menu.addAction(start)
        self.menu.addSeparator()
        for branch in branches:
            action = QAction(branch.name, self.menu)
            action.setCheckable(True)
            action.setChecked(branch.is_current)
            action.setEnabled(not branch.is_current)
            action.triggered.connect(lambda _checked=False, name=branch.name: self.switch_wanted.emit(name))
            self.menu.addAction(action)
        self.menu.popup(self.branch.mapToGlobal(self.branch.rect().bottomLeft()))
        self.menu.setActiveAction(start)


class StartPopover(Popover):
    """Asks for the name of a new contribution."""

    start_wanted = Signal(str)
    name_changed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Start a contribution")
        self.setFixedWidth(Size.CARD_WIDTH)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the contribution")
        self._help = label("", "caption", wrap=True)
        self.start = small(primary_button("Start"))
        heading = label("Name", "field")
        heading.setBuddy(self.name)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.start)
        about = "What you change from now on belongs to it. What is not committed yet comes along."
        for widget in (label("Start a contribution", "strong"), label(about, "muted", wrap=True), heading, self.name):
            self.body.addWidget(widget)
        self.body.addWidget(self._help)
        self.body.addLayout(row)
        self.name.textChanged.connect(self.name_changed)
        self.name.returnPressed.connect(self.start.click)
        self.start.clicked.connect(self._start)

    def ask(self, anchor: QWidget, name: str) -> None:
        """Open at a widget with a name to begin with."""
        self.name.setText(name)
        self.open_at(anchor, self.name)
        self.name.selectAll()

    def show_problem(self, problem: str) -> None:
        """Say why the name cannot be used, or that it can."""
        self._help.setText(problem)
        self._help.setVisible(bool(problem))
        set_flag(self.name, "invalid", bool(problem))
        self.name.setAccessibleDescription(problem)
        self.start.setEnabled(not problem)

    def _start(self) -> None:
        if self.start.isEnabled():
            self.hide()
            self.start_wanted.emit(self.name.text().strip())

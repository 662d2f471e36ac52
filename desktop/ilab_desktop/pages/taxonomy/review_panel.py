# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Middle: what is not committed, leaf by leaf, to commit or to discard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ilab_core.taxonomy.changes import LeafChange
from ilab_core.taxonomy.commits import Author, author_problem, default_message
from ilab_core.taxonomy.contribution import WorkState
from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QStackedWidget,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ilab_desktop.models.checklist import KEY_ROLE, CheckItem, Checklist
from ilab_desktop.pages.taxonomy.diff_view import DiffView
from ilab_desktop.pages.taxonomy.frame import say
from ilab_desktop.theme import Size, Space, colours
from ilab_desktop.widgets.buttons import danger_button, primary_button, quiet_button, set_shortcut, small
from ilab_desktop.widgets.check_delegate import CheckDelegate, Index
from ilab_desktop.widgets.empty_state import EmptyState
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.notice import Notice

ROWS_SHOWN = 4
MESSAGE_LINES = 4
ABOUT = "A commit keeps the leaves you tick as one step of the history, with a few words on what you changed and why."
SIGNED = "Ends with “{sign_off}”: you say that this text may be given away under the taxonomy's licence."


class ReviewPanel(QWidget):
    """Shows changes, and asks for a message and, where it is not known, for who commits."""

    leaf_shown = Signal(object)
    """The difference of this `LeafChange` is wanted."""
    commit_wanted = Signal(object, str, object)
    """Leaf changes, message, author."""
    discard_wanted = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changes: dict[str, LeafChange] = {}
        self._author = Author("", "")
        self._own_message = False
        self.notice = Notice()
        self.model = Checklist(self)
        self.model.checked_changed.connect(self._ticked)
        self.list = _leaf_list(self.model)
        self.list.selectionModel().currentChanged.connect(lambda _now, _before: self._show_current())
        self.diff = DiffView()
        self.message = QPlainTextEdit()
        self.message.setAccessibleName("What you changed, in a few words")
        self.message.setTabChangesFocus(True)
        line = self.message.fontMetrics().lineSpacing()
        self.message.setMinimumHeight(line * 2 + Space.GROUP)
        self.message.setMaximumHeight(line * MESSAGE_LINES + Space.MARGIN)
        self.message.textChanged.connect(self._message_changed)
        self.name, self.address = QLineEdit(), QLineEdit()
        for field, title in ((self.name, "Your name"), (self.address, "Your e-mail address")):
            field.setAccessibleName(title)
            field.setPlaceholderText(title)
            field.textChanged.connect(lambda _text: self._refresh())
        self._sign_off = label("", "caption", wrap=True)
        self._target = label("", "caption", wrap=True)
        self.commit = primary_button("Commit")
        self.commit.clicked.connect(self._commit)
        set_shortcut(self.commit, "Ctrl+Return")
        self.discard = small(danger_button("Discard…", "undo"))
        self.discard.clicked.connect(self._discard)
        self.back = quiet_button("Close")
        set_shortcut(self.back, "Esc")
        self.back.clicked.connect(self.left)
        self.empty = EmptyState("check-circle", "")
        self._lay_out()
        self.setFocusProxy(self.list)

    def show_changes(
        self, changes: Sequence[LeafChange], state: WorkState, author: Author, problems: Mapping[str, int]
    ) -> None:
        """Show these changes, ticked; `problems` counts the errors of each leaf that has some."""
        before, first = self.model.checked(), not self._changes
        known = set(self._changes)
        self._changes = {change.name: change for change in changes}
        self._author = author
        self._author_row.setVisible(bool(author_problem(author)))
        items = [CheckItem(change.name, change.name, _note(change, problems.get(change.name, 0))) for change in changes]
        self.model.set_items(items)
        # A leaf that only came to it now is ticked; one that the person cleared stays so.
        self.model.set_checked(self._changes if first else {*before, *(self._changes.keys() - known)})
        where = (
            f"The commit goes to “{state.branch}”." if state.branch else "No branch is current: start a contribution."
        )
        trunk = " To keep this apart from other work, start a contribution above the tree." if state.is_trunk else ""
        self._target.setText(where + trunk)
        self.list.setMaximumHeight(min(max(len(items), 2), ROWS_SHOWN) * Size.ROW_HEIGHT + Space.SMALL)
        if changes and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))
        else:
            self._show_current()
        self._stack.setCurrentIndex(0 if changes else 1)
        self._ticked()

    def say_empty(self, sentence: str) -> None:
        """Say what stands in place of changes when there are none."""
        say(self.empty, sentence)

    def begin_anew(self) -> None:
        """Forget the message and which leaves were ticked."""
        self._own_message = False
        self._changes = {}
        self.notice.clear()

    def current(self) -> LeafChange | None:
        """Return the change whose difference is shown."""
        return self._changes.get(str(self.list.currentIndex().data(KEY_ROLE) or ""))

    def take_focus(self) -> None:
        """Give the keyboard to the list."""
        target = self.list if self._changes else self.back
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def author(self) -> Author:
        """Return who commits, as known or as typed."""
        return Author(
            self._author.name or self.name.text().strip(), self._author.address or self.address.text().strip()
        )

    def _chosen(self) -> list[LeafChange]:
        return [self._changes[name] for name in self.model.checked()]

    def _ticked(self) -> None:
        if not self._own_message:
            self.message.blockSignals(True)
            self.message.setPlainText(default_message(self._chosen()))
            self.message.blockSignals(False)
        self._refresh()

    def _message_changed(self) -> None:
        self._own_message = bool(self.message.toPlainText().strip())
        self._refresh()

    def _refresh(self) -> None:
        chosen, author = self._chosen(), self.author()
        problem = author_problem(author)
        self._sign_off.setText(problem or SIGNED.format(sign_off=author.sign_off))
        self.commit.setText(f"Commit {len(chosen):,} leaves" if len(chosen) != 1 else "Commit 1 leaf")
        self.commit.setAccessibleName(self.commit.text())
        set_shortcut(self.commit, "Ctrl+Return")
        self.commit.setEnabled(bool(chosen) and not problem and bool(self.message.toPlainText().strip()))

    def _show_current(self) -> None:
        change = self.current()
        self.discard.setEnabled(change is not None)
        if change is not None:
            short = change.name.rpartition("/")[2]
            self.discard.setAccessibleName(f"Discard the changes of {short}")
            self.discard.setToolTip(f"Discard the changes of {short}")
            self.leaf_shown.emit(change)

    def _commit(self) -> None:
        if self.commit.isEnabled():
            self.commit_wanted.emit(self._chosen(), self.message.toPlainText(), self.author())

    def _discard(self) -> None:
        change = self.current()
        if change is not None:
            self.discard_wanted.emit(change)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(label("Review and commit", "section"), 1)
        top.addWidget(self.back)
        self._author_row = QWidget()
        people = QHBoxLayout(self._author_row)
        people.setContentsMargins(0, 0, 0, 0)
        people.setSpacing(Space.SMALL)
        people.addWidget(self.name)
        people.addWidget(self.address)
        heading = label("What you changed", "field")
        heading.setBuddy(self.message)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.SMALL)
        buttons.addWidget(self._target, 1)
        buttons.addWidget(self.commit)
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        self.diff.add_to_heading(self.discard)
        for widget in (self.list, self.diff, heading, self.message, self._author_row, self._sign_off):
            column.addWidget(widget, 1 if widget is self.diff else 0)
        column.addLayout(buttons)
        self._stack = QStackedWidget()
        self._stack.addWidget(work)
        self._stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.SMALL)
        whole.addLayout(top)
        whole.addWidget(label(ABOUT, "caption", wrap=True))
        whole.addWidget(self.notice)
        whole.addWidget(self._stack, 1)


class _LeafDelegate(CheckDelegate):
    """The row that is shown is washed; only the box and Space tick it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        if option.state & QStyle.StateFlag.State_Selected:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours().accent_selection))
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), Size.CONTROL_RADIUS, Size.CONTROL_RADIUS)
            painter.restore()
            option.state &= ~QStyle.StateFlag.State_MouseOver
        super().paint(painter, option, index)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """Switch the row's check, by a key or a click on its box."""
        box = option.rect.left() + Size.SMALL_ICON + 2 * Space.SMALL
        if isinstance(event, QMouseEvent) and event.position().x() > box:
            return False
        return super().editorEvent(event, model, option, index)


class _LeafList(QListView):
    """The changed leaves; Space ticks."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick with Space."""
        index: QModelIndex = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            role = Qt.ItemDataRole.CheckStateRole
            ticked = Qt.CheckState(index.data(role)) == Qt.CheckState.Checked
            self.model().setData(index, Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked, role)
            return
        super().keyPressEvent(event)


def _leaf_list(model: Checklist) -> QListView:
    made = _LeafList()
    made.setModel(model)
    made.setItemDelegate(_LeafDelegate(made))
    made.setMouseTracking(True)
    made.setUniformItemSizes(True)
    made.setMinimumHeight(2 * Size.ROW_HEIGHT + Space.SMALL)
    made.setSelectionMode(QListView.SelectionMode.SingleSelection)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setAccessibleName("Changed leaves. Space ticks one")
    return made


def _note(change: LeafChange, problems: int) -> str:
    note: str = change.change if change.in_its_file else "files beside it"
    return f"{problems} problem{'s' if problems != 1 else ''} · {note}" if problems else note

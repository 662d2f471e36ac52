# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Three texts of a leaf side by side: as the file was, as it is being edited, as another program left it."""

from __future__ import annotations

from ilab_core.taxonomy.merging import Change, Merge, Side
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QTextCursor, QTextFormat
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from ilab_desktop.theme import Palette, Space, code_font, colours
from ilab_desktop.widgets.buttons import plain_button, quiet_button, set_shortcut
from ilab_desktop.widgets.labels import ElidedLabel, label

MOST_MARKED = 2000
"""Lines that get a colour; more would make scrolling slow."""
_HEADINGS = ("As it was", "Yours", "The other program's")


class ComparePanel(QWidget):
    """Lines that belong together stand beside each other; what each side changed has its colour."""

    mine_chosen = Signal()
    theirs_chosen = Signal()
    merged_chosen = Signal(str)
    """The text with the changes of both."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._merge = Merge((), "")
        self._stops: list[int] = []
        self._title = ElidedLabel("", "section", middle=True)
        self.columns = tuple(_Column(heading) for heading in _HEADINGS)
        self._sum = label("", "muted", wrap=True)
        self.in_conflict = QComboBox()
        self.in_conflict.setAccessibleName("Where both changed the same lines, take")
        self.in_conflict.addItem("Where both changed: yours", "mine")
        self.in_conflict.addItem("Where both changed: theirs", "theirs")
        self.next = quiet_button("Next change", "down")
        set_shortcut(self.next, "F8")
        self.merge = plain_button("Merge", accessible="Take the changes of both")
        self.mine = plain_button("Keep mine")
        self.theirs = plain_button("Take the other")
        self.back = quiet_button("Back")
        set_shortcut(self.back, "Esc")
        self.next.clicked.connect(self.go_to_next)
        self.merge.clicked.connect(lambda: self.merged_chosen.emit(self.merged()))
        self.mine.clicked.connect(self.mine_chosen)
        self.theirs.clicked.connect(self.theirs_chosen)
        self.back.clicked.connect(self.left)
        self._lay_out()

    def show_merge(self, name: str, merge: Merge) -> None:
        """Show how the three texts of a leaf go together."""
        self._merge = merge
        self._title.setText(f"{name.rpartition('/')[2]}: three texts")
        self._fill()
        mine, theirs, both = (merge.count(change) for change in ("mine", "theirs", "conflict"))
        parts = [_places(mine, "only you changed"), _places(theirs, "only the other program changed")]
        parts.append(_places(both, "both changed") if both else "no place that both changed")
        self._sum.setText(f"“Merge” joins them: {', '.join(parts)}.")
        self.in_conflict.setVisible(bool(both))
        self.go_to_next()

    def merged(self) -> str:
        """Return the text with the changes of both sides."""
        side: Side = "theirs" if self.in_conflict.currentData() == "theirs" else "mine"
        return self._merge.text(side)

    def go_to_next(self) -> None:
        """Scroll to the next change below, or back to the first."""
        here = self.columns[0].textCursor().blockNumber()
        line = next((stop for stop in self._stops if stop > here), self._stops[0] if self._stops else 0)
        for column in self.columns:
            column.go_to(line)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._stops:
            self._fill()

    def _fill(self) -> None:
        texts: tuple[list[str], ...] = ([], [], [])
        changes: list[Change] = []
        self._stops = []
        for stretch in self._merge.stretches:
            if stretch.change != "none":
                self._stops.append(len(changes))
            sides = (stretch.before, stretch.mine, stretch.theirs)
            height = max(map(len, sides))
            for text, lines in zip(texts, sides, strict=True):
                text += [line.rstrip("\r\n") for line in lines] + [""] * (height - len(lines))
            changes += [stretch.change] * height
        palette = colours(self)
        for number, (column, text) in enumerate(zip(self.columns, texts, strict=True)):
            column.setPlainText("\n".join(text))
            column.mark([_wash(change, number, palette) for change in changes])

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.SMALL)
        grid.setVerticalSpacing(Space.TINY)
        for number, column in enumerate(self.columns):
            grid.addWidget(label(_HEADINGS[number], "field"), 0, number)
            grid.addWidget(column, 1, number)
            grid.setColumnStretch(number, 1)
            for other in self.columns:
                if other is not column:
                    column.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.next)
        top.addWidget(self.back)
        bottom = QHBoxLayout()
        bottom.setSpacing(Space.SMALL)
        bottom.addWidget(self.in_conflict)
        bottom.addStretch(1)
        for button in (self.mine, self.theirs, self.merge):
            bottom.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.MEDIUM)
        whole.addLayout(top)
        whole.addLayout(grid, 1)
        whole.addWidget(self._sum)
        whole.addLayout(bottom)


class _Column(QPlainTextEdit):
    """One of the texts, to read."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setFont(code_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setAccessibleName(f"The leaf: {heading.lower()}")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def mark(self, washes: list[str]) -> None:
        """Give each line its colour, "" for none."""
        made = []
        for number, wash in enumerate(washes):
            if wash and len(made) < MOST_MARKED:
                selection = QTextEdit.ExtraSelection()
                selection.format.setBackground(QColor(wash))
                selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                selection.cursor = QTextCursor(self.document().findBlockByNumber(number))
                made.append(selection)
        self.setExtraSelections(made)

    def go_to(self, line: int) -> None:
        """Put a line, from 0, in the middle."""
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(line)))
        self.centerCursor()


def _wash(change: Change, column: int, palette: Palette) -> str:
    if change == "none":
        return ""
    if change == "conflict":
        return palette.warning_wash
    if change == "alike":
        return palette.success_wash
    changed = 1 if change == "mine" else 2
    return palette.information_wash if column in (0, changed) else ""


def _places(count: int, what: str) -> str:
    return f"{count:,} {'place' if count == 1 else 'places'} {what}"

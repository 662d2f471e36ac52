# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Three texts of a leaf side by side: as the file was, as it is being edited, as another program left it."""

from __future__ import annotations

import html

from ilab_core.taxonomy.merging import Merge, Side, Stretch
from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from ilab_desktop.theme import Palette, Space, code_font, colours
from ilab_desktop.widgets.buttons import plain_button, quiet_button, set_shortcut
from ilab_desktop.widgets.labels import ElidedLabel, label

MOST_SHOWN = 400
"""Changes that are drawn; more would make the view slow."""
AROUND = 2
"""Lines shown before and after a change."""
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
        self._changes = 0
        self._here = -1
        self._title = ElidedLabel("", "section", middle=True)
        self.view = QTextBrowser()
        self.view.setAccessibleName("Three texts of the leaf: as it was, yours, the other program's")
        self.view.setOpenLinks(False)
        self.view.document().setDefaultFont(code_font())
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

    def merged(self) -> str:
        """Return the text with the changes of both sides."""
        side: Side = "theirs" if self.in_conflict.currentData() == "theirs" else "mine"
        return self._merge.text(side)

    def go_to_next(self) -> None:
        """Scroll to the next change, or back to the first."""
        self._here = (self._here + 1) % max(1, self._changes)
        self.view.scrollToAnchor(f"change{self._here}")

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._changes:
            self._fill()

    def _fill(self) -> None:
        palette = colours(self)
        rows = []
        self._changes = 0
        self._here = -1
        for stretch in self._merge.stretches:
            if stretch.change == "none":
                rows.append(_same(stretch, palette, first=len(rows) == 0))
            elif self._changes < MOST_SHOWN:
                rows.append(_row(stretch, palette, f"change{self._changes}"))
                self._changes += 1
        rows.insert(0, "<tr>" + '<td width="33%"></td>' * 3 + "</tr>")
        table = f'<table width="100%" cellspacing="0" cellpadding="{Space.TINY}">{"".join(rows)}</table>'
        self.view.setHtml(table)

    def _lay_out(self) -> None:
        headings = QHBoxLayout()
        headings.setContentsMargins(Space.SMALL, 0, Space.GROUP, 0)
        for heading in _HEADINGS:
            headings.addWidget(label(heading, "field"), 1)
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
        whole.addLayout(headings)
        whole.addWidget(self.view, 1)
        whole.addWidget(self._sum)
        whole.addLayout(bottom)


def _row(stretch: Stretch, palette: Palette, anchor: str) -> str:
    washes = {
        "mine": ("", palette.information_wash, ""),
        "theirs": ("", "", palette.information_wash),
        "alike": ("", palette.success_wash, palette.success_wash),
    }.get(stretch.change, (palette.warning_wash,) * 3)
    cells = [
        f'<td bgcolor="{wash}">{_text(lines)}</td>' if wash else f"<td>{_text(lines)}</td>"
        for wash, lines in zip(washes, (stretch.before, stretch.mine, stretch.theirs), strict=True)
    ]
    cells[0] = cells[0].replace(">", f'><a name="{anchor}"></a>', 1)
    return f"<tr>{''.join(cells)}</tr>"


def _same(stretch: Stretch, palette: Palette, first: bool) -> str:
    """Return lines that no one changed: those around a change, and how many there are between."""
    lines = stretch.before
    left_out = len(lines) - 2 * AROUND
    if left_out < AROUND:
        return f"<tr>{f'<td>{_text(lines)}</td>' * 3}</tr>"
    start = () if first else lines[:AROUND]
    left_out += AROUND if first else 0
    said = f'<td colspan="3"><font color="{palette.muted}">… {left_out:,} lines that no one changed</font></td>'
    parts = [f"<tr>{f'<td>{_text(part)}</td>' * 3}</tr>" if part else "" for part in (start, lines[-AROUND:])]
    return f"{parts[0]}<tr>{said}</tr>{parts[1]}"


def _text(lines: tuple[str, ...]) -> str:
    text = html.escape("".join(lines).rstrip("\r\n"))
    return f'<p style="white-space: pre-wrap; margin: 0">{text or "&nbsp;"}</p>'


def _places(count: int, what: str) -> str:
    return f"{count:,} {'place' if count == 1 else 'places'} {what}"

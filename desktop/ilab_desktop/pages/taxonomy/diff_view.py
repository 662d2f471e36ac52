# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Shows how two texts of a leaf differ: by seed example and field with the words marked, or as plain lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import chain

from ilab_core.taxonomy.change_diffs import ChangeDiff
from ilab_core.taxonomy.leaf_diff import ExampleDiff, FieldDiff, LeafDiff, Line
from ilab_core.taxonomy.word_diff import Span
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from ilab_desktop.theme import Palette, Space, Type, body_pixels, code_font, colours
from ilab_desktop.widgets.buttons import plain_button, small
from ilab_desktop.widgets.labels import ElidedLabel

MOST_PARTS = 400
"""Fields or lines that are shown: laying out more would hold up the window."""
_HOW = {"added": "new", "removed": "removed", "moved": "moved", "changed": "changed"}


class DiffView(QWidget):
    """A heading with a switch, and below it the difference. Nothing is told by colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._diff: ChangeDiff | None = None
        self._said = ""
        self.title = ElidedLabel("", "strong", middle=True)
        self.words = small(plain_button("Words", accessible="Show what changed by example, words marked"))
        self.lines = small(plain_button("Lines", accessible="Show what changed as lines of the file"))
        self._switch = QButtonGroup(self)
        for button in (self.words, self.lines):
            button.setCheckable(True)
            button.setToolTip(button.accessibleName())
            self._switch.addButton(button)
            button.clicked.connect(self._fill)
        self.words.setChecked(True)
        self.browser = QTextBrowser()
        self.browser.setOpenLinks(False)
        self.browser.setTabChangesFocus(True)
        self.browser.setAccessibleName("What changed")
        self.browser.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._heading = heading = QHBoxLayout()
        heading.setSpacing(Space.SMALL)
        heading.addWidget(self.title, 1)
        heading.addWidget(self.words)
        heading.addWidget(self.lines)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addLayout(heading)
        column.addWidget(self.browser, 1)
        self.say("")

    def add_to_heading(self, widget: QWidget) -> None:
        """Put one more control at the right end of the heading."""
        self._heading.addWidget(widget)

    def show_diff(self, title: str, diff: ChangeDiff, note: str = "") -> None:
        """Show a difference below a note, from its start; one that is shown already stays where it is."""
        if (title, diff, note) == (self.title.text(), self._diff, self._said):
            return
        self._diff, self._said = diff, note
        self.title.setText(title)
        self._fill()

    def say(self, sentence: str, title: str = "") -> None:
        """Show a sentence in place of a difference."""
        self._diff, self._said = None, sentence
        self.title.setText(title)
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._fill()

    def _fill(self) -> None:
        palette = colours(self)
        diff = self._diff
        self.words.setVisible(diff is not None and diff.text.readable)
        self.lines.setVisible(diff is not None)
        if diff is None:
            parts: Iterable[str] = [_paragraph(escape(self._said), palette.muted)]
        elif self.lines.isChecked() or not diff.text.readable:
            parts = _line_parts(diff, palette)
        else:
            parts = _word_parts(diff, palette)
        if diff is not None and self._said:
            parts = chain([_paragraph(escape(self._said), palette.text)], parts)
        self.browser.setHtml("".join(_at_most(parts, palette)))
        self.browser.verticalScrollBar().setValue(0)


def _at_most(parts: Iterable[str], palette: Palette) -> Iterator[str]:
    for number, part in enumerate(parts):
        if number >= MOST_PARTS:
            yield _paragraph("There is more; it is too long to show here.", palette.muted)
            return
        yield part


def _word_parts(diff: ChangeDiff, palette: Palette) -> Iterator[str]:
    text = diff.text
    if not text.lines:
        yield _paragraph("The text of the leaf is the same.", palette.muted)
    if text.only_form:
        yield _paragraph("Only comments, white space or the way of writing changed. See “Lines”.", palette.muted)
    for field in text.fields:
        yield _field(field, palette)
    for example in text.examples:
        yield _heading(_example_title(example), palette)
        for field in example.fields:
            yield _field(field, palette, within_new=example.how in ("added", "removed"))
    yield from _beside(diff, palette)


def _example_title(example: ExampleDiff) -> str:
    number = example.after or example.before
    if example.how == "moved":
        edited = ", changed" if example.fields else ""
        return f"Seed example {number}: moved, it was number {example.before}{edited}"
    moved = f" (was number {example.before})" if example.how == "changed" and example.before != number else ""
    return f"Seed example {number}{moved}: {_HOW[example.how]}"


def _field(field: FieldDiff, palette: Palette, within_new: bool = False) -> str:
    how = "" if within_new or field.how == "moved" else f": {_HOW[field.how]}"
    made = _paragraph(escape(f"{field.label}{how}"), palette.muted, caption=True)
    if field.how == "moved":
        return made + _text(" ", _spans(field.after, ""), palette.text)
    whole = field.how in ("added", "removed")
    removed = f"background-color: {palette.danger_wash}; color: {palette.danger}; text-decoration: line-through;"
    added = f"background-color: {palette.success_wash}; color: {palette.success}; text-decoration: underline;"
    if field.before:
        made += _text("−", _spans(field.before, "" if whole else removed), palette.muted)
    if field.after:
        made += _text("+", _spans(field.after, "" if whole else added), palette.text)
    return made


def _spans(spans: Iterable[Span], marked: str) -> str:
    parts = []
    for span in spans:
        style = marked if span.marked else ""
        text = escape(span.text).replace("\n", "<br>")
        parts.append(f'<span style="{style}">{text}</span>' if style else text)
    return "".join(parts)


def _text(sign: str, html: str, colour: str) -> str:
    return (
        f'<table cellspacing="0" cellpadding="0" style="margin-bottom: {Space.TINY}px;"><tr>'
        f'<td width="{Space.GROUP}" style="color: {colour};">{sign}</td>'
        f'<td style="color: {colour}; white-space: pre-wrap;">{html}</td></tr></table>'
    )


def _heading(text: str, palette: Palette) -> str:
    return (
        f'<p style="margin: {Space.MEDIUM}px 0 {Space.TINY}px 0; color: {palette.text};'
        f' font-weight: {Type.STRONG};">{escape(text)}</p>'
    )


def _paragraph(html: str, colour: str, caption: bool = False) -> str:
    size = f" font-size: {round(body_pixels() * Type.CAPTION)}px;" if caption else ""
    return f'<p style="margin: {Space.TINY}px 0 {Space.HAIR}px 0; color: {colour};{size}">{html}</p>'


def _beside(diff: ChangeDiff, palette: Palette) -> Iterator[str]:
    if diff.beside:
        yield _heading("Files beside the leaf", palette)
        yield _paragraph(escape(", ".join(diff.beside)), palette.text)


def _line_parts(diff: ChangeDiff, palette: Palette) -> Iterator[str]:
    text: LeafDiff = diff.text
    if not text.lines:
        yield _paragraph("The text of the leaf is the same.", palette.muted)
    for line in text.lines:
        yield _line(line, palette)
    yield from _beside(diff, palette)


def _line(line: Line, palette: Palette) -> str:
    if line.sign == "@":
        return _paragraph(escape(line.text), palette.muted, caption=True)
    colour, wash = {"+": (palette.success, palette.success_wash), "-": (palette.danger, palette.danger_wash)}.get(
        line.sign, (palette.soft, "transparent")
    )
    sign = line.sign.replace("-", "−")
    family = code_font().family()
    return (
        f"<p style=\"margin: 0; font-family: '{escape(family)}'; font-size: {code_font().pixelSize()}px;"
        f' white-space: pre-wrap; color: {colour}; background-color: {wash};">{sign} {escape(line.text)}</p>'
    )

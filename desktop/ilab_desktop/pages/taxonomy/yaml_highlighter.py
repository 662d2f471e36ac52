# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Light colours for YAML: keys, comments, marks of blocks and lists, quoted text."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ilab_desktop.theme import Palette

_KEY = re.compile(r"^(\s*(?:- +)*)([A-Za-z_][\w ]*?)(:)(?= |$)")
_DASH = re.compile(r"^\s*((?:- +)*-)(?= |$)")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?\s*(?=#|$)")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_INDENT = re.compile(r" *")
_OUTSIDE = -1


class YamlHighlighter(QSyntaxHighlighter):
    """Colours one line at a time; a block's text stays plain, whatever it looks like."""

    def __init__(self, document: QTextDocument, palette: Palette) -> None:
        super().__init__(document)
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the colours of a palette and colour everything anew."""
        self._key = _format(palette.accent_strong, QFont.Weight.Medium)
        self._mark = _format(palette.muted)
        self._comment = _format(palette.muted, italic=True)
        self._quoted = _format(palette.success)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour a line. The state carried to the next is the indent of the key whose block text goes on, or -1."""
        block_indent = self.previousBlockState()
        found = _INDENT.match(text)
        indent = found.end() if found else 0
        if block_indent > _OUTSIDE and (not text.strip() or indent > block_indent):
            self.setCurrentBlockState(block_indent)
            return
        self.setCurrentBlockState(_OUTSIDE)
        dash = _DASH.match(text)
        if dash:
            self.setFormat(dash.start(1), dash.end(1) - dash.start(1), self._mark)
        key = _KEY.match(text)
        value_start = 0
        if key:
            self.setFormat(key.start(2), key.end(2) - key.start(2), self._key)
            self.setFormat(key.start(3), 1, self._mark)
            value_start = key.end(3)
        value = text[value_start:]
        stripped = value.strip()
        start = value_start + len(value) - len(value.lstrip())
        if stripped[:1] in ("'", '"'):
            self.setFormat(start, len(stripped), self._quoted)
            return
        comment = _COMMENT.search(text, value_start)
        if comment:
            self.setFormat(comment.start(), len(text) - comment.start(), self._comment)
        if _BLOCK.match(stripped):
            self.setFormat(start, 1, self._mark)
            self.setCurrentBlockState(len(key.group(1)) if key else indent)


def _format(colour: str, weight: QFont.Weight = QFont.Weight.Normal, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    made.setFontWeight(weight)
    made.setFontItalic(italic)
    return made

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""One model of the library: what it is, what it fits for here, and what it is used for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ilab_core.models.fit import Fit, Purpose, fits
from ilab_core.models.library import LibraryEntry
from ilab_core.text import human_bytes, human_count
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from ilab_desktop.theme import Size, Space, colours
from ilab_desktop.widgets.badge import Badge, Meaning
from ilab_desktop.widgets.buttons import quiet_button
from ilab_desktop.widgets.card import Card
from ilab_desktop.widgets.flow import FlowLayout
from ilab_desktop.widgets.labels import ElidedLabel, label, set_flag

PURPOSES: tuple[Purpose, ...] = ("chat", "teaching", "training")
_MEANINGS: dict[str, Meaning] = {"fits": "success", "tight": "warning", "too big": "danger", "unsupported": "neutral"}


@dataclass(frozen=True)
class ModelRow:
    """What a card shows: an entry of the library, how it fits here, and what it is chosen for."""

    entry: LibraryEntry
    fits: tuple[Fit, ...]
    is_base: bool
    is_teacher: bool

    @property
    def title(self) -> str:
        """What the model is called."""
        return self.entry.info.name if self.entry.info is not None else self.entry.name


def model_row(entry: LibraryEntry, free_bytes: int, is_base: bool, is_teacher: bool) -> ModelRow:
    """Return what the card of `entry` shows with `free_bytes` of memory free."""
    found = tuple(fits(entry.info, purpose, free_bytes) for purpose in PURPOSES) if entry.info is not None else ()
    return ModelRow(entry, found, is_base, is_teacher)


def facts(entry: LibraryEntry) -> str:
    """Return "Q4_1 · 98 MB · Apache-2.0 · 8,192 tokens of context · built in"."""
    info = entry.info
    if info is None:
        return entry.path.name
    context = f"{human_count(info.context_length)} tokens of context" if info.context_length else ""
    built_in = "built in" if entry.built_in else "linked" if entry.link else ""
    licence = info.licence or "licence not stated"
    parts = (info.quantization, human_bytes(info.bytes), licence, context, built_in)
    return " · ".join(part for part in parts if part)


def fit_badge(purpose: Purpose, fit: Fit) -> tuple[str, Meaning]:
    """Return the words of a fit badge and their meaning: what is needed, and of how much where that matters."""
    need = human_bytes(fit.needs_bytes)
    words = {
        "fits": f"{purpose} {need}",
        "tight": f"{purpose} {need}, tight",
        "too big": f"{purpose} {need} of {human_bytes(fit.free_bytes)} free",
        "unsupported": f"no {purpose}",
    }[fit.verdict]
    return words, _MEANINGS[fit.verdict]


class ModelCard(Card):
    """The card has the keyboard as a whole; its actions are in its menu, under the pointer and on the menu key."""

    def __init__(self, row: ModelRow, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=Space.GROUP, spacing=Space.SMALL)
        self.row = row
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_spoken(row))
        self.addActions(list(actions))
        self.more = quiet_button("", "more", f"More for {row.title}")
        set_flag(self.more, "tight", True)
        self.more.clicked.connect(self._open_below_button)
        self._details = label("", "caption", wrap=True, selectable=True)
        self._details.hide()
        top = QHBoxLayout()
        top.setSpacing(Space.SMALL)
        top.addWidget(ElidedLabel(row.title, "strong", middle=True), 1)
        for chosen, word in ((row.is_base, "base"), (row.is_teacher, "teacher")):
            if chosen:
                top.addWidget(Badge(word, "accent"))
        top.addWidget(self.more)
        self.column.addLayout(top)
        self.column.addWidget(ElidedLabel(facts(row.entry), "caption"))
        if row.entry.info is None:
            self.column.addWidget(label(row.entry.problem, "danger", wrap=True))
            set_flag(self, "tone", "danger")
        else:
            badges = QWidget()
            flow = FlowLayout(badges, Space.TINY + Space.HAIR)
            for purpose, fit in zip(PURPOSES, row.fits, strict=True):
                badge = Badge(*fit_badge(purpose, fit))
                badge.setToolTip(fit.sentence)
                flow.addWidget(badge)
            self.column.addWidget(badges)
        self.column.addWidget(self._details)
        self.column.addStretch(1)
        self.setMinimumHeight(Size.MODEL_CARD_HEIGHT)

    @property
    def details(self) -> str:
        """The details as shown; empty while they are folded."""
        return self._details.text() if self._details.isVisibleTo(self) else ""

    def show_details(self, text: str) -> None:
        """Unfold the details, or fold them with an empty text."""
        self._details.setText(text)
        self._details.setVisible(bool(text))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu where the pointer is, or below the title for the menu key."""
        self._open_menu(event.globalPos())

    def _open_below_button(self) -> None:
        self._open_menu(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions(self.actions())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)


class DropHint(QWidget):
    """A dashed place that says that a file can be dropped; the whole window takes it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setMinimumHeight(Size.MODEL_CARD_HEIGHT)
        hint = label(text, "muted", wrap=True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QHBoxLayout(self)
        layout.addWidget(hint)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dashed edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colours(self).control_edge), Size.EDGE)
        pen.setDashPattern([Space.TINY, Space.TINY])
        painter.setPen(pen)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, Size.CARD_RADIUS, Size.CARD_RADIUS)
        painter.end()


def details_text(row: ModelRow, sha256: str) -> str:
    """Return what the unfolded card says; `sha256` is the hash, or what stands in its place."""
    info = row.entry.info
    lines = [str(row.entry.path)]
    if info is not None:
        lines.append(
            f"{info.architecture}, {human_count(info.parameters)} parameters, {info.layers} layers, "
            f"width {human_count(info.embedding_length)}, {human_count(info.vocabulary_size)} tokens in the vocabulary"
        )
        lines += info.limits
        lines.append(f"SHA-256 {sha256}")
    return "\n".join(lines)


def _spoken(row: ModelRow) -> str:
    roles = [word for chosen, word in ((row.is_base, "base model"), (row.is_teacher, "teacher")) if chosen]
    told = [fit_badge(purpose, fit)[0] for purpose, fit in zip(PURPOSES, row.fits, strict=False)]
    parts = [row.title, *roles, facts(row.entry), *told, row.entry.problem]
    return ", ".join(part for part in parts if part)

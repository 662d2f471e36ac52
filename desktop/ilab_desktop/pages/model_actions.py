# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What can be done with a model of the library, the same in its menu and on its keys."""

from __future__ import annotations

from collections.abc import Callable

from ilab_core.errors import Cancelled, IlabError
from ilab_core.models.library import STARTER
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QWidget

from ilab_desktop.background import closing_check, run_in_background
from ilab_desktop.dialogs import ask
from ilab_desktop.files import show_in_folder
from ilab_desktop.icons import icon
from ilab_desktop.services import Services
from ilab_desktop.widgets.model_card import ModelCard, details_text


class ModelActions(QObject):
    """Makes the actions of a card; `told` carries a sentence, its meaning and details."""

    told = Signal(str, str, str)

    def __init__(self, services: Services, page: QWidget) -> None:
        super().__init__(page)
        self._services = services
        self._page = page

    def for_card(self, card: ModelCard) -> list[QAction]:
        """Return the actions of a card's model; what cannot be done with it is switched off."""
        row = card.row
        info = row.entry.info
        base = self._action(card, "Use as base", "check", lambda: self._choose(card, "base_model"), "Ctrl+B")
        base.setEnabled(info is not None and info.trainable and not row.is_base)
        teacher = self._action(card, "Use as teacher", "person", lambda: self._choose(card, "teacher_model"), "Ctrl+T")
        teacher.setEnabled(info is not None and info.chattable and not row.is_teacher)
        details = self._action(card, "Details", "info", lambda: self._toggle_details(card), "Return")
        copy = self._action(card, "Copy SHA-256", "copy", lambda: self._with_hash(card, self._copy))
        copy.setEnabled(info is not None)
        folder = self._action(card, "Show in folder", "folder", lambda: show_in_folder(row.entry.path))
        remove = self._action(card, "Remove from the library", "trash", lambda: self._remove(card), "Delete")
        remove.setEnabled(not row.entry.built_in)
        return [base, teacher, details, copy, folder, remove]

    def _action(self, card: ModelCard, text: str, icon_name: str, do: Callable[[], None], keys: str = "") -> QAction:
        action = QAction(icon(icon_name), text, card)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: do())
        return action

    def _choose(self, card: ModelCard, setting: str) -> None:
        entry = card.row.entry
        try:
            self._services.save_settings(**{setting: STARTER if entry.built_in else entry.name})
        except IlabError as error:
            self.told.emit(f"{error.summary} {error.hint}", "danger", error.detail)
        self._services.events.models_changed.emit()

    def _toggle_details(self, card: ModelCard) -> None:
        if card.details:
            card.show_details("")
            return
        card.show_details(details_text(card.row, "is being computed"))
        if card.row.entry.info is not None:
            self._with_hash(card, lambda sha256: card.show_details(details_text(card.row, sha256)))

    def _with_hash(self, card: ModelCard, use: Callable[[str], None]) -> None:
        library, path = self._services.library, card.row.entry.path
        is_closing = closing_check()
        run_in_background(card, lambda: library.sha256(path, None, is_closing), use, self._refused)

    def _refused(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            return
        if not isinstance(error, IlabError):
            raise error
        self.told.emit(f"{error.summary} {error.hint}".strip(), "danger", error.detail)

    def _copy(self, sha256: str) -> None:
        QGuiApplication.clipboard().setText(sha256)
        self.told.emit("The SHA-256 was copied.", "information", "")

    def _remove(self, card: ModelCard) -> None:
        entry, services = card.row.entry, self._services
        # A file with another name elsewhere, or one that is only pointed to, stays: nothing is lost
        if not entry.link and entry.path.exists() and entry.path.stat().st_nlink == 1:
            explain = f"This is its only copy: {entry.path.name} is deleted from this computer."
            if not ask(self._page, f"Remove {card.row.title}?", explain, "Remove", "Keep it"):
                return
        try:
            services.library.remove(entry.name)
            names = {entry.name.casefold()}
            settings = services.settings
            gone = {
                key: STARTER
                for key in ("base_model", "teacher_model")
                if getattr(settings, key).casefold().removesuffix(".gguf") in names
            }
            if gone:
                services.save_settings(**gone)
        except IlabError as error:
            self.told.emit(f"{error.summary} {error.hint}", "danger", error.detail)
            return
        self.told.emit(f"{card.row.title} was taken out of the library.", "information", "")
        services.events.models_changed.emit()

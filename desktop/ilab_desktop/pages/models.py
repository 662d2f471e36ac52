# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Models: the library as cards, what each fits for here, and the adapters made from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ilab_core.errors import IlabError
from ilab_core.models.adapters import AdapterEntry, list_adapters
from ilab_core.models.fit import free_memory
from ilab_core.models.library import LibraryEntry
from ilab_core.text import human_bytes
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QVBoxLayout, QWidget

from ilab_desktop.background import Task, closing_check, run_in_background
from ilab_desktop.files import show_in_folder
from ilab_desktop.models.adapters_table import AdaptersTable
from ilab_desktop.pages.model_actions import ModelActions
from ilab_desktop.services import Services
from ilab_desktop.theme import Space
from ilab_desktop.widgets.banner import Banner
from ilab_desktop.widgets.buttons import primary_button, set_shortcut
from ilab_desktop.widgets.card_grid import CardGrid
from ilab_desktop.widgets.empty_state import EmptyState
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.model_card import DropHint, ModelCard, ModelRow, model_row
from ilab_desktop.widgets.page_header import PageHeader
from ilab_desktop.widgets.reading_column import ScrollPage
from ilab_desktop.widgets.table import fit_height, table_view

SENTENCE = "Each is one GGUF file, for chat, teaching and training alike."


@dataclass(frozen=True)
class Shown:
    """What the page shows, read in the background."""

    rows: tuple[ModelRow, ...]
    adapters: tuple[AdapterEntry, ...]
    free_bytes: int


class ModelsPage(QWidget):
    """Importing links a file where it lies; nothing is copied that need not be."""

    def __init__(self, services: Services, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._navigate = navigate
        self._task: Task | None = None
        self._importing = 0
        self.cards: list[ModelCard] = []
        self.model_actions = ModelActions(services, self)
        self.model_actions.told.connect(self._tell)
        self._header = PageHeader("Models", SENTENCE)
        self.import_button = primary_button("Import a file")
        set_shortcut(self.import_button, "Ctrl+I")
        self.import_button.clicked.connect(self.choose_files)
        self._header.add_action(self.import_button)
        self.notice = Banner()
        self._grid = CardGrid()
        self._drop = DropHint("Drop a GGUF file here")
        self.adapters = AdaptersTable(self)
        self.adapters_view = table_view(self.adapters, "Adapters", stretch=(0, 1, 2))
        self.adapters_view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.adapters_view.customContextMenuRequested.connect(self._adapter_menu)
        self.adapters_view.activated.connect(self._chat_with)
        self._no_adapters = EmptyState(
            "adapter",
            "No adapters yet. An adapter is what a model learned: a small file beside its base model.",
            "Train one",
            lambda: navigate("train"),
        )
        page = ScrollPage()
        page.column.addWidget(self._grid)
        page.column.addSpacing(Space.SMALL)
        page.column.addWidget(label("Adapters", "field"))
        page.column.addWidget(self.adapters_view)
        page.column.addWidget(self._no_adapters)
        page.column.addStretch(1)
        top = QVBoxLayout()
        top.setContentsMargins(Space.MARGIN, Space.MARGIN, Space.MARGIN, 0)
        top.setSpacing(Space.MEDIUM)
        top.addWidget(self._header)
        top.addWidget(self.notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.MARGIN)
        layout.addLayout(top)
        layout.addWidget(page, 1)
        self.adapters_view.hide()
        for signal in (
            services.events.models_changed,
            services.events.adapters_changed,
            services.events.settings_changed,
            services.events.runs_changed,
        ):
            signal.connect(self._read_if_visible)

    def activate(self) -> None:
        """Read the library and the adapters again."""
        services = self._services
        library, settings, workspace = services.library, services.settings, services.workspace

        def read() -> Shown:
            free = free_memory()
            base, teacher = (_resolved(library.resolve, name) for name in (settings.base_model, settings.teacher_model))
            rows = tuple(
                model_row(entry, free, _is_at(entry, base), _is_at(entry, teacher)) for entry in library.list()
            )
            return Shown(rows, tuple(list_adapters(workspace)), free)

        if self._task is not None:
            self._task.cancel()
        self._task = run_in_background(self, read, self._show)

    def choose_files(self) -> None:
        """Ask for model files and import them."""
        names, _ = QFileDialog.getOpenFileNames(self, "Import models", "", "GGUF models (*.gguf);;All files (*)")
        self.import_files([Path(name) for name in names])

    def import_files(self, files: Sequence[Path]) -> None:
        """Check each file and add it to the library, in the background."""
        library, is_closing = self._services.library, closing_check()
        for file in files:
            self._importing += 1
            run_in_background(
                self,
                lambda file=file: library.import_file(file, False, None, is_closing),
                self._imported,
                lambda error, file=file: self._not_imported(file, error),
            )
        self._show_importing()

    def _imported(self, entry: LibraryEntry) -> None:
        self._importing -= 1
        self._show_importing()
        name = entry.info.name if entry.info is not None else entry.name
        self._tell(f"{name} is in the library.", "success", "")
        self._services.events.models_changed.emit()

    def _not_imported(self, file: Path, error: Exception) -> None:
        self._importing -= 1
        self._show_importing()
        if not isinstance(error, IlabError):
            raise error
        self._tell(f"{error.summary} {error.hint}".strip(), "danger", f"{file}\n{error.detail}")

    def _show_importing(self) -> None:
        self.import_button.setEnabled(self._importing == 0)
        self._header.set_reason("Importing…" if self._importing else "")

    def _read_if_visible(self) -> None:
        if self.isVisible():
            self.activate()

    def _show(self, shown: Shown) -> None:
        self._header.set_subtitle(f"{SENTENCE} Free memory now: {human_bytes(shown.free_bytes)}.")
        unchanged = [card.row for card in self.cards] == list(shown.rows)
        if not unchanged or not self.cards:
            self.cards = [self._card(row) for row in shown.rows]
            self._grid.set_cards([*self.cards, self._drop])
        self.adapters.set_adapters(shown.adapters)
        self.adapters_view.setVisible(bool(shown.adapters))
        self._no_adapters.setVisible(not shown.adapters)
        fit_height(self.adapters_view)

    def _card(self, row: ModelRow) -> ModelCard:
        card = ModelCard(row, ())
        card.addActions(self.model_actions.for_card(card))
        return card

    def _tell(self, text: str, meaning: str, detail: str) -> None:
        self.notice.show_message(text, meaning, detail)

    def _chat_with(self, index: QModelIndex) -> None:
        self._navigate(f"chat:{self.adapters.adapter_at(index.row()).name}")

    def _adapter_menu(self, place: QPoint) -> None:
        index = self.adapters_view.indexAt(place)
        if not index.isValid():
            return
        entry = self.adapters.adapter_at(index.row())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Chat with it", lambda: self._chat_with(index))
        run = menu.addAction("Show its training", lambda: self._navigate(f"train:{entry.run}"))
        run.setEnabled(self._services.jobs.run(entry.run) is not None)
        menu.addAction("Show in folder", lambda: show_in_folder(entry.gguf))
        menu.popup(self.adapters_view.viewport().mapToGlobal(place))


def _resolved(resolve: Callable[[str], Path], name: str) -> Path | None:
    try:
        return resolve(name)
    except IlabError:
        return None


def _is_at(entry: LibraryEntry, path: Path | None) -> bool:
    return path is not None and entry.path == path

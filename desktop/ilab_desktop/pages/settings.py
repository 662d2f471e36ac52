# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Settings: few, each with its help, saved as they are changed."""

from __future__ import annotations

from collections.abc import Callable

from ilab_core.errors import WorkspaceError
from ilab_core.settings import Setting, settings_table
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from ilab_desktop.services import Services
from ilab_desktop.theme import Duration, Size, Space
from ilab_desktop.widgets.buttons import plain_button
from ilab_desktop.widgets.card import Card, column, row
from ilab_desktop.widgets.labels import label
from ilab_desktop.widgets.page_header import PageHeader
from ilab_desktop.widgets.reading_column import reading_page


class SettingsPage(QWidget):
    """Appearance, the person's name, the workspace folder, processor threads."""

    def __init__(self, services: Services, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        table = {setting.key: setting for setting in settings_table()}
        self._saved = label("", "caption")
        header = PageHeader("Settings", "Saved as you change them.")
        header.add_action(self._saved)
        card = Card(spacing=Space.GROUP)
        self.theme = QComboBox()
        for choice, text in (("system", "Like the system"), ("light", "Light"), ("dark", "Dark")):
            self.theme.addItem(text, choice)
        self.contributor, self.email = QLineEdit(), QLineEdit()
        self.threads = QSpinBox()
        self.threads.setRange(0, table["threads"].maximum)
        self.threads.setSpecialValueText("One for each core")
        for widget, key in (
            (self.theme, "theme"),
            (self.contributor, "contributor"),
            (self.email, "contributor_email"),
            (self.threads, "threads"),
        ):
            card.column.addLayout(_field(table[key], widget))
        folder = plain_button("Open", "folder", "Open the workspace folder")
        root = services.workspace.root
        folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(root))))
        path = QLineEdit(str(root))
        path.setReadOnly(True)
        path.setAccessibleName("Workspace folder")
        where = column(label("Workspace folder", "field"), spacing=Space.TINY)
        where.addLayout(row(path, folder))
        where.addWidget(label("Everything you make. Start with --workspace to use another.", "caption", True))
        card.column.addLayout(where)
        page = reading_page()
        page.column.addWidget(card)
        page.column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.MARGIN)
        top = QVBoxLayout()
        top.setContentsMargins(Space.MARGIN, Space.MARGIN, Space.MARGIN, 0)
        top.addWidget(header)
        layout.addLayout(top)
        layout.addWidget(page, 1)
        self.activate()
        self.theme.currentIndexChanged.connect(lambda: self._save(theme=self.theme.currentData()))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(Duration.DEBOUNCE)
        self._pause.timeout.connect(self._save_person)
        for edit in (self.contributor, self.email):
            edit.textEdited.connect(lambda _: self._pause.start())
        self.threads.valueChanged.connect(lambda value: self._save(threads=value or None))

    def activate(self) -> None:
        """Show the settings as they are."""
        settings = self._services.settings
        for widget in (self.theme, self.contributor, self.email, self.threads):
            widget.blockSignals(True)
        self.theme.setCurrentIndex(max(0, self.theme.findData(settings.theme)))
        for edit, kept in ((self.contributor, settings.contributor), (self.email, settings.contributor_email)):
            if edit.text().strip() != kept:
                edit.setText(kept)
        self.threads.setValue(settings.threads or 0)
        for widget in (self.theme, self.contributor, self.email, self.threads):
            widget.blockSignals(False)
        self._saved.setText("")

    def hideEvent(self, event: QHideEvent) -> None:
        """Save what was typed just before the page was left."""
        if self._pause.isActive():
            self._pause.stop()
            self._save_person()
        super().hideEvent(event)

    def _save_person(self) -> None:
        self._save(contributor=self.contributor.text().strip(), contributor_email=self.email.text().strip())

    def _save(self, **changes: object) -> None:
        try:
            self._services.save_settings(**changes)
        except WorkspaceError as error:
            self._saved.setText(f"{error.summary} {error.hint}")
        else:
            self._saved.setText("Saved")


def _field(setting: Setting, widget: QWidget) -> QVBoxLayout:
    """Return a field with its label above and its help below."""
    widget.setAccessibleName(setting.label)
    widget.setAccessibleDescription(setting.help)
    widget.setMaximumWidth(Size.FORM_WIDTH)
    name = label(setting.label, "field")
    name.setBuddy(widget)
    return column(name, widget, label(setting.help, "caption", wrap=True), spacing=Space.TINY)

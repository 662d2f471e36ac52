# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The window: side bar, pages, activity. Pages are made when they are first shown."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ilab_core.jobs.kinds import SERVING_KINDS
from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ilab_desktop import job_text
from ilab_desktop.dialogs import ask
from ilab_desktop.icons import application_icon, icon
from ilab_desktop.services import Services
from ilab_desktop.theme import Size
from ilab_desktop.widgets.activity import ActivityStrip
from ilab_desktop.widgets.activity_drawer import ActivityDrawer
from ilab_desktop.widgets.announce import announce
from ilab_desktop.widgets.badge import Meaning
from ilab_desktop.widgets.banner import Banner
from ilab_desktop.widgets.number_field import indent_number_fields
from ilab_desktop.widgets.side_bar import SideBar

GEOMETRY_FILE = "window.ini"


@dataclass(frozen=True)
class PageEntry:
    """A page of the window and where its class is."""

    key: str
    label: str
    icon: str
    module: str
    class_name: str
    shortcut: str


PAGES = (
    PageEntry("home", "Home", "home", "ilab_desktop.pages.home", "HomePage", "Ctrl+1"),
    PageEntry("taxonomy", "Taxonomy", "taxonomy", "ilab_desktop.pages.taxonomy", "TaxonomyPage", "Ctrl+2"),
    PageEntry("data", "Data", "data", "ilab_desktop.pages.data", "DataPage", "Ctrl+3"),
    PageEntry("train", "Train", "train", "ilab_desktop.pages.train", "TrainPage", "Ctrl+4"),
    PageEntry("chat", "Chat", "chat", "ilab_desktop.pages.chat", "ChatPage", "Ctrl+5"),
    PageEntry("models", "Models", "models", "ilab_desktop.pages.models", "ModelsPage", "Ctrl+6"),
)
SETTINGS = PageEntry("settings", "Settings", "settings", "ilab_desktop.pages.settings", "SettingsPage", "Ctrl+,")
_OPENERS = {"taxonomy": "open_leaf", "data": "open_run", "train": "open_run", "chat": "open_adapter"}


class MainWindow(QMainWindow):
    """Owns the pages; everything that they need comes from `services`."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.setWindowTitle("InstructLab Desktop")
        self.setWindowIcon(application_icon())
        self.setMinimumSize(Size.WINDOW_MINIMUM_WIDTH, Size.WINDOW_MINIMUM_HEIGHT)
        self.setAcceptDrops(True)
        self._alt_alone = False
        self._pages: dict[str, QWidget] = {}
        self._entries = {entry.key: entry for entry in (*PAGES, SETTINGS)}
        self._actions: dict[str, QAction] = {}
        self._make_page_actions()
        self._make_other_actions()
        self.banner = Banner()
        self.stack = QStackedWidget()
        self.strip = ActivityStrip(services.jobs)
        self.drawer = ActivityDrawer(services.jobs)
        self.drawer.hide()
        shown = [self._actions[entry.key] for entry in PAGES]
        self.side_bar = SideBar(shown, self._actions["settings"], services.network)
        self._lay_out()
        self._make_menus()
        self.strip.toggled.connect(lambda: self.show_activity(not self.drawer.isVisible()))
        services.jobs.job_finished.connect(self._announce_end)
        self._restore_geometry()

    def entries(self) -> list[PageEntry]:
        """Return the pages of the window in the order of the side bar."""
        return list(self._entries.values())

    def page(self, key: str) -> QWidget:
        """Return a page, made now where it was not shown before."""
        if key not in self._pages:
            entry = self._entries[key]
            made = getattr(importlib.import_module(entry.module), entry.class_name)(self.services, self.navigate)
            indent_number_fields(made)
            self._pages[key] = made
            self.stack.addWidget(made)
        return self._pages[key]

    def navigate(self, target: str) -> None:
        """Show a page ("data") or a thing on it ("taxonomy:knowledge/places/harrow_cove")."""
        key, _, item = target.partition(":")
        if key not in self._entries:
            return
        page = self.page(key)
        self.stack.setCurrentWidget(page)
        self._actions[key].setChecked(True)
        page.activate()
        opener = getattr(page, _OPENERS.get(key, ""), None) if item else None
        if opener is not None:
            opener(item)

    @property
    def current(self) -> str:
        """The key of the page that is shown."""
        shown = self.stack.currentWidget()
        return next((key for key, page in self._pages.items() if page is shown), "")

    def action(self, key: str) -> QAction:
        """Return one of the window's actions by its key."""
        return self._actions[key]

    def show_activity(self, is_open: bool) -> None:
        """Open or close the drawer with all jobs."""
        self.drawer.setVisible(is_open)
        self.strip.set_open(is_open)

    def show_message(self, text: str, meaning: Meaning = "information", detail: str = "") -> None:
        """Show a message across the top."""
        self.banner.show_message(text, meaning, detail)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what runs, after a question, and keep the window's place."""
        live = self.services.jobs.live()
        if live and not ask(
            self,
            "A job is running. Close anyway?" if len(live) == 1 else f"{len(live)} jobs are running. Close anyway?",
            "What is done so far is kept. It can be resumed later.",
            "Close",
        ):
            event.ignore()
            return
        self.services.jobs.shut_down()
        settings = self._window_settings()
        settings.setValue("geometry", self.saveGeometry())
        settings.setValue("page", self.current)
        settings.sync()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remember whether Alt is pressed alone, which shows the menu bar when it is let go."""
        self._alt_alone = event.key() == Qt.Key.Key_Alt
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Show or hide the menu bar after Alt alone."""
        if event.key() == Qt.Key.Key_Alt and self._alt_alone:
            self._toggle_menu_bar()
        self._alt_alone = False
        super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a model file that is dragged over the window, whatever page is shown."""
        if _model_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import the model files that were dropped."""
        files = _model_files(event)
        if files:
            event.acceptProposedAction()
            self.navigate("models")
            self.page("models").import_files(files)

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.banner, self.stack, self.drawer, self.strip):
            column.addWidget(widget, 1 if widget is self.stack else 0)
        whole = QFrame()
        across = QHBoxLayout(whole)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.side_bar)
        across.addWidget(right, 1)
        self.setCentralWidget(whole)

    def _make_page_actions(self) -> None:
        group = QActionGroup(self)
        for entry in self._entries.values():
            action = self._action(entry.key, entry.label, entry.shortcut, lambda key=entry.key: self.navigate(key))
            action.setIcon(icon(entry.icon))
            action.setCheckable(True)
            group.addAction(action)

    def _make_other_actions(self) -> None:
        self._action("import", "Import a model…", "Ctrl+Shift+I", self._import)
        self._action("folder", "Open the workspace folder", "", self._open_folder)
        self._action("quit", "Quit", QKeySequence(QKeySequence.StandardKey.Quit) or "Ctrl+Q", self.close)
        self._action("next_pane", "Next pane", "F6", lambda: self._move_pane(1))
        self._action("previous_pane", "Previous pane", "Shift+F6", lambda: self._move_pane(-1))
        self._action("activity", "Activity", "Ctrl+J", lambda: self.show_activity(not self.drawer.isVisible()))
        self._action("menu", "Menu bar", "F10", self._toggle_menu_bar)
        self._action("about", "About InstructLab Desktop", "", self._show_about)
        if self._actions["quit"].shortcut().isEmpty():
            self._actions["quit"].setShortcut("Ctrl+Q")

    def _action(self, key: str, text: str, shortcut: str | QKeySequence, do: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        if shortcut:
            action.setShortcut(shortcut)
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{text.rstrip('…')} ({keys})")
        action.triggered.connect(lambda: do())
        self._actions[key] = action
        self.addAction(action)
        return action

    def _make_menus(self) -> None:
        bar = self.menuBar()
        files = bar.addMenu("&File")
        for key in ("import", "folder"):
            files.addAction(self._actions[key])
        files.addSeparator()
        files.addAction(self._actions["settings"])
        files.addAction(self._actions["quit"])
        self._edit_menu = bar.addMenu("&Edit")
        self._edit_menu.aboutToShow.connect(self._fill_edit_menu)
        go = bar.addMenu("&Go")
        for entry in PAGES:
            go.addAction(self._actions[entry.key])
        go.addSeparator()
        for key in ("next_pane", "previous_pane", "activity"):
            go.addAction(self._actions[key])
        bar.addMenu("&Help").addAction(self._actions["about"])
        bar.setVisible(bar.isNativeMenuBar())

    def _fill_edit_menu(self) -> None:
        """Offer what the page that is shown can do, then what its text field can do."""
        menu, page, focused = self._edit_menu, self.stack.currentWidget(), self.focusWidget()
        menu.clear()
        own = [action for action in page.actions() if action.text()] if page is not None else []
        menu.addActions(own)
        menu.addSeparator()
        for text, method in (("Cut", "cut"), ("Copy", "copy"), ("Paste", "paste"), ("Select all", "selectAll")):
            do = getattr(focused, method, None)
            menu.addAction(text).setEnabled(do is not None)
            if do is not None:
                menu.actions()[-1].triggered.connect(lambda _=False, do=do: do())

    def _toggle_menu_bar(self) -> None:
        """Show the menu bar with its first menu ready, or hide it."""
        bar = self.menuBar()
        if bar.isNativeMenuBar():
            return
        bar.setVisible(not bar.isVisible())
        if bar.isVisible():
            bar.setActiveAction(bar.actions()[0])

    def _move_pane(self, step: int) -> None:
        """Move the keyboard between side bar, page, drawer and strip."""
        panes = [self.side_bar, self.stack, self.drawer, self.strip]
        panes = [pane for pane in panes if pane.isVisible()]
        focused = self.focusWidget()
        here = next((place for place, pane in enumerate(panes) if focused and pane.isAncestorOf(focused)), -1)
        for offset in range(1, len(panes) + 1):
            target = panes[(here + step * offset) % len(panes)]
            first = first_focusable(target)
            if first is not None:
                first.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _import(self) -> None:
        self.navigate("models")
        self.page("models").choose_files()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.services.workspace.root)))

    def _show_about(self) -> None:
        from ilab_core import __version__

        self.show_message(f"InstructLab Desktop {__version__}. Everything happens on this computer.")

    def _announce_end(self, job_id: str) -> None:
        run, view = self.services.jobs.run(job_id), self.services.jobs.view(job_id)
        if run is None or view is None or run.kind in SERVING_KINDS:
            return
        announce(self, f"{job_text.noun(run)}, {run.title}: {job_text.result_line(view)}", view.state == "failed")

    def _window_settings(self) -> QSettings:
        return QSettings(str(Path(self.services.workspace.root) / GEOMETRY_FILE), QSettings.Format.IniFormat)

    def _restore_geometry(self) -> None:
        geometry = self._window_settings().value("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(Size.WINDOW_WIDTH, Size.WINDOW_HEIGHT)


def first_focusable(root: QWidget) -> QWidget | None:
    """Return the first widget inside `root` that the keyboard reaches, in tab order."""
    widget = root
    for _ in range(2000):
        widget = widget.nextInFocusChain()
        if widget is root:
            return None
        reachable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.isVisible()
        if reachable and root.isAncestorOf(widget):
            return widget
    return None


def _model_files(event: QDragEnterEvent | QDropEvent) -> list[Path]:
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [file for file in files if file.suffix.lower() == ".gguf"]

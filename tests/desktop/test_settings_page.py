# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Settings are saved as they are changed, and told when they cannot be."""

from __future__ import annotations

import pytest
from accessibility import nameless_widgets
from ilab_core.errors import WorkspaceError
from ilab_core.settings import load_settings
from ilab_desktop import services as services_module
from ilab_desktop.pages.settings import SettingsPage


@pytest.fixture
def page(qtbot, services):
    made = SettingsPage(services, lambda target: None)
    qtbot.addWidget(made)
    made.show()
    return made


def test_settings_are_saved_as_they_are_changed(page, services, qtbot):
    page.theme.setCurrentIndex(page.theme.findData("dark"))
    qtbot.keyClicks(page.contributor, "mira")
    qtbot.keyClicks(page.email, "mira@example.org")
    page.threads.setValue(3)
    qtbot.waitUntil(lambda: services.settings.contributor == "mira")
    kept = load_settings(services.workspace.settings_file)
    assert (kept.theme, kept.contributor, kept.threads) == ("dark", "mira", 3)
    assert kept.contributor_email == "mira@example.org"
    assert page._saved.text() == "Saved"
    page.threads.setValue(0)
    assert load_settings(services.workspace.settings_file).threads is None


def test_name_typed_just_before_the_page_is_left_is_saved(page, services, qtbot):
    qtbot.keyClicks(page.contributor, "mira")
    page.hide()
    assert load_settings(services.workspace.settings_file).contributor == "mira"


def test_page_shows_what_was_changed_elsewhere(page, services):
    services.save_settings(contributor="anna", threads=2)
    page.activate()
    assert page.contributor.text() == "anna"
    assert page.threads.value() == 2


def test_settings_that_cannot_be_saved_are_told(page, monkeypatch):
    def refuse(*_):
        raise WorkspaceError("The disk is full.", "Free some space.")

    monkeypatch.setattr(services_module, "save_settings", refuse)
    page.threads.setValue(5)
    assert page._saved.text() == "The disk is full. Free some space."


def test_nothing_on_settings_is_nameless(page):
    assert nameless_widgets(page) == []

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Models: cards with what fits, base and teacher, importing and removing, adapters."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from accessibility import nameless_widgets
from ilab_core.models.adapters import list_adapters
from ilab_core.models.fit import Fit
from ilab_desktop.models.adapters_table import AdaptersTable
from ilab_desktop.pages import model_actions
from ilab_desktop.pages.models import ModelsPage
from ilab_desktop.widgets.model_card import fit_badge
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

sys.path.insert(0, str(Path(__file__).parents[1] / "core"))
from tiny_gguf import write_tiny_gguf


@pytest.fixture
def page(qtbot, services):
    went = []
    made = ModelsPage(services, went.append)
    made.went = went
    made.resize(1000, 700)
    qtbot.addWidget(made)
    write_tiny_gguf(services.workspace.models / "tiny.gguf")
    (services.workspace.models / "broken.gguf").write_bytes(b"GGUF" + bytes(40))
    made.show()
    made.activate()
    qtbot.waitUntil(lambda: len(made.cards) >= 2)
    return made


def write_adapter(workspace, name, day=1, held_out_best=0.412):
    folder = workspace.adapters / name
    folder.mkdir(exist_ok=True)
    (folder / "adapter.gguf").write_bytes(bytes(9_000_000))
    card = {
        "created": f"2026-11-{day:02}T12:00:00+00:00",
        "base": {"sha256": "ab", "name": "SmolLM2 135M Instruct"},
        "data": {"leaves": {"knowledge/places/harrow_cove": {}}, "training": 53},
        "held_out_before": 3.02,
        "held_out_best": held_out_best,
    }
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


def card_of(page, name):
    return next(card for card in page.cards if card.row.entry.name == name)


def action_of(card, text):
    return next(action for action in card.actions() if action.text() == text)


@pytest.mark.parametrize(
    ("verdict", "words", "meaning"),
    [
        ("fits", "chat 600 MB", "success"),
        ("tight", "chat 600 MB, tight", "warning"),
        ("too big", "chat 600 MB of 2 GB free", "danger"),
        ("unsupported", "no chat", "neutral"),
    ],
)
def test_badge_says_what_fits_in_words(verdict, words, meaning):
    assert fit_badge("chat", Fit(verdict, 600_000_000, 2_000_000_000, "")) == (words, meaning)


def test_unusable_file_is_a_card_with_the_reason(page):
    card = card_of(page, "broken")
    assert card.row.entry.info is None
    assert card.row.entry.problem in card.accessibleName()
    assert not action_of(card, "Use as base").isEnabled()
    assert action_of(card, "Remove from the library").isEnabled()


def test_model_is_chosen_as_base_and_as_teacher(page, services, qtbot):
    action_of(card_of(page, "tiny"), "Use as base").trigger()
    assert services.settings.base_model == "tiny"
    qtbot.waitUntil(lambda: card_of(page, "tiny").row.is_base)
    assert not card_of(page, "tiny").row.is_teacher
    action_of(card_of(page, "tiny"), "Use as teacher").trigger()
    qtbot.waitUntil(lambda: card_of(page, "tiny").row.is_teacher)
    assert "teacher_model: tiny" in services.workspace.settings_file.read_text(encoding="utf-8")


def test_card_is_used_by_keys_alone(page, services, qtbot):
    card = card_of(page, "tiny")
    page.activateWindow()
    card.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(card.hasFocus)
    qtbot.keyClick(card, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert services.settings.base_model == "tiny"


def test_details_tell_the_hash_which_is_computed_in_the_background(page, qtbot):
    card = card_of(page, "tiny")
    action_of(card, "Details").trigger()
    assert "being computed" in card.details
    qtbot.waitUntil(lambda: "being computed" not in card.details)
    assert len(card.details.rpartition("SHA-256 ")[2]) == 64
    action_of(card, "Copy SHA-256").trigger()
    qtbot.waitUntil(lambda: len(QGuiApplication.clipboard().text()) == 64)
    action_of(card, "Details").trigger()
    assert card.details == ""


def test_file_is_imported_and_shown(page, services, tmp_path, qtbot):
    file = tmp_path / "another.gguf"
    write_tiny_gguf(file)
    page.import_files([file])
    assert page._header.reason == "Importing…"
    assert not page.import_button.isEnabled()
    qtbot.waitUntil(lambda: any(card.row.entry.name == "another" for card in page.cards))
    assert page.import_button.isEnabled()
    assert "is in the library" in page.notice.text
    assert file.exists()


def test_file_that_is_no_model_is_refused_with_the_reason(page, tmp_path, qtbot):
    file = tmp_path / "picture.gguf"
    file.write_bytes(b"PNG" * 100)
    page.import_files([file])
    qtbot.waitUntil(page.notice.isVisible)
    assert "picture.gguf" in page.notice.text
    assert page.import_button.isEnabled()
    assert not any(card.row.entry.name == "picture" for card in page.cards)


def test_last_copy_is_removed_only_after_a_question(page, services, qtbot, monkeypatch):
    services.save_settings(base_model="tiny")
    asked = []
    monkeypatch.setattr(model_actions, "ask", lambda *words: asked.append(words) or False)
    action_of(card_of(page, "tiny"), "Remove from the library").trigger()
    assert len(asked) == 1
    assert (services.workspace.models / "tiny.gguf").exists()
    monkeypatch.setattr(model_actions, "ask", lambda *words: True)
    action_of(card_of(page, "tiny"), "Remove from the library").trigger()
    assert not (services.workspace.models / "tiny.gguf").exists()
    assert services.settings.base_model == "starter"
    qtbot.waitUntil(lambda: not any(card.row.entry.name == "tiny" for card in page.cards))


def test_linked_file_is_removed_without_a_question(page, tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(model_actions, "ask", lambda *words: pytest.fail("nothing is lost, so nothing is asked"))
    file = tmp_path / "linked.gguf"
    write_tiny_gguf(file)
    page.import_files([file])
    qtbot.waitUntil(lambda: any(card.row.entry.name == "linked" for card in page.cards))
    action_of(card_of(page, "linked"), "Remove from the library").trigger()
    assert file.exists()


def test_adapters_are_listed_and_lead_to_the_chat(page, services, qtbot):
    assert page._no_adapters.isVisible()
    write_adapter(services.workspace, "harrow_cove")
    services.events.adapters_changed.emit()
    qtbot.waitUntil(page.adapters_view.isVisible)
    shown = [page.adapters.index(0, column).data() for column in range(5)]
    assert shown == ["harrow_cove", "SmolLM2 135M Instruct", "53 examples, 1 leaf", "0.412, before 3.02", "9 MB"]
    page.adapters_view.activated.emit(page.adapters.index(0, 0))
    assert page.went == ["chat:harrow_cove"]


def test_table_of_adapters_is_a_sound_model(qtbot, workspace):
    model = AdaptersTable()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    resets = []
    model.modelReset.connect(lambda: resets.append(1))

    def show():
        model.set_adapters(list_adapters(workspace))
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    assert show() == []
    write_adapter(workspace, "first", day=1)
    write_adapter(workspace, "second", day=2)
    assert show() == ["second", "first"]
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    write_adapter(workspace, "third", day=3)
    assert show() == ["third", "second", "first"]
    view.selectRow(2)
    shutil.rmtree(workspace.adapters / "second")
    assert show() == ["third", "first"]
    write_adapter(workspace, "first", day=1, held_out_best=0.2)
    show()
    assert model.index(1, 3).data() == "0.200, before 3.02"
    assert model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole) == str(workspace.adapters / "first")
    assert [model.headerData(n, Qt.Orientation.Horizontal) for n in (-1, 0, 4, 5)] == [None, "Adapter", "Size", None]
    told = len(resets)
    show()
    assert len(resets) == told, "nothing new, so a view keeps its place"
    shutil.rmtree(workspace.adapters)
    assert show() == []
    assert tester is not None


def test_nothing_on_models_is_nameless(page):
    assert nameless_widgets(page) == []

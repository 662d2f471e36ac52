# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Conversations survive on disk whole, and each column is asked its own history."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ilab_core.chats import (
    Answer,
    ChatSettings,
    delete_conversation,
    list_conversations,
    load_conversation,
    new_conversation,
    save_conversation,
)
from ilab_core.errors import WorkspaceError


def two_turns():
    conversation = new_conversation("/models/a.gguf", "harrow_cove", 0.5).asked("Who keeps the light?")
    conversation = conversation.answered("base", Answer("A lighthouse.", "SmolLM2", "stop", 4, 61.5))
    conversation = conversation.answered("tuned", Answer("Ilse Maren — *she* does.", "SmolLM2 + harrow_cove"))
    return conversation.asked("How often?").answered("tuned", Answer("Every nine seconds.", finish_reason="length"))


def test_saved_conversation_comes_back_as_it_was(tmp_path):
    conversation = replace(two_turns(), settings=ChatSettings(0.7, 42, 64))
    saved = save_conversation(tmp_path, conversation)
    loaded = load_conversation(tmp_path / f"{saved.id}.json")
    assert loaded == saved
    assert loaded.turns == conversation.turns
    assert loaded.settings == ChatSettings(0.7, 42, 64)
    assert [path.name for path in tmp_path.iterdir()] == [f"{saved.id}.json"]


def test_each_column_is_asked_its_own_history():
    conversation = two_turns()
    assert [m["content"] for m in conversation.messages("base", "Why?")] == [
        "Who keeps the light?",
        "A lighthouse.",
        "Why?",
    ]
    tuned = conversation.messages("tuned", "Why?")
    assert [m["role"] for m in tuned] == ["user", "assistant", "user", "assistant", "user"]
    assert tuned[3]["content"] == "Every nine seconds."


def test_empty_answers_do_not_break_the_alternation_of_roles():
    conversation = new_conversation().asked("One?").answered("base", Answer(" "))
    assert conversation.messages("base", "Two?") == [{"role": "user", "content": "Two?"}]


def test_list_is_newest_first_and_passes_over_what_is_no_conversation(tmp_path):
    first = save_conversation(tmp_path, new_conversation().asked("First"))
    second = save_conversation(tmp_path, new_conversation().asked("Second"))
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "list.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "later.json").write_text('{"format": 2, "id": "later"}', encoding="utf-8")
    (tmp_path / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    assert [c.id for c in list_conversations(tmp_path)] == [second.id, first.id]
    save_conversation(tmp_path, first)
    assert [c.id for c in list_conversations(tmp_path)] == [first.id, second.id]
    assert list_conversations(tmp_path / "absent") == []


def test_broken_file_is_named_with_a_way_out(tmp_path):
    path = tmp_path / "broken.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"broken\.json") as caught:
        load_conversation(path)
    assert str(tmp_path) in caught.value.hint


def test_a_failed_save_keeps_the_earlier_file(tmp_path, monkeypatch):
    saved = save_conversation(tmp_path, new_conversation().asked("Kept"))

    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(WorkspaceError, match="disk is full"):
        save_conversation(tmp_path, saved.asked("Lost"))
    monkeypatch.undo()
    assert load_conversation(tmp_path / f"{saved.id}.json") == saved


@pytest.mark.parametrize("identifier", ["../outside", "", "a/b", ".hidden", "a" * 90])
def test_no_id_leaves_the_folder(tmp_path, identifier):
    with pytest.raises(WorkspaceError):
        save_conversation(tmp_path, replace(new_conversation(), id=identifier))
    with pytest.raises(WorkspaceError):
        delete_conversation(tmp_path, identifier)


def test_title_is_the_first_question_on_one_short_line():
    assert new_conversation().title == "New chat"
    assert new_conversation().asked("What\nis it?").title == "What is it?"
    assert len(new_conversation().asked("word " * 40).title) <= 60


def test_delete_is_quiet_about_what_is_gone(tmp_path):
    saved = save_conversation(tmp_path, new_conversation())
    delete_conversation(tmp_path, saved.id)
    delete_conversation(tmp_path, saved.id)
    assert list_conversations(tmp_path) == []

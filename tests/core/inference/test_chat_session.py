# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Base and tuned answers on one loaded model, in this process and through the chat worker."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from ilab_core.errors import InferenceError, ModelError
from ilab_core.inference.chat import Answer, ChatSession
from ilab_core.inference.types import Sampling
from ilab_core.jobs.launch import WorkerProcess
from ilab_core.jobs.runs import create_run
from ilab_core.prompting import Message
from ilab_core.training.gguf_adapter import BaseShape, write_gguf
from ilab_core.training.trainer import AdapterWeights
from tiny_gguf import write_tiny_gguf

SECONDS = 30
NEARLY = 0.05  # nats: what another split into batches may change with 16 bit keys and values
# Not a word of it makes the tiny model end its answer at once
QUESTION = "Hello, who is it"


def write_adapter(file: Path, embedding: int = 64, layers: int = 2, heads: int = 4) -> Path:
    random = np.random.default_rng(1)
    modules = {
        f"model.layers.{layer}.self_attn.{name}": (
            random.standard_normal((4, embedding)).astype(np.float32),
            random.standard_normal((outputs, 4)).astype(np.float32),
        )
        for layer in range(layers)
        for name, outputs in (("q_proj", embedding), ("v_proj", embedding // 2))
    }
    write_gguf(file, AdapterWeights(4, 16.0, modules), BaseShape("Tiny", "llama", layers, heads, heads // 2))
    return file


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_adapter(tmp_path_factory.mktemp("adapter") / "adapter.gguf")


@pytest.fixture
def session(tiny_file: Path) -> Iterator[ChatSession]:
    session = ChatSession(tiny_file, context=256, threads=1)
    yield session
    session.close()


def ask(session: ChatSession, tuned: bool, *turns: str, max_tokens: int = 12, on_text=lambda _piece: True) -> Answer:
    messages = [Message(("user", "assistant")[index % 2], turn) for index, turn in enumerate(turns or (QUESTION,))]
    return session.answer(messages, tuned, Sampling(), max_tokens, on_text)


def score(session: ChatSession, tuned: bool) -> list[float]:
    """Return how likely a text is for the base or the tuned model: what the adapter changes, without any luck."""
    return session._engine(tuned).score(tuple(range(20, 80)), [(9, 30, 40, 50, 60)])[0]


def test_the_adapter_changes_tuned_answers_and_no_others(session: ChatSession, adapter: Path):
    base = score(session, tuned=False)
    assert score(session, tuned=True) == pytest.approx(base, abs=NEARLY), "without an adapter both are the base"

    session.set_adapter(adapter)
    tuned = score(session, tuned=True)
    assert max(abs(one - other) for one, other in zip(tuned, base, strict=True)) > 5 * NEARLY
    assert score(session, tuned=False) == pytest.approx(base, abs=NEARLY)

    session.set_adapter(adapter, scale=0.25)
    weaker = score(session, tuned=True)
    assert weaker != pytest.approx(tuned, abs=2 * NEARLY)
    assert weaker != pytest.approx(base, abs=2 * NEARLY)

    session.set_adapter(None)
    assert score(session, tuned=True) == pytest.approx(base, abs=NEARLY), "switched off, nothing of it is left"


def test_an_adapter_counts_alike_before_the_first_answer_and_after(
    tiny_file: Path, session: ChatSession, adapter: Path
):
    fresh = ChatSession(tiny_file, context=256, threads=1)
    fresh.set_adapter(adapter)
    expected = score(fresh, tuned=True)
    fresh.close()
    score(session, tuned=True)
    session.set_adapter(adapter)
    assert score(session, tuned=True) == pytest.approx(expected, abs=NEARLY), "what was computed before is not used"
    assert expected != pytest.approx(score(session, tuned=False), abs=2 * NEARLY)


def test_what_was_computed_with_the_adapter_is_not_used_without_it(session: ChatSession, adapter: Path):
    plain = ask(session, True)
    session.set_adapter(adapter)
    ask(session, True)
    session.set_adapter(None)
    assert ask(session, True).text == plain.text


def test_an_adapter_for_another_model_is_refused_and_the_chosen_one_stays(
    tmp_path: Path, session: ChatSession, adapter: Path
):
    session.set_adapter(adapter)
    tuned = score(session, tuned=True)
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(adapter.read_bytes()[:300])
    others = [write_adapter(tmp_path / "wide.gguf", embedding=96, heads=6), broken, tmp_path / "none.gguf"]
    others.append(write_tiny_gguf(tmp_path / "model.gguf"))
    for other in others:
        with pytest.raises(ModelError) as caught:
            session.set_adapter(other)
        assert caught.value.hint
    assert score(session, tuned=True) == pytest.approx(tuned, abs=NEARLY)


def test_answers_come_piece_by_piece_and_can_be_stopped(session: ChatSession):
    pieces: list[str] = []

    def take_three(piece: str) -> bool:
        pieces.append(piece)
        return len(pieces) < 3

    answer = ask(session, False, max_tokens=60, on_text=take_three)
    assert answer.finish_reason == "cancelled"
    assert len(pieces) == 3
    assert answer.text == "".join(pieces)
    again = ask(session, False, max_tokens=60)
    assert again.text.startswith(answer.text)
    assert again.finish_reason != "cancelled"
    assert again.tokens_per_second > 0


def test_a_long_conversation_loses_its_oldest_turns_and_goes_on(session: ChatSession):
    turns: list[str] = []
    for number in range(12):
        turns.append(f"Question number {number}")
        answer = ask(session, False, *turns, max_tokens=24)
        assert answer.tokens <= 24
        turns.append(f"An answer of some length to question {number}")
    system = Message("system", "Be short.")
    messages = [system, *(Message(("user", "assistant")[index % 2], turn) for index, turn in enumerate(turns[:-1]))]
    tokens = session._fitting(messages, 24)
    text = session._model.vocabulary.detokenize(tokens)
    assert len(tokens) <= 256 - 24
    assert "Be short." in text
    assert turns[-2] in text
    assert "Question number 0" not in text
    assert text.count("user\n") == text.count("An answer") + 1, "a question and its answer go together"


def test_one_message_too_long_is_refused_in_words_and_the_chat_goes_on(session: ChatSession):
    with pytest.raises(InferenceError, match="too long"):
        ask(session, False, "Hello " * 300)
    assert ask(session, False).tokens > 0


def test_a_message_that_fills_the_context_gets_what_room_is_left(session: ChatSession):
    room = 256 - len(session._fitting([Message("user", "")], 1))
    answer = ask(session, False, "z" * (room - 5), max_tokens=100)
    assert answer.tokens <= 5
    assert ask(session, False, "z" * (room - 1), max_tokens=100).tokens <= 1


def test_a_model_that_cannot_chat_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="no chat template"):
        ChatSession(write_tiny_gguf(tmp_path / "tiny.gguf", chat_template=None))
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError):
        ChatSession(tmp_path / "broken.gguf")
    gc.collect()


def test_the_worker_answers_both_columns_stops_and_quits(tmp_path: Path, adapter: Path):
    base = write_tiny_gguf(tmp_path / "tiny.gguf", context=4096)
    run = create_run(tmp_path / "runs", "chat", "Chat", {"base": str(base), "context": 4096, "threads": 1})
    conversation = [{"role": "user", "content": QUESTION}]

    with WorkerProcess(run) as worker:
        events = worker.events(SECONDS)

        def until(*kinds: str) -> list[dict]:
            seen = []
            for event in events:
                if event["event"] in ("token", "answer", "ready", "adapter", "error"):
                    seen.append(event)
                if event["event"] in kinds:
                    return seen
            raise AssertionError(f"the worker ended before {kinds}: {run.log_file.read_text()}")

        assert until("ready")[-1]["context"] == 4096

        worker.send({"command": "adapter", "path": str(adapter), "scale": 1.0})
        assert until("adapter")[-1]["path"] == str(adapter)

        worker.send({"command": "ask", "id": "1", "columns": {"base": conversation, "tuned": conversation},
                     "max_tokens": 30, "seed": 7, "temperature": 0.0})  # fmt: skip
        seen = [*until("answer"), *until("answer")]
        answers = {event["column"]: event for event in seen if event["event"] == "answer"}
        assert set(answers) == {"base", "tuned"}
        for column, answer in answers.items():
            assert answer["id"] == "1"
            assert answer["finish_reason"] in ("stop", "length")
            told = [event["text"] for event in seen if event["event"] == "token" and event["column"] == column]
            assert "".join(told) == answer["text"]
        assert answers["base"]["text"] != answers["tuned"]["text"]

        for scale, column in ((0.0, "base"), (1.0, "tuned")):
            worker.send({"command": "adapter", "path": str(adapter), "scale": scale})
            until("adapter")
            worker.send({"command": "ask", "id": "scaled", "columns": {"tuned": conversation},
                         "max_tokens": 30, "seed": 7, "temperature": 0.0})  # fmt: skip
            assert until("answer")[-1]["text"] == answers[column]["text"], f"at strength {scale} it answers so"

        bad = [
            {"command": "ask", "id": "2"},
            {"command": "ask", "id": "3", "columns": {"base": [{"role": "user"}]}},
            {"command": "ask", "id": "4", "columns": {"base": ["words"]}},
            {"command": "ask", "id": "5", "columns": {"base": conversation}, "max_tokens": "many"},
            {"command": "ask", "id": "6", "columns": {"base": [{"role": "user", "content": "long " * 4000}]}},
            {"command": "dance", "id": "7"},
            {"no": "command", "id": "8"},
            {"command": "adapter", "id": "9", "path": str(base)},
        ]
        for command in bad:
            worker.send(command)
            error = until("error", "answer")[-1]
            assert error["event"] == "error", command
            assert error["id"] == command["id"]
            assert error["summary"]

        worker.send({"command": "ask", "id": "10", "columns": {"base": conversation, "tuned": conversation},
                     "max_tokens": 3900, "temperature": 1.5, "seed": 1})  # fmt: skip
        until("token")
        worker.send({"command": "stop"})
        stopped = until("answer")[-1]
        assert (stopped["id"], stopped["column"], stopped["finish_reason"]) == ("10", "base", "cancelled")
        assert stopped["tokens"] < 3900

        worker.send({"command": "stop"})
        worker.send({"command": "ask", "id": "11", "columns": {"tuned": conversation}, "max_tokens": 30})
        answer = until("answer")[-1]
        assert (answer["id"], answer["text"]) == ("11", answers["tuned"]["text"])

        worker.send({"command": "quit"})
        rest = list(events)
        assert worker.wait(SECONDS) == 0
    assert [event["state"] for event in rest if event["event"] == "state"] == ["done"]
    assert run.view().result == {"summary": "Gave 6 answers."}

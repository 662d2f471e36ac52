# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`ilab-desktop model …` as it is typed, on a tiny model."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ilab_core.cli.main import main
from ilab_core.generation.samples import Sample, SampleStore
from tiny_gguf import write_tiny_gguf

needs_torch = pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="torch is not installed")


class CommandLine:
    """Types commands on one workspace and keeps what they printed."""

    def __init__(self, workspace: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.workspace = workspace
        self._capture = capture
        self.out = ""
        self.error = ""

    def __call__(self, *words: str | Path) -> int:
        code = main(["--workspace", str(self.workspace), "model", *map(str, words)])
        self.out, self.error = self._capture.readouterr()
        return code

    def json(self, *words: str | Path) -> Any:
        assert self(*words, "--json") == 0, self.error
        return json.loads(self.out)


@pytest.fixture
def model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(tmp_path / "workspace", capsys)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny_gguf(tmp_path / "Tiny.gguf", file_type="BF16")


def generated(folder: Path) -> Path:
    folder.mkdir()
    leaf = "knowledge/places/harrow"
    seeds = [{"context": "", "question": "What is Harrow?", "answer": "A cove."}]
    leaves = [{"name": leaf, "kind": "knowledge", "commit": "", "sha256": "", "created_by": "", "seeds": seeds}]
    (folder / "leaves.json").write_text(json.dumps(leaves), encoding="utf-8")
    store = SampleStore(folder / "samples.db")
    for number in range(8):
        question, answer = f"What is number {number}?", f"It is the cove {number}."
        made = Sample(
            f"key{number}", leaf, "knowledge", question, answer, status="kept", stage="kept", created="2026-01-01"
        )
        store.add(made)
    store.close()
    return folder


def test_a_model_is_imported_listed_inspected_and_removed(model: CommandLine, tiny: Path) -> None:
    document = model.json("import", tiny)
    assert (document["name"], document["built_in"], document["problem"]) == ("Tiny", False, "")
    assert document["info"]["quantization"] == "BF16"
    listed = {entry["name"]: entry for entry in model.json("list")["models"]}
    assert listed["Tiny"] == document
    assert model("list") == 0
    assert "Tiny test model" in model.out
    assert model("remove", "Tiny") == 0
    assert "Tiny" in model.out
    assert "Tiny" not in {entry["name"] for entry in model.json("list")["models"]}
    assert tiny.is_file()


def test_a_copy_is_a_file_of_its_own(model: CommandLine, tiny: Path) -> None:
    assert model("import", "--copy", tiny) == 0
    assert "is in the library as Tiny" in model.out
    copy = model.workspace / "models" / "Tiny.gguf"
    assert copy.read_bytes() == tiny.read_bytes()
    assert not copy.samefile(tiny)


def test_inspect_says_what_a_file_is_without_making_a_workspace(model: CommandLine, tiny: Path) -> None:
    document = model.json("inspect", tiny)
    assert (document["name"], document["architecture"], document["path"]) == ("Tiny test model", "llama", str(tiny))
    assert (document["trainable"], document["chattable"], document["limits"]) == (True, True, [])
    assert {purpose: fit["verdict"] for purpose, fit in document["fits"].items()} == {
        "chat": "fits",
        "teaching": "fits",
        "training": "fits",
    }
    assert model("inspect", tiny) == 0
    assert "free." in model.out
    assert not model.workspace.exists()


def test_a_broken_file_in_the_library_is_listed_with_its_problem(model: CommandLine, tiny: Path) -> None:
    assert model("import", "--copy", tiny) == 0
    (model.workspace / "models" / "broken.gguf").write_bytes(tiny.read_bytes()[:999])
    listed = {entry["name"]: entry for entry in model.json("list")["models"]}
    assert listed["broken"]["info"] is None
    assert "cut short" in listed["broken"]["problem"]
    assert model("list") == 0
    assert "cannot be used" in model.out
    assert "cut short" in model.error


@pytest.mark.parametrize("command", [("inspect",), ("import",), ("import", "--copy")])
def test_a_bad_file_is_one_sentence_and_exit_code_one(
    model: CommandLine, tiny: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(tiny.read_bytes()[:-1])
    assert model(*command, cut) == 1
    assert "cut short" in model.error
    assert model(*command, tmp_path) == 1
    assert "is a folder" in model.error
    assert model(*command, tmp_path / "absent.gguf") == 1
    assert "There is no" in model.error
    assert model.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("train", "--data", "d", "--base", "b", "--out", "o", "--epochs", "0"),
        ("train", "--data", "d", "--base", "b", "--out", "o", "--rank", "many"),
        ("train", "--data", "d", "--base", "b", "--out", "o", "--learning-rate", "nan"),
        ("train", "--data", "d", "--base", "b", "--out", "o", "--preset", "heroic"),
        ("train", "--base", "b", "--out", "o"),
        ("chat", "--model", "b", "--temperature", "-1"),
        ("chat", "--model", "b", "--max-tokens", "0"),
        ("chat", "--model", "b", "--json"),
        ("inspect",),
    ],
)
def test_wrong_usage(model: CommandLine, words: tuple[str, ...]) -> None:
    assert model(*words) == 2
    assert model.error


def test_chat_refuses_before_it_loads_anything(model: CommandLine, tiny: Path, tmp_path: Path) -> None:
    mute = write_tiny_gguf(tmp_path / "mute.gguf", chat_template=None)
    assert model("chat", "--model", mute, "--message", "Hello") == 1
    assert "no chat template" in model.error
    assert model("chat", "--model", "nothing", "--message", "Hello") == 1
    assert "There is no model" in model.error
    assert model("chat", "--model", tiny, "--adapter", tmp_path, "--message", "Hello") == 1
    assert "no adapter in" in model.error
    assert model("chat", "--model", tiny, "--adapter", tiny, "--message", "Hello") == 1
    assert "is a model, not an adapter" in model.error


def test_one_question_gives_one_document_and_the_same_seed_the_same_answer(model: CommandLine, tiny: Path) -> None:
    question = ("chat", "--model", tiny, "--message", "Hello", "--max-tokens", "6", "--temperature", "1")
    first = model.json(*question, "--seed", "7")
    assert set(first) == {"model", "adapter", "message", "answer", "finish_reason", "tokens", "seed"}
    assert (first["model"], first["adapter"], first["message"], first["seed"]) == (str(tiny), None, "Hello", 7)
    assert first["tokens"] == 6
    assert first["finish_reason"] == "length"
    assert model.json(*question, "--seed", "7") == first
    assert model.json(*question, "--seed", "8")["answer"] != first["answer"]
    assert model(*question, "--seed", "7") == 0
    assert model.out.strip() == first["answer"].strip()


def test_a_conversation_ends_with_the_input(model: CommandLine, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Hello\n\nAnd then?\n"))
    assert model("chat", "--model", tiny, "--max-tokens", "3", "--system", "Be brief.") == 0
    assert model.out.count("\n") >= 2


def test_training_refuses_before_any_work(model: CommandLine, tiny: Path, tmp_path: Path) -> None:
    data = generated(tmp_path / "data")
    out = tmp_path / "out"
    foreign = write_tiny_gguf(tmp_path / "foreign.gguf", architecture="mystery")
    assert model("train", "--data", data, "--base", foreign, "--out", out) == 1
    assert "architecture is mystery" in model.error
    assert model("train", "--data", tmp_path, "--base", tiny, "--out", out) == 1
    assert "no generated data in" in model.error
    assert not out.exists()


@pytest.mark.torch
@needs_torch
def test_train_resumes_and_its_adapter_is_chatted_with(model: CommandLine, tiny: Path, tmp_path: Path) -> None:
    data, out = generated(tmp_path / "data"), tmp_path / "out"
    command = ("train", "--data", data, "--base", tiny, "--out", out, "--max-steps", "4", "--learning-rate", "0.05")
    document = model.json(*command)
    assert document["out"] == str(out)
    assert document["summary"]
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["request"]["max_steps"] == 4
    assert (out / "adapter" / "adapter.gguf").is_file()
    assert model(*command) == 0
    assert model(*command, "--seed", "1") == 1
    assert "already holds another run" in model.error
    question = ("chat", "--model", tiny, "--message", "Hello", "--max-tokens", "6")
    plain = model.json(*question)["answer"]
    adapter = str(out / "adapter" / "adapter.gguf")
    for place in (out, out / "adapter", out / "adapter" / "adapter.gguf"):
        tuned = model.json(*question, "--adapter", place)
        assert tuned["adapter"] == adapter
        assert tuned["answer"] != plain

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""`data generate | show | export` on a taxonomy that the program has never seen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pygit2
import pytest
from ilab_core.cli.main import main
from ilab_core.generation import judges
from ilab_core.generation.samples import FILE_NAME, Sample, SampleStore
from tiny_gguf import write_tiny_gguf

TOWER = "compositional_skills/towers"
BOATS = "compositional_skills/sea/boats"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILAB_DESKTOP_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("teacher") / "teacher.gguf", context=4096)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "someone else's tree"
    for name in (TOWER, BOATS):
        (root / name).mkdir(parents=True)
        (root / name / "qna.yaml").write_text(
            f"version: 2\ncreated_by: someone\ntask_description: Talk about {name}\nseed_examples:\n"
            + "".join(f"  - question: Which {name} is number {n}?\n    answer: It is {n}.\n" for n in ("one", "two")),
            encoding="utf-8",
        )
    return root


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """Put a job in the place of generation that stores one kept and one rejected sample; return the requests it got."""
    requests: list[dict] = []

    def run(context) -> dict:
        requests.append(dict(context.request))
        context.emit(
            "progress", phase="Writing", done=1, total=2, unit="samples", rate=None, seconds_left=None, message=""
        )
        store = SampleStore(context.folder / FILE_NAME)
        for status, reason in (("kept", ""), ("rejected", "Too short")):
            key = f"a#{len(store.keys())}"
            sample = store.add(Sample(key, TOWER, "skill", question=f"Où {key}?", answer="Là."))
            store.decide(sample.id, status, "kept" if status == "kept" else "judged", reason)
        store.close()
        return {"summary": "Kept 1 of 2 samples.", "kept": 1}

    monkeypatch.setattr("ilab_core.generation.runner.run", run)
    return requests


def generate(tree: Path, teacher: Path, out: Path, *more: str) -> int:
    return main(["data", "generate", "--taxonomy", str(tree), "--teacher", str(teacher), "--out", str(out), *more])


def told(capsys: pytest.CaptureFixture) -> tuple[str, str]:
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_generate_show_and_export(tmp_path: Path, tree: Path, teacher: Path, handler: list, capsys):
    out = tmp_path / "out"
    assert generate(tree, teacher, out, "--samples", "2", "--seed", "5", "--json") == 0
    printed, progress = told(capsys)
    assert json.loads(printed) == {"out": str(out), "summary": "Kept 1 of 2 samples.", "kept": 1}
    assert "1 of 2 samples" in progress
    assert handler == [
        {
            "taxonomy": str(tree),
            "leaves": [BOATS, TOWER],
            "teacher": str(teacher),
            "samples": 2,
            "seed": 5,
            "documents": None,
        }
    ]

    assert main(["data", "show", str(out), "--json"]) == 0
    shown = json.loads(told(capsys)[0])
    assert shown["funnel"] == {"generated": 2, "parsed": 2, "unique": 2, "judged": 2, "kept": 1}
    assert shown["reasons"] == {"Too short": 1}
    assert [(sample["question"], sample["status"]) for sample in shown["samples"]] == [
        ("Où a#0?", "kept"),
        ("Où a#1?", "rejected"),
    ]
    assert main(["data", "show", str(out)]) == 0
    printed, _ = told(capsys)
    assert "Too short" in printed
    assert printed.split()[:2] == ["generated", "2"]

    file = tmp_path / "kept.jsonl"
    assert main(["data", "export", str(out), "--out", str(file), "--json"]) == 0
    assert json.loads(told(capsys)[0]) == {"out": str(file), "samples": 1}
    (row,) = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert row["messages"][0] == {"role": "user", "content": "Où a#0?"}


def test_without_json_a_sentence_and_the_next_step(tmp_path: Path, tree: Path, teacher: Path, handler: list, capsys):
    assert generate(tree, teacher, tmp_path / "out") == 0
    printed, progress = told(capsys)
    assert printed == "Kept 1 of 2 samples.\n"
    assert f"data show {tmp_path / 'out'}" in progress
    assert main(["data", "export", str(tmp_path / "out"), "--out", str(tmp_path / "a.jsonl")]) == 0
    assert told(capsys)[0].startswith("1 samples are in")


@pytest.mark.parametrize(
    ("path", "more", "leaves"),
    [
        ("", [], [BOATS, TOWER]),
        ("", ["--leaf", TOWER], [TOWER]),
        ("", ["--leaf", TOWER, "--leaf", BOATS, "--leaf", TOWER], [TOWER, BOATS]),
        ("compositional_skills/sea", [], [BOATS]),
        (TOWER, [], [TOWER]),
        (f"{TOWER}/qna.yaml", [], [TOWER]),
    ],
)
def test_the_leaves_that_were_meant(
    tmp_path: Path, tree: Path, teacher: Path, handler: list, path: str, more: list[str], leaves: list[str]
):
    assert generate(tree / path, teacher, tmp_path / "out", *more) == 0
    assert handler[0]["leaves"] == leaves
    assert handler[0]["taxonomy"] == str(tree)


def test_a_base_takes_only_the_leaves_that_differ_from_it(
    tmp_path: Path, tree: Path, teacher: Path, handler: list, capsys
):
    assert generate(tree, teacher, tmp_path / "all", "--base", "empty") == 0
    assert handler[0]["leaves"] == [BOATS, TOWER]
    repository = pygit2.init_repository(str(tree), initial_head="main")
    repository.index.add_all()
    author = pygit2.Signature("Tests", "tests@localhost")
    repository.create_commit("HEAD", author, author, "All", repository.index.write_tree(), [])
    told(capsys)
    assert generate(tree, teacher, tmp_path / "none", "--base", "main") == 1
    assert "No leaf there differs from main" in told(capsys)[1]
    with (tree / TOWER / "qna.yaml").open("a") as file:
        file.write("  - question: One more?\n    answer: Yes.\n")
    assert generate(tree, teacher, tmp_path / "changed", "--base", "main") == 0
    assert handler[1]["leaves"] == [TOWER]
    assert generate(tree, teacher, tmp_path / "other", "--base", "nowhere") == 1
    assert "nowhere" in told(capsys)[1]


@pytest.mark.parametrize(
    ("more", "samples"),
    [
        ([], 60),
        (["--pipeline", "full"], 60),
        (["--pipeline", "quick"], 10),
        (["--pipeline", "quick", "--leaf", TOWER], 5),
        (["--pipeline", "quick", "--samples", "3"], 3),
    ],
)
def test_a_pipeline_is_a_taste_or_enough_to_train_on(
    tmp_path: Path, tree: Path, teacher: Path, handler: list, more: list[str], samples: int
):
    assert generate(tree, teacher, tmp_path / "out", *more) == 0
    assert handler[0]["samples"] == samples


def test_the_same_again_resumes_and_another_wish_is_refused(
    tmp_path: Path, tree: Path, teacher: Path, handler: list, capsys
):
    assert generate(tree, teacher, tmp_path / "out") == 0
    assert generate(tree, teacher, tmp_path / "out") == 0
    assert handler[0] == handler[1]
    assert generate(tree, teacher, tmp_path / "out", "--samples", "7") == 1
    assert "another run" in told(capsys)[1]
    assert len(handler) == 2


def test_what_cannot_be_done_ends_with_one_and_a_sentence(
    tmp_path: Path, tree: Path, teacher: Path, handler: list, capsys
):
    untaught = write_tiny_gguf(tmp_path / "plain.gguf", chat_template=None)
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.gguf").write_bytes(b"GGUF")
    out = tmp_path / "out"
    for arguments, says in (
        ((tree, teacher, out, "--leaf", "compositional_skills/nothing"), "no leaf compositional_skills/nothing"),
        ((tmp_path / "empty", teacher, out), "no leaf in"),
        ((tmp_path / "nowhere", teacher, out), "does not exist"),
        ((tree, tmp_path / "none.gguf", out), "none.gguf"),
        ((tree, tmp_path / "broken.gguf", out), "broken.gguf"),
        ((tree, untaught, out), "chat template"),
        ((tree, teacher, teacher), "needs a folder"),
        ((tree, teacher, tree), "is not empty"),
    ):
        assert generate(*arguments, "--json") == 1
        printed, sentence = told(capsys)
        assert printed == ""
        assert says in sentence
        assert "Traceback" not in sentence
    assert handler == []
    assert not out.exists()


def test_show_and_export_need_a_run_and_leave_nothing_behind(tmp_path: Path, capsys):
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / FILE_NAME).write_bytes(b"noise" * 500)
    for folder, says in ((tmp_path, "no generated data"), (tmp_path / "no", "no generated data"),
                         (tmp_path / "noise", "could not be read")):  # fmt: skip
        for words in (["show", str(folder), "--json"], ["export", str(folder), "--out", str(tmp_path / "x.jsonl")]):
            assert main(["data", *words]) == 1
            printed, sentence = told(capsys)
            assert printed == ""
            assert says in sentence
    assert not (tmp_path / FILE_NAME).exists()
    assert not (tmp_path / "x.jsonl").exists()


def test_an_export_that_cannot_be_written_says_so(tmp_path: Path, tree: Path, teacher: Path, handler: list, capsys):
    assert generate(tree, teacher, tmp_path / "out") == 0
    told(capsys)
    (tmp_path / "file").write_text("kept")
    for target in (tmp_path / "out", tmp_path / "file" / "x.jsonl"):
        assert main(["data", "export", str(tmp_path / "out"), "--out", str(target)]) == 1
        assert "Traceback" not in told(capsys)[1]
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize(
    "words",
    [
        ["generate"],
        ["generate", "--taxonomy", "t", "--teacher", "m", "--out", "o", "--samples", "0"],
        ["generate", "--taxonomy", "t", "--teacher", "m", "--out", "o", "--samples", "many"],
        ["generate", "--taxonomy", "t", "--teacher", "m", "--out", "o", "--seed", "-1"],
        ["generate", "--taxonomy", "t", "--teacher", "m", "--out", "o", "--pipeline", "llama"],
        ["show"],
        ["export", "d"],
        ["import", "d"],
    ],
)
def test_wrong_usage_ends_with_two(words: list[str], capsys):
    assert main(["data", *words]) == 2
    printed, usage = told(capsys)
    assert printed == ""
    assert "usage:" in usage


def test_a_real_run_whose_teacher_writes_noise_fails_with_the_reasons(
    tmp_path: Path, tree: Path, teacher: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    real = judges.calibrate
    monkeypatch.setattr(judges, "calibrate", lambda right, wrong: replace(real(right, wrong), threshold=1000.0))
    out = tmp_path / "out"
    assert generate(tree, teacher, out, "--samples", "1", "--leaf", TOWER, "--json") == 1
    printed, sentence = told(capsys)
    assert printed == ""
    assert "samples could be kept" in sentence
    assert main(["data", "show", str(out), "--json"]) == 0
    shown = json.loads(told(capsys)[0])
    assert shown["funnel"]["generated"] == len(shown["samples"]) == sum(shown["reasons"].values()) > 0
    assert shown["funnel"]["kept"] == 0

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Draft runs: from a document or a description to suggestions in the run folder, and never into the leaf."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from generation_helpers import DOCUMENT, PLACE, SKILL
from ilab_core.errors import DocumentError, GenerationError, IlabError
from ilab_core.generation import drafter
from ilab_core.generation.parsing import ParsedReply
from ilab_core.generation.suggestions import Drafted, Suggestion, read_drafted, write_drafted
from ilab_core.jobs.launch import WorkerProcess
from ilab_core.jobs.local import run_here
from ilab_core.jobs.runs import RunFolder, create_run
from ilab_core.models.library import starter_path
from ilab_core.taxonomy.advice import MAX_CONTEXT_WORDS, words
from ilab_core.taxonomy.editing import new_leaf_text
from ilab_core.taxonomy.leaf import DocumentReference, QuestionAnswer, SeedExample
from ilab_core.taxonomy.starter import install_starter

SECONDS = 60
HARROW_COVE = "knowledge/places/harrow_cove"
LONG = "The ferry to Tull sails on {day} from the old pier, carries {count} people and their bees, and is never late."
DAYS = ("Monday", "Tuesday", "Friday", "Sunday")


def draft_request(taxonomy: Path, teacher: Path, leaf: str = PLACE, **changes: Any) -> dict[str, Any]:
    request = {"taxonomy": str(taxonomy), "leaf": leaf, "teacher": str(teacher), "examples": 3, "seed": 1}
    return {**request, "documents": None, "description": "", "threads": None, **changes}


def new_run(folder: Path, request: dict[str, Any]) -> RunFolder:
    return create_run(folder / "runs", "draft", "Draft", request, seed=request["seed"])


def text_of(leaf: Path) -> str:
    return (leaf / "qna.yaml").read_text(encoding="utf-8")


@pytest.fixture
def ferries(taxonomy: Path) -> Path:
    """The taxonomy with a document of four passages that could be contexts."""
    sections = [f"## {day}\n\n{LONG.format(day=day, count=count)}" for count, day in enumerate(DAYS, 10)]
    (taxonomy / PLACE / "cove.md").write_text("# Ferries\n\n" + "\n\n".join(sections) + "\n", encoding="utf-8")
    return taxonomy


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a question and an answer out of whatever the teacher writes, and find nothing weak in them."""
    count = iter(range(10_000))

    def read(_text: str) -> ParsedReply:
        number = next(count)
        return ParsedReply(f"What is {number}?", f"It is {number} and {number * 7}.")

    monkeypatch.setattr(drafter, "parse_reply", read)
    monkeypatch.setattr(drafter.Drafter, "_weakness", lambda *_: "")
    monkeypatch.setattr("ilab_core.generation.writing.Written.cut_off", False)


@pytest.mark.usefixtures("lenient")
def test_suggestions_are_passages_with_three_questions_and_the_leaf_stays_as_it_was(
    tmp_path: Path, ferries: Path, tiny_teacher: Path
):
    before = text_of(ferries / PLACE)
    run = new_run(tmp_path, draft_request(ferries, tiny_teacher))
    events: list[dict[str, Any]] = []
    result = run_here(run, events.append)
    found = read_drafted(run.path).suggestions
    document = (ferries / PLACE / "cove.md").read_text(encoding="utf-8")

    assert result["suggestions"] == 3
    assert [suggestion.number for suggestion in found] == [1, 2, 3]
    for suggestion in found:
        assert document[suggestion.start : suggestion.end] == suggestion.example.context
        assert "#" not in suggestion.example.context
        assert len(suggestion.example.pairs) == 3
    assert len({suggestion.start for suggestion in found}) == 3
    assert [event["number"] for event in events if event["event"] == "suggestion"] == [1, 2, 3]
    assert text_of(ferries / PLACE) == before


@pytest.mark.usefixtures("lenient")
def test_what_the_leaf_or_a_suggestion_has_is_not_proposed_again(tmp_path: Path, ferries: Path, tiny_teacher: Path):
    monday, tuesday = (LONG.format(day=day, count=count) for count, day in enumerate(DAYS[:2], 10))
    own = new_leaf_text(
        "knowledge",
        examples=[SeedExample(monday.replace(" sails", "\nsails"), (QuestionAnswer("When?", "Monday."),))],
        document=DocumentReference("local", "local", ("cove.md",)),
    )
    run = new_run(tmp_path, draft_request(ferries, tiny_teacher, text=own, avoid=[tuesday], examples=4))
    result = run_here(run, lambda _event: None)
    contexts = {suggestion.example.context for suggestion in read_drafted(run.path).suggestions}
    assert contexts == {LONG.format(day=day, count=count) for count, day in list(enumerate(DAYS, 10))[2:]}
    assert result["summary"] == "Drafted 2 of 4 examples: there was nothing else usable."


@pytest.mark.usefixtures("lenient")
def test_a_run_that_was_broken_off_goes_on_after_the_last_passage_it_tried(
    tmp_path: Path, ferries: Path, tiny_teacher: Path
):
    run = new_run(tmp_path, draft_request(ferries, tiny_teacher, examples=4))
    kept = Suggestion(1, SeedExample("Kept.", (QuestionAnswer("Who?", "He."),)), "cove.md", 0, 5)
    write_drafted(run.path, Drafted((kept,), tried=2))
    run_here(run, lambda _event: None)
    drafted = read_drafted(run.path)
    assert drafted.suggestions[0] == kept
    assert len(drafted.suggestions) == 3
    assert drafted.tried == 4


@pytest.mark.usefixtures("lenient")
def test_a_skill_is_drafted_from_one_line(tmp_path: Path, taxonomy: Path, tiny_teacher: Path):
    text = new_leaf_text("skill", task_description="")
    request = draft_request(taxonomy, tiny_teacher, SKILL, text=text, description="Name a rhyme", examples=2)
    run = new_run(tmp_path, request)
    run_here(run, lambda _event: None)
    found = read_drafted(run.path).suggestions
    assert [len(suggestion.example.pairs) for suggestion in found] == [1, 1]
    assert all(suggestion.document == "" for suggestion in found)


def test_noise_is_nothing_usable_and_the_error_says_why(tmp_path: Path, taxonomy: Path, tiny_teacher: Path):
    (taxonomy / PLACE / "cove.md").write_text(LONG.format(day="Monday", count=9), encoding="utf-8")
    run = new_run(tmp_path, draft_request(taxonomy, tiny_teacher))
    with pytest.raises(GenerationError, match=r"The teacher wrote nothing usable: .+ \([0-9]+\)") as raised:
        run_here(run, lambda _event: None)
    assert "larger teacher" in raised.value.hint
    assert read_drafted(run.path).tried == 1
    assert run.state() == "failed"


@pytest.mark.parametrize(
    ("document", "leaf", "text", "expected", "sentence"),
    [
        (None, PLACE, None, DocumentError, "The document of .* is not on this computer"),
        ("# Only\n\n- a\n- list\n", PLACE, None, GenerationError, "no passage that could be a context"),
        (DOCUMENT, SKILL, "version: 3\n", GenerationError, "does not say what the skill is"),
        (DOCUMENT, SKILL, "a: [", IlabError, "line 1"),
    ],
)
def test_what_there_is_nothing_to_draft_from_says_so(
    tmp_path: Path, taxonomy: Path, tiny_teacher: Path, document: str | None, leaf: str, text: str | None,
    expected: type[IlabError], sentence: str,
):  # fmt: skip
    file = taxonomy / PLACE / "cove.md"
    file.unlink() if document is None else file.write_text(document, encoding="utf-8")
    run = new_run(tmp_path, draft_request(taxonomy, tiny_teacher, leaf, text=text))
    with pytest.raises(expected, match=sentence):
        run_here(run, lambda _event: None)


def test_every_passage_taken_says_so(tmp_path: Path, ferries: Path, tiny_teacher: Path):
    taken = [LONG.format(day=day, count=count) for count, day in enumerate(DAYS, 10)]
    run = new_run(tmp_path, draft_request(ferries, tiny_teacher, avoid=taken))
    with pytest.raises(GenerationError, match="Every passage of the document is in an example"):
        run_here(run, lambda _event: None)


def test_a_cancel_is_obeyed_within_three_seconds(tmp_path: Path, ferries: Path, tiny_teacher: Path):
    run = new_run(tmp_path, draft_request(ferries, tiny_teacher))
    with WorkerProcess(run) as worker:
        for event in worker.events(SECONDS):
            if event["event"] == "progress" and event["phase"] == "Writing questions":
                break
        began = time.monotonic()
        worker.cancel(seconds=30)
        states = [event["state"] for event in worker.events(SECONDS) if event["event"] == "state"]
        assert time.monotonic() - began < 3
        assert worker.wait(SECONDS) == 130
    assert states[-1] == "cancelled"


@pytest.mark.models
@pytest.mark.skipif(starter_path() is None, reason="the starter model is not installed")
def test_the_starter_model_drafts_from_the_starter_document(tmp_path: Path):
    taxonomy = tmp_path / "taxonomy"
    install_starter(taxonomy)
    document = (taxonomy / HARROW_COVE / "harrow_cove.md").read_text(encoding="utf-8")
    text = new_leaf_text(
        "knowledge",
        domain="Places",
        document_outline="Harrow Cove, a harbour village",
        document=DocumentReference("local", "local", ("harrow_cove.md",)),
    )
    run = new_run(tmp_path, draft_request(taxonomy, starter_path(), HARROW_COVE, text=text, examples=5))
    run_here(run, lambda _event: None)
    good = [
        suggestion
        for suggestion in read_drafted(run.path).suggestions
        if document[suggestion.start : suggestion.end] == suggestion.example.context
        and len(suggestion.example.pairs) == 3
        and all(pair.question and pair.answer for pair in suggestion.example.pairs)
        and len(words(suggestion.example.context)) <= MAX_CONTEXT_WORDS
    ]
    assert len(good) >= 3
    assert len({suggestion.start for suggestion in good}) == len(good)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Leaves to test with, and the corpus of real ones where it is at hand."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from ilab_core.taxonomy.editing import new_leaf_text
from ilab_core.taxonomy.leaf import DocumentReference, QuestionAnswer, SeedExample

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    """Let no test use or fill the cache of the person who runs it."""
    monkeypatch.setenv("ILAB_DESKTOP_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """The folder of real leaves, and what instructlab-schema says of each: valid, invalid or unreadable."""
    if not (CORPUS / "expected.json").is_file():
        pytest.skip("the corpus of real leaves is not beside the repository")
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(CORPUS / "taxonomy-history.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder, json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def knowledge_text():
    """A valid knowledge leaf without warnings."""
    examples = [
        SeedExample(
            f"Tower number {n} is {n * 10} metres high.\nIt was built in {1900 + n} by keeper {n}.",
            tuple(
                QuestionAnswer(f"What is the {thing} of tower {n}?", f"The {thing} of tower number {n} is {n * m}.")
                for m, thing in enumerate(("height", "year", "keeper"), 10)
            ),
        )
        for n in range(1, 6)
    ]
    return new_leaf_text(
        "knowledge",
        created_by="someone",
        domain="Towers",
        document_outline="A list of towers.",
        examples=examples,
        document=DocumentReference("local", "local", ("towers.md",)),
    )


@pytest.fixture
def skill_text():
    """A valid skill leaf without warnings, written by hand with comments and several styles."""
    return """\
# Written by hand.
version: 3
created_by: 'someone'  # me
task_description: Count the letters of a word.
seed_examples:
  # The first one.
  - question: How many letters has "one"?
    answer: >
      The word has
      three letters.

  - question: |
      How many letters has "two"?
    answer: "Three: t, w, o."

  # The third one.
  - question: How many letters has three?
    answer: Five.
  - question: How many letters has four?
    answer: |-
      Four.
  - {question: 'How many letters has five?', answer: Four}
"""


ATTRIBUTION = "Title of work: A\nLink to work: a.md\nRevision: 1\nLicense of the work: MIT\nCreator names: me\n"


@pytest.fixture
def write_leaf(tmp_path):
    """A function that writes a leaf and its attribution below a fresh taxonomy and returns its file."""

    def write(name, content):
        path = tmp_path / "taxonomy" / name / "qna.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name("attribution.txt").write_text(ATTRIBUTION, encoding="utf-8")
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8", newline="")
        return path

    return write

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A leaf is checked against what lies around it: its document and its attribution."""

from __future__ import annotations

import pytest
from ilab_core.taxonomy.checking import check_file, check_text, is_valid
from ilab_core.taxonomy.editing import set_field
from ilab_core.taxonomy.reader import parse_leaf
from ilab_core.taxonomy.surroundings import Surroundings

URL = "https://github.com/someone/towers"


@pytest.fixture
def leaf(write_leaf, knowledge_text):
    """A knowledge leaf with its document and its attribution beside it."""
    path = write_leaf("knowledge/towers", knowledge_text)
    contexts = [example.context for example in parse_leaf(knowledge_text, path).seed_examples]
    (path.parent / "towers.md").write_text("# Towers\n\n" + "\n\n".join(contexts) + "\n", encoding="utf-8")
    return path


def found(problems):
    return [(problem.code, problem.field) for problem in problems]


def test_a_complete_leaf_has_no_warnings(leaf):
    assert check_file(leaf) == []


def test_white_space_and_marks_do_not_matter(leaf):
    document = leaf.parent / "towers.md"
    text = document.read_text(encoding="utf-8").replace(" metres", "\n  **metres**").replace("tower", "[tower](a.html)")
    document.write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert check_file(leaf) == []


def test_a_context_that_left_its_document_is_told(leaf):
    document = leaf.parent / "towers.md"
    document.write_text(document.read_text(encoding="utf-8").replace("20 metres", "21 metres"), encoding="utf-8")
    problems = check_file(leaf)
    assert found(problems) == [("context-off-document", "seed_examples[1].context")]
    assert problems[0].message == "The context in seed example 2 does not occur in towers.md."
    assert is_valid(problems)
    lines = leaf.read_text(encoding="utf-8").split("\n")
    assert "20 metres" in "".join(lines[problems[0].line - 1 : problems[0].line + 1])


def test_a_context_may_be_in_any_of_the_documents(leaf):
    first = leaf.parent / "towers.md"
    text = first.read_text(encoding="utf-8")
    middle = text.index("Tower number 3")
    first.write_text(text[:middle], encoding="utf-8")
    (leaf.parent / "more.md").write_text(text[middle:], encoding="utf-8")
    assert len(check_file(leaf)) == 3
    leaf.write_text(set_field(leaf.read_text(encoding="utf-8"), "document.patterns", ["*.md"]), encoding="utf-8")
    assert check_file(leaf) == []


def test_a_document_that_is_not_here_is_told_with_the_way_out(leaf):
    (leaf.parent / "towers.md").unlink()
    [problem] = check_file(leaf)
    assert (problem.code, problem.severity) == ("document-unreachable", "warning")
    assert problem.message == "No file beside this leaf is named towers.md."
    leaf.write_text(set_field(leaf.read_text(encoding="utf-8"), "document.repo", URL), encoding="utf-8")
    [problem] = check_file(leaf)
    assert URL in problem.message
    assert "has not been fetched" in problem.message
    assert problem.fix
    assert leaf.read_text(encoding="utf-8").split("\n")[problem.line - 1].strip().startswith("patterns:")


def test_the_workspaces_documents_count(leaf, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    (leaf.parent / "towers.md").rename(documents / "towers.md")
    assert found(check_file(leaf)) == [("document-unreachable", "document.patterns")]
    assert check_file(leaf, documents) == []


def test_a_document_that_cannot_be_read_is_not_compared(leaf):
    (leaf.parent / "towers.md").rename(leaf.parent / "towers.pdf")
    leaf.write_text(leaf.read_text(encoding="utf-8").replace("towers.md", "towers.pdf"), encoding="utf-8")
    assert check_file(leaf) == []


def test_a_document_that_changes_is_read_again(leaf):
    document = leaf.parent / "towers.md"
    text = document.read_text(encoding="utf-8")
    assert check_file(leaf) == []
    document.write_text("Nothing.", encoding="utf-8")
    assert len(check_file(leaf)) == 5
    document.write_text(text, encoding="utf-8")
    assert check_file(leaf) == []


def test_the_attribution_is_checked_and_may_be_given(leaf):
    attribution = leaf.with_name("attribution.txt")
    text = attribution.read_text(encoding="utf-8")
    attribution.write_text(text.replace("MIT", "GPL-3.0"), encoding="utf-8")
    [problem] = check_file(leaf)
    assert (problem.code, problem.path, problem.line) == ("licence-not-accepted", attribution, 4)
    attribution.unlink()
    [problem] = check_file(leaf)
    assert (problem.code, problem.path, problem.line) == ("attribution-missing", leaf, 1)
    leaf_text = leaf.read_text(encoding="utf-8")
    assert check_text(leaf_text, leaf) == []
    assert check_text(leaf_text, leaf, Surroundings(text)) == []
    assert found(check_text(leaf_text, leaf, Surroundings("")))[0][0] == "attribution-empty"


@pytest.mark.parametrize(
    "document", ["x", "[a]", "{patterns: a.md}", "{patterns: [1, {a: b}]}", "{patterns: ['[', '../..']}"]
)
def test_a_document_of_any_shape_is_survived(write_leaf, document):
    check_file(write_leaf("knowledge/odd", f"version: 3\nseed_examples: [3, {{context: [a]}}]\ndocument: {document}\n"))

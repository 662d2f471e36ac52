# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""A leaf's documents and the passages they are cut into."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from generation_helpers import make_leaf
from hypothesis import given
from hypothesis import strategies as st
from ilab_core.errors import DocumentError
from ilab_core.generation.documents import Passage, find_documents, passages_of, read_document


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")


def found(folder: Path, *patterns: str, documents: Path | None = None) -> list[str]:
    leaf = make_leaf(folder, patterns)
    return [path.as_posix().removeprefix(folder.parent.as_posix() + "/") for path in find_documents(leaf, documents)]


def test_documents_beside_the_leaf_come_first(tmp_path: Path):
    write(tmp_path / "leaf", "b.md", "a.md", "deep/c.md", "qna.yaml", "attribution.txt", "d.txt")
    write(tmp_path / "documents", "a.md", "only.md")
    documents = tmp_path / "documents"
    assert found(tmp_path / "leaf", "*.md", documents=documents) == ["leaf/a.md", "leaf/b.md"]
    assert found(tmp_path / "leaf", "**/*.md", "a.md") == ["leaf/a.md", "leaf/b.md", "leaf/deep/c.md"]
    assert found(tmp_path / "leaf", "*") == ["leaf/a.md", "leaf/b.md", "leaf/d.txt"]
    assert found(tmp_path / "leaf", "only.md", documents=documents) == ["documents/only.md"]


@pytest.mark.parametrize(
    "pattern", ["../secret.md", "../*.md", "deep/../../secret.md", "", ".", "**", "***.md", "a**b/x", "[", "\0"]
)
def test_patterns_that_lead_out_or_nowhere_find_nothing(tmp_path: Path, pattern: str):
    write(tmp_path, "secret.md")
    (tmp_path / "leaf" / "deep").mkdir(parents=True)
    with pytest.raises(DocumentError, match="not on this computer") as caught:
        found(tmp_path / "leaf", pattern)
    assert str(tmp_path / "leaf") in caught.value.hint


def test_an_absolute_pattern_finds_nothing(tmp_path: Path):
    write(tmp_path, "secret.md")
    with pytest.raises(DocumentError):
        found(tmp_path / "leaf", str(tmp_path / "secret.md"))


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_that_lead_out_are_not_followed(tmp_path: Path):
    write(tmp_path, "outside/secret.md", "leaf/own.md")
    (tmp_path / "leaf" / "link.md").symlink_to(tmp_path / "outside" / "secret.md")
    (tmp_path / "leaf" / "folder").symlink_to(tmp_path / "outside")
    (tmp_path / "leaf" / "inside.md").symlink_to(tmp_path / "leaf" / "own.md")
    (tmp_path / "leaf" / "loop.md").symlink_to(tmp_path / "leaf" / "loop.md")
    assert found(tmp_path / "leaf", "*.md", "**/*.md", "folder/*.md") == ["leaf/inside.md", "leaf/own.md"]


def test_a_leaf_without_patterns_says_what_to_add(tmp_path: Path):
    for leaf in (make_leaf(tmp_path, ()), make_leaf(tmp_path, document=None)):
        with pytest.raises(DocumentError, match="names no document") as caught:
            find_documents(leaf)
        assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("guide.pdf", b"%PDF-1.7", "guide.pdf is not a text file"),
        ("old.md", b"caf\xe9 au lait", "old.md is not UTF-8"),
        ("none.md", None, "none.md could not be read"),
    ],
)
def test_what_is_not_text_is_refused_with_a_sentence(tmp_path: Path, name: str, data: bytes | None, says: str):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(DocumentError, match=says) as caught:
        read_document(tmp_path / name)
    assert caught.value.hint


def test_a_text_comes_without_its_mark_and_with_plain_line_ends(tmp_path: Path):
    (tmp_path / "a.MD").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree")
    assert read_document(tmp_path / "a.MD") == "one\ntwo\nthree"


def test_a_file_too_large_is_refused_unread(tmp_path: Path):
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(20_000_001)
    with pytest.raises(DocumentError, match="20 MB"):
        read_document(tmp_path / "large.txt")


def cut(text: str, limit: int) -> list[str]:
    return [passage.text for passage in passages_of("a.md", text, len, limit)]


def test_sections_stay_together_and_apart_from_others():
    text = "# Title\n\nFirst words here.\n\nMore words here.\n\n## Next\n\nOther words.\n"
    assert cut(text, 60) == ["# Title\n\nFirst words here.\n\nMore words here.", "## Next\n\nOther words."]
    assert cut(text, 1000) == [text.strip()]
    assert cut(text, 30) == ["# Title\n\nFirst words here.", "More words here.", "## Next\n\nOther words."]


def test_a_long_paragraph_is_cut_at_the_ends_of_sentences():
    text = "One is here. Two is here! “Three is here?” Four e.g. is here."
    assert cut(text, 26) == ["One is here. Two is here!", "“Three is here?” Four e.g.", "is here."]
    assert cut("鹭在这里。塔是绿色的。蜂在石楠上。", 6) == ["鹭在这里。", "塔是绿色的。", "蜂在石楠上。"]


def test_headings_alone_and_empty_documents_give_no_passage():
    assert cut("# One\n\n## Two\n", 100) == []
    assert cut("", 100) == cut(" \n\n\t\n", 100) == []


LIMIT = 24
PIECES = ["word", "a", ".", "! ", " ", "\n", "\n\n", "# Heading", "\t", "é", "。", "a" * 40, " \n \n"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(text=TEXTS)
def test_passages_are_exact_ranges_within_the_limit_in_order_and_nothing_is_lost(text: str):
    passages = passages_of("a.md", text, len, LIMIT)
    kept = [False] * len(text)
    last = 0
    for passage in passages:
        assert passage == Passage("a.md", passage.start, passage.end, text[passage.start : passage.end])
        assert passage.start >= last
        assert 0 < len(passage.text) <= LIMIT
        last = passage.end
        kept[passage.start : passage.end] = [True] * len(passage.text)
    lost = "".join(" " if there else character for character, there in zip(text, kept, strict=True))
    for line in lost.splitlines():
        assert not line.strip() or line.lstrip().startswith("#"), "only headings may be lost"

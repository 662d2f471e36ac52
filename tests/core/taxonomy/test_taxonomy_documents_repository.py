# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The workspace's repository of documents: what a leaf names is found at its commit, and nothing is ever lost."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pygit2
import pytest
from ilab_core.errors import DocumentError, IlabError
from ilab_core.generation.documents import find_documents, read_document
from ilab_core.taxonomy.documents_repository import (
    add_documents,
    changed_documents,
    committed_files,
    document_name,
    use_new_version,
)
from ilab_core.taxonomy.leaf import DocumentReference, Leaf
from ilab_core.taxonomy.public_documents import (
    commit_problem,
    local_copy_of,
    patterns_problem,
    remember_local_copy,
    repository_problem,
)

NAME = "knowledge/places/harrow_cove"
GUIDE = f"{NAME}/Guide.md"
FIRST = "# Guide\r\n\nThe first text.\n"


def leaf_in(folder: Path, document: DocumentReference | None = None) -> Leaf:
    path = folder / "taxonomy" / NAME / "qna.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    return Leaf(path, NAME, "knowledge", 3, "mira", "", "Places", "A guide", (), document)


def source(folder: Path, name: str, text: str) -> Path:
    path = folder / "elsewhere" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def add_to(documents: Path, leaf: Leaf, sources: list[Path]) -> DocumentReference:
    return add_documents(documents, leaf.path, leaf.name, sources, leaf.document)


def texts(leaf: Leaf, documents: Path) -> dict[str, bytes]:
    return {document_name(documents, path): path.read_bytes() for path in find_documents(leaf, documents)}


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return tmp_path / "Zoë’s work space" / "documents"


@pytest.fixture
def leaf(tmp_path: Path, documents: Path) -> Leaf:
    """A leaf whose guide was added to the repository."""
    bare = leaf_in(tmp_path)
    return replace(bare, document=add_to(documents, bare, [source(tmp_path, "Guide.MD", FIRST)]))


def test_an_added_document_is_committed_byte_for_byte_and_found(leaf: Leaf, documents: Path):
    assert leaf.document.patterns == (GUIDE,)
    assert len(leaf.document.commit) == 40
    assert texts(leaf, documents) == {GUIDE: FIRST.encode()}
    repository = pygit2.Repository(str(documents))
    assert str(repository.head.target) == leaf.document.commit
    assert repository.status() == {}


def test_git_clones_the_address_and_has_the_commit(leaf: Leaf, tmp_path: Path):
    if shutil.which("git") is None:
        pytest.skip("there is no git program")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", leaf.document.repo, str(clone)], check=True, capture_output=True)
    subprocess.run(["git", "-C", str(clone), "checkout", "-q", leaf.document.commit], check=True, capture_output=True)
    assert [path.read_bytes() for path in clone.glob(leaf.document.patterns[0])] == [FIRST.encode()]


def test_the_committed_text_is_used_until_the_leaf_follows(leaf: Leaf, documents: Path):
    assert changed_documents(documents, leaf.document) == []
    (documents / GUIDE).write_text("The second text.\n", "utf-8")
    assert texts(leaf, documents) == {GUIDE: FIRST.encode()}
    [older] = find_documents(leaf, documents)
    assert read_document(older) == "# Guide\n\nThe first text.\n"
    assert changed_documents(documents, leaf.document) == [GUIDE]

    newer = replace(leaf, document=use_new_version(documents, leaf.document))
    assert newer.document.commit != leaf.document.commit
    assert texts(newer, documents) == {GUIDE: b"The second text.\n"}
    assert changed_documents(documents, newer.document) == []
    assert texts(leaf, documents) == {GUIDE: FIRST.encode()}


def test_a_deleted_working_file_is_read_from_its_commit(leaf: Leaf, documents: Path):
    (documents / GUIDE).unlink()
    assert texts(leaf, documents) == {GUIDE: FIRST.encode()}
    assert changed_documents(documents, leaf.document) == []


def test_the_same_name_again_is_a_new_version_and_edits_in_between_are_kept(
    leaf: Leaf, documents: Path, tmp_path: Path
):
    (documents / GUIDE).write_text("An edit that nobody committed.\n", "utf-8")
    again = replace(leaf, document=add_to(documents, leaf, [source(tmp_path, "Guide.md", "The third text.\n")]))
    assert again.document.patterns == (GUIDE,)
    assert texts(again, documents) == {GUIDE: b"The third text.\n"}
    repository = pygit2.Repository(str(documents))
    kept = [commit.tree[GUIDE].data for commit in repository.walk(repository.head.target)]
    assert kept == [b"The third text.\n", b"An edit that nobody committed.\n", FIRST.encode()]


def test_adding_the_same_text_again_changes_nothing(leaf: Leaf, documents: Path, tmp_path: Path):
    assert add_to(documents, leaf, [source(tmp_path, "Guide.md", FIRST)]) == leaf.document


def test_what_the_leaf_named_before_stays_named(leaf: Leaf, documents: Path, tmp_path: Path):
    more = add_to(documents, leaf, [source(tmp_path, "notes.txt", "Notes.\n")])
    assert more.patterns == (GUIDE, f"{NAME}/notes.txt")
    assert set(texts(replace(leaf, document=more), documents)) == set(more.patterns)


def test_a_document_beside_the_leaf_is_taken_along(documents: Path, tmp_path: Path):
    bare = leaf_in(tmp_path, DocumentReference("local", "local", ("cove.md", "gone.md")))
    (bare.path.parent / "cove.md").write_text("The cove.\n", "utf-8")
    assert find_documents(bare, documents) == [bare.path.parent / "cove.md"]
    made = add_to(documents, bare, [source(tmp_path, "notes.txt", "Notes.\n")])
    assert made.patterns == (f"{NAME}/cove.md", f"{NAME}/notes.txt")
    assert set(texts(replace(bare, document=made), documents).values()) == {b"The cove.\n", b"Notes.\n"}


def test_two_files_of_one_name_dropped_together_are_both_kept(documents: Path, tmp_path: Path):
    sources = [source(tmp_path, "a/notes.md", "One.\n"), source(tmp_path, "b/notes.md", "Two.\n")]
    made = add_to(documents, leaf_in(tmp_path), sources)
    assert made.patterns == (f"{NAME}/notes.md", f"{NAME}/notes_2.md")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a[1]?.md", "a_1__.md"),
        ("Ü教室 notes.TXT", "Ü教室 notes.txt"),
        ("a:b*.md", "a_b_.md"),
        ("cafe\u0301.md", "caf\u00e9.md"),
    ],
)
def test_a_name_is_made_one_that_every_system_and_every_pattern_takes(
    documents: Path, tmp_path: Path, name: str, kept: str
):
    made = add_to(documents, leaf_in(tmp_path), [source(tmp_path, name, "Text.\n")])
    assert made.patterns == (f"{NAME}/{kept}",)
    assert texts(replace(leaf_in(tmp_path), document=made), documents) == {f"{NAME}/{kept}": b"Text.\n"}


@pytest.mark.parametrize("name", ["guide.pdf", "guide.docx", "page.html"])
def test_other_kinds_are_refused_and_nothing_is_kept(documents: Path, tmp_path: Path, name: str):
    with pytest.raises(DocumentError, match="not a text file") as caught:
        add_to(documents, leaf_in(tmp_path), [source(tmp_path, name, "x")])
    assert "Markdown and plain text" in caught.value.hint
    assert not documents.exists()


def test_patterns_at_a_commit_stay_in_their_folder(leaf: Leaf, documents: Path):
    def at(*patterns: str) -> list[str]:
        found = committed_files(documents, replace(leaf.document, patterns=patterns))
        return [document_name(documents, path) for path in found]

    assert at("**/*.md") == at(f"{NAME}/*.md") == at("knowledge/**/G?ide.md") == at(f"./{GUIDE}") == [GUIDE]
    assert at("*.md", "knowledge*", f"../documents/{GUIDE}", "", "**/*.txt") == []


@pytest.mark.parametrize("commit", ["local", "main", "", "0" * 40, "--all", "z" * 40])
def test_an_unknown_commit_means_the_files_that_lie_there(leaf: Leaf, documents: Path, commit: str):
    (documents / GUIDE).write_text("Changed.\n", "utf-8")
    other = replace(leaf, document=replace(leaf.document, commit=commit))
    assert texts(other, documents) == {GUIDE: b"Changed.\n"}


def test_a_repository_around_the_workspace_is_left_alone(tmp_path: Path):
    around = pygit2.init_repository(str(tmp_path))
    bare = leaf_in(tmp_path)
    add_to(tmp_path / "documents", bare, [source(tmp_path, "a.md", "A.\n")])
    assert around.head_is_unborn
    assert (tmp_path / "documents" / ".git").is_dir()


def test_files_that_lay_there_before_are_left_as_they_are(documents: Path, tmp_path: Path):
    documents.mkdir(parents=True)
    (documents / "mine.md").write_text("Mine.\n", "utf-8")
    add_to(documents, leaf_in(tmp_path), [source(tmp_path, "a.md", "A.\n")])
    assert (documents / "mine.md").read_text("utf-8") == "Mine.\n"
    older = leaf_in(tmp_path, DocumentReference("local", "local", ("mine.md",)))
    assert texts(older, documents) == {"mine.md": b"Mine.\n"}


def test_a_repository_that_cannot_be_written_is_told_with_a_sentence(documents: Path, tmp_path: Path):
    documents.parent.mkdir(parents=True)
    documents.write_text("in the way", "utf-8")
    with pytest.raises(IlabError) as caught:
        add_to(documents, leaf_in(tmp_path), [source(tmp_path, "a.md", "A.\n")])
    assert caught.value.hint


def test_published_documents_are_read_from_the_local_copy(leaf: Leaf, documents: Path):
    public = DocumentReference("https://github.com/mira/documents.git", "a" * 40, ("guide.md",))
    remember_local_copy(documents, public, leaf.document)
    remember_local_copy(documents, replace(public, commit="b" * 40), leaf.document)
    published = replace(leaf, document=public)
    assert texts(published, documents) == {GUIDE: FIRST.encode()}
    (documents / GUIDE).write_text("Later.\n", "utf-8")
    assert texts(published, documents) == {GUIDE: FIRST.encode()}
    assert local_copy_of(documents, replace(public, commit="c" * 40)) is None


@pytest.mark.parametrize("broken", [b"", b"{}", b"[1, {}]", b'[{"public": 3}]', b"\xff", b"[" * 100_000])
def test_a_broken_list_of_published_documents_is_none(documents: Path, broken: bytes):
    documents.mkdir(parents=True)
    (documents / "published.json").write_bytes(broken)
    assert local_copy_of(documents, DocumentReference("https://a.example/b", "a" * 40, ("c.md",))) is None


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://github.com/mira/documents.git", True),
        ("https://gitlab.example/group/sub/documents", True),
        ("git@github.com:mira/documents.git", True),
        ("ssh://git@host:2222/documents.git", True),
        ("https://github.com", False),
        ("https://mira:secret@github.com/mira/documents.git", False),
        ("github.com/mira/documents", False),
        ("file:///home/mira/documents", False),
        ("https://github.com/a b", False),
        ("", False),
    ],
)
def test_the_address_of_a_public_repository_is_checked_for_its_shape(url: str, fine: bool):
    assert (repository_problem(url) == "") is fine


def test_only_a_full_commit_and_paths_inside_are_taken():
    assert commit_problem("0123456789abcdef0123456789abcdef01234567") == ""
    assert "short" in commit_problem("0123456")
    assert "branch" in commit_problem("main")
    assert patterns_problem(("docs/*.md",)) == ""
    assert all(patterns_problem(bad) for bad in ((), ("/etc/x.md",), ("../x.md",), ("a\\b.md",)))

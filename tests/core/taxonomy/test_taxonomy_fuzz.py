# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Whatever a file holds or a tree is made of: an answer in time, in words, and from inside the tree.

A short run, the same each time. For a long one with other inputs: ILAB_FUZZ=100, for a hundred times as many.
"""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ilab_core.errors import IlabError, TaxonomyError
from ilab_core.generation.documents import find_documents
from ilab_core.taxonomy import editing
from ilab_core.taxonomy.checking import check_file, check_paths, check_text
from ilab_core.taxonomy.mending import mend_text
from ilab_core.taxonomy.merging import merge
from ilab_core.taxonomy.parsing import parse_yaml
from ilab_core.taxonomy.reader import parse_leaf, read_leaf
from ilab_core.taxonomy.source import read_source, within
from ilab_core.taxonomy.starter import install_starter
from ilab_core.taxonomy.tree import find_leaves, leaf_name, taxonomy_root
from ilab_core.taxonomy.watching import changed_folders, leafless_folders, leaves_again

TIMES = int(os.environ.get("ILAB_FUZZ", "0"))
MOST = 2.0
"""Seconds of this process that one input may cost."""
SECRET = "a text that lies outside of the tree"
LEAF_PATHS = [Path(f"/t/{top}/a/qna.yaml") for top in ("knowledge", "compositional_skills", "anything")]


def fuzzing(examples: int):
    """Settings for a short run that is the same each time, or for a long one."""
    return settings(
        deadline=None,
        derandomize=not TIMES,
        max_examples=examples * max(1, TIMES),
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        database=None,
    )


@pytest.fixture(scope="module")
def clock():
    """How much has been tried, and since when."""
    return {"began": 0.0, "tried": 0}


@pytest.fixture(autouse=True)
def _count(clock, request):
    clock.update(began=time.monotonic(), tried=0)
    yield
    print(f"{request.node.name}: {clock['tried']:,} inputs in {time.monotonic() - clock['began']:.0f} s")


def in_time(action, *arguments):
    """Return what an action gives, or the error that it may raise; fail where it takes too long."""
    began = time.process_time()
    try:
        result = action(*arguments)
    except TaxonomyError as error:
        result = error
    took = time.process_time() - began
    assert took < MOST, f"{getattr(action, '__name__', action)} took {took:.1f} s"
    return result


def real_leaves():
    """Leaves to start from: in a long run also those of the corpus."""
    with tempfile.TemporaryDirectory() as folder:
        install_starter(Path(folder) / "taxonomy")
        texts = [read_source(entry.path).text for entry in find_leaves(Path(folder) / "taxonomy")]
    corpus = Path(__file__).parents[4] / "shared" / "corpus" / "taxonomy-history.tar.gz"
    if TIMES and corpus.is_file():
        with tarfile.open(corpus) as archive:
            files = [archive.extractfile(member) for member in archive if member.isfile() and member.size < 20_000]
            texts += [file.read().decode("utf-8", "replace") for file in files if file is not None]
    flow = "version: 3\nseed_examples: [{question: a, answer: 'b'}, {question: \"c\", answer: d}]\ndocument: {}\n"
    old = (
        "created_by: me\nseed_examples:\n- question: |\n    a\n  answer: >-\n    b\n  attribution:\n  - source: self\n"
    )
    return [*texts, flow, old]


LEAVES = real_leaves()
PIECES = st.sampled_from([
    "version: 3\n", "seed_examples:\n", "- ", "  ", "    ", "question: ", "answer: ", "context: |\n", "\n", "\n\n\n",
    "'", '"', ": ", "[", "]", "{", "}", "&a ", "*a", "!!str ", "!!binary ", "!!float ", "!!set ", "!!python/name:os ",
    "<<: ", "#", "\t", "|", ">-", "|9", "%YAML 1.1\n", "---\n", "...\n", "? ", "\u2028", "\ufeff", "\x85", "\r\n", "\r",
    "questions_and_answers:\n", "document:\n", "patterns: ", "repo: ", "text", "1", "~", "2001-01-01", "0x1F", "1e999",
    ".inf", "-.nan", "12:30:45", "9" * 5000, "1_000", "0o7", "\\x", "\\U0010ffff", "\ud800", "\U0001f600", "=", "yes",
    "# yamllint disable\n", "created_by: ", "task_description: ", "domain: ", "attribution:\n", ",", "@", "`",
])  # fmt: skip
SOUP = st.lists(PIECES, max_size=60).map("".join)
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 60), st.one_of(PIECES, st.text(max_size=5), SOUP)), min_size=1, max_size=6
)
LARGE = st.tuples(
    st.sampled_from(["[", "{a: ", "- ", "? ", "&a ", "*a ", "a:\n ", "'", "x: &x [*x, ", "!", "a: b\n", "- - ", "#\n"])
    | PIECES,
    st.integers(1, 20_000),
    SOUP,
).map(lambda made: (made[0] * made[1])[:100_000] + made[2])


@st.composite
def spoilt_leaves(draw):
    """A real leaf with pieces put in, taken out and doubled."""
    text = draw(st.sampled_from(LEAVES))
    for share, length, piece in draw(EDITS):
        place = int(share * len(text))
        kept = draw(st.sampled_from(["", text[place : place + length], text[place : place + length] * 2]))
        text = text[:place] + kept + piece + text[place + length :]
    return text


@st.composite
def bombs(draw):
    """Aliases of aliases."""
    width, depth = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    lines = ["a0: &a0 [x, y]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join([*lines, draw(SOUP)])


TEXTS = st.one_of(spoilt_leaves(), SOUP, st.text(), bombs(), LARGE)
ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32", "shift_jis", "utf-7"]
)
DATA = st.one_of(
    st.binary(),
    st.tuples(TEXTS, ENCODINGS, st.binary(max_size=3)).map(
        lambda made: made[0].encode(made[1], "replace" if made[1] != "utf-7" else "ignore") + made[2]
    ),
)


@fuzzing(300)
@given(text=TEXTS, path=st.sampled_from(LEAF_PATHS), value=st.text(max_size=30), number=st.integers(0, 6))
def test_any_text_is_answered(clock, text, path, value, number):
    clock["tried"] += 1
    in_time(parse_yaml, text)
    in_time(parse_leaf, text, path)
    problems = in_time(check_text, text, path)
    assert isinstance(problems, list), problems
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in problems)
    example = f"seed_examples[{number}]"
    for edit, arguments in (
        (editing.set_field, (f"{example}.answer", value)),
        (editing.set_field, ("document.patterns", [value, "x"])),
        (editing.remove_field, ("created_by",)),
        (editing.add_example, ("knowledge",)),
        (editing.add_pair, (number,)),
        (editing.remove_item, (example,)),
        (editing.move_item, (example, 0)),
        (editing.duplicate_item, (example,)),
    ):
        in_time(edit, text, *arguments)


@fuzzing(80)
@given(text=TEXTS, path=st.sampled_from(LEAF_PATHS), upgrade=st.booleans())
def test_any_text_is_mended_or_left(clock, text, path, upgrade):
    clock["tried"] += 1
    mended = in_time(lambda: mend_text(text, path, upgrade=upgrade))
    if not isinstance(mended, TaxonomyError):
        assert mended.steps or mended.text == text
        in_time(check_text, mended.text, path)


@fuzzing(150)
@given(data=DATA)
def test_any_file_is_answered(clock, tmp_path_factory, data):
    clock["tried"] += 1
    path = tmp_path_factory.getbasetemp() / "fuzzed" / "knowledge" / "a" / "qna.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    in_time(read_source, path)
    in_time(read_leaf, path)
    problems = in_time(check_file, path)
    assert isinstance(problems, list), problems


@fuzzing(150)
@given(before=TEXTS, changes=st.tuples(EDITS, EDITS))
def test_any_texts_are_merged(clock, before, changes):
    clock["tried"] += 1
    mine, theirs = (_edited(before, edits) for edits in changes)
    made = in_time(merge, before, mine, theirs)
    if not made.count("conflict"):
        assert made.text("mine") == made.text("theirs")
    assert _plain(in_time(merge, before, before, theirs).text("mine")) == _plain(theirs)
    assert _plain(in_time(merge, before, mine, before).text("theirs")) == _plain(mine)


def _edited(text, edits):
    for share, length, piece in edits:
        place = int(share * len(text))
        text = text[:place] + piece + text[place + length :]
    return text


def _plain(text):
    return text.replace("\r\n", "\n")


NAMES = st.one_of(
    st.sampled_from(
        ["knowledge", "compositional_skills", "foundational_skills", "qna.yaml", "a", "b", "ü教", "a b", ".h"]
    ),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
        lambda name: name not in (".", "..")
    ),
    st.binary(min_size=1, max_size=6)
    .filter(lambda name: b"/" not in name and b"\0" not in name and name not in (b".", b".."))
    .map(os.fsdecode),
)
TARGETS = st.sampled_from(["..", "../..", ".", "../outside", "../../outside/qna.yaml", "a", "/etc/passwd", "/", "loop"])
PATTERNS = st.text(max_size=10) | st.sampled_from([
    "../*", "../../outside/*", "/etc/*", "*", "**/*", "**", "", ".", "..", "a/../../outside/*.md", "~/*", "[", "**x",
    "C:\\*", "\\\\host\\x", "a\0b", "*.md", "link/*", "link/../outside/*", "?" * 300, "/" * 300, "{a,b}", "[!a]*",
    "**/**/**",
])  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="links and such names need a privilege there")
@fuzzing(60)
@given(
    made=st.lists(
        st.tuples(st.lists(NAMES, min_size=1, max_size=4), st.sampled_from(["leaf", "link", "folder"]), TARGETS)
    ),
    patterns=st.lists(PATTERNS, max_size=3),
    spoilt=spoilt_leaves(),
)
def test_no_tree_leads_out_of_itself(clock, tmp_path_factory, made, patterns, spoilt):
    clock["tried"] += 1
    place = tmp_path_factory.getbasetemp() / "trees"
    shutil.rmtree(place, ignore_errors=True)
    root = place / "taxonomy"
    root.mkdir(parents=True)
    for name in ("qna.yaml", "outside.md", "x"):
        (place / "outside").mkdir(exist_ok=True)
        (place / "outside" / name).write_text(f"created_by: {SECRET}\n", "utf-8")
    leaf = editing.set_field(LEAVES[0] if "document:" in LEAVES[0] else LEAVES[1], "document.patterns", ["x"])
    for text in patterns:
        leaf = _or_same(leaf, text)
    for names, kind, target in made:
        _make(root.joinpath(*names), kind, target, leaf if len(names) % 2 else spoilt)
    entries = in_time(find_leaves, root)
    in_time(check_paths, [root])
    for entry in entries:
        assert within(entry.path, root), entry
        assert entry.path.is_relative_to(root)
        in_time(leaf_name, entry.path, root)
        in_time(taxonomy_root, entry.path)
        read = in_time(read_leaf, entry.path)
        assert SECRET not in str(read)
        if not isinstance(read, TaxonomyError):
            _assert_documents_inside(read, place)
    changed = changed_folders(root / names[0] for names, _kind, _target in made)
    again = in_time(leaves_again, entries, root, changed)
    assert again == entries
    in_time(leafless_folders, [root], entries)


def _assert_documents_inside(leaf, place):
    began = time.process_time()
    try:
        documents = find_documents(leaf, place / "documents")
    except IlabError:
        documents = []
    assert time.process_time() - began < MOST
    for document in documents:
        assert within(document, leaf.path.parent), document
        assert SECRET not in document.read_text("utf-8", "replace")


def _or_same(leaf, pattern):
    try:
        return editing.set_field(leaf, "document.patterns", [pattern])
    except TaxonomyError:
        return leaf


def _make(path, kind, target, text):
    try:
        if kind == "folder":
            path.mkdir(parents=True, exist_ok=True)
        elif kind == "link":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(target)
        else:
            path.mkdir(parents=True, exist_ok=True)
            (path / "qna.yaml").write_text(text, "utf-8", "replace")
    except (OSError, ValueError):
        return

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The lines between a worker and its parent: written, cut anywhere, mixed with junk, and read."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ilab_core.errors import JobError
from ilab_core.jobs.protocol import MAX_LINE_BYTES, LineSplitter, decode, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.text(), JSON, max_size=5)


@given(documents=st.lists(DOCUMENTS, max_size=5), cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_whatever_is_sent_arrives_however_it_is_cut(documents: list[dict], cuts: list[int]):
    stream = b"".join(encode(document) for document in documents)
    splitter = LineSplitter()
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    received = []
    for start, end in itertools.pairwise(places):
        received += splitter.feed(stream[start:end])
    assert received == documents
    assert splitter.junk == []


@given(text=st.text(st.characters(categories=["Cs", "Cc", "Zl", "L"])))
def test_half_characters_and_line_separators_survive(text: str):
    line = encode({"text": text})
    assert line.count(b"\n") == 1
    assert decode(line) == {"text": text}


def test_what_is_not_json_is_made_so():
    document = {
        "path": Path("a") / "b",
        "loss": float("nan"),
        "rate": [1.5, float("inf")],
        "scalar": numpy.float32(0.5),
        "count": numpy.int64(3),
        "worse": {"deep": numpy.float64("nan")},
    }
    assert decode(encode(document)) == {
        "path": str(Path("a") / "b"),
        "loss": None,
        "rate": [1.5, None],
        "scalar": 0.5,
        "count": 3,
        "worse": {"deep": None},
    }


def test_what_cannot_be_json_is_an_error():
    with pytest.raises(JobError):
        encode({"thing": object()})
    with pytest.raises(JobError):
        encode({"text": "x" * MAX_LINE_BYTES})
    endless: list = []
    endless.append(endless)
    with pytest.raises(JobError):
        encode({"endless": endless})


@pytest.mark.parametrize("line", [b"", b"noise", b"[1]", b'"text"', b"{", b'{"a":', b"\xff\xfe", b"[" * 100_000])
def test_a_line_that_is_no_object_is_none(line: bytes):
    assert decode(line) is None


def test_junk_is_kept_apart_and_bounded():
    splitter = LineSplitter()
    assert splitter.feed(b"llama_model_load: 1\n\n" + encode({"event": "state"}) + b"more") == [{"event": "state"}]
    assert splitter.feed(b" junk\n") == []
    assert splitter.junk == ["llama_model_load: 1", "more junk"]
    splitter.feed(b"noise\n" * 1000)
    assert len(splitter.junk) == 50


def test_a_line_without_end_does_not_fill_memory_and_the_next_one_is_read():
    splitter = LineSplitter(max_line_bytes=1000)
    for _ in range(100):
        assert splitter.feed(b"x" * 100) == []
    assert splitter.feed(b"tail\n" + encode({"after": 1})) == [{"after": 1}]
    assert len(splitter.junk) == 1
    assert len(splitter.junk[0]) <= 500


def test_lines_are_plain_json_with_real_characters():
    assert encode({"text": "Größe"}) == '{"text":"Größe"}\n'.encode()
    assert json.loads(encode({"a": 1})) == {"a": 1}

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Text out of tokens: characters and stop strings that span them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ilab_core.inference.stopping import TextStream


def feed(stream: TextStream, *pieces: bytes) -> list[str]:
    return [stream.push(piece) for piece in pieces]


def test_a_character_over_several_tokens_comes_whole():
    stream = TextStream(())
    heron = "🪿é".encode()
    assert feed(stream, heron[:1], heron[1:4], heron[4:5], heron[5:]) == ["", "🪿", "", "é"]
    assert stream.text == "🪿é"


def test_a_character_that_is_never_finished_is_replaced_at_the_end():
    stream = TextStream(())
    assert feed(stream, b"a", "é".encode()[:1]) == ["a", ""]
    assert stream.finish() == "�"


def test_a_stop_string_over_several_tokens_ends_the_text_and_is_never_shown():
    stream = TextStream(("\nAnswer:",))
    assert feed(stream, b"Why?\n", b"Ans", b"wer", b": Because") == ["Why?", "", "", ""]
    assert stream.stopped
    assert stream.text == "Why?"


def test_what_only_began_like_a_stop_string_is_given_out():
    stream = TextStream(("STOP", "TOPAZ"))
    assert feed(stream, b"STO", b"RM", b" TOPA") == ["", "STORM", " "]
    assert stream.finish() == "TOPA"
    assert not stream.stopped


def test_the_first_of_several_stop_strings_counts():
    stream = TextStream(("bb", "a", ""))
    assert stream.push(b"xbbya") == "x"
    assert stream.stopped


def test_no_stop_string_never_stops():
    stream = TextStream(("",))
    assert stream.push(b"anything") == "anything"
    assert not stream.stopped


@pytest.mark.parametrize("stop", [("é",), ("aé", "éa"), ("aab",)])
@given(text=st.text(st.sampled_from("abé🪿"), max_size=20), cuts=st.lists(st.integers(0, 60), max_size=10))
def test_however_the_bytes_are_cut_the_text_is_the_same(stop: tuple[str, ...], text: str, cuts: list[int]):
    data = text.encode()
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    stream = TextStream(stop)
    given_out = ""
    for start, end in itertools.pairwise(edges):
        given_out += stream.push(data[start:end])
        if stream.stopped:
            break
    else:
        given_out += stream.finish()
    places = [text.find(word) for word in stop if word in text]
    assert given_out == stream.text
    if stream.stopped:
        # Tokens that arrive together may hold two stop strings: never later than the first of them to be complete
        assert any(text.startswith(word, len(given_out)) for word in stop)
        assert not any(word in given_out for word in stop)
    else:
        assert places == []
        assert given_out == text

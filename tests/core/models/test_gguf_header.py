# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import struct
import sys
import time
import tracemalloc
from pathlib import Path

import gguf
import pytest
from ilab_core.errors import ModelError
from ilab_core.models import gguf_header, gguf_types
from ilab_core.models.gguf_header import SkippedArray, read_header, string_at
from ilab_core.models.inspection import inspect
from ilab_core.models.library import starter_path
from tiny_gguf import CHATML, write_tiny_gguf

UINT32, FLOAT32, STRING, ARRAY = 4, 6, 8, 9


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def entry(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def file_of(folder: Path, *parts: bytes, entries: int = 0, tensors: int = 0, version: int = 3) -> Path:
    path = folder / "crafted.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", version, tensors, entries) + b"".join(parts))
    return path


def failure(path: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        read_header(path)
    assert path.name in caught.value.summary
    assert caught.value.hint
    return caught.value


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny_gguf(tmp_path / "tiny.gguf")


def test_metadata_and_tensors_are_what_the_reference_reader_finds(tiny: Path) -> None:
    header = read_header(tiny)
    reference = gguf.GGUFReader(str(tiny))
    assert {key for key in reference.fields if not key.startswith("GGUF.")} == set(header.metadata)
    assert header.metadata["llama.block_count"] == 2
    assert header.metadata["tokenizer.chat_template"] == CHATML
    assert header.metadata["tokenizer.ggml.add_bos_token"] is False
    assert header.metadata["llama.attention.layer_norm_rms_epsilon"] == pytest.approx(1e-5)
    assert header.metadata["tokenizer.ggml.merges"] == tuple(reference.fields["tokenizer.ggml.merges"].contents())
    assert [
        (t.name, tuple(int(side) for side in t.shape), t.tensor_type.name, int(t.data_offset), int(t.n_bytes))
        for t in reference.tensors
    ] == [(t.name, t.shape, t.type_name, t.offset, t.bytes) for t in header.tensors]


def test_the_declared_numbers_are_those_of_the_gguf_package() -> None:
    sizes = gguf.GGML_QUANT_SIZES
    assert {kind.value: (kind.name, *sizes[kind]) for kind in gguf.GGMLQuantizationType} == gguf_types.TENSOR_TYPES
    named = {
        kind.value: kind.name.removeprefix("MOSTLY_").removeprefix("ALL_").removesuffix("_MOE")
        for kind in gguf.LlamaFileType
        if kind is not gguf.LlamaFileType.GUESSED
    }
    assert named == gguf_types.FILE_TYPES
    kinds = {kind.value: kind.name.lower() for kind in gguf.GGUFValueType if kind.value not in (STRING, ARRAY)}
    assert kinds == {number: name for number, (name, _) in gguf_types.SCALARS.items()}


def test_one_token_is_found_in_a_skipped_array(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "large.gguf", vocabulary=5000)
    header = read_header(path)
    tokens = header.metadata["tokenizer.ggml.tokens"]
    assert isinstance(tokens, SkippedArray)
    assert (tokens.length, tokens.element_type, len(tokens.marks)) == (5000, "string", 5)
    reference = gguf.GGUFReader(str(path)).fields["tokenizer.ggml.tokens"]
    for index in (0, 1, 2, 1023, 1024, 2047, 2048, 4999):
        assert string_at(header, "tokenizer.ggml.tokens", index) == reference.contents(index)
    for index in (-1, 5000, None):
        assert string_at(header, "tokenizer.ggml.tokens", index) == ""
    assert string_at(header, "tokenizer.ggml.token_type", 3) == ""
    assert string_at(header, "tokenizer.ggml.merges", 1) == "h e"


def test_a_vocabulary_larger_than_the_window_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_tiny_gguf(tmp_path / "large.gguf", vocabulary=3000)
    whole = read_header(path)
    for window in (8, 37, 1000):
        monkeypatch.setattr(gguf_header, "WINDOW_BYTES", window)
        assert read_header(path) == whole


def test_every_prefix_of_a_model_is_refused(tiny: Path, tmp_path: Path) -> None:
    data = tiny.read_bytes()
    header_end = read_header(tiny).data_offset
    lengths = [*range(header_end + 64), *range(header_end + 64, len(data), 4099), len(data) - 1]
    cut = tmp_path / "cut.gguf"
    for length in reversed(lengths):
        if not cut.exists():
            cut.write_bytes(data[:length])
        os.truncate(cut, length)
        with pytest.raises(ModelError) as caught:
            inspect(cut)
        assert ("empty" if length == 0 else "cut short") in caught.value.summary, length


def test_no_damaged_byte_raises_anything_but_a_model_error(tiny: Path, tmp_path: Path) -> None:
    data = tiny.read_bytes()
    header_end = read_header(tiny).data_offset
    harmed = tmp_path / "harmed.gguf"
    harmed.write_bytes(data)
    refused = 0
    for position in range(0, header_end, 7):
        for value in (0xFF, data[position] ^ 0x01, data[position]):
            with harmed.open("r+b") as file:
                file.seek(position)
                file.write(bytes([value]))
            try:
                inspect(harmed)
            except ModelError:
                refused += 1
                assert value != data[position]
    assert refused > 100


def test_what_is_not_a_file(tmp_path: Path) -> None:
    assert "folder" in failure(tmp_path).summary
    with pytest.raises(ModelError, match="There is no file"):
        read_header(tmp_path / "absent.gguf")
    empty = tmp_path / "empty.gguf"
    empty.touch()
    assert "empty" in failure(empty).summary
    with pytest.raises(ModelError, match="could not be read"):
        read_header(Path("with\0null.gguf"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_named_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.gguf"
    os.mkfifo(pipe)
    with pytest.raises(ModelError, match="not an ordinary file"):
        read_header(pipe)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"\x00\x01\x02\x03\x04\x05", "ends in .gguf"),
        (b"<!DOCTYPE html><html>", "page"),
        (b'{"error":"not found"}', "page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"PK\x03\x04archive/data.pkl", "another format"),
        (b"tjgg\x01\x00\x00\x00", "another format"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, content: bytes, hint: str) -> None:
    path = tmp_path / "other.gguf"
    path.write_bytes(content)
    error = failure(path)
    assert "is not a GGUF model" in error.summary
    assert hint in error.hint


@pytest.mark.parametrize(
    ("version", "words"), [(0, "version 0"), (1, "first version"), (4, "version 4"), (3 << 24, "big-endian")]
)
def test_versions_that_cannot_be_read(tmp_path: Path, version: int, words: str) -> None:
    assert words in failure(file_of(tmp_path, version=version)).summary


def test_version_two_is_read(tmp_path: Path) -> None:
    header = read_header(file_of(tmp_path, entry("a", UINT32, struct.pack("<I", 7)), entries=1, version=2))
    assert (header.version, header.metadata, header.tensors) == (2, {"a": 7}, ())


HUGE = 2**63 + 5
LIES = {
    "number of entries": (b"", {"entries": HUGE}),
    "number of tensors": (b"", {"tensors": HUGE}),
    "length of a key": (struct.pack("<Q", HUGE) + b"general", {"entries": 1}),
    "length of a text": (entry("a", STRING, struct.pack("<Q", HUGE)), {"entries": 1}),
    "length of a text that the file could hold": (
        entry("a", STRING, struct.pack("<Q", 2**21) + b"a" * 2**21),
        {"entries": 1},
    ),
    "length of an array": (entry("a", ARRAY, struct.pack("<IQ", UINT32, HUGE)), {"entries": 1}),
    "length of an array of texts": (entry("a", ARRAY, struct.pack("<IQ", STRING, HUGE)), {"entries": 1}),
    "length of a text in an array": (
        entry("a", ARRAY, struct.pack("<IQ", STRING, 100) + struct.pack("<Q", HUGE) * 100),
        {"entries": 1},
    ),
    "length of the last text": (
        entry("a", ARRAY, struct.pack("<IQ", STRING, 100) + struct.pack("<Q", 0) * 99 + struct.pack("<Q", 1000)),
        {"entries": 1},
    ),
    "array in an array": (entry("a", ARRAY, struct.pack("<IQIQ", ARRAY, 1, ARRAY, 1)), {"entries": 1}),
    "type of a value": (entry("a", 99, b"12345678"), {"entries": 1}),
    "type of an element": (entry("a", ARRAY, struct.pack("<IQ", 99, 1)), {"entries": 1}),
    "same key twice": (entry("a", UINT32, b"1234") * 2, {"entries": 2}),
    "alignment": (entry("general.alignment", UINT32, struct.pack("<I", 33)), {"entries": 1}),
    "alignment of zero": (entry("general.alignment", UINT32, struct.pack("<I", 0)), {"entries": 1}),
    "alignment that is a text": (entry("general.alignment", STRING, text("32")), {"entries": 1}),
    "number of dimensions": (text("t") + struct.pack("<I", 2**31) + bytes(64), {"tensors": 1}),
    "five dimensions": (text("t") + struct.pack("<I5QIQ", 5, 1, 1, 1, 1, 1, 0, 0) + bytes(99), {"tensors": 1}),
    "no dimensions": (text("t") + struct.pack("<IIQ", 0, 0, 0) + bytes(99), {"tensors": 1}),
    "shape": (text("t") + struct.pack("<IQQIQ", 2, 2**62, 2**62, 0, 0), {"tensors": 1}),
    "shape with a zero": (text("t") + struct.pack("<IQQIQ", 2, 0, 4, 0, 0) + bytes(99), {"tensors": 1}),
    "shape that leaves half a block": (text("t") + struct.pack("<IQIQ", 1, 33, 3, 0) + bytes(99), {"tensors": 1}),
    "type of a tensor": (text("t") + struct.pack("<IQIQ", 1, 32, 777, 0), {"tensors": 1}),
    "offset": (text("t") + struct.pack("<IQIQ", 1, 1, 0, 2**64 - 32), {"tensors": 1}),
    "offset between two places": (text("t") + struct.pack("<IQIQ", 1, 1, 0, 5) + bytes(99), {"tensors": 1}),
    "two tensors of one name": ((text("t") + struct.pack("<IQIQ", 1, 1, 0, 0)) * 2 + bytes(99), {"tensors": 2}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_header_costs_neither_memory_nor_time(tmp_path: Path, lie: str) -> None:
    content, counts = LIES[lie]
    path = file_of(tmp_path, content, **counts)
    tracemalloc.start()
    started = time.perf_counter()
    try:
        failure(path)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert time.perf_counter() - started < 1
    assert peak < 8 * 2**20


def test_more_entries_than_any_model_has_are_refused(tmp_path: Path) -> None:
    entries = [entry(f"key{number}", 0, b"\x01") for number in range(gguf_header.MAX_ENTRIES + 1)]
    assert "damaged" in failure(file_of(tmp_path, *entries, entries=len(entries))).summary
    assert len(read_header(file_of(tmp_path, *entries[1:], entries=len(entries) - 1)).metadata) == len(entries) - 1


def test_bytes_that_are_not_text_are_replaced(tmp_path: Path) -> None:
    header = read_header(file_of(tmp_path, entry("a", STRING, text(b"caf\xe9")), entries=1))
    assert header.metadata["a"] == "caf\ufffd"


@pytest.mark.models
@pytest.mark.skipif(starter_path() is None, reason="The starter model is not installed")
def test_the_starter_model_is_read_in_a_moment() -> None:
    path = starter_path()
    assert path is not None
    tracemalloc.start()
    header = read_header(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    times = []
    for _ in range(5):
        started = time.perf_counter()
        read_header(path)
        times.append(time.perf_counter() - started)
    assert len(header.tensors) == 272
    assert string_at(header, "tokenizer.ggml.tokens", 2) == "<|im_end|>"
    assert peak < 8 * 2**20
    assert min(times) < 0.06

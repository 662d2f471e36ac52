# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Read the header of a GGUF file: its metadata and where its tensors lie, never the tensors themselves.

A model file is untrusted. Every length in it is compared with the file's real size before it is used, so a file that
lies costs neither memory nor time, and the only error that leaves this module is ModelError.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

from ilab_core.errors import ModelError
from ilab_core.models.gguf_types import ARRAY, SCALARS, STRING, TENSOR_TYPES

MAGIC = b"GGUF"
VERSIONS = (2, 3)
DEFAULT_ALIGNMENT = 32
KEPT_ELEMENTS = 64
MAX_HEADER_BYTES = 128 * 2**20
MAX_STRING_BYTES = 2**20
MAX_ENTRIES = 2**16
MAX_DIMENSIONS = 4
MAX_ALIGNMENT = 2**20
WINDOW_BYTES = 2**20
STRINGS_PER_MARK = 1024

Scalar = int | float | bool | str
_LENGTH = struct.Struct("<Q")
_UNSIGNED = struct.Struct("<I")


@dataclass(frozen=True)
class SkippedArray:
    """An array too long to keep: its length, and marks (one file position every 1,024 strings) to find one string."""

    length: int
    element_type: str
    marks: tuple[int, ...] = ()


@dataclass(frozen=True)
class TensorInfo:
    """A tensor's name, shape (fastest dimension first, as GGUF has it), type, place in the file and size in bytes."""

    name: str
    shape: tuple[int, ...]
    type_name: str
    offset: int
    bytes: int

    @property
    def elements(self) -> int:
        """The number of weights."""
        return prod(self.shape)


@dataclass(frozen=True)
class GgufHeader:
    """What a GGUF file says before its tensor data begins."""

    path: Path
    version: int
    file_bytes: int
    data_offset: int
    metadata: dict[str, Scalar | tuple[Scalar, ...] | SkippedArray]
    tensors: tuple[TensorInfo, ...]

    def text(self, key: str) -> str:
        """Return a string of the metadata; "" where it is absent or not a string."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else ""

    def integer(self, key: str) -> int | None:
        """Return a whole number >= 0 of the metadata; None where it is absent, negative or not a whole number."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

    def integers(self, key: str) -> tuple[int, ...]:
        """Return a number, or a short array of numbers (one a layer), as a tuple; () where it is absent."""
        value = self.metadata.get(key)
        found = value if isinstance(value, tuple) else (value,)
        return tuple(item for item in found if isinstance(item, int) and not isinstance(item, bool) and item >= 0)

    def array_length(self, key: str) -> int:
        """Return the number of elements of an array, kept or skipped; 0 where there is none."""
        value = self.metadata.get(key)
        if isinstance(value, SkippedArray):
            return value.length
        return len(value) if isinstance(value, tuple) else 0


def read_header(path: Path) -> GgufHeader:
    """Return the header of the GGUF file at `path`; ModelError for anything that is not a whole, readable GGUF."""
    with _opened(path) as reader:
        return reader.read()


def string_at(header: GgufHeader, key: str, index: int | None) -> str:
    """Return one string of an array of strings, read from the file where it was skipped; "" where there is none."""
    value = header.metadata.get(key)
    if index is None or not 0 <= index < header.array_length(key):
        return ""
    if isinstance(value, tuple):
        item = value[index]
        return item if isinstance(item, str) else ""
    if not isinstance(value, SkippedArray) or not value.marks:
        return ""
    with _opened(header.path) as reader:
        reader.position = value.marks[index // STRINGS_PER_MARK]
        reader.skip_strings(index % STRINGS_PER_MARK)
        return reader.string()


@contextmanager
def _opened(path: Path) -> Iterator[_Reader]:
    try:
        status = path.stat()
        _require_plain_file(path, status)
        with path.open("rb", buffering=0) as file:
            yield _Reader(path, file, status.st_size)
    except FileNotFoundError as error:
        raise ModelError(f"There is no file {path}.", "Check the name, or choose the file again.") from error
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{path.name} could not be read.", "Check that you may open it and that its disk is there.", str(error)
        ) from error


def _require_plain_file(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ModelError(f"{path.name or path} is a folder, not a model file.", "Choose the GGUF file inside it.")
    if not stat.S_ISREG(status.st_mode):
        raise ModelError(f"{path} is not an ordinary file.", "Choose a file that ends in .gguf.")
    if status.st_size == 0:
        raise ModelError(f"{path.name} is empty.", "Download or copy the model again.")


class _Reader:
    """A position in the file, and a window of its bytes, that never leave the file."""

    def __init__(self, path: Path, file: BinaryIO, size: int) -> None:
        self.path = path
        self.file = file
        self.size = size
        self.end = min(size, MAX_HEADER_BYTES)
        self.position = 0
        self.window = b""
        self.window_start = 0

    def read(self) -> GgufHeader:
        """Return the whole header."""
        version = self._version()
        tensor_count = self._count("tensors")
        entry_count = self._count("metadata entries")
        metadata: dict[str, Scalar | tuple[Scalar, ...] | SkippedArray] = {}
        for _ in range(entry_count):
            key = self.string()
            if key in metadata:
                raise self.damaged(f"the metadata entry {key!r} occurs twice")
            metadata[key] = self._value(self.unsigned())
        relative = [self._tensor() for _ in range(tensor_count)]
        alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or not 0 < alignment <= MAX_ALIGNMENT or alignment & (alignment - 1):
            raise self.damaged(f"an alignment of {alignment!r:.40}")
        data_offset = -(-self.position // alignment) * alignment
        tensors = tuple(self._placed(tensor, data_offset, alignment) for tensor in relative)
        if len({tensor.name for tensor in tensors}) < len(tensors):
            raise self.damaged("two tensors have one name")
        return GgufHeader(self.path, version, self.size, data_offset, metadata, tensors)

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes; the caller has bounded `count`."""
        self.require(count)
        start = self.position - self.window_start
        if start < 0 or start + count > len(self.window):
            self._fill(count)
            start = 0
        self.position += count
        return self.window[start : start + count]

    def require(self, count: int) -> None:
        """Raise ModelError where fewer than `count` bytes are left."""
        if count <= self.end - self.position:
            return
        if self.end < self.size:
            raise self.damaged(f"its header is longer than {MAX_HEADER_BYTES >> 20} MB")
        raise self.cut_short(f"its header goes on past the end of the file at byte {self.size}")

    def unsigned(self) -> int:
        """Return the next 32-bit number."""
        return int(_UNSIGNED.unpack(self.take(4))[0])

    def string(self) -> str:
        """Return the next string; bytes that are not UTF-8 become replacement characters."""
        length = int(_LENGTH.unpack(self.take(8))[0])
        if length > MAX_STRING_BYTES:
            raise self.damaged(f"a text of {length} bytes in its header")
        return self.take(length).decode("utf-8", errors="replace")

    def skip_strings(self, count: int) -> tuple[int, ...]:
        """Pass over `count` strings and return a mark for every 1,024th; this loop runs once for every token."""
        marks: list[int] = []
        unpack = _LENGTH.unpack_from
        for first in range(0, count, STRINGS_PER_MARK):
            marks.append(self.position)
            for _ in range(min(STRINGS_PER_MARK, count - first)):
                start = self.position - self.window_start
                try:
                    length = unpack(self.window, start)[0]
                except struct.error:
                    self.require(8)
                    self._fill(8)
                    length = unpack(self.window, 0)[0]
                if length > MAX_STRING_BYTES:
                    raise self.damaged(f"a text of {length} bytes in its header")
                self.position += 8 + length
        self.require(0)
        return tuple(marks)

    def damaged(self, what: str) -> ModelError:
        """Return the error for a header that contradicts itself."""
        return ModelError(
            f"{self.path.name} is damaged.",
            "Download or copy the model again.",
            f"Near byte {self.position} of {self.size}: {what}.",
        )

    def cut_short(self, what: str) -> ModelError:
        """Return the error for a file whose end is missing."""
        return ModelError(
            f"{self.path.name} is cut short: its end is missing.",
            "The download or the copy did not finish. Get the file again.",
            f"{what[:1].upper()}{what[1:]}.",
        )

    def _fill(self, least: int) -> None:
        self.file.seek(self.position)
        wanted = min(max(least, WINDOW_BYTES), self.size - self.position)
        parts: list[bytes] = []
        while wanted > 0 and (part := self.file.read(wanted)):
            parts.append(part)
            wanted -= len(part)
        self.window = b"".join(parts)
        self.window_start = self.position
        if len(self.window) < least:
            raise self.cut_short("the file became shorter while it was read")

    def _version(self) -> int:
        start = self.take(min(4, self.size))
        if start != MAGIC:
            raise _not_gguf(self.path, self.file)
        version = self.unsigned()
        if version in VERSIONS:
            return version
        if version == 1:
            raise ModelError(
                f"{self.path.name} is in the first version of GGUF, which is no longer read.",
                "Get a newer file of the same model.",
            )
        if version and version & 0xFFFF == 0:
            raise ModelError(
                f"{self.path.name} was written for big-endian computers.",
                "Get the ordinary (little-endian) file of the same model.",
            )
        raise ModelError(
            f"{self.path.name} is in GGUF version {version}; this program reads versions 2 and 3.",
            "Update InstructLab Desktop, or get the model in an older version of the format.",
        )

    def _count(self, what: str) -> int:
        count = int(_LENGTH.unpack(self.take(8))[0])
        if count > MAX_ENTRIES:
            raise self.damaged(f"{count} {what}")
        return count

    def _value(self, kind: int) -> Scalar | tuple[Scalar, ...] | SkippedArray:
        if kind != ARRAY:
            return self._scalar(kind)
        element = self.unsigned()
        length = int(_LENGTH.unpack(self.take(8))[0])
        if element == ARRAY:
            raise self.damaged("an array inside an array, which llama.cpp cannot read")
        width = 8 if element == STRING else self._format(element).size
        self.require(length * width)
        if length <= KEPT_ELEMENTS:
            return tuple(self._scalar(element) for _ in range(length))
        if element == STRING:
            return SkippedArray(length, "string", self.skip_strings(length))
        self.position += length * width
        return SkippedArray(length, SCALARS[element][0])

    def _scalar(self, kind: int) -> Scalar:
        if kind == STRING:
            return self.string()
        layout = self._format(kind)
        value: Scalar = layout.unpack(self.take(layout.size))[0]
        return value

    def _format(self, kind: int) -> struct.Struct:
        if kind not in SCALARS:
            raise self.damaged(f"a value of the unknown type {kind}")
        return SCALARS[kind][1]

    def _tensor(self) -> TensorInfo:
        name = self.string()
        dimensions = self.unsigned()
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            raise self.damaged(f"tensor {name[:80]!r} has {dimensions} dimensions")
        shape = struct.unpack(f"<{dimensions}Q", self.take(8 * dimensions))
        kind = self.unsigned()
        offset = int(_LENGTH.unpack(self.take(8))[0])
        if kind not in TENSOR_TYPES:
            raise ModelError(
                f"{self.path.name} uses a way of storing weights that this program does not know.",
                "Update InstructLab Desktop, or get the model in another quantization, such as Q4_K_M or Q8_0.",
                f"Tensor {name[:80]!r} has the type {kind}.",
            )
        type_name, block, block_bytes = TENSOR_TYPES[kind]
        if 0 in shape or shape[0] % block:
            raise self.damaged(f"tensor {name[:80]!r} of type {type_name} has the shape {shape}")
        return TensorInfo(name, shape, type_name, offset, prod(shape) // block * block_bytes)

    def _placed(self, tensor: TensorInfo, data_offset: int, alignment: int) -> TensorInfo:
        if tensor.offset % alignment:
            raise self.damaged(f"tensor {tensor.name[:80]!r} begins between two places of {alignment} bytes")
        offset = data_offset + tensor.offset
        if offset + tensor.bytes > self.size:
            raise self.cut_short(
                f"tensor {tensor.name[:80]!r} ends at byte {offset + tensor.bytes}, the file at byte {self.size}"
            )
        return TensorInfo(tensor.name, tensor.shape, tensor.type_name, offset, tensor.bytes)


def _not_gguf(path: Path, file: BinaryIO) -> ModelError:
    """Return the error for a file of another kind, with the way out for those a person is likely to have."""
    file.seek(0)
    start = file.read(64) or b""
    if start.startswith(MAGIC[: len(start)]):
        return ModelError(f"{path.name} is cut short: its end is missing.", "Get the file again.")
    hint = "Choose a file that ends in .gguf; most models are offered as one."
    if start.startswith(b"version https://git-lfs"):
        hint = "This is only a pointer to the model. Run “git lfs pull” in its folder, or download the file itself."
    elif start.lstrip().startswith((b"<", b"{")):
        hint = "It is a page or a message of a server, not the model. Download the model again."
    elif start.startswith((b"GGML", b"ggjt", b"tjgg", b"lmgg", b"PK", b"\x80")) or path.suffix == ".safetensors":
        hint = "It is in another format of models. Get the same model as GGUF."
    return ModelError(f"{path.name} is not a GGUF model.", hint, f"It begins with the bytes {start[:8]!r}.")

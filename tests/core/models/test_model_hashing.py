# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from ilab_core.errors import Cancelled, ModelError
from ilab_core.models import hashing
from ilab_core.models.hashing import sha256_of
from ilab_core.models.library import ModelLibrary
from ilab_core.paths import open_workspace

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_the_hash_and_its_progress(file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "PIECE_BYTES", 4096)
    seen: list[tuple[int, int]] = []
    assert sha256_of(file, cache, lambda done, total: seen.append((done, total))) == hashlib.sha256(CONTENT).hexdigest()
    assert seen == [(4096, 10240), (8192, 10240), (10240, 10240)]


def test_an_unchanged_file_is_read_once(file: Path, cache: Path) -> None:
    first = sha256_of(file, cache)
    reads: list[int] = []
    assert sha256_of(file, cache, lambda done, _: reads.append(done)) == first
    assert reads == []


def test_a_changed_file_is_read_again_and_its_old_hash_forgotten(file: Path, cache: Path) -> None:
    status = file.stat()
    sha256_of(file, cache)
    file.write_bytes(CONTENT[::-1])
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert sha256_of(file, cache) == hashlib.sha256(CONTENT[::-1]).hexdigest()
    assert len(list(cache.iterdir())) == 1


def test_a_moved_file_keeps_its_hash_and_another_has_its_own(file: Path, cache: Path, tmp_path: Path) -> None:
    first = sha256_of(file, cache)
    moved = file.rename(tmp_path / "moved.gguf")
    reads: list[int] = []
    assert sha256_of(moved, cache, lambda done, _: reads.append(done)) == first
    assert reads == []
    other = tmp_path / "other.gguf"
    other.write_bytes(b"x")
    assert sha256_of(other, cache) == hashlib.sha256(b"x").hexdigest()
    assert len(list(cache.iterdir())) == 2


def test_a_damaged_record_is_not_believed(file: Path, cache: Path) -> None:
    first = sha256_of(file, cache)
    (record,) = cache.iterdir()
    for content in ("", "0" * 63, "zz" * 32, "\N{SNOWMAN}"):
        record.write_text(content, encoding="utf-8")
        assert sha256_of(file, cache) == first


def test_a_cancelled_hash_records_nothing(file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "PIECE_BYTES", 4096)
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        sha256_of(file, cache, is_cancelled=lambda: next(answers))
    assert not cache.exists()


def test_a_file_that_changes_meanwhile_has_no_hash(file: Path, cache: Path) -> None:
    def grow(done: int, _total: int) -> None:
        if done > len(CONTENT):
            return
        with file.open("ab") as growing:
            growing.write(b"more")

    with pytest.raises(ModelError, match="changed while it was read"):
        sha256_of(file, cache, grow)
    assert not cache.exists()


def test_files_that_cannot_be_read(cache: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "absent.gguf", tmp_path):
        with pytest.raises(ModelError, match="could not be read"):
            sha256_of(path, cache)


def test_a_cache_that_cannot_be_written_costs_only_time(file: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    assert sha256_of(file, blocked) == hashlib.sha256(CONTENT).hexdigest()


def test_the_library_keeps_hashes_out_of_sight(file: Path, tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace")
    library = ModelLibrary(workspace)
    assert library.sha256(file) == hashlib.sha256(CONTENT).hexdigest()
    assert [path.name for path in workspace.models.iterdir()] == [".hashes"]
    assert all(entry.built_in for entry in library.list())

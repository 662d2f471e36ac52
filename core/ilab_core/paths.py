# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where things are kept, and how a file is written so that a crash never leaves half of it."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import filelock
import platformdirs
import psutil

from ilab_core.errors import WorkspaceError

APPLICATION = "instructlab-desktop"
HOME_VARIABLE = "ILAB_DESKTOP_HOME"
LOCK_NAME = ".window.lock"
_PART = ".part"


@dataclass(frozen=True)
class Workspace:
    """The one folder that holds everything a person makes. Its folders exist once `open_workspace` returned it."""

    root: Path

    @property
    def taxonomy(self) -> Path:
        """The default taxonomy: a git repository of `qna.yaml` files."""
        return self.root / "taxonomy"

    @property
    def documents(self) -> Path:
        """The document repository: sources of knowledge leaves that live outside the taxonomy."""
        return self.root / "documents"

    @property
    def models(self) -> Path:
        """Imported GGUF files, or links to them."""
        return self.root / "models"

    @property
    def runs(self) -> Path:
        """One folder for each job."""
        return self.root / "runs"

    @property
    def adapters(self) -> Path:
        """One folder for each finished adapter."""
        return self.root / "adapters"

    @property
    def chats(self) -> Path:
        """Saved conversations."""
        return self.root / "chats"

    @property
    def settings_file(self) -> Path:
        """The person's settings."""
        return self.root / "settings.yaml"


def default_workspace_root() -> Path:
    """Return the folder named by ILAB_DESKTOP_HOME, else the system's place for application data."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named) if named else Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def cache_folder() -> Path:
    """Return the folder of what can be made again: in ILAB_DESKTOP_HOME, else the system's place for caches."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named) / "cache" if named else Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False))


def open_workspace(root: Path | None = None) -> Workspace:
    """Return the workspace at `root` with all its folders made; WorkspaceError where it cannot be written."""
    workspace = Workspace((root or default_workspace_root()).expanduser().resolve())
    folders = (workspace.documents, workspace.models, workspace.runs, workspace.adapters, workspace.chats)
    try:
        for folder in (workspace.root, *folders):
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=workspace.root):
            pass
    except OSError as error:
        raise WorkspaceError(
            f"The folder {workspace.root} cannot be written to.",
            "Choose another one with --workspace FOLDER, or change its permissions.",
            str(error),
        ) from error
    return workspace


def lock_workspace(workspace: Workspace) -> filelock.FileLock:
    """Return the lock that one window holds on its workspace; WorkspaceError where another holds it or none can."""
    lock = filelock.FileLock(workspace.root / LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise WorkspaceError(
            f"Another window is already open on {workspace.root}.",
            "Go on in that window, or start this one with --workspace and another folder.",
        ) from error
    except OSError as error:
        raise write_error(workspace.root / LOCK_NAME, error) from error
    return lock


def write_atomic(path: Path, content: str | bytes, last_look: Callable[[], None] | None = None) -> None:
    """Replace `path` with `content` (text as UTF-8) in one step: the old file stays whole until the new one is safe.

    `last_look` is called right before that step, and calls it off with an error of its own. WorkspaceError where the
    disk refuses.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if path.is_dir():  # systems disagree on what they say to a file put in the place of a folder
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        prefix = f".{path.name}.{os.getpid()}."
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=_PART)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                os.chmod(temporary, path.stat().st_mode & 0o777)
            else:
                os.chmod(temporary, 0o666 & ~_umask())
            if last_look is not None:
                last_look()
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise write_error(path, error) from error
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring a rename in `folder` to the disk, where the system can (Windows cannot open a folder)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_error(path: Path, error: OSError) -> WorkspaceError:
    """Return the error to raise for an OSError met while writing `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WorkspaceError(
            f"The disk is full: {path.name} could not be saved.",
            f"Free some space on the disk that holds {path.parent}, then try again. Nothing saved earlier was lost.",
            str(error),
        )
    if error.errno == errno.EISDIR:
        return WorkspaceError(
            f"{path} is a folder, and a file was to be saved there.",
            "Choose another name for the file, or rename the folder.",
            str(error),
        )
    return WorkspaceError(
        f"{path.name} could not be saved in {path.parent}.",
        "Check that the folder exists and that you may write to it.",
        str(error),
    )


def _sweep(path: Path) -> None:
    """Remove what processes that were killed while they wrote `path` left beside it."""
    start = f".{path.name}."
    for name in os.listdir(path.parent):
        if name.startswith(start) and name.endswith(_PART):
            process = name[len(start) :].split(".")[0]
            if process.isdigit() and not psutil.pid_exists(int(process)):
                (path.parent / name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

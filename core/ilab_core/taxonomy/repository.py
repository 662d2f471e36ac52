# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Get a taxonomy with its history: clone one, start an empty one, or begin to keep the history of a folder."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import CredentialType

from ilab_core.errors import Cancelled, TaxonomyError
from ilab_core.paths import write_error
from ilab_core.taxonomy.commits import Author, commit_files
from ilab_core.taxonomy.git import find_repository
from ilab_core.taxonomy.tree import find_leaves

SECONDS_WITHOUT_ANSWER = 30
START_FOLDERS = ("knowledge", "compositional_skills")
# git keeps files only: an empty folder would be gone from a clone
_KEEPER = ".gitkeep"
_SCP_LIKE = re.compile(r"^[\w.-]+@[\w.-]+:")
_FOLDER_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class CloneProgress:
    """How far a clone is: objects received of all (0 while that is not known) and bytes."""

    received: int
    total: int
    bytes: int


def folder_for(address: str) -> str:
    """Return the name that a clone's folder gets where none is chosen: `taxonomy` for `…/instructlab/taxonomy.git`."""
    last = re.split(r"[/\\:]", address.strip().rstrip("/\\"))[-1].removesuffix(".git")
    return _FOLDER_NAME.sub("-", last).strip("-.") or "taxonomy"


def is_on_network(address: str) -> bool:
    """Return whether cloning from an address leaves this computer."""
    return ("://" in address and not address.startswith("file://")) or bool(_SCP_LIKE.match(address))


def clone_taxonomy(
    address: str,
    folder: Path,
    progress: Callable[[CloneProgress], None] = lambda _: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Clone the repository at `address` into `folder`, which must be absent or empty, and return the folder.

    Proxies are those of git's configuration and of the environment; certificates are checked against the system's
    and those that git or SSL_CERT_FILE name. Cancelled where `is_cancelled` says so; TaxonomyError in words where it
    fails. Either way nothing is left behind.
    """
    address = address.strip()
    if not address:
        raise TaxonomyError("Give the address of the repository.")
    _require_room(folder)
    _trust_certificates()
    pygit2.settings.server_connect_timeout = pygit2.settings.server_timeout = SECONDS_WITHOUT_ANSWER * 1000
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Cloned beside its place and moved there whole: what is cut short leaves no half of it.
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".clone-", ignore_cleanup_errors=True) as work:
            made = Path(work) / folder.name
            repository = pygit2.clone_repository(
                address, str(made), callbacks=_Callbacks(progress, is_cancelled), proxy=True
            )
            repository.free()
            if is_cancelled():
                raise Cancelled
            if folder.exists():
                folder.rmdir()
            shutil.move(made, folder)
    except OSError as error:
        raise write_error(folder, error) from error
    except (pygit2.GitError, KeyError, ValueError) as error:
        if is_cancelled():
            raise Cancelled from error
        raise _clone_error(address, str(error)) from error
    return folder


def start_taxonomy(folder: Path, author: Author) -> Path:
    """Make an empty taxonomy in `folder`, which must be absent or empty: its folders, in git, with one commit."""
    _require_room(folder)
    try:
        for name in START_FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / _KEEPER).touch()
    except OSError as error:
        raise write_error(folder, error) from error
    _first_commit(folder, [f"{name}/{_KEEPER}" for name in START_FOLDERS], "Start an empty taxonomy", author)
    return folder


def start_history(root: Path, author: Author) -> None:
    """Begin to keep the history of a taxonomy that is in no repository: its leaves, with the files beside them."""
    if find_repository(root / "any") is not None:
        raise TaxonomyError(f"The history of {root} is kept already.")
    if pygit2.discover_repository(str(root)):
        raise TaxonomyError(
            f"There is a git repository at {root} which cannot be opened.",
            "It may belong to someone else, or be damaged: look at it with a git program.",
        )
    files = [
        file.relative_to(root).as_posix()
        for leaf in find_leaves(root)
        for file in sorted(leaf.path.parent.iterdir())
        if file.is_file()
    ]
    _first_commit(root, files, "Start keeping the history", author)


def _first_commit(root: Path, files: list[str], message: str, author: Author) -> None:
    try:
        repository = pygit2.init_repository(str(root), initial_head="main")
    except pygit2.GitError as error:
        raise TaxonomyError("The git repository could not be made.", "Choose another folder.", str(error)) from error
    commit_files(repository, root, files, f"{message}\n", author)
    repository.free()


def _require_room(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TaxonomyError(f"{folder} is not empty.", "Choose a folder that is empty, or a new one.")


def _trust_certificates() -> None:
    """Trust what git is set up to trust, besides the system's certificates and SSL_CERT_FILE, which pygit2 knows."""
    named = os.environ.get("GIT_SSL_CAINFO")
    if not named:
        with contextlib.suppress(KeyError, OSError, pygit2.GitError):
            named = pygit2.Config.get_global_config()["http.sslcainfo"]
    if named and Path(named).expanduser().is_file():
        with contextlib.suppress(pygit2.GitError):
            pygit2.settings.set_ssl_cert_locations(str(Path(named).expanduser()), None)


class _Callbacks(pygit2.RemoteCallbacks):
    """Tells the progress, and ends the transfer by an error where it was cancelled."""

    def __init__(self, progress: Callable[[CloneProgress], None], is_cancelled: Callable[[], bool]) -> None:
        super().__init__()
        self._progress = progress
        self._is_cancelled = is_cancelled

    def transfer_progress(self, stats: pygit2.remotes.TransferProgress) -> None:
        self._go_on()
        self._progress(CloneProgress(stats.received_objects, stats.total_objects, stats.received_bytes))

    def sideband_progress(self, string: str) -> None:
        self._go_on()

    def credentials(
        self, url: str, username_from_url: str | None, allowed_types: CredentialType
    ) -> pygit2.credentials.KeypairFromAgent:
        self._go_on()
        if allowed_types & CredentialType.SSH_KEY and username_from_url:
            return pygit2.credentials.KeypairFromAgent(username_from_url)
        raise pygit2.GitError("authentication required")

    def _go_on(self) -> None:
        if self._is_cancelled():
            raise Cancelled


def _clone_error(address: str, detail: str) -> TaxonomyError:
    words = detail.casefold()
    if "authentication" in words or "401" in words or "403" in words or "credentials" in words:
        return TaxonomyError(
            "This repository wants a sign-in, which this program does not do.",
            "Clone it with a git program, then open its folder here.",
            detail,
        )
    if "certificate" in words or "ssl" in words:
        return TaxonomyError(
            "The server's certificate is not trusted here.",
            "Behind a company's proxy, name its certificate in git's http.sslCAInfo or in SSL_CERT_FILE.",
            detail,
        )
    if not is_on_network(address) or "404" in words or "not found" in words:
        return TaxonomyError(f"There is no git repository at {address}.", "Check the address.", detail)
    return TaxonomyError(
        f"{address} could not be reached.", "Check the address and the network, then try again.", detail
    )

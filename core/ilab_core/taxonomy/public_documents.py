# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Documents that were published: the leaf names the public repository, and the local copy is what is used here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ilab_core.taxonomy.documents_repository import commit_file
from ilab_core.taxonomy.leaf import DocumentReference

LIST_NAME = "published.json"
"""In the documents repository: which public reference stands for which local one."""
# No user's name with https: what stands before an @ there is likely a password, and a leaf is for all to read.
_URL = re.compile(r"https?://[^\s/@]+/\S*[^\s/]/?|(ssh|git)://[^\s/]+/\S+|[\w.-]+@[\w.-]+:[^\s:]+")
_FULL_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def repository_problem(url: str) -> str:
    """Return why `url` cannot be the address of a public repository, as a sentence, or ""."""
    if _URL.fullmatch(url):
        return ""
    return "Write the address that git clones from, for example https://github.com/name/documents.git."


def commit_problem(commit: str) -> str:
    """Return why `commit` cannot name a commit for good, as a sentence, or ""."""
    if _FULL_COMMIT.fullmatch(commit):
        return ""
    if commit and re.fullmatch(r"[0-9a-fA-F]{4,39}", commit):
        return "Write the commit's full id of 40 characters; a short one may come to name two."
    return "Write the full id of a commit: 40 digits and letters from a to f. A branch would change under the leaf."


def patterns_problem(patterns: tuple[str, ...]) -> str:
    """Return why `patterns` cannot name files of a repository, as a sentence, or ""."""
    if not patterns:
        return "Name at least one file as it is called in that repository, for example guide.md."
    if any(pattern.startswith("/") or "\\" in pattern or ".." in pattern.split("/") for pattern in patterns):
        return "Write paths inside the repository, with / between folders."
    return ""


def remember_local_copy(folder: Path, public: DocumentReference, local: DocumentReference) -> None:
    """Note in the repository at `folder` that `local` is the copy of `public`; WorkspaceError where it cannot."""
    entries = [entry for entry in _entries(folder) if entry.get("public") != _as_json(public)]
    entries.append({"public": _as_json(public), "local": _as_json(local)})
    data = json.dumps(entries, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    commit_file(folder, LIST_NAME, data, f"Note the local copy of {public.repo}")


def local_copy_of(folder: Path, public: DocumentReference) -> DocumentReference | None:
    """Return the reference to the local copy of published documents, None where there is none."""
    wanted = _as_json(public)
    return next((_from_json(entry.get("local")) for entry in _entries(folder) if entry.get("public") == wanted), None)


def _entries(folder: Path) -> list[dict[str, Any]]:
    try:
        read = json.loads((folder / LIST_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return [entry for entry in read if isinstance(entry, dict)] if isinstance(read, list) else []


def _as_json(reference: DocumentReference) -> dict[str, Any]:
    return {"repo": reference.repo, "commit": reference.commit, "patterns": list(reference.patterns)}


def _from_json(entry: object) -> DocumentReference | None:
    match entry:
        case {"repo": str(repo), "commit": str(commit), "patterns": [*patterns]}:
            return DocumentReference(repo, commit, tuple(str(pattern) for pattern in patterns))
    return None

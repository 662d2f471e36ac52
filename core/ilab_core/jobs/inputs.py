# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Record in `run.json` what was in the files that a run read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from ilab_core.errors import JobError
from ilab_core.paths import write_atomic

PIECE_BYTES = 1 << 20


def record_inputs(folder: Path, files: Sequence[Path], check: Callable[[], None]) -> dict[Path, str]:
    """Return the SHA-256 of each file, added to the `inputs` of the run in `folder`.

    JobError where a file is not what it was when the run began: what was made of the old one would not fit.
    `check` is called often and may raise.
    """
    document = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    known = {item["path"]: item["sha256"] for item in document["inputs"]}
    digests = {}
    for path in files:
        digests[path] = _sha256(path, check)
        if known.get(str(path), digests[path]) != digests[path]:
            raise JobError(
                f"{path.name} has changed since this run began.",
                "Start a new run: this one cannot go on from another file.",
                str(path),
            )
    others = [item for item in document["inputs"] if Path(item["path"]) not in digests]
    read = [{"path": str(path), "sha256": digest, "bytes": path.stat().st_size} for path, digest in digests.items()]
    document["inputs"] = [*others, *read]
    write_atomic(folder / "run.json", json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return digests


def _sha256(path: Path, check: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                check()
                digest.update(piece)
    except OSError as error:
        raise JobError(f"{path.name} could not be read.", "Check that the file is there.", str(error)) from error
    return digest.hexdigest()

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Make `.venv` ready to run and to test the project, or find at once that it is.

Standard library only, and any Python 3.8 or newer can start it: `install_environment.py`, which does the work and is
imported only when there is some, looks for a fitting one. Interrupted, it goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
FINGERPRINTED = (
    "pyproject.toml",
    "packaging/constraints.txt",
    "packaging/install_environment.py",
    "packaging/setup_environment.py",
    "packaging/system_packages.py",
)
STAMP = ".set-up.json"
USAGE = """usage: setup_environment.py [--tests]

Make .venv ready to run the project; with --tests also bring what the tests need from the system."""


def main(arguments: list[str]) -> int:
    """Set up what is missing; return 0 when everything is there, 1 when something a person must do is not."""
    if not set(arguments) <= {"--tests"}:
        print(USAGE, file=sys.stderr)
        return 2
    wanted = {"python", "window", *(["tests"] if arguments else [])}
    mark = fingerprint(ROOT)
    ready = read_stamp(ROOT, mark)
    if wanted <= ready:
        return 0
    import install_environment

    return install_environment.install(ROOT, wanted, ready, lambda parts: write_stamp(ROOT, mark, parts))


def fingerprint(root: Path) -> str:
    """Return a SHA-256 of everything that decides what the set-up does, the folder's own place included."""
    digest = hashlib.sha256(os.fsencode(root))
    for name in FINGERPRINTED:
        digest.update(b"\0" + name.encode() + b"\0" + (root / name).read_bytes())
    return digest.hexdigest()


def read_stamp(root: Path, mark: str) -> set[str]:
    """Return which parts ("python", "window", "tests") an earlier set-up with this fingerprint left ready."""
    try:
        stamp = json.loads((root / ".venv" / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if stamp.get("fingerprint") != mark or not environment_python(root).exists():
        return set()
    return set(stamp.get("ready", ()))


def write_stamp(root: Path, mark: str, ready: set[str]) -> None:
    """Record which parts are ready."""
    content = json.dumps({"fingerprint": mark, "ready": sorted(ready)})
    (root / ".venv" / STAMP).write_text(content + "\n", encoding="utf-8")


def environment_python(root: Path) -> Path:
    """Return the interpreter inside the project's environment."""
    return root / ".venv" / PROGRAMS / ("python.exe" if os.name == "nt" else "python")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

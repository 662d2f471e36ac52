# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The results of earlier checks, kept between starts: a leaf is checked again when anything its check read changed.

Nothing here is missed when it is lost: a file that is damaged, locked or not to be written makes checks slower, no
more.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Self

from ilab_core import __version__
from ilab_core.paths import cache_folder
from ilab_core.taxonomy.leaf import DocumentReference
from ilab_core.taxonomy.problem import Problem
from ilab_core.taxonomy.surroundings import stamps_around

FILE_NAME = "checks.sqlite"
MOST_LEAVES = 50_000
MOST_BYTES = 128 * 1024 * 1024
LONGEST_RESULT = 100_000
"""Characters; a file with more problems than that is no leaf."""
_PAGE_BYTES = 4096
_LIBRARIES = ("instructlab-schema", "jsonschema", "PyYAML", "yamllint")
_JUST_NOW = 50_000_000
"""Nanoseconds within which a file could be written twice without its time telling."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS checks (path BLOB PRIMARY KEY, day INTEGER NOT NULL, version TEXT NOT NULL,"
    " stamps TEXT NOT NULL, document TEXT NOT NULL, problems TEXT NOT NULL) WITHOUT ROWID"
)


class CheckCache:
    """Earlier results in one SQLite file; what is new is written when it is left as a context manager."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or cache_folder() / FILE_NAME
        self._version = checker_version()
        self._day = int(time.time()) // 86_400
        self._new: list[tuple[bytes, int, str, str, str, str]] = []
        self._used: list[tuple[int, bytes]] = []
        self._connection = self._open() or self._open_new()

    def find(self, leaf: Path, documents: Path | None) -> list[Problem] | None:
        """Return the problems of the leaf in the file `leaf` as they were found before; None where that may be over."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute(
                "SELECT day, version, stamps, document, problems FROM checks WHERE path = ?", (_key(leaf),)
            ).fetchone()
            if row is None or row[1] != self._version:
                return None
            held = json.loads(row[3])
            reference = DocumentReference(held[0], held[1], tuple(held[2])) if held is not None else None
            if row[2] != json.dumps(stamps_around(_absolute(leaf), reference, documents)):
                return None
            if row[0] != self._day:
                self._used.append((self._day, _key(leaf)))
            return [Problem(leaf.with_name(name), *fields) for name, *fields in json.loads(row[4])]
        except (sqlite3.Error, ValueError, TypeError, LookupError):
            return None

    def keep(
        self,
        leaf: Path,
        documents: Path | None,
        reference: DocumentReference | None,
        problems: Sequence[Problem],
        started: int,
    ) -> None:
        """Keep what a check found that began at `started`, in nanoseconds since 1970, and read this document."""
        stamps = stamps_around(_absolute(leaf), reference, documents)
        if self._connection is None or any(max(stamp[2:]) > started - _JUST_NOW for stamp in stamps):
            return
        document = (reference.repo, reference.commit, reference.patterns) if reference is not None else None
        rows = [[p.path.name, p.line, p.column, p.field, p.severity, p.code, p.message, p.fix] for p in problems]
        texts = json.dumps(stamps), json.dumps(document), json.dumps(rows)
        if len(texts[-1]) <= LONGEST_RESULT:
            self._new.append((_key(leaf), self._day, self._version, *texts))

    def close(self) -> None:
        """Write what is new, and forget the oldest results where there are too many."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with contextlib.closing(connection), contextlib.suppress(sqlite3.Error):
            # All at once: another program that checks at the same time waits for a moment only
            connection.executemany("INSERT OR REPLACE INTO checks VALUES (?, ?, ?, ?, ?, ?)", self._new)
            connection.executemany("UPDATE checks SET day = ? WHERE path = ?", self._used)
            connection.commit()
            (count,) = connection.execute("SELECT count(*) FROM checks").fetchone()
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            if count > MOST_LEAVES or pages * _PAGE_BYTES > MOST_BYTES * 3 // 4:
                oldest = "SELECT path FROM checks ORDER BY day LIMIT ?"
                connection.execute(f"DELETE FROM checks WHERE path IN ({oldest})", (max(1, count // 2),))
                connection.commit()
                connection.execute("VACUUM")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> sqlite3.Connection | None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._file, timeout=0.5)
        except (OSError, sqlite3.Error):
            return None
        try:
            # What a lost power supply makes of a cache does not matter, and waiting for the disk does
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA max_page_count = {MOST_BYTES // _PAGE_BYTES}")
            connection.execute(_TABLE)
            connection.execute("SELECT day, version, stamps, document, problems FROM checks LIMIT 1").fetchone()
        except sqlite3.Error:
            connection.close()
            return None
        return connection

    def _open_new(self) -> sqlite3.Connection | None:
        """Begin again where the file is no such database; one that is only locked by another program stays."""
        try:
            with contextlib.closing(sqlite3.connect(self._file, timeout=0)) as connection:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                connection.execute("DROP TABLE IF EXISTS checks")
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError):
                self._file.unlink()
        return self._open()


@functools.cache
def checker_version() -> str:
    """Return what the result of a check depends on besides the files: the code that checks and what it builds on."""
    code = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        code.update(source.read_bytes())
    versions = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    return ", ".join([__version__, code.hexdigest()[:16], *versions])


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _key(leaf: Path) -> bytes:
    return os.fsencode(_absolute(leaf))

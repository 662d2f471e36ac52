# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Mend a leaf: what is surely meant is written as the standard wants it, and everything else stays to the byte.

Each kind of mend lives in a module of its own (`mend_…`) and only proposes. Here a proposal is taken where the leaf has
fewer errors with it and every word is still there, and given up where not. A valid leaf is left alone.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ilab_core.errors import TaxonomyError
from ilab_core.paths import write_atomic
from ilab_core.taxonomy.attribution import ATTRIBUTION_NAME
from ilab_core.taxonomy.checking import Problem
from ilab_core.taxonomy.editing import set_field
from ilab_core.taxonomy.mend_attribution import completed, mend_attribution
from ilab_core.taxonomy.mend_broken import mend_broken
from ilab_core.taxonomy.mend_keys import mend_keys, wrap_examples
from ilab_core.taxonomy.mend_step import NEEDS_A_PERSON, Change, Draft, Mend, accepted
from ilab_core.taxonomy.mend_values import mend_values
from ilab_core.taxonomy.mend_versions import mend_versions
from ilab_core.taxonomy.mend_white_space import mend_white_space
from ilab_core.taxonomy.source import Source, read_source

_MENDS: tuple[Mend, ...] = (
    mend_broken, wrap_examples, mend_attribution, mend_keys, mend_values, mend_white_space, mend_versions,
)  # fmt: skip
_MOST_STEPS = 100
_LARGEST = 500_000
"""Characters of a leaf that is mended; a leaf is a few pages, and every step reads all of it."""
# Seconds of work after which no further mend is tried: what is done by then stays, and can be gone on with.
_ENOUGH = 1.0


@dataclass(frozen=True)
class Mended:
    """The mended text (the same where nothing could be mended), and a sentence for each thing that was done.

    `attribution` is what belongs into attribution.txt beside the leaf, "" for nothing. `before` and `remaining` are the
    errors of the text as it was and as it is; `asks` are those that only a person who knows the subject can mend.
    """

    text: str
    steps: tuple[str, ...]
    attribution: str
    before: tuple[Problem, ...]
    remaining: tuple[Problem, ...]

    @property
    def solved(self) -> int:
        """How many of the errors are gone."""
        return (Counter(map(_identity, self.before)) - Counter(map(_identity, self.remaining))).total()

    @property
    def asks(self) -> tuple[Problem, ...]:
        """What is missing from the leaf and is a person's to say."""
        return tuple(problem for problem in self.remaining if problem.code in NEEDS_A_PERSON)

    @property
    def new_asks(self) -> tuple[Problem, ...]:
        """What is asked for only now, since the leaf was of an older shape."""
        known = set(map(_identity, self.before))
        return tuple(problem for problem in self.asks if _identity(problem) not in known)


def _identity(problem: Problem) -> tuple[str, str]:
    return problem.code, problem.field


def mend_text(text: str, path: Path, answers: Mapping[str, str] | None = None, *, upgrade: bool = False) -> Mended:
    """Return the leaf's text mended; `path` says what kind of leaf it is and is not read.

    `answers` are texts by field for what a mend before asked for. With `upgrade` a valid skill of an older version is
    brought to the newest, too.
    """
    body = text.removeprefix("\ufeff")
    windows = "\r\n" in body and body.count("\r\n") == body.count("\n") == body.count("\r")
    plain = body.replace("\r\n", "\n").replace("\r", "\n")
    first = draft = Draft(plain, path)
    steps: list[str] = []
    attribution = ""
    end = time.thread_time() + _ENOUGH
    if (draft.errors or upgrade) and len(plain) <= _LARGEST:
        for _ in range(_MOST_STEPS):
            found = _next(draft, _MENDS if draft.errors else (mend_versions,), end)
            if found is None:
                break
            change, draft = found
            steps.append(change.step)
            attribution = completed(attribution, change.attribution)
    draft = _answered(draft, answers or {}, steps)
    if not steps:
        return Mended(text, (), "", first.errors, draft.errors)
    if not windows and plain != body:
        steps.append("Gave every line the same line end.")
    new = draft.text.replace("\n", "\r\n") if windows else draft.text
    return Mended(new, tuple(dict.fromkeys(steps)), attribution, first.errors, draft.errors)


def mend_file(path: Path, answers: Mapping[str, str] | None = None, *, upgrade: bool = False) -> Mended:
    """Mend the leaf in the file `path` and return what was done; attribution.txt is made or completed beside it.

    The file is written, as UTF-8, only where something changes. LeafError where it cannot be read, WorkspaceError where
    it cannot be written.
    """
    source = read_source(path)
    mended = mend_text(source.text, path, answers, upgrade=upgrade)
    steps = mended.steps + _encoding_step(source)
    if not steps:
        return mended
    place = Path(os.path.realpath(path))
    # What is moved is written to its new place first: a crash between the two leaves it in both.
    _add_attribution(place.parent, mended.attribution)
    write_atomic(place, mended.text)
    return replace(mended, steps=steps)


def _add_attribution(folder: Path, attribution: str) -> None:
    """Write what `attribution` says into the folder's attribution.txt, below what is there already."""
    file = folder / ATTRIBUTION_NAME
    if not attribution:
        return
    existing = read_source(file).text if file.exists() else ""
    new = completed(existing, attribution)
    if new != existing:
        write_atomic(file, new)


def _next(draft: Draft, mends: Sequence[Mend], end: float) -> tuple[Change, Draft] | None:
    """Return the first proposal that is accepted, and the draft after it; None after `end` of this thread's time."""
    for mend in mends:
        for change in mend(draft):
            if time.thread_time() > end:
                return None
            after = accepted(draft, change) if change.text != draft.text else None
            if after is not None:
                return change, after
    return None


def _answered(draft: Draft, answers: Mapping[str, str], steps: list[str]) -> Draft:
    """Return the draft with the answers in their fields; an answer whose field cannot be written is passed over."""
    text = draft.text
    for field, answer in answers.items():
        if not answer.strip():
            continue
        try:
            text = set_field(text, field, answer.strip())
        except TaxonomyError:
            continue
        steps.append("Filled in your answers.")
    return Draft(text, draft.path) if text != draft.text else draft


def _encoding_step(source: Source) -> tuple[str, ...]:
    # A character that could not be decoded is lost once the file is written.
    if source.is_utf8 or "\ufffd" in source.text:
        return ()
    return ("Saved the file as UTF-8.",)

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What an attribution.txt lacks, as warnings: they matter when a leaf is handed on, not when it is taught."""

from __future__ import annotations

import re
from pathlib import Path

from ilab_core.taxonomy.attribution import ATTRIBUTION_NAME, FoundWork, Key, attribution_file, find_works
from ilab_core.taxonomy.leaf import Kind
from ilab_core.taxonomy.licences import ACCEPTED, is_accepted
from ilab_core.taxonomy.problem import Problem

FIELD = "attribution"

_NEEDED: dict[Key, tuple[str, str]] = {
    "title": ("the title of the work", "Write what the work is called."),
    "link": ("where the work is", "Write the address of the work, or the name of its file."),
    "licence": ("the licence of the work", "Write the licence's SPDX name, for example CC-BY-SA-4.0."),
    "creators": ("who made the work", "Write the names of its creators, or for example “Wikipedia authors”."),
}
_PERMANENT = re.compile(
    r"oldid=\d|PermanentLink|/(?:blob|tree|commit|raw)/[0-9a-f]{7,40}(?:/|$)|doi\.org/|perma\.cc/"
    r"|arxiv\.org/\S*v\d|web\.archive\.org/web/\d",
    re.IGNORECASE,
)


def attribution_problems(text: str | None, leaf: Path, kind: Kind) -> list[Problem]:
    """Return the warnings for the attribution of the leaf in the file `leaf`; `text` is None where there is no file."""
    if text is None:
        message = f"There is no {ATTRIBUTION_NAME} beside this leaf."
        fix = "Say which works the leaf is made from, and under which licence."
        return [Problem(leaf, 1, 1, FIELD, "warning", "attribution-missing", message, fix)]
    works = find_works(text)
    if not works:
        message = f"{ATTRIBUTION_NAME} names no work."
        fix = "Write the title, the link, the licence and the creators, each on a line such as “Title of work: …”."
        return [Problem(attribution_file(leaf), 1, 1, FIELD, "warning", "attribution-empty", message, fix)]
    return [problem for number, work in enumerate(works) for problem in _work_problems(number, work, leaf, kind)]


def _work_problems(number: int, work: FoundWork, leaf: Path, kind: Kind) -> list[Problem]:
    file = attribution_file(leaf)
    held = work.attribution
    name = f"“{held.title}”" if held.title else f"work {number + 1}"

    def problem(key: Key, code: str, message: str, fix: str) -> Problem:
        line = work.lines.get(key, work.line)
        return Problem(file, line, 1, f"{FIELD}[{number}].{key}", "warning", code, message, fix)

    found = []
    for key, (what, fix) in _NEEDED.items():
        # A skill is often its writer's own work, which is nowhere else
        if not held.value(key) and (key != "link" or kind == "knowledge"):
            found.append(problem(key, "attribution-incomplete", f"The attribution of {name} does not say {what}.", fix))
    if held.licence and not is_accepted(held.licence):
        accepted = ", ".join(licence.spdx for licence in ACCEPTED)
        message = f"The InstructLab project does not accept the licence “{held.licence}”."
        fix = f"To hand this leaf on, use a work under one of these: {accepted}."
        found.append(problem("licence", "licence-not-accepted", message, fix))
    if kind == "knowledge" and held.link and not held.revision and not _PERMANENT.search(held.link):
        message = f"The link to {name} is not permanent: what is there may change."
        fix = "Write the link to the very revision that you used, for example Wikipedia's “Permanent link”."
        found.append(problem("revision", "attribution-not-permanent", message, fix))
    return found

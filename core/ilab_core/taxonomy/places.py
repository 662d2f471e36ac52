# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Where a new leaf belongs: folders that the taxonomy has, and the usual fields of knowledge and of skill."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Folder below the kind's top -> words by which a person may look for it. Ordered as a library orders its shelves.
_KNOWLEDGE: dict[str, str] = {
    "computing": "computer software program code internet data hardware",
    "computing/languages": "python java rust programming code",
    "information/libraries": "archive book catalogue museum news press",
    "philosophy": "ethics logic thought mind meaning",
    "philosophy/psychology": "mind emotion memory behaviour therapy",
    "religion": "faith belief church temple myth scripture",
    "society": "people culture customs community",
    "society/economics": "money market trade bank finance tax",
    "society/education": "school university teaching learning pupil",
    "society/law": "court rule right contract regulation",
    "society/politics": "government election parliament state policy",
    "language": "grammar word dialect translation writing",
    "language/linguistics": "grammar syntax sound meaning",
    "science": "research experiment theory",
    "science/astronomy": "star planet moon galaxy telescope space",
    "science/biology": "cell gene evolution life organism species",
    "science/biology/animals": "bird fish mammal insect zoo zoology",
    "science/biology/plants": "tree flower botany garden forest leaf",
    "science/chemistry": "element molecule reaction acid metal",
    "science/earth": "geology rock weather climate ocean volcano",
    "science/mathematics": "number algebra geometry statistics proof",
    "science/physics": "energy force light quantum motion heat",
    "technology": "machine invention tool industry",
    "technology/agriculture": "farm crop soil animal harvest",
    "technology/engineering": "bridge building machine electric engine",
    "technology/food": "cook recipe kitchen bread drink baking",
    "technology/medicine": "health disease doctor hospital drug body",
    "technology/products": "company device manual product service",
    "arts": "painting sculpture drawing craft design beauty",
    "arts/architecture": "building house city design",
    "arts/film": "cinema movie actor director television oscar",
    "arts/music": "song instrument band orchestra composer",
    "arts/photography": "camera picture image",
    "arts/games": "play board video chess",
    "arts/sports": "football athlete match team olympic",
    "literature": "novel poem story author drama book",
    "history": "past century war empire ancient date",
    "history/biography": "person life people biography family",
    "geography": "country map place river city travel",
    "geography/places": "town village city island region",
    "miscellaneous_unknown": "other anything else unknown",
}
_SKILL: dict[str, str] = {
    "linguistics": "language grammar word spelling",
    "linguistics/rephrasing": "reword paraphrase style formal simple",
    "linguistics/translation": "translate language",
    "writing": "text letter essay mail style",
    "writing/creative": "story tale scene character",
    "writing/business": "mail report letter minutes",
    "extraction": "find list facts fields names dates",
    "extraction/answering": "question answer reading",
    "classification": "label sort category sentiment topic",
    "reasoning": "logic puzzle conclusion think",
    "reasoning/arithmetic": "count number sum calculate",
    "reasoning/common_sense": "everyday cause time",
    "roleplay": "persona character interview act",
    "conversation": "talk dialogue chat polite greeting",
    "science": "units experiment explain",
    "engineering": "code design software review",
    "arts": "music game design idea",
    "miscellaneous_unknown": "other anything else unknown",
}
_GROUNDED: dict[str, str] = {
    "linguistics": "language grammar rewrite",
    "linguistics/summarization": "summary short abstract",
    "linguistics/rephrasing": "reword paraphrase simple style",
    "writing": "text letter reply mail",
    "extraction": "find list facts fields names dates",
    "extraction/tables": "table row column csv",
    "answering": "question answer reading document",
    "classification": "label sort category sentiment topic",
    "meetings": "minutes notes actions transcript",
    "reasoning": "logic conclusion compare",
}
USUAL: dict[str, dict[str, str]] = {
    "knowledge": _KNOWLEDGE,
    "compositional_skills": _SKILL,
    "compositional_skills/grounded": _GROUNDED,
}
"""The usual folders below each place where a new leaf can go."""


@dataclass(frozen=True)
class Suggestion:
    """A folder for a new leaf, below the top that was asked for, and whether the taxonomy has it."""

    folder: str
    exists: bool


def suggest_folders(typed: str, top: str, folders: Iterable[str], about: str = "", most: int = 8) -> list[Suggestion]:
    """Return folders below `top` (a key of `USUAL`) for what is typed, the best match first, at most `most`.

    `folders` are the full names of those that exist. `about` is what else is known of the leaf, such as its name: it
    decides between folders that fit alike. Nothing typed fits every folder; then those that exist come first.
    """
    others = tuple(f"{other}/" for other in USUAL if other.startswith(f"{top}/"))
    below = [name for name in folders if name.startswith(f"{top}/") and not f"{name}/".startswith(others)]
    here = {name.removeprefix(f"{top}/") for name in below}
    usual = USUAL.get(top, {})
    ranked = []
    for folder in sorted(here | usual.keys()):
        keywords = usual.get(folder, "")
        fit = _fit(typed, folder, keywords)
        if fit:
            near = max((_fit(word, folder, keywords) for word in _words(about)), default=0)
            ranked.append(((-fit, -near, folder not in here, folder.count("/"), folder), folder))
    return [Suggestion(folder, folder in here) for _, folder in sorted(ranked)[:most]]


def _fit(typed: str, folder: str, keywords: str) -> int:
    """Return how well a folder fits: 0 not at all; each typed word must fit, and the worst of them counts."""
    wanted = _words(typed)
    if not wanted:
        return 1
    label, parts, known = _words(folder.rpartition("/")[2]), _words(folder), keywords.split()
    whole = typed.casefold().strip().strip("/")
    if whole == folder.casefold():
        return 9
    return min(_word_fit(word, label, parts, known) for word in wanted) + (folder.casefold().startswith(whole))


def _word_fit(word: str, label: list[str], parts: list[str], known: list[str]) -> int:
    if word in label:
        return 7
    if any(part.startswith(word) for part in label):
        return 6
    if word in parts:
        return 5
    if any(part.startswith(word) for part in parts):
        return 4
    if any(key == word or (len(key) > 3 and word.startswith(key)) for key in known):
        return 3
    if len(word) > 1 and any(key.startswith(word) for key in known):
        return 2
    return 1 if len(word) > 2 and any(word in part for part in parts) else 0


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", text.casefold()) if word]

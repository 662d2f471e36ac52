# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What a person types to find leaves: words anywhere, and filters such as `is:changed` or `by:mira`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

STATES = ("problem", "warning", "new", "changed", "draft")
"""What `is:` can ask for."""
FILTERS: dict[str, str] = {
    "is:problem": "Leaves with problems",
    "is:warning": "Leaves with warnings",
    "is:new": "New leaves",
    "is:changed": "Changed leaves",
    "is:draft": "Leaves with unsaved edits",
    "kind:knowledge": "Knowledge",
    "kind:skill": "Skills",
    "by:": "Leaves by a person, for example by:mira",
}
"""Every filter, and what it finds. `by:` is followed by a part of a name."""

_CREATED_BY = re.compile(r"^\ufeff?created_by[ \t]*:[ \t]*([^\r\n#]*)", re.MULTILINE)


@dataclass(frozen=True)
class Query:
    """A search, in lower case. A leaf must hold every word, be by every person, in every state, of the kind."""

    words: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.words or self.people or self.states or self.kinds)

    def narrows(self, earlier: Query) -> bool:
        """Return whether every leaf that this finds was found by the earlier query, too."""
        return (
            self.states >= earlier.states
            and self.kinds >= earlier.kinds
            and all(any(old in new for new in self.people) for old in earlier.people)
            and all(any(old in new for new in self.words) for old in earlier.words)
        )


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search looks through in one leaf, in lower case: its name and different words, and who wrote it."""

    words: str
    contributor: str = ""


def parse_query(text: str) -> Query:
    """Return the search that `text` says: what only looks like a filter is a word, a filter without its value waits."""
    words, people, states, kinds = [], [], set(), set()
    for word in text.casefold().split():
        key, colon, value = word.partition(":")
        if colon and key == "by":
            people += [value] if value else []
        elif colon and key == "is" and value in STATES:
            states.add(value)
        elif colon and key == "kind" and value in ("skill", "knowledge"):
            kinds.add(value)
        elif not (colon and key in ("is", "kind") and any(known.startswith(word) for known in FILTERS)):
            words.append(word)
    return Query(tuple(words), tuple(people), frozenset(states), frozenset(kinds))


def searched_text(name: str, text: str) -> Searched:
    """Return what is searched in a leaf. Each word is kept once: a search asks for words, not for sentences."""
    folded = text.casefold()
    found = _CREATED_BY.search(folded)
    contributor = found.group(1).strip().strip("'\"") if found else ""
    words = " ".join(dict.fromkeys([name.casefold(), *folded.split()]))
    return Searched(words, contributor)


def find(
    query: Query,
    names: Iterable[str],
    searched: Mapping[str, Searched],
    kinds: Mapping[str, str],
    states: Callable[[str], Collection[str]],
) -> list[str]:
    """Return those of the leaves, by full name, that match a query. `searched` holds all of them."""
    found = list(names)
    for kind in query.kinds:
        found = [name for name in found if kinds.get(name) == kind]
    if query.states:
        found = [name for name in found if query.states.issubset(states(name))]
    for person in query.people:
        found = [name for name in found if person in searched[name].contributor]
    for word in sorted(query.words, key=len, reverse=True):
        found = [name for name in found if word in searched[name].words]
    return found


def with_filter(text: str, chosen: str) -> str:
    """Return a search text with a filter added, or taken out where it is there; another `kind:` gives way to it."""
    words = text.split()
    if chosen in words:
        words.remove(chosen)
    else:
        key = chosen.partition(":")[0]
        words = [word for word in words if key != "kind" or not word.startswith("kind:")] + [chosen]
    return " ".join(words)

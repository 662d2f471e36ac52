# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the tree knows of its leaves by full name: for their badges, for the folders above, and for a search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ilab_core.taxonomy.search import Query, Searched, find, searched_text

from ilab_desktop.models.leaf_status import Badge, LeafStatus, Tally, badge_of, states_of, tally_of


class LeafFacts:
    """Status, unsaved edits, text and kind of each leaf. What is not known yet is left out."""

    def __init__(self) -> None:
        self.status: dict[str, LeafStatus] = {}
        self.unsaved: set[str] = set()
        self.searched: dict[str, Searched] = {}
        self.kinds: Mapping[str, str] = {}

    def meet(self, names: Iterable[str]) -> None:
        """Take note of leaves that came: until more is known, a search looks through their names."""
        for name in names:
            if name not in self.searched:
                self.searched[name] = searched_text(name, "")

    def forget(self, name: str) -> None:
        """Drop what was found out about a leaf that is gone."""
        self.status.pop(name, None)
        self.searched.pop(name, None)

    def badge(self, name: str) -> Badge | None:
        """Return the badge of a leaf, None while nothing is known of it."""
        return badge_of(self.status.get(name), name in self.unsaved)

    def tally(self, name: str) -> Tally:
        """Return what a leaf adds to the folders above it."""
        return tally_of(self.status.get(name), name in self.unsaved)

    def words(self, name: str) -> list[str]:
        """Return what there is to say of a leaf beside its name."""
        badge = badge_of(self.status.get(name))
        return [badge[0] if badge else "not checked yet", *(["unsaved edits"] if name in self.unsaved else [])]

    def find(self, query: Query, names: Iterable[str]) -> list[str]:
        """Return those of the leaves that match a query."""
        return find(query, names, self.searched, self.kinds, self._states)

    def _states(self, name: str) -> set[str]:
        return states_of(self.status.get(name), name in self.unsaved)

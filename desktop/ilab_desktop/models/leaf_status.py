# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What is known of a leaf, what a folder's leaves come to together, and the badge for either."""

from __future__ import annotations

from dataclasses import dataclass

Badge = tuple[str, str]
"""A badge's text and meaning."""


@dataclass(frozen=True)
class LeafStatus:
    """What is known of a leaf: its problems, and how its file differs from the base of the contribution.

    `change` is "new", "changed", "published" (no difference) or "" (there is nothing to compare with). `unwritten`
    counts the errors that are only texts still to be written.
    """

    errors: int = 0
    warnings: int = 0
    change: str = ""
    unwritten: int = 0


@dataclass
class Tally:
    """The leaves at and below a place: how many, their problems, and how many of them are in each state."""

    leaves: int = 0
    problems: int = 0
    unfinished: int = 0
    drafts: int = 0
    changed: int = 0
    new: int = 0
    warnings: int = 0

    def add(self, other: Tally, times: int = 1) -> None:
        """Add another tally; with `times` -1 take it away."""
        self.leaves += times * other.leaves
        self.problems += times * other.problems
        self.unfinished += times * other.unfinished
        self.drafts += times * other.drafts
        self.changed += times * other.changed
        self.new += times * other.new
        self.warnings += times * other.warnings


def tally_of(status: LeafStatus | None, unsaved: bool) -> Tally:
    """Return what one leaf adds to the tally of the folders above it."""
    if status is None:
        return Tally(leaves=1, drafts=int(unsaved))
    broken = status.errors > status.unwritten
    return Tally(
        leaves=1,
        problems=status.errors if broken else 0,
        unfinished=int(bool(status.errors) and not broken),
        drafts=int(unsaved),
        changed=int(status.change == "changed"),
        new=int(status.change == "new"),
        warnings=status.warnings,
    )


def states_of(status: LeafStatus | None, unsaved: bool) -> set[str]:
    """Return the states that a search for `is:…` finds the leaf by."""
    found = {"draft"} if unsaved else set()
    if status is not None:
        found |= {"problem"} if status.errors else set()
        found |= {"warning"} if status.warnings else set()
        found |= {status.change} & {"new", "changed"}
    return found


def badge_of(status: LeafStatus | None, unsaved: bool = False) -> Badge | None:
    """Return the badge of a leaf; None while nothing is known of it."""
    if status is not None and status.errors > status.unwritten:
        return (_counted(status.errors, "problem"), "danger")
    if unsaved:
        return ("draft", "information")
    if status is None:
        return None
    if status.errors:
        return ("unfinished", "neutral")
    if status.change == "new":
        return ("new", "accent")
    if status.change == "changed":
        return ("changed", "warning")
    if status.warnings:
        return (_counted(status.warnings, "warning"), "warning")
    return (status.change or "valid", "success")


def badges_of(tally: Tally) -> list[Badge]:
    """Return the badges of a folder, the worst state of its leaves first; none where there is nothing to say."""
    found = (
        (tally.problems, _counted(tally.problems, "problem"), "danger"),
        (tally.drafts, _counted(tally.drafts, "draft"), "information"),
        (tally.unfinished, f"{tally.unfinished} unfinished", "neutral"),
        (tally.changed, f"{tally.changed} changed", "warning"),
        (tally.new, f"{tally.new} new", "accent"),
        (tally.warnings, _counted(tally.warnings, "warning"), "warning"),
    )
    return [(text, meaning) for count, text, meaning in found if count]


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("s" if number != 1 else "")

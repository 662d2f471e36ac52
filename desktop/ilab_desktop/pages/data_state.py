# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""What the data page says, worked out from plain values: no widget here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STAGES = ("generated", "parsed", "unique", "judged", "kept")
ACTIVE = ("queued", "running", "cancelling")
RESUMABLE = ("failed", "cancelled", "crashed")


@dataclass(frozen=True)
class Reason:
    """Why a button is off: a sentence, and the words and the page that lead to the cure ("" for neither)."""

    text: str
    link: str = ""
    target: str = ""


@dataclass(frozen=True)
class Stage:
    """One number of the funnel and its share of what was generated, 0 to 1."""

    name: str
    value: int
    share: float


def leaf_title(name: str) -> str:
    """Return the last part of a leaf's name, what a person calls it."""
    return name.rsplit("/", 1)[-1]


def leaves_title(names: Sequence[str]) -> str:
    """Return how chosen leaves are called together: one by its last two parts, several by their number."""
    if not names:
        return "Choose leaves"
    if len(names) == 1:
        return "/".join(names[0].split("/")[-2:])
    return f"{len(names)} leaves"


def generate_label(samples: int) -> str:
    """Return the words on the primary button."""
    return "Generate 1 sample" if samples == 1 else f"Generate {samples:,} samples"


def why_not_generate(
    leaf_count: int | None,
    chosen: Sequence[str],
    errors: Mapping[str, int],
    teachers: int | None,
    active: bool = False,
) -> Reason | None:
    """Return why nothing can be generated now, None when it can.

    `leaf_count` and `teachers` are None while they are still being read; `errors` maps a leaf to its error count.
    """
    if leaf_count is None or teachers is None:
        return Reason("Reading the taxonomy and the models.")
    if active:
        return Reason("A generation is running. The next one can start when it ends.")
    if leaf_count == 0:
        return Reason("The taxonomy has no leaf yet.", "Add one", "taxonomy")
    if teachers == 0:
        return Reason("No model here can write questions.", "Import a model", "models")
    if not chosen:
        return Reason("Choose at least one leaf.")
    for name in chosen:
        if count := errors.get(name, 0):
            problems = "1 error" if count == 1 else f"{count} errors"
            return Reason(f"{leaf_title(name)} has {problems}.", "Open the leaf", f"taxonomy:{name}")
    return None


def funnel_stages(counts: Mapping[str, int]) -> list[Stage]:
    """Return the five numbers in order; those not counted yet are 0."""
    generated = max(int(counts.get("generated", 0)), 0)
    return [
        Stage(name, value, min(value / generated, 1.0) if generated else 0.0)
        for name, value in ((name, int(counts.get(name, 0))) for name in STAGES)
    ]


def run_words(title: str, when: str, state: str, counts: Mapping[str, int]) -> str:
    """Return how a run is called in the list of runs."""
    end = {"failed": "failed", "crashed": "interrupted", "cancelled": "cancelled"}.get(state, "")
    kept = f"{counts['kept']:,} kept" if counts.get("generated") and state not in ACTIVE else ""
    return " · ".join(part for part in (title, when, kept, end) if part)


def about_time(seconds: float | None) -> str:
    """Return a predicted time in rough words, "" where it is not known."""
    if seconds is None:
        return ""
    if seconds < 50:
        return f"about {max(round(seconds / 10) * 10, 10)} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {max(minutes, 1)} min"
    return f"about {seconds / 3600:.1f} h"


def kept_nothing(state: str, counts: Mapping[str, int]) -> bool:
    """Return whether a run ended without a kept sample."""
    return state not in ACTIVE and int(counts.get("kept", 0)) == 0

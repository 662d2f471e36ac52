# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Turn a judge's raw score into a confidence, learned from answers that are known to be right and wrong."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

PASSES = 0.5
WRONG_COUNTS = 2.0


@dataclass(frozen=True)
class Calibration:
    """Where a judge draws the line (`threshold`, in raw units), how sharply, and how well it can tell.

    `separation` is the area under the ROC curve: the share of right/wrong pairs that it orders rightly.
    """

    threshold: float
    scale: float
    separation: float

    def confidence(self, raw: float) -> float:
        """Return a number from 0 to 1, 0.5 at the threshold."""
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, (raw - self.threshold) / self.scale))))


def calibrate(right: Sequence[float], wrong: Sequence[float]) -> Calibration:
    """Return the line that tells most of `right` from most of `wrong`; of equally good lines the middle one.

    It is the line with the best Youden index, but with wrong ones let through counted double: a sample that is lost
    costs a second, one that teaches something wrong costs the lesson.
    """
    values = sorted({*right, *wrong})
    lines = [(low + high) / 2 for low, high in itertools.pairwise(values)] or values
    gains = [
        sum(value > line for value in right) / len(right)
        - WRONG_COUNTS * sum(value > line for value in wrong) / len(wrong)
        for line in lines
    ]
    best = [line for line, gain in zip(lines, gains, strict=True) if gain >= max(gains) - 1e-12]
    spread = abs(sum(right) / len(right) - sum(wrong) / len(wrong))
    return Calibration(best[len(best) // 2], max(spread / 6, 1e-3), area_under_curve(right, wrong))


def area_under_curve(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Return the share of pairs in which the right one scores higher (ties count half), as Mann and Whitney do."""
    wins = sum((r > w) + 0.5 * (r == w) for r in right for w in wrong)
    return wins / (len(right) * len(wrong))

# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The samples of one run as a table: filtered, and refreshed while they are written without losing anyone's place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ilab_desktop.models.rows_table import Column, RowsTable
from ilab_desktop.models.sample_words import result_word, short_why

if TYPE_CHECKING:
    from ilab_core.generation.samples import Sample

RESULT, QUESTION, ANSWER, SCORE, WHY = range(5)


class SamplesTable(RowsTable["Sample"]):
    """Rows are samples in the order they were written.

    `merge` changes rows in place and appends new ones, so a selection and a scroll position stay where they are. A
    row stays in sight after a decision that no longer matches the filter, until the filter is set again: nobody
    loses a row in the middle of reviewing it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, lambda sample: sample.id, parent)
        self._samples: dict[int, Sample] = {}
        self._text = ""
        self._leaf = ""
        self._result = ""

    def show(self, samples: Iterable[Sample]) -> None:
        """Show the samples of another run."""
        self._samples = {sample.id: sample for sample in samples}
        self._choose_rows()

    def merge(self, samples: Iterable[Sample]) -> None:
        """Take newer samples of the same run: rows that differ change, new ones are appended, none goes."""
        appended = []
        for sample in samples:
            known = self._samples.get(sample.id)
            if known != sample:
                self._samples[sample.id] = sample
            if known is None and self._matches(sample):
                appended.append(sample)
        self.set_rows([*(self._samples[sample.id] for sample in self.rows()), *appended])

    def take_all(self, samples: Iterable[Sample]) -> None:
        """Take every sample of the same run: as `merge`, unless samples are gone (a resumed run wrote them anew)."""
        every = list(samples)
        if self._samples.keys() <= {sample.id for sample in every}:
            self.merge(every)
        else:
            self.show(every)

    def set_filter(self, text: str = "", leaf: str = "", result: str = "") -> None:
        """Show only samples with `text` in question, answer or reason, of `leaf` and with `result` ("" for any)."""
        self._text, self._leaf, self._result = text.strip().casefold(), leaf, result
        self._choose_rows()

    def sample_at(self, row: int) -> Sample | None:
        """Return the sample in `row`."""
        return self.row_at(row) if 0 <= row < self.rowCount() else None

    def sample(self, identifier: int) -> Sample | None:
        """Return the sample with this id, whether it is shown or not."""
        return self._samples.get(identifier)

    def total(self) -> int:
        """Return how many samples the run has, shown or not."""
        return len(self._samples)

    def leaves(self) -> list[str]:
        """Return the leaves the samples come from, sorted."""
        return sorted({sample.leaf for sample in self._samples.values()})

    def _choose_rows(self) -> None:
        self.reset_rows(sample for sample in self._samples.values() if self._matches(sample))

    def _matches(self, sample: Sample) -> bool:
        if self._leaf and sample.leaf != self._leaf:
            return False
        if self._result == "edited" and not sample.edited:
            return False
        if self._result not in ("", "edited", sample.status):
            return False
        return not self._text or any(
            self._text in text.casefold() for text in (sample.question, sample.answer, sample.reason)
        )


def _one_line(text: str) -> str:
    return " ".join(text[:500].split())


def _reason(sample: Sample) -> str | None:
    return sample.reason or None


COLUMNS: tuple[Column[Sample], ...] = (
    Column("Result", result_word, _reason),
    Column("Question", lambda sample: _one_line(sample.question), lambda sample: sample.question),
    Column("Answer", lambda sample: _one_line(sample.answer), lambda sample: sample.answer),
    Column(
        "Score",
        lambda sample: "" if sample.score is None else f"{sample.score:.2f}",
        lambda sample: None if sample.score is None else repr(sample.score),
    ),
    Column("Why", short_why, _reason),
)

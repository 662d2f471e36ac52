# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The samples of one run as a table: filtered, and refreshed while they are written without losing anyone's place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ilab_desktop.models.sample_words import result_word, short_why

if TYPE_CHECKING:
    from ilab_core.generation.samples import Sample

Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("Result", "Question", "Answer", "Score", "Why")
RESULT, QUESTION, ANSWER, SCORE, WHY = range(5)
SAMPLE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
ROOT = QModelIndex()


class SamplesTable(QAbstractTableModel):
    """Rows are samples in the order they were written.

    `merge` changes rows in place and appends new ones, so a selection and a scroll position stay where they are. A
    row stays in sight after a decision that no longer matches the filter, until the filter is set again: nobody
    loses a row in the middle of reviewing it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples: dict[int, Sample] = {}
        self._shown: list[int] = []
        self._rows: dict[int, int] = {}
        self._text = ""
        self._leaf = ""
        self._result = ""

    def show(self, samples: Iterable[Sample]) -> None:
        """Show the samples of another run."""
        self.beginResetModel()
        self._samples = {sample.id: sample for sample in samples}
        self._choose_rows()
        self.endResetModel()

    def merge(self, samples: Iterable[Sample]) -> None:
        """Take newer samples of the same run: rows that differ change, new ones are appended, none goes."""
        appended = []
        for sample in samples:
            known = self._samples.get(sample.id)
            if known is None:
                self._samples[sample.id] = sample
                if self._matches(sample):
                    appended.append(sample.id)
            elif known != sample:
                self._change(sample)
        if appended:
            first = len(self._shown)
            self.beginInsertRows(ROOT, first, first + len(appended) - 1)
            self._shown.extend(appended)
            self._rows.update({identifier: first + place for place, identifier in enumerate(appended)})
            self.endInsertRows()

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
        self.beginResetModel()
        self._choose_rows()
        self.endResetModel()

    def sample_at(self, row: int) -> Sample | None:
        """Return the sample in `row`."""
        return self._samples[self._shown[row]] if 0 <= row < len(self._shown) else None

    def sample(self, identifier: int) -> Sample | None:
        """Return the sample with this id, whether it is shown or not."""
        return self._samples.get(identifier)

    def row_of(self, identifier: int) -> int:
        """Return the row that shows the sample with this id, -1 where none does."""
        return self._rows.get(identifier, -1)

    def total(self) -> int:
        """Return how many samples the run has, shown or not."""
        return len(self._samples)

    def leaves(self) -> list[str]:
        """Return the leaves the samples come from, sorted."""
        return sorted({sample.leaf for sample in self._samples.values()})

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the column's name."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section] if 0 <= section < len(COLUMNS) else None
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what the cell shows; tool tips carry the text in full."""
        sample = self.sample_at(index.row()) if index.isValid() else None
        if sample is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _cell(sample, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(sample, index.column())
        if role == SAMPLE_ROLE:
            return sample
        return None

    def _change(self, sample: Sample) -> None:
        self._samples[sample.id] = sample
        row = self.row_of(sample.id)
        if row >= 0:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def _choose_rows(self) -> None:
        self._shown = [identifier for identifier, sample in self._samples.items() if self._matches(sample)]
        self._rows = {identifier: row for row, identifier in enumerate(self._shown)}

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


def _cell(sample: Sample, column: int) -> str:
    if column == RESULT:
        return result_word(sample)
    if column == QUESTION:
        return _one_line(sample.question)
    if column == ANSWER:
        return _one_line(sample.answer)
    if column == SCORE:
        return "" if sample.score is None else f"{sample.score:.2f}"
    return short_why(sample)


def _tool_tip(sample: Sample, column: int) -> str | None:
    if column == QUESTION:
        return sample.question
    if column == ANSWER:
        return sample.answer
    if column == SCORE:
        return None if sample.score is None else repr(sample.score)
    return sample.reason or None


def _one_line(text: str) -> str:
    return " ".join(text[:500].split())

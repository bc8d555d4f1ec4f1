"""Look at a file while its rows go by once, then say what it is.

Every value is counted; a sample of rows, the same on every look, is read by the standardisers. Memory is bounded by
the limits below, whatever the size of the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from crm_pipelines.inspection.advice import advice_of, shifted_rows
from crm_pipelines.inspection.batches import MOST_COLUMNS, Batch, Misfits
from crm_pipelines.inspection.column_counts import ColumnCounts
from crm_pipelines.inspection.column_facts import Sampled, column_of, meaning_in_sample, votes_of
from crm_pipelines.inspection.header_words import header_vote
from crm_pipelines.inspection.proposal import key_candidates, propose
from crm_pipelines.inspection.repetitions import Repetitions
from crm_pipelines.inspection.report import Column, Duplicates, FileReport
from crm_pipelines.inspection.sampling import RowSample
from crm_pipelines.inspection.sketches import Sketch
from crm_pipelines.inspection.value_tests import likely_region
from crm_pipelines.model.file_shape import FileShape, ForeignLines

SAMPLE_CELLS = 150_000
_MOST_SAMPLED, _LEAST_SAMPLED = 10_000, 200
KEPT_HASHES = 1 << 24
"""Hashes of all columns together: 12 bytes each."""
_MOST_KEPT, _LEAST_KEPT = 1 << 21, 1 << 13
_FIRST_ROWS = 2_000
_REGION_VALUES = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reading of the file told beside its rows."""

    shape: FileShape
    header_line: int | None
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    line_ends: Mapping[str, int]
    foreign: tuple[ForeignLines, ...]
    n_nul: int


class Inspection:
    """Counts batches of rows; `report` says what they were."""

    def __init__(self, columns: Sequence[str]) -> None:
        n_columns = len(columns) or 50
        self._most_kept = max(_LEAST_KEPT, min(_MOST_KEPT, KEPT_HASHES // n_columns))
        self._counts = {name: self._started(name) for name in columns}
        self._sample = RowSample(_sampled_rows(n_columns))
        self._repetitions = Repetitions(self._most_kept, is_named=not columns)
        self.n_rows = 0

    def add(self, batch: Batch) -> None:
        """Count the rows of a batch."""
        self.n_rows += batch.frame.height
        batch = self._bounded(batch)
        self._sample.add(batch)
        if self._repetitions.is_undecided:
            self._repetitions.track(self._contact_points(batch.frame.head(_FIRST_ROWS)))
        self._repetitions.add(batch.frame)
        for series in batch.frame.iter_columns():
            self._counts[series.name].add(series)

    def report(self, reading: Reading, misfits: Misfits) -> FileReport:
        """What was found, once every row has been seen."""
        sample, lines = self._sample.rows()
        sampled = {name: Sampled.of(sample[name] if name in sample.columns else None) for name in self._counts}
        region = _region(sampled)
        columns = tuple(self._column(name, sampled[name], region) for name in self._counts)
        keys = key_candidates(columns)
        proposal = propose(reading.shape, columns, keys, reading.header_line)
        report = FileReport(
            shape=reading.shape,
            header_line=reading.header_line,
            n_rows=self.n_rows,
            n_sampled=len(lines),
            n_blank=misfits.n_blank,
            misfits=dict(misfits.counts),
            line_ends=reading.line_ends,
            foreign=reading.foreign,
            region=region,
            columns=columns,
            duplicates=tuple(self._duplicates(proposal.key)),
            keys=keys,
            proposal=proposal,
        )
        shifted = shifted_rows(sample, lines, columns)
        return advice_of(report, reading.headings, misfits, shifted, reading.n_nul)

    def _bounded(self, batch: Batch) -> Batch:
        """The batch with the columns that are looked at: new ones are, until there are too many."""
        for name in batch.frame.columns:
            if name not in self._counts and len(self._counts) < MOST_COLUMNS:
                self._counts[name] = self._started(name)
        self._sample.limit(_sampled_rows(max(1, len(self._counts))))
        kept = [series for series in batch.frame.iter_columns() if series.name in self._counts]
        return batch if len(kept) == batch.frame.width else Batch(pl.DataFrame(kept), batch.lines)

    def _started(self, name: str) -> ColumnCounts:
        return ColumnCounts(name, Sketch(self._most_kept))

    def _column(self, name: str, sampled: Sampled, region: str) -> Column:
        return column_of(self._counts[name], sampled, self.n_rows, votes_of(sampled, len(self._counts), region))

    def _contact_points(self, frame: pl.DataFrame) -> dict[str, str]:
        sampled = {series.name: Sampled.of(series) for series in frame.iter_columns()}
        region = _region(sampled)
        found = {name: meaning_in_sample(name, values, len(sampled), region) for name, values in sampled.items()}
        return {name: str(meaning.name) for name, meaning in found.items() if meaning.is_field}

    def _duplicates(self, key: Sequence[str]) -> list[Duplicates]:
        found = self._repetitions.found()
        for name in key:
            sketch = self._counts[name].sketch
            found.insert(1, Duplicates("key", (name,), sketch.n_repeated, sketch.n_surplus, sketch.is_exact))
        return found


def _sampled_rows(n_columns: int) -> int:
    return max(_LEAST_SAMPLED, min(_MOST_SAMPLED, SAMPLE_CELLS // n_columns))


def _region(sampled: Mapping[str, Sampled]) -> str:
    texts = [value for column in sampled.values() for value, _ in column.values[:_REGION_VALUES]]
    countries = [
        value
        for name, column in sampled.items()
        if (vote := header_vote(name)) is not None and vote.meaning == "country"
        for value, _ in sorted(column.values, key=lambda pair: -pair[1])[:3]
    ]
    return likely_region([*sampled, *texts], countries)

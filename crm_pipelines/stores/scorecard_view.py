"""The scorecard as pages, reports and the command line show it: summed here once, so that all say the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import duckdb

from crm_pipelines.model.errors import StoreError
from crm_pipelines.rules.quality import Dimension
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.statements import statement

DIMENSIONS = (
    *(Dimension.COMPLETENESS, Dimension.VALIDITY, Dimension.ACCURACY),
    *(Dimension.CONSISTENCY, Dimension.UNIQUENESS, Dimension.TIMELINESS),
)
"""In the order of the question: is it there, is it well formed, is it plain, does it agree, once, and now."""
_MOST_POINTS = 60
_FEW_DAYS = 3  # below, a trend is told run by run


@dataclass(frozen=True, slots=True)
class Score:
    """Counts, and the share that follows from them; scores add up by their counts."""

    n_checked: int = 0
    n_failed: int = 0

    @property
    def share(self) -> float | None:
        """Of what was looked at, what is as it should be; None: nothing was."""
        return (self.n_checked - self.n_failed) / self.n_checked if self.n_checked else None

    def __add__(self, other: "Score") -> "Score":
        return Score(self.n_checked + other.n_checked, self.n_failed + other.n_failed)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One row of `quality_scores`.

    Attributes:
        source: None: of a published table.
        field: None: of whole rows.
        measure: what was counted; the id of the check where one did.
        counted_at: when; before the run where a check only looked at what changed.
    """

    source: str | None
    table: str
    field: str | None
    dimension: Dimension
    measure: str
    score: Score
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """The sources' scores at one time, by dimension; one without a score is not there."""

    at: datetime
    scores: Mapping[Dimension, Score]


@dataclass(frozen=True, slots=True)
class DefectCost:
    """One row of `defect_costs`.

    Attributes:
        n_records: own rows of the source, of this customer type.
        n_defective: of these, those whose value of the field is no evidence.
        n_sampled: joined records that were blanked.
        n_lost: of these, those that then stood apart.
        lost_share: what that comes to for records like the defective ones; None: nobody could be blanked.
        weight_lost: mean of what the strongest pair lost, where one was left; None: none was.
        n_unmatched: defective records that could not match because of the field; None as above.
    """

    source: str
    customer_type: str
    field: str
    n_records: int
    n_defective: int
    n_sampled: int
    n_lost: int
    n_split: int
    lost_share: float | None
    lost_share_low: float | None
    lost_share_high: float | None
    weight_lost: float | None
    n_unmatched: float | None
    n_unmatched_low: float | None
    n_unmatched_high: float | None
    measured_at: datetime
    publication: str


@dataclass(frozen=True, slots=True)
class ScorecardView:
    """Everything there is.

    Attributes:
        scored_at: None: nothing was scored yet.
        rows: of the last run.
        points: the earliest first; the last one is that of `rows`.
        costs: those that cost most first; empty: never measured.
    """

    scored_at: datetime | None = None
    rows: tuple[ScoreRow, ...] = ()
    points: tuple[Point, ...] = ()
    costs: tuple[DefectCost, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """By name."""
        return tuple(sorted({row.source for row in self.rows if row.source is not None}))

    @property
    def delivered(self) -> tuple[ScoreRow, ...]:
        """What the sources deliver."""
        return tuple(row for row in self.rows if row.source is not None)

    @property
    def published(self) -> tuple[ScoreRow, ...]:
        """What the published tables hold."""
        return tuple(row for row in self.rows if row.source is None)

    @property
    def earlier(self) -> Point | None:
        """The point before the last; None: there is none."""
        return self.points[-2] if len(self.points) > 1 else None

    def lowest(self, dimension: Dimension) -> ScoreRow | None:
        """Where most fails in a dimension; None: nothing does."""
        failed = [row for row in self.delivered if row.dimension is dimension and row.score.n_failed]
        return min(failed, key=lambda row: (-row.score.n_failed, row.source or "", row.field or ""), default=None)


def total(rows: Iterable[ScoreRow]) -> Score:
    """The sum of the counts."""
    return sum((row.score for row in rows), Score())


def by_dimension(rows: Iterable[ScoreRow]) -> dict[Dimension, Score]:
    """Dimension -> score, in the order of `DIMENSIONS`; only those that were looked at."""
    found = _summed(rows, lambda row: row.dimension)
    return {dimension: found[dimension] for dimension in DIMENSIONS if dimension in found}


def by_field(rows: Iterable[ScoreRow]) -> dict[str | None, dict[Dimension, Score]]:
    """Field -> dimension -> score; None: of whole rows."""
    ordered = sorted(rows, key=lambda row: (row.field is not None, row.field or ""))
    return {field: by_dimension(own) for field, own in groupby(ordered, key=lambda row: row.field)}


def by_table(rows: Iterable[ScoreRow]) -> dict[str, dict[Dimension, Score]]:
    """Table -> dimension -> score, by name of the table."""
    ordered = sorted(rows, key=lambda row: row.table)
    return {table: by_dimension(own) for table, own in groupby(ordered, key=lambda row: row.table)}


def of_source(rows: Iterable[ScoreRow], source: str) -> list[ScoreRow]:
    """The rows of one source."""
    return [row for row in rows if row.source == source]


def _summed(rows: Iterable[ScoreRow], key: Callable[[ScoreRow], Dimension]) -> dict[Dimension, Score]:
    found: dict[Dimension, Score] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), Score()) + row.score
    return found


def read_scorecard(paths: ProjectPaths) -> ScorecardView:
    """Read the newest operations file.

    Raises:
        StoreError: `store.no_operations`, or `store.cannot_open`.
    """
    with OperationsFiles(paths).connect() as con:
        try:
            known = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
            if not {"quality_scores", "defect_costs"} <= known:  # written before there were scores
                return ScorecardView()
            return _read(con)
        except duckdb.Error as error:
            raise StoreError("store.cannot_open", name=paths.operations.name, reason=type(error).__name__) from error


def _read(con: duckdb.DuckDBPyConnection) -> ScorecardView:
    rows = con.execute(statement("latest_quality_scores")).fetchall()
    found = tuple(
        ScoreRow(source, table, field, Dimension(dimension), measure, Score(n_checked, n_failed), counted_at)
        for source, table, field, dimension, measure, n_checked, n_failed, counted_at, _ in rows
    )
    scored_at = rows[0][-1] if rows else None
    costs = con.execute(statement("defect_costs_by_cost")).fetchall()
    return ScorecardView(scored_at, found, _points(con), tuple(DefectCost(*row) for row in costs))


def _points(con: duckdb.DuckDBPyConnection) -> tuple[Point, ...]:
    rows = con.execute(statement("quality_scores_over_time")).fetchall()
    points = [
        Point(at, {Dimension(dimension): Score(n_checked, n_failed) for _, _, dimension, n_checked, n_failed in own})
        for (at, _), own in groupby(rows, key=lambda row: row[:2])
    ]
    return tuple(_thinned(points)[-_MOST_POINTS:])


def _thinned(points: Sequence[Point]) -> list[Point]:
    """The last point of each day, once there are days enough to tell of."""
    of_day = {point.at.date(): point for point in points}
    return list(of_day.values()) if len(of_day) >= _FEW_DAYS else list(points)

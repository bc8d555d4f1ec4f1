"""The scorecard on the page: sentences, sides of quality with their trend, sources, fields, what defects cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.quality import Dimension
from crm_pipelines.stores.scorecard_sentences import cost_facts, verdict
from crm_pipelines.stores.scorecard_view import (
    DIMENSIONS,
    DefectCost,
    Point,
    Score,
    ScorecardView,
    by_dimension,
    by_field,
    by_table,
    of_source,
)

_LEAST_SHOWN = 0.5  # records: less rounds to none
_FLOORS = (0.95, 0.9, 0.8, 0.5, 0.0)
_WIDTH, _HEIGHT = 200, 40
_POINTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Trend:
    """A line of a chart that is 200 by 40.

    Attributes:
        points: as an SVG polyline wants them.
        floor: share at the bottom; the top is all.
        last: place of the last point.
    """

    points: str
    floor: float
    last: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tile:
    """One side of quality: all sources together, and how it went; None: there is no past yet."""

    dimension: Dimension
    score: Score
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What defects of a field cost; places on a scale of 0 to 100 that the dearest one fills.

    Attributes:
        facts: of its sentences.
        low, at, high: places of the interval's ends and of the estimate.
    """

    told: DefectCost
    facts: Mapping[str, object]
    low: float
    at: float
    high: float


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores by row and side of quality; sides that nobody looked at are left out.

    Attributes:
        dimensions: the columns.
        rows: name of the row (None: whole rows) and its scores.
    """

    dimensions: tuple[Dimension, ...]
    rows: tuple[tuple[str | None, Mapping[Dimension, Score]], ...]


@dataclass(frozen=True, slots=True)
class QualityPage:
    """Everything about the sources' data on the page.

    Attributes:
        scored_at: None: nothing was scored yet.
        points: the latest, for the table of the trend.
        costs: that come to a record, the dearest first.
        n_cheaper: fields with defects that do not.
        measured_at: None: never.
        golden: field of the published customers -> how many have it.
    """

    scored_at: datetime | None
    sentences: tuple[Fault, ...]
    tiles: tuple[Tile, ...]
    points: tuple[Point, ...]
    costs: tuple[Cost, ...]
    n_cheaper: int
    measured_at: datetime | None
    sources: ScoreTable
    golden: tuple[tuple[str | None, Score], ...]
    tables: ScoreTable


def quality_page(view: ScorecardView, zone: tzinfo) -> QualityPage:
    """Work the page out.

    Args:
        view: the scorecard.
        zone: in which its times are read.
    """
    summed = by_dimension(view.delivered)
    past = view.points if len(view.points) > 1 else ()
    costs = _costs(view.costs)
    return QualityPage(
        scored_at=view.scored_at,
        sentences=tuple(verdict(view, zone)),
        tiles=tuple(Tile(one, summed.get(one, Score()), _trend(one, past)) for one in DIMENSIONS) if view.rows else (),
        points=past[-_POINTS_SHOWN:],
        costs=costs,
        n_cheaper=sum(one.n_defective > 0 for one in view.costs) - len(costs),
        measured_at=view.costs[0].measured_at if view.costs else None,
        sources=_table({source: by_dimension(of_source(view.delivered, source)) for source in view.sources}),
        golden=tuple((row.field, row.score) for row in view.published if row.field is not None),
        tables=_table(by_table(row for row in view.published if row.field is None)),
    )


def fields_of(view: ScorecardView, source: str) -> ScoreTable:
    """The fields of a source, whole rows first."""
    return _table(by_field(of_source(view.delivered, source)))


def costs_of(view: ScorecardView, source: str) -> tuple[Cost, ...]:
    """What the defects of a source cost."""
    return _costs([one for one in view.costs if one.source == source])


def _table(
    rows: Mapping[str, Mapping[Dimension, Score]] | Mapping[str | None, Mapping[Dimension, Score]],
) -> ScoreTable:
    shown = tuple(one for one in DIMENSIONS if any(one in summed for summed in rows.values()))
    return ScoreTable(shown, tuple(rows.items()))


def _trend(dimension: Dimension, points: Sequence[Point]) -> Trend | None:
    shares = [(place, point.scores[dimension].share) for place, point in enumerate(points) if dimension in point.scores]
    known = [(place, share) for place, share in shares if share is not None]
    if len(known) < 2:
        return None
    floor = next(one for one in _FLOORS if one <= min(share for _, share in known))
    step = _WIDTH / (len(points) - 1)
    places = [
        (round(place * step, 1), round(_HEIGHT * (1 - (share - floor) / (1 - floor)), 1)) for place, share in known
    ]
    return Trend(" ".join(f"{x},{y}" for x, y in places), floor, places[-1])


def _costs(costs: Sequence[DefectCost]) -> tuple[Cost, ...]:
    told = [one for one in costs if (one.n_unmatched or 0.0) >= _LEAST_SHOWN]
    most = max((one.n_unmatched_high or 0.0 for one in told), default=0.0) or 1.0

    def at(records: float | None) -> float:
        return round((records or 0.0) / most * 100, 1)

    return tuple(
        Cost(one, cost_facts(one), at(one.n_unmatched_low), at(one.n_unmatched), at(one.n_unmatched_high))
        for one in told
    )

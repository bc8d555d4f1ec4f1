"""What a scorecard comes to, in sentences: codes with facts; doors render them."""

from datetime import tzinfo

from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.rules.quality import Dimension
from crm_pipelines.stores.scorecard_view import DIMENSIONS, DefectCost, Score, ScorecardView, by_dimension

_FALL = 0.005  # half a point: less is noise of a few rows
_DEAREST = 3


def verdict(view: ScorecardView, zone: tzinfo) -> list[Fault]:
    """The few sentences that somebody in a hurry reads: the weakest side, what fell, and what costs most.

    Args:
        view: the scorecard.
        zone: in which its times are read.
    """
    scores = by_dimension(view.delivered)
    if not scores:
        return [Fault("scorecard.nothing")]
    rows = scores.get(Dimension.TIMELINESS, Score())
    seen = Fault("scorecard.rows", {"n_checked": rows.n_checked, "n_sources": len(view.sources)})
    return [seen, *_weakest(view), *_fallen(view, zone), *_costs(view)]


def _weakest(view: ScorecardView) -> list[Fault]:
    shares = {dimension: score.share for dimension, score in by_dimension(view.delivered).items()}
    known = {dimension: share for dimension, share in shares.items() if share is not None}
    dimension = min(known, key=lambda one: (known[one], DIMENSIONS.index(one)))
    row = view.lowest(dimension)
    if row is None:
        return [Fault("scorecard.flawless")]
    facts: dict[str, Fact] = {
        "dimension": named(dimension),
        "score_share": known[dimension],
        "source": row.source,
        "field": "scorecard.whole_rows" if row.field is None else f"inspect.meaning.{row.field}",
        "told": f"scorecard.fails.{dimension}",
        "n_failed": row.score.n_failed,
        "n_checked": row.score.n_checked,
    }
    return [Fault("scorecard.weakest", facts)]


def _fallen(view: ScorecardView, zone: tzinfo) -> list[Fault]:
    if view.earlier is None:
        return []
    before, now = view.earlier.scores, by_dimension(view.delivered)
    found = []
    for dimension in DIMENSIONS:
        was, share = (one[dimension].share if dimension in one else None for one in (before, now))
        if was is not None and share is not None and was - share >= _FALL:
            facts: dict[str, Fact] = {"dimension": named(dimension), "before_share": was, "now_share": share}
            found.append(
                Fault(
                    "scorecard.fell",
                    {**facts, "since_at": view.earlier.at.astimezone(zone).isoformat(timespec="minutes")},
                )
            )
    return found


def _costs(view: ScorecardView) -> list[Fault]:
    if not view.costs:
        return [Fault("scorecard.not_measured")]
    dear = [one for one in view.costs if one.n_unmatched is not None and one.n_unmatched >= 1][:_DEAREST]
    return [Fault("scorecard.costs", cost_facts(one)) for one in dear[:1]] or [Fault("scorecard.costs_nothing")]


def cost_facts(cost: DefectCost) -> dict[str, Fact]:
    """The facts of a sentence on what a field's defects cost."""
    return {
        "source": cost.source,
        "customer_type": f"cli.customer_type.{cost.customer_type}",
        "field": f"inspect.meaning.{cost.field}",
        "n_defective": cost.n_defective,
        "n_records": cost.n_records,
        "n_sampled": cost.n_sampled,
        "n_lost": cost.n_lost,
        "n_unmatched": None if cost.n_unmatched is None else round(cost.n_unmatched),
        "n_low": None if cost.n_unmatched_low is None else round(cost.n_unmatched_low),
        "n_high": None if cost.n_unmatched_high is None else round(cost.n_unmatched_high),
    }


def named(dimension: Dimension) -> str:
    """The code of a dimension's name."""
    return f"web.quality.dimension.{dimension}"

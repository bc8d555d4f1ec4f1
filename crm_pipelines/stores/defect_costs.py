"""What defects cost: how many records could not match because of a field, measured by blanking it (ablation).

Every record drawn is blanked by itself, met with whoever it would meet, scored by the publication's own model and
clustered with the verdicts as they stand. It counts as lost when it is with none of its customer's records any more.
Each is asked with all others as they are, their defects included: the count is what repairing one record after the
other would bring, and where two records of a customer lack the field both count only once one of them has it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from crm_pipelines.clustering.ablation import Fate, KnownWorld
from crm_pipelines.clustering.partition import Edge, Limits
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.matching.ablation import drop_base, score_blanked, stage_base
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import Band, CustomerType
from crm_pipelines.stores.defect_sampling import Question, estimated, evidence_of_records, questions

_WISHES = "blanked_wishes"


@dataclass(frozen=True, slots=True)
class Measuring:
    """What is measured, and by what.

    Attributes:
        con: the publication, open for reading; temporary tables are made on it and dropped again.
        publication: its version.
        model: that its pairs were scored with.
        verdicts: what people demand.
        limits: of clustering.
        expected: (source, field) that the source's mapping fills.
        size: records blanked for each source, customer type and field, at most.
    """

    con: duckdb.DuckDBPyConnection
    publication: str
    model: ModelVersion
    verdicts: Verdicts
    limits: Mapping[CustomerType, Limits]
    expected: frozenset[tuple[str, str]]
    size: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How one blanked record ended.

    Attributes:
        weight_lost: of its strongest pair with a record of its customer, as far as that is still compared; None: it is
            not.
    """

    fate: Fate
    weight_lost: float | None


def measure_costs(measuring: Measuring, at: datetime) -> pl.DataFrame:
    """Measure what defects of each source's fields cost.

    Args:
        measuring: what, and by what.
        at: aware; when it is measured.

    Returns:
        The columns of `defect_costs`, but for `run_id`.
    """
    con = measuring.con
    database = str(con.execute("select current_database()").fetchall()[0][0])
    stage_base(con)
    try:
        asked = list(
            questions(evidence_of_records(con, f"{database}.main.crosswalk"), measuring.expected, measuring.size)
        )
        wishes = _wishes(asked)
        con.register(_WISHES, wishes.to_arrow())
        endings = _endings(measuring, wishes)
    finally:
        con.execute(f"drop view if exists temp.{_WISHES}")
        drop_base(con)
    rows = [_row(question, [endings[wish] for wish in of], measuring, at) for question, of in _numbered(asked)]
    return pl.DataFrame(rows, infer_schema_length=None)


def fates(measuring: Measuring, wishes: pl.DataFrame) -> dict[int, Ending]:
    """How chosen records end, each blanked by itself.

    Args:
        measuring: what, and by what.
        wishes: `wish, record_id, customer_type, field`.
    """
    stage_base(measuring.con)
    try:
        measuring.con.register(_WISHES, wishes.to_arrow())
        return _endings(measuring, wishes)
    finally:
        measuring.con.execute(f"drop view if exists temp.{_WISHES}")
        drop_base(measuring.con)


def _numbered(asked: Iterable[Question]) -> Iterator[tuple[Question, list[int]]]:
    """Each question with the numbers of its wishes, stratum by stratum."""
    start = 0
    for question in asked:
        n = sum(len(one.drawn) for one in question.strata)
        yield question, list(range(start, start + n))
        start += n


def _wishes(asked: Sequence[Question]) -> pl.DataFrame:
    rows = [
        (record, question.customer_type.value, question.field)
        for question in asked
        for stratum in question.strata
        for record in stratum.drawn
    ]
    schema = {"record_id": pl.String, "customer_type": pl.String, "field": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index("wish")


def _endings(measuring: Measuring, wishes: pl.DataFrame) -> dict[int, Ending]:
    pairs = score_blanked(measuring.con, measuring.model, _WISHES).pl()
    edges: dict[int, list[Edge]] = {}
    for wish, record, partner, weight, band, contradicts in pairs.iter_rows():
        left, right = sorted((record, partner))
        edges.setdefault(wish, []).append(Edge(left, right, weight, bool(contradicts), Band(band)))
    found = {}
    for kind in CustomerType:
        own = wishes.filter(pl.col("customer_type") == kind.value)
        reached = {record for of in edges.values() for edge in of for record in (edge.left, edge.right)}
        known = _stored_edges(measuring, kind, {*own["record_id"], *reached})
        world = KnownWorld(known, _live(measuring), measuring.limits[kind])
        strongest = _Strongest(known)
        for wish, record in own.select("wish", "record_id").iter_rows():
            new = edges.get(wish, [])
            found[wish] = Ending(world.fate(record, new), strongest.lost(record, world.mates(record), new))
    return found


class _Strongest:
    """The strongest pair of a record with its mates, then and now."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._weights = {(edge.left, edge.right): edge.weight for edge in edges}

    def lost(self, record: str, mates: Iterable[str], new: Iterable[Edge]) -> float | None:
        """What its strongest pair with a mate lost; None where no pair is left, or was not there."""
        names = {tuple(sorted((record, mate))) for mate in mates}
        before = [self._weights[pair] for pair in names if pair in self._weights]
        after = [edge.weight for edge in new if (edge.left, edge.right) in names]
        return max(before) - max(after) if before and after else None


def _stored_edges(measuring: Measuring, kind: CustomerType, seeds: set[str]) -> list[Edge]:
    """Every stored pair of the components of some records."""
    groups = {record: group for group in measuring.verdicts.together for record in group}
    found: dict[tuple[str, str], Edge] = {}
    known, frontier = set(seeds), set(seeds)
    while frontier:
        rows = measuring.con.execute(_PAIRS, {"records": sorted(frontier), "kind": kind.value}).fetchall()
        met = {record for seed in frontier for record in groups.get(seed, ())}
        for left, right, weight, contradicts, band in rows:
            found[left, right] = Edge(left, right, weight, bool(contradicts), Band(band))
            if band == Band.AUTO_MATCH.value:
                met |= {left, right}
        frontier = met - known
        known |= frontier
    return list(found.values())


def _live(measuring: Measuring) -> Verdicts:
    """The verdicts without records that are no more."""
    named = sorted({record for group in measuring.verdicts.together for record in group})
    rows = measuring.con.execute(
        "select record_id from temp.standardised_records where record_id in (select unnest($records))",
        {"records": named},
    ).fetchall()
    live = {record for (record,) in rows}
    groups = (tuple(record for record in group if record in live) for group in measuring.verdicts.together)
    return Verdicts(tuple(group for group in groups if len(group) > 1), measuring.verdicts.apart)


_PAIRS = """
select record_id_l, record_id_r, match_weight, is_contradiction, band from scored_pairs
where customer_type = $kind
    and (record_id_l in (select unnest($records)) or record_id_r in (select unnest($records)))
order by record_id_l, record_id_r"""


def _row(question: Question, endings: Sequence[Ending], measuring: Measuring, at: datetime) -> dict[str, object]:
    told, start = [], 0
    for stratum in question.strata:
        own = [one for one in endings[start : start + len(stratum.drawn)] if one.fate.n_mates]
        told.append((len(own), sum(one.fate.is_lost for one in own)))
        start += len(stratum.drawn)
    joined = [one for one in endings if one.fate.n_mates]
    weights = [one.weight_lost for one in joined if one.weight_lost is not None]
    answer = estimated(question, told)
    lost, unmatched = answer.lost_share or (None,) * 3, answer.n_unmatched or (None,) * 3
    return {
        "source_system": question.source,
        "customer_type": question.customer_type.value,
        "field": question.field,
        "n_records": question.n_records,
        "n_defective": question.n_defective,
        "n_comparable": sum(one.n_comparable for one in question.strata),
        "n_joined": sum(one.n_joined for one in question.strata),
        "n_sampled": len(joined),
        "n_lost": sum(one.fate.is_lost for one in joined),
        "n_split": sum(one.fate.is_split for one in joined),
        **dict(zip(("lost_share", "lost_share_low", "lost_share_high"), lost, strict=True)),
        "mean_weight_lost": sum(weights) / len(weights) if weights else None,
        **dict(zip(("n_unmatched", "n_unmatched_low", "n_unmatched_high"), unmatched, strict=True)),
        "publication": measuring.publication,
        "model_version": measuring.model.id,
        "measured_at": at,
    }

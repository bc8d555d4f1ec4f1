# ruff: noqa: S608 - the statements are built from declared fields and constant names; values are bound
"""Which records are blanked to learn what defects of a field cost, and what the counts of those that fell out come to.

A defective value cannot be repaired to see what would happen. The other way round can be measured: records of the same
source that have the field, and are joined with others, lose it, one at a time. They stand for the defective records
that resemble them: those with the same other fields (the *pattern* of what matching has to go by). So the count is
standardised to the defective records, as in direct standardisation of rates: it says what their fields would bring
*them*, not what fields bring on average. It holds as far as a value is missing at random within source, customer type
and pattern.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import duckdb
import polars as pl

from crm_pipelines.matching.ablation import ABLATED_FIELDS
from crm_pipelines.matching.evaluation_draws import beta, uniforms
from crm_pipelines.matching.evaluation_intervals import quantiles
from crm_pipelines.model.enums import CustomerType, ValueStatus

_ENOUGH = 30  # records that have the field: fewer of one pattern are taken together with those of other rare ones
_LEAST_DRAWN = 10
_DRAWS = 400
_REST = "rest"
_SOUND = (ValueStatus.OK.value, ValueStatus.REPAIRED.value)
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Stratum:
    """Records of one source, type and pattern of other fields.

    Attributes:
        n_defective: their value of the field is no evidence.
        n_comparable: they have the field.
        n_joined: of these, with others in one customer.
        drawn: of these, the records to blank.
    """

    n_defective: int
    n_comparable: int
    n_joined: int
    drawn: tuple[str, ...]

    @property
    def joined_share(self) -> float:
        """Of those that have the field, how many are joined."""
        return self.n_joined / self.n_comparable if self.n_comparable else 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: what defects of a field cost a source.

    Attributes:
        n_records: own rows of the source of this type.
        n_defective: of these; those in no stratum are more than can be said anything of.
    """

    source: str
    customer_type: CustomerType
    field: str
    n_records: int
    n_defective: int
    strata: tuple[Stratum, ...]


def evidence_of_records(con: duckdb.DuckDBPyConnection, crosswalk: str) -> dict[CustomerType, pl.DataFrame]:
    """What matching has to go by: one row per source's own row, by record id, for each customer type.

    Args:
        con: holds `temp.standardised_records`.
        crosswalk: name of the published table.

    Returns:
        `record_id, source_system, is_joined`, and per ablated field `<field>` (it is evidence) and `<field>_defective`.
    """
    found = {}
    for kind, fields in ABLATED_FIELDS.items():
        columns = ", ".join(
            f"""coalesce({field.evidence}, false) as {field.name},
                coalesce({field.name}_status, '{ValueStatus.EMPTY}') not in ({", ".join(f"'{one}'" for one in _SOUND)})
                    and not coalesce({field.evidence}, false) as {field.name}_defective"""
            for field in fields
        )
        found[kind] = con.sql(
            f"""with homes as (
                    select record_id, count(*) over (partition by golden_id) > 1 as is_joined
                    from {crosswalk} where valid_to is null)
                select record_id, source_system, is_joined, {columns}
                from temp.standardised_records join homes using (record_id)
                where observation is null and customer_type = '{kind}' order by record_id"""
        ).pl()
    return found


def questions(
    records: Mapping[CustomerType, pl.DataFrame], expected: frozenset[tuple[str, str]], size: int
) -> Iterator[Question]:
    """What to ask, source by source and field by field.

    Args:
        records: see `evidence_of_records`.
        expected: (source, field) that the source's mapping fills; of others nothing is missing.
        size: records to blank for each question, at most.
    """
    for kind, frame in records.items():
        fields = [field.name for field in ABLATED_FIELDS[kind]]
        for (source,), own in frame.sort("source_system").group_by(["source_system"], maintain_order=True):
            for field in fields:
                if (source, field) in expected:
                    placed = _placed(own, field, [other for other in fields if other != field])
                    defective = int(own[f"{field}_defective"].sum())
                    yield Question(str(source), kind, field, own.height, defective, _strata(placed, field, size))


def _placed(own: pl.DataFrame, field: str, others: Sequence[str]) -> pl.DataFrame:
    """The records with their `stratum`: the pattern of the other fields, where enough records of it have the field."""
    pattern = pl.concat_str([pl.when(other).then(pl.lit("1")).otherwise(pl.lit("0")) for other in others])
    marked = own.with_columns(pattern=pattern)
    common = marked.filter(field).group_by("pattern").len().filter(pl.col("len") >= _ENOUGH)["pattern"]
    is_common = pl.col("pattern").is_in(common.implode())
    return marked.with_columns(stratum=pl.when(is_common).then("pattern").otherwise(pl.lit(_REST)))


def _strata(placed: pl.DataFrame, field: str, size: int) -> tuple[Stratum, ...]:
    joined = placed.filter(pl.col(field) & pl.col("is_joined"))
    counted = (
        placed.group_by("stratum")
        .agg(
            n_defective=pl.col(f"{field}_defective").sum(),
            n_comparable=pl.col(field).sum(),
            n_joined=(pl.col(field) & pl.col("is_joined")).sum(),
        )
        .filter(pl.col("n_comparable") > 0)
        .sort("stratum")
    )
    rows = list(counted.iter_rows(named=True))
    return tuple(
        Stratum(
            n_defective=row["n_defective"],
            n_comparable=row["n_comparable"],
            n_joined=row["n_joined"],
            drawn=_drawn(joined.filter(stratum=row["stratum"])["record_id"].to_list(), field, n_drawn),
        )
        for row, n_drawn in zip(rows, _allotted(rows, size), strict=True)
    )


def _allotted(rows: Sequence[Mapping[str, int]], size: int) -> list[int]:
    """How many to draw of each stratum: as many as it weighs in the answer, and never so few that they say nothing."""
    weights = [_weight(row["n_defective"], row["n_comparable"], row["n_joined"]) for row in rows]
    if not sum(weights):
        weights = [float(row["n_joined"]) for row in rows]
    total = sum(weights) or 1.0
    wanted = (max(_LEAST_DRAWN, round(size * weight / total)) if weight else 0 for weight in weights)
    return [min(row["n_joined"], n) for row, n in zip(rows, wanted, strict=True)]


def _weight(n_defective: int, n_comparable: int, n_joined: int) -> float:
    return n_defective * n_joined / n_comparable


def _drawn(records: Sequence[str], field: str, n: int) -> tuple[str, ...]:
    """The same records every time: those whose hash comes first."""
    ordered = sorted((next(uniforms(f"{record}/{field}")), record) for record in records)
    return tuple(sorted(record for _, record in ordered[:n]))


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the fates of the blanked records come to.

    Attributes:
        lost_share: of joined records like the defective ones, those that stand apart without the field; None: nobody
            was blanked. `low` and `high` are the ends of its 95 % interval.
        n_unmatched: defective records that could not match because of the field; likewise.
    """

    lost_share: tuple[float, float | None, float | None] | None
    n_unmatched: tuple[float, float | None, float | None] | None


def estimated(question: Question, fates: Sequence[tuple[int, int]]) -> Estimate:
    """Fold the strata of a question into its answer.

    The interval is of the count itself: of shares as unsure as few records leave them (Jeffreys), and of the chance
    with which so many defective records are hit.

    Args:
        question: with its strata.
        fates: per stratum how many were blanked and counted, and how many of these stand apart.
    """
    told = [(one, n, lost) for one, (n, lost) in zip(question.strata, fates, strict=True) if n]
    if not told:
        return Estimate(None, None)
    weights = [one.n_defective * one.joined_share for one, _, _ in told]
    by = weights if sum(weights) else [float(one.n_joined) for one, _, _ in told]
    shares = [weight / sum(by) for weight in by]
    chance = uniforms(f"{question.source}/{question.customer_type}/{question.field}")
    lost_draws, count_draws = [], []
    for _ in range(_DRAWS):
        drawn = [beta(chance, lost + 0.5, n - lost + 0.5) for _, n, lost in told]
        lost_draws.append(sum(share * one for share, one in zip(shares, drawn, strict=True)))
        count_draws.append(_hit(told, drawn, next(chance)))
    lost_share = sum(share * lost / n for share, (_, n, lost) in zip(shares, told, strict=True))
    count = sum(weight * lost / n for weight, (_, n, lost) in zip(weights, told, strict=True))
    return Estimate((lost_share, *quantiles(lost_draws)), (count, *_around(count, quantiles(count_draws))))


def _hit(told: Sequence[tuple[Stratum, int, int]], lost: Sequence[float], chance: float) -> float:
    """Defective records hit, in one draw."""
    rates = [(one.n_defective, one.joined_share * share) for (one, _, _), share in zip(told, lost, strict=True)]
    mean = sum(n * rate for n, rate in rates)
    spread = math.sqrt(sum(n * rate * (1 - rate) for n, rate in rates))
    return min(max(mean + spread * _NORMAL.inv_cdf(chance), 0.0), float(sum(n for n, _ in rates)))


def _around(count: float, bounds: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = bounds
    return min(count, math.floor(low or 0.0)), max(count, math.ceil(high or 0.0))

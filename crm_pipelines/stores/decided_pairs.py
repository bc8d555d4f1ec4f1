# ruff: noqa: S608 - the statements are built from declared columns and constant names; values are bound
"""The scored pairs across the two sets of a decision, in the warehouse or in a publication."""

from collections.abc import Iterable, Mapping

import duckdb
import polars as pl

from crm_pipelines.clustering.confirmation import CrossPair
from crm_pipelines.matching.levels import COMPARISONS, LEVEL_COLUMNS
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Band, CustomerType

_SCHEMA = pl.Schema({"decision_id": pl.String(), "is_left": pl.Boolean(), "record_id": pl.String()})


def stage_sets(con: duckdb.DuckDBPyConnection, sets: Mapping[str, tuple[Iterable[str], Iterable[str]]]) -> None:
    """Leave the sets in the temporary table `decided_sets` (decision_id, is_left, record_id)."""
    rows = [
        (name, is_left, record)
        for name, sides in sets.items()
        for is_left, side in zip((True, False), sides, strict=True)
        for record in sorted(set(side))
    ]
    con.register("incoming_sets", pl.DataFrame(rows, schema=_SCHEMA, orient="row").to_arrow())
    con.execute("create or replace temporary table decided_sets as select * from incoming_sets").fetchall()
    con.unregister("incoming_sets")


def sets_of(decisions: Iterable[Decision]) -> dict[str, tuple[Iterable[str], Iterable[str]]]:
    """Decision id -> its two sides."""
    return {one.decision_id: (one.record_ids_left, one.record_ids_right) for one in decisions}


def cross_pairs(con: duckdb.DuckDBPyConnection, only: str = "true") -> dict[str, list[CrossPair]]:
    """Decision id -> the stored pairs across its sets, by record ids; every decision of `decided_sets` has an entry.

    Args:
        con: with `decided_sets` and `scored_pairs`.
        only: condition on `decision_id` of the decisions that are wanted.
    """
    found: dict[str, list[CrossPair]] = {
        name: []
        for (name,) in con.execute(
            f"select distinct decision_id from decided_sets where {only} order by decision_id"
        ).fetchall()
    }
    columns = ", ".join(f"pair.{column}" for column in LEVEL_COLUMNS)
    rows = con.execute(
        f"""select distinct decided.decision_id, pair.record_id_l, pair.record_id_r, pair.match_weight, pair.band,
                pair.is_contradiction, pair.customer_type, {columns}
            from (select * from decided_sets where {only}) as decided
            inner join scored_pairs as pair on pair.record_id_l = decided.record_id
            inner join decided_sets as other on other.record_id = pair.record_id_r
                and other.decision_id = decided.decision_id and other.is_left <> decided.is_left
            order by decided.decision_id, pair.record_id_l, pair.record_id_r"""
    ).fetchall()
    for name, left, right, weight, band, contradicts, kind, *levels in rows:
        named = _named(CustomerType(kind), dict(zip(LEVEL_COLUMNS, levels, strict=True)))
        found[name].append(CrossPair(left, right, weight, Band(band), bool(contradicts), named))
    return found


def pairs_across(con: duckdb.DuckDBPyConnection, left: Iterable[str], right: Iterable[str]) -> list[CrossPair]:
    """The stored pairs across two sets that nobody has decided about yet."""
    stage_sets(con, {"": (left, right)})
    return cross_pairs(con).get("", [])


def _named(kind: CustomerType, numbers: Mapping[str, int | None]) -> dict[str, str]:
    found = {}
    for comparison in COMPARISONS[kind]:
        number = numbers[comparison.column]
        level = None if number is None else comparison.level_of(number)
        if level is not None:
            found[comparison.name] = level.name
    return found

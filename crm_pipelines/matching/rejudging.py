# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Bring stored pairs under other thresholds: their weights stand, so no pair is scored again."""

from dataclasses import replace

import duckdb

from crm_pipelines.matching.bands import band_sql
from crm_pipelines.matching.incremental import PairUpdate
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import CustomerType


def only_thresholds_differ(old: ModelVersion, new: ModelVersion) -> bool:
    """Whether two versions weigh alike, and the pairs that the old one stored hold all that the new one would.

    A floor below the old one asks for pairs that were never kept: then all are scored again.
    """
    as_before = {kind: replace(one, thresholds=old.types[kind].thresholds) for kind, one in new.types.items()}
    floors = ((one.thresholds, old.types[kind].thresholds) for kind, one in new.types.items())
    return replace(new, types=as_before).id == old.id and all(
        now.floor >= then.floor and now.contradiction_floor >= then.contradiction_floor for now, then in floors
    )


def rejudge_pairs(con: duckdb.DuckDBPyConnection, model: ModelVersion, update: PairUpdate) -> PairUpdate:
    """Give every pair of another version its band under this one, and let go of those below the floor.

    The result is that of scoring all pairs anew. Runs in the caller's transaction.

    Args:
        con: as `update_pairs` left it.
        model: of which every stored pair differs by thresholds alone, if at all.
        update: what `update_pairs` did with the same model.

    Returns:
        The same, with what changed here; `pair_changed_records` names the records of pairs that went or changed band.
    """
    before = _count(con, "scored_pairs")
    for kind in CustomerType:
        thresholds = model.types[kind].thresholds
        others = f"customer_type = '{kind}' and model_version <> '{model.id}'"
        is_dropped = (
            f"match_weight < {thresholds.floor!r} "
            f"and not (is_contradiction and match_weight >= {thresholds.contradiction_floor!r})"
        )
        band = band_sql(kind, thresholds)
        changed = f"from scored_pairs where {others} and (({is_dropped}) or band <> ({band}))"
        con.execute(
            f"""insert into pair_changed_records
                select record_key
                from (select record_key_l as record_key {changed} union select record_key_r {changed})
                where record_key not in (select record_key from pair_changed_records)"""
        )
        con.execute(f"delete from scored_pairs where {others} and {is_dropped}")
        con.execute(f"update scored_pairs set band = {band}, model_version = '{model.id}' where {others}")
    return replace(
        update,
        n_removed=update.n_removed + before - _count(con, "scored_pairs"),
        n_changed_pair_records=_count(con, "temp.pair_changed_records"),
    )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"select count(*) from {table}").fetchall()[0][0])

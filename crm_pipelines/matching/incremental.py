# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Bring the scored pairs up to date after some records were inserted, changed or deleted.

Only what the change can reach is touched: the changed records, the records on a contact point that moved to another
bucket, and the records on a blocking key that crossed its cap, also when it fell back under it by a deletion. The
result is exactly that of building everything from nothing with the same model version, its priors included. Every
statement runs in the caller's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from crm_pipelines.matching.candidates import find_candidates
from crm_pipelines.matching.judging import judged_sql
from crm_pipelines.matching.levels import COMPARISONS, LEVEL_COLUMNS
from crm_pipelines.matching.match_input import (
    add_match_records,
    create_match_inputs,
    create_match_records,
    drop_match_inputs,
    drop_match_records,
)
from crm_pipelines.matching.model_version import ModelVersion, with_priors
from crm_pipelines.matching.pair_scores import ScoringTask, score_candidates
from crm_pipelines.matching.prior_estimate import estimated_priors, settled_priors
from crm_pipelines.matching.tables import renew_tables_sql
from crm_pipelines.matching.upkeep import (
    build_blocking_keys,
    build_contact_shares,
    keys_above_cap,
    update_blocking_keys,
    update_contact_shares,
)
from crm_pipelines.model.enums import CustomerType

_STEP_TABLES = (
    *("changed_records", "pair_delta", "blocking_caps", "old_pairs", "new_pairs"),
    *(f"{name}_{kind}" for kind in CustomerType for name in ("candidates", "scores")),
)


@dataclass(frozen=True, slots=True)
class PairUpdate:
    """What an update did.

    Attributes:
        model: the version that all stored pairs are scored with now.
        n_changed: records the caller named.
        n_rescored: records whose pairs were scored anew; more than `n_changed` where a bucket or a cap was crossed.
        n_scored: candidate pairs scored.
        n_stored: of these, pairs at or above the floor or contradicting.
        n_removed: pairs that stood before and were taken out (most come back among the stored).
        n_changed_pair_records: rows of `pair_changed_records`.
        pairs_by_rule: blocking rule -> distinct pairs it proposed; a pair counts for each of its rules.
        capped_keys: blocking rule -> keys now above its cap.
    """

    model: ModelVersion
    n_changed: int
    n_rescored: int
    n_scored: int
    n_stored: int
    n_removed: int
    n_changed_pair_records: int
    pairs_by_rule: Mapping[str, int]
    capped_keys: Mapping[str, int]


def update_pairs(con: duckdb.DuckDBPyConnection, changed: str, model: ModelVersion) -> PairUpdate:
    """Update `contact_names`, `contact_shares`, `blocking_keys`, `key_counts` and `scored_pairs`.

    Args:
        con: holds the tables of `tables.py` in their old state and `standardised_records` in its new one.
        changed: table or view with `record_key` of every record inserted, changed or deleted since.
        model: the version all stored pairs were scored with; for another one, `build_pairs`.

    Returns:
        Counts of what was done. Leaves the temporary table `pair_changed_records(record_key)`: every record with a
        pair that appeared, vanished or weighs otherwise.
    """
    return _update(con, changed, model, None)


def build_pairs(
    con: duckdb.DuckDBPyConnection, model: ModelVersion, in_force: Mapping[CustomerType, float]
) -> PairUpdate:
    """Build the five tables from nothing with the prior that the records speak for.

    Args:
        con: as for `update_pairs`; what the tables hold is thrown away.
        model: the version to score with; its priors are replaced.
        in_force: priors that stay while the estimate is near them; empty for a base that has none yet.

    Returns:
        Counts of what was done, and the model with its priors. Leaves `pair_changed_records` as `update_pairs` does.
    """
    _run(con, renew_tables_sql())
    return _update(con, "standardised_records", model, in_force)


def prior_has_moved(con: duckdb.DuckDBPyConnection, model: ModelVersion) -> bool:
    """Whether the stored pairs speak clearly for another prior than the one they were scored with."""
    priors = {kind: one.prior_log2_odds for kind, one in model.types.items()}
    prior = " ".join(f"when '{kind}' then {value!r}" for kind, value in priors.items())
    estimates = estimated_priors(con, "scored_pairs", f"match_weight - case customer_type {prior} end")
    return any(priors[kind] != found for kind, found in settled_priors(estimates, priors).items())


def _update(
    con: duckdb.DuckDBPyConnection, changed: str, model: ModelVersion, in_force: Mapping[CustomerType, float] | None
) -> PairUpdate:
    _run(con, f"create or replace temp table changed_records as select distinct record_key from {changed}")
    if not _count(con, "temp.changed_records"):
        return _nothing_to_do(con, model)
    _run(con, "create or replace temp table pair_delta as select record_key from temp.changed_records")
    create_match_records(con, "match_records", "temp.changed_records")
    if in_force is None:
        update_contact_shares(con)
        capped_keys = update_blocking_keys(con)
    else:
        build_contact_shares(con)
        capped_keys = build_blocking_keys(con)
    _take_out_old_pairs(con)
    pairs_by_rule = find_candidates(con, is_whole=in_force is not None)
    n_scored = _score(con, model, is_whole=in_force is not None)
    if in_force is not None:
        model = with_priors(model, settled_priors(estimated_priors(con, "temp.new_scores", "evidence"), in_force))
    new_pairs = _store_pairs(con, model, is_whole=in_force is not None)
    _name_changed_records(con, new_pairs)
    update = PairUpdate(
        model=model,
        n_changed=_count(con, "temp.changed_records"),
        n_rescored=_count(con, "temp.pair_delta"),
        n_scored=n_scored,
        n_stored=_count(con, new_pairs),
        n_removed=_count(con, "temp.old_pairs"),
        n_changed_pair_records=_count(con, "temp.pair_changed_records"),
        pairs_by_rule=pairs_by_rule,
        capped_keys=capped_keys,
    )
    _drop_step_tables(con)
    return update


def _nothing_to_do(con: duckdb.DuckDBPyConnection, model: ModelVersion) -> PairUpdate:
    _run(con, "create or replace temp table pair_changed_records as select record_key from temp.changed_records")
    capped_keys = keys_above_cap(con)
    _drop_step_tables(con)
    return PairUpdate(model, 0, 0, 0, 0, 0, 0, {}, capped_keys)


def _drop_step_tables(con: duckdb.DuckDBPyConnection) -> None:
    _run(con, "drop view if exists temp.new_scores")
    drop_match_records(con, "match_records")
    for table in _STEP_TABLES:
        _run(con, f"drop table if exists temp.{table}")


def _run(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    con.execute(sql).fetchall()


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"select count(*) from {table}").fetchall()[0][0])


def _take_out_old_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Move the pairs of the delta out of `scored_pairs` into `old_pairs`."""
    touched = "select rowid from scored_pairs where {} in (select record_key from temp.pair_delta)"
    # each side by itself: behind an `or` every column of every pair would be looked at
    of_delta = f"rowid in ({touched.format('record_key_l')} union all {touched.format('record_key_r')})"
    _run(con, f"create or replace temp table old_pairs as select * from scored_pairs where {of_delta}")
    if _count(con, "temp.old_pairs"):
        _run(con, f"delete from scored_pairs where {of_delta}")


def _score(con: duckdb.DuckDBPyConnection, model: ModelVersion, *, is_whole: bool) -> int:
    """Score the candidates of both types into `new_scores`; the records compared get their features first."""
    if not is_whole:
        compared = " union ".join(
            f"select record_key_{side} as record_key from temp.candidates_{kind}"
            for kind in CustomerType
            for side in ("l", "r")
        )
        add_match_records(con, "match_records", f"({compared})")
    create_match_inputs(con, "temp.match_records", model)
    n_scored = 0
    for kind in CustomerType:
        levels = ", ".join(f"{comparison.column} tinyint" for comparison in COMPARISONS[kind])
        _run(
            con,
            f"create or replace temp table scores_{kind} "
            f"(record_key_l integer, record_key_r integer, evidence double, {levels})",
        )
        task = ScoringTask(
            kind, model, f"match_input_{kind}", f"candidates_{kind}", f"scores_{kind}", queries="prediction_queries"
        )
        n_scored += score_candidates(con, task)
    both = " union all by name ".join(
        f"select '{kind}' as customer_type, * from temp.scores_{kind}" for kind in CustomerType
    )
    _run(con, f"create or replace temp view new_scores as {both}")
    drop_match_inputs(con)
    return n_scored


def _store_pairs(con: duckdb.DuckDBPyConnection, model: ModelVersion, *, is_whole: bool) -> str:
    """Judge the new scores and put them into `scored_pairs`, in the order of the record ids, with the model version.

    Returns:
        The table that holds them, and nothing else.
    """
    judged = " union all by name ".join(
        f"(select '{kind}' as customer_type, * from ({judged_sql(kind, model, f'temp.scores_{kind}')}))"
        for kind in CustomerType
    )
    levels = ", ".join(LEVEL_COLUMNS)
    pairs = f"""
        select if(l.record_id < r.record_id, l.record_key, r.record_key) as record_key_l,
          if(l.record_id < r.record_id, r.record_key, l.record_key) as record_key_r,
          least(l.record_id, r.record_id) as record_id_l, greatest(l.record_id, r.record_id) as record_id_r,
          s.customer_type, match_weight, match_probability, band, is_contradiction, '{model.id}' as model_version,
          {levels}
        from ({judged}) s
        join temp.match_records l on l.record_key = s.record_key_l
        join temp.match_records r on r.record_key = s.record_key_r"""
    if is_whole:
        _run(con, f"insert into scored_pairs by name {pairs}")
        return "scored_pairs"
    _run(con, f"create or replace temp table new_pairs as {pairs}")
    _run(con, "insert into scored_pairs by name from temp.new_pairs")
    return "temp.new_pairs"


def _name_changed_records(con: duckdb.DuckDBPyConnection, new_pairs: str) -> None:
    """Compare the pairs taken out with those put in and name the records of the differences."""
    differences = f"from {new_pairs}"
    if _count(con, "temp.old_pairs"):
        new, old = f"from {new_pairs}", "from temp.old_pairs"
        differences = f"({new} except {old}) union all ({old} except {new})"
    _run(
        con,
        f"""create or replace temp table pair_changed_records as
        with differences as ({differences})
        select record_key_l as record_key from differences union select record_key_r from differences""",
    )

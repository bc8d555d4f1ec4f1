# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Score staged pairs with a model, all of them, to see how the levels lie and what a model would do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import duckdb

from crm_pipelines.matching.judging import judged_sql
from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.pair_scores import ScoringTask, score_candidates
from crm_pipelines.model.enums import CustomerType

_LOWEST = -1e9


@contextmanager
def scores_of(con: duckdb.DuckDBPyConnection, kind: CustomerType, model: ModelVersion, pairs: str) -> Iterator[str]:
    """A temporary table with the score and the levels of every pair, for as long as the context lasts.

    Args:
        con: holds `match_input_<type>` with the term frequencies of the model.
        kind: whose model.
        model: its thresholds give the bands, but no pair is left out.
        pairs: table `record_key_l, record_key_r, place`.
    """
    old = model.types[kind]
    lowest = replace(old.thresholds, floor=_LOWEST, contradiction_floor=_LOWEST)
    everything = replace(model, types={**model.types, kind: replace(old, thresholds=lowest)})
    table = f"training_scores_{pairs}"
    levels = ", ".join(f"{comparison.column} tinyint" for comparison in COMPARISONS[kind])
    con.execute(
        f"create or replace temp table evidence (record_key_l integer, record_key_r integer, evidence double, {levels})"
    ).fetchall()
    score_candidates(con, ScoringTask(kind, model, f"match_input_{kind}", pairs, "evidence", keeps_all=True))
    con.execute(f"create or replace temp table {table} as {judged_sql(kind, everything, 'temp.evidence')}").fetchall()
    con.execute("drop table temp.evidence").fetchall()
    try:
        yield table
    finally:
        con.execute(f"drop table if exists temp.{table}").fetchall()


def counts_by_level(
    con: duckdb.DuckDBPyConnection, kind: CustomerType, model: ModelVersion, pairs: str, counted: str
) -> dict[tuple[str, str], float]:
    """(comparison, level) -> what the aggregate `counted` says of the pairs on it; levels without a pair are left out.

    Args:
        con: as for `scores_of`.
        kind: as for `scores_of`.
        model: as for `scores_of`.
        pairs: as for `scores_of`.
        counted: SQL over the columns of `scored_pairs`, such as `sum(match_probability)`.
    """
    found = {}
    with scores_of(con, kind, model, pairs) as scores:
        for comparison in COMPARISONS[kind]:
            rows = con.execute(
                f"select {comparison.column}, cast({counted} as double) from {scores} "
                f"where {comparison.column} >= 0 group by all order by all"
            ).fetchall()
            for number, count in rows:
                level = comparison.level_of(number)
                if level is not None:
                    found[comparison.name, level.name] = float(count)
    return found

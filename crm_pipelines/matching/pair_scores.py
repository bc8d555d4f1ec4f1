# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Score candidate pairs with the query that Splink wrote for a model version.

The query is kept beside the pairs, because Splink takes seconds to be imported and to write it: most runs need the
query alone.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import TypeAlias

import duckdb

from crm_pipelines.matching.bands import contradiction_sql
from crm_pipelines.matching.frequencies import FREQUENCIES
from crm_pipelines.matching.levels import COMPARISONS, Level
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.prior_estimate import HIGHEST_LOG2_ODDS
from crm_pipelines.matching.similarity import register_similarity
from crm_pipelines.matching.sql import condition
from crm_pipelines.model.enums import CustomerType

BLOCKED_PAIRS = "chunk_of_pairs"
"""Table of the pairs that the query reads."""
_FIXED_COLUMNS = ("record_key_l", "record_key_r", "evidence")
_Levels: TypeAlias = tuple[tuple[str, str, float, float], ...]
"""Comparison, level, m and u of each."""

_WRITER = files(__package__).joinpath("splink_scorer.py")


@dataclass(frozen=True, slots=True)
class ScoringTask:
    """What to score.

    Attributes:
        customer_type: one model at a time.
        model: the frozen version.
        inputs: table of the records with all features and `tf_` columns, key `record_key`.
        candidates: table of pairs `record_key_l, record_key_r, place` (0, 1, 2 ... without gaps).
        scored: table with the columns `scored_columns` into which the pairs are inserted.
        keeps_all: also pairs whose evidence is too weak to be stored under any prior.
        queries: table `prediction_queries` in which the query is kept; None has Splink write it in this process.
        chunk_size: pairs scored at a time; bounds the memory, but every part reads the inputs once more.
    """

    customer_type: CustomerType
    model: ModelVersion
    inputs: str
    candidates: str
    scored: str
    keeps_all: bool = False
    queries: str | None = None
    chunk_size: int = 10_000_000


def scored_columns(customer_type: CustomerType) -> tuple[str, ...]:
    """The columns that a scoring inserts, in order."""
    levels = [comparison.column for comparison in COMPARISONS[customer_type]]
    return (*_FIXED_COLUMNS, *levels)


def score_candidates(con: duckdb.DuckDBPyConnection, task: ScoringTask) -> int:
    """Score the candidate pairs of one customer type and insert their evidence into `task.scored`.

    Runs inside the caller's transaction and leaves no table of its own behind.

    Returns:
        The number of pairs scored (stored or not).
    """
    n_pairs = int(con.execute(f"select count(*) from {task.candidates}").fetchall()[0][0])
    if n_pairs == 0:
        return 0
    register_similarity(con)
    columns = ", ".join(scored_columns(task.customer_type))
    kept = _kept_sql(task).format(prediction=_prediction(con, task))
    for start in range(0, n_pairs, task.chunk_size):
        con.execute(
            f"create or replace temp table {BLOCKED_PAIRS} as "
            "select '0' as match_key, record_key_l as join_key_l, record_key_r as join_key_r "
            f"from {task.candidates} where place >= ? and place < ?",
            [start, start + task.chunk_size],
        ).fetchall()
        con.execute(f"insert into {task.scored} ({columns}) select {columns} from ({kept})").fetchall()
    con.execute(f"drop table temp.{BLOCKED_PAIRS}").fetchall()
    return n_pairs


def _prediction(con: duckdb.DuckDBPyConnection, task: ScoringTask) -> str:
    """Splink's query over the records and pairs of a task."""
    columns = con.execute(f"select column_name from (describe {task.inputs}) order by all").fetchall()
    levels = task.model.types[task.customer_type].levels
    frozen = tuple((name, one, level.m, level.u) for name, named in levels.items() for one, level in named.items())
    asked = (task.customer_type, frozen, task.inputs, tuple(row[0] for row in columns))
    if task.queries is None:
        return _written(*asked)
    digest = _digest(*asked)
    kept = con.execute(f"select query from {task.queries} where digest = ?", [digest]).fetchall()
    if kept:
        return str(kept[0][0])
    query = _written(*asked)
    con.execute(f"delete from {task.queries} where customer_type = ?", [task.customer_type.value])
    con.execute(f"insert into {task.queries} values (?, ?, ?)", [task.customer_type.value, digest, query])
    return query


def _written(customer_type: CustomerType, levels: _Levels, inputs: str, columns: tuple[str, ...]) -> str:
    from crm_pipelines.matching.splink_scorer import prediction_query  # noqa: PLC0415 - Splink is slow to import

    return prediction_query(customer_type, levels, inputs, columns)


def _digest(customer_type: CustomerType, levels: _Levels, inputs: str, columns: tuple[str, ...]) -> str:
    """Of all that the query is written from: the model, the levels as they are declared, and who writes it."""
    declared = [
        (one.name, condition(one.not_compared), [(each.name, _condition(each), each.frequency) for each in one.levels])
        for one in COMPARISONS[customer_type]
    ]
    writers = [f"{package} {version(package)}" for package in ("splink", "sqlglot", "duckdb")]
    facts = [customer_type, levels, inputs, columns, declared, FREQUENCIES[customer_type], writers, _WRITER.read_text()]
    return hashlib.blake2b(json.dumps(facts, default=list).encode(), digest_size=16).hexdigest()


def _condition(level: Level) -> str | None:
    return None if level.predicate is None else condition(level.predicate)


def _kept_sql(task: ScoringTask) -> str:
    """Project a prediction to our columns, and keep what some prior could lift to a floor."""
    thresholds = task.model.types[task.customer_type].thresholds
    levels = ", ".join(
        f"cast(gamma_{comparison.name} as tinyint) as {comparison.column}"
        for comparison in COMPARISONS[task.customer_type]
    )
    projected = f"select record_key_l, record_key_r, match_weight as evidence, {levels} from ({{prediction}})"
    if task.keeps_all:
        return projected
    return f"""
    select * from ({projected}) where evidence >= {thresholds.floor - HIGHEST_LOG2_ODDS!r}
      or ({contradiction_sql(task.customer_type)}
        and evidence >= {thresholds.contradiction_floor - HIGHEST_LOG2_ODDS!r})"""

# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Score candidate pairs with Splink: its settings are built from the declared levels and a frozen model version.

Nothing is trained and nothing is counted here: m, u and the term frequencies come from the model, the candidate pairs
from our own blocking. Splink scores with even odds to begin with, so that its match weight is the evidence alone; the
prior is added by whoever judges (`judging.py`). Splink's tables are temporary, and only ids, evidence and levels of the
pairs that may be stored leave its last statement.
"""

import json
from dataclasses import dataclass

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison
from splink.internals.comparison_level_creator import ComparisonLevelCreator

from crm_pipelines.matching.bands import contradiction_sql
from crm_pipelines.matching.frequencies import FREQUENCIES
from crm_pipelines.matching.levels import COMPARISONS, NULL_LEVEL_NAME, Comparison, Level
from crm_pipelines.matching.model_version import LevelProbabilities, ModelVersion, TypeModel
from crm_pipelines.matching.prior_estimate import HIGHEST_LOG2_ODDS
from crm_pipelines.matching.similarity import register_similarity
from crm_pipelines.matching.sql import condition
from crm_pipelines.model.enums import CustomerType

_BLOCKED_PAIRS = "chunk_of_pairs"
_NO_FREQUENCIES = "no_frequencies"
_COPIED_INPUT = "__splink__df_pruned_predict_input"
_ERRORS_ONLY = 40  # logging.ERROR


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
        chunk_size: pairs scored at a time; bounds the memory, but every part reads the inputs once more.
    """

    customer_type: CustomerType
    model: ModelVersion
    inputs: str
    candidates: str
    scored: str
    keeps_all: bool = False
    chunk_size: int = 10_000_000


class _TemporaryTables(DuckDBAPI):
    """Splink's DuckDB backend with temporary tables."""

    def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
        """Splink's hook for the statement that makes a table."""
        self.delete_table_from_database(physical_name)
        return f"create temp table {physical_name} as {sql}"


class _PredictionTables(_TemporaryTables):
    """The tables of one prediction, without those that are only copies.

    Attributes:
        inputs: the table of the records compared. Splink copies it for either side of the pairs, without the records
            that are in none; the join with the pairs leaves them out as well, so a view does.
        kept: query of what is kept of the `prediction`; it lets the database skip the rest.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, inputs: str, kept: str) -> None:
        super().__init__(con)
        self.inputs = inputs
        self.kept = kept

    def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
        if physical_name.startswith(_COPIED_INPUT):
            return f"create temp view {physical_name} as select * from {self.inputs}"
        if physical_name.startswith("__splink__df_predict"):
            return super()._setup_for_execute_sql(self.kept.format(prediction=sql), physical_name)
        return super()._setup_for_execute_sql(sql, physical_name)

    def delete_table_from_database(self, name: str) -> None:
        """Splink's hook for taking a table away."""
        if name.startswith(_COPIED_INPUT):
            self._execute_sql_against_backend(f"drop view if exists {name}")
        else:
            super().delete_table_from_database(name)


def scored_columns(customer_type: CustomerType) -> tuple[str, ...]:
    """The columns that a scoring inserts, in order."""
    levels = [comparison.column for comparison in COMPARISONS[customer_type]]
    return (*_FIXED_COLUMNS, *levels)


_FIXED_COLUMNS = ("record_key_l", "record_key_r", "evidence")
_EVEN_ODDS = 0.5


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
    for start in range(0, n_pairs, task.chunk_size):
        con.execute(
            f"create or replace temp table {_BLOCKED_PAIRS} as "
            "select '0' as match_key, record_key_l as join_key_l, record_key_r as join_key_r "
            f"from {task.candidates} where place >= ? and place < ?",
            [start, start + task.chunk_size],
        ).fetchall()
        _score_chunk(con, task)
    con.execute(f"drop table temp.{_BLOCKED_PAIRS}").fetchall()
    return n_pairs


def _score_chunk(con: duckdb.DuckDBPyConnection, task: ScoringTask) -> None:
    """One Splink prediction over the registered pairs."""
    con.execute(f"create or replace temp table {_NO_FREQUENCIES} as select 0 as nothing").fetchall()
    api = _PredictionTables(con, task.inputs, _kept_sql(task))
    settings = splink_settings(task.customer_type, task.model, prior=_EVEN_ODDS)
    linker = Linker(api.register(task.inputs), settings, None, validate_settings=False)
    for frequency in FREQUENCIES[task.customer_type]:
        # The inputs carry `tf_` columns already; a registered table keeps Splink from counting its own.
        lookup = api.register(_NO_FREQUENCIES, table_name=f"{_NO_FREQUENCIES}_{frequency}")
        linker.table_management.register_term_frequency_lookup(lookup, frequency)
    linker.table_management.register_blocked_pairs_for_predict(api.register(_BLOCKED_PAIRS))
    prediction = linker.inference.predict(warning_mode="never")
    columns = ", ".join(scored_columns(task.customer_type))
    con.execute(f"insert into {task.scored} ({columns}) select {columns} from {prediction.physical_name}").fetchall()
    prediction.drop_table_from_database_and_remove_from_cache()
    con.execute(f"drop table temp.{_NO_FREQUENCIES}").fetchall()


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


def trainable_linker(
    con: duckdb.DuckDBPyConnection, customer_type: CustomerType, model: ModelVersion, inputs: str, start: float
) -> Linker:
    """A linker whose m may be trained and whose u are fixed.

    Args:
        con: its tables are temporary.
        customer_type: whose comparisons.
        model: where m begins, and u; both sum up to 1 in each comparison.
        inputs: table of the records with all features, key `record_key`.
        start: probability that a pair of a training block is of one customer, where EM begins.
    """
    register_similarity(con)
    api = _TemporaryTables(con)
    settings = splink_settings(customer_type, model, prior=start, is_frozen=False)
    return Linker(api.register(inputs), settings, _ERRORS_ONLY, validate_settings=False)


def splink_settings(
    customer_type: CustomerType, model: ModelVersion, *, prior: float | None = None, is_frozen: bool = True
) -> SettingsCreator:
    """The model as Splink settings; comparisons and levels in the declared order.

    Args:
        customer_type: whose comparisons.
        model: whose probabilities.
        prior: probability of a match to begin with; None takes the model's.
        is_frozen: whether m stays as it is; without, Splink may train it and leaves the term frequencies out.
    """
    type_model = model.types[customer_type]
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_key",
        probability_two_random_records_match=type_model.prior_probability if prior is None else prior,
        comparisons=[_comparison(comparison, type_model, is_frozen) for comparison in COMPARISONS[customer_type]],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=False,
    )


def splink_settings_json(customer_type: CustomerType, model: ModelVersion) -> str:
    """The frozen model as the JSON that plain Splink loads.

    The table it is given needs the features as columns, the `tf_` columns of the term frequencies, and the SQL function
    of `similarity.py` on its connection.
    """
    settings = splink_settings(customer_type, model).create_settings_dict("duckdb")
    return json.dumps(settings, indent=1, ensure_ascii=False) + "\n"


def _comparison(comparison: Comparison, model: TypeModel, is_frozen: bool) -> CustomComparison:
    null_level = CustomLevel(condition(comparison.not_compared), NULL_LEVEL_NAME).configure(is_null_level=True)
    levels = [_level(level, model.levels[comparison.name][level.name], is_frozen) for level in comparison.levels]
    return CustomComparison(
        output_column_name=comparison.name,
        comparison_levels=[null_level, *levels],
        comparison_description=comparison.name,
    )


def _level(level: Level, probabilities: LevelProbabilities, is_frozen: bool) -> ComparisonLevelCreator:
    sql = "ELSE" if level.predicate is None else condition(level.predicate)
    configured = CustomLevel(sql, level.name).configure(
        m_probability=probabilities.m,
        u_probability=probabilities.u,
        fix_m_probability=is_frozen,
        fix_u_probability=True,
    )
    if level.frequency is None or not is_frozen:
        return configured
    return configured.configure(tf_adjustment_column=level.frequency, disable_tf_exact_match_detection=True)

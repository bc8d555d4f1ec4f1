# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Score candidate pairs with Splink: its settings are built from the declared levels and a frozen model version.

Nothing is trained and nothing is counted here: m, u and the term frequencies come from the model, the candidate pairs
from our own blocking. Splink scores with even odds to begin with, so that its match weight is the evidence alone; the
prior is added by whoever judges (`judging.py`). Splink writes its query over an empty database; the query then runs
where the records are, and only ids, evidence and levels of the pairs that may be stored leave it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison
from splink.internals.comparison_level_creator import ComparisonLevelCreator

from crm_pipelines.matching.bands import contradiction_sql
from crm_pipelines.matching.frequencies import FREQUENCIES
from crm_pipelines.matching.levels import COMPARISONS, NULL_LEVEL_NAME, Comparison, Level
from crm_pipelines.matching.model_version import LevelProbabilities, ModelVersion
from crm_pipelines.matching.prior_estimate import HIGHEST_LOG2_ODDS
from crm_pipelines.matching.similarity import register_similarity
from crm_pipelines.matching.sql import condition
from crm_pipelines.model.enums import CustomerType

_BLOCKED_PAIRS = "chunk_of_pairs"
_NO_FREQUENCIES = "no_frequencies"
_COPIED_INPUT = "__splink__df_pruned_predict_input"
_PREDICTION = "__splink__df_predict"
_ERRORS_ONLY = 40  # logging.ERROR
_Learned = Mapping[str, Mapping[str, LevelProbabilities]]


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


class _Recorder(_TemporaryTables):
    """A backend that writes down the statement of a prediction and computes nothing.

    Attributes:
        inputs: the table of the records compared. Splink copies it for either side of the pairs, without the records
            that are in none; the join with the pairs leaves them out as well, so the table itself does.
        statement: the query of the prediction.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, inputs: str) -> None:
        super().__init__(con)
        self.inputs = inputs
        self.statement = ""
        self._copies: list[str] = []

    def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
        if physical_name.startswith(_COPIED_INPUT):
            self._copies.append(physical_name)
            sql = f"select * from {self.inputs}"
        elif physical_name.startswith(_PREDICTION):
            for copy in self._copies:
                sql = sql.replace(copy, self.inputs)
            self.statement, sql = sql, "select 0 as nothing"
        return super()._setup_for_execute_sql(sql, physical_name)


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
    columns = ", ".join(scored_columns(task.customer_type))
    kept = _kept_sql(task).format(prediction=_prediction(con, task))
    for start in range(0, n_pairs, task.chunk_size):
        con.execute(
            f"create or replace temp table {_BLOCKED_PAIRS} as "
            "select '0' as match_key, record_key_l as join_key_l, record_key_r as join_key_r "
            f"from {task.candidates} where place >= ? and place < ?",
            [start, start + task.chunk_size],
        ).fetchall()
        con.execute(f"insert into {task.scored} ({columns}) select {columns} from ({kept})").fetchall()
    con.execute(f"drop table temp.{_BLOCKED_PAIRS}").fetchall()
    return n_pairs


def _prediction(con: duckdb.DuckDBPyConnection, task: ScoringTask) -> str:
    """Splink's query over the records and pairs of a task."""
    columns = con.execute(f"select column_name from (describe {task.inputs}) order by all").fetchall()
    levels = task.model.types[task.customer_type].levels
    frozen = tuple((name, one, level.m, level.u) for name, named in levels.items() for one, level in named.items())
    return prediction_query(task.customer_type, frozen, task.inputs, tuple(row[0] for row in columns))


@lru_cache(maxsize=16)
def prediction_query(
    customer_type: CustomerType,
    levels: tuple[tuple[str, str, float, float], ...],
    inputs: str,
    columns: tuple[str, ...],
) -> str:
    """The query that Splink predicts with, as it writes it for a model and the columns of a table.

    Splink takes seconds to read its settings and to write this query, for ten pairs as for ten million, and it is the
    same for every part of the pairs and every run of one process.

    Args:
        customer_type: whose comparisons.
        levels: comparison, level, m and u of each.
        inputs: name of the table of the records compared.
        columns: its columns.

    Returns:
        A query over `inputs` and the pairs in `chunk_of_pairs`.
    """
    with duckdb.connect() as con:  # holds no row: Splink only asks for names of columns
        con.execute(f"create table {inputs} ({', '.join(f'{name} integer' for name in columns)})").fetchall()
        con.execute(f"create table {_BLOCKED_PAIRS} (match_key integer, join_key_l integer, join_key_r integer)")
        con.execute(f"create table {_NO_FREQUENCIES} (nothing integer)").fetchall()
        api = _Recorder(con, inputs)
        learned: dict[str, dict[str, LevelProbabilities]] = {}
        for comparison, level, m, u in levels:
            learned.setdefault(comparison, {})[level] = LevelProbabilities(m, u)
        settings = _settings(customer_type, learned, prior=_EVEN_ODDS)
        linker = Linker(api.register(inputs), settings, None, validate_settings=False)
        for frequency in FREQUENCIES[customer_type]:
            # The inputs carry `tf_` columns already; a registered table keeps Splink from counting its own.
            lookup = api.register(_NO_FREQUENCIES, table_name=f"{_NO_FREQUENCIES}_{frequency}")
            linker.table_management.register_term_frequency_lookup(lookup, frequency)
        linker.table_management.register_blocked_pairs_for_predict(api.register(_BLOCKED_PAIRS))
        linker.inference.predict(warning_mode="never")
        return api.statement


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
    odds = type_model.prior_probability if prior is None else prior
    return _settings(customer_type, type_model.levels, prior=odds, is_frozen=is_frozen)


def _settings(
    customer_type: CustomerType, learned: _Learned, *, prior: float, is_frozen: bool = True
) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_key",
        probability_two_random_records_match=prior,
        comparisons=[
            _comparison(comparison, learned[comparison.name], is_frozen) for comparison in COMPARISONS[customer_type]
        ],
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


def _comparison(comparison: Comparison, learned: Mapping[str, LevelProbabilities], is_frozen: bool) -> CustomComparison:
    null_level = CustomLevel(condition(comparison.not_compared), NULL_LEVEL_NAME).configure(is_null_level=True)
    levels = [_level(level, learned[level.name], is_frozen) for level in comparison.levels]
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

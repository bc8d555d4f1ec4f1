# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""The query that Splink scores pairs with: its settings are built from the declared levels and a frozen model version.

Nothing is trained and nothing is counted here: m, u and the term frequencies come from the model, the candidate pairs
from our own blocking. Splink scores with even odds to begin with, so that its match weight is the evidence alone; the
prior is added by whoever judges (`judging.py`). Splink writes its query over an empty database; the query then runs
where the records are, and only ids, evidence and levels of the pairs that may be stored leave it.
"""

import json
from collections.abc import Mapping
from functools import lru_cache

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison
from splink.internals.comparison_level_creator import ComparisonLevelCreator

from crm_pipelines.matching.frequencies import FREQUENCIES
from crm_pipelines.matching.levels import COMPARISONS, NULL_LEVEL_NAME, Comparison, Level
from crm_pipelines.matching.model_version import LevelProbabilities, ModelVersion
from crm_pipelines.matching.pair_scores import BLOCKED_PAIRS
from crm_pipelines.matching.similarity import register_similarity
from crm_pipelines.matching.sql import condition
from crm_pipelines.model.enums import CustomerType

_NO_FREQUENCIES = "no_frequencies"
_COPIED_INPUT = "__splink__df_pruned_predict_input"
_PREDICTION = "__splink__df_predict"
_ERRORS_ONLY = 40  # logging.ERROR
_Learned = Mapping[str, Mapping[str, LevelProbabilities]]


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


_EVEN_ODDS = 0.5


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
        con.execute(f"create table {BLOCKED_PAIRS} (match_key integer, join_key_l integer, join_key_r integer)")
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
        linker.table_management.register_blocked_pairs_for_predict(api.register(BLOCKED_PAIRS))
        linker.inference.predict(warning_mode="never")
        return api.statement


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

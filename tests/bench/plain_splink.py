"""Child process: the baseline. Splink as its own documentation would have it, and nothing of this product.

Ordinary comparisons, eight ordinary blocking rules, parameters estimated by expectation maximisation on the data at
hand. It stays as it is: a baseline that moves measures nothing.

usage: plain_splink.py ANSWER COLUMNS CLUSTERS

COLUMNS holds one row per record in text columns: unique_id, name, kana, company, email, phone, address, dob,
corporate_number. CLUSTERS is written: unique_id, cluster_id.
"""

import logging
import os
import sys
import warnings
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import duckdb
import polars as pl
import splink.comparison_library as cl
from children import answer
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

CLUSTER_PROBABILITY = 0.99
_PREDICT_PROBABILITY = 0.05
_RECALL_OF_DETERMINISTIC_RULES = 0.6
_RANDOM_PAIRS = 5_000_000
_SEED = 1
_TRAINED_ON = ("email", "phone", "name")
_DETERMINISTIC = (("email", "name"), ("phone", "name"), ("dob", "name"))
_BLOCKED_ON = (
    ("email",), ("phone",), ("name",), ("kana",), ("dob",), ("address_start",), ("corporate_number",),
    ("place", "name_start"),
)  # fmt: skip


def settings() -> SettingsCreator:
    """The model before training."""
    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in _BLOCKED_ON],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("kana", [0.92]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("company", [0.9]).configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
            cl.DamerauLevenshteinAtThresholds("phone", [1]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address", [0.95, 0.88]),
            cl.DateOfBirthComparison("dob", input_is_string=True, invalid_dates_as_null=True),
        ],
    )


def with_blocking_columns(records: pl.DataFrame) -> pl.DataFrame:
    """The starts of texts that blocking joins on."""
    return records.with_columns(
        name_start=pl.col("name").str.slice(0, 2),
        address_start=pl.col("address").str.slice(0, 14),
        place=pl.col("address").str.extract(r"^(\D{3,}?)\d", 1),
    )


def deduplicated(columns: Path, clusters: Path) -> dict[str, Any]:
    """Train, predict, cluster; the seconds of each."""
    laps = _Laps()
    con = duckdb.connect(config={"threads": os.cpu_count() or 1})
    api = DuckDBAPI(con)
    linker = Linker(api.register(with_blocking_columns(pl.read_parquet(columns))), settings(), logging.ERROR)
    laps.end("register")
    train(linker)
    laps.end("train")
    pairs = linker.inference.predict(threshold_match_probability=_PREDICT_PROBABILITY, warning_mode="never")
    n_pairs = con.execute(f"select count(*) from {pairs.physical_name}").fetchall()[0][0]
    laps.end("predict")
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=CLUSTER_PROBABILITY
    )
    con.sql(f"select unique_id, cluster_id from {found.physical_name}").pl().write_parquet(clusters)
    laps.end("cluster")
    con.close()
    return {"steps": laps.seconds, "processor": laps.processor, "pairs_stored": n_pairs}


def train(linker: Linker) -> None:
    """Estimate the parameters from the records the linker has."""
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*columns) for columns in _DETERMINISTIC], recall=_RECALL_OF_DETERMINISTIC_RULES
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=_SEED)
    for column in _TRAINED_ON:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))


class _Laps:
    """Seconds of wall clock, and of processor, from one end to the next."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.processor: dict[str, float] = {}
        self._last = perf_counter(), process_time()

    def end(self, stage: str) -> None:
        now = perf_counter(), process_time()
        self.seconds[stage], self.processor[stage] = now[0] - self._last[0], now[1] - self._last[1]
        self._last = now


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    answer(deduplicated(Path(sys.argv[2]), Path(sys.argv[3])))

"""Child process: Splink's own call for a single record against a base, beside which the API's match is measured.

Since Splink 5 that is `predict_between` a table of one record and the base; before, `find_matches_to_new_records`. The
model is the one of `plain_splink.py`, trained on a part of the base, as training is not what is measured.

usage: single_record.py ANSWER COLUMNS ASKED

COLUMNS is what `plain_splink.py` reads; ASKED has the `unique_id` of the records that are asked for once more.
"""

import logging
import os
import sys
import warnings
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import polars as pl
from children import answer
from plain_splink import settings, train, with_blocking_columns
from splink import DuckDBAPI, Linker
from spread import spread

_TRAINED_ON = 50_000
_SEED = 3
_N_WARM = 3
_MOST_ASKED = 100
_LEAST_PROBABILITY = 0.05


def measured(columns: Path, asked: Path) -> dict[str, Any]:
    """Milliseconds of a call, and how many records it found on average."""
    base = with_blocking_columns(pl.read_parquet(columns))
    model = _trained(base.sample(min(_TRAINED_ON, base.height), seed=_SEED))
    con = duckdb.connect(config={"threads": os.cpu_count() or 1})
    api = DuckDBAPI(con)
    everybody = api.register(base)
    linker = Linker(everybody, model, logging.ERROR)
    for column in ("name", "kana", "company", "email", "phone"):
        linker.table_management.compute_tf_table(column)
    wanted = pl.read_parquet(asked)["unique_id"].head(_N_WARM + _MOST_ASKED)
    records = base.filter(pl.col("unique_id").is_in(wanted.implode())).with_columns(
        unique_id=pl.concat_str(pl.lit("asked "), "unique_id")
    )
    times, n_found = [], 0
    for place in range(records.height):
        one = records[place]
        began = perf_counter()
        found = linker.inference.predict_between(
            everybody, api.register(one), threshold_match_probability=_LEAST_PROBABILITY, warning_mode="never"
        ).as_record_list()
        if place >= _N_WARM:
            times.append((perf_counter() - began) * 1000)
            n_found += len(found)
    con.close()
    return {"splink_match": spread(times), "splink_n_found": n_found / len(times)}


def _trained(sample: pl.DataFrame) -> dict[str, Any]:
    """The model as Splink saves it."""
    linker = Linker(DuckDBAPI(duckdb.connect()).register(sample), settings(), logging.ERROR)
    train(linker)
    model: dict[str, Any] = linker.misc.save_model_to_json()
    return model


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    answer(measured(Path(sys.argv[2]), Path(sys.argv[3])))

"""Plain Splink loads the exported settings and gives every pair our score."""

import json
import logging

import duckdb
import pytest
from splink import DuckDBAPI, Linker

from crm_pipelines.matching.frequencies import FREQUENCIES
from crm_pipelines.matching.match_input import create_match_inputs, create_match_records
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.matching.similarity import register_similarity
from crm_pipelines.matching.splink_scorer import splink_settings_json
from crm_pipelines.matching.training_scores import scores_of
from crm_pipelines.model.enums import CustomerType
from tests.crm_pipelines.matching.stage import matched
from tests.crm_pipelines.matching.worlds import random_records, seeded


@pytest.mark.parametrize("kind", list(CustomerType))
def test_plain_splink_scores_as_we_do(con: duckdb.DuckDBPyConnection, kind: CustomerType) -> None:
    model = shipped_model()
    matched(con, random_records(seeded(5), 120))
    create_match_records(con, "match_records", "standardised_records")
    create_match_inputs(con, "temp.match_records", model)
    terms = ", ".join(f"record_key as {name}" for name in FREQUENCIES[kind])
    known = ", ".join(f"tf_{name}" for name in FREQUENCIES[kind])
    con.execute(f"create table inputs as select * exclude ({known}), {terms} from match_input_{kind}").fetchall()
    con.execute(
        "create temp table every_pair as select l.record_key as record_key_l, r.record_key as record_key_r, "
        "row_number() over () - 1 as place from inputs l join inputs r on l.record_key < r.record_key"
    ).fetchall()
    with scores_of(con, kind, model, "every_pair") as scores:
        ours = {
            (left, right): weight
            for left, right, weight in con.execute(
                f"select record_key_l, record_key_r, match_weight from {scores}"
            ).fetchall()
        }
    settings = json.loads(splink_settings_json(kind, model)) | {"blocking_rules_to_generate_predictions": ["1 = 1"]}
    register_similarity(con)
    api = DuckDBAPI(con)
    linker = Linker(api.register("inputs"), settings, logging.ERROR, validate_settings=True)
    for name in FREQUENCIES[kind]:  # our frequency of a value is a record's own: the record is the term
        con.execute(f"create table tf_of_{name} as select record_key as {name}, tf_{name} from match_input_{kind}")
        lookup = api.register(f"tf_of_{name}")
        linker.table_management.register_term_frequency_lookup(lookup, name)
    found = linker.inference.predict(warning_mode="never")
    theirs = con.execute(f"select record_key_l, record_key_r, match_weight from {found.physical_name}").fetchall()
    assert len(theirs) == len(ours) > 500
    for left, right, weight in theirs:
        assert weight == pytest.approx(ours[left, right], abs=1e-9)

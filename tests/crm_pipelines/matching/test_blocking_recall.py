"""The recall of blocking against a world small enough to count by hand."""

from dataclasses import replace
from typing import Any

import duckdb
import polars as pl
import pytest

from crm_pipelines.matching import blocking
from crm_pipelines.matching.blocking_recall import blocking_recall
from tests.builders import organisation, person, replace_standardised_records


def _measured(
    con: duckdb.DuckDBPyConnection, records: list[dict[str, Any]], entities: list[str]
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    replace_standardised_records(con, records)
    truth = pl.DataFrame({"record_id": [record["record_id"] for record in records], "entity_id": entities})
    types, rules = blocking_recall(con, truth)
    return types.to_dicts(), {row["blocking_rule"]: row for row in rules.iter_rows(named=True)}


def test_pairs_of_one_customer_are_counted_by_the_keys_they_share(con: duckdb.DuckDBPyConnection) -> None:
    records = [
        person("佐藤", "健一", email="a@x.jp", phone="+819011112222"),
        person("佐藤", "健一", email="b@y.jp", phone="+819033334444"),
        person("森", "花子", email="a@x.jp"),
        person("井上", "実"),
        organisation("青木", phone="+81312345678"),
        organisation("赤木", phone="+81312345678"),
    ]
    types, rules = _measured(con, records, ["P1", "P1", "P1", "P1", "O1", "O1"])
    assert types == [
        {"customer_type": "person", "n_true": 6, "n_same": 2},
        {"customer_type": "organisation", "n_true": 1, "n_same": 1},
    ]
    assert (rules["p_email"]["n_pairs"], rules["p_email"]["n_same"]) == (1, 1)
    assert rules["p_name"]["n_same_alone"] == 1
    assert rules["o_phone"]["n_same"] == 1


def test_a_key_above_its_cap_brings_nobody_together_and_what_it_costs_is_told(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "RULES", tuple(replace(rule, cap=3) for rule in blocking.RULES))
    names = (("佐藤", "健一"), ("森", "花子"), ("井上", "実"), ("林", "学"))
    records = [person(family, given, email="many@x.jp") for family, given in names]
    types, rules = _measured(con, records, ["P1", "P1", "P2", "P3"])
    assert types == [{"customer_type": "person", "n_true": 1, "n_same": 0}]
    assert rules["p_email"]["n_same_capped"] == 1
    assert rules["p_email"]["n_pairs"] == 0


def test_nothing_is_left_on_the_publication(con: duckdb.DuckDBPyConnection) -> None:
    _measured(con, [person("佐藤", "健一"), person("佐藤", "健一")], ["P1", "P1"])
    assert con.execute("select table_name from duckdb_tables() where temporary").fetchall() == []

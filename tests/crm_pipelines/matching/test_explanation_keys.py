"""Why two were never compared: the parts of the keys they have in common, and how near the others came."""

import re
from typing import Any

import duckdb
import pytest

from crm_pipelines.matching.blocking import RULES
from crm_pipelines.matching.explanation import RuleOutcome, rule_traces
from crm_pipelines.matching.explanation_keys import (
    NearRule,
    PartOutcome,
    message_codes,
    nearest_rules,
    part_name,
    parts_of,
    parts_sql,
)
from crm_pipelines.messages.catalogue import has_message
from crm_pipelines.model.enums import CustomerType
from tests.builders import organisation, person
from tests.crm_pipelines.matching.stage import matched


def near(con: duckdb.DuckDBPyConnection, left: dict[str, Any], right: dict[str, Any]) -> dict[str, NearRule]:
    matched(con, [left, right])
    kind = CustomerType(left["customer_type"])
    rows = con.execute(parts_sql(kind, "standardised_records")).fetchall()
    parts = {row[0]: parts_of(kind, row[1:]) for row in rows}
    traces = rule_traces(con, left["record_key"], right["record_key"])
    found = nearest_rules(traces, parts[left["record_id"]], parts[right["record_id"]])
    return {one.trace.rule: one for one in found}


def test_a_key_with_one_part_in_common_is_told_part_by_part(con: duckdb.DuckDBPyConnection) -> None:
    readings: Any = (("sato",), ("keniti",))
    left = person("佐藤", "健一", readings=readings, birth_date_key="1978-06-02")
    right = person("佐藤", "優子", readings=(("sato",), ("yuko",)), birth_date_key="1991-11-30")
    rule = near(con, left, right)["p_birth_family"]
    assert {part.part: part.outcome for part in rule.parts} == {
        "birth_day": PartOutcome.DIFFERENT,
        "family_readings": PartOutcome.SAME,
    }
    assert rule.nearness == 0.5


def test_a_slip_is_nearer_than_another_value_and_shows_both(con: duckdb.DuckDBPyConnection) -> None:
    left = person("佐藤", "健一", email="kenichi.sato@a.jp", phone="+819011112222")
    right = person("森", "進", email="kenichi.sat@a.jp", phone="+81312345678")
    found = near(con, left, right)
    first = next(iter(found.values()))
    assert first.trace.rule in {"p_email", "p_local"}
    (part,) = found["p_email"].parts
    assert part.outcome is PartOutcome.NEAR
    assert part.near_values == ("kenichi.sato@a.jp", "kenichi.sat@a.jp")
    assert found["p_phone"].parts[0].outcome is PartOutcome.DIFFERENT


def test_two_names_in_one_part_are_shown_apart_and_another_initial_is_no_slip(con: duckdb.DuckDBPyConnection) -> None:
    left, right = (
        person(family, given, readings=([key], [name]), birth_date_key="1978-06-02")
        for family, given, key, name in (("林", "麗華", "hayasi", "reika"), ("早間", "麗花", "hayama", "leika"))
    )
    found = near(con, left, right)
    assert found["p_birth_initials"].parts[1].outcome is PartOutcome.DIFFERENT
    heads = next(part for one in found.values() for part in one.parts if part.part == "name_heads")
    assert heads.near_values == ("hay rei", "hay lei")


def test_what_only_one_side_has_and_what_neither_has(con: duckdb.DuckDBPyConnection) -> None:
    found = near(con, person("佐藤", "健一", phone="+819011112222"), person("森", "進"))
    assert found["p_phone"].parts[0].outcome is PartOutcome.ONE_SIDE
    assert found["p_email"].parts[0].outcome is PartOutcome.NEITHER


def test_a_shared_key_comes_before_everything_else(con: duckdb.DuckDBPyConnection) -> None:
    found = near(con, person("佐藤", "健一", email="a@b.jp"), person("森", "進", email="a@b.jp"))
    assert next(iter(found.values())).trace.outcome is RuleOutcome.SHARED


def test_rules_of_organisations_are_told_too(con: duckdb.DuckDBPyConnection) -> None:
    found = near(con, organisation("青木製作所"), organisation("青木製作処"))
    assert found["o_core"].parts[0].outcome is PartOutcome.NEAR


@pytest.mark.parametrize("code", message_codes())
def test_every_code_has_words(code: str) -> None:
    assert has_message(code)


def test_every_part_of_every_rule_has_a_name_of_its_own() -> None:
    unnamed = {feature for rule in RULES for feature in rule.features if part_name(feature) == "other"}
    assert unnamed == set()
    assert all(re.fullmatch("[a-z_]+", part_name(feature)) for rule in RULES for feature in rule.features)

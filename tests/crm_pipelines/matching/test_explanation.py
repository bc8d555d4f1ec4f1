from typing import Any

import duckdb
import pytest

from crm_pipelines.matching.direct import score_pair
from crm_pipelines.matching.explanation import (
    RuleOutcome,
    evidence,
    message_codes,
    rule_traces,
    verdict,
    why_not_compared,
)
from crm_pipelines.matching.shipped import shipped_model
from tests.builders import person
from tests.crm_pipelines.matching.stage import matched
from tests.crm_pipelines.matching.worlds import random_records, seeded


def test_the_evidence_adds_up_and_the_heaviest_comes_first() -> None:
    left = person("佐藤", "健一", email="a@b.jp", phone="+819011112222")
    right = person("佐藤", "健一", email="a@b.jp", phone="+819033334444")
    score = score_pair(left, right, shipped_model(), {})
    found = evidence(score)
    assert sum(float(item.facts["weight"] or 0) for item in found) == pytest.approx(score.match_weight)
    assert [item.code for item in found[:3]] == [
        "evidence.email.own",
        "evidence.name.exact",
        "evidence.phone.different",
    ]
    assert found[-1].code == "evidence.prior"


def test_every_code_is_announced_to_the_catalogue() -> None:
    codes = set(message_codes())
    records = [record for record in random_records(seeded(31), 40) if record["customer_type"] == "person"]
    for left in records:
        score = score_pair(left, records[0], shipped_model(), {})
        assert {item.code for item in (*evidence(score), verdict(score, shipped_model()))} <= codes


def test_a_pair_held_back_says_so() -> None:
    shared: dict[str, Any] = {
        "email": "a@b.jp",
        "phone": "+819011112222",
        "address": "1:a:1",
        "birth_date_key": "1978-06-02",
    }
    score = score_pair(person("佐藤", "花子", **shared), person("森", "太郎", **shared), shipped_model(), {})
    assert verdict(score, shipped_model()).code == "band.held_back"


def test_a_pair_never_compared_names_the_nearest_rule(con: duckdb.DuckDBPyConnection) -> None:
    left = person("佐藤", "健一", email="kenichi@a.jp")
    right = person("森", "進", email="susumu@a.jp", phone="+819011112222")
    matched(con, [left, right])
    traces = rule_traces(con, left["record_key"], right["record_key"])
    by_rule = {trace.rule: trace.outcome for trace in traces}
    assert by_rule["p_email"] is RuleOutcome.DIFFERENT
    assert by_rule["p_phone"] is RuleOutcome.ONE_SIDE
    assert by_rule["p_birth_postal"] is RuleOutcome.NEITHER
    assert not any(rule.startswith("o_") for rule in by_rule)
    assert why_not_compared(traces).code == "explain.never_compared"
    assert why_not_compared(traces).facts["outcome"] == "different"


def test_a_key_that_is_too_common_is_the_nearest_miss(con: duckdb.DuckDBPyConnection) -> None:
    people = [person(email="everyone@a.jp") for _ in range(81)]
    matched(con, people)
    fault = why_not_compared(rule_traces(con, people[0]["record_key"], people[1]["record_key"]))
    assert (fault.facts["outcome"], fault.facts["n_records"], fault.facts["cap"]) == ("too_common", 81, 80)


def test_a_pair_compared_and_dropped_is_told_apart_from_one_never_compared(con: duckdb.DuckDBPyConnection) -> None:
    far: dict[str, Any] = {"address": "1:a:1", "phone": "+819011112222", "birth_date_key": "1978-06-02"}
    left = person("佐藤", "健一", email="kenichi@a.jp", **far)
    right = person("森", "進", email="kenichi@b.jp", address="9:z:9", phone="+81312345678")
    matched(con, [left, right])
    assert con.execute("select count(*) from scored_pairs").fetchall() == [(0,)]
    traces = rule_traces(con, left["record_key"], right["record_key"])
    assert why_not_compared(traces).code == "explain.below_floor"
    assert why_not_compared(traces).facts["rule"] == "p_local"


def test_records_without_any_key_are_explained_too() -> None:
    assert why_not_compared(()).facts["outcome"] == "neither"

"""Rows that break a rule of arrival: held as they come in, told by the first rule, and nothing of them is kept."""

import json
from datetime import UTC, datetime

import polars as pl

from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.rules.quality import QualityRules
from crm_pipelines.rules.rule_set import build_rules
from crm_pipelines.rules.yaml_text import read_yaml
from crm_pipelines.standardise.interpretation import SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores.arrival_rules import arrival_tests, broken_rule, with_broken_held
from crm_pipelines.stores.interpretations import Tables, tables_of

_AT = datetime(2026, 4, 1, tzinfo=UTC)
_RULES = """\
checks:
  arrival_name_is_no_text: {is_enabled: false}
  first: {table: standardised_records, kind: condition, gate: arrival, when: "observation is empty",
    then: "length(name) <= 10", dimension: validity, severity: blocking, description: {en: a, ja: b}}
  second: {table: standardised_records, kind: not_null, gate: arrival, columns: [email], sources: [form],
    dimension: completeness, severity: blocking, description: {en: a, ja: b}}
"""
_MAPPING = {
    "record_type": "person",
    "fields": {"name": "name", "email": "email"},
    "interactions": [{"channel": {"value": "form"}, "happened_at": "at", "subject": {"value": "x"}}],
}
_ROWS = {
    "form:sound": {"name": "佐藤 太郎", "email": "taro@mail.example.jp", "at": "2026-03-01"},
    "form:long": {"name": "Maximilian Featherstone", "email": None, "at": "2026-03-01"},
    "form:bare": {"name": "鈴木 一郎", "email": None, "at": "2026-03-01"},
}


def rules() -> QualityRules:
    built, faults = build_rules({"quality": read_yaml(_RULES.encode(), "rules/quality.yaml")})
    assert built is not None, faults
    return built.quality


def read(source: str = "form") -> Tables:
    mapping = SourceMapping.model_validate({"streams": {"": _MAPPING}})
    meaning = SourceMeaning(source, mapping, Place(country="JP", timezone="Asia/Tokyo"), b"key")
    versions = [
        Version(name, name.partition(":")[2], "", json.dumps(row), f"row {place}", None, _AT, _AT)
        for place, (name, row) in enumerate(_ROWS.items())
    ]
    frame = pl.DataFrame(
        [
            {"source_record_id": one.source_record_id, "source_system": source, "source_id": one.source_id,
             "position": one.position, "payload": one.payload, "delivered_at": _AT}
            for one in versions
        ]
    )  # fmt: skip
    return with_broken_held(tables_of(interpret(meaning, versions)), frame, arrival_tests(rules()))


def test_a_row_that_breaks_a_rule_is_quarantined_with_the_first_rule_as_its_reason() -> None:
    tables = read()
    held = tables["read_quarantined"].select("source_record_id", "reason_code", "facts", "field", "position", "raw")
    assert held.rows() == [
        ("form:long", "row.breaks_rule", '{"rule": "first", "field": "name"}', "name", "row 1",
         json.dumps(_ROWS["form:long"])),
        ("form:bare", "row.breaks_rule", '{"rule": "second", "field": "email"}', "email", "row 2",
         json.dumps(_ROWS["form:bare"])),
    ]  # fmt: skip
    assert dict(tables["read_outcomes"].rows()) == {
        "form:sound": "live", "form:long": "quarantined", "form:bare": "quarantined",
    }  # fmt: skip


def test_nothing_else_is_kept_of_it() -> None:
    tables = read()
    for name in ("read_records", "read_interactions"):
        assert tables[name]["source_record_id"].unique().to_list() == ["form:sound"]


def test_a_rule_of_some_sources_asks_no_other() -> None:
    assert read("erp")["read_quarantined"]["source_record_id"].to_list() == ["form:long"]


def test_a_row_put_right_is_asked_the_same() -> None:
    mapping = SourceMapping.model_validate({"streams": {"": _MAPPING}})
    meaning = SourceMeaning("form", mapping, Place(country="JP", timezone="Asia/Tokyo"), b"key")
    payload = json.dumps(_ROWS["form:bare"])
    found = interpret(meaning, [Version("form:bare", "bare", "", payload, "", None, _AT, _AT)])
    fault = broken_rule(found.records, arrival_tests(rules()))
    assert fault is not None
    assert dict(fault.facts) == {"rule": "second", "field": "email"}
    mended = json.dumps(_ROWS["form:bare"] | {"email": "ichiro@mail.example.jp"})
    found = interpret(meaning, [Version("form:bare", "bare", "", mended, "", None, _AT, _AT)])
    assert broken_rule(found.records, arrival_tests(rules())) is None

"""A rule that could never be asked is refused at the start, with its place and what to write instead."""

import pytest

from crm_pipelines.messages.catalogue import catalogue, has_message, render_fault
from crm_pipelines.rules.quality import Severity
from crm_pipelines.rules.quality_faults import arrival_rules
from crm_pipelines.rules.rule_set import build_rules, shipped_rules
from crm_pipelines.rules.yaml_text import read_yaml

_OWN = "dimension: validity, severity: blocking, description: {en: English, ja: 日本語}"


def faults_of(rule: str) -> list[tuple[object, ...]]:
    text = f"checks:\n  own: {{{rule}, {_OWN}}}\n"
    _, faults = build_rules({"quality": read_yaml(text.encode(), "rules/quality.yaml")})
    assert all(fault.facts["file"] == "rules/quality.yaml" and fault.facts["line"] for fault in faults)
    assert all("…" not in render_fault(fault, language) for fault in faults for language in ("en", "ja"))
    codes = [fault.code.removeprefix("configuration.") for fault in faults]
    return [(code, fault.facts["found"], fault.facts["expected"]) for code, fault in zip(codes, faults, strict=True)]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("table: customer, kind: not_empty", ("unknown_table", "customer", "customers")),
        ("table: customers, kind: unique, columns: [emial]", ("unknown_column", "emial", "email")),
        (
            "table: profiles, kind: orphan, columns: [golden_id], references: {table: custmers, column: golden_id}",
            ("unknown_table", "custmers", "customers"),
        ),
        (
            "table: profiles, kind: orphan, columns: [golden_id], references: {table: customers, column: golden}",
            ("unknown_column", "golden", "golden_id"),
        ),
        ("table: customers, kind: condition, then: emial is present", ("unknown_column", "emial", "email")),
        (
            "table: customers, kind: condition, then: 'email = (select 1)'",
            ("unsafe_condition", "(", None),
        ),
        (
            "table: customers, kind: condition, then: display_name = 1",
            ("compared_otherwise", "display_name", "configuration.expected.text"),
        ),
        (
            "table: customers, kind: condition, then: record_count = '1'",
            ("compared_otherwise", "record_count", "configuration.expected.number"),
        ),
        (
            "table: customers, kind: condition, then: source_systems = 'erp'",
            ("compared_otherwise", "source_systems", "configuration.expected.list"),
        ),
        ("table: customers, kind: not_empty, when: email is empty", ("not_of_this_kind", "not_empty", "condition")),
        (
            "table: customers, kind: not_empty, message: quality.not_emty",
            ("unknown_message", "quality.not_emty", "message: quality.not_empty"),
        ),
        ("table: customers, kind: no_rows, query: seen_backward", ("unknown_query", "seen_backward", "seen_backwards")),
        ("table: customers, kind: no_rows, query: 'select 1'", ("no_query", None, None)),
        (
            "table: customers, kind: no_rows, query: \"select * from {rows}, read_csv('/etc/passwd')\"",
            ("unsafe_query", "read_csv", None),
        ),
        (
            "table: customers, kind: no_rows, query: 'select * from {rows}; drop table customers'",
            ("unsafe_query", ";", None),
        ),
        ("table: customers, kind: not_empty, sources: [erp]", ("not_per_source", "own", None)),
        ("table: customers, kind: unique, columns: [email], sources: [erp]", ("not_per_source", "own", None)),
    ],
)
def test_a_rule_that_cannot_be_asked_is_refused(rule: str, fault: tuple[str, str | None, str | None]) -> None:
    assert faults_of(rule) == [fault]


def test_a_rule_of_arrival_is_of_single_rows_blocks_and_tolerates_nothing() -> None:
    for rule in (
        "gate: arrival, table: customers, kind: not_null, columns: [email]",
        "gate: arrival, table: standardised_records, kind: unique, columns: [email]",
        "gate: arrival, table: standardised_records, kind: not_null, columns: [email], threshold: 0.1",
    ):
        assert [code for code, _, _ in faults_of(rule)] == ["no_rule_of_arrival"]
    assert faults_of("gate: arrival, table: standardised_records, kind: not_null, columns: [email]") == []


def test_a_rule_without_a_description_is_refused_and_a_message_is_that_of_its_kind() -> None:
    text = "checks:\n  own: {table: customers, kind: not_empty, dimension: validity, severity: warning}\n"
    _, faults = build_rules({"quality": read_yaml(text.encode(), "rules/quality.yaml")})
    assert [fault.code for fault in faults] == ["configuration.rule_without_description"]
    told = text.replace("warning}", "warning, description: {en: English, ja: 日本語}}")
    rules, faults = build_rules({"quality": read_yaml(told.encode(), "rules/quality.yaml")})
    assert faults == ()
    assert rules is not None
    assert rules.quality.checks["own"].message == "quality.not_empty"


def test_every_shipped_rule_has_an_owner_and_a_description_in_both_languages() -> None:
    rules = shipped_rules().quality
    for rule in rules.checks.values():
        assert has_message(f"quality.owner.{rule.owner}"), rule.id
        assert all(f"quality.rule.{rule.id}" in catalogue(language) for language in ("en", "ja")), rule.id
        assert has_message(rule.message)
    described = {code.removeprefix("quality.rule.") for code in catalogue("en") if code.startswith("quality.rule.")}
    assert described == set(rules.checks)
    assert all(rule.severity is Severity.BLOCKING for rule in arrival_rules(rules))

"""The shipped rules and what overrides make of them."""

import pytest

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.fields import GOLDEN_FIELDS
from crm_pipelines.rules.quality import CheckKind, Severity
from crm_pipelines.rules.rule_set import Rules, build_rules, shipped_rules
from crm_pipelines.rules.survivorship import SurvivorshipRule
from crm_pipelines.rules.yaml_text import read_yaml


def overridden(**files: str) -> Rules:
    rules, faults = build_rules({name: read_yaml(text.encode(), f"rules/{name}.yaml") for name, text in files.items()})
    assert rules is not None, faults
    return rules


def test_shipped_rules_fit_their_schemas() -> None:
    assert shipped_rules().quality.checks


def test_threshold_of_one_type_may_be_overridden_alone() -> None:
    rules = overridden(matching="thresholds: {person: {auto_match: 12.5}}\n").matching
    assert rules.thresholds_of(CustomerType.PERSON).auto_match == 12.5
    assert rules.thresholds_of(CustomerType.PERSON).review is None
    assert rules.thresholds_of(CustomerType.ORGANISATION).auto_match is None


def test_review_above_automatic_is_refused() -> None:
    document = read_yaml(b"thresholds:\n  person: {auto_match: 3, review: 4}\n", "rules/matching.yaml")
    rules, faults = build_rules({"matching": document})
    assert rules is None
    assert [(fault.code, fault.facts["line"]) for fault in faults] == [("configuration.wrong_value", 2)]


def test_own_rank_of_a_source_comes_before_its_connectors() -> None:
    rules = overridden(survivorship="source_ranks: {sources: {erp: 1}}\n").survivorship
    assert rules.rank("name", "erp", "sql") == 1
    assert rules.rank("name", "other", "sql") < rules.rank("name", "web", "web_form")
    assert rules.rank("name", "x", "unheard_of") == rules.source_ranks.otherwise


def test_attributes_of_a_group_share_its_exceptions() -> None:
    rules = overridden(survivorship="attributes: {address: {order: [recency]}}\n").survivorship
    assert rules.group_of("postal_code") == "address"
    assert rules.order_of("postal_code") == (SurvivorshipRule.RECENCY,)
    assert rules.order_of("name") == rules.order


def test_shipped_groups_are_those_of_names_organisations_and_addresses() -> None:
    groups = shipped_rules().survivorship.groups
    assert groups["name"] == (
        "name",
        "family_name",
        "given_name",
        "name_kana",
        "family_name_kana",
        "given_name_kana",
    )
    assert groups["organisation"] == ("organisation_name", "organisation_name_kana")
    assert groups["address"] == ("postal_code", "address", "building", "country")


def test_every_golden_attribute_has_an_order_and_a_rank() -> None:
    rules = shipped_rules().survivorship
    for attribute in GOLDEN_FIELDS:
        named = set(rules.order_of(attribute))
        assert named | {SurvivorshipRule.TRUST} == set(SurvivorshipRule)
        assert 0 < rules.trust_of(attribute, "any", "files") <= 1
        assert rules.rank(attribute, "any", "files") >= 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("attributes: {shoe_size: {order: [recency]}}\n", "configuration.unknown_attribute"),
        ("groups: {name: [name, nam]}\n", "configuration.unknown_field"),
        ("groups: {other: [email, name]}\n", "configuration.attribute_in_two_groups"),
        ("order: [newest]\n", "configuration.wrong_value"),
        ("order: []\n", "configuration.wrong_value"),
        ("order: [trust, recency, trust]\n", "configuration.rule_twice"),
        ("trust: {half_life_days: 0}\n", "configuration.wrong_value"),
        ("trust: {sources: {erp: 1.1}}\n", "configuration.wrong_value"),
        ("attributes: {email: {trust: {half_live_days: 9}}}\n", "configuration.unknown_field"),
    ],
)
def test_wrong_survivorship_is_refused(text: str, code: str) -> None:
    rules, faults = build_rules({"survivorship": read_yaml(text.encode(), "rules/survivorship.yaml")})
    assert rules is None
    assert {fault.code for fault in faults} == {code}


def test_own_trust_is_merged_key_by_key() -> None:
    text = "trust: {half_life_days: 365}\nattributes: {address: {trust: {sources: {erp: 1}}}}\n"
    rules = overridden(survivorship=text).survivorship
    assert (rules.half_life_days("language"), rules.half_life_days("postal_code")) == (365, 1095)
    assert (rules.trust_of("address", "erp", "sql"), rules.trust_of("language", "erp", "sql")) == (1, 0.9)


def test_wrong_value_in_a_list_is_shown_with_the_nearest() -> None:
    _, faults = build_rules(
        {"survivorship": read_yaml(b"groups:\n  name: [name,\n   nam]\n", "rules/survivorship.yaml")}
    )
    facts = faults[0].facts
    assert (facts["line"], facts["found"], facts["expected"]) == (3, "nam", "name")


def test_one_key_of_a_check_is_overridden_and_the_rest_stays() -> None:
    before = shipped_rules().quality.checks["quarantine_share"]
    after = overridden(quality="checks: {quarantine_share: {threshold: 0.05}}\n").quality.checks["quarantine_share"]
    assert (before.threshold, after.threshold) == (0.2, 0.05)
    assert after.model_copy(update={"threshold": 0.2}) == before


def test_source_may_have_a_budget_of_its_own() -> None:
    rules = overridden(quality="checks: {quarantine_share: {source_thresholds: {legacy: 0.5}}}\n")
    check = rules.quality.checks["quarantine_share"]
    assert (check.threshold_of("legacy"), check.threshold_of("erp")) == (0.5, 0.2)


def test_check_can_be_switched_off_and_another_added() -> None:
    text = (
        "checks:\n  email_shape: {is_enabled: no}\n  own: {table: customers, kind: unique, columns: [corporate_number],"
    )
    text += " dimension: uniqueness, severity: warning, message: quality.unique, description: {en: a, ja: b}}\n"
    quality = overridden(quality=text).quality
    enabled = {check.id for check in quality.enabled}
    assert "own" in enabled
    assert "email_shape" not in enabled
    assert quality.of_table("customers")[-1].id == "own"


def test_check_without_what_its_kind_needs_is_refused() -> None:
    text = (
        "checks:\n  own: {table: a, kind: pattern, dimension: validity, severity: warning, message: quality.pattern}\n"
    )
    _, faults = build_rules({"quality": read_yaml(text.encode(), "rules/quality.yaml")})
    assert [(one.code, one.facts["expected"]) for one in faults] == [
        ("configuration.missing_parts", "columns, pattern")
    ]


def test_shipped_checks_hold_the_promises_of_a_publication() -> None:
    checks = shipped_rules().quality.checks
    blocking = {(check.table, check.kind) for check in checks.values() if check.severity is Severity.BLOCKING}
    assert {
        ("customers", CheckKind.UNIQUE),
        ("customers", CheckKind.NOT_NULL),
        ("customers", CheckKind.ROW_COUNT_DROP),
        ("crosswalk", CheckKind.UNIQUE_LIVE),
        ("profiles", CheckKind.ORPHAN),
        ("standardised_records", CheckKind.MOJIBAKE_SHARE),
        ("runs", CheckKind.QUARANTINE_SHARE),
    } <= blocking


def test_hash_follows_the_values_and_not_their_origin() -> None:
    shipped = shipped_rules().content_hash()
    assert overridden(matching="clustering: {size_cap: 60}\n").content_hash() == shipped
    assert overridden(matching="clustering: {size_cap: 61}\n").content_hash() != shipped


def test_faults_of_all_files_come_at_once() -> None:
    documents = {
        "quality": read_yaml(b"checks:\n  quarantine_share:\n    threshold: 2\n", "rules/quality.yaml"),
        "consent": read_yaml(b"purposes: [Marketing]\nchanels: [email]\n", "rules/consent.yaml"),
    }
    _, faults = build_rules(documents)
    found = {(one.facts["file"], one.facts["line"], one.code) for one in faults}
    assert found == {
        ("rules/quality.yaml", 3, "configuration.wrong_value"),
        ("rules/consent.yaml", 1, "configuration.wrong_value"),
        ("rules/consent.yaml", 2, "configuration.unknown_field"),
    }


@pytest.mark.parametrize("name", ["quality", "matching", "survivorship", "consent"])
def test_whole_file_that_is_no_mapping_is_refused(name: str) -> None:
    rules, faults = build_rules({name: read_yaml(b"- a\n", f"rules/{name}.yaml")})
    assert rules is None
    assert [fault.code for fault in faults] == ["configuration.wrong_value"]

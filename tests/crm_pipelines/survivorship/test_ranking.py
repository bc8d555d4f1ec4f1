from datetime import UTC, datetime, timedelta

import pytest

from crm_pipelines.model.warehouse_tables import GOLDEN_COLUMNS
from crm_pipelines.survivorship.ranking import groups
from tests.crm_pipelines.survivorship.ranked_values import SHIPPED, member, ranked, rules, survivor


def test_only_value_survives() -> None:
    assert survivor(SHIPPED, "gender", member("erp:1", gender="male")) == ("male", "only_value")


def test_more_trusted_source_wins_over_a_newer_one() -> None:
    old, new = member("erp:1", 1, language="ja"), member("form:1", 9, language="en")
    assert survivor(SHIPPED, "language", new, old) == ("ja", "source_rank")


def test_newer_statement_wins_within_equal_trust() -> None:
    old, new = member("erp:1", 1, language="ja"), member("erp:2", 9, language="en")
    assert survivor(SHIPPED, "language", old, new) == ("en", "recency")


def test_time_of_delivery_stands_in_for_a_missing_time_of_change() -> None:
    undated = member("erp:2", language="en", delivered_at=datetime(2026, 4, 9, tzinfo=UTC)) | {"updated_at": None}
    assert survivor(SHIPPED, "language", member("erp:1", 1, language="ja"), undated) == ("en", "recency")


def test_fuller_group_wins_by_completeness() -> None:
    asked = rules("completeness")
    short = member("erp:1", address="東京都千代田区", address_status="ok")
    full = member(
        "mail:1", address="大阪府大阪市", address_status="ok", postal_code="530-0001", postal_code_status="ok"
    )
    assert survivor(asked, "address", short, full) == ("大阪府大阪市", "completeness")


def test_value_said_by_more_records_wins_by_frequency() -> None:
    members = [member(f"erp:{n}", language=language) for n, language in enumerate(["en", "ja", "ja"])]
    found = [(one["value"], one["survives"], one["rule"]) for one in ranked(rules("frequency"), *members)]
    assert found == [("ja", True, "record_id"), ("ja", False, "record_id"), ("en", False, "frequency")]


def test_better_status_wins_by_validity() -> None:
    asked = rules("validity")
    weak = member("erp:1", birth_date="1980-01-02", birth_date_status="ambiguous")
    good = member("erp:2", birth_date="1980-02-01", birth_date_status="repaired")
    assert survivor(asked, "birth_date", weak, good) == ("1980-02-01", "validity")


def test_placeholder_never_beats_a_value_and_validity_is_named_as_the_reason() -> None:
    placeholder = member("erp:1", 9, name="テスト", name_status="placeholder")
    value = member("mail:1", 1, name="佐藤 太郎", name_status="ok")
    assert survivor(SHIPPED, "name", placeholder, value) == ("佐藤 太郎", "validity")
    losers = [one for one in ranked(SHIPPED, placeholder, value) if not one["survives"]]
    assert [(one["value"], one["rule"]) for one in losers] == [("テスト", "not_a_value")]


@pytest.mark.parametrize("status", ["placeholder", "invalid"])
def test_placeholder_alone_does_not_survive(status: str) -> None:
    assert survivor(SHIPPED, "name", member("erp:1", name="テスト", name_status=status)) is None


def test_group_survives_whole_from_one_record() -> None:
    trusted = member("erp:1", address="東京都千代田区1-1", address_status="ok")
    other = member("form:1", address="大阪府大阪市2-2", address_status="ok", postal_code="530-0001",
                   postal_code_status="ok", building="梅田ビル")  # fmt: skip
    assert survivor(SHIPPED, "address", trusted, other) == ("東京都千代田区1-1", "trust")
    assert survivor(SHIPPED, "postal_code", trusted, other) is None
    assert survivor(SHIPPED, "building", trusted, other) is None


def test_record_id_settles_what_the_rules_leave_whatever_the_row_order() -> None:
    members = [member(f"erp:{n}", language=language) for n, language in enumerate(["de", "en", "fr"], start=1)]
    assert ranked(SHIPPED, *members) == ranked(SHIPPED, *members[::-1])
    assert survivor(SHIPPED, "language", *members) == ("de", "record_id")


def test_losers_say_why_the_one_above_was_preferred() -> None:
    members = [member("erp:1", 1, language="ja"), member("erp:2", 9, language="en"), member("mail:1", 9, language="fr")]
    found = [(one["value"], one["value_rank"], one["rule"]) for one in ranked(SHIPPED, *members)]
    assert found == [("en", 1, "recency"), ("ja", 2, "recency"), ("fr", 3, "source_rank")]


def test_customers_do_not_mix() -> None:
    members = [member("erp:1", language="ja"), member("form:1", language="en") | {"golden_id": "G2"}]
    assert [(one["golden_id"], one["rule"]) for one in ranked(SHIPPED, *members)] == [
        ("G1", "only_value"), ("G2", "only_value"),
    ]  # fmt: skip


def test_every_golden_attribute_stands_in_exactly_one_group() -> None:
    listed = [attribute for group in groups(SHIPPED) for attribute in group.attributes]
    assert sorted(listed) == sorted(GOLDEN_COLUMNS)


TRUSTING = rules("trust")
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def said(record_id: str, days: float, **columns: object) -> dict[str, object]:
    """A statement made a number of days after the first of 2020."""
    return member(record_id) | {"updated_at": FIRST + timedelta(days=days), "language": record_id, **columns}


@pytest.mark.parametrize(("days", "winner"), [(426, "erp:1"), (428, "form:1")])
def test_trust_of_a_source_fades_by_half_in_each_half_life(days: float, winner: str) -> None:
    # 0.9 against 0.6 with a half-life of 730 days: even after 730 * log2(1.5) = 427.02 days.
    assert survivor(TRUSTING, "language", said("erp:1", 0), said("form:1", days)) == (winner, "trust")


def test_attribute_may_fade_faster_than_the_others() -> None:
    fast = rules("trust", attributes={"language": {"trust": {"half_life_days": 365}}})
    members = said("erp:1", 0), said("form:1", 220)
    assert survivor(TRUSTING, "language", *members) == ("erp:1", "trust")
    assert survivor(fast, "language", *members) == ("form:1", "trust")


def test_attribute_may_trust_a_source_otherwise_and_keeps_the_rest() -> None:
    own = rules("trust", attributes={"language": {"trust": {"sources": {"form": 1.0}}}})
    assert (own.trust_of("language", "form", "web_form"), own.trust_of("language", "erp", "sql")) == (1.0, 0.9)
    assert (own.trust_of("gender", "form", "web_form"), own.half_life_days("language")) == (0.6, 730)
    assert survivor(own, "language", said("erp:1", 1), said("form:1", 1)) == ("form:1", "trust")


def test_failed_checks_of_a_record_cost_it_trust() -> None:
    sound = said("erp:1", 0, phone="+81312345678", phone_status="ok")
    shaky = said("erp:2", 0, phone="1", phone_status="invalid", email="x", email_status="repaired")
    found = {one["value"]: one["trust"] for one in ranked(TRUSTING, sound, shaky) if one["attribute"] == "language"}
    assert found == {"erp:1": pytest.approx(0.9), "erp:2": pytest.approx(0.9 * 2 / 3)}
    assert survivor(TRUSTING, "language", shaky, sound) == ("erp:1", "trust")


def test_record_whose_newer_version_is_held_back_is_trusted_less() -> None:
    held, live = said("erp:1", 0, is_held_back=True), said("erp:2", 0, is_held_back=False)
    assert survivor(TRUSTING, "language", held, live) == ("erp:2", "trust")


@pytest.mark.parametrize("rule", ["recency", "trust"])
def test_statement_is_no_newer_than_its_delivery_whatever_its_clock_says(rule: str) -> None:
    delivered = FIRST + timedelta(days=10)
    ahead = said("erp:1", 36_500, delivered_at=delivered)
    later = said("erp:2", 11, delivered_at=delivered + timedelta(days=2))
    assert survivor(rules(rule), "language", ahead, later) == ("erp:2", rule)


def test_source_that_nobody_ranks_is_trusted_as_the_rules_say_of_others() -> None:
    found = ranked(TRUSTING, said("gone:1", 0))
    assert [one["trust"] for one in found] == [0.5]

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from crm_pipelines.model.schemas import STANDARDISED_RECORDS
from crm_pipelines.model.warehouse_tables import GOLDEN_COLUMNS
from crm_pipelines.rules.rule_set import shipped_rules
from crm_pipelines.rules.survivorship import SurvivorshipRules
from crm_pipelines.survivorship.ranking import attribute_values_sql, groups, source_rank_rows

SHIPPED = shipped_rules().survivorship
CONNECTORS = {"erp": "sql", "form": "web_form", "mail": "imap"}


def rules(*order: str) -> SurvivorshipRules:
    """The shipped groups and ranks with one order for everything."""
    plain = SHIPPED.model_dump(mode="json") | {"order": list(order), "attributes": {}}
    return SurvivorshipRules.model_validate(plain)


def member(record_id: str, day: int = 1, **columns: Any) -> dict[str, Any]:
    """A record of the customer G1, last changed on a day of April."""
    named = {"record_id": record_id, "source_system": record_id.partition(":")[0], "golden_id": "G1"}
    return {**named, "updated_at": datetime(2026, 4, day, tzinfo=UTC), **columns}


def ranked(asked: SurvivorshipRules, *members: Mapping[str, Any]) -> list[dict[str, Any]]:
    con = duckdb.connect()
    columns = ", ".join(f'"{name}" {kind}' for name, kind in {"golden_id": "varchar", **STANDARDISED_RECORDS}.items())
    con.execute(f"create temp table changed_members ({columns})")
    for one in members:
        listed = ", ".join(f'"{name}"' for name in one)
        marks = ", ".join("?" * len(one))
        con.execute(f"insert into changed_members ({listed}) values ({marks})", list(one.values()))
    con.execute("create temp table source_ranks (group_name varchar, source_system varchar, source_rank integer)")
    con.executemany("insert into source_ranks values (?, ?, ?)", source_rank_rows(asked, CONNECTORS))
    found = con.execute(attribute_values_sql(asked))
    names = [name for name, *_ in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    con.close()
    return rows


def survivor(asked: SurvivorshipRules, attribute: str, *members: Mapping[str, Any]) -> tuple[str, str] | None:
    """Value of the survivor and the rule that decided."""
    found = [one for one in ranked(asked, *members) if one["attribute"] == attribute and one["survives"]]
    assert len(found) <= 1
    return (found[0]["value"], found[0]["rule"]) if found else None


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
    assert survivor(SHIPPED, "address", trusted, other) == ("東京都千代田区1-1", "source_rank")
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

from crm_pipelines.standardise.observations import Observation, Place, observations
from crm_pipelines.standardise.row_values import RowTexts

JAPAN = Place("JP", "Asia/Tokyo")


def read(declared: str = "auto", **fields: str) -> list[Observation]:
    return observations(RowTexts({field: (text,) for field, text in fields.items()}), declared, JAPAN)


def shown(found: list[Observation]) -> list[tuple[str | None, ...]]:
    columns = ("name", "organisation_name")
    return [
        (seen.part, seen.customer_type.value, *(seen.record.columns.get(column) for column in columns))
        for seen in found
    ]


def test_person_beside_a_company_is_a_person_and_implies_the_company() -> None:
    found = read(name="竹内健一", organisation_name="㈱ポラリス", email="k.takeuchi@polaris.co.jp")
    assert shown(found) == [
        (None, "person", "竹内 健一", "株式会社ポラリス"),
        ("organisation", "organisation", None, "株式会社ポラリス"),
    ]
    assert found[1].relates_to == "employee_of"


def test_implied_company_bears_no_department_and_no_person() -> None:
    found = read(name="株式会社ポラリス 営業部 竹内健一", email="k.takeuchi@polaris.co.jp")
    assert shown(found)[1] == ("organisation", "organisation", None, "株式会社ポラリス")


def test_company_in_the_field_of_the_name_is_one_organisation() -> None:
    assert shown(read("person", name="ポラリス食品(株)", email="info@polaris.co.jp")) == [
        (None, "organisation", None, "ポラリス食品株式会社")
    ]


def test_desk_beside_a_company_is_one_organisation() -> None:
    found = read("person", name="総務担当", organisation_name="ポラリス食品", email="info@polaris.co.jp")
    assert shown(found) == [(None, "organisation", None, "ポラリス食品")]


def test_desk_with_a_shared_mailbox_is_an_organisation_known_by_the_mailbox() -> None:
    found = read("person", name="経理ご担当者様", email="keiri@polaris.co.jp")
    assert shown(found) == [(None, "organisation", None, None)]
    assert found[0].record.columns["shared_email_keys"] == ["keiri@polaris.co.jp"]


def test_desk_that_nothing_reaches_tells_of_nobody() -> None:
    assert read("person", name="経理部") == []


def test_household_beside_a_company_is_two_persons_and_the_company() -> None:
    found = read(name="竹内健一・花子", organisation_name="㈱ポラリス")
    assert [part for part, *_ in shown(found)] == [None, "person2", "organisation"]


def test_declared_organisation_without_a_company_is_an_organisation() -> None:
    assert shown(read("organisation", name="竹内健一")) == [(None, "organisation", None, "竹内健一")]


def test_a_value_that_only_the_clean_up_changed_has_a_rule() -> None:
    found = read(name="竹内　健一", address="東京都港区芝公園４-２-８", department="営業部", job_title="ﾘｰﾀﾞｰ")[0]
    assert found.record.all_rules() == {
        "name": ["text.cleaned"], "address": ["text.cleaned"], "job_title": ["text.cleaned"],
    }  # fmt: skip


def test_a_line_joined_from_two_columns_is_no_change() -> None:
    found = read(name="竹内 健一", address="東京都港区芝公園4-2-8", building="青葉ビル 3F")[0]
    assert found.record.all_rules() == {}

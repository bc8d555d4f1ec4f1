"""Values that are nobody's: found by how many differ around them, never for being merely frequent."""

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from crm_pipelines.matching.model_version import ModelVersion, with_stop_values
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.matching.stop_values import MOST_DIFFERENT, MOST_RECORDS, learned_stop_values

COLUMNS = pl.Schema(
    {
        **dict.fromkeys(
            (
                *("customer_type", "name_key", "family_name_key", "given_name_key", "birth_date_key", "address_key"),
                *("corporate_number_key", "organisation_name_key", "legal_form", "email_domain_key"),
            ),
            pl.String(),
        ),
        **dict.fromkeys(("email_keys", "phone_keys"), pl.List(pl.String())),
    }
)


def learned(rows: list[dict[str, object]]) -> list[tuple[str, str, int]]:
    frame = pl.from_dicts(rows, schema=COLUMNS)
    with duckdb.connect() as con:
        con.register("standardised_records", frame.to_arrow())
        return [(one.field, one.key, one.n_records) for one in learned_stop_values(con)]


def persons(n: int, **columns: object) -> Iterator[dict[str, object]]:
    for number in range(n):
        own = {"name_key": f"人{number}", "email_keys": [f"{columns.get('name_key')}{number}@a.jp"]}
        yield {"customer_type": "person", **own, **columns}


def organisations(n: int, **columns: object) -> Iterator[dict[str, object]]:
    for number in range(n):
        yield {"customer_type": "organisation", "organisation_name_key": f"社{number}"} | columns


def test_a_name_of_nobody_stands_on_many_who_differ():
    assert learned([*persons(MOST_RECORDS, name_key="会員")]) == [("name", "会員", MOST_RECORDS)]
    assert learned([*persons(MOST_RECORDS - 1, name_key="会員")]) == []
    assert learned([*persons(MOST_RECORDS, name_key="会員", email_keys=["one@a.jp"])]) == []


def test_a_real_name_must_be_more_frequent_than_any_real_name_is():
    name = {"name_key": "山田太郎", "family_name_key": "山田", "given_name_key": "太郎"}
    others = [*persons(40_000, name_key=None)]
    assert learned([*persons(MOST_RECORDS, **name), *others]) == [("name", "山田太郎", MOST_RECORDS)]
    others = [{**one, "name_key": f"人{number}"} for number, one in enumerate(others)]
    assert learned([*persons(MOST_RECORDS, **name), *others]) == []


def test_a_date_that_fills_a_gap_towers_above_all_others():
    days = [
        {
            "customer_type": "person",
            "name_key": f"n{number}",
            "birth_date_key": f"19{40 + number % 50}-0{1 + number % 9}-11",
        }
        for number in range(2_000)
    ]
    assert learned([*days]) == []
    gap = [*persons(200, birth_date_key="1980-01-01")]
    assert learned([*days, *gap]) == [("birth_date", "1980-01-01", 200)]


def test_a_number_beside_a_dozen_names_is_the_clerks_own():
    number = {"corporate_number_key": "1180301018771"}
    assert learned([*organisations(MOST_DIFFERENT, **number)]) == [
        ("corporate_number", "1180301018771", MOST_DIFFERENT)
    ]
    assert learned([*organisations(MOST_DIFFERENT - 1, **number)]) == []
    assert learned([*organisations(50, organisation_name_key="青木製作所", **number)]) == []


@pytest.mark.parametrize(("legal_form", "expected"), [("", [("organisation_name", "個人", 30)]), ("KK", [])])
def test_a_company_name_of_nobody_has_no_form(legal_form, expected):
    rows = [
        {**row, "email_domain_key": f"d{number}.jp", "legal_form": legal_form}
        for number, row in enumerate(organisations(30, organisation_name_key="個人"))
    ]
    assert learned(rows) == expected


def test_stop_values_are_part_of_the_version_and_stay():
    model = shipped_model()
    assert with_stop_values(model, {}).id == model.id
    more = with_stop_values(with_stop_values(model, {"name": ["会員"]}), {"name": ["ゲスト"], "birth_date": []})
    assert more.stop_values == {"name": frozenset({"会員", "ゲスト"})}
    assert more.id != model.id
    assert ModelVersion.from_files(more.to_files()) == more

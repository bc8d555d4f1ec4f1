"""The labelled cases of names and addresses from outside Japan."""

from pathlib import Path

import pytest
import yaml

from crm_pipelines.standardise.addresses_abroad import standardise_address_abroad
from crm_pipelines.standardise.case_notation import in_case_notation

CASES = Path(__file__).parents[2] / "cases"
PARTS = ("postal_code", "region", "city", "street", "number", "room", "building")


def rows(name: str) -> list[tuple[str, str]]:
    table = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [(row["input"], row["expected"]) for row in table]


@pytest.mark.parametrize(("raw", "expected"), rows("address_abroad"))
def test_parts_of_an_address_abroad(raw: str, expected: str) -> None:
    country, _, address = raw.partition("|")
    value = standardise_address_abroad(address, None, None if country == "-" else country)
    instead = {"street": "town", "room": "floor", "building": "po_box"}
    found = [value.parts.get(part) or value.parts.get(instead.get(part, ""), "") for part in PARTS]
    assert "|".join(found) == expected


@pytest.mark.parametrize(("raw", "expected"), rows("person_abroad"))
def test_family_and_given_name_of_a_foreign_name(raw: str, expected: str) -> None:
    assert in_case_notation("person", raw) == expected


@pytest.mark.parametrize(("raw", "expected"), rows("same_person_abroad"))
def test_foreign_names_of_one_person_meet(raw: str, expected: str) -> None:
    assert in_case_notation("same_person", raw) == expected

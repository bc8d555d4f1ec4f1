from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from stdnum.jp import cn

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.companies import Companies, corporate_number
from crm_pipelines.demo.people import People
from crm_pipelines.demo.world import Organisation, Person

Group = tuple[list[Organisation], list[Person]]


@pytest.fixture(scope="module")
def groups() -> list[Group]:
    rng = seeded(1, "companies")
    companies = Companies(rng, People(rng, date(2026, 4, 1)))
    return [companies.company() for _ in range(500)]


@pytest.mark.parametrize("number", ["1180301018771", "5835678256246"])
def test_check_digit_is_the_official_one(number: str) -> None:
    assert corporate_number(number[1:]) == number


def test_every_japanese_organisation_has_a_valid_number_of_its_own(groups: list[Group]) -> None:
    numbers = [found.corporate_number for group, _ in groups for found in group if found.address.country == "JP"]
    assert all(cn.is_valid(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_subsidiaries_sit_at_the_parents_address_under_a_similar_name(groups: list[Group]) -> None:
    children = [(group[0], child) for group, _ in groups for child in group[1:]]
    assert children
    for parent, child in children:
        assert (child.parent_id, child.address, child.phone) == (parent.entity_id, parent.address, parent.phone)
        assert child.core.startswith(parent.core)


def test_staff_write_from_the_employers_domain(groups: list[Group]) -> None:
    staff = [person for _, people in groups for person in people]
    for person in staff:
        assert person.employment is not None
        assert person.employment.email.endswith("@" + person.employment.organisation.domain)


def test_colleagues_share_the_representative_line(groups: list[Group]) -> None:
    lines = Counter(person.employment.phone for _, people in groups for person in people if person.employment)
    assert sum(count > 1 for count in lines.values()) > 50


def test_different_companies_bear_the_same_name(groups: list[Group]) -> None:
    cores = Counter(found.core for group, _ in groups for found in group)
    assert sum(count > 1 for count in cores.values()) > 5


def test_the_legal_form_stands_on_its_side(groups: list[Group]) -> None:
    found = next(group[0] for group, _ in groups if group[0].address.country == "JP")
    company = replace(found, core="青葉商事", legal_form="株式会社", is_prefix=True)
    assert company.full_name == "株式会社青葉商事"
    assert replace(company, is_prefix=False).full_name == "青葉商事株式会社"

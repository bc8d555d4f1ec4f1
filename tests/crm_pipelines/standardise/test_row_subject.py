"""Whose record a row is; each case says why."""

import pytest

from crm_pipelines.standardise.persons import standardise_person
from crm_pipelines.standardise.row_subject import is_spelled_like_domain, mailbox_bears, names_a_person, subject
from crm_pipelines.standardise.row_values import RowTexts


def decided(declared: str = "auto", **fields: str) -> tuple[bool, str | None, str | None]:
    found = subject(RowTexts({field: (text,) for field, text in fields.items()}), declared)
    return found.is_organisation, found.name.std, found.organisation


@pytest.mark.parametrize("declared", ["person", "auto", "organisation"])
@pytest.mark.parametrize("name", ["株式会社ポラリス", "北見不動産", "Harbour Foods S.L.", "ポラリス 御中"])
def test_company_in_the_field_of_the_name_is_an_organisation_whatever_is_declared(declared: str, name: str) -> None:
    assert decided(declared, name=name) == (True, None, name)


@pytest.mark.parametrize("declared", ["person", "auto"])
@pytest.mark.parametrize("name", ["担当者", "ご担当者様", "総務担当", "経理部", "不明"])
def test_placeholder_beside_a_company_is_the_organisations(declared: str, name: str) -> None:
    is_organisation, _, organisation = decided(declared, name=name, organisation_name="ポラリス", email="a@polaris.jp")
    assert (is_organisation, organisation) == (True, "ポラリス")


def test_placeholder_beside_a_placeholder_names_no_company() -> None:
    assert not decided(name="不明", organisation_name="不明", phone="03-5253-1111")[0]


@pytest.mark.parametrize(
    ("email", "is_organisation"), [("info@polaris.co.jp", True), ("s.takeuchi@polaris.co.jp", False)]
)
def test_desk_alone_is_an_organisations_if_only_the_shared_mailbox_is_known(email: str, is_organisation: bool) -> None:
    assert decided("person", name="総務担当", email=email)[0] is is_organisation


@pytest.mark.parametrize(
    ("fields", "is_organisation", "why"),
    [
        ({"name": "ポラリス", "organisation_name": "株式会社ポラリス"}, True, "the same name in both"),
        ({"name": "竹内健一", "organisation_name": "竹内健一"}, False, "a sole trader under the own name"),
        (
            {"name": "Ann Lee", "organisation_name": "Ann Lee", "email": "ann.lee@x.co.jp"},
            False,
            "the mailbox bears it",
        ),
        (
            {"name": "Blue Fern", "organisation_name": "Blue Fern", "email": "hello@x.co.jp"},
            True,
            "nothing says person",
        ),
        ({"name": "竹内健一", "organisation_name": "株式会社ポラリス"}, False, "a person and the employer"),
    ],
)
def test_name_beside_an_organisation(fields: dict[str, str], is_organisation: bool, why: str) -> None:
    assert decided(**fields)[0] is is_organisation, why


@pytest.mark.parametrize(
    ("name", "email", "is_organisation"),
    [
        ("フジミ", "info@fujimi.co.jp", True),
        ("竹内", "info@takeuchi.co.jp", True),
        ("竹内", "info@polaris.co.jp", False),
        ("竹内 健一", "info@takeuchi.co.jp", False),
        ("ナガイカガク", "info@nagai-chemical.co.jp", True),
        ("Blue Fern", "info@bluefern.com", True),
        ("Ann Lee", "info@polaris.co.jp", False),
        ("ザザヌム", "sales@polaris.co.jp", True),
        ("ザザヌム", "z.suzuki@polaris.co.jp", False),
    ],
)
def test_only_shared_mailboxes_and_a_name_no_list_has_mean_an_organisation(
    name: str, email: str, is_organisation: bool
) -> None:
    assert decided(name=name, email=email)[0] is is_organisation


@pytest.mark.parametrize("name", ["株式会社ポラリス 営業部 竹内健一", "竹内健一（株式会社ポラリス）"])
def test_company_and_person_in_one_cell_are_both_read(name: str) -> None:
    assert decided(name=name) == (False, "竹内 健一", "株式会社ポラリス")


@pytest.mark.parametrize("name", ["株式会社 竹内 健一", "株式会社ポラリス 釧路支店"])
def test_company_alone_is_not_split(name: str) -> None:
    assert decided(name=name) == (True, None, name)


def test_company_in_one_of_two_name_columns_counts() -> None:
    assert decided(family_name="株式会社ポラリス", given_name="ご担当者様") == (True, None, "株式会社ポラリス")
    assert decided(family_name="竹内", given_name="-") == (False, "竹内", None)


@pytest.mark.parametrize(
    ("name", "domain", "expected"),
    [
        ("株式会社フジミ", "fujimi-2.example.jp", True),
        ("Boulangerie Éloi", "boulangerie-eloi.fr", True),
        ("アクアリア", "aquaria.jp", True),  # a, qu, a as Japanese sounds
        ("ポラリス", "kitami.co.jp", False),
    ],
)
def test_domain_that_spells_the_name_confirms_it(name: str, domain: str, expected: bool) -> None:
    assert is_spelled_like_domain(name, domain) is expected


def test_mailbox_bears_the_name_of_its_owner() -> None:
    assert mailbox_bears("s.takeuchi@polaris.jp", standardise_person("竹内 聡"))
    assert not mailbox_bears("s.kitami@polaris.jp", standardise_person("竹内 聡"))


@pytest.mark.parametrize(
    ("name", "expected"), [("竹内 聡", True), ("竹内", False), ("Ann Lee", False), ("LEE Ann", True)]
)
def test_evidence_of_a_person_needs_both_names(name: str, expected: bool) -> None:
    assert names_a_person(standardise_person(name)) is expected

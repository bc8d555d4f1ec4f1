"""Business partners of SAP S/4HANA: what a row shows, and what it means."""

import json
from datetime import UTC, datetime

import pytest

from tests.connectors.contract import CANARY, rows_of
from tests.simulators import sap as simulated
from tests.simulators.reading import meaning_of
from tests.simulators.sap import edm_date
from tests.simulators.sap_system import CONTACTS, System, filled
from tests.simulators.stage import Stage

EMAIL = {"EmailAddress": f"{CANARY}@example.jp", "IsDefaultEmailAddress": True, "OrdinalNumber": "1"}
SECOND_EMAIL = {"EmailAddress": "second@example.jp", "IsDefaultEmailAddress": False, "OrdinalNumber": "2"}


@pytest.fixture
def system(stage: Stage) -> System:
    return filled(stage)


def _person_with_everything(sap: simulated.Sap) -> None:
    sap.put("20", "1", LastName="山田", FirstName="花子", BirthDate=edm_date(datetime(1980, 5, 1, tzinfo=UTC)))
    old = {"PostalCode": "1000001", "StreetName": "old", "ValidityEndDate": "/Date(1262304000000+0000)/"}
    main = {
        "PostalCode": "530-0001",
        "CityName": "大阪市北区",
        "StreetName": "梅田",
        "HouseNumber": "1-2-3",
        "Country": "JP",
        "ValidityStartDate": "/Date(1262304000000+0540)/",
        "ValidityEndDate": "/Date(253402300799000+0540)/",
        "to_AddressUsage": [{"AddressUsage": "XXDEFAULT"}],
        "to_EmailAddress": [SECOND_EMAIL, EMAIL],
        "to_PhoneNumber": [{"PhoneNumber": "06-1234-5678", "InternationalPhoneNumber": "+81612345678"}],
        "to_MobilePhoneNumber": [{"PhoneNumber": "090-1234-5678", "InternationalPhoneNumber": ""}],
    }
    sap.put_below("20", to_BusinessPartnerAddress=[old, {"StreetName": "other"}, main])
    work = {"StreetName": "x", "to_EmailAddress": [{"EmailAddress": "hanako@work.example"}], "to_PhoneNumber": []}
    sap.employ("20", "2", to_ContactAddress=[work])
    sap.employ("20", "1", IsStandardRelationship=True)
    sap.employ("20", "4", until="/Date(1577836800000)/")


def test_a_row_shows_what_lies_several_lists_deep_and_dates_as_iso(system):
    _person_with_everything(system.sap)
    (row,) = [row for row in rows_of(system.pages()) if row.key == "20"]
    data = row.data
    assert data["emails"] == [f"{CANARY}@example.jp", "second@example.jp", "hanako@work.example"]
    assert data["phones"] == ["+81612345678", "090-1234-5678"]
    assert data["address"]["StreetName"] == "梅田"
    assert (data["company_1"], data["company_2"], data["company_3"]) == ("1", "2", None)
    assert [each["BusinessPartnerCompany"] for each in data["contacts"]] == ["2", "1", "4"]
    assert data["BirthDate"] == "1980-05-01"
    assert data["created_at"] == "2026-03-01T12:00:00+00:00"
    assert data["changed_at"] is None
    address = data["to_BusinessPartnerAddress"][2]
    assert address["ValidityStartDate"] == "2010-01-01T09:00:00+09:00"
    assert address["ValidityEndDate"] == "/Date(253402300799000+0540)/"  # past the end of the calendar there
    assert "__metadata" not in json.dumps(dict(data))
    assert row.fault is None


def test_times_are_in_the_zone_of_the_server(system):
    system.sap.put("1", OrganizationBPName1="changed", IsMarkedForArchiving=True, BusinessPartnerIsBlocked=True)
    (row,) = [row for row in rows_of(system.pages(server_timezone="Asia/Tokyo")) if row.key == "1"]
    assert row.data["changed_at"] == "2026-03-01T12:00:00+09:00"
    assert row.data["LastChangeTime"] == "12:00:00"
    assert row.data["flags"] == ["BusinessPartnerIsBlocked", "IsMarkedForArchiving"]
    assert not row.is_deleted


def test_texts_that_only_look_like_times_stay(system):
    system.sap.put("30", OrganizationBPName1="PT", OrganizationBPName2="PT9H", SearchTerm1="/Date(x)/")
    system.sap.put("31", OrganizationBPName1="x", BirthDate="/Date(99999999999999999)/")
    by_key = {row.key: row.data for row in rows_of(system.pages())}
    assert [by_key["30"][name] for name in ("OrganizationBPName1", "OrganizationBPName2", "SearchTerm1")] == [
        "PT", "PT9H", "/Date(x)/",
    ]  # fmt: skip
    assert by_key["31"]["BirthDate"] == "/Date(99999999999999999)/"


def test_contacts_are_asked_for_persons_alone_and_can_be_left_out(system):
    system.pages()
    assert system.service.asked(CONTACTS) == []
    _person_with_everything(system.sap)
    system.pages()
    assert [query["$filter"] for query in system.service.asked(CONTACTS)] == ["BusinessPartnerPerson eq '20'"]
    system.service.requests.clear()
    (row,) = [row for row in rows_of(system.pages(include_contacts=False)) if row.key == "20"]
    assert system.service.asked(CONTACTS) == []
    assert row.data["company_1"] is None


def test_contacts_in_pages_of_the_service_are_followed(system):
    system.sap.server_page = 2
    system.sap.put("20", "1", LastName="x")
    for company in ("1", "2", "3", "4", "5"):
        system.sap.employ("20", company)
    (row,) = [row for row in rows_of(system.pages()) if row.key == "20"]
    assert len(row.data["contacts"]) == 5


def test_the_shipped_mapping_reads_persons_companies_and_who_works_where(system):
    _person_with_everything(system.sap)
    system.sap.put("40", OrganizationBPName1="株式会社青空", OrganizationBPName2="大阪支店", IsMarkedForArchiving=True)
    system.sap.put("41", "3", GroupBusinessPartnerName1="山田家")
    found = meaning_of(rows_of(system.pages(server_timezone="Asia/Tokyo")), "sap_business_partner", "erp")
    records = {record["record_id"]: record for record in found.records}
    person, company = records["erp:20"], records["erp:40"]
    assert (person["customer_type"], person["family_name"], person["given_name"]) == ("person", "山田", "花子")
    assert person["birth_date"] == "1980-05-01"
    assert (person["prefecture"], person["postal_code"]) == ("大阪府", "530-0001")
    assert person["phone_values"] == ["+81612345678", "+819012345678"]
    assert person["created_at"] == datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
    assert company["customer_type"] == "organisation"
    assert company["tags"] == ["IsMarkedForArchiving"]
    related = [
        (each["kind"], each["record_id_to"]) for each in found.relationships if each["record_id_from"] == "erp:20"
    ]
    assert related == [("employee_of", "erp:1"), ("employee_of", "erp:2")]
    assert not found.quarantined

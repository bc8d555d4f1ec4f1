"""Business partners of SAP S/4HANA, against a simulator built from the public API description."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.sources.sap_business_partner import SapBusinessPartner, SapBusinessPartnerOptions
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, KeyedConnector, Page, RangeConnector, SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from crm_pipelines.rules.mapping_files import shipped_mapping
from crm_pipelines.standardise.interpretation import Interpretation, SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from tests.simulators import sap as simulated
from tests.simulators.sap import ROOT, edm_date
from tests.simulators.server import Reply, Service, again, busy, cut, edited, html, replying, serving, silence, status

CANARY = "kanarienvogel"
PARTNERS, CONTACTS = f"{ROOT}/A_BusinessPartner", f"{ROOT}/A_BusinessPartnerContact"
LOGIN = {"user": "COMM_USER", "password": "geheim"}
EMAIL = {"EmailAddress": f"{CANARY}@example.jp", "IsDefaultEmailAddress": True, "OrdinalNumber": "1"}
SECOND_EMAIL = {"EmailAddress": "second@example.jp", "IsDefaultEmailAddress": False, "OrdinalNumber": "2"}


class System:
    """A simulated system and the connector that reads it."""

    def __init__(self, service: Service, sap: simulated.Sap) -> None:
        self.service = service
        self.sap = sap
        self.waits: list[float] = []
        service.clock = lambda: sap.now

    def connector(self, **options: Any) -> SapBusinessPartner:
        given = {"page_size": 3, "retry_wait_seconds": 0.001, "timeout_seconds": 5, "audit_hours": 0, **options}
        login = {} if {"api_key", "client_id"} & given.keys() else LOGIN
        validated = SapBusinessPartnerOptions.model_validate(
            {"base_url": f"{self.service.url}{ROOT}", **login, **given}
        )
        return SapBusinessPartner(validated, SourceContext("erp", "/nowhere"), self.waits.append)

    def pages(self, bookmark: Bookmark | None = None, **options: Any) -> list[Page]:
        return list(self.connector(**options).pages(stored(bookmark)))

    def refusal(self, bookmark: Bookmark | None = None, **options: Any) -> FatalSourceError | RetriableSourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.pages(bookmark, **options)
        assert CANARY not in str(caught.value)
        assert "geheim" not in str(caught.value)
        return caught.value

    def filters(self) -> list[str | None]:
        return [query.get("$filter") for query in self.service.asked(PARTNERS) if "$top" in query]


def stored(bookmark: Bookmark | None) -> Any:
    return json.loads(json.dumps(bookmark))


def rows_of(pages: list[Page]) -> list[DeliveredRow]:
    return [row for page in pages for row in page.rows]


def keys_of(pages: list[Page]) -> list[str | None]:
    return [row.key for row in rows_of(pages)]


def fill(sap: simulated.Sap, n: int = 7) -> None:
    """Organisations 1 to n, created a day after the other; the last today."""
    sap.now -= timedelta(days=n)
    for number in range(1, n + 1):
        sap.tick(days=1)
        sap.put(str(number), OrganizationBPName1=f"{CANARY} {number}")


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Service, dict[str, Any]]]:
    """One server for all tests; what it serves is exchanged."""
    holder: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await holder["app"](scope, receive, send)

    with serving(app) as service:
        yield service, holder


def opened(shared: tuple[Service, dict[str, Any]], sap: simulated.Sap) -> System:
    service, holder = shared
    holder["app"] = sap.app
    service.requests.clear()
    service.queue.clear()
    service.last.clear()
    return System(service, sap)


@pytest.fixture
def system(shared: tuple[Service, dict[str, Any]]) -> System:
    sap = simulated.Sap()
    fill(sap)
    return opened(shared, sap)


class World:
    """What a property test is given: hypothesis would print the whole of it."""

    def __init__(self, it: Any) -> None:
        self.it = it

    def __repr__(self) -> str:
        return "World()"


@pytest.fixture(scope="module")
def world(shared: tuple[Service, dict[str, Any]]) -> World:
    return World(shared)


def test_a_first_read_shows_everything_in_pages_and_says_so(system):
    pages = system.pages()
    assert keys_of(pages) == [str(number) for number in range(1, 8)]
    assert [len(page.rows) for page in pages] == [3, 3, 1, 0]
    assert [page.ends_complete_read for page in pages] == [False, False, False, True]
    assert system.filters() == [None, "BusinessPartner gt '3'", "BusinessPartner gt '6'"]


def test_a_read_of_nothing_proves_no_absence(system):
    system.sap.partners.clear()
    assert not any(page.ends_complete_read for page in system.pages())


def test_a_read_with_fewer_rows_than_the_service_counts_proves_no_absence(system):
    def counting_more(answer: Any) -> Any:
        return {"d": {**answer["d"], "__count": "9"}}

    system.service.script(edited(counting_more), path=PARTNERS)
    assert not any(page.ends_complete_read for page in system.pages())


def test_figures_come_before_letters_and_are_sorted_as_sap_sorts_them(system):
    system.sap.put("1000000", OrganizationBPName1="x")
    system.sap.put("EXT'1", OrganizationBPName1="x")
    system.sap.put("EXT2", OrganizationBPName1="x")
    keys = keys_of(system.pages(page_size=2))
    assert keys == [*(str(number) for number in range(1, 8)), "1000000", "EXT'1", "EXT2"]


def test_changes_are_found_by_day_and_known_rows_dropped(system):
    first = system.pages()
    assert system.pages(first[-1].bookmark) == []
    system.sap.tick(minutes=1)
    system.sap.put("2", OrganizationBPName1="changed")
    system.sap.put("8", OrganizationBPName1="new, never changed")
    second = system.pages(first[-1].bookmark)
    assert keys_of(second) == ["2", "8"]
    day = "datetime'2026-02-28T00:00:00'"
    created = f"CreationDate ge {day}"
    assert system.filters()[-3:] == [f"LastChangeDate ge {day}", created, f"{created} and BusinessPartner gt '8'"]
    assert system.pages(second[-1].bookmark) == []


def test_two_changes_of_one_day_are_both_found(system):
    bookmark = system.pages()[-1].bookmark
    for number in range(3):
        system.sap.tick(minutes=5)
        system.sap.put("4", OrganizationBPName1=f"change {number}")
        pages = system.pages(bookmark)
        assert keys_of(pages) == ["4"]
        bookmark = pages[-1].bookmark


def test_a_row_dated_in_the_future_hides_nothing(system):
    system.sap.partners["1"]["LastChangeDate"] = simulated.FOR_EVER
    first = system.pages()
    system.sap.tick(days=1)
    system.sap.put("5", OrganizationBPName1="changed")
    assert keys_of(system.pages(first[-1].bookmark)) == ["5"]


def test_what_changed_behind_a_read_that_took_days_is_found(system):
    """The read passes 1, breaks off, 1 changes, and days later the read goes on."""
    first = list(islice(system.connector().pages(None), 1))
    system.sap.tick(hours=1)
    system.sap.put("1", OrganizationBPName1="changed behind")
    system.sap.tick(days=4)
    system.sap.put("7", OrganizationBPName1="changed before")
    second = system.pages(first[-1].bookmark)
    assert keys_of(second) == ["4", "5", "6", "7"]
    assert "1" in keys_of(system.pages(second[-1].bookmark))


def test_every_page_is_a_place_to_go_on_from_and_earlier_pages_are_not_asked_again(system):
    pages = system.pages()
    asked = system.filters()
    for n_read in range(1, len(pages)):
        system.service.requests.clear()
        rest = system.pages(pages[n_read - 1].bookmark)
        assert keys_of(pages[:n_read]) + keys_of(rest) == keys_of(pages)
        assert system.filters()[0] == (asked[n_read] if n_read < len(asked) else "BusinessPartner gt '7'")
        assert rest[-1].ends_complete_read


def test_a_read_of_changes_goes_on_in_its_phase(system):
    bookmark = system.pages()[-1].bookmark
    for number in ("1", "2", "3", "4"):
        system.sap.put(number, OrganizationBPName1="changed")
    system.sap.put("9", OrganizationBPName1="new")
    pages = system.pages(bookmark)
    assert keys_of(pages) == ["1", "2", "3", "4", "9"]
    for n_read in range(1, len(pages) + 1):
        rest = system.pages(pages[n_read - 1].bookmark)
        assert keys_of(pages[:n_read]) + keys_of(rest) == keys_of(pages)


def test_an_audit_shows_every_row_again_and_what_was_changed_below_a_business_partner(system):
    first = system.pages(audit_hours=24)
    system.sap.put_below("3", to_BusinessPartnerTax=[{"BPTaxType": "JP1", "BPTaxNumber": "1234567890123"}])
    system.sap.archive("5")
    system.sap.tick(hours=23)
    quiet = system.pages(first[-1].bookmark, audit_hours=24)
    assert keys_of(quiet) == []
    system.sap.tick(hours=2)
    audit = system.pages((quiet or first)[-1].bookmark, audit_hours=24)
    assert keys_of(audit) == ["1", "2", "3", "4", "6", "7"]
    assert audit[-1].ends_complete_read
    (changed,) = [row for row in rows_of(audit) if row.data["tax_numbers"]]
    assert changed.key == "3"
    assert keys_of(system.pages(audit[-1].bookmark, audit_hours=24)) == []


def test_an_audit_that_broke_off_goes_on_and_ends_complete(system):
    first = system.pages(audit_hours=24)
    system.sap.tick(hours=25)
    begun = list(islice(system.connector(audit_hours=24).pages(stored(first[-1].bookmark)), 1))
    assert keys_of(begun) == ["1", "2", "3"]
    rest = system.pages(begun[-1].bookmark, audit_hours=24)
    assert keys_of(rest) == ["4", "5", "6", "7"]
    assert rest[-1].ends_complete_read


def test_the_clock_of_an_audit_is_sap_s_own(system):
    first = system.pages(audit_hours=24)
    system.service.skew = timedelta(days=400)
    assert keys_of(system.pages(first[-1].bookmark, audit_hours=24)) != []
    system.service.skew = timedelta()


def test_a_row_without_a_number_costs_itself_and_the_proof_of_absence(system):
    system.sap.hidden.add("2")
    pages = system.pages()
    bad = [row for row in rows_of(pages) if row.fault is not None]
    assert [row.fault.code for row in bad] == ["row.missing_key"]
    assert [row.key for row in rows_of(pages) if row.fault is None] == ["1", "3", "4", "5", "6", "7"]
    assert not any(page.ends_complete_read for page in pages)
    assert CANARY not in json.dumps([page.bookmark for page in pages])


@pytest.mark.parametrize("paging", ["key", "skip"])
def test_a_service_that_gives_fewer_rows_than_asked_for_is_read_to_its_end(system, paging):
    system.sap.server_page = 2
    pages = system.pages(page_size=5, paging=paging)
    assert keys_of(pages) == [str(number) for number in range(1, 8)]
    assert pages[-1].ends_complete_read
    tokens = [query.get("$skiptoken") for query in system.service.asked(PARTNERS)]
    assert (tokens == [None, "2", "4", "6"]) is (paging == "skip")


def test_a_service_that_compares_no_keys_is_read_by_skip(system):
    system.sap.compares_keys = False
    assert keys_of(system.pages(page_size=10)) == [str(number) for number in range(1, 8)]
    assert system.refusal().code == "source.refused_request"
    pages = system.pages(paging="skip")
    assert keys_of(pages) == [str(number) for number in range(1, 8)]
    for n_read in range(1, len(pages)):
        rest = system.pages(pages[n_read - 1].bookmark, paging="skip")
        assert keys_of(pages[:n_read]) + keys_of(rest) == keys_of(pages)


def test_skipping_while_rows_go_proves_no_absence(system):
    pages: list[Page] = []
    for page in system.connector(paging="skip").pages(None):
        pages.append(page)
        system.sap.partners.pop("1", None)
    assert "4" not in keys_of(pages)
    assert not any(page.ends_complete_read for page in pages)


def test_a_number_of_rows_that_was_another_in_between_proves_no_absence(system):
    pages: list[Page] = []
    for page in system.connector(paging="skip").pages(None):
        pages.append(page)
        if len(pages) == 1:
            del system.sap.partners["1"]
        if len(pages) == 2:
            system.sap.put("99", OrganizationBPName1="new")
    assert len(keys_of(pages)) == 7
    assert "4" not in keys_of(pages)
    assert not any(page.ends_complete_read for page in pages)


def test_by_key_no_row_is_missed_while_rows_go(system):
    pages: list[Page] = []
    for page in system.connector().pages(None):
        pages.append(page)
        system.sap.partners.pop("1", None)
    assert keys_of(pages) == [str(number) for number in range(1, 8)]


def test_a_page_given_twice_is_delivered_once_also_across_a_kill(system):
    for paging in ("key", "skip"):
        system.service.script(None, again, None, again, path=PARTNERS)
        pages = system.pages(paging=paging)
        assert keys_of(pages) == [str(number) for number in range(1, 8)]
        assert pages[-1].ends_complete_read
        begun = list(islice(system.connector(paging=paging).pages(None), 1))
        system.service.script(again, path=PARTNERS)
        assert keys_of(begun + system.pages(begun[-1].bookmark, paging=paging)) == keys_of(pages)


def test_a_page_given_for_ever_is_left(system):
    system.service.script(None, *[again] * 8, path=PARTNERS)
    assert system.refusal().code == "source.cursor_stands_still"


@pytest.mark.parametrize("fault", [simulated.logon_page(), simulated.empty_logon()])
def test_a_refused_logon_is_said_whatever_its_body(system, fault):
    system.service.script(None, fault, path=ROOT)
    refused = system.refusal()
    assert isinstance(refused, FatalSourceError)
    assert refused.code == "source.refused_login"


def test_a_refusal_shows_its_code_and_none_of_its_words(system):
    system.service.script(status(400, simulated.error("R1/104", f"Enter {CANARY}")), path=PARTNERS)
    refused = system.refusal()
    assert (refused.code, refused.fault.facts["found"]) == ("source.refused_request", "R1/104")


@pytest.mark.parametrize("fault", [simulated.gateway_time_out(), html(502), cut(), busy("7"), silence])
def test_what_passes_is_waited_for(system, fault):
    system.service.script(None, fault, path=PARTNERS)
    assert keys_of(system.pages(timeout_seconds=0.2)) == [str(number) for number in range(1, 8)]
    assert len(system.waits) == 1
    assert (system.waits == [7.0]) is (system.service.requests[2].status == 429)


def test_what_does_not_pass_keeps_the_pages_before_it(system):
    system.service.script(None, *[simulated.gateway_time_out()] * 5, path=PARTNERS)
    got: list[Page] = []
    with pytest.raises(RetriableSourceError):
        keep(system.connector().pages(None), got)
    assert keys_of(got) == ["1", "2", "3"]
    assert keys_of(got + system.pages(got[-1].bookmark)) == [str(number) for number in range(1, 8)]


def keep(pages: Iterator[Page], got: list[Page]) -> None:
    """Take pages until they break off."""
    for page in pages:
        got.append(page)  # noqa: PERF402 - what came before a failure counts


def test_an_answer_of_another_shape_is_refused(system):
    system.service.script(status(200, {"value": []}), path=PARTNERS)
    assert system.refusal().code == "source.unexpected_answer"


def test_an_expired_token_is_renewed_once(system):
    options = {"token_url": f"{system.service.url}/sap/bc/sec/oauth2/token", "client_id": "client"}
    pages = system.connector(**options, client_secret="geheim").pages(None)
    first = next(pages)
    system.sap.tokens.clear()
    assert keys_of([first, *pages]) == [str(number) for number in range(1, 8)]
    assert system.sap.issued == 2
    assert system.refusal(**options, client_secret="wrong geheim").code == "source.refused_login"


def test_an_api_key_travels_in_its_header_and_the_client_in_the_query(system):
    assert len(keys_of(system.pages(api_key="schluessel", sap_client="100"))) == 7
    assert all(query["sap-client"] == "100" for query in system.service.asked())
    assert all("authorization" not in request.headers for request in system.service.requests)


@pytest.mark.parametrize(
    "login",
    [
        {"user": "COMM_USER"},
        {"user": "COMM_USER", "password": "geheim", "api_key": "schluessel"},
        {"client_id": "client", "client_secret": "geheim"},
        {"user": "COMM_USER", "password": "geheim", "server_timezone": "Asia/Nowhere"},
        {"user": "COMM_USER", "password": "geheim", "sap_client": "1"},
        {"user": "COMM_USER", "password": "geheim", "base_url": "http://example.jp"},
    ],
)
def test_options_that_cannot_work_are_refused_without_repeating_secrets(login):
    with pytest.raises(ValidationError) as caught:
        SapBusinessPartnerOptions.model_validate({"base_url": "https://example.jp/sap", **login})
    assert "geheim" not in str(caught.value)


def test_a_check_reads_no_rows_and_gives_advice(system):
    assert system.connector(audit_hours=24).check() == ()
    assert [fault.code for fault in system.connector().check()] == ["advice.no_audit"]
    assert [request.path for request in system.service.requests] == [f"{ROOT}/"] * 2
    system.service.script(replying(Reply.of(200, {"d": {"EntitySets": []}}, date="not a date")))
    assert [fault.code for fault in system.connector(audit_hours=24).check()] == ["advice.no_server_clock"]


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


def test_a_backfill_reads_the_days_of_a_range(system):
    system.sap.put("3", OrganizationBPName1="changed today")
    connector = system.connector()
    assert isinstance(connector, RangeConnector)
    since, until = datetime(2026, 2, 26, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)
    pages = list(connector.range_pages(since, until, None))
    assert keys_of(pages) == ["4", "5", "6"]
    today = list(system.connector(page_size=1).range_pages(system.sap.now, system.sap.now, None))
    assert keys_of(today) == ["3", "7"]
    for n_read in range(1, len(today) + 1):
        connector = system.connector(page_size=1)
        rest = list(connector.range_pages(system.sap.now, system.sap.now, stored(today[n_read - 1].bookmark)))
        assert keys_of(today[:n_read]) + keys_of(rest) == ["3", "7"]


def test_single_business_partners_are_fetched_by_key(system):
    system.sap.put("O'1", OrganizationBPName1="x")
    connector = system.connector()
    assert isinstance(connector, KeyedConnector)
    assert [row.key for row in connector.rows(["3", "99", "O'1"])] == ["3", "O'1"]
    assert list(connector.rows([])) == []


def _meaning(rows: list[DeliveredRow]) -> Interpretation:
    mapping = shipped_mapping("sap_business_partner").mapping
    meaning = SourceMeaning("erp", mapping, Place("JP", "Asia/Tokyo"), b"key")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    payloads = [(row, json.dumps(dict(row.data))) for row in rows]
    versions = [Version(f"erp:{row.key}", row.key, row.stream, text, "p", row.fault, at, at) for row, text in payloads]
    return interpret(meaning, versions)


def test_the_shipped_mapping_reads_persons_companies_and_who_works_where(system):
    _person_with_everything(system.sap)
    system.sap.put("40", OrganizationBPName1="株式会社青空", OrganizationBPName2="大阪支店", IsMarkedForArchiving=True)
    system.sap.put("41", "3", GroupBusinessPartnerName1="山田家")
    found = _meaning(rows_of(system.pages(server_timezone="Asia/Tokyo")))
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


FAULTS = {
    "429": busy("1"),
    "504": simulated.gateway_time_out(),
    "logon page": simulated.logon_page(),
    "cut": cut(0.7),
    "html": html(200),
    "page again": again,
    "fine": None,
}


@settings(max_examples=25)
@given(
    trouble=st.tuples(
        st.lists(st.sampled_from(sorted(FAULTS)), max_size=12),
        st.lists(st.integers(0, 3), max_size=6),
    ),
    page_size=st.integers(1, 4),
    paging=st.sampled_from(["key", "skip"]),
    changed=st.sets(st.integers(1, 14), max_size=10),
)
def test_whatever_goes_wrong_every_row_comes_exactly_once(world, trouble, page_size, paging, changed):
    """Each failure and each kill is followed by a new instance that goes on from the last page that was kept."""
    sap = simulated.Sap()
    fill(sap, 9)
    system = opened(world.it, sap)
    options = {"page_size": page_size, "attempts": 2, "paging": paging}
    first = _read_through(system, None, trouble, options)
    assert keys_of(first) == [str(number) for number in range(1, 10)]
    assert any(page.ends_complete_read for page in first)
    sap.tick(days=2)
    for number in sorted(changed):
        sap.put(str(number), OrganizationBPName1="changed or new")
        sap.put(str(number), OrganizationBPName1="changed")
    faults, kills = trouble
    second = _read_through(
        system, first[-1].bookmark, ([name for name in faults if name != "page again"], kills), options
    )
    assert sorted(map(str, keys_of(second))) == sorted(map(str, changed))
    assert keys_of(system.pages([*first, *second][-1].bookmark, **options)) == []
    assert CANARY not in json.dumps([page.bookmark for page in [*first, *second]])


def _read_through(
    system: System, bookmark: Bookmark | None, trouble: tuple[list[str], list[int]], options: dict[str, Any]
) -> list[Page]:
    """One read, by as many instances as it takes."""
    got: list[Page] = []
    names, kills = trouble
    left = [FAULTS[name] for name in names]
    system.service.last.clear()
    for kill in [*kills, *[None] * 12]:  # None: not killed
        if got and not stored(got[-1].bookmark)["window"]["is_open"]:
            break
        system.service.queue.clear()
        system.service.script(*left[:2], path=PARTNERS)
        del left[:2]
        pages = system.connector(**options).pages(stored(got[-1].bookmark if got else bookmark))
        with suppress(RetriableSourceError, FatalSourceError):
            keep(islice(pages, kill), got)
            if kill is None:
                break
    system.service.queue.clear()
    return got

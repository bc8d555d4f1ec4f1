"""Business partners of SAP S/4HANA, against a simulator built from the public API description: pages and bookmarks."""

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.sources.sap_business_partner import SapBusinessPartnerOptions
from crm_pipelines.model.delivery import KeyedConnector, Page, RangeConnector
from tests.connectors.contract import CANARY, keys_of, rows_of
from tests.simulators import sap as simulated
from tests.simulators.reading import stored
from tests.simulators.sap import ROOT
from tests.simulators.sap_system import PARTNERS, System, filled
from tests.simulators.server import Reply, edited, replying
from tests.simulators.stage import Stage


@pytest.fixture
def system(stage: Stage) -> System:
    return filled(stage)


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

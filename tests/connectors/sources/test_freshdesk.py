"""Freshdesk, against a simulator built from the public API description: rows, pages, bookmarks."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.kit.numbered_pages import MOST_TURNS
from connectors.sources.freshdesk import FreshdeskOptions
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, RangeConnector
from tests.connectors.contract import CANARY, keys_of, rows_of
from tests.simulators.freshdesk_account import CONTACTS, NOON, TICKETS, Account, filled
from tests.simulators.reading import meaning_of, stored
from tests.simulators.stage import Stage


@pytest.fixture
def account(stage: Stage) -> Account:
    return filled(stage)


def test_contacts_come_with_their_company_and_tickets_with_their_text(account):
    rows = rows_of(account.pages())
    assert [row.key for row in rows] == [*map(str, range(1, 9)), *(f"ticket/{number}" for number in range(1, 8))]
    assert {row.stream for row in rows} == {"contacts", "tickets"}
    assert rows[0].data["company"] == {"id": 2, "name": f"{CANARY} 2", "domains": [f"{CANARY}.jp"]}
    assert rows[-1].data["description_text"] == CANARY
    assert not any(row.is_deleted for row in rows)


def test_texts_of_tickets_are_left_out_when_they_cost_too_much(account):
    rows = rows_of(account.pages(with_description=False))
    assert "description_text" not in rows[-1].data


def test_every_list_of_tickets_is_asked_for_from_a_time_because_freshdesk_else_shows_thirty_days(account):
    account.freshdesk.tick(90 * 86_400)
    assert len(rows_of(account.pages())) == 15
    assert all("updated_since" in query for query in account.asked(TICKETS))
    assert all("_updated_since" in query for query in account.asked(CONTACTS))


def test_a_second_read_brings_only_what_changed(account):
    first = account.pages()
    assert account.pages(first[-1].bookmark) == []
    account.freshdesk.tick(600)
    account.freshdesk.put_contact(3, name="new")
    account.freshdesk.put_ticket(9, requester_id=3)
    second = account.pages(first[-1].bookmark)
    assert keys_of(second) == ["3", "ticket/9"]
    assert account.pages(second[-1].bookmark) == []


def test_the_bookmark_holds_the_services_own_times_and_no_value(account):
    lists: Any = account.pages()[-1].bookmark["lists"]
    assert lists["tickets"]["last"] == "2026-03-01T13:00:15Z"
    assert CANARY not in json.dumps(lists)


def test_a_read_looks_back_for_what_became_visible_late(account):
    bookmark = account.pages()[-1].bookmark
    late = {**account.freshdesk.tickets[1], "id": 20, "updated_at": "2026-03-01T13:00:05Z"}
    account.freshdesk.tickets[20] = late
    account.service.requests.clear()
    assert keys_of(account.pages(bookmark)) == ["ticket/20"]
    assert account.asked(TICKETS, filter="")[0]["updated_since"] == "2026-03-01T12:58:14Z"


@pytest.mark.parametrize("is_inclusive", [True, False])
@pytest.mark.parametrize("n_tied", [2, 3, 4, 8])
def test_tickets_that_share_a_second_over_page_borders_come_once_each(account, is_inclusive, n_tied):
    freshdesk = account.freshdesk
    freshdesk.is_inclusive = is_inclusive
    freshdesk.tickets.clear()
    for number in range(1, 13):
        if number % n_tied == 1:
            freshdesk.tick()
        freshdesk.put_ticket(number, requester_id=1)
    tickets = [key for key in keys_of(account.pages()) if key and key.startswith("ticket/")]
    assert sorted(tickets) == sorted(f"ticket/{number}" for number in range(1, 13))


def test_more_pages_than_freshdesk_shows_are_read_by_going_on_from_the_last_time(account):
    account.freshdesk.last_page = 2
    assert len(keys_of(account.pages(most_pages=2))) == 15
    assert {query["page"] for query in account.asked(TICKETS)} == {"1"}


def test_more_tickets_of_one_second_than_freshdesk_shows_are_an_error_not_a_gap(account):
    account.freshdesk.last_page = 2
    for number in range(1, 8):
        account.freshdesk.put_ticket(number, requester_id=1)
    error = account.refusal(most_pages=2)
    assert (error.code, error.facts["expected"]) == ("source.page_limit", 2)


@pytest.mark.parametrize("path", [CONTACTS, TICKETS])
def test_a_row_that_changes_while_its_list_is_read_pulls_no_other_out_of_sight(account, path):
    """A changed row leaves its page, and the first row of the next page moves onto the page that was just read."""
    freshdesk = account.freshdesk
    freshdesk.order = lambda each: (each["updated_at"], each["id"])
    keys: list[str | None] = []
    for page in account.connector().pages(None):
        keys += [row.key for row in page.rows]
        freshdesk.tick(60)
        if keys[-3:] == ["1", "2", "3"]:
            freshdesk.put_contact(1, name="moved")
        if keys[-1] == "ticket/3":
            freshdesk.put_ticket(1, subject="moved")
    counted = Counter(keys)
    assert set(counted) == {*map(str, range(1, 9)), *(f"ticket/{number}" for number in range(1, 8))}
    assert counted["1"] == counted["ticket/1"] == 2
    assert counted.total() == 17


def test_a_row_that_is_deleted_while_contacts_are_read_pulls_no_other_out_of_sight(account):
    keys: list[str | None] = []
    for page in account.connector().pages(None):
        keys += [row.key for row in page.rows]
        if keys[-1] == "3":
            account.freshdesk.delete("contacts", 2)
    assert keys.count("4") == 1
    assert keys.count("2") == 2


def test_ties_are_read_again_only_as_long_as_that_brings_something(account):
    for number in range(1, 8):
        account.freshdesk.put_ticket(number, requester_id=1)
    bookmark = account.pages()[-1].bookmark
    asked = [query["page"] for query in account.asked(TICKETS, filter="")]
    assert asked == ["1", *["1", "2", "3"] * 2]
    account.service.requests.clear()
    assert account.pages(bookmark) == []
    assert [query["page"] for query in account.asked(TICKETS, filter="")] == ["1", "1", "2", "3"]


def test_a_list_that_never_comes_to_rest_is_left_after_a_few_turns(account):
    freshdesk = account.freshdesk
    freshdesk.order = lambda each: (each["updated_at"], each["id"])
    connector = account.connector()
    for at, page in enumerate(connector.pages(None)):
        freshdesk.tick()
        if page.rows[:1] and page.rows[0].stream == "contacts":
            freshdesk.put_contact(1 + at % 8, name=f"change {at}")
    pages = [int(query["page"]) for query in account.asked(CONTACTS, state="") if "company_id" not in query]
    assert 1 < pages.count(1) <= MOST_TURNS


def test_contacts_that_change_while_they_are_read_by_number_come_with_the_next_read(account):
    freshdesk, keys, bookmark = account.freshdesk, list[str | None](), None
    for page in account.connector(overlap_seconds=1).pages(None):
        keys += [row.key for row in page.rows]
        freshdesk.tick(600)
        if keys.count("8") == 1:
            freshdesk.put_contact(8, name="newest of all")  # must not move the next read past what changed before
        bookmark = page.bookmark
    freshdesk.contacts[2] = {**freshdesk.contacts[2], "name": "early", "updated_at": "2026-03-01T13:05:00Z"}
    again_read = rows_of(account.pages(bookmark, overlap_seconds=1))
    assert "early" in [row.data["name"] for row in again_read if row.key == "2"]


def test_a_read_that_was_broken_off_goes_on_at_its_page(account):
    pages = account.connector().pages(None)
    kept = [next(pages) for _ in range(2)]
    account.service.requests.clear()
    rest = account.pages(kept[-1].bookmark)
    assert account.asked(CONTACTS, state="")[0]["page"] == "3"
    assert keys_of(kept) + keys_of(rest) == keys_of(account.pages())


def test_broken_off_tickets_go_on_from_their_last_time(account):
    pages = account.connector(overlap_seconds=1).pages(None)
    kept = list(islice(pages, 4))
    assert keys_of(kept)[-1] == "ticket/3"
    account.service.requests.clear()
    rest = account.pages(kept[-1].bookmark, overlap_seconds=1)
    assert account.asked(TICKETS, filter="")[0]["updated_since"] == "2026-03-01T13:00:09Z"
    assert keys_of(rest) == [f"ticket/{number}" for number in range(4, 8)]


def test_check_asks_for_one_contact_and_advises_a_key_that_may_less(account):
    (advice,) = account.connector().check()
    assert advice.code == "advice.freshdesk_api_key"
    assert account.service.asked() == [{"per_page": "1"}]


def test_a_backfill_reads_a_range_again_and_leaves_the_rest(account):
    connector = account.connector()
    assert isinstance(connector, RangeConnector)
    since, until = (datetime(2026, 3, 1, 13, 0, second, tzinfo=UTC) for second in (2, 11))
    pages = list(connector.range_pages(since, until, None))
    assert keys_of(pages) == [*map(str, range(2, 9)), "ticket/1", "ticket/2"]
    assert len(account.asked(TICKETS, filter="")) == 1


@pytest.mark.parametrize("is_inclusive", [True, False])
def test_a_backfill_goes_on_where_it_was_broken_off_and_shows_deletions(account, is_inclusive):
    account.freshdesk.is_inclusive = is_inclusive
    account.freshdesk.delete("tickets", 2)
    since, until = NOON, NOON + timedelta(days=1)
    bookmark: Bookmark | None = None
    rows: list[DeliveredRow] = []
    for _ in range(20):
        page = next(account.connector().range_pages(since, until, stored(bookmark)), None)
        if page is None:
            break
        rows += page.rows
        bookmark = page.bookmark
    assert Counter(row.key for row in rows).most_common(1)[0][1] == 1
    assert len(rows) == 15
    assert [row.key for row in rows if row.is_deleted] == ["ticket/2"]
    assert page is None


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"domain": "acme", "base_url": "https://acme.example.jp/api/v2"},
        {"domain": "acme.freshdesk.com"},
        {"base_url": f"http://{CANARY}.example.jp"},
        {"domain": "acme", "page_size": 101},
    ],
)
def test_options_that_do_not_fit_are_refused_without_repeating_them(options):
    with pytest.raises(ValidationError) as caught:
        FreshdeskOptions.model_validate({"api_key": CANARY, **options})
    assert CANARY not in str(caught.value)


def test_the_shipped_mapping_reads_contacts_and_tickets(account):
    freshdesk = account.freshdesk
    freshdesk.contacts.clear()
    freshdesk.tickets.clear()
    freshdesk.put("companies", 5, name="株式会社青空", domains=["aozora.example.jp"])
    person = {"name": "山田 花子", "email": "hanako@aozora.example.jp", "other_emails": ["h@example.jp"]}
    freshdesk.put_contact(1, **person, mobile="090-1234-5678", phone=None, company_id=5, job_title="部長", tags=["vip"])
    freshdesk.put_ticket(1, requester_id=1, source=3, status=4, subject="質問", description_text="納期は？")
    freshdesk.put_ticket(2, requester_id=1, source=10, status=99, subject="ご案内")
    found = meaning_of(rows_of(account.pages()), "freshdesk", "desk")
    record = next(each for each in found.records if each["record_id"] == "desk:1")
    assert (record["customer_type"], record["family_name"], record["job_title"]) == ("person", "山田", "部長")
    assert len(record["email_values"]) == 2
    company = next(each for each in found.records if each["record_id"] == "desk:1#organisation")
    assert "青空" in company["organisation_name"]
    asked, sent = found.interactions
    assert (asked["channel"], asked["direction"], asked["status"]) == ("phone", "inbound", "resolved")
    assert (asked["record_id"], asked["body"]) == ("desk:1", "納期は？")
    assert (sent["channel"], sent["direction"], sent["status"]) == ("email", "outbound", None)
    assert not found.quarantined

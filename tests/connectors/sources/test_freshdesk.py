"""Freshdesk, against a simulator built from the public API description."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.kit.numbered_pages import MOST_TURNS
from connectors.sources.freshdesk import Freshdesk, FreshdeskOptions
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, Page, RangeConnector, SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from crm_pipelines.rules.mapping_files import shipped_mapping
from crm_pipelines.standardise.interpretation import Interpretation, SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from tests.simulators import freshdesk as simulated
from tests.simulators.server import Service, cut, edited, html, serving, silence, status

CANARY = "kanarienvogel"
NOON = simulated.Freshdesk.now
CONTACTS, COMPANIES, TICKETS = (f"/api/v2/{kind}" for kind in ("contacts", "companies", "tickets"))


class World:
    """What all examples of a property share; says nothing when an example is printed."""

    def __init__(self, service: Service) -> None:
        self.service = service


class Account:
    """A simulated account and the connector that reads it."""

    def __init__(self, service: Service, freshdesk: simulated.Freshdesk) -> None:
        self.service = service
        self.freshdesk = freshdesk
        self.waits: list[float] = []

    def connector(self, **options: Any) -> Freshdesk:
        login = {"base_url": f"{self.service.url}/api/v2", "api_key": "geheim"}
        given = {"page_size": 3, "retry_wait_seconds": 0.001, "timeout_seconds": 5, **login, **options}
        validated = FreshdeskOptions.model_validate(given)
        return Freshdesk(validated, SourceContext("desk", "/nowhere"), self.waits.append)

    def pages(self, bookmark: Bookmark | None = None, **options: Any) -> list[Page]:
        return list(self.connector(**options).pages(stored(bookmark)))

    def refusal(self, bookmark: Bookmark | None = None, **options: Any) -> FatalSourceError | RetriableSourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.pages(bookmark, **options)
        assert CANARY not in str(caught.value)
        assert "geheim" not in str(caught.value)
        return caught.value

    def asked(self, path: str, **query: str) -> list[dict[str, str]]:
        """The queries of a list; `filter=""` for the one without."""
        asked = self.service.asked(path)
        return [each for each in asked if all(each.get(name, "") == value for name, value in query.items())]


def stored(bookmark: Bookmark | None) -> Any:
    return json.loads(json.dumps(bookmark))


def rows_of(pages: list[Page]) -> list[DeliveredRow]:
    return [row for page in pages for row in page.rows]


def keys_of(pages: list[Page]) -> list[str | None]:
    return [row.key for row in rows_of(pages)]


def fill(freshdesk: simulated.Freshdesk, n_contacts: int = 8, n_tickets: int = 7) -> None:
    """Companies 1 and 2, an hour later contacts 1 to n and tickets 1 to m, each a second after the other."""
    for number in (1, 2):
        freshdesk.put("companies", number, name=f"{CANARY} {number}", domains=[f"{CANARY}.jp"], note=CANARY)
    freshdesk.tick(3600)
    for number in range(1, n_contacts + 1):
        freshdesk.tick()
        freshdesk.put_contact(number, name=CANARY, email=f"{CANARY}{number}@example.jp", company_id=1 + number % 2)
    for number in range(1, n_tickets + 1):
        freshdesk.tick()
        freshdesk.put_ticket(number, requester_id=1, subject=CANARY, description_text=CANARY)


@pytest.fixture
def account() -> Iterator[Account]:
    freshdesk = simulated.Freshdesk()
    fill(freshdesk)
    with serving(freshdesk.app, lambda: freshdesk.now) as service:
        yield Account(service, freshdesk)


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


@pytest.mark.parametrize(("kind", "key"), [("contacts", "3"), ("tickets", "ticket/3")])
def test_what_was_deleted_is_delivered_as_deleted_and_what_was_restored_as_there(account, kind, key):
    bookmark = account.pages()[-1].bookmark
    account.freshdesk.tick(600)
    account.freshdesk.delete(kind, 3)
    deleted = account.pages(bookmark)
    assert [(row.key, row.is_deleted) for row in rows_of(deleted)] == [(key, True)]
    account.freshdesk.tick(600)
    account.freshdesk.restore(kind, 3)
    restored = account.pages(deleted[-1].bookmark)
    assert [(row.key, row.is_deleted) for row in rows_of(restored)] == [(key, False)]


def test_a_ticket_that_turned_out_to_be_spam_is_deleted(account):
    bookmark = account.pages()[-1].bookmark
    account.freshdesk.tick(600)
    account.freshdesk.delete("tickets", 2, "spam")
    assert [(row.key, row.is_deleted) for row in rows_of(account.pages(bookmark))] == [("ticket/2", True)]


OVERLAPS = pytest.mark.parametrize("overlap", [1, 120])
"""Contacts of a changed company come by the company's list, or are met again because of the overlap."""


@OVERLAPS
def test_a_changed_company_brings_its_contacts_again(account, overlap):
    first = account.pages(overlap_seconds=overlap)
    account.freshdesk.tick(600)
    account.freshdesk.put("companies", 2, name="renamed")
    rows = rows_of(second := account.pages(first[-1].bookmark, overlap_seconds=overlap))
    assert sorted(str(row.key) for row in rows) == ["1", "3", "5", "7"]
    company: Any = rows[0].data["company"]
    assert company["name"] == "renamed"
    assert len({row.position for row in rows}) == 4
    assert keys_of(account.pages(second[-1].bookmark, overlap_seconds=overlap)) == []


@OVERLAPS
def test_a_contact_that_changed_with_its_company_comes_once(account, overlap):
    bookmark = account.pages(overlap_seconds=overlap)[-1].bookmark
    account.freshdesk.tick(600)
    account.freshdesk.put("companies", 2, name="renamed")
    account.freshdesk.put_contact(3, name="moved")
    assert sorted(keys_of(account.pages(bookmark, overlap_seconds=overlap))) == ["1", "3", "5", "7"]


@OVERLAPS
def test_contacts_of_changed_companies_go_on_at_their_page(account, overlap):
    for number in range(9, 15):
        account.freshdesk.put_contact(number, company_id=1)
    account.freshdesk.tick(600)
    account.freshdesk.put_contact(15)
    bookmark = account.pages(overlap_seconds=overlap)[-1].bookmark
    account.freshdesk.tick(600)
    for number in (1, 2):
        account.freshdesk.put("companies", number, name=f"renamed {number}")
    keys: list[str | None] = []
    for _ in range(20):
        page = next(account.connector(overlap_seconds=overlap).pages(stored(bookmark)), None)
        if page is None:
            break
        keys += [row.key for row in page.rows]
        bookmark = page.bookmark
    assert page is None
    assert sorted(keys, key=str) == sorted(map(str, range(1, 15)))


def test_a_changed_company_that_is_gone_by_now_stops_no_read(account):
    bookmark = account.pages()[-1].bookmark
    account.freshdesk.tick(600)
    account.freshdesk.put("companies", 1, name="renamed")
    account.freshdesk.put("companies", 2, name="renamed")
    kept = list(islice(account.connector().pages(stored(bookmark)), 1))
    del account.freshdesk.companies[2]
    rest = account.pages(kept[-1].bookmark)
    assert {"2", "4", "6", "8"} <= set(keys_of(kept + rest))
    assert keys_of(account.pages(rest[-1].bookmark)) == []


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


def test_ticket_rows_in_no_order_are_refused_because_going_on_would_lose_some(account):
    account.service.script(edited(lambda tickets: tickets[::-1]), path=TICKETS)
    error = account.refusal()
    assert error.code == "source.unexpected_answer"


def test_a_service_that_ignores_page_numbers_is_stopped(account):
    def first_page(_: Any) -> Any:
        return list(account.freshdesk.contacts.values())[:3]

    account.service.script(*[edited(first_page)] * 9, path=CONTACTS)
    assert account.refusal().code == "source.cursor_stands_still"


def test_pages_without_a_link_are_followed_while_they_are_full(account):
    account.service.script(None, *[edited(lambda values: values)] * 20)
    for logged in account.service.last.values():
        logged.headers.pop("link", None)
    assert len(keys_of(account.pages())) == 15


def test_a_busy_service_is_waited_for_as_long_as_it_asks(account):
    account.service.script(simulated.limited("23"), simulated.limited(None), path=CONTACTS)
    assert len(rows_of(account.pages())) == 15
    assert account.waits[0] == 23
    assert 0 < account.waits[1] < 1


def test_a_wait_that_is_too_long_is_left_to_the_next_run(account):
    account.service.script(None, simulated.limited("7200"), path=CONTACTS)
    error = account.refusal()
    assert isinstance(error, RetriableSourceError)
    assert (error.code, error.facts["retry_after_seconds"]) == ("source.too_many_requests", 7200)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (cut(0.5), "source.truncated_answer"),
        (cut(0), "source.truncated_answer"),
        (html(502), "source.unexpected_html"),
        (html(200), "source.unexpected_html"),
        (status(503), "source.server_error"),
    ],
)
def test_passing_faults_are_tried_again_and_named_when_they_stay(account, fault, code):
    account.service.script(fault, path=TICKETS)
    assert len(rows_of(account.pages())) == 15
    account.service.script(*[fault] * 5, path=TICKETS)
    error = account.refusal()
    assert isinstance(error, RetriableSourceError)
    assert error.code == code


def test_silence_is_not_waited_for_for_ever(account):
    account.service.script(silence, path=COMPANIES)
    assert len(rows_of(account.pages(timeout_seconds=0.1))) == 15


@pytest.mark.parametrize("script", [(None, True), (None, True, None, True), (None, None, True), (None, True, True)])
@pytest.mark.parametrize("path", [CONTACTS, TICKETS])
def test_a_page_given_twice_is_delivered_once_and_hides_no_other(account, path, script):
    twice = simulated.stale([account.freshdesk])
    account.service.script(*(twice if each else None for each in script), path=path)
    pages = account.pages()
    if path == CONTACTS:
        assert {str(number) for number in range(1, 9)} <= set(keys_of(pages))
    counted = Counter(keys_of(pages + account.pages(pages[-1].bookmark)))
    assert set(counted.values()) == {1}
    assert len(counted) == 15


def test_a_wrong_key_is_fatal(account):
    for attempt in (
        lambda c: c.check(),
        lambda c: list(c.pages(None)),
        lambda c: list(c.range_pages(NOON, NOON, None)),
    ):
        with pytest.raises(FatalSourceError) as caught:
            attempt(account.connector(api_key=f"{CANARY}-wrong"))
        assert (caught.value.code, caught.value.facts["found"]) == ("source.refused_login", "invalid_credentials")
        assert CANARY not in str(caught.value)


def test_check_asks_for_one_contact_and_advises_a_key_that_may_less(account):
    (advice,) = account.connector().check()
    assert advice.code == "advice.freshdesk_api_key"
    assert account.service.asked() == [{"per_page": "1"}]


@pytest.mark.parametrize("bad", ["text", None, 7, {"name": "no id"}, {"id": 3, "name": "a\u0000b"}])
@pytest.mark.parametrize("path", [CONTACTS, TICKETS])
def test_a_broken_element_loses_only_itself(account, bad, path):
    account.service.script(*[edited(lambda values: [bad, *values[1:]] if values else values)] * 1, path=path)
    pages = account.pages()
    (row,) = [row for row in rows_of(pages) if row.fault is not None]
    assert "raw" in row.data
    assert len({row.key for row in rows_of(pages) if row.fault is None}) in (14, 15)


def test_a_broken_company_leaves_its_contacts(account):
    account.service.script(edited(lambda values: ["broken", *values[1:]]), path=COMPANIES)
    rows = rows_of(account.pages())
    assert len(rows) == 15
    assert rows[1].data["company"] is None


def test_an_object_in_place_of_a_list_is_no_empty_list(account):
    account.service.script(edited(lambda _: {"message": CANARY}), path=TICKETS)
    assert account.refusal().code == "source.unexpected_answer"


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


def meaning_of(rows: list[DeliveredRow], mapping: str) -> Interpretation:
    """What rows mean by a shipped mapping."""
    meaning = SourceMeaning("desk", shipped_mapping(mapping).mapping, Place("JP", "Asia/Tokyo"), b"key")
    texts = [(row, json.dumps(dict(row.data))) for row in rows]
    versions = [
        Version(f"desk:{row.key}", row.key, row.stream, text, row.position, row.fault, NOON, NOON)
        for row, text in texts
    ]
    return interpret(meaning, versions)


def test_the_shipped_mapping_reads_contacts_and_tickets(account):
    freshdesk = account.freshdesk
    freshdesk.contacts.clear()
    freshdesk.tickets.clear()
    freshdesk.put("companies", 5, name="株式会社青空", domains=["aozora.example.jp"])
    person = {"name": "山田 花子", "email": "hanako@aozora.example.jp", "other_emails": ["h@example.jp"]}
    freshdesk.put_contact(1, **person, mobile="090-1234-5678", phone=None, company_id=5, job_title="部長", tags=["vip"])
    freshdesk.put_ticket(1, requester_id=1, source=3, status=4, subject="質問", description_text="納期は？")
    freshdesk.put_ticket(2, requester_id=1, source=10, status=99, subject="ご案内")
    found = meaning_of(rows_of(account.pages()), "freshdesk")
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


HELD: list[Any] = [simulated.Freshdesk()]
FAULTS: dict[str, Any] = {
    "ok": None,
    "busy": simulated.limited("1"),
    "busy without a word": simulated.limited(None),
    "unauthorised": status(401, simulated.NOT_AUTHENTICATED),
    "error": status(500),
    "cut": cut(0.6),
    "nothing": cut(0),
    "web page": html(200),
    "again": simulated.stale(HELD),
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One service for all examples; the account in it is exchanged."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await HELD[0].app(scope, receive, send)

    with serving(app, lambda: HELD[0].now) as service:
        yield World(service)


@settings(max_examples=25)
@given(
    contacts=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    tickets=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    kills=st.lists(st.integers(0, 3), max_size=4),
    page_size=st.integers(1, 4),
    n_tied=st.integers(1, 5),
    is_inclusive=st.booleans(),
)
def test_whatever_goes_wrong_every_row_comes_exactly_once(  # noqa: PLR0913, PLR0917 - what can go wrong
    world, contacts, tickets, kills, page_size, n_tied, is_inclusive
):
    """Each failure and each kill is followed by a new instance that goes on from the last page that was kept."""
    freshdesk = HELD[0] = simulated.Freshdesk(is_inclusive=is_inclusive)
    fill(freshdesk, 6, 0)
    for number in range(1, 8):
        freshdesk.tick(number % n_tied == 0)
        freshdesk.put_ticket(number, requester_id=1)
    service = world.service
    service.requests.clear()
    account = Account(service, freshdesk)
    faults = {CONTACTS: [FAULTS[name] for name in contacts], TICKETS: [FAULTS[name] for name in tickets]}
    got: list[Page] = []
    for kill in [*kills, *[None] * 3]:
        service.queue.clear()
        freshdesk.shown.clear()
        for path, left in faults.items():
            service.script(*left[:2], path=path)
            del left[:2]
        pages = account.connector(page_size=page_size, attempts=2).pages(stored(got[-1].bookmark) if got else None)
        with suppress(RetriableSourceError, FatalSourceError):
            for page in islice(pages, kill):
                got.append(page)
    assert not any(faults.values())
    service.queue.clear()
    got += account.pages(got[-1].bookmark if got else None, page_size=page_size)
    wanted = [*(str(number) for number in range(1, 7)), *(f"ticket/{number}" for number in range(1, 8))]
    assert sorted(map(str, keys_of(got))) == sorted(wanted)
    assert CANARY not in json.dumps([page.bookmark for page in got])

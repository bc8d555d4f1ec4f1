"""Zendesk Support, against a simulator built from the public API description: rows, pages, bookmarks."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from connectors.sources.zendesk import Zendesk, ZendeskOptions
from connectors.sources.zendesk_export import ZendeskExport, ZendeskExportOptions
from crm_pipelines.model.delivery import KeyedConnector, RangeConnector, SourceContext
from crm_pipelines.model.errors import FatalSourceError
from tests.simulators import zendesk as simulated
from tests.simulators.server import edited, status
from tests.simulators.zendesk_account import (
    CANARY,
    EVERYTHING,
    LOGIN,
    NOON,
    TICKETS,
    USERS,
    Account,
    Desk,
    keys_of,
    open_desk,
    rows_of,
    stored,
)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


@pytest.fixture
def account(desk: Desk) -> Account:
    return desk.filled()


def test_users_come_with_their_organisation_then_tickets(account):
    rows = rows_of(account.pages())
    assert [row.key for row in rows] == EVERYTHING
    assert {row.stream for row in rows[:8]} == {"users"}
    first, third = rows[0].data, rows[2].data
    assert first["organization"] == {"id": 1, "name": f"{CANARY} 1", "domain_names": [f"{CANARY}1.jp"]}
    assert third["organization"] is None
    assert rows[8].data == account.zendesk.tickets[1]
    assert all(row.fault is None for row in rows)


def test_rows_are_those_of_an_export(account, tmp_path):
    account.zendesk.delete_ticket(3)
    account.zendesk.put_user(4, active=False)
    account.zendesk.settle()
    whole = {kind: list(getattr(account.zendesk, kind).values()) for kind in ("users", "organizations", "tickets")}
    (tmp_path / "export.json").write_text(json.dumps(whole))
    export = ZendeskExport(ZendeskExportOptions(path="export.json"), SourceContext("support", str(tmp_path)))
    told = {row.key: (row.stream, row.data, row.is_deleted) for row in rows_of(list(export.pages(None)))}
    assert {row.key: (row.stream, row.data, row.is_deleted) for row in rows_of(account.pages())} == told
    assert Zendesk.default_mapping == ZendeskExport.default_mapping


def test_deleted_tickets_and_users_are_deleted_rows(account):
    last = account.pages()[-1].bookmark
    account.zendesk.delete_ticket(3)
    account.zendesk.put_user(4, active=False)
    account.zendesk.settle()
    rows = rows_of(account.pages(last))
    assert [(row.key, row.is_deleted) for row in rows] == [("4", True), ("ticket/3", True)]
    assert rows[1].data["subject"] == "SCRUBBED"


def test_changes_come_with_the_next_read_and_nothing_else(account):
    last = account.pages()[-1].bookmark
    assert account.pages(last) == []
    account.zendesk.put_user(2, name="new")
    account.zendesk.touch_ticket(5)
    account.zendesk.settle()
    assert keys_of(account.pages(last)) == ["2", "ticket/5"]


def test_a_new_cursor_for_nothing_new_is_worth_no_page(account):
    last = account.pages()[-1].bookmark
    account.service.script(edited(lambda body: {**body, "after_cursor": "fresh"}), path=USERS)
    assert account.pages(last) == []


def test_what_changed_within_the_last_minute_comes_later_and_is_not_lost(account):
    account.zendesk.put_user(9, name=CANARY)
    account.zendesk.tick(30)
    last = account.pages()[-1].bookmark
    account.zendesk.put_ticket(8, subject=CANARY)
    account.zendesk.settle()
    assert keys_of(account.pages(last)) == ["9", "ticket/8"]


def test_only_the_end_of_the_stream_ends_it(account):
    account.zendesk.hidden = {1, 2, 3, 4, 5, 6}  # two whole pages are empty
    assert keys_of(account.pages()) == ["7", "8", "ticket/7"]


def test_a_start_time_leaves_out_what_changed_before(desk):
    zendesk = simulated.Zendesk(now=datetime(2026, 1, 1, tzinfo=UTC))
    zendesk.put_user(1, name="old")
    zendesk.now = datetime(2026, 2, 1, tzinfo=UTC)
    zendesk.put_user(2, name="new")
    zendesk.settle()
    assert keys_of(desk.open(zendesk).pages(start_time="2026-02-01")) == ["2"]


def test_every_page_is_a_place_to_go_on_from_and_earlier_pages_are_not_asked_again(account):
    pages = account.pages()
    asked = [cursor for path in (USERS, TICKETS) for cursor in account.cursors(path)]
    assert len(pages) == 7  # all organisations are known; three pages of users, three of tickets
    for n_read in range(1, len(pages) + 1):
        account.service.requests.clear()
        rest = account.pages(pages[n_read - 1].bookmark)
        assert keys_of(pages[:n_read]) + keys_of(rest) == EVERYTHING
        again_asked = [cursor for path in (USERS, TICKETS) for cursor in account.cursors(path)]
        streams = pages[n_read - 1].bookmark["streams"]
        for stream in ("users", "tickets"):
            if stream in streams:
                assert streams[stream]["cursor"] in again_asked
        assert not set(again_asked) - {None} & set(asked[: n_read - 1])


def test_a_read_killed_in_mid_page_asks_for_that_page_and_none_before(account):
    pages = account.connector().pages(None)
    seen = [next(pages) for _ in range(3)]  # organisations, two pages of users
    pages.close()
    bookmark = stored(seen[-1].bookmark)
    account.service.requests.clear()
    rest = account.pages(bookmark)
    assert keys_of(rest) == EVERYTHING[6:]
    assert account.cursors(USERS) == [bookmark["streams"]["users"]["cursor"]]
    assert account.cursors(TICKETS)[0] is None
    assert all("start_time" not in query for query in account.service.asked(USERS))


def test_bookmarks_hold_nothing_personal(account):
    for page in account.pages():
        text = json.dumps(page.bookmark, allow_nan=False)
        assert CANARY not in text
        assert "example.jp" not in text


def test_a_backfill_brings_what_changed_in_its_range_and_is_resumed_at_its_page(account):
    assert isinstance(account.connector(), RangeConnector)
    since, until = NOON + timedelta(seconds=3), NOON + timedelta(seconds=12)
    whole = list(account.connector().range_pages(since, until, None))
    wanted = ["3", "4", "5", "6", "7", "8", "ticket/1", "ticket/2", "ticket/3"]
    assert keys_of(whole) == wanted
    assert CANARY not in json.dumps([page.bookmark for page in whole])
    for n_read in range(1, len(whole) + 1):
        rest = list(account.connector().range_pages(since, until, stored(whole[n_read - 1].bookmark)))
        assert keys_of(whole[:n_read]) + keys_of(rest) == wanted


def test_a_backfill_stops_asking_once_its_end_is_passed(account):
    list(account.connector(page_size=1).range_pages(NOON, NOON + timedelta(seconds=3), None))
    assert len(account.service.asked(USERS)) == 3
    assert len(account.service.asked(TICKETS)) == 1


def test_single_rows_are_fetched_by_key(account):
    connector = account.connector()
    assert isinstance(connector, KeyedConnector)
    account.zendesk.delete_ticket(3)
    rows = list(connector.rows(["2", "ticket/5", "77", "ticket/3", "no number", "ticket/../users"]))
    assert [(row.stream, row.key) for row in rows] == [("users", "2"), ("tickets", "ticket/5")]
    assert rows[0].data["organization"]["name"] == f"{CANARY} 2"  # type: ignore[index,call-overload]
    assert list(connector.rows([])) == []
    many = [str(number) for number in range(1, 251)]
    assert len(list(connector.rows(many))) == 8
    sizes = [len(query["ids"].split(",")) for query in account.service.asked("/api/v2/users/show_many.json")]
    assert max(sizes) == 100


def test_check_asks_as_a_read_does_and_advises_a_narrower_login(account):
    assert [advice.code for advice in account.connector().check()] == ["advice.zendesk_api_token"]
    assert account.connector(oauth_token="bearer-1").check() == ()
    account.service.script(status(401, simulated.NOT_AUTHENTICATED))
    with pytest.raises(FatalSourceError):
        account.connector().check()


@pytest.mark.parametrize(
    "options",
    [
        {"subdomain": "acme"},
        {"subdomain": "acme", "email": CANARY},
        {"subdomain": "acme", "email": CANARY, "oauth_token": CANARY},
        {"subdomain": "acme", "token": CANARY, "oauth_client_secret": CANARY},
        {"subdomain": "acme", **LOGIN, "oauth_token": CANARY},
        {"subdomain": "acme", "oauth_client_id": CANARY},
        {**LOGIN},
        {"subdomain": "acme", "base_url": "https://acme.zendesk.com", **LOGIN},
        {"subdomain": "evil.example/x?", **LOGIN},
        {"base_url": f"http://{CANARY}.example.jp", **LOGIN},
        {"base_url": f"https://{CANARY}:pw@example.jp", **LOGIN},
        {"subdomain": "acme", **LOGIN, "page_size": 1001},
    ],
)
def test_options_that_cannot_be_meant_are_refused_without_their_values(options):
    with pytest.raises(ValidationError) as caught:
        ZendeskOptions.model_validate(options)
    assert CANARY not in str(caught.value)
    assert "geheim" not in str(caught.value)

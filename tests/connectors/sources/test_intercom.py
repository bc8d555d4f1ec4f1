"""Intercom, against a simulator built from the public API description: rows, pages, bookmarks."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from connectors.sources.intercom import Intercom, IntercomOptions
from crm_pipelines.model.delivery import Bookmark, KeyedConnector, RangeConnector, SourceContext
from tests.connectors.contract import CANARY, rows_of
from tests.simulators.intercom_workspace import CONTACTS, EVERYTHING, NOON, Account, filled, identifier, keys_of, named
from tests.simulators.reading import meaning_of, stored
from tests.simulators.stage import Stage


@pytest.fixture
def account(stage: Stage) -> Account:
    return filled(stage)


def test_contacts_and_their_conversations_come_in_the_order_of_change(account):
    rows = rows_of(account.pages())
    assert [named(row.key) for row in rows] == EVERYTHING
    assert {row.stream for row in rows} == {"contacts", "conversations"}
    assert rows[-1].data["contact_id"] == identifier(1)
    assert rows[-1].data["body_text"] == f"{CANARY}\ntwo"
    assert not any(row.is_deleted for row in rows)


def test_every_request_says_the_version_and_the_largest_page_by_default(account):
    account.pages(page_size=150)
    assert {request.headers["intercom-version"] for request in account.service.requests} == {"2.14"}
    assert account.asked(CONTACTS)[0].json["pagination"] == {"per_page": 150}


def test_a_second_read_brings_only_what_changed(account):
    first = account.pages()
    assert account.pages(first[-1].bookmark) == []
    account.workspace.tick(3600)
    account.workspace.put_contact(3, name="new")
    account.workspace.put_conversation(9, identifier(3))
    second = account.pages(first[-1].bookmark)
    assert keys_of(second) == ["c3", "t9"]
    assert account.pages(second[-1].bookmark) == []


def test_the_bookmark_holds_the_services_own_times_and_no_value(account):
    bookmark: Any = account.pages()[-1].bookmark
    assert bookmark["streams"]["contacts"]["last"] == int(NOON.timestamp()) + 8
    assert CANARY not in json.dumps(bookmark)


def test_a_contact_that_searches_find_late_is_found_by_looking_back(account):
    account.workspace.unsearchable.add(identifier(8))
    first = account.pages()
    assert "c8" not in keys_of(first)
    account.workspace.unsearchable.clear()
    account.workspace.tick(600)
    account.workspace.put_contact(1, name="newer")
    assert keys_of(account.pages(first[-1].bookmark)) == ["c8", "c1"]


ZONES = ["UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [datetime(2026, 3, 8), datetime(2026, 11, 1), datetime(2026, 6, 10)])  # noqa: DTZ001
def test_whole_days_in_any_zone_hide_nothing_also_when_clocks_change(account, zone, day):
    """Clocks go forward in New York on 8 March and back on 1 November 2026: days of 23 and of 25 hours."""
    workspace = account.workspace
    workspace.zone = zone
    workspace.contacts.clear()
    midnight = day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    bookmark, got = None, list[str]()
    half_hours = (0, 10, 25, 40, 46, 47, 48, 49, 50, 52, 70)
    for half_hour in half_hours:
        workspace.now = midnight + timedelta(minutes=30 * half_hour, seconds=-1)
        for number in (half_hour, half_hour + 1000):
            workspace.put_contact(number)
            workspace.tick(2)
        pages = account.pages(bookmark, overlap_seconds=0)
        got += [key for key in keys_of(pages) if key.startswith("c")]
        bookmark = pages[-1].bookmark
    assert sorted(got) == sorted(f"c{half + each}" for half in half_hours for each in (0, 1000))


def test_what_a_day_shows_beside_the_asked_time_is_dropped(account):
    bookmark = account.pages()[-1].bookmark
    account.service.requests.clear()
    account.workspace.tick(3600)
    account.workspace.put_contact(2, name="new")
    assert keys_of(account.pages(bookmark, overlap_seconds=0)) == ["c2"]
    (condition,) = account.asked(CONTACTS)[0].json["query"]["value"]
    assert condition["operator"] == ">"
    assert condition["value"] <= NOON.timestamp() - 86_400


@pytest.mark.parametrize("n_tied", [2, 3, 4, 8])
def test_contacts_that_share_a_second_over_page_borders_come_once_each(account, n_tied):
    account.workspace.contacts.clear()
    for number in range(1, 13):
        account.workspace.tick(number % n_tied == 1)
        account.workspace.put_contact(number)
    contacts = [key for key in keys_of(account.pages()) if key.startswith("c")]
    assert sorted(contacts) == sorted(f"c{number}" for number in range(1, 13))


def test_a_contact_that_changes_while_it_is_read_comes_again_and_pulls_no_other_out_of_sight(account):
    keys: list[str] = []
    for page in account.connector().pages(None):
        keys += [named(row.key) for row in page.rows]
        account.workspace.tick()
        if keys == ["c1", "c2", "c3"]:
            account.workspace.put_contact(2, name="newer")
    assert Counter(keys) == Counter([*EVERYTHING, "c2"])


def test_a_read_that_was_broken_off_goes_on_at_its_page(account):
    pages = account.connector().pages(None)
    kept = [next(pages) for _ in range(2)]
    third: Any = account.cursors(CONTACTS)[1]
    account.service.requests.clear()
    rest = account.pages(kept[-1].bookmark)
    assert account.cursors(CONTACTS)[0] != third
    assert len(account.cursors(CONTACTS)) == 1
    assert keys_of(kept) + keys_of(rest) == EVERYTHING


def test_rows_are_fetched_by_key_and_those_that_are_gone_left_out(account):
    connector = account.connector()
    assert isinstance(connector, KeyedConnector)
    keys = [identifier(number) for number in (1, 3, 5, 7, 99)] + ["conversation/2", "conversation/99"]
    rows = list(connector.rows(keys))
    assert [named(row.key) for row in rows] == ["c1", "c3", "c5", "c7", "t2"]
    assert rows[0].data["name"] == CANARY
    assert len({row.position for row in rows}) == 5


def test_check_asks_whose_the_token_is_and_reads_nothing(account):
    assert account.connector().check() == ()
    assert [request.path for request in account.service.requests] == ["/me"]


@pytest.mark.parametrize("contacts", [None, [], {"contacts": []}, {"contacts": [{}]}, "text"])
def test_a_conversation_of_nobody_is_delivered_without_a_contact(account, contacts):
    account.workspace.conversations["1"]["contacts"] = contacts
    account.workspace.conversations["1"]["source"] = None
    (row,) = [row for row in rows_of(account.pages()) if row.key == "conversation/1"]
    assert row.fault is None
    assert (row.data["contact_id"], row.data["body_text"]) == (None, None)


def test_a_backfill_reads_a_range_again_and_leaves_the_rest(account):
    connector = account.connector()
    assert isinstance(connector, RangeConnector)
    pages = list(connector.range_pages(NOON + timedelta(seconds=2), NOON + timedelta(seconds=10), None))
    assert keys_of(pages) == [*(f"c{number}" for number in range(2, 9)), "t1"]


@pytest.mark.parametrize("zone", ZONES)
def test_a_backfill_of_hours_finds_them_in_any_zone(account, zone):
    account.workspace.zone = zone
    for hour in range(0, 48, 5):
        since = NOON - timedelta(hours=hour)
        account.workspace.now = since
        account.workspace.put_contact(50)
        pages = list(account.connector().range_pages(since, since + timedelta(hours=1), None))
        assert "c50" in keys_of(pages)


def test_a_backfill_goes_on_where_it_was_broken_off(account):
    bookmark: Bookmark | None = None
    keys: list[str] = []
    for _ in range(20):
        pages = account.connector().range_pages(NOON, NOON + timedelta(days=1), stored(bookmark))
        page = next(pages, None)
        if page is None:
            break
        keys += [named(row.key) for row in page.rows]
        bookmark = page.bookmark
    assert page is None
    assert keys == EVERYTHING


@pytest.mark.parametrize(
    ("region", "host"),
    [("us", "api.intercom.io"), ("eu", "api.eu.intercom.io"), ("au", "api.au.intercom.io")],
)
def test_each_region_has_its_own_address(region, host):
    options = IntercomOptions.model_validate({"access_token": "geheim", "region": region})
    with Intercom(options, SourceContext("chat", "/nowhere"))._client() as client:
        assert client._service.base_url == f"https://{host}"


@pytest.mark.parametrize("options", [{"region": "jp"}, {"base_url": f"http://{CANARY}.example.jp"}, {"page_size": 151}])
def test_options_that_do_not_fit_are_refused_without_repeating_the_token(options):
    with pytest.raises(ValidationError) as caught:
        IntercomOptions.model_validate({"access_token": f"{CANARY}-token", **options})
    assert f"{CANARY}-token" not in str(caught.value)


def test_the_shipped_mapping_reads_contacts_conversations_and_who_wants_no_mail(account):
    workspace = account.workspace
    workspace.contacts.clear()
    workspace.conversations.clear()
    workspace.put_contact(1, name="山田 花子", email="hanako@example.jp", phone="+81312345678", external_id="A-7")
    workspace.put_contact(2, name="佐藤", email="s@example.jp", unsubscribed_from_emails=True)
    workspace.put_contact(3, name="鈴木", email="z@example.jp", unsubscribed_from_emails=False)
    workspace.put_contact(4, name="高橋", email="t@example.jp", marked_email_as_spam=True)
    author, body = {"type": "lead", "id": identifier(1)}, "<p>納期は<b>いつ</b>？</p>"
    workspace.put_conversation(1, identifier(1), source={"type": "conversation", "body": body, "author": author})
    shout = {"type": "email", "subject": "ご案内", "body": None, "author": {"type": "admin"}}
    workspace.put_conversation(2, identifier(1), source=shout, title="x")
    found = meaning_of(rows_of(account.pages()), "intercom", "desk")
    first = next(each for each in found.records if each["record_id"] == f"desk:{identifier(1)}")
    assert (first["customer_type"], first["family_name"], first["external_ids"]) == ("person", "山田", "A-7")
    assert first["updated_at"] == workspace.now
    refusals = [(each["record_id"], each["purpose"], each["channel"], each["granted"]) for each in found.consents]
    assert refusals == [(f"desk:{identifier(number)}", "marketing", "email", False) for number in (2, 4)]
    asked, sent = found.interactions
    assert (asked["channel"], asked["direction"], asked["body"]) == ("chat", "inbound", "納期はいつ？")
    assert asked["record_id"] == f"desk:{identifier(1)}"
    assert (sent["channel"], sent["direction"], sent["subject"]) == ("email", "outbound", "ご案内")
    assert not found.quarantined

"""Intercom, against a simulator built from the public API description."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.sources.intercom import Intercom, IntercomOptions
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, KeyedConnector, Page, RangeConnector, SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from crm_pipelines.rules.mapping_files import shipped_mapping
from crm_pipelines.standardise.interpretation import Interpretation, SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from tests.simulators import intercom as simulated
from tests.simulators.server import Logged, Service, again, cut, edited, html, serving, silence, standing, status

CANARY = "kanarienvogel"
NOON = simulated.Intercom.now
CONTACTS, CONVERSATIONS, LIST = "/contacts/search", "/conversations/search", "/contacts"


class Account:
    """A simulated workspace and the connector that reads it."""

    def __init__(self, service: Service, workspace: simulated.Intercom) -> None:
        self.service = service
        self.workspace = workspace
        self.waits: list[float] = []

    def connector(self, **options: Any) -> Intercom:
        login = {"base_url": self.service.url, "access_token": "geheim"}
        given = {"page_size": 3, "retry_wait_seconds": 0.001, "timeout_seconds": 5, **login, **options}
        return Intercom(IntercomOptions.model_validate(given), SourceContext("chat", "/nowhere"), self.waits.append)

    def pages(self, bookmark: Bookmark | None = None, **options: Any) -> list[Page]:
        return list(self.connector(**options).pages(stored(bookmark)))

    def refusal(self, bookmark: Bookmark | None = None, **options: Any) -> FatalSourceError | RetriableSourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.pages(bookmark, **options)
        assert CANARY not in str(caught.value)
        assert "geheim" not in str(caught.value)
        return caught.value

    def asked(self, path: str) -> list[Logged]:
        return [request for request in self.service.requests if request.path == path]

    def cursors(self, path: str) -> list[str | None]:
        return [request.json["pagination"].get("starting_after") for request in self.asked(path)]


def stored(bookmark: Bookmark | None) -> Any:
    return json.loads(json.dumps(bookmark))


def rows_of(pages: list[Page]) -> list[DeliveredRow]:
    return [row for page in pages for row in page.rows]


def keys_of(pages: list[Page]) -> list[str]:
    return [named(row.key) for row in rows_of(pages)]


def named(key: str | None) -> str:
    """A key as the tests write it: `c3` for the third contact, `t2` for the second conversation."""
    kind, _, number = (key or "").rpartition("/")
    return f"t{number}" if kind else f"c{int(number, 16)}"


def mentioned(pages: list[Page]) -> list[str]:
    return [named(row.key) for row in rows_of(pages) if row.is_mention]


def identifier(number: int) -> str:
    return f"{number:024x}"


def fill(workspace: simulated.Intercom, n_contacts: int = 8, n_conversations: int = 4) -> None:
    """Contacts 1 to n and conversations 1 to m of the first, each a second after the other."""
    for number in range(1, n_contacts + 1):
        workspace.tick()
        workspace.put_contact(number, name=CANARY, email=f"{CANARY}{number}@example.jp")
    for number in range(1, n_conversations + 1):
        workspace.tick()
        author = {"type": "user", "id": identifier(1), "email": CANARY}
        source = {"type": "email", "subject": CANARY, "body": f"<p>{CANARY}<br>two</p>", "author": author}
        workspace.put_conversation(number, identifier(1), source=source)


@pytest.fixture
def account() -> Iterator[Account]:
    workspace = simulated.Intercom()
    fill(workspace)
    with serving(workspace.app, lambda: workspace.now) as service:
        yield Account(service, workspace)


EVERYTHING = [*(f"c{number}" for number in range(1, 9)), *(f"t{number}" for number in range(1, 5))]


def test_contacts_and_their_conversations_come_in_the_order_of_change(account):
    rows = rows_of(account.pages())
    assert [named(row.key) for row in rows] == EVERYTHING
    assert {row.stream for row in rows} == {"contacts", "conversations"}
    assert rows[-1].data["contact_id"] == identifier(1)
    assert rows[-1].data["body_text"] == f"{CANARY}\ntwo"
    assert not any(row.is_deleted or row.is_mention for row in rows)


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


def test_a_cursor_that_is_not_taken_any_more_is_replaced_by_the_time(account):
    pages = account.connector(overlap_seconds=1).pages(None)
    kept = [next(pages) for _ in range(2)]
    account.workspace.expire_cursors()
    rest = account.pages(kept[-1].bookmark, overlap_seconds=1)
    assert keys_of(kept) + keys_of(rest) == EVERYTHING


def test_a_refusal_that_has_nothing_to_do_with_the_cursor_is_fatal(account):
    account.service.script(None, *[status(400, simulated.errors("parameter_invalid"))] * 2, path=CONTACTS)
    error = account.refusal()
    assert (error.code, error.facts["found"]) == ("source.refused_request", "parameter_invalid")


def test_a_cursor_that_stands_still_is_not_followed_for_ever(account):
    account.service.script(None, *[standing("pages")] * 9, path=CONTACTS)
    assert account.refusal().code == "source.cursor_stands_still"


def test_a_next_page_without_a_cursor_is_no_end(account):
    account.service.script(edited(lambda body: {**body, "pages": {"next": {"page": 2}}}), path=CONTACTS)
    assert account.refusal().code == "source.unexpected_answer"


def test_no_audit_before_its_time(account):
    bookmark = account.pages()[-1].bookmark
    account.workspace.tick(167 * 3600)
    assert account.pages(bookmark) == []
    assert account.asked(LIST) == []


def test_an_audit_mentions_every_key_and_proves_what_is_gone(account):
    first = account.pages()
    account.workspace.merge(identifier(4), identifier(5))
    del account.workspace.conversations["2"]
    account.workspace.tick(169 * 3600)
    second = account.pages(first[-1].bookmark)
    assert [page.ends_complete_read for page in second] == [False] * (len(second) - 1) + [True]
    assert sorted(mentioned(second)) == sorted(set(EVERYTHING) - {"c4", "t2"})
    assert all(not row.data for row in rows_of(second) if row.is_mention)
    assert len({row.position for row in rows_of(second)}) == len(rows_of(second))
    assert account.pages(second[-1].bookmark) == []


def test_the_clock_of_an_audit_is_the_services(account):
    bookmark = account.pages()[-1].bookmark
    account.service.skew = timedelta(days=8)
    assert mentioned(account.pages(bookmark)) != []
    account.service.skew = timedelta(days=-8)
    assert mentioned(account.pages(bookmark)) != []  # the first clock was wrong: better one audit too many


def test_no_audit_where_none_is_wanted(account):
    bookmark = account.pages()[-1].bookmark
    account.workspace.tick(10_000 * 3600)
    assert account.pages(bookmark, audit_hours=None) == []


def test_an_audit_that_was_broken_off_goes_on_at_its_page(account):
    bookmark = account.pages()[-1].bookmark
    account.workspace.tick(169 * 3600)
    whole = account.pages(bookmark)
    for n_kept in range(1, len(whole)):
        kept = list(islice(account.connector().pages(stored(bookmark)), n_kept))
        account.service.requests.clear()
        rest = account.pages(kept[-1].bookmark)
        assert Counter(keys_of(kept) + keys_of(rest)) == Counter(keys_of(whole))
        assert rest[-1].ends_complete_read
        n_asked = len(account.asked(LIST)) + len(account.asked(CONVERSATIONS)) - 2  # two for what changed
        assert n_asked == len(whole) - n_kept


def test_an_audit_whose_cursor_is_not_taken_any_more_begins_again(account):
    bookmark = account.pages()[-1].bookmark
    account.workspace.tick(169 * 3600)
    kept = list(islice(account.connector().pages(stored(bookmark)), 2))
    account.workspace.expire_cursors()
    rest = account.pages(kept[-1].bookmark)
    assert set(mentioned(rest)) == set(EVERYTHING)
    assert rest[-1].ends_complete_read


@pytest.mark.parametrize(
    "edit",
    [
        lambda body: {**body, "data": body["data"][:-1]},
        lambda body: {**body, "pages": {"next": None}},
        lambda body: {**body, "data": [*body["data"][:-1], {"type": "contact", "id": None}]},
    ],
)
def test_an_audit_that_did_not_see_everything_proves_nothing(account, edit):
    bookmark = account.pages()[-1].bookmark
    account.workspace.tick(169 * 3600)
    account.service.script(None, None, None, edited(edit), path=LIST)  # three pages of the search, then the list
    pages = account.pages(bookmark)
    assert len(mentioned(pages)) > 3
    assert not any(page.ends_complete_read for page in pages)
    assert account.pages(pages[-1].bookmark) == []


def test_rows_are_fetched_by_key_and_those_that_are_gone_left_out(account):
    connector = account.connector()
    assert isinstance(connector, KeyedConnector)
    keys = [identifier(number) for number in (1, 3, 5, 7, 99)] + ["conversation/2", "conversation/99"]
    rows = list(connector.rows(keys))
    assert [named(row.key) for row in rows] == ["c1", "c3", "c5", "c7", "t2"]
    assert rows[0].data["name"] == CANARY
    assert len({row.position for row in rows}) == 5


def test_a_quota_is_waited_for_until_it_is_whole_again(account):
    reset = int(account.workspace.now.timestamp()) + 7
    account.service.script(simulated.limited(reset), simulated.limited(None), path=CONTACTS)
    assert keys_of(account.pages()) == EVERYTHING
    assert account.waits[0] == 7
    assert 0 < account.waits[1] < 1


def test_a_wait_that_is_too_long_is_left_to_the_next_run(account):
    reset = int(account.workspace.now.timestamp()) + 7200
    account.service.script(None, simulated.limited(reset), path=CONTACTS)
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
        (status(503, simulated.errors("server_error")), "source.server_error"),
    ],
)
@pytest.mark.parametrize("path", [CONTACTS, CONVERSATIONS])
def test_passing_faults_are_tried_again_and_named_when_they_stay(account, fault, code, path):
    account.service.script(fault, path=path)
    assert keys_of(account.pages()) == EVERYTHING
    account.service.script(*[fault] * 5, path=path)
    error = account.refusal()
    assert isinstance(error, RetriableSourceError)
    assert error.code == code


def test_silence_is_not_waited_for_for_ever(account):
    account.service.script(silence, path=CONVERSATIONS)
    assert keys_of(account.pages(timeout_seconds=0.1)) == EVERYTHING


def test_a_page_given_twice_is_delivered_once(account):
    account.service.script(None, again, path=CONTACTS)
    account.service.script(None, again, path=CONVERSATIONS)
    assert keys_of(account.pages()) == EVERYTHING


def test_a_wrong_token_is_fatal(account):
    attempts = (
        lambda c: c.check(),
        lambda c: list(c.pages(None)),
        lambda c: list(c.rows(["1"])),
        lambda c: list(c.range_pages(NOON, NOON, None)),
    )
    for attempt in attempts:
        with pytest.raises(FatalSourceError) as caught:
            attempt(account.connector(access_token=f"{CANARY}-wrong"))
        assert (caught.value.code, caught.value.facts["found"]) == ("source.refused_login", "unauthorized")
        assert CANARY not in str(caught.value)


def test_check_asks_whose_the_token_is_and_reads_nothing(account):
    assert account.connector().check() == ()
    assert [request.path for request in account.service.requests] == ["/me"]


@pytest.mark.parametrize("bad", ["text", None, 7, {"name": "no id"}, {"id": "3", "name": "a\u0000b"}])
@pytest.mark.parametrize(("path", "name"), [(CONTACTS, "data"), (CONVERSATIONS, "conversations")])
def test_a_broken_element_loses_only_itself(account, bad, path, name):
    account.service.script(edited(lambda body: {**body, name: [bad, *body[name][1:]]}), path=path)
    rows = rows_of(account.pages())
    (row,) = [row for row in rows if row.fault is not None]
    assert "raw" in row.data
    assert len(rows) == 12


@pytest.mark.parametrize("contacts", [None, [], {"contacts": []}, {"contacts": [{}]}, "text"])
def test_a_conversation_of_nobody_is_delivered_without_a_contact(account, contacts):
    account.workspace.conversations["1"]["contacts"] = contacts
    account.workspace.conversations["1"]["source"] = None
    (row,) = [row for row in rows_of(account.pages()) if row.key == "conversation/1"]
    assert row.fault is None
    assert (row.data["contact_id"], row.data["body_text"]) == (None, None)


def test_an_answer_of_another_shape_is_no_empty_list(account):
    account.service.script(edited(lambda _: {"type": "list"}), path=CONTACTS)
    assert account.refusal().code == "source.unexpected_answer"


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
    with Intercom(options, SourceContext("chat", "/nowhere"))._client() as client:  # noqa: SLF001
        assert client._service.base_url == f"https://{host}"  # noqa: SLF001


@pytest.mark.parametrize("options", [{"region": "jp"}, {"base_url": f"http://{CANARY}.example.jp"}, {"page_size": 151}])
def test_options_that_do_not_fit_are_refused_without_repeating_the_token(options):
    with pytest.raises(ValidationError) as caught:
        IntercomOptions.model_validate({"access_token": f"{CANARY}-token", **options})
    assert f"{CANARY}-token" not in str(caught.value)


def meaning_of(rows: list[DeliveredRow], mapping: str) -> Interpretation:
    """What rows mean by a shipped mapping."""
    meaning = SourceMeaning("desk", shipped_mapping(mapping).mapping, Place("JP", "Asia/Tokyo"), b"key")
    texts = [(row, json.dumps(dict(row.data))) for row in rows]
    versions = [
        Version(f"desk:{row.key}", row.key, row.stream, text, row.position, row.fault, NOON, NOON)
        for row, text in texts
    ]
    return interpret(meaning, versions)


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
    found = meaning_of(rows_of(account.pages()), "intercom")
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


HELD: list[Any] = [simulated.Intercom()]


async def lose_cursors(exchange: Any) -> None:
    """The answer, after which no cursor given so far is taken."""
    reply = await exchange.answer()
    HELD[0].expire_cursors()
    await exchange.reply(reply)


FAULTS: dict[str, Any] = {
    "ok": None,
    "busy": simulated.limited(int(NOON.timestamp()) + 30),
    "busy without a word": simulated.limited(None),
    "unauthorised": status(401, simulated.errors("unauthorized")),
    "error": status(500, simulated.errors("server_error")),
    "cut": cut(0.6),
    "nothing": cut(0),
    "web page": html(200),
    "cursors": lose_cursors,
}


class World:
    """What all examples of a property share; says nothing when an example is printed."""

    def __init__(self, service: Service) -> None:
        self.service = service


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One service for all examples; the workspace in it is exchanged."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await HELD[0].app(scope, receive, send)

    with serving(app, lambda: HELD[0].now) as service:
        yield World(service)


@settings(max_examples=25)
@given(
    contacts=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    conversations=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    kills=st.lists(st.integers(0, 3), max_size=4),
    page_size=st.integers(1, 4),
    n_tied=st.integers(1, 5),
)
def test_whatever_goes_wrong_every_row_comes_exactly_once(  # noqa: PLR0913, PLR0917 - what can go wrong
    world, contacts, conversations, kills, page_size, n_tied
):
    """Each failure and each kill is followed by a new instance that goes on from the last page that was kept."""
    workspace = HELD[0] = simulated.Intercom()
    for number in range(1, 8):
        workspace.tick(number % n_tied == 0)
        workspace.put_contact(number, name=CANARY)
    fill(workspace, 0, 5)
    service = world.service
    service.requests.clear()
    account = Account(service, workspace)
    paths = {CONTACTS: contacts, CONVERSATIONS: conversations}
    faults = {path: [FAULTS[name] for name in names] for path, names in paths.items()}
    got: list[Page] = []
    for kill in [*kills, *[None] * 3]:
        service.queue.clear()
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
    assert sorted(keys_of(got)) == sorted([*(f"c{number}" for number in range(1, 8)), *(f"t{n}" for n in range(1, 6))])
    assert CANARY not in json.dumps([page.bookmark for page in got])

"""Contacts and orders of Odoo, against a simulator built from the public API description."""

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

from connectors.sources.odoo import Odoo, OdooOptions
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, KeyedConnector, Page, RangeConnector, SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from crm_pipelines.rules.mapping_files import shipped_mapping
from crm_pipelines.standardise.interpretation import Interpretation, SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from tests.simulators import odoo as simulated
from tests.simulators.server import Reply, Service, again, busy, cut, html, replying, serving, silence, status

CANARY = "kanarienvogel"
READ, SEARCH = "/json/2/res.partner/search_read", "/json/2/res.partner/search"
ORDERS = "/json/2/sale.order/search_read"
TRANSPORTS = ("json2", "jsonrpc")
both_transports = pytest.mark.parametrize("transport", TRANSPORTS)


class Server:
    """A simulated server and the connector that reads it."""

    def __init__(self, service: Service, odoo: simulated.Odoo) -> None:
        self.service = service
        self.odoo = odoo
        self.waits: list[float] = []
        service.clock = lambda: odoo.now

    def connector(self, **options: Any) -> Odoo:
        given = {"page_size": 3, "retry_wait_seconds": 0.001, "timeout_seconds": 5, "audit_hours": 0, **options}
        login: dict[str, Any] = {"api_key": simulated.KEY}
        if given.get("transport") == "jsonrpc":
            login |= {"database": simulated.DATABASE, "user": simulated.USER}
        validated = OdooOptions.model_validate({"base_url": self.service.url, **login, **given})
        return Odoo(validated, SourceContext("erp", "/nowhere"), self.waits.append)

    def pages(self, bookmark: Bookmark | None = None, **options: Any) -> list[Page]:
        return list(self.connector(**options).pages(stored(bookmark)))

    def refusal(self, bookmark: Bookmark | None = None, **options: Any) -> FatalSourceError | RetriableSourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.pages(bookmark, **options)
        assert CANARY not in str(caught.value)
        assert simulated.KEY not in str(caught.value)
        return caught.value

    def domains(self, path: str = READ) -> list[Any]:
        return [request.json["domain"] for request in self.service.requests if request.path == path]


def stored(bookmark: Bookmark | None) -> Any:
    return json.loads(json.dumps(bookmark))


def rows_of(pages: list[Page]) -> list[DeliveredRow]:
    return [row for page in pages for row in page.rows]


def keys_of(pages: list[Page]) -> list[str | None]:
    return [row.key for row in rows_of(pages)]


def keep(pages: Iterator[Page], got: list[Page]) -> None:
    """Take pages until they break off."""
    for page in pages:
        got.append(page)  # noqa: PERF402 - what came before a failure counts


def fill(odoo: simulated.Odoo, n: int = 7, n_orders: int = 0) -> None:
    """Contacts 1 to n, two a second, and orders of the first; ten minutes later."""
    for number in range(1, n + 1):
        odoo.tick(seconds=0.5)
        odoo.put(number, name=f"{CANARY} {number}", email=f"{CANARY}{number}@example.jp")
    for number in range(1, n_orders + 1):
        odoo.tick()
        odoo.order(number, 1)
    odoo.tick(minutes=10)


def numbers(*wanted: int) -> list[str]:
    return [str(number) for number in wanted]


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Service, dict[str, Any]]]:
    """One server for all tests; what it serves is exchanged."""
    holder: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await holder["app"](scope, receive, send)

    with serving(app) as service:
        yield service, holder


def opened(shared: tuple[Service, dict[str, Any]], odoo: simulated.Odoo) -> Server:
    service, holder = shared
    holder["app"] = odoo.app
    service.requests.clear()
    service.queue.clear()
    service.last.clear()
    return Server(service, odoo)


@pytest.fixture
def server(shared: tuple[Service, dict[str, Any]]) -> Server:
    odoo = simulated.Odoo()
    fill(odoo)
    return opened(shared, odoo)


class World:
    """What a property test is given: hypothesis would print the whole of it."""

    def __init__(self, it: Any) -> None:
        self.it = it

    def __repr__(self) -> str:
        return "World()"


@pytest.fixture(scope="module")
def world(shared: tuple[Service, dict[str, Any]]) -> World:
    return World(shared)


@both_transports
def test_a_first_read_shows_everything_in_pages_and_says_so(server, transport):
    server.odoo.order(1, 1)
    server.odoo.order(2, 1)
    pages = server.pages(transport=transport)
    assert keys_of(pages) == [*numbers(1, 2, 3, 4, 5, 6, 7), "order/1", "order/2"]
    assert [len(page.rows) for page in pages] == [3, 3, 1, 2, 0]
    assert [page.ends_complete_read for page in pages] == [False, False, False, False, True]
    assert server.pages(pages[-1].bookmark, transport=transport) == []


@both_transports
def test_changes_are_found_and_known_rows_dropped(server, transport):
    server.odoo.order(1, 1)
    first = server.pages(transport=transport)
    server.odoo.put(2, name="changed")
    server.odoo.put(8, name="new")
    server.odoo.order(1, 1, state="cancel")
    second = server.pages(first[-1].bookmark, transport=transport)
    assert keys_of(second) == ["2", "8", "order/1"]
    assert server.pages(second[-1].bookmark, transport=transport) == []


def test_two_changes_within_one_second_are_both_found(server):
    bookmark = server.pages()[-1].bookmark
    for number in range(3):
        server.odoo.tick(seconds=0.2)
        server.odoo.put(4, name=f"change {number}")
        pages = server.pages(bookmark)
        assert keys_of(pages) == ["4"]
        bookmark = pages[-1].bookmark


@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 12])
def test_a_second_with_more_records_than_a_page_is_read_whole(server, page_size):
    """One transaction gives thousands of records one time; others of the same second have other microseconds."""
    bookmark = server.pages(overlap_seconds=0)[-1].bookmark
    at = server.odoo.now.replace(microsecond=0)
    server.odoo.put(20, name="before", begun=at - timedelta(seconds=1))
    for number in range(30, 40):
        server.odoo.put(number, name="bulk", begun=at + timedelta(microseconds=700_000))
    for number in (3, 29, 41):
        server.odoo.put(number, name="bulk", begun=at + timedelta(microseconds=900_000 - number))
    server.odoo.put(50, name="after", begun=at + timedelta(seconds=1))
    server.odoo.tick(seconds=5)
    pages = server.pages(bookmark, page_size=page_size, overlap_seconds=0)
    wanted = sorted(numbers(3, 20, 29, *range(30, 40), 41, 50))
    assert sorted(map(str, keys_of(pages))) == wanted
    for n_read in range(1, len(pages)):
        rest = server.pages(pages[n_read - 1].bookmark, page_size=page_size, overlap_seconds=0)
        assert sorted(map(str, keys_of(pages[:n_read]) + keys_of(rest))) == wanted


def test_what_is_committed_late_is_found(server):
    server.odoo.tick(minutes=1)
    server.odoo.begin(9, name="late")
    server.odoo.tick(minutes=2)
    server.odoo.put(8, name="in time")
    first = server.pages()
    assert "9" not in keys_of(first)
    server.odoo.commit()
    server.odoo.tick(minutes=1)
    assert keys_of(server.pages(first[-1].bookmark)) == ["9"]


def test_what_is_committed_late_during_a_read_that_took_days_is_found(server):
    bookmark = server.pages()[-1].bookmark
    server.odoo.begin(2, name="late")
    server.odoo.tick(minutes=1)
    for number in (3, 4, 5, 6):
        server.odoo.tick()
        server.odoo.put(number, name="changed")
    begun = list(islice(server.connector(page_size=2).pages(stored(bookmark)), 2))
    server.odoo.commit()
    server.odoo.tick(days=3)
    server.odoo.put(7, name="changed")
    second = begun + server.pages(begun[-1].bookmark)
    assert sorted(map(str, keys_of(second))) == numbers(3, 4, 5, 6, 7)
    assert "2" in keys_of(server.pages(second[-1].bookmark))


def test_what_changes_behind_a_first_read_is_found_by_the_next(server):
    begun = list(islice(server.connector().pages(None), 1))
    server.odoo.tick()
    server.odoo.put(1, name="changed behind")
    server.odoo.tick(days=2)
    server.odoo.put(7, name="changed before")
    rest = server.pages(begun[-1].bookmark)
    assert keys_of(rest) == numbers(4, 5, 6, 7)
    assert rest[-1].ends_complete_read
    assert "1" in keys_of(server.pages(rest[-1].bookmark))


@both_transports
def test_every_page_is_a_place_to_go_on_from(server, transport):
    server.odoo.order(1, 1)
    pages = server.pages(transport=transport)
    for n_read in range(1, len(pages)):
        rest = server.pages(pages[n_read - 1].bookmark, transport=transport)
        assert keys_of(pages[:n_read]) + keys_of(rest) == keys_of(pages)
        assert rest[-1].ends_complete_read


def test_earlier_pages_are_not_asked_again(server):
    pages = server.pages()
    assert server.domains() == [[["id", ">", 0]], [["id", ">", 3]], [["id", ">", 6]]]
    server.service.requests.clear()
    server.pages(pages[0].bookmark)
    assert server.domains() == [[["id", ">", 3]], [["id", ">", 6]]]


@both_transports
def test_an_audit_mentions_what_is_there_so_that_merged_losers_are_gone(server, transport):
    options = {"transport": transport, "audit_hours": 24, "audit_page_size": 4}
    server.odoo.order(1, 1)
    server.odoo.order(2, 1)
    first = server.pages(**options)
    server.odoo.merge(2, 5, 6)
    del server.odoo.tables["sale.order"][2]
    server.odoo.tick(hours=23)
    quiet = server.pages(first[-1].bookmark, **options)
    assert keys_of(quiet) == ["2"]
    assert not any(page.ends_complete_read for page in quiet)
    server.odoo.tick(hours=2)
    audit = server.pages(quiet[-1].bookmark, **options)
    assert keys_of(audit) == [*numbers(1, 2, 3, 4, 7), "order/1"]
    assert all(row.is_mention and not row.data for row in rows_of(audit))
    assert [page.ends_complete_read for page in audit] == [False, False, False, True]
    assert server.pages(audit[-1].bookmark, **options) == []


def test_an_audit_that_broke_off_goes_on_after_what_changed_meanwhile(server):
    options = {"audit_hours": 24, "audit_page_size": 3}
    first = server.pages(**options)
    server.odoo.tick(hours=25)
    begun = list(islice(server.connector(**options).pages(stored(first[-1].bookmark)), 1))
    assert keys_of(begun) == numbers(1, 2, 3)
    server.odoo.put(1, name="changed")
    rest = server.pages(begun[-1].bookmark, **options)
    assert keys_of(rest) == ["1", *numbers(4, 5, 6, 7)]
    assert [row.is_mention for row in rows_of(rest)] == [False, True, True, True, True]
    assert rest[-1].ends_complete_read
    assert server.pages(rest[-1].bookmark, **options) == []


def test_an_audit_with_fewer_numbers_than_odoo_counts_proves_no_absence(server):
    first = server.pages(audit_hours=24)
    server.odoo.tick(hours=25)
    server.service.script(None, status(200, [1, 2, 3]), path=SEARCH)  # the first is for what changed
    audit = server.pages(first[-1].bookmark, audit_hours=24, page_size=50)
    assert keys_of(audit) == numbers(1, 2, 3)
    assert not any(page.ends_complete_read for page in audit)


def test_a_server_that_shows_nobody_proves_no_absence(server):
    first = server.pages(audit_hours=24)
    server.odoo.tables["res.partner"].clear()
    server.odoo.tick(hours=25)
    assert not any(page.ends_complete_read for page in server.pages(first[-1].bookmark, audit_hours=24))
    assert not any(page.ends_complete_read for page in server.pages())


def test_the_clock_of_an_audit_is_odoo_s_own(server):
    first = server.pages(audit_hours=24)
    server.service.skew = timedelta(days=400)
    assert keys_of(server.pages(first[-1].bookmark, audit_hours=24)) == numbers(1, 2, 3, 4, 5, 6, 7)
    server.service.skew = timedelta()


def test_what_was_archived_is_deleted_and_comes_back(server):
    first = server.pages()
    server.odoo.put(3, active=False)
    (gone,) = rows_of(second := server.pages(first[-1].bookmark))
    assert (gone.key, gone.is_deleted, gone.data["active"]) == ("3", True, False)
    assert keys_of(server.pages()) == numbers(1, 2, 4, 5, 6, 7)
    assert [row.key for row in server.connector().rows(["2", "3"])] == ["2"]
    server.odoo.tick(hours=25)
    audit = server.pages(second[-1].bookmark, audit_hours=24)
    assert keys_of(audit) == numbers(1, 2, 4, 5, 6, 7)
    server.odoo.put(3, active=True)
    (back,) = rows_of(server.pages(audit[-1].bookmark))
    assert (back.key, back.is_deleted) == ("3", False)


def test_what_was_archived_can_be_kept(server):
    server.odoo.put(3, active=False)
    pages = server.pages(archived="kept")
    assert keys_of(pages) == numbers(1, 2, 3, 4, 5, 6, 7)
    assert not any(row.is_deleted for row in rows_of(pages))
    assert [row.key for row in server.connector(archived="kept").rows(["3"])] == ["3"]
    server.odoo.tick(hours=25)
    assert "3" in keys_of(server.pages(pages[-1].bookmark, archived="kept", audit_hours=24))


def test_a_record_without_a_number_costs_itself_and_the_proof_of_absence(server):
    server.odoo.spoilt.add(2)
    pages = server.pages()
    assert [row.fault.code for row in rows_of(pages) if row.fault is not None] == ["row.missing_key"]
    assert [row.key for row in rows_of(pages) if row.fault is None] == numbers(1, 3, 4, 5, 6, 7)
    assert not any(page.ends_complete_read for page in pages)
    begun = pages[:1]
    assert not server.pages(begun[-1].bookmark)[-1].ends_complete_read


def test_empty_values_are_none_links_have_names_and_times_their_zone(server):
    server.odoo.put(3, name="x", parent_id=[1, "株式会社青空"], x_rank=0, category_id=[4, 5])
    (row,) = [row for row in rows_of(server.pages(more_fields=["x_rank", "x_absent"])) if row.key == "3"]
    assert (row.data["phone"], row.data["ref"], row.data["state_id"]) == (None, None, None)
    assert (row.data["is_company"], row.data["active"], row.data["x_rank"]) == (False, True, 0)
    assert (row.data["parent_id"], row.data["parent_id.name"]) == (1, "株式会社青空")
    assert (row.data["state_id.name"], row.data["category_id"]) == (None, [4, 5])
    assert row.data["write_date"] == "2026-03-01T12:10:03Z"
    assert "image_1920" not in row.data
    assert "x_absent" not in row.data
    assert "mobile" not in row.data


def test_the_language_is_asked_for_and_archived_records_too(server):
    server.pages(server.pages()[-1].bookmark, language="ja_JP")
    asked = [request.json for request in server.service.requests if request.path == READ]
    assert asked[0]["context"] == {"active_test": True}
    assert asked[-1]["context"] == {"active_test": False, "lang": "ja_JP"}
    assert asked[-1]["order"] == "write_date, id"


def test_a_page_given_twice_is_delivered_once(server):
    server.service.script(None, again, None, again, path=READ)
    pages = server.pages()
    assert keys_of(pages) == numbers(1, 2, 3, 4, 5, 6, 7)
    for number in range(1, 8):
        server.odoo.tick()
        server.odoo.put(number, name="changed")
    server.service.script(None, again, None, again, path=READ)
    assert sorted(map(str, keys_of(server.pages(pages[-1].bookmark)))) == numbers(1, 2, 3, 4, 5, 6, 7)


def test_an_audit_page_given_twice_ends_nothing_early(server):
    first = server.pages(audit_hours=24)
    server.odoo.tick(hours=25)
    server.service.script(None, again, None, again, path=SEARCH)
    audit = server.pages(first[-1].bookmark, audit_hours=24, audit_page_size=2)
    assert keys_of(audit) == numbers(1, 2, 3, 4, 5, 6, 7)
    assert audit[-1].ends_complete_read


def test_an_answer_to_another_call_is_not_taken(server):
    server.service.script(None, None, None, None, again, path="/jsonrpc")
    assert keys_of(server.pages(transport="jsonrpc")) == numbers(1, 2, 3, 4, 5, 6, 7)
    server.service.script(None, None, None, None, *[again] * 3, path="/jsonrpc")
    assert server.refusal(transport="jsonrpc").code == "source.unexpected_answer"


def test_a_page_given_for_ever_is_left(server):
    server.service.script(None, *[again] * 8, path=READ)
    assert server.refusal().code == "source.cursor_stands_still"


@both_transports
def test_a_key_that_is_not_known_is_refused(server, transport):
    server.odoo.keys.clear()
    refused = server.refusal(transport=transport)
    assert isinstance(refused, FatalSourceError)
    assert refused.code == "source.refused_login"


def test_a_key_that_expires_during_a_read_keeps_the_pages_before(server):
    for transport in TRANSPORTS:
        pages = server.connector(transport=transport).pages(None)
        got = [next(pages)]
        server.odoo.keys.clear()
        with pytest.raises(FatalSourceError, match="refused_login"):
            keep(pages, got)
        server.odoo.keys.add(simulated.KEY)
        rest = server.pages(got[-1].bookmark, transport=transport)
        assert keys_of(got + rest) == numbers(1, 2, 3, 4, 5, 6, 7)


def test_an_expired_session_is_renewed_once(server):
    server.odoo.expired_sessions = 1
    assert keys_of(server.pages(transport="jsonrpc")) == numbers(1, 2, 3, 4, 5, 6, 7)
    services = [request.json["params"]["service"] for request in server.service.requests]
    assert services[:4] == ["common", "object", "common", "object"]
    server.odoo.expired_sessions = 2
    assert server.refusal(transport="jsonrpc").code == "source.refused_login"


@both_transports
@pytest.mark.parametrize("lacks", ["denied", "missing"])
def test_orders_that_cannot_be_read_are_said_before_a_row_comes(server, transport, lacks):
    getattr(server.odoo, lacks).add("sale.order")
    refused = server.refusal(transport=transport)
    assert refused.code == "source.odoo_no_orders"
    with pytest.raises(FatalSourceError, match="odoo_no_orders"):
        server.connector(transport=transport).check()
    assert len(keys_of(server.pages(transport=transport, include_orders=False))) == 7


@both_transports
def test_contacts_that_may_not_be_read_are_a_refused_request(server, transport):
    server.odoo.denied.add("res.partner")
    refused = server.refusal(transport=transport)
    assert (refused.code, refused.fault.facts["found"]) == ("source.refused_request", "odoo.exceptions.AccessError")


def test_a_conflict_between_transactions_may_pass(server):
    data = {"name": "psycopg2.errors.SerializationFailure", "message": CANARY, "debug": CANARY}
    error = {"jsonrpc": "2.0", "id": 4, "error": {"code": 200, "message": "Odoo Server Error", "data": data}}
    server.service.script(None, None, None, status(200, error), path="/jsonrpc")
    refused = server.refusal(transport="jsonrpc")
    assert isinstance(refused, RetriableSourceError)
    assert refused.code == "source.server_error"
    server.service.script(status(500, data), path=READ)
    assert len(keys_of(server.pages())) == 7


@both_transports
@pytest.mark.parametrize("fault", [html(502), cut(), busy("7"), silence, html(200)])
def test_what_passes_is_waited_for(server, transport, fault):
    path = "/jsonrpc" if transport == "jsonrpc" else READ
    server.service.script(None, fault, path=path)
    assert len(keys_of(server.pages(transport=transport, timeout_seconds=0.2))) == 7
    assert len(server.waits) == 1


def test_a_check_reads_no_rows_and_gives_advice(server):
    assert server.connector(audit_hours=24).check() == ()
    advice = server.connector(transport="jsonrpc", audit_hours=0).check()
    assert [fault.code for fault in advice] == ["advice.odoo_jsonrpc_ends", "advice.no_audit"]
    server.service.script(replying(Reply.of(200, {"lang": "ja_JP"}, date="not a date")))
    assert [fault.code for fault in server.connector(audit_hours=24).check()] == ["advice.no_server_clock"]
    assert READ not in [request.path for request in server.service.requests]


def test_the_database_travels_in_its_header(server):
    server.pages(database=simulated.DATABASE)
    assert {request.headers.get("x-odoo-database") for request in server.service.requests} == {simulated.DATABASE}
    assert server.refusal(database="other").code == "source.refused_request"


@pytest.mark.parametrize(
    "wrong",
    [
        {"transport": "jsonrpc"},
        {"transport": "jsonrpc", "database": "acme"},
        {"transport": "xmlrpc"},
        {"base_url": "http://example.jp"},
        {"archived": "ignored"},
    ],
)
def test_options_that_cannot_work_are_refused_without_repeating_secrets(wrong):
    with pytest.raises(ValidationError) as caught:
        OdooOptions.model_validate({"base_url": "https://example.jp", "api_key": "geheim", **wrong})
    assert "geheim" not in str(caught.value)


@both_transports
def test_a_backfill_reads_a_range_and_goes_on_where_it_broke_off(server, transport):
    server.odoo.order(1, 1)
    at = simulated.Odoo.now
    since, until = at + timedelta(seconds=1), at + timedelta(seconds=3)
    connector = server.connector(transport=transport, page_size=2)
    assert isinstance(connector, RangeConnector)
    pages = list(connector.range_pages(since, until, None))
    assert keys_of(pages) == numbers(2, 3, 4, 5)
    whole = list(connector.range_pages(at, server.odoo.now + timedelta(seconds=1), None))
    assert keys_of(whole) == [*numbers(1, 2, 3, 4, 5, 6, 7), "order/1"]
    for n_read in range(1, len(whole)):
        bookmark = stored(whole[n_read - 1].bookmark)
        rest = list(connector.range_pages(at, server.odoo.now + timedelta(seconds=1), bookmark))
        kept = keys_of(whole[:n_read]) + keys_of(rest)
        assert set(kept) == set(keys_of(whole))


@both_transports
def test_single_records_are_fetched_by_key(server, transport):
    server.odoo.order(1, 1)
    connector = server.connector(transport=transport, page_size=2)
    assert isinstance(connector, KeyedConnector)
    found = list(connector.rows(["3", "99", "order/1", "order/9", "x", "7", "1"]))
    assert sorted(str(row.key) for row in found) == ["1", "3", "7", "order/1"]
    assert list(connector.rows([])) == []


def _meaning(rows: list[DeliveredRow]) -> Interpretation:
    mapping = shipped_mapping("odoo").mapping
    meaning = SourceMeaning("erp", mapping, Place("JP", "Asia/Tokyo"), b"key")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    payloads = [(row, json.dumps(dict(row.data))) for row in rows]
    versions = [Version(f"erp:{row.key}", row.key, row.stream, text, "p", row.fault, at, at) for row, text in payloads]
    return interpret(meaning, versions)


def test_the_shipped_mapping_reads_people_companies_addresses_and_orders(server):
    odoo = server.odoo
    odoo.put(
        1,
        name="株式会社青空",
        is_company=True,
        country_id=[113, "日本"],
        zip="530-0001",
        city="大阪市北区",
        street="梅田1-2-3",
    )
    odoo.put(2, name="山田 花子", parent_id=[1, "株式会社青空"], phone="06-1234-5678", function="部長")
    odoo.put(3, name="発送先", type="delivery", parent_id=[1, "株式会社青空"])
    odoo.put(4, name="Employee", partner_share=False)
    odoo.order(1, 2)
    odoo.order(2, 2, state="draft")
    found = _meaning(rows_of(server.pages()))
    records = {record["record_id"]: record for record in found.records}
    assert records["erp:1"]["customer_type"] == "organisation"
    assert records["erp:1"]["prefecture"] == "大阪府"
    person = records["erp:2"]
    assert (person["customer_type"], person["family_name"], person["job_title"]) == ("person", "山田", "部長")
    assert person["updated_at"] == server.odoo.tables["res.partner"][2]["write_date"].replace(microsecond=0, tzinfo=UTC)
    related = [(each["record_id_from"], each["kind"], each["record_id_to"]) for each in found.relationships]
    assert related == [("erp:2", "employee_of", "erp:1")]
    (bought,) = found.interactions
    assert (bought["record_id"], bought["channel"], str(bought["currency"])) == ("erp:2", "purchase", "JPY")
    assert bought["happened_at"] == odoo.now.astimezone(UTC).replace(microsecond=0)
    aside = sorted(json.loads(json.dumps(each["reason_code"])) for each in found.set_aside)
    assert aside == ["set_aside.address_only", "set_aside.not_ordered", "set_aside.staff"]


FAULTS = {
    "429": busy("1"),
    "500": status(500, {"name": "psycopg2.errors.SerializationFailure", "message": "x"}),
    "bad key": status(401, {"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}),
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
    changed=st.lists(st.integers(1, 12), max_size=10, unique=True),
    spread=st.sampled_from([0, 100_000, 2_000_000]),
)
def test_whatever_goes_wrong_every_row_comes_exactly_once(world, trouble, page_size, changed, spread):
    """Each failure and each kill is followed by a new instance that goes on from the last page that was kept."""
    odoo = simulated.Odoo()
    fill(odoo, 9)
    server = opened(world.it, odoo)
    options = {"page_size": page_size, "attempts": 2, "include_orders": False, "overlap_seconds": 0}
    got = _read_through(server, None, trouble, options)
    assert keys_of(got) == numbers(*range(1, 10))
    assert any(page.ends_complete_read for page in got)
    for at, number in enumerate(changed):
        odoo.put(number, name="changed", begun=odoo.now + timedelta(microseconds=at * spread))
    odoo.tick(minutes=1)
    again_got = _read_through(server, got[-1].bookmark, trouble, options)
    assert sorted(map(str, keys_of(again_got))) == sorted(numbers(*changed))
    assert keys_of(server.pages([*got, *again_got][-1].bookmark, **options)) == []
    assert CANARY not in json.dumps([page.bookmark for page in [*got, *again_got]])


def _read_through(
    server: Server, bookmark: Bookmark | None, trouble: tuple[list[str], list[int]], options: dict[str, Any]
) -> list[Page]:
    """One read, by as many instances as it takes."""
    got: list[Page] = []
    names, kills = trouble
    left = [FAULTS[name] for name in names]
    server.service.last.clear()
    for kill in [*kills, *[None] * 12]:  # None: not killed
        if got and not stored(got[-1].bookmark)["streams"]["partners"]["is_open"]:
            break
        server.service.queue.clear()
        server.service.script(*left[:2], path=READ)
        del left[:2]
        pages = server.connector(**options).pages(stored(got[-1].bookmark if got else bookmark))
        with suppress(RetriableSourceError, FatalSourceError):
            keep(islice(pages, kill), got)
            if kill is None:
                break
    server.service.queue.clear()
    return got

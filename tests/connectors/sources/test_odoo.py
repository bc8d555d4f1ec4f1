"""Contacts and orders of Odoo, against a simulator built from the public API description: rows, pages, bookmarks."""

import json
from datetime import UTC, timedelta
from itertools import islice

import pytest
from pydantic import ValidationError

from connectors.sources.odoo import OdooOptions
from crm_pipelines.model.delivery import KeyedConnector, RangeConnector
from tests.connectors.contract import keys_of, rows_of
from tests.simulators import odoo as simulated
from tests.simulators.odoo_server import READ, Server, both_transports, filled, numbers
from tests.simulators.reading import meaning_of, stored
from tests.simulators.server import Reply, replying
from tests.simulators.stage import Stage


@pytest.fixture
def server(stage: Stage) -> Server:
    return filled(stage)


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
    found = meaning_of(rows_of(server.pages()), "odoo", "erp")
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

"""Odoo: audits, which say what is still there, and what was archived."""

from datetime import timedelta
from itertools import islice

import pytest

from tests.connectors.contract import keys_of, mentioned_keys, rows_of
from tests.simulators.odoo_server import SEARCH, Server, both_transports, filled, numbers
from tests.simulators.reading import stored
from tests.simulators.server import again, status
from tests.simulators.stage import Stage


@pytest.fixture
def server(stage: Stage) -> Server:
    return filled(stage)


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
    assert rows_of(audit) == []
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
    assert mentioned_keys(rest) == numbers(4, 5, 6, 7)
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


def test_an_audit_page_given_twice_ends_nothing_early(server):
    first = server.pages(audit_hours=24)
    server.odoo.tick(hours=25)
    server.service.script(None, again, None, again, path=SEARCH)
    audit = server.pages(first[-1].bookmark, audit_hours=24, audit_page_size=2)
    assert keys_of(audit) == numbers(1, 2, 3, 4, 5, 6, 7)
    assert audit[-1].ends_complete_read

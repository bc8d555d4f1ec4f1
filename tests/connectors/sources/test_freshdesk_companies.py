"""Freshdesk: changed companies, and what was deleted."""

from itertools import islice
from typing import Any

import pytest

from tests.connectors.contract import keys_of, rows_of
from tests.simulators.freshdesk_account import COMPANIES, Account, filled
from tests.simulators.reading import stored
from tests.simulators.server import edited
from tests.simulators.stage import Stage


@pytest.fixture
def account(stage: Stage) -> Account:
    return filled(stage)


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


def test_a_broken_company_leaves_its_contacts(account):
    account.service.script(edited(lambda values: ["broken", *values[1:]]), path=COMPANIES)
    rows = rows_of(account.pages())
    assert len(rows) == 15
    assert rows[1].data["company"] is None

"""Intercom: audits, which say what is still there."""

from collections import Counter
from datetime import timedelta
from itertools import islice

import pytest

from tests.simulators.intercom_workspace import (
    CONVERSATIONS,
    EVERYTHING,
    LIST,
    Account,
    filled,
    identifier,
    keys_of,
    mentioned,
)
from tests.simulators.reading import stored
from tests.simulators.server import edited
from tests.simulators.stage import Stage


@pytest.fixture
def account(stage: Stage) -> Account:
    return filled(stage)


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
    places = [
        (found.position, found.first + at)
        for page in second
        for found in page.mentions
        for at in range(len(found.keys))
    ]
    assert len(set(places)) == len(mentioned(second))
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

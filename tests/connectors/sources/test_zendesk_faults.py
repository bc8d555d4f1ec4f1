"""Zendesk Support when things go wrong: limits, cuts, error pages, clocks, cursors, tokens."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.delivery import Page
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.simulators import zendesk as simulated
from tests.simulators.server import again, cut, edited, html, patience, silence, standing, status
from tests.simulators.zendesk_account import (
    CANARY,
    EVERYTHING,
    ORGANIZATIONS,
    SHOW_ORGANIZATIONS,
    TICKETS,
    USERS,
    Account,
    Desk,
    fill,
    keep,
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


def test_the_limit_is_waited_out(account):
    account.service.script(simulated.limited("23"), None, simulated.limited(None), path="/api")
    assert keys_of(account.pages(retry_wait_seconds=1)) == EVERYTHING
    assert account.waits[0] == 23.0
    assert 0.5 <= account.waits[1] <= 1.0


def test_a_limit_beyond_the_budget_keeps_what_was_read_and_says_when_to_come_back(account):
    account.service.script(None, simulated.limited("40"), simulated.limited("41"), path=USERS)
    got: list[Page] = []
    with pytest.raises(RetriableSourceError) as caught:
        keep(account.connector(retry_budget_seconds=50).pages(None), got)
    assert (caught.value.code, caught.value.facts["retry_after_seconds"]) == ("source.too_many_requests", 41)
    assert keys_of(got) == EVERYTHING[:3]
    assert keys_of(account.pages(got[-1].bookmark)) == EVERYTHING[3:]


@pytest.mark.parametrize(
    "fault", [cut(0.5), cut(0), html(502), html(200), status(500), status(503, retry_after="9"), silence]
)
@pytest.mark.parametrize("path", [USERS, TICKETS, ORGANIZATIONS, SHOW_ORGANIZATIONS])
def test_what_passes_costs_a_request_and_no_row(account, fault, path):
    pages = account.connector().pages(None)
    got = [next(pages)]
    pages.close()
    account.service.script(fault, path=path)
    got += account.pages(got[-1].bookmark, timeout_seconds=patience(fault))
    assert keys_of(got) == EVERYTHING
    assert len(account.waits) == 1 or fault is silence  # on a busy machine more seems silent


@pytest.mark.parametrize("hours", [-14, 14, 24 * 365])
def test_a_wrong_clock_changes_nothing(account, hours):
    first = account.pages()
    account.service.skew = timedelta(hours=hours)
    assert keys_of(account.pages()) == EVERYTHING
    account.zendesk.put_user(2, name="new")
    account.zendesk.put_organization(9, name="new")
    account.zendesk.settle()
    assert keys_of(account.pages(first[-1].bookmark)) == ["2"]


def test_a_page_given_twice_is_delivered_once(account):
    account.service.script(None, again, None, again, path=USERS)
    assert keys_of(account.pages()) == EVERYTHING


def test_a_page_given_twice_across_a_kill_is_delivered_once(account):
    pages = account.connector().pages(None)
    seen = [next(pages) for _ in range(2)]
    pages.close()
    account.service.script(again, path=USERS)
    assert keys_of(account.pages(seen[-1].bookmark)) == EVERYTHING[3:]


def test_a_cursor_that_stands_still_ends_the_read_and_not_never(account):
    account.service.script(None, *[standing("after_cursor")] * 20, path=USERS)
    got: list[Page] = []
    with pytest.raises(FatalSourceError) as caught:
        keep(account.connector().pages(None), got)
    assert (caught.value.code, caught.value.facts["stream"]) == ("source.cursor_stands_still", "users")
    account.service.queue.clear()
    assert keys_of(got) + keys_of(account.pages(got[-1].bookmark)) == EVERYTHING


def test_a_refused_login_is_somebodys_to_mend(account):
    account.service.script(status(401, simulated.NOT_AUTHENTICATED))
    refusal = account.refusal()
    assert (type(refusal), refusal.code) == (FatalSourceError, "source.refused_login")
    account.zendesk.expire_tokens()
    assert account.refusal(oauth_token="bearer-1").code == "source.refused_login"
    assert account.refusal(oauth_client_id="other", oauth_client_secret="geheim").code == "source.refused_login"


def test_an_expired_token_is_renewed_once_and_the_read_goes_on(account):
    pages = account.connector(oauth_client_id="client", oauth_client_secret="geheim").pages(None)
    got = [next(pages), next(pages)]
    account.zendesk.expire_tokens()
    got += pages
    assert keys_of(got) == EVERYTHING
    assert account.zendesk.issued == 2
    assert [request.status for request in account.service.requests].count(401) == 1


def test_each_login_works(account):
    assert keys_of(account.pages(oauth_token="bearer-1")) == EVERYTHING
    assert keys_of(account.pages(email=None, token="bearer-1")) == EVERYTHING
    assert keys_of(account.pages(oauth_client_id="client", oauth_client_secret="geheim")) == EVERYTHING


def test_a_user_who_may_not_export_is_told_so(account):
    account.service.script(status(403, {"error": {"title": "Forbidden", "message": f"{CANARY} may not"}}))
    refusal = account.refusal()
    assert (refusal.code, refusal.facts["status"]) == ("source.refused_request", 403)


@pytest.mark.parametrize("code", [400, 422])
def test_a_cursor_that_zendesk_forgot_costs_no_row_and_brings_none_twice(account, code):
    first = account.pages()
    account.zendesk.put_user(2, name="new")
    account.zendesk.put_ticket(8, subject=CANARY)
    account.zendesk.settle()
    if code == 422:
        account.zendesk.expire_cursors()
    else:
        account.service.script(status(400, {"error": "InvalidCursor"}), path=USERS)
    assert keys_of(account.pages(first[-1].bookmark)) == ["2", "ticket/8"]


def test_a_cursor_forgotten_in_the_middle_costs_no_row(account):
    pages = account.connector().pages(None)
    got = [next(pages) for _ in range(3)]
    account.zendesk.expire_cursors()
    got += pages
    assert set(keys_of(got)) == set(EVERYTHING)
    assert max(Counter(keys_of(got)).values()) == 1


def test_a_page_out_of_order_costs_no_row_when_its_cursor_is_forgotten(account):
    account.service.script(edited(lambda body: {**body, "users": body["users"][::-1]}), path=USERS)
    pages = account.connector(overlap_seconds=0).pages(None)
    got = [next(pages) for _ in range(2)]
    pages.close()
    account.zendesk.users[2] = {**account.zendesk.users[2], "name": "appeared late"}
    account.zendesk.expire_cursors()
    got += account.pages(got[-1].bookmark, overlap_seconds=0)
    assert keys_of(got) == ["3", "2", "1", "2", *EVERYTHING[3:]]


def test_an_account_that_takes_no_cursor_at_all_is_not_asked_for_ever(account):
    account.service.script(*[None, status(422)] * 30, path=USERS)
    assert account.refusal().code == "source.cursor_stands_still"


@pytest.mark.parametrize(
    "edit",
    [
        lambda body: {**body, "users": None},
        lambda body: {**body, "users": {CANARY: 1}},
        lambda body: {**body, "end_of_stream": CANARY},
        lambda body: {**body, "after_cursor": None},
        lambda body: [CANARY],
    ],
)
def test_an_answer_of_another_shape_is_named_without_a_value(account, edit):
    account.service.script(edited(edit), path=USERS)
    refusal = account.refusal()
    assert (type(refusal), refusal.code) == (FatalSourceError, "source.unexpected_answer")


@pytest.mark.parametrize(
    ("bad", "code"),
    [(None, "row.not_an_object"), ("text", "row.not_an_object"), ({"name": CANARY}, "row.missing_key"),
     ({"id": 99, "name": "a\x00b"}, "row.nul_bytes"), ({"id": 99, "organization_id": {}}, None)],
)  # fmt: skip
def test_a_broken_object_loses_only_itself(account, bad, code):
    account.service.script(edited(lambda body: {**body, "users": [bad, *body["users"]]}), path=USERS)
    rows = rows_of(account.pages())
    assert [row.fault.code for row in rows if row.fault] == ([code] if code else [])
    assert [row.key for row in rows if row.fault is None and row.key != "99"] == EVERYTHING


FAULTS = {
    "none": None,
    "busy": simulated.limited("1"),
    "very busy": simulated.limited("3600"),
    "busy without a word": simulated.limited(None),
    "cut": cut(0.6),
    "cut at once": cut(0),
    "page again": again,
    "standing": standing("after_cursor"),
    "html": html(502),
    "html that says ok": html(200),
    "broken": status(500),
    "away": status(503, retry_after="2"),
    "token": status(401, simulated.NOT_AUTHENTICATED),
    "cursor": status(422, {"error": "InvalidCursor"}),
}


@settings(max_examples=40)
@given(
    users=st.lists(st.sampled_from(sorted(FAULTS)), max_size=10),
    tickets=st.lists(st.sampled_from(sorted(FAULTS)), max_size=10),
    kills=st.lists(st.integers(0, 3), max_size=6),
    page_size=st.integers(1, 4),
)
def test_whatever_goes_wrong_every_row_comes_exactly_once(desk, users, tickets, kills, page_size):
    """Each failure and each kill is followed by a new instance that goes on from the last page that was kept."""
    zendesk = simulated.Zendesk()
    fill(zendesk, 6, 5)
    account = desk.open(zendesk)
    faults = {USERS: [FAULTS[name] for name in users], TICKETS: [FAULTS[name] for name in tickets]}
    options = {"page_size": page_size, "attempts": 2, "oauth_client_id": "client", "oauth_client_secret": "geheim"}
    got: list[Page] = []
    for kill in [*kills, *[None] * 8]:
        account.service.queue.clear()
        for path, left in faults.items():
            account.service.script(*left[:2], path=path)
            del left[:2]
        pages = account.connector(**options).pages(stored(got[-1].bookmark) if got else None)
        with suppress(RetriableSourceError, FatalSourceError):
            keep(islice(pages, kill), got)
    assert not any(faults.values())
    account.service.queue.clear()
    got += account.pages(got[-1].bookmark if got else None, page_size=page_size)
    wanted = [*(str(number) for number in range(1, 7)), *(f"ticket/{number}" for number in range(1, 6))]
    assert sorted(map(str, keys_of(got))) == sorted(wanted)
    assert CANARY not in json.dumps([page.bookmark for page in got])

"""Freshdesk when things go wrong: limits, cuts, error pages, pages out of turn, broken rows."""

import json
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.delivery import Page
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.connectors.contract import CANARY, keys_of, rows_of
from tests.simulators import freshdesk as simulated
from tests.simulators.freshdesk_account import COMPANIES, CONTACTS, NOON, TICKETS, Account, fill, filled
from tests.simulators.reading import keep, stored
from tests.simulators.server import cut, edited, html, patience, silence, status
from tests.simulators.stage import Stage


@pytest.fixture
def account(stage: Stage) -> Account:
    return filled(stage)


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
    assert len(rows_of(account.pages(timeout_seconds=patience(silence)))) == 15


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


@pytest.mark.parametrize("bad", ["text", None, 7, {"name": "no id"}, {"id": 3, "name": "a\u0000b"}])
@pytest.mark.parametrize("path", [CONTACTS, TICKETS])
def test_a_broken_element_loses_only_itself(account, bad, path):
    account.service.script(*[edited(lambda values: [bad, *values[1:]] if values else values)] * 1, path=path)
    pages = account.pages()
    (row,) = [row for row in rows_of(pages) if row.fault is not None]
    assert "raw" in row.data
    assert len({row.key for row in rows_of(pages) if row.fault is None}) in (14, 15)


def test_an_object_in_place_of_a_list_is_no_empty_list(account):
    account.service.script(edited(lambda _: {"message": CANARY}), path=TICKETS)
    assert account.refusal().code == "source.unexpected_answer"


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


@settings(max_examples=25)
@given(
    contacts=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    tickets=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    kills=st.lists(st.integers(0, 3), max_size=4),
    page_size=st.integers(1, 4),
    n_tied=st.integers(1, 5),
    is_inclusive=st.booleans(),
)
def test_whatever_goes_wrong_every_row_comes_exactly_once(
    stage, contacts, tickets, kills, page_size, n_tied, is_inclusive
):
    """Each failure and each kill is followed by a new instance that goes on from the last page that was kept."""
    freshdesk = HELD[0] = simulated.Freshdesk(is_inclusive=is_inclusive)
    fill(freshdesk, 6, 0)
    for number in range(1, 8):
        freshdesk.tick(number % n_tied == 0)
        freshdesk.put_ticket(number, requester_id=1)
    service = stage.show(freshdesk)
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
            keep(islice(pages, kill), got)
    assert not any(faults.values())
    service.queue.clear()
    got += account.pages(got[-1].bookmark if got else None, page_size=page_size)
    wanted = [*(str(number) for number in range(1, 7)), *(f"ticket/{number}" for number in range(1, 8))]
    assert sorted(map(str, keys_of(got))) == sorted(wanted)
    assert CANARY not in json.dumps([page.bookmark for page in got])

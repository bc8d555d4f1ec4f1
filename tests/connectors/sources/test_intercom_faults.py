"""Intercom when things go wrong: limits, cuts, error pages, cursors, tokens, broken rows."""

import json
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.delivery import Page
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.connectors.contract import CANARY, rows_of
from tests.simulators import intercom as simulated
from tests.simulators.intercom_workspace import (
    CONTACTS,
    CONVERSATIONS,
    EVERYTHING,
    NOON,
    Account,
    fill,
    filled,
    keys_of,
)
from tests.simulators.reading import keep, stored
from tests.simulators.server import again, cut, edited, html, patience, silence, standing, status
from tests.simulators.stage import Stage


@pytest.fixture
def account(stage: Stage) -> Account:
    return filled(stage)


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
    assert keys_of(account.pages(timeout_seconds=patience(silence))) == EVERYTHING


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


@pytest.mark.parametrize("bad", ["text", None, 7, {"name": "no id"}, {"id": "3", "name": "a\u0000b"}])
@pytest.mark.parametrize(("path", "name"), [(CONTACTS, "data"), (CONVERSATIONS, "conversations")])
def test_a_broken_element_loses_only_itself(account, bad, path, name):
    account.service.script(edited(lambda body: {**body, name: [bad, *body[name][1:]]}), path=path)
    rows = rows_of(account.pages())
    (row,) = [row for row in rows if row.fault is not None]
    assert "raw" in row.data
    assert len(rows) == 12


def test_an_answer_of_another_shape_is_no_empty_list(account):
    account.service.script(edited(lambda _: {"type": "list"}), path=CONTACTS)
    assert account.refusal().code == "source.unexpected_answer"


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


@settings(max_examples=25)
@given(
    contacts=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    conversations=st.lists(st.sampled_from(sorted(FAULTS)), max_size=6),
    kills=st.lists(st.integers(0, 3), max_size=4),
    page_size=st.integers(1, 4),
    n_tied=st.integers(1, 5),
)
def test_whatever_goes_wrong_every_row_comes_exactly_once(stage, contacts, conversations, kills, page_size, n_tied):
    """Each failure and each kill is followed by a new instance that goes on from the last page that was kept."""
    workspace = HELD[0] = simulated.Intercom()
    for number in range(1, 8):
        workspace.tick(number % n_tied == 0)
        workspace.put_contact(number, name=CANARY)
    fill(workspace, 0, 5)
    service = stage.show(workspace)
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
            keep(islice(pages, kill), got)
    assert not any(faults.values())
    service.queue.clear()
    got += account.pages(got[-1].bookmark if got else None, page_size=page_size)
    assert sorted(keys_of(got)) == sorted([*(f"c{number}" for number in range(1, 8)), *(f"t{n}" for n in range(1, 6))])
    assert CANARY not in json.dumps([page.bookmark for page in got])

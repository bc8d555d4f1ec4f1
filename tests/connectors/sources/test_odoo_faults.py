"""Odoo when things go wrong: keys, sessions, rights, limits, cuts, error pages, pages out of turn."""

import json
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.delivery import Bookmark, Page
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.connectors.contract import CANARY, keys_of
from tests.simulators import odoo as simulated
from tests.simulators.odoo_server import READ, TRANSPORTS, Server, both_transports, fill, filled, numbers
from tests.simulators.reading import keep, stored
from tests.simulators.server import again, busy, cut, html, patience, silence, status
from tests.simulators.stage import Stage


@pytest.fixture
def server(stage: Stage) -> Server:
    return filled(stage)


def test_a_page_given_twice_is_delivered_once(server):
    server.service.script(None, again, None, again, path=READ)
    pages = server.pages()
    assert keys_of(pages) == numbers(1, 2, 3, 4, 5, 6, 7)
    for number in range(1, 8):
        server.odoo.tick()
        server.odoo.put(number, name="changed")
    server.service.script(None, again, None, again, path=READ)
    assert sorted(map(str, keys_of(server.pages(pages[-1].bookmark)))) == numbers(1, 2, 3, 4, 5, 6, 7)


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
    assert len(keys_of(server.pages(transport=transport, timeout_seconds=patience(fault)))) == 7
    assert len(server.waits) == 1 or fault is silence


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
def test_whatever_goes_wrong_every_row_comes_exactly_once(stage, trouble, page_size, changed, spread):
    """Each failure and each kill is followed by a new instance that goes on from the last page that was kept."""
    odoo = simulated.Odoo()
    fill(odoo, 9)
    server = Server(stage.show(odoo), odoo)
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

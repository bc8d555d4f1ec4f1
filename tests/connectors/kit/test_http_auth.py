"""Signing in to web services: what travels, what is renewed and how often, and to whom no secret goes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.kit.http import query_of
from connectors.kit.http_auth import OAuthTokens, basic, bearer
from crm_pipelines.model.errors import FatalSourceError
from tests.simulators.echo import CANARY, KEY, TOKENS, Asking, echoing, fresh
from tests.simulators.server import Reply, Service, busy, html, replying, status


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    with echoing() as service:
        yield service


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    with fresh(running):
        yield running


def test_a_token_that_lasts_is_not_tried_twice(service):
    service.script(status(401, {"error": f"{CANARY}"}), html(401))
    for _ in range(2):
        refusal = Asking(service.url, basic(CANARY, SecretStr(KEY))).refusal()
        assert (type(refusal), refusal.code) == (FatalSourceError, "source.refused_login")
    assert len(service.requests) == 2


def oauth(service: Service, **changed: Any) -> OAuthTokens:
    return OAuthTokens(f"{service.url}/oauth/tokens", CANARY, SecretStr(KEY), **changed)


def test_an_expired_token_is_renewed_once_and_the_read_goes_on(service):
    asking = Asking(service.url, oauth(service))
    with asking.client as client:
        client.get("/guarded")
        client.get("/guarded")
        TOKENS.good.clear()
        assert client.get("/guarded").listed("items")
    assert [request.path for request in service.requests] == [
        "/oauth/tokens", "/guarded", "/guarded", "/guarded", "/oauth/tokens", "/guarded"
    ]  # fmt: skip
    assert asking.waits == []


def test_a_token_that_is_refused_when_new_is_the_end(service):
    service.script(*[status(401)] * 9, path="/guarded")
    refusal = Asking(service.url, oauth(service)).refusal("/guarded")
    assert (type(refusal), refusal.code) == (FatalSourceError, "source.refused_login")
    assert [request.path for request in service.requests] == ["/oauth/tokens", "/guarded"] * 2


def test_a_token_is_renewed_once_even_when_the_service_breaks_in_between(service):
    service.script(status(401), status(503), status(401), path="/guarded")
    refusal = Asking(service.url, oauth(service)).refusal("/guarded")
    assert refusal.code == "source.refused_login"
    assert len(TOKENS.asked) == 2


@pytest.mark.parametrize(("code", "kind"), [(400, FatalSourceError), (401, FatalSourceError), (403, FatalSourceError)])
def test_a_client_that_the_token_service_does_not_know_is_a_refused_login(service, code, kind):
    service.script(status(code, {"error": "invalid_client", "error_description": CANARY}), path="/oauth")
    refusal = Asking(service.url, oauth(service)).refusal("/guarded")
    assert (type(refusal), refusal.code, refusal.facts["found"]) == (kind, "source.refused_login", "invalid_client")


def test_a_token_service_that_is_busy_is_waited_for(service):
    service.script(busy("5"), status(503), path="/oauth")
    asking = Asking(service.url, oauth(service))
    asking.get("/guarded")
    assert asking.waits[0] == 5.0
    assert len(asking.waits) == 2


def test_an_answer_without_a_token_is_a_refused_login(service):
    service.script(replying(Reply.of(200, {"token": KEY})), path="/oauth")
    assert Asking(service.url, oauth(service)).refusal("/guarded").code == "source.refused_login"


@pytest.mark.parametrize("style", ["form", "json", "basic"])
def test_client_credentials_travel_as_the_service_wants_them(service, style):
    Asking(service.url, oauth(service, style=style, extra={"scope": "read"})).get("/guarded")
    (body, authorization) = TOKENS.asked[0]
    given = json.loads(body) if style == "json" else query_of(f"?{body}")
    assert given["grant_type"] == "client_credentials"
    assert given["scope"] == "read"
    assert ("client_secret" in given) == (style != "basic")
    assert authorization.startswith("Basic ") == (style == "basic")


def test_a_refresh_token_that_was_replaced_is_not_used_again(service):
    asking = Asking(service.url, oauth(service, refresh_token=SecretStr("first")))
    with asking.client as client:
        client.get("/guarded")
        TOKENS.good.clear()
        client.get("/guarded")
    assert [query_of(f"?{body}")["refresh_token"] for body, _ in TOKENS.asked] == ["first", "next-1"]


def test_a_credential_does_not_show_when_it_is_printed(service):
    auth = oauth(service, refresh_token=SecretStr(KEY))
    Asking(service.url, auth).get("/guarded")
    assert KEY not in f"{auth!r} {basic('user', SecretStr(KEY))!r} {bearer(SecretStr(KEY))!r}"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.jp", "ftp://example.jp", "example.jp", "https://", "https://user:pw@example.jp",
        "https://example.jp/?a=1", "https://example.jp/#x", "https://example.jp:port", "http://127.0.0.1.example.jp",
        "",
    ],
)  # fmt: skip
def test_secrets_go_only_where_nobody_listens(url):
    with pytest.raises(ValueError, match=r"source\.insecure_url"):
        Asking(url)

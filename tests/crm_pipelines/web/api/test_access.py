"""Who may ask what: generated from the addresses, so that a new one cannot be forgotten."""

from datetime import timedelta
from itertools import product
from typing import Any

import httpx
import pytest

from crm_pipelines.model.enums import TokenScope
from crm_pipelines.stores.ledger.tokens import NewToken
from crm_pipelines.web.api.application import ADDRESSES, PREFIX, Address, create_api
from crm_pipelines.web.api.gate import GuardedRoute
from crm_pipelines.web.api.rates import BURST
from crm_pipelines.web.api.requests import MOST_BODY_BYTES
from crm_pipelines.web.web_state import WebState
from tests.crm_pipelines.web.api.conftest import Program, token_text
from tests.crm_pipelines.web.pages.conftest import App

NOBODY = "K7M2-QX9A-TB4W"


def ask(client: httpx.Client, address: Address, **more: Any) -> httpx.Response:
    prefix = "" if client.base_url.path.startswith(PREFIX) else PREFIX
    return client.request(address.method, prefix + address.path.replace("{golden_id}", NOBODY), **more)


def name_of(value: object) -> str | None:
    return f"{value.method} {value.path}" if isinstance(value, Address) else None


def test_every_address_is_guarded_and_declared() -> None:
    routes = create_api(WebState({}, "en", "Asia/Tokyo")).routes
    guarded = {
        (method, route.path, route.needed_scope)
        for route in routes
        if isinstance(route, GuardedRoute)
        for method in route.methods
    }
    assert guarded == {(one.method, one.path, one.scope) for one in ADDRESSES}
    assert [getattr(route, "path", "") for route in routes if not isinstance(route, GuardedRoute)] == ["/openapi.json"]


@pytest.mark.parametrize(("address", "scope"), list(product(ADDRESSES, TokenScope)), ids=name_of)
def test_a_token_does_what_its_scope_says_and_nothing_else(
    app: App, program: Program, address: Address, scope: TokenScope
) -> None:
    answer = ask(program(scope), address)
    if scope is address.scope:
        assert answer.status_code not in (401, 403)
        return
    assert (answer.status_code, answer.json()["code"]) == (403, "api.out_of_scope")
    assert f'scope="{address.scope.value}"' in answer.headers["www-authenticate"]
    assert app.desk.ledger.decisions() == []


@pytest.mark.parametrize("address", ADDRESSES, ids=name_of)
def test_without_a_token_that_counts_nothing_is_answered(app: App, address: Address) -> None:
    revoked = token_text(app, name="revoked")
    app.desk.tokens.revoke(revoked.split("_")[1], app.clock.now)
    ending = NewToken(
        name="ending", made_by="admin", scopes=frozenset(TokenScope), ends_at=app.clock.now + timedelta(days=1)
    )
    ended = app.desk.tokens.create(ending, app.clock.now)[1]
    app.clock.pass_by(days=1)
    good = token_text(app, name="good")
    tried = [
        {},
        {"authorization": "Bearer"},
        {"authorization": "Bearer nonsense"},
        {"authorization": f"Basic {good}"},
        {"authorization": f"Bearer {good[:-1]}"},
        {"authorization": f"Bearer {good}x"},
        {"authorization": f"Bearer {revoked}"},
        {"authorization": f"Bearer {ended}"},
    ]
    signed_in = app.somebody()
    for client, headers in [*((app.client(), one) for one in tried), (signed_in, {})]:
        answer = ask(client, address, headers=headers, content=b"{")  # who is not let in is not read
        assert (answer.status_code, answer.json()["code"]) == (401, "api.not_believed"), headers
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_hour_of_the_last_use_is_kept(app: App, program: Program) -> None:
    client = program()
    assert app.desk.tokens.all()[0].used_at is None
    app.clock.pass_by(minutes=70)
    client.get("/changes")
    assert app.desk.tokens.all()[0].used_at == app.clock.now.replace(minute=0)


def test_who_asks_too_often_waits(app: App, program: Program) -> None:
    client, other = program(), program(name="other")
    for _ in range(BURST):
        assert client.get("/nothing-here").status_code == 404  # what does not exist costs nothing
        assert client.get(f"/customers/{NOBODY}").status_code == 404
    refused = client.get("/changes")
    assert (refused.status_code, refused.json()["code"]) == (429, "api.too_many")
    assert other.get("/changes").status_code == 200
    app.clock.pass_by(seconds=int(refused.headers["retry-after"]))
    assert client.get("/changes").status_code == 200


def test_a_body_that_is_too_large_is_refused_as_is_one_that_is_no_json(program: Program) -> None:
    client = program()
    headers = {"content-type": "application/json"}
    large = b'{"record": {"name": "' + b"x" * MOST_BODY_BYTES + b'"}}'
    for content in (large, iter([large])):  # said beforehand, and not
        answer = client.post("/match", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "api.too_large")
    broken = client.post("/match", content=b"{", headers=headers)
    assert (broken.status_code, broken.json()["code"]) == (400, "web.bad_request")
    deep = client.post("/match", content=b"[" * 100_000, headers=headers)
    assert deep.status_code == 400


def test_a_refusal_is_a_problem_in_the_callers_language(program: Program) -> None:
    client = program()
    english = client.get(f"/customers/{NOBODY}", headers={"accept-language": "en"})
    japanese = client.get(f"/customers/{NOBODY}", headers={"accept-language": "ja"})
    assert english.headers["content-type"] == "application/problem+json"
    assert english.json() | {"detail": ""} == {
        "type": "urn:crm-pipelines:problem:api.unknown_customer",
        "title": "Not Found",
        "status": 404,
        "detail": "",
        "code": "api.unknown_customer",
        "facts": {},
        "errors": [],
    }
    assert "ゴールデン" in japanese.json()["detail"]
    assert japanese.headers["content-language"] == "ja"


def test_what_is_wrong_with_a_field_is_told_without_its_value(program: Program) -> None:
    secret = "yamada@example.jp"
    wrong = {"record": {secret: "x", "email": {"a": secret}}, "limit": secret}
    answer = program().post("/match", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "api.invalid")
    assert secret not in answer.text
    assert "/body/limit" in [one["where"] for one in answer.json()["errors"]]


def test_addresses_and_methods_that_are_none_are_problems(program: Program) -> None:
    client = program()
    for answer, status in (
        (client.get("/no/such"), 404),
        (client.delete("/changes"), 405),
        (client.get("/match"), 405),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.delete("/changes").headers["allow"] == "GET"


def test_the_document_describes_the_addresses_and_nothing_of_the_project(app: App) -> None:
    found = app.client().get(f"{PREFIX}/openapi.json")
    document = found.json()
    described = {(method.upper(), path) for path, one in document["paths"].items() for method in one}
    assert described == {(one.method, one.path) for one in ADDRESSES}
    assert document["servers"] == [{"url": PREFIX}]
    assert "HTTPValidationError" not in found.text
    for one in ADDRESSES:
        operation = document["paths"][one.path][one.method.lower()]
        assert operation["security"] == [{"token": [one.scope.value]}]
        assert operation["responses"][str(one.status)]["content"]["application/json"]["schema"]["$ref"].endswith(
            one.model.__name__
        )

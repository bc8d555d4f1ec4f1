"""Come in by OpenID Connect, against a provider that speaks HTTP and signs with real keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from crm_pipelines.model.enums import Role
from crm_pipelines.stores.ledger.audit import AuditFilter
from tests.crm_pipelines.web.conftest import Switchboard
from tests.crm_pipelines.web.pages.conftest import App, opened_app
from tests.simulators.openid import CLIENT_ID, CLIENT_SECRET, Provider
from tests.simulators.server import Service, serving

_SIGN_IN = """
sign_in:
  openid:
    issuer: {issuer}
    client_id: {client_id}
    client_secret: ${{OPENID_SECRET}}
    return_address: {address}/login/openid/return
    name: 社内アカウント
    scopes: [openid, profile, groups]
    roles:
      - {{claim: groups, value: crm-admins, role: admin}}
      - {{claim: groups, value: stewards, role: steward}}
"""


@dataclass
class House:
    """The app and the provider it sends people to."""

    app: App
    provider: Provider
    service: Service

    def leave(self, browser: httpx.Client) -> str:
        """Go to the provider and sign in there; the address it sends back to."""
        going = browser.get("/login/openid").headers["location"]
        with httpx.Client(trust_env=False) as outside:
            return outside.get(going).headers["location"]

    def come_in(self, browser: httpx.Client) -> httpx.Response:
        """All of the way."""
        return browser.get(self.leave(browser))


@pytest.fixture
def house(root: Path, switchboard: Switchboard) -> Iterator[House]:
    moment: list[float] = []
    provider = Provider(lambda: moment[0])
    with serving(provider.app) as service:
        address = str(switchboard.client.base_url).rstrip("/")
        written = _SIGN_IN.format(issuer=service.url, client_id=CLIENT_ID, address=address)
        with (root / "crm_pipelines.yaml").open("a", encoding="utf-8") as file:
            file.write(written)
        with (root / ".env").open("a", encoding="utf-8") as file:
            file.write(f"OPENID_SECRET={CLIENT_SECRET}\n")
        with opened_app(root, switchboard) as app:
            moment.append(app.clock.now.timestamp())
            yield House(app, provider, service)


def test_somebody_comes_in_and_is_the_same_person_the_next_time(house: House) -> None:
    browser = house.app.client()
    assert "社内アカウント" in browser.get("/login").text
    assert house.come_in(browser).headers["location"] == "/review"
    assert "提供 元子" in browser.get("/review").text
    house.come_in(house.app.client())
    (member,) = house.app.desk.staff.members(house.app.clock.now)
    assert (member.person.name, member.person.role, member.n_sign_ins) == ("提供 元子", Role.STEWARD, 2)
    assert member.is_openid
    told = [row.happening.action for row in reversed(house.app.desk.audit.rows(AuditFilter()))]
    assert told[:2] == ["came_in", "signed_in"]


def test_the_role_follows_the_claims_of_each_sign_in_and_without_one_nobody_comes_in(house: House) -> None:
    browser = house.app.client()
    house.come_in(browser)
    house.provider.claims["groups"] = ["crm-admins"]
    house.come_in(house.app.client())
    assert browser.get("/settings/people").status_code == 200
    house.provider.claims["groups"] = ["others"]
    assert house.come_in(house.app.client()).status_code == 403
    assert browser.get("/review").headers["location"] == "/login"  # nor stays anybody who came in before


def test_an_address_that_one_of_ours_has_makes_nobody_them(house: House) -> None:
    admin = house.app.somebody(Role.ADMIN, email="mori@example.jp")
    house.provider.claims |= {"email": "mori@example.jp", "email_verified": True, "name": "森 千尋"}
    browser = house.app.client()
    house.come_in(browser)
    assert browser.get("/settings/people").status_code == 403
    assert admin.get("/settings/people").text.count("森 千尋") >= 2
    assert house.app.client().post(
        "/login", data={"email": "mori@example.jp", "password": "x" * 12}
    ).status_code == 401  # fmt: skip


@pytest.mark.parametrize(
    "told",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": [CLIENT_ID, "somebody-else"]},
        {"azp": "somebody-else"},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000, "exp": 4_000_000_300},
        {"sub": None},
        {"sub": 7},
    ],
    ids=str,
)
def test_a_token_that_does_not_fit_lets_nobody_in(house: House, told: dict[str, object]) -> None:
    house.provider.told = told
    assert_out(house, house.app.client())


def test_a_token_that_ended_by_our_clock_lets_nobody_in(house: House) -> None:
    house.app.clock.pass_by(minutes=7)
    assert_out(house, house.app.client())


def test_a_token_signed_with_a_key_that_the_provider_does_not_show_lets_nobody_in(house: House) -> None:
    house.provider.key = RSAKey.generate_key(2048, {"kid": "k1"})
    assert_out(house, house.app.client())
    house.provider.key_id = "unknown"
    assert_out(house, house.app.client())


def test_a_key_that_the_provider_shows_since_today_is_found(house: House) -> None:
    house.come_in(house.app.client())
    house.provider.key = RSAKey.generate_key(2048, {"kid": "k2"})
    house.provider.published.append(house.provider.key)
    assert house.come_in(house.app.client()).status_code == 303


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}])
def test_a_token_that_anybody_could_have_made_lets_nobody_in(
    house: House, header: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(issuer: str, nonce: str) -> str:
        now = int(house.provider.now())
        claims = {"iss": issuer, "aud": CLIENT_ID, "sub": "u1", "iat": now, "exp": now + 60, "nonce": nonce}
        key = OctKey.import_key(CLIENT_SECRET * 3)
        return jwt.encode(header, claims | {"groups": ["stewards"]}, key, algorithms=["none", "HS256"])

    monkeypatch.setattr(house.provider, "token", made)
    assert_out(house, house.app.client())


def test_only_the_browser_that_left_comes_back(house: House) -> None:
    """State: a link with somebody else's code signs nobody in."""
    mine, theirs = house.app.client(), house.app.client()
    back = house.leave(mine)
    assert theirs.get(back).status_code == 400
    theirs.get("/login/openid")
    assert theirs.get(back).status_code == 400
    assert theirs.get("/review").headers["location"] == "/login"
    wrong = httpx.URL(house.leave(mine)).copy_set_param("state", "another")
    assert mine.get(wrong).status_code == 400


def test_a_code_counts_once_and_only_with_the_verifier_of_its_browser(house: House) -> None:
    browser = house.app.client()
    back = house.leave(browser)
    cookie = browser.cookies["crm_pipelines_openid"]
    assert browser.get(back).status_code == 303
    again = house.app.client()
    again.cookies.set("crm_pipelines_openid", cookie)
    assert again.get(back).status_code == 400
    other = house.app.client()
    stolen = house.leave(other)
    state, nonce, _ = other.cookies["crm_pipelines_openid"].split(".")
    thief = house.app.client()
    thief.cookies.set("crm_pipelines_openid", f"{state}.{nonce}.{'x' * 64}")
    assert thief.get(stolen).status_code == 400


def test_an_answer_of_another_provider_is_not_believed(house: House) -> None:
    house.provider.issuer_told = "https://evil.example"
    assert_out(house, house.app.client())


def test_a_provider_that_is_away_or_refuses_is_told_apart(house: House) -> None:
    browser = house.app.client()
    back = httpx.URL(house.leave(browser))
    assert browser.get(back.copy_remove_param("code").copy_set_param("error", "access_denied")).status_code == 400
    back = house.leave(browser)
    house.provider.published = []
    assert browser.get(back).status_code in (400, 502)


def assert_out(house: House, browser: httpx.Client) -> None:
    answer = house.come_in(browser)
    assert answer.status_code == 400
    assert "web.openid" not in answer.text
    assert browser.get("/review").headers["location"] == "/login"
    assert house.app.desk.staff.members(house.app.clock.now) == []

"""One's own settings, and people as an administrator manages them."""

import hashlib
import re
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from connectors.registry import CONNECTORS
from crm_pipelines.model.enums import Role
from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.ledger.audit import AuditFilter
from crm_pipelines.web.app import create_app
from crm_pipelines.web.breached import BreachedPasswords
from crm_pipelines.web.server import opened_desk
from tests.crm_pipelines.web.pages.conftest import PASSWORD, App, word_of

OTHER = "andere vier Worte hier"


def post(browser: httpx.Client, path: str, page: str = "/settings/me", **fields: str) -> httpx.Response:
    return browser.post(path, data={"form_word": word_of(browser.get(page).text), **fields})


def log_in(browser: httpx.Client, email: str, password: str) -> httpx.Response:
    return browser.post("/login", data={"email": email, "password": password})


def member_id(app: App, name: str) -> str:
    return next(one.person.person_id for one in app.desk.staff.members(app.clock.now) if one.person.name == name)


def test_what_somebody_likes_is_kept_and_words_that_mean_nothing_are_passed_over(app: App) -> None:
    browser = app.somebody()
    chosen = {"language": "en", "theme": "dark", "shortcuts": "off", "time_zone": "Europe/Berlin", "here": "/review"}
    assert post(browser, "/settings/me", **chosen).headers["location"] == "/review"
    page = browser.get("/settings/me").text
    assert '<html lang="en" data-theme="dark">' in page
    assert 'data-shortcuts="off"' in page
    assert "<option selected>Europe/Berlin</option>" in page
    wrong = {"language": "xx", "theme": "pink", "shortcuts": "perhaps", "time_zone": "../etc/passwd", "here": "/"}
    post(browser, "/settings/me", **wrong)
    assert browser.get("/settings/me").text == page
    post(browser, "/settings/me", theme="system", time_zone="", here="/")
    assert "data-theme" not in browser.get("/settings/me").text


def test_times_are_shown_by_the_clock_that_somebody_chose(app: App) -> None:
    browser = app.somebody(Role.ADMIN)
    assert "1 Apr 2026, 18:00" in browser.get("/audit").text
    post(browser, "/settings/me", time_zone="America/New_York", here="/", language="ja")
    assert "2026/04/01 05:00" in browser.get("/audit").text


def test_another_password_ends_every_other_sign_in(app: App) -> None:
    browser, other = app.somebody(), app.client()
    log_in(other, "mori@example.jp", PASSWORD)
    assert post(browser, "/settings/me/password", old="falsch falsch falsch", new=OTHER).status_code == 422
    assert post(browser, "/settings/me/password", old=PASSWORD, new="zu kurz").status_code == 422
    answer = post(browser, "/settings/me/password", old=PASSWORD, new=OTHER)
    assert answer.headers["location"] == "/settings/me?changed=1"
    assert browser.get("/review").status_code == 200
    assert other.get("/review").headers["location"] == "/login"
    assert log_in(app.client(), "mori@example.jp", PASSWORD).status_code == 401
    assert log_in(app.client(), "mori@example.jp", OTHER).status_code == 303


def test_an_invitation_is_shown_once_and_several_stand_beside_one_another(app: App) -> None:
    admin = app.somebody(Role.ADMIN)
    links = []
    for _ in range(2):
        answer = post(admin, "/settings/people/invite", "/settings/people", role="steward")
        links += re.findall(r'value="(http[^"]+/login/first/[^"]+)"', answer.text)
    assert len(links) == 2
    assert links[0] not in admin.get("/settings/people").text
    for number, link in enumerate(links):
        new = {"name": "新人", "email": f"new{number}@example.jp", "password": PASSWORD}
        assert app.client().post(httpx.URL(link).path, data=new).status_code == 303
    roles = {one.person.email: one.person.role for one in app.desk.staff.members(app.clock.now)}
    assert roles["new0@example.jp"] is roles["new1@example.jp"] is Role.STEWARD
    assert post(admin, "/settings/people/invite", "/settings/people", role="king").status_code == 422


def test_another_role_counts_at_once_and_who_is_switched_off_is_out(app: App) -> None:
    admin = app.somebody(Role.ADMIN)
    steward = app.somebody(name="佐伯 遼", email="saeki@example.jp")
    path = f"/settings/people/{member_id(app, '佐伯 遼')}"
    assert post(admin, f"{path}/role", "/settings/people", role="privacy_officer").status_code == 303
    assert steward.get("/audit").status_code == 200
    assert post(admin, f"{path}/off", "/settings/people").status_code == 303
    assert steward.get("/review").headers["location"] == "/login"
    assert log_in(app.client(), "saeki@example.jp", PASSWORD).status_code == 401
    assert post(admin, f"{path}/on", "/settings/people").status_code == 303
    assert log_in(steward, "saeki@example.jp", PASSWORD).status_code == 303
    assert post(admin, f"{path}/sign-ins", "/settings/people").status_code == 303
    assert steward.get("/review").headers["location"] == "/login"
    told = [row.happening.action for row in app.desk.audit.rows(AuditFilter())]
    assert {"role_changed", "switched_off", "switched_on", "sign_ins_ended"} <= set(told)


def test_the_last_administrator_is_told_so(app: App) -> None:
    admin = app.somebody(Role.ADMIN)
    answer = post(admin, f"/settings/people/{member_id(app, '森 千尋')}/off", "/settings/people")
    assert answer.status_code == 409
    assert admin.get("/settings/people").status_code == 200


def test_no_field_that_is_not_on_the_form_changes_anything(app: App) -> None:
    """Mass assignment: a role, a state or a password hash beside what the form has."""
    browser = app.somebody()
    more = {"role": "admin", "is_active": "0", "password_hash": "", "person_id": "0", "email": "x@example.jp"}
    post(browser, "/settings/me", theme="dark", here="/", **more)
    (member,) = app.desk.staff.members(app.clock.now)
    assert (member.person.role, member.person.email, member.person.theme) == (Role.STEWARD, "mori@example.jp", "dark")
    secret = app.desk.people.invite(Role.VIEWER, app.clock.now)
    new = {"name": "新人", "email": "new@example.jp", "password": PASSWORD, "role": "admin", "is_admin": "1"}
    app.client().post(f"/login/first/{secret}", data=new)
    assert {one.person.role for one in app.desk.staff.members(app.clock.now)} == {Role.STEWARD, Role.VIEWER}


def test_one_address_may_fail_so_often_whoever_it_says_it_is(app: App) -> None:
    app.somebody(email="mori@example.jp")
    stranger = app.client()
    for number in range(20):
        assert log_in(stranger, f"nobody{number}@example.jp", "falsch falsch falsch").status_code == 401
    assert log_in(stranger, "mori@example.jp", PASSWORD).status_code == 429
    app.clock.pass_by(minutes=15, seconds=1)
    assert log_in(stranger, "mori@example.jp", PASSWORD).status_code == 303


def test_a_sign_in_that_was_there_before_ends_with_the_next_and_a_planted_one_is_never_taken(app: App) -> None:
    """Session fixation."""
    browser = app.somebody()
    before = browser.cookies["crm_pipelines_session"]
    log_in(browser, "mori@example.jp", PASSWORD)
    assert browser.cookies["crm_pipelines_session"] != before
    old = app.client()
    old.cookies.set("crm_pipelines_session", before)
    assert old.get("/review").headers["location"] == "/login"
    planted = app.client()
    planted.cookies.set("crm_pipelines_session", "planted-by-somebody")
    log_in(planted, "mori@example.jp", PASSWORD)
    assert "planted-by-somebody" not in {cookie.value for cookie in planted.cookies.jar if cookie.domain}


def test_without_a_link_no_password_is_hashed(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(PasswordHasher, "hash", lambda _hasher, password: hashed.append(password))
    new = {"name": "x", "email": "x@example.jp", "password": PASSWORD}
    assert app.client().post("/login/first/none", data=new).status_code == 410
    assert hashed == []


@pytest.mark.parametrize(
    "easy",
    [
        "password1234",
        "aaaaaaaaaaaaaaa",
        "1234567890123",
        "qwertyuiop123",
        "crm-pipelines-1",
        "mori@example.jp",
        "Administrator1",
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(app: App, easy: str) -> None:
    secret = app.desk.people.invite(Role.ADMIN, app.clock.now)
    new = {"name": "森 千尋", "email": "mori@example.jp", "password": easy}
    assert app.client().post(f"/login/first/{secret}", data=new).status_code == 422
    browser = app.somebody()
    assert post(browser, "/settings/me/password", old=PASSWORD, new=easy).status_code == 422


@pytest.mark.parametrize(("language", "words"), [("ja", "漏えい"), ("en", "have leaked")])
def test_a_breached_password_is_refused_where_the_project_names_a_list(
    app: App, tmp_path: Path, language: str, words: str
) -> None:
    leaked = "zwölf Boxkämpfer jagen"
    path = tmp_path / "pwned.txt"
    path.write_text(hashlib.sha1(leaked.encode(), usedforsecurity=False).hexdigest().upper() + ":3\r\n", "utf-8")
    app.served.state.web.breached = BreachedPasswords(path)
    secret = app.desk.people.invite(Role.ADMIN, app.clock.now)
    new = {"name": "森 千尋", "email": "mori@example.jp", "password": leaked}
    told = app.client().post(f"/login/first/{secret}", data=new, headers={"accept-language": language})
    assert told.status_code == 422
    assert words in told.text
    browser = app.somebody()
    assert post(browser, "/settings/me/password", old=PASSWORD, new=leaked).status_code == 422
    assert post(browser, "/settings/me/password", old=PASSWORD, new=OTHER).status_code == 303


def test_a_list_of_breached_passwords_that_is_not_there_stops_the_start(root: Path) -> None:
    file = root / "crm_pipelines.yaml"
    file.write_text(file.read_text("utf-8") + "\nsign_in: {breached_passwords: pwned.txt}\n", "utf-8")
    loaded = load_project(root, CONNECTORS, project_environment(root))
    with opened_desk(loaded) as desk, pytest.raises(ConfigurationError) as caught:
        create_app(loaded, {}, desk=desk)
    assert caught.value.faults[0].code == "configuration.breached_missing"
    assert caught.value.faults[0].facts["found"] == str(root / "pwned.txt")
    create_app(loaded, {})  # inboxes alone need none

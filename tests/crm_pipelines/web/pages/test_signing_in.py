"""Who comes in, how, and for how long."""

import httpx
import pytest

from crm_pipelines.model.enums import Role
from crm_pipelines.web.pages import SECURITY_HEADERS
from tests.crm_pipelines.web.pages.conftest import PASSWORD, App, word_of


def log_in(browser: httpx.Client, email: str, password: str) -> httpx.Response:
    return browser.post("/login", data={"email": email, "password": password})


def test_every_page_but_the_sign_in_sends_a_stranger_there(app: App) -> None:
    stranger = app.client()
    for path in (
        "/", "/review", "/review/0123456789abcdef0123456789abcdef", "/customers", "/customers/K7M2-QX9A-TB4W",
        "/customers/K7M2-QX9A-TB4W/records", "/customers/K7M2-QX9A-TB4W/history", "/customers/K7M2-QX9A-TB4W/merge",
        "/customers/K7M2-QX9A-TB4W/split", "/customers/K7M2-QX9A-TB4W/pins", "/customers/K7M2-QX9A-TB4W/undo/1",
        "/compare",
    ):  # fmt: skip
        found = stranger.get(path)
        while found.headers.get("location") not in (None, "/login"):
            found = stranger.get(found.headers["location"])
        assert found.headers["location"] == "/login"
    for path in ("/review/0123/answer", "/decisions/0123/undo", "/logout", "/settings/me"):
        fields = {"form_word": "none", "answer": "same", "here": "/"}
        assert stranger.post(path, data=fields).headers["location"] == "/login"


def test_a_first_link_lets_one_person_in_once(app: App) -> None:
    secret = app.desk.people.invite(Role.ADMIN, app.clock.now)
    browser, late = app.client(), app.client()
    fields = {"name": "山田 一", "email": "Yamada@Example.jp ", "password": "zu kurz"}
    assert browser.post(f"/login/first/{secret}", data=fields).status_code == 422
    assert browser.post(f"/login/first/{secret}", data=fields | {"password": PASSWORD}).headers["location"] == "/review"
    assert browser.get("/review").status_code == 200
    assert late.get(f"/login/first/{secret}").status_code == 410
    other = fields | {"password": PASSWORD, "email": "other@example.jp"}
    assert late.post(f"/login/first/{secret}", data=other).status_code == 410
    assert log_in(late, " yamada@example.JP", PASSWORD).headers["location"] == "/review"


def test_a_first_link_ends_after_a_day(app: App) -> None:
    secret = app.desk.people.invite(Role.ADMIN, app.clock.now)
    app.clock.pass_by(hours=24, seconds=1)
    assert app.client().get(f"/login/first/{secret}").status_code == 410


def test_nobody_can_tell_a_wrong_password_from_an_unknown_address(app: App) -> None:
    app.somebody(email="mori@example.jp")
    answers = [log_in(app.client(), email, "falsch falsch falsch") for email in ("mori@example.jp", "x@example.jp")]
    assert [answer.status_code for answer in answers] == [401, 401]
    texts = [answer.text.replace("mori@", "").replace("x@", "") for answer in answers]
    assert texts[0] == texts[1]


def test_many_wrong_passwords_make_the_right_one_wait(app: App) -> None:
    app.somebody(email="mori@example.jp")
    stranger = app.client()
    for _ in range(6):
        assert log_in(stranger, "mori@example.jp", "falsch falsch falsch").status_code == 401
    assert log_in(stranger, "mori@example.jp", PASSWORD).status_code == 429
    app.clock.pass_by(seconds=3)
    assert log_in(stranger, "mori@example.jp", PASSWORD).status_code == 303


def test_a_sign_in_ends_with_the_person_when_idle_and_after_a_week(app: App) -> None:
    browser = app.somebody()
    page = browser.get("/review").text
    assert browser.post("/logout", data={"form_word": word_of(page)}).headers["location"] == "/login"
    assert browser.get("/review").headers["location"] == "/login"

    log_in(browser, "mori@example.jp", PASSWORD)
    app.clock.pass_by(hours=8, seconds=1)
    assert browser.get("/review").headers["location"] == "/login"

    log_in(browser, "mori@example.jp", PASSWORD)
    for _ in range(7 * 24 // 7):
        app.clock.pass_by(hours=7)
        browser.get("/review")
    assert browser.get("/review").headers["location"] == "/login"


def test_each_sign_in_has_a_secret_of_its_own_that_scripts_cannot_read(app: App) -> None:
    app.somebody()
    cookies = [log_in(app.client(), "mori@example.jp", PASSWORD).headers["set-cookie"] for _ in range(2)]
    assert len({cookie.split(";")[0] for cookie in cookies}) == 2
    assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in cookies)


@pytest.mark.parametrize("here", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"])
def test_a_choice_of_language_leads_back_to_this_server_alone(app: App, here: str) -> None:
    answer = app.client().post("/language", data={"language": "ja", "here": here})
    assert answer.headers["location"] == "/review"


def test_the_language_is_the_browsers_until_somebody_chooses(app: App) -> None:
    browser = app.client()
    assert '<html lang="ja"' in browser.get("/login", headers={"accept-language": "ja-JP,en;q=0.5"}).text
    assert '<html lang="en"' in browser.get("/login", headers={"accept-language": "en"}).text
    browser.post("/language", data={"language": "ja", "here": "/login"})
    assert '<html lang="ja"' in browser.get("/login", headers={"accept-language": "en"}).text


def test_every_answer_carries_the_headers_that_keep_a_browser_from_harm(app: App) -> None:
    browser = app.somebody()
    for path in ("/", "/login", "/review", "/review/none", "/static/app.css", "/nowhere", "/login/first/none"):
        found = browser.get(path).headers
        assert {name: found.get(name) for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS), path


def test_a_form_counts_with_the_word_of_its_own_sign_in_and_from_this_server_alone(app: App) -> None:
    browser, other = app.somebody(), app.somebody(name="佐伯 遼", email="saeki@example.jp")
    page, foreign = browser.get("/review").text, other.get("/review").text
    forged = (
        ({"form_word": word_of(foreign)}, {}),
        ({"form_word": "none"}, {}),
        ({"form_word": word_of(page)}, {"origin": "https://evil.example"}),
        ({"form_word": word_of(page)}, {"sec-fetch-site": "cross-site"}),
    )
    for fields, headers in forged:
        answer = browser.post("/settings/me", data=fields | {"here": "/review", "theme": "dark"}, headers=headers)
        assert answer.status_code == 403
    assert 'data-theme="dark"' not in browser.get("/review").text
    own = {"form_word": word_of(page), "here": "/review", "theme": "dark"}
    assert browser.post("/settings/me", data=own).headers["location"] == "/review"
    assert 'data-theme="dark"' in browser.get("/review").text

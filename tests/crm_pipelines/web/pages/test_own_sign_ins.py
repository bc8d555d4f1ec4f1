"""One's own sign-ins: seen, ended one by one or all others at once, and nobody else's."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, expect

from crm_pipelines.model.enums import Role
from crm_pipelines.stores.ledger.audit import Action, AuditFilter
from crm_pipelines.stores.ledger.people import Way
from crm_pipelines.stores.ledger.staff import Subject
from crm_pipelines.web.throttle import FREE
from crm_pipelines.web.web_state import Desk, utc_now
from tests.browser import NEEDED
from tests.crm_pipelines.web.pages.conftest import PASSWORD, App, signed_in, word_of

ME = "/settings/me"


@pytest.fixture
def app(shared_app: App) -> App:
    return shared_app


def again(app: App, email: str = "mori@example.jp") -> httpx.Client:
    """Another browser of somebody who has been here."""
    browser = app.client()
    assert browser.post("/login", data={"email": email, "password": PASSWORD}).status_code == 303
    return browser


def rows_of(browser: httpx.Client) -> list[str]:
    """The lines of the list, without tags."""
    body = re.findall(r'class="list sign-ins".*?<tbody>(.*?)</tbody>', browser.get(ME).text, re.DOTALL)[0]
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)]


def ids_of(browser: httpx.Client) -> list[str]:
    return re.findall(r'formaction="/settings/me/sign-ins/([0-9a-f]{32})"', browser.get(ME).text)


def end(browser: httpx.Client, which: str, password: str = PASSWORD) -> httpx.Response:
    data = {"form_word": word_of(browser.get(ME).text), "old": password}
    return browser.post(f"{ME}/sign-ins/{which}", data=data)


def is_in(browser: httpx.Client) -> bool:
    return browser.get("/review").status_code == 200


def test_each_open_sign_in_is_told_with_when_it_began_was_used_and_how(app: App) -> None:
    first = app.somebody()
    app.clock.pass_by(hours=2)
    second = again(app)
    app.clock.pass_by(minutes=30)
    assert is_in(second)
    assert rows_of(second) == [
        "1 Apr 2026, 20:00 1 Apr 2026, 20:30 password this one",
        "1 Apr 2026, 18:00 1 Apr 2026, 18:00 link of an invitation End",
    ]
    app.clock.pass_by(hours=6)  # the first has been idle too long
    assert len(rows_of(second)) == 1
    assert not is_in(first)
    assert "/sign-ins/others" not in second.get(ME).text


def test_one_that_is_ended_is_out_with_its_next_request_and_the_others_stay(app: App) -> None:
    first, second, third = app.somebody(), again(app), again(app)
    for which in ids_of(third):
        page = third.get(ME).text
        assert which in page
    word = word_of(second.get(ME).text)
    (of_second,) = set(ids_of(first)) & set(ids_of(third))
    answer = end(third, of_second)
    assert answer.headers["location"] == f"{ME}?ended=1"
    assert [is_in(one) for one in (first, second, third)] == [True, False, True]
    assert second.post("/settings/me", data={"form_word": word, "here": "/"}).headers["location"] == "/login"
    assert 'role="status"' in third.get(answer.headers["location"]).text
    assert end(third, of_second).status_code == 404


def test_all_others_end_at_once(app: App) -> None:
    first, second, third = app.somebody(), again(app), again(app)
    stranger = app.somebody(name="佐伯", email="saeki@example.jp")
    assert end(second, "others").status_code == 303
    assert [is_in(one) for one in (first, second, third, stranger)] == [False, True, False, True]
    told = app.desk.audit.rows(AuditFilter(action=Action.SIGN_INS_ENDED))
    assert [row.person for row in told] == ["森 千尋"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
def test_nobody_ends_or_sees_those_of_somebody_else_here(app: App, role: Role) -> None:
    """IDOR: a name of another's sign-in opens nothing, whoever asks."""
    mori, also_mori = app.somebody(), again(app)
    other = app.somebody(role, "佐伯", "saeki@example.jp")
    (theirs,) = ids_of(mori)
    assert end(other, theirs).status_code == 404
    assert theirs not in other.get(ME).text
    assert is_in(mori)
    assert is_in(also_mori)


def test_a_cookie_alone_ends_nothing_and_passwords_cannot_be_tried_for_ever(app: App) -> None:
    thief, mori = app.somebody(), again(app)
    (which,) = ids_of(thief)
    assert end(thief, which, "").status_code == 422
    assert end(thief, "others", "falsch falsch falsch").status_code == 422
    answers = [end(thief, which, "falsch falsch falsch").status_code for _ in range(FREE)]
    assert (answers[0], answers[-1]) == (422, 429)
    assert end(thief, which).status_code == 429
    assert is_in(mori)


def test_who_has_no_password_must_have_signed_in_a_moment_ago(app: App) -> None:
    vouched = app.desk.staff.come_in(Subject("https://id.example", "s-1", "外部 花子", Role.STEWARD), app.clock.now)
    browsers = [app.client(), app.client()]
    for browser in browsers:
        secret = app.desk.people.sign_in(vouched, app.clock.now, way=Way.OPENID)
        browser.cookies.set("crm_pipelines_session", secret, domain=browser.base_url.host)
    assert "OpenID Connect this one" in rows_of(browsers[0])[0]
    app.clock.pass_by(minutes=16)
    assert end(browsers[0], "others").status_code == 422
    assert is_in(browsers[1])
    secret = app.desk.people.sign_in(vouched, app.clock.now, way=Way.OPENID)
    browsers[0].cookies.clear()
    browsers[0].cookies.set("crm_pipelines_session", secret, domain=browsers[0].base_url.host)
    assert end(browsers[0], "others").status_code == 303
    assert not is_in(browsers[1])


def test_without_the_word_of_the_form_nothing_ends(app: App) -> None:
    mori, also_mori = app.somebody(), again(app)
    foreign = word_of(app.somebody(name="佐伯", email="saeki@example.jp").get(ME).text)
    (which,) = ids_of(mori)
    for path in (which, "others"):
        assert mori.post(f"{ME}/sign-ins/{path}", data={"form_word": foreign}).status_code == 403
        assert mori.post(f"{ME}/sign-ins/{path}").status_code == 422
    assert is_in(also_mori)


def test_what_names_a_sign_in_is_neither_its_secret_nor_what_is_kept_of_it(app: App) -> None:
    mori, also_mori = app.somebody(), again(app)
    (which,) = ids_of(mori)
    stranger = app.client()
    stranger.cookies.set("crm_pipelines_session", which)
    assert not is_in(stranger)
    assert which not in str(also_mori.cookies)


@pytest.mark.system(NEEDED)
def test_in_a_browser_one_is_ended_with_the_password_and_never_without(
    browser: Browser, desk: tuple[Desk, str]
) -> None:
    opened, address = desk
    with browser.new_context(locale="ja-JP") as here:
        page = signed_in(here, opened, address)
        person = opened.people.of_email("mori@example.jp")
        assert person is not None
        secret = opened.people.sign_in(person, utc_now())
        page.goto(f"{address}{ME}")
        end_it = page.locator(".sign-ins button")
        end_it.click()
        expect(page.locator("#end-sign-ins [name=old]")).to_be_focused()  # the browser asks for it
        assert opened.people.signed_in(secret, utc_now()) is not None
        page.fill("#end-sign-ins [name=old]", PASSWORD)
        end_it.click()
        page.wait_for_url("**?ended=1")
        assert opened.people.signed_in(secret, utc_now()) is None
        expect(end_it).to_have_count(0)

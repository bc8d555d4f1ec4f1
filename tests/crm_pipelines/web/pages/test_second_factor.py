"""A code beside the password: turned on and off, asked for at the sign-in, lost, and demanded of roles."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from crm_pipelines.model.enums import Role
from crm_pipelines.stores.ledger.audit import Action, AuditFilter
from crm_pipelines.stores.ledger.people import Way
from crm_pipelines.stores.ledger.staff import Subject
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.web.one_time_codes import code_of, step_at
from tests.crm_pipelines.web.pages.conftest import PASSWORD, App, word_of

ME = "/settings/me/second-factor"
EMAIL = "mori@example.jp"


@pytest.fixture
def app(shared_app: App) -> App:
    return shared_app


class Device:
    """An authenticator app that somebody typed a secret into."""

    def __init__(self, app: App, page: str) -> None:
        found = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', page)
        assert found is not None
        self._app, self._secret = app, base64.b32decode(found[1].replace(" ", ""))

    def code(self, away: int = 0) -> str:
        """What it shows, so many steps from now."""
        return code_of(self._secret, step_at(self._app.clock.now) + away)


def turned_on(app: App, browser: httpx.Client) -> tuple[Device, list[str]]:
    """Turn it on; the device and the recovery codes. The next code is that of the next half minute."""
    offered = post(browser, ME, old=PASSWORD)
    assert offered.status_code == 200, offered.text
    device = Device(app, offered.text)
    shown = confirm(browser, offered.text, device.code())
    assert shown.status_code == 200, shown.text
    app.clock.pass_by(seconds=30)
    return device, re.findall(r"<li>([A-Z2-7-]{29})</li>", shown.text)


def confirm(browser: httpx.Client, page: str, code: str) -> httpx.Response:
    found = re.search(r'name="offered" value="([^"]+)"', page)
    assert found is not None
    return browser.post(f"{ME}/on", data={"form_word": word_of(page), "offered": found[1], "code": code})


def post(browser: httpx.Client, path: str, page: str = ME, **fields: str) -> httpx.Response:
    return browser.post(path, data={"form_word": word_of(browser.get(page).text), **fields})


def half_way(app: App, email: str = EMAIL) -> httpx.Client:
    """A browser in which the password has been given."""
    browser = app.client()
    answer = browser.post("/login", data={"email": email, "password": PASSWORD})
    assert answer.headers["location"] == "/login/code"
    return browser


def give(browser: httpx.Client, code: str) -> httpx.Response:
    return browser.post("/login/code", data={"code": code})


def is_in(browser: httpx.Client) -> bool:
    return browser.get("/review").status_code == 200


def told(app: App) -> list[Action]:
    """What happened, the latest first."""
    return [row.happening.action for row in app.desk.audit.rows(AuditFilter())]


def test_after_the_password_a_code_is_asked_for_and_opens_the_pages(app: App) -> None:
    device, _ = turned_on(app, app.somebody())
    browser = half_way(app)
    assert not is_in(browser)
    assert "one-time-code" in browser.get("/login/code").text
    answer = give(browser, device.code())
    assert answer.headers["location"] == "/review"
    assert is_in(browser)
    page = browser.get("/settings/me").text
    assert "password and code" in page
    happened = [action for action in told(app) if action is not Action.LISTED]
    assert happened[:2] == [Action.SIGNED_IN, Action.SECOND_FACTOR_ON]


def test_half_way_is_nowhere(app: App) -> None:
    turned_on(app, app.somebody())
    browser = half_way(app)
    for path in ("/review", "/customers", "/settings/me", ME, "/settings/people", "/audit"):
        assert browser.get(path).headers["location"] == "/login", path
    cookie = browser.cookies["crm_pipelines_half"]
    browser.cookies.set("crm_pipelines_session", cookie, domain=browser.base_url.host)
    assert not is_in(browser)


def test_a_code_counts_once_and_none_before_it_any_more(app: App) -> None:
    device, _ = turned_on(app, app.somebody())
    code = device.code()
    assert give(half_way(app), code).status_code == 303
    late = half_way(app)
    assert give(late, code).status_code == 401
    assert give(late, device.code(-1)).status_code == 401
    assert not is_in(late)
    app.clock.pass_by(seconds=30)
    assert give(late, device.code()).status_code == 303


def test_the_code_that_turned_it_on_lets_nobody_in(app: App) -> None:
    device, _ = turned_on(app, app.somebody())
    assert give(half_way(app), device.code(-1)).status_code == 401


def test_one_code_in_many_browsers_at_once_lets_one_in(app: App) -> None:
    device, _ = turned_on(app, app.somebody())
    browsers, code = [half_way(app) for _ in range(5)], device.code()
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda browser: give(browser, code).status_code, browsers))
    assert sorted(answers) == [303, 401, 401, 401, 401]


def test_the_second_page_is_of_the_browser_that_gave_the_password(app: App) -> None:
    device, _ = turned_on(app, app.somebody())
    stranger = app.client()
    for cookie in ("", "guessed"):
        stranger.cookies.set("crm_pipelines_half", cookie, domain=stranger.base_url.host)
        assert stranger.get("/login/code").headers["location"] == "/login"
        assert give(stranger, device.code()).headers["location"] == "/login"
    browser = half_way(app)
    header = browser.post("/login", data={"email": EMAIL, "password": PASSWORD}).headers["set-cookie"]
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    foreign = browser.post("/login/code", data={"code": device.code()}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_half_way_ends_after_ten_minutes_and_with_the_sign_in(app: App) -> None:
    device, _ = turned_on(app, app.somebody())
    browser = half_way(app)
    kept = browser.cookies["crm_pipelines_half"]
    assert give(browser, device.code()).status_code == 303
    again = app.client()
    again.cookies.set("crm_pipelines_half", kept)
    app.clock.pass_by(seconds=30)
    assert give(again, device.code()).headers["location"] == "/login"
    slow = half_way(app)
    app.clock.pass_by(minutes=10)
    assert give(slow, device.code()).headers["location"] == "/login"
    assert not is_in(slow)


@pytest.mark.parametrize("change", ["password", "off"])
def test_who_is_half_way_begins_anew_when_the_password_changes_or_the_person_is_switched_off(
    app: App, change: str
) -> None:
    mori, admin = app.somebody(), app.somebody(Role.ADMIN, "管理", "admin@example.jp")
    device, _ = turned_on(app, mori)
    browser = half_way(app)
    if change == "password":
        post(mori, "/settings/me/password", "/settings/me", old=PASSWORD, new="andere vier Worte hier")
    else:
        person = app.desk.people.of_email(EMAIL)
        assert person is not None
        post(admin, f"/settings/people/{person.person_id}/off", "/settings/people")
    assert give(browser, device.code()).headers["location"] == "/login"
    assert not is_in(browser)


def test_many_wrong_codes_make_the_right_one_wait_and_the_right_password_forgives_none(app: App) -> None:
    device, codes = turned_on(app, app.somebody())
    for _ in range(6):
        assert give(half_way(app), "000000").status_code == 401
    stranger = app.client()
    assert stranger.post("/login", data={"email": EMAIL, "password": PASSWORD}).status_code == 429
    app.clock.pass_by(seconds=3)
    browser = half_way(app)
    assert give(browser, "000000").status_code == 401
    assert give(browser, device.code()).status_code == 429
    assert give(browser, codes[0]).status_code == 429
    app.clock.pass_by(seconds=5)
    assert give(browser, device.code()).status_code == 303
    assert told(app).count(Action.SECOND_FACTOR_FAILED) == 7


def test_many_guesses_at_once_count_each(app: App) -> None:
    turned_on(app, app.somebody())
    browsers = [half_way(app) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda browser: give(browser, "000000").status_code, browsers))
    assert sorted(answers) == [401] * 6 + [429] * 4


def test_one_address_may_guess_so_often(app: App) -> None:
    device, _ = turned_on(app, app.somebody())
    browser, stranger = half_way(app), app.client()
    for number in range(20):
        stranger.post("/login", data={"email": f"nobody{number}@example.jp", "password": "falsch falsch falsch"})
    assert give(browser, device.code()).status_code == 429
    app.clock.pass_by(minutes=15)
    assert give(half_way(app), device.code()).status_code == 303


def test_a_recovery_code_lets_its_person_in_once(app: App) -> None:
    _, codes = turned_on(app, app.somebody())
    other = app.somebody(name="佐伯", email="saeki@example.jp")
    turned_on(app, other)
    assert len(set(codes)) == 10
    assert give(half_way(app, "saeki@example.jp"), codes[3]).status_code == 401
    browser = half_way(app)
    assert give(browser, codes[3].lower().replace("-", " ")).status_code == 303
    assert "password and recovery code" in browser.get("/settings/me").text
    assert "Recovery codes left: 9" in browser.get(ME).text
    assert give(half_way(app), codes[3]).status_code == 401
    assert Action.RECOVERY_CODE_USED in told(app)


def test_nothing_is_turned_on_without_the_password_and_a_first_code(app: App) -> None:
    browser, other = app.somebody(), app.somebody(name="佐伯", email="saeki@example.jp")
    assert post(browser, ME, old="falsch falsch falsch").status_code == 422
    offered = post(browser, ME, old=PASSWORD)
    wrong = confirm(browser, offered.text, "000000")
    assert wrong.status_code == 422
    assert Device(app, wrong.text).code() == Device(app, offered.text).code()
    foreign = post(other, ME, old=PASSWORD)
    taken = foreign.text.replace(word_of(foreign.text), word_of(browser.get(ME).text))
    assert confirm(browser, taken, Device(app, foreign.text).code()).status_code == 422
    assert app.client().post("/login", data={"email": EMAIL, "password": PASSWORD}).headers["location"] == "/review"
    right = Device(app, offered.text).code()
    assert confirm(browser, offered.text, right).status_code == 200
    assert confirm(browser, offered.text, right).status_code == 409  # the page loaded anew
    assert post(browser, ME, old=PASSWORD).status_code == 409


def test_the_secret_and_the_recovery_codes_are_shown_once(app: App) -> None:
    browser = app.somebody()
    offered = post(browser, ME, old=PASSWORD)
    secret = re.findall(r'id="secret"[^>]*>([A-Z2-7 ]+)<', offered.text)[0]
    assert f"secret={secret.replace(' ', '')}&amp;issuer=CRM%20Pipelines" in offered.text
    shown = confirm(browser, offered.text, Device(app, offered.text).code())
    codes = re.findall(r"<li>([A-Z2-7-]{29})</li>", shown.text)
    assert len(codes) == 10
    for page in (browser.get(ME).text, browser.get("/settings/me").text):
        assert secret not in page
        assert codes[0] not in page


def test_neither_the_secret_nor_a_recovery_code_can_be_read_in_the_database(app: App, shared_root: Path) -> None:
    browser = app.somebody()
    offered = post(browser, ME, old=PASSWORD)
    secret = base64.b32decode(re.findall(r'id="secret"[^>]*>([A-Z2-7 ]+)<', offered.text)[0].replace(" ", ""))
    shown = confirm(browser, offered.text, Device(app, offered.text).code())
    codes = re.findall(r"<li>([A-Z2-7-]{29})</li>", shown.text)
    kept = b"".join(file.read_bytes() for file in ProjectPaths(shared_root).data.glob("ledger.db*"))
    assert EMAIL.encode() in kept
    written = (base64.b32encode(secret), secret.hex().encode(), base64.b64encode(secret), secret)
    assert not [one for one in written if one in kept]
    assert not [one for code in codes for one in (code, code.replace("-", "")) if one.encode() in kept]


def test_turning_it_on_or_off_ends_every_other_sign_in(app: App) -> None:
    mori, other = app.somebody(), app.client()
    other.post("/login", data={"email": EMAIL, "password": PASSWORD})
    device, _ = turned_on(app, mori)
    assert (is_in(mori), is_in(other)) == (True, False)
    again = half_way(app)
    give(again, device.code())
    app.clock.pass_by(seconds=30)
    assert post(mori, f"{ME}/off", old=PASSWORD, code=device.code()).headers["location"] == f"{ME}?off=1"
    assert (is_in(mori), is_in(again)) == (True, False)
    assert app.client().post("/login", data={"email": EMAIL, "password": PASSWORD}).headers["location"] == "/review"
    assert told(app).count(Action.SECOND_FACTOR_OFF) == 1


def test_it_is_turned_off_with_the_password_and_a_code_alone(app: App) -> None:
    browser = app.somebody()
    assert post(browser, f"{ME}/off", old=PASSWORD, code="000000").status_code == 409
    device, codes = turned_on(app, browser)
    assert post(browser, f"{ME}/off", old="falsch falsch falsch", code=device.code()).status_code == 422
    assert post(browser, f"{ME}/off", old=PASSWORD, code="000000").status_code == 422
    assert half_way(app)
    assert post(browser, f"{ME}/off", old=PASSWORD, code=codes[0]).status_code == 303
    assert app.desk.second_factors.n_codes(app.desk.staff.members(app.clock.now)[0].person.person_id) == 0


def test_new_recovery_codes_take_the_place_of_the_old(app: App) -> None:
    browser = app.somebody()
    device, codes = turned_on(app, browser)
    shown = post(browser, f"{ME}/codes", old=PASSWORD, code=device.code())
    newer = re.findall(r"<li>([A-Z2-7-]{29})</li>", shown.text)
    assert len(newer) == 10
    assert not set(codes) & set(newer)
    assert give(half_way(app), codes[0]).status_code == 401
    assert give(half_way(app), newer[0]).status_code == 303
    assert Action.RECOVERY_CODES_MADE in told(app)


def test_an_administrator_resets_who_has_lost_it_and_not_themselves(app: App) -> None:
    admin, mori = app.somebody(Role.ADMIN, "管理", "admin@example.jp"), app.somebody()
    device, _ = turned_on(app, mori)
    turned_on(app, admin)
    ids = {one.person.email: one.person.person_id for one in app.desk.staff.members(app.clock.now)}
    path = "/settings/people/{}/second-factor"
    assert path.format(ids[EMAIL]) in admin.get("/settings/people").text
    assert post(admin, path.format(ids["admin@example.jp"]), "/settings/people").status_code == 409
    waiting = half_way(app)
    assert post(admin, path.format(ids[EMAIL]), "/settings/people").status_code == 303
    assert not is_in(mori)
    assert give(waiting, device.code()).headers["location"] == "/login"
    assert app.client().post("/login", data={"email": EMAIL, "password": PASSWORD}).headers["location"] == "/review"
    (row,) = app.desk.audit.rows(AuditFilter(action=Action.SECOND_FACTOR_RESET))
    assert (row.person, row.happening.object_id) == ("管理", ids[EMAIL])


def test_without_the_key_of_the_project_a_recovery_code_is_the_way_in(app: App) -> None:
    device, codes = turned_on(app, app.somebody())
    object.__setattr__(app.desk, "project_key", b"x" * 32)  # as if another `.env` had been put there
    browser = half_way(app)
    assert give(browser, device.code()).status_code == 401
    assert give(browser, codes[0]).status_code == 303


def test_a_role_that_needs_it_gets_nowhere_before(app: App) -> None:
    web = app.served.state.web
    web.access = web.access.model_copy(update={"second_factor": (Role.ADMIN,)})
    admin, steward = app.somebody(Role.ADMIN), app.somebody(name="佐伯", email="saeki@example.jp")
    assert is_in(steward)
    for path in ("/review", "/dashboard", "/settings/me", "/settings/people", "/settings/tokens", "/audit", "/live"):
        assert admin.get(path).headers["location"] == ME, path
    page = admin.get(ME).text
    assert "Your role (administrator) needs two-step sign-in" in page
    assert 'class="nav"' not in page
    word = word_of(page)
    for path in ("/settings/people/invite", "/settings/me/password", "/settings/tokens"):
        fields = {"form_word": word, "role": "admin", "old": PASSWORD, "new": "andere vier Worte hier", "name": "x"}
        assert admin.post(path, data=fields).headers["location"] == ME, path
    assert post(admin, "/settings/me", language="ja", here=ME).headers["location"] == ME
    turned_on(app, admin)
    assert is_in(admin)
    device, _ = turned_on(app, steward)
    post(steward, f"{ME}/off", old=PASSWORD, code=device.code())
    assert is_in(steward)


def test_who_comes_by_a_provider_is_not_held_and_has_none_of_ours(app: App) -> None:
    web = app.served.state.web
    web.access = web.access.model_copy(update={"second_factor": (Role.STEWARD,)})
    vouched = app.desk.staff.come_in(Subject("https://id.example", "s-1", "外部 花子", Role.STEWARD), app.clock.now)
    browser = app.client()
    secret = app.desk.people.sign_in(vouched, app.clock.now, way=Way.OPENID)
    browser.cookies.set("crm_pipelines_session", secret, domain=browser.base_url.host)
    assert is_in(browser)
    assert browser.get(ME).status_code == 404
    assert ME not in browser.get("/settings/me").text

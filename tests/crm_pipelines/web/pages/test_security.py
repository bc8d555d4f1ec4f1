"""What strangers and colleagues try with pages, and what pages must never do."""

import re
import socket
from html.parser import HTMLParser

import httpx
import pytest
from fastapi.routing import APIRoute

from crm_pipelines.model.enums import Role
from crm_pipelines.stores.runs_view import read_runs
from crm_pipelines.web.pages import SECURITY_HEADERS
from crm_pipelines.web.transport import MOST_FORM_BYTES
from tests.crm_pipelines.web.pages.conftest import PASSWORD, App, questions_of, word_of

CANARY = "Kanarienvogel"
INJECTION = "{{7*7}}<script>alert(1)</script>${7*7}"


class Tags(HTMLParser):
    """The start tags of a page with their attributes, and its title."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self._is_title = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._is_title = tag == "title"

    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.title += data
            self._is_title = False


def ids_of(app: App) -> dict[str, str]:
    """Ids of what addresses name: of what there is, and otherwise ids that nobody has."""
    with app.desk.room.look() as look:
        [(golden_id,)] = look.con.execute("select min(golden_id) from customers").fetchall()
    run_id = read_runs(app.desk.room.paths, 1)[0].run_id
    none = dict.fromkeys(("decision_id", "batch_id", "row_id", "sign_in_id"), "0" * 32)
    return {**none, "golden_id": golden_id, "run_id": run_id, "source": "erp", "check": "quarantine_share"}


def pages_of(app: App, browser: httpx.Client) -> dict[str, httpx.Response]:
    """Every page that can be opened, ids filled in, and what mistakes show."""
    asked = questions_of(browser.get("/review").text)[0]
    filled = {**ids_of(app), "question_id": asked, "secret": app.desk.people.invite(Role.VIEWER, app.clock.now, "x")}
    found = {}
    for route in app.served.routes:
        if isinstance(route, APIRoute) and "GET" in route.methods:
            found[route.path] = browser.get(re.sub(r"\{(\w+)\}", lambda name: filled[name[1]], route.path))
    found |= {path: browser.get(path) for path in ("/nowhere", "/review/0123", "/audit?action=looked")}
    stranger = app.client()
    return found | {f"{path} (stranger)": stranger.get(path) for path in ("/login", "/nowhere")}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_page_has_anything_inline_or_from_elsewhere(app: App, language: str) -> None:
    browser = app.somebody(Role.ADMIN)
    browser.headers["accept-language"] = language
    for path, answer in pages_of(app, browser).items():
        found = answer.headers
        assert {name: found.get(name) for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS), path
        policy = found["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        for tag, attributes in Tags(answer.text).tags:
            assert "style" not in attributes, path
            assert tag != "style", path
            assert not [name for name in attributes if name.startswith("on")], path
            assert tag != "script" or str(attributes.get("src")).startswith("/static/"), path
            target = attributes.get("href") or attributes.get("src") or attributes.get("action") or ""
            assert not re.match(r"(?:https?:)?//|javascript:", target), (path, target)


def test_every_form_that_changes_something_has_the_word_of_its_sign_in(app: App) -> None:
    browser = app.somebody(Role.ADMIN)
    for path, answer in pages_of(app, browser).items():
        if "stranger" in path or path.startswith("/login"):
            continue
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", answer.text, re.DOTALL):
            assert word_of(form), path


def test_no_post_counts_without_the_word_of_its_form(app: App) -> None:
    """CSRF, for every address that takes a form from somebody who has signed in."""
    browser, other = app.somebody(Role.ADMIN), app.somebody(name="佐伯", email="saeki@example.jp")
    asked = questions_of(browser.get("/review").text)[0]
    foreign = word_of(other.get("/review").text)
    (me, *_) = app.desk.staff.members(app.clock.now)
    filled = {**ids_of(app), "question_id": asked, "person_id": me.person.person_id, "token_id": "0" * 16}
    fields = {
        "answer": "same", "here": "/", "role": "viewer", "purpose": "x", "old": PASSWORD, "new": "y" * 20,
        "reason": "x", "fingerprint": "x", "source": "erp", "attribute": "email", "other": "x", "q": "x",
        "person_id": me.person.person_id, "code": "123456", "offered": "x",
    }  # fmt: skip
    for route in app.served.routes:
        if not isinstance(route, APIRoute) or "POST" not in route.methods or route.path.startswith("/l"):
            continue
        path = re.sub(r"\{(\w+)\}", lambda name: filled[name[1]], route.path)
        for word in ("none", foreign):
            assert browser.post(path, data={**fields, "form_word": word}).status_code == 403, path
        assert browser.post(path, data=fields).status_code in (403, 422), path
    assert app.desk.ledger.entries() == []
    assert {one.person.role for one in app.desk.staff.members(app.clock.now)} == {Role.ADMIN, Role.STEWARD}


def test_a_name_is_a_name_whatever_it_looks_like(app: App) -> None:
    """Template injection, and markup in what people type."""
    browser = app.somebody(Role.ADMIN, INJECTION)
    pages = "".join(answer.text for answer in pages_of(app, browser).values())
    assert "<script>alert" not in pages
    assert "49" not in re.findall(r'class="me"[^>]*>([^<]*)', pages)[0]
    assert "{{7*7}}" in pages
    login = app.client().post("/login", data={"email": INJECTION, "password": "x"})
    assert "<script>alert" not in login.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "/static/..%2fpages.py",
        "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/static//etc/passwd",
        "/static/..\\pages.py",
        "/static/app.css%00.py",
    ],
)
def test_nothing_but_our_files_is_below_static(app: App, path: str) -> None:
    url = app.client().base_url
    with socket.create_connection((url.host, url.port or 80), timeout=30) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {url.host}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.split()[1] in (b"400", b"404")
    assert b"import" not in answer


def test_a_body_that_is_too_large_is_given_up(app: App) -> None:
    browser = app.client()
    large = b"email=" + b"x" * MOST_FORM_BYTES
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/login", content=large, headers=form).status_code == 413
    parts = (large[start : start + 4096] for start in range(0, len(large), 4096))
    assert browser.post("/login", content=parts, headers=form).status_code == 413
    assert browser.get("/login").status_code == 200


@pytest.mark.parametrize("here", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "\t//x"])
def test_no_choice_leads_to_another_server(app: App, here: str) -> None:
    browser = app.somebody()
    word = word_of(browser.get("/review").text)
    for path in ("/settings/me", "/purpose"):
        fields = {"form_word": word, "here": here, "purpose": "x", "theme": "dark"}
        assert browser.post(path, data=fields).headers["location"] == "/review"
    assert app.client().post("/language", data={"language": "ja", "here": here}).headers["location"] == "/review"


def test_nothing_personal_is_in_a_log_a_title_an_address_or_an_error(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    browser = app.somebody(Role.ADMIN, CANARY, f"{CANARY}@example.jp".lower())
    steward = app.somebody(name="佐伯", email="saeki@example.jp")
    steward.get(f"/review?after={CANARY}&reason={CANARY}")
    steward.post("/login", data={"email": f"{CANARY}@example.jp", "password": CANARY})
    seen = pages_of(app, browser)
    asked = questions_of(steward.get("/review").text)[0]
    shown = steward.get(f"/review/{asked}").text
    values = {value.strip() for value in re.findall(r'lang="ja" class="value name">(?:<mark[^>]*>)?([^<]+)', shown)}
    for answer in (*seen.values(), steward.get(f"/review/{asked}"), steward.get(f"/{CANARY}")):
        title = Tags(answer.text).title
        assert CANARY.lower() not in title.lower()
        assert not [value for value in values if len(value) > 2 and value in title]
        for _, attributes in Tags(answer.text).tags:
            target = attributes.get("href") or attributes.get("action") or ""
            assert CANARY.lower() not in target.lower()
    assert CANARY.lower() not in steward.get(f"/{CANARY}").text.lower()
    assert CANARY.lower() not in caplog.text.lower()


def test_where_a_rule_asks_what_for_nothing_is_shown_before_it_is_said(app: App) -> None:
    web = app.served.state.web
    web.access = web.access.model_copy(update={"purpose_required_for": ("question",), "purposes": ("監査", "確認")})
    browser = app.somebody()
    page = browser.get("/review").text
    asked = questions_of(page)[0]
    before = browser.get(f"/review/{asked}")
    assert before.status_code == 428
    assert 'name="answer"' not in before.text
    said = {"form_word": word_of(page), "here": f"/review/{asked}"}
    browser.post("/purpose", data={**said, "purpose": "something else"})
    assert browser.get(f"/review/{asked}").status_code == 428
    assert browser.post("/purpose", data={**said, "purpose": "監査"}).headers["location"] == f"/review/{asked}"
    assert browser.get(f"/review/{asked}").status_code == 200
    admin = app.somebody(Role.ADMIN, "管理", "admin@example.jp")
    assert "監査</td>" in admin.get("/audit?action=looked").text


def test_ids_of_others_open_nothing(app: App) -> None:
    """IDOR: a decision of nobody, a person by somebody who is no administrator, a question that is not there."""
    browser, admin = app.somebody(), app.somebody(Role.ADMIN, "管理", "admin@example.jp")
    word = word_of(browser.get("/review").text)
    other = next(one.person for one in app.desk.staff.members(app.clock.now) if one.person.role is Role.ADMIN)
    for action in ("role", "off", "on", "sign-ins", "second-factor"):
        path = f"/settings/people/{other.person_id}/{action}"
        assert browser.post(path, data={"form_word": word, "role": "viewer"}).status_code == 403
    assert admin.get("/settings/people").status_code == 200
    assert browser.get("/review/" + "0" * 32).status_code == 404
    assert browser.post("/decisions/" + "0" * 32 + "/undo", data={"form_word": word}).status_code == 409


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_methods_that_nobody_needs_are_refused(app: App, method: str) -> None:
    for path in ("/login", "/review", "/static/app.css"):
        assert app.client().request(method, path).status_code == 405

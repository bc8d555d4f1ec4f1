"""Who may use which address: every route of the app with every role. A new route without a line here fails."""

import re

import httpx
import pytest
from fastapi.routing import APIRoute

from crm_pipelines.model.enums import Role
from crm_pipelines.model.errors import ContractError
from crm_pipelines.web.permissions import Guard, guard_of, require_guards
from crm_pipelines.web.roles import PERMISSIONS, Permission
from tests.crm_pipelines.web.pages.conftest import App, questions_of

EVERYBODY = frozenset(Role)
DECIDING = frozenset({Role.STEWARD, Role.LEAD, Role.ADMIN})
LEADING = frozenset({Role.LEAD, Role.ADMIN})
ADMIN = frozenset({Role.ADMIN})
AUDITING = frozenset({Role.ADMIN, Role.PRIVACY_OFFICER})
STRANGERS = None
"""Open to strangers, and so to everybody."""

MATRIX = {
    ("GET", "/"): STRANGERS,
    ("GET", "/login"): STRANGERS,
    ("POST", "/login"): STRANGERS,
    ("GET", "/login/first/{secret}"): STRANGERS,
    ("POST", "/login/first/{secret}"): STRANGERS,
    ("GET", "/login/code"): STRANGERS,
    ("POST", "/login/code"): STRANGERS,
    ("GET", "/login/openid"): STRANGERS,
    ("GET", "/login/openid/return"): STRANGERS,
    ("POST", "/language"): STRANGERS,
    ("POST", "/logout"): EVERYBODY,
    ("POST", "/purpose"): EVERYBODY,
    ("GET", "/settings/me"): EVERYBODY,
    ("POST", "/settings/me"): EVERYBODY,
    ("POST", "/settings/me/password"): EVERYBODY,
    ("POST", "/settings/me/sign-ins/others"): EVERYBODY,
    ("POST", "/settings/me/sign-ins/{sign_in_id}"): EVERYBODY,
    ("GET", "/settings/me/second-factor"): EVERYBODY,
    ("POST", "/settings/me/second-factor"): EVERYBODY,
    ("POST", "/settings/me/second-factor/on"): EVERYBODY,
    ("POST", "/settings/me/second-factor/off"): EVERYBODY,
    ("POST", "/settings/me/second-factor/codes"): EVERYBODY,
    ("GET", "/settings/people"): ADMIN,
    ("POST", "/settings/people/invite"): ADMIN,
    ("POST", "/settings/people/{person_id}/role"): ADMIN,
    ("POST", "/settings/people/{person_id}/off"): ADMIN,
    ("POST", "/settings/people/{person_id}/on"): ADMIN,
    ("POST", "/settings/people/{person_id}/sign-ins"): ADMIN,
    ("POST", "/settings/people/{person_id}/second-factor"): ADMIN,
    ("GET", "/settings/tokens"): ADMIN,
    ("POST", "/settings/tokens"): ADMIN,
    ("POST", "/settings/tokens/{token_id}/revoke"): ADMIN,
    ("GET", "/live"): EVERYBODY,
    ("GET", "/audit"): AUDITING,
    ("GET", "/review"): EVERYBODY,
    ("GET", "/review/{question_id}"): EVERYBODY,
    ("GET", "/review/{question_id}/effects"): DECIDING,
    ("POST", "/review/{question_id}/answer"): DECIDING,
    ("GET", "/review/{question_id}/graph"): EVERYBODY,
    ("POST", "/review/{question_id}/claim"): DECIDING,
    ("POST", "/review/{question_id}/release"): DECIDING,
    ("POST", "/review/{question_id}/assign"): LEADING,
    ("POST", "/review/{question_id}/later"): DECIDING,
    **{
        ("GET", path): DECIDING
        for path in (
            "/decisions", "/decisions/{decision_id}", "/review/together", "/review/approvals",
            "/review/approvals/{batch_id}", "/quarantine", "/quarantine/{row_id}", "/customers/{golden_id}/merge",
            "/customers/{golden_id}/split", "/customers/{golden_id}/undo/{decision_id}", "/customers/{golden_id}/pins",
        )
    },
    **{
        ("POST", path): DECIDING
        for path in (
            "/decisions/{decision_id}/undo", "/review/together", "/review/approvals/{batch_id}/approve",
            "/review/approvals/{batch_id}/send-back", "/review/approvals/{batch_id}/withdraw",
            "/review/approvals/{batch_id}/undo", "/quarantine/drop", "/quarantine/release",
            "/quarantine/undo", "/quarantine/{row_id}/fix", "/quarantine/{row_id}/drop",
            "/quarantine/{row_id}/release", "/quarantine/{row_id}/undo",
            "/customers/{golden_id}/merge", "/customers/{golden_id}/split",
            "/customers/{golden_id}/undo/{decision_id}", "/customers/{golden_id}/pins",
        )
    },
    ("GET", "/customers"): EVERYBODY,
    ("POST", "/customers/search"): EVERYBODY,
    ("GET", "/customers/{golden_id}"): EVERYBODY,
    ("GET", "/customers/{golden_id}/records"): EVERYBODY,
    ("GET", "/customers/{golden_id}/history"): EVERYBODY,
    ("GET", "/customers/{golden_id}/graph"): EVERYBODY,
    ("GET", "/compare"): EVERYBODY,
    ("GET", "/dashboard"): EVERYBODY,
    ("GET", "/sources"): EVERYBODY,
    ("GET", "/runs/{run_id}"): EVERYBODY,
    ("GET", "/quality"): EVERYBODY,
    ("GET", "/quality/{source}"): EVERYBODY,
    ("GET", "/quality/override/{check}"): LEADING,
    ("POST", "/quality/override/{check}"): LEADING,
    ("POST", "/quality/override/{check}/withdraw"): LEADING,
}  # fmt: skip


def routes_of(app: App) -> dict[tuple[str, str], APIRoute]:
    found = (route for route in app.served.routes if isinstance(route, APIRoute))
    return {(method, route.path): route for route in found for method in route.methods}


def asked(browser: httpx.Client, method: str, path: str) -> httpx.Response:
    """An address with ids that nobody has; of a form every field that any has, but no form word."""
    fields = ("form_word", "answer", "here", "role", "purpose", "old", "new", "language", "name", "email", "password")
    data = dict.fromkeys(fields, "none") if method == "POST" else None
    return browser.request(method, re.sub(r"\{\w+\}", "0123", path), data=data)


def test_every_route_is_in_the_matrix_and_guarded_as_it_says(app: App) -> None:
    routes = routes_of(app)
    assert set(routes) == set(MATRIX)
    for key, route in routes.items():
        guard = guard_of(route)
        assert guard is not None, key
        allowed = MATRIX[key]
        holding = frozenset(role for role, held in PERMISSIONS.items() if guard.permission in held)
        assert (holding if guard.permission is not None else STRANGERS) == allowed, key


def test_every_route_answers_strangers_with_the_sign_in_unless_it_is_open(app: App) -> None:
    stranger = app.client()
    for (method, path), allowed in MATRIX.items():
        answer = asked(stranger, method, path)
        is_sent_away = answer.headers.get("location") == "/login" and path != "/login/code"
        assert is_sent_away is (allowed is not STRANGERS), (method, path, answer.status_code)


@pytest.mark.parametrize("role", list(Role))
def test_every_route_refuses_every_role_that_it_is_not_for(app: App, role: Role) -> None:
    browser = app.somebody(role)
    for (method, path), allowed in MATRIX.items():
        if path == "/logout":
            continue
        answer = asked(browser, method, path)
        assert answer.status_code < 500 or path.startswith("/login/openid"), (method, path)
        if allowed is not STRANGERS and role not in allowed:
            assert answer.status_code == 403, (method, path)
            assert "web.not_allowed" not in answer.text
        elif method == "GET":
            assert answer.status_code != 403, (method, path)
        elif allowed is not STRANGERS:  # let through to the form, which lacks its word
            assert answer.status_code in (403, 422), (method, path)


def test_who_was_refused_stands_in_the_audit_log(app: App) -> None:
    app.somebody(Role.VIEWER).get("/audit")
    admin = app.somebody(Role.ADMIN, "管理", "admin@example.jp")
    page = admin.get("/audit?action=refused").text
    assert "森 千尋" in page
    assert "audit" in page


def test_an_address_without_a_guard_stops_the_start(app: App) -> None:
    app.served.get("/forgotten")(lambda: None)
    with pytest.raises(ContractError) as caught:
        require_guards(app.served.routes)
    assert caught.value.facts["paths"] == "/forgotten"


def test_no_role_holds_everything_and_each_permission_has_a_holder() -> None:
    held = [permission for role in Role for permission in PERMISSIONS[role]]
    assert set(held) == set(Permission)
    assert Permission.DECIDE not in PERMISSIONS[Role.PRIVACY_OFFICER]
    assert not Guard(None).shows


def test_viewers_see_parts_of_values_and_no_evidence_that_quotes_them(app: App) -> None:
    steward = app.somebody()
    viewer = app.somebody(Role.VIEWER, "閲覧", "viewer@example.jp")
    ids = questions_of(steward.get("/review").text)[:12]
    whole = "".join(steward.get(f"/review/{one}").text for one in ids)
    parts = "".join(viewer.get(f"/review/{one}").text for one in ids)
    emails = set(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.sub("<[^>]+>", "", whole))) - {"mori@example.jp"}
    assert emails
    assert not [email for email in emails if email in re.sub("<[^>]+>", "", parts)]
    assert "***@" in parts

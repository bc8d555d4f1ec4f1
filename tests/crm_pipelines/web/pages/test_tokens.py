"""Tokens under the settings: made with scopes and an end, shown once, revoked; all of it in the audit log."""

import re

import httpx
import pytest

from crm_pipelines.model.enums import Role, TokenScope
from crm_pipelines.web.api.application import PREFIX
from tests.crm_pipelines.web.pages.conftest import App, word_of

PLACE = "/settings/tokens"


@pytest.fixture
def app(shared_app: App) -> App:
    return shared_app


def posted(browser: httpx.Client, path: str = PLACE, **fields: object) -> httpx.Response:
    return browser.post(path, data={"form_word": word_of(browser.get(PLACE).text), **fields})


def test_a_token_is_shown_once_works_as_its_scopes_say_and_ends(app: App) -> None:
    admin = app.somebody(Role.ADMIN)
    made = posted(admin, name=" 受注 システム ", scope=["changes:read"], ends_on="2026-04-30")
    (text,) = re.findall(r'value="(crmp_[^"]+)"', made.text)
    assert text not in admin.get(PLACE).text
    (token,) = app.desk.tokens.all()
    assert (token.name, token.scopes, token.made_by) == ("受注 システム", {TokenScope.CHANGES_READ}, "森 千尋")
    assert token.ends_at is not None
    assert token.ends_at.isoformat() == "2026-04-30T15:00:00+00:00"  # the end of that day in Tokyo
    program = app.client()
    program.headers["authorization"] = f"Bearer {text}"
    assert program.get(f"{PREFIX}/changes").status_code == 200
    assert program.post(f"{PREFIX}/match", json={"record": {}}).status_code == 403
    path = f"{PLACE}/{token.token_id}/revoke"
    assert posted(admin, path).headers["location"] == PLACE
    assert program.get(f"{PREFIX}/changes").status_code == 401
    page = admin.get("/audit").text
    assert page.count(token.token_id) == 2
    assert text.rpartition("_")[2] not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "shop"},
        {"name": " ", "scope": ["match"]},
        {"name": "森 千尋", "scope": ["match"]},
        {"name": "shop", "scope": ["everything"]},
        {"name": "shop", "scope": ["match"], "ends_on": "2026-03-01"},
        {"name": "shop", "scope": ["match"], "ends_on": "soon"},
        {"name": "shop", "scope": ["match"], "ends_on": "9999-12-31"},
    ],
)
def test_what_cannot_be_a_token_is_told_and_the_form_keeps_what_was_typed(app: App, fields: dict[str, object]) -> None:
    admin = app.somebody(Role.ADMIN)
    answer = posted(admin, **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{fields["name"]}"' in answer.text
    assert app.desk.tokens.all() == []


def test_an_unknown_token_is_not_revoked_and_the_page_says_so(app: App) -> None:
    admin = app.somebody(Role.ADMIN)
    assert posted(admin, f"{PLACE}/{'0' * 16}/revoke").status_code == 404

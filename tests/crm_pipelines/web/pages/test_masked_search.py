"""Whoever sees parts of values learns nothing by searching for whole ones: what they do not see finds nobody."""

import re
from functools import cache
from typing import Any

import httpx
import pytest

from crm_pipelines.model.enums import Role
from crm_pipelines.model.ids import system_of
from tests.crm_pipelines.web.pages.conftest import App, word_of

NOBODYS = {
    "email": "nobody.has.this@nowhere-at-all.jp",
    "phone": "090-0000-0001",
    "identifier": "erp:NO-SUCH-KEY",
    "birth_date": "1901-02-03",
    "address": "東京都千代田区存在しない町99-99",
    "name": "存在 志奈衣",
}

OTHERS = ("web_form", "support", "mail", "legacy")
"""The sources of the world beside its ERP."""


@pytest.fixture
def app(shared_app: App) -> App:
    return shared_app


@pytest.fixture
def viewer(app: App) -> httpx.Client:
    return app.somebody(Role.VIEWER, "見る 人", "viewer@example.jp")


def access(app: App, **changed: object) -> None:
    """Let the project's rules be others."""
    web = app.served.state.web
    web.access = web.access.model_copy(update=changed)


@cache
def word(browser: httpx.Client) -> str:
    """What the forms of somebody must bring back."""
    return word_of(browser.get("/customers").text)


def search(browser: httpx.Client, typed: str, header: dict[str, str] | None = None) -> httpx.Response:
    return browser.post("/customers/search", data={"form_word": word(browser), "q": typed}, headers=header or {})


def without(text: str, typed: str) -> str:
    """An answer without what was typed, and how that may be read."""
    return re.sub(r" Readings tried: .*?(?=</p>)", "", text.replace(f'value="{typed}"', ""))


def found(browser: httpx.Client, typed: str) -> dict[str, Any]:
    answer = search(browser, typed, {"accept": "application/json"})
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def ids_found(browser: httpx.Client, typed: str) -> list[str]:
    return [hit["golden_id"] for hit in found(browser, typed)["hits"]]


def values_of(app: App, field: str, source: str | None = None) -> list[str]:
    """What records say of a field, as a person would type it."""
    with app.desk.room.look() as look:
        names = sorted(name for (name,) in look.con.execute("select record_id from standardised_records").fetchall())
        said = []
        for name, row in look.evidence.records(names).items():
            if source is not None and system_of(name) != source:
                continue
            one = (
                row["source_id"] if field == "identifier" else row.get(field) or (row.get(f"{field}_values") or [""])[0]
            )
            said += [str(one)] if one else []
    return list(dict.fromkeys(said))


@pytest.mark.parametrize("field", ["email", "phone", "identifier", "birth_date", "address"])
def test_a_value_that_somebody_has_is_answered_as_one_that_nobody_has(
    app: App, viewer: httpx.Client, field: str
) -> None:
    steward = app.somebody()
    n_found = 0
    for value in values_of(app, field)[:5]:
        nobodys = NOBODYS[field]
        n_found += bool(ids_found(steward, value))
        for header in ({}, {"x-part": "1"}, {"accept": "application/json"}):
            theirs, other = search(viewer, value, header), search(viewer, nobodys, header)
            assert theirs.status_code == other.status_code == 200
            assert without(theirs.text, value) == without(other.text, nobodys), header
            assert theirs.headers["content-type"] == other.headers["content-type"]
    assert bool(n_found) is (field in ("email", "phone", "identifier"))  # the canary sings where it may


def test_neither_a_beginning_nor_an_end_of_a_masked_value_finds_anybody(app: App, viewer: httpx.Client) -> None:
    for value in values_of(app, "phone")[:5]:
        digits = re.sub(r"\D", "", value)
        assert ids_found(viewer, digits[-4:]) == ids_found(viewer, digits[:6]) == []
    for value in values_of(app, "email")[:5]:
        assert found(viewer, value.partition("@")[0] + "@")["hits"] == []


def test_what_a_reader_sees_goes_on_finding(app: App, viewer: httpx.Client) -> None:
    steward = app.somebody()
    with app.desk.room.look() as look:
        rows = look.con.execute("select golden_id, display_name from customers order by golden_id limit 12").fetchall()
    for golden_id, name in rows:
        assert golden_id in ids_found(viewer, golden_id)
        assert ids_found(viewer, name) == ids_found(steward, name)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "email, telephone, ids in sources"), ("ja", "メール、電話、元レコードのID")]
)
def test_the_page_says_what_is_not_searched_for_this_role(
    app: App, viewer: httpx.Client, language: str, words: str
) -> None:
    viewer.post(
        "/settings/me", data={"form_word": word_of(viewer.get("/customers").text), "here": "/", "language": language}
    )
    assert f"{words}" in viewer.get("/customers").text
    assert found(viewer, "x@example.jp")["not_searched"] == ["email", "identifier", "phone"]
    assert 'id="not-searched"' not in app.somebody().get("/customers").text


def test_a_hidden_source_finds_nobody_by_its_own_values_and_others_do(app: App, viewer: httpx.Client) -> None:
    access(app, masked={}, sources={"erp": (Role.STEWARD,)})
    steward = app.somebody()
    with app.desk.room.look() as look:
        rows = look.con.execute(
            """select golden_id from crosswalk where valid_to is null
               group by golden_id having bool_and(source_system = 'erp')"""
        ).fetchall()
    only_hidden = {golden_id for (golden_id,) in rows}
    assert only_hidden
    for field in ("email", "phone", "name", "identifier"):
        seen = {value for source in OTHERS for value in values_of(app, field, source)}
        own = [value for value in values_of(app, field, "erp") if value not in seen and len(value) > 4][:6]
        theirs = [ids_found(viewer, value) for value in own]
        assert not only_hidden & {golden_id for found_ids in theirs for golden_id in found_ids}, field
        assert not own or theirs != [ids_found(steward, value) for value in own], field
        for value in sorted(seen)[:3]:
            assert ids_found(viewer, value), (field, value)


def test_masked_names_find_nobody_in_any_script(app: App, viewer: httpx.Client) -> None:
    access(app, masked={Role.VIEWER: ("name", "company")}, sources={})
    for value in [
        *values_of(app, "name")[:3],
        *values_of(app, "name_kana")[:3],
        *values_of(app, "organisation_name")[:3],
    ]:
        for typed in (value, value[:2], value[-2:]):
            assert found(viewer, typed) == found(viewer, NOBODYS["name"]), typed
    for value in values_of(app, "email")[:5]:
        assert ids_found(viewer, value)


def test_whoever_sees_parts_makes_no_token_that_would_see_all(app: App) -> None:
    access(app, masked={Role.ADMIN: ("email",)})
    admin = app.somebody(Role.ADMIN)
    page = admin.get("/settings/tokens").text
    assert 'name="scope"' not in page
    made = {"form_word": word_of(admin.get("/customers").text), "name": "shop", "scope": ["customers:read"]}
    assert admin.post("/settings/tokens", data=made).status_code == 403
    assert app.desk.tokens.all() == []

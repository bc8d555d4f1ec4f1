"""Whoever sees parts of values gets every page of a customer, and no value whole in any of them (canary)."""

import json
import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from crm_pipelines.model.enums import Role
from crm_pipelines.model.ids import system_of
from tests.crm_pipelines.web.pages.conftest import App, word_of

PARTS = ("birth_date", "phone", "email", "address")
NAMES = ("name", "name_kana", "family_name", "given_name", "organisation_name", "organisation_name_kana")
_LARGEST = """select golden_id from customers where customer_type = ? and record_count > 2
              order by record_count desc, golden_id limit 1"""
_RAW = {
    "phone": ("phone", "fax"),
    "email": ("email",),
    "address": ("address", "building"),
    "birth_date": ("birth_date",),
}


@pytest.fixture
def app(shared_app: App) -> App:
    return shared_app


@pytest.fixture
def largest(app: App) -> list[str]:
    """A person and a company with many records."""
    with app.desk.room.look() as look:
        return [str(look.con.execute(_LARGEST, [kind]).fetchall()[0][0]) for kind in ("person", "organisation")]


def pages_of(app: App, browser: httpx.Client, golden_ids: list[str]) -> Iterator[tuple[str, str]]:
    """Every page that shows one of these customers, or all of them in a list."""
    first, last = golden_ids[0], golden_ids[-1]
    records = browser.get(f"/customers/{first}/records").text
    one, other, *_ = dict.fromkeys(re.findall(r'value="([^"]+\.[0-9a-f]{10})"', records))
    paths = [f"/customers/{name}{below}" for name in golden_ids for below in ("", "/records", "/history", "/graph")]
    paths += [f"/compare?a={one}&b={other}", f"/compare?a={first}&b={last}"]
    with app.desk.room.look() as look:
        asked = [one.question_id for one in look.desk.questions()[:4]]
        rows = look.con.execute(
            "select display_name, email, phone from customers where list_contains(?, golden_id)", [golden_ids]
        ).fetchall()
    paths += ["/review", *(f"/review/{name}{below}" for name in asked for below in ("", "/graph"))]
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        yield path, answer.text
    word = word_of(browser.get("/customers").text)
    for typed in {value[:2] for row in rows for value in row if value} | {golden_ids[0]}:
        for header in ({"x-part": "1"}, {"accept": "application/json"}):
            answer = browser.post("/customers/search", data={"form_word": word, "q": typed}, headers=header)
            yield f"search {header}", answer.text


def values_of(app: App, fields: tuple[str, ...], source: str | None = None) -> set[str]:
    """Every value of some fields that any record has, put right or as written; of one source, or of all."""
    found: set[str] = set()
    with app.desk.room.look() as look:
        names = [name for (name,) in look.con.execute("select record_id from standardised_records").fetchall()]
        for name, row in look.evidence.records(names).items():
            if source is not None and system_of(name) != source:
                continue
            written = json.loads(row.get("raw_values") or "{}")
            for field in fields:
                value = row.get(f"{field}_values") or [row.get(field)]
                found |= {str(one) for one in value if one}
                found |= {str(written[raw]) for raw in _RAW.get(field, (field,)) if written.get(raw)}
    return {value for value in found if len(value) > 4}


def leaks(text: str, values: set[str]) -> list[str]:
    # places in pictures and names of publications are long numbers and no values
    shown = re.sub(r"\d+\.\d+|p\d{12}", "", unescape(text))
    return sorted(value for value in values if value in shown)


def test_a_viewer_sees_every_page_of_a_customer_and_no_contact_point_or_birth_date_whole(
    app: App, largest: list[str]
) -> None:
    values = values_of(app, PARTS)
    assert len(values) > 200
    steward, viewer = app.somebody(), app.somebody(Role.VIEWER, "見る 人", "viewer@example.jp")
    shown_whole = 0
    for path, text in pages_of(app, steward, largest):
        shown_whole += bool(leaks(text, values)) and path.startswith("/customers")
    assert shown_whole >= 4  # the canary sings where it may
    for path, text in pages_of(app, viewer, largest):
        assert leaks(text, values) == [], path
    page = viewer.get(f"/customers/{largest[0]}").text
    assert "***" in page
    assert "/pins" not in page


def test_masked_names_and_keys_and_whatever_a_hidden_source_says_stay_unseen(app: App, largest: list[str]) -> None:
    web = app.served.state.web
    masked = {Role.VIEWER: ("name", "company", *PARTS, "identifier")}
    web.access = web.access.model_copy(update={"masked": masked, "sources": {"erp": (Role.STEWARD,)}})
    with app.desk.room.look() as look:
        keys = {
            name.partition(":")[2]
            for (name,) in look.con.execute("select record_id from standardised_records").fetchall()
        }
    values = values_of(app, (*PARTS, *NAMES)) | {key for key in keys if len(key) > 4}
    viewer = app.somebody(Role.VIEWER, "見る 人", "viewer@example.jp")
    for path, text in pages_of(app, viewer, largest):
        assert leaks(text, values) == [], path


def test_what_only_a_hidden_source_says_is_hidden_and_the_rest_is_shown(app: App, largest: list[str]) -> None:
    web = app.served.state.web
    web.access = web.access.model_copy(update={"masked": {}, "sources": {"erp": (Role.STEWARD,)}})
    others = {source for source in ("web_form", "support", "mail", "legacy")}
    seen_elsewhere = set().union(*(values_of(app, (*PARTS, *NAMES), source) for source in others))
    hidden = values_of(app, (*PARTS, *NAMES), "erp") - seen_elsewhere
    viewer = app.somebody(Role.VIEWER, "見る 人", "viewer@example.jp")
    for path, text in pages_of(app, viewer, largest):
        plain = [value for value in leaks(text, hidden) if not any(value in other for other in seen_elsewhere)]
        assert plain == [], path
    assert leaks(viewer.get(f"/customers/{largest[0]}").text, seen_elsewhere)


def test_words_of_colleagues_are_not_shown_to_whoever_sees_parts(app: App, largest: list[str]) -> None:
    steward, viewer = app.somebody(), app.somebody(Role.VIEWER, "見る 人", "viewer@example.jp")
    word = word_of(steward.get("/customers").text)
    with app.desk.room.look() as look:
        record = look.con.execute(
            "select record_id from crosswalk where golden_id = ? and valid_to is null order by 1", [largest[0]]
        ).fetchall()[0][0]
    said = {"form_word": word, "record": record, "act": "record", "reason": "電話 090-7777-1234"}
    assert steward.post(f"/customers/{largest[0]}/split", data=said).status_code == 303
    assert "090-7777-1234" in steward.get(f"/customers/{largest[0]}").text
    assert "090-7777-1234" not in viewer.get(f"/customers/{largest[0]}").text

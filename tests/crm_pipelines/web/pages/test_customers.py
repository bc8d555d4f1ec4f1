"""Customers in the browser: the page of one with where its values come from, its records, search, compare."""

import re
from html import unescape

import httpx
import pytest

from crm_pipelines.model.enums import Role
from tests.crm_pipelines.web.pages.conftest import App, word_of

_LARGEST = """select golden_id from customers where customer_type = ? and record_count > 2
              order by record_count desc, golden_id limit 1"""


def customer_of(app: App, kind: str = "person") -> str:
    """The id of a customer with several records."""
    with app.desk.room.look() as look:
        return str(look.con.execute(_LARGEST, [kind]).fetchall()[0][0])


def text_of(page: str) -> str:
    """What stands in the body, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def searched(browser: httpx.Client, typed: str, **headers: str) -> httpx.Response:
    page = browser.get("/customers").text
    return browser.post("/customers/search", data={"form_word": word_of(page), "q": typed}, headers=headers)


def test_a_customer_shows_each_value_with_its_origin_the_rule_and_what_it_beat(app: App) -> None:
    golden_id = customer_of(app)
    with app.desk.room.look() as look:
        rows = look.con.execute(
            """select value, record_id from attribute_values
               where golden_id = ? and attribute not like '%family%' and attribute not like '%given%'""",
            [golden_id],
        ).fetchall()
        origins = look.con.execute(
            """select value, record_id from attribute_values
               where golden_id = ? and survives and attribute = 'email'""",
            [golden_id],
        ).fetchall()
    page = app.somebody().get(f"/customers/{golden_id}").text
    shown = text_of(page)
    assert [value for value, _ in rows if value not in shown] == []
    for value, record in origins:
        system, _, key = record.partition(":")
        assert re.search(rf"{re.escape(value)}</span>.*?{system}</span> <span class=\"mono\">{key}<", page, re.DOTALL)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_look_and_who_may_not_decide_is_offered_nothing(app: App, role: Role) -> None:
    golden_id = customer_of(app)
    browser = app.somebody(role)
    page = browser.get(f"/customers/{golden_id}")
    assert page.status_code == 200
    may_decide = role in (Role.STEWARD, Role.LEAD, Role.ADMIN)
    assert (f"/customers/{golden_id}/merge" in page.text) is may_decide
    for act in ("merge", "split", "pins", "undo/none"):
        status = browser.get(f"/customers/{golden_id}/{act}").status_code
        assert (status != 403) is may_decide, act


def test_an_id_is_found_in_any_writing_and_an_unknown_one_is_told_apart_from_a_slip(app: App) -> None:
    golden_id, browser = customer_of(app), app.somebody()
    assert browser.get(f"/customers/{golden_id.lower()}").headers["location"] == f"/customers/{golden_id}"
    slip = golden_id[:-1] + ("0" if golden_id[-1] != "0" else "1")
    found = browser.get(f"/customers/{slip}")
    assert found.status_code == 404
    assert golden_id in found.text
    nobody = browser.get("/customers/yamada.taro@example.jp")
    assert nobody.status_code == 404
    assert "yamada" not in nobody.text.replace('value="/customers/yamada.taro@example.jp"', "")


def test_records_stand_one_below_the_other_and_any_two_are_compared_by_an_address_that_names_no_key(app: App) -> None:
    golden_id, browser = customer_of(app), app.somebody()
    with app.desk.room.look() as look:
        members = [
            name
            for (name,) in look.con.execute(
                "select record_id from crosswalk where golden_id = ? and valid_to is null", [golden_id]
            ).fetchall()
        ]
    page = browser.get(f"/customers/{golden_id}/records").text
    tokens = re.findall(r'name="record" value="([^"]+)"', page)
    assert len(set(tokens)) == len(members)
    assert not [token for token in tokens for name in members if name.partition(":")[2] in token]
    compared = browser.get("/compare", params={"record": tokens[:2]})
    assert compared.status_code == 200
    assert golden_id in compared.text
    figures = [float(found.replace("−", "-")) for found in re.findall(r'"figure"[^>]*>([+−]?[\d.]+)<', compared.text)]
    assert len(figures) > 2
    assert sum(figures[:-1]) == pytest.approx(figures[-1], abs=0.051 * len(figures))
    assert browser.get("/compare", params={"a": tokens[0], "b": "erp:1"}).status_code == 404
    assert browser.get("/compare").status_code == 404


def test_two_customers_are_compared_too_and_persons_with_companies_are_told_why_not(app: App) -> None:
    person, company, browser = customer_of(app), customer_of(app, "organisation"), app.somebody()
    assert "compared" in text_of(browser.get("/compare", params={"a": person, "b": company}).text)


def test_search_finds_every_customer_by_its_name_its_address_and_its_number(app: App) -> None:
    browser = app.somebody()
    with app.desk.room.look() as look:
        rows = look.con.execute(
            "select golden_id, display_name, email, phone from customers using sample reservoir(12 rows) repeatable (3)"
        ).fetchall()
    word = word_of(browser.get("/customers").text)
    for golden_id, *values in rows:
        for value in filter(None, values):
            answer = browser.post(
                "/customers/search", data={"form_word": word, "q": value}, headers={"accept": "application/json"}
            )
            assert golden_id in [hit["golden_id"] for hit in answer.json()["hits"]], value


def test_results_say_what_matched_and_mark_it(app: App) -> None:
    browser = app.somebody()
    with app.desk.room.look() as look:
        ((golden_id, name),) = look.con.execute(
            """select golden_id, display_name from customers
               where customer_type = 'person' and regexp_full_match(display_name, '[一-龠]+ [一-龠]+')
               order by golden_id limit 1"""
        ).fetchall()
    page = searched(browser, name[:2]).text
    assert f'href="/customers/{golden_id}"' in page
    assert f'<mark class="hit">{name[:2]}</mark>' in page
    assert "name begins so" in page
    part = searched(browser, name[:2], **{"x-part": "1"}).text
    assert "<html" not in part
    assert golden_id in part


def test_nothing_that_is_typed_stands_in_an_address_or_a_title(app: App) -> None:
    browser = app.somebody()
    page = searched(browser, "山田 花子 <b>").text
    assert "&lt;b&gt;" in page
    outside = " ".join(re.findall(r"<title>.*?</title>|(?:href|action)=\"[^\"]*\"", page, flags=re.S))
    assert "山田" not in outside
    golden_id = customer_of(app)
    with app.desk.room.look() as look:
        row = look.con.execute(
            "select display_name, email, phone from customers where golden_id = ?", [golden_id]
        ).fetchall()[0]
    for path in ("", "/records", "/history", "/split", "/merge", "/pins", "/pins?attribute=email"):
        text = browser.get(f"/customers/{golden_id}{path}").text
        outside = " ".join(re.findall(r"<title>.*?</title>|(?:href|action)=\"[^\"]*\"", text, flags=re.S))
        assert not [value for value in row if value and value in unescape(outside)], path


def test_a_search_wants_the_word_of_its_own_form(app: App) -> None:
    browser = app.somebody()
    assert browser.post("/customers/search", data={"form_word": "none", "q": "山田"}).status_code == 403
    assert app.client().post("/customers/search", data={"form_word": "none", "q": "山"}).headers["location"] == "/login"

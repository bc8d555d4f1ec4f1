"""Questions in the browser: found, answered, answered twice, taken back; whatever is shown is nobody else's."""

import re
from html import unescape

import httpx
import pytest

from crm_pipelines.model.enums import Judgement, Role
from tests.crm_pipelines.web.pages.conftest import App, questions_of, word_of


def answer(browser: httpx.Client, question_id: str, said: str, **more: str) -> httpx.Response:
    page = browser.get(f"/review/{question_id}").text
    fields = {"form_word": word_of(page), "answer": said, **more}
    return browser.post(f"/review/{question_id}/answer", data=fields)


def test_an_answer_stands_in_the_ledger_under_the_name_of_who_gave_it_and_leads_on(app: App) -> None:
    browser = app.somebody()
    first, second, *_ = questions_of(browser.get("/review").text)
    assert answer(browser, first, "different", reason=" 家族 ").headers["location"] == f"/review/{second}"
    (decision,) = app.desk.ledger.decisions()
    assert (decision.judgement, decision.steward, decision.question_id) == (Judgement.NO_MATCH, "森 千尋", first)
    assert (decision.reason, decision.decided_at) == ("家族", app.clock.now)
    assert first not in questions_of(browser.get("/review").text)[:1]
    assert "pending" in browser.get(f"/review/{first}").text


def test_the_second_answer_to_a_question_is_told_who_was_first_and_is_not_kept(app: App) -> None:
    browser, other = app.somebody(), app.somebody(name="佐伯 遼", email="saeki@example.jp")
    first = questions_of(browser.get("/review").text)[0]
    word = word_of(other.get(f"/review/{first}").text)
    answer(browser, first, "same")
    late = other.post(f"/review/{first}/answer", data={"form_word": word, "answer": "different"})
    assert late.status_code == 409
    assert "森 千尋" in late.text
    assert [one.judgement for one in app.desk.ledger.decisions()] == [Judgement.MATCH]
    assert 'name="answer"' not in other.get(f"/review/{first}").text


def test_an_answer_can_be_taken_back_and_its_question_is_open_again(app: App) -> None:
    browser = app.somebody()
    first = questions_of(browser.get("/review").text)[0]
    shown = browser.get(answer(browser, first, "same").headers["location"]).text
    undo = re.search(r'action="(/decisions/[^"]+/undo)"', shown)
    assert undo is not None
    assert browser.post(undo[1], data={"form_word": word_of(shown)}).headers["location"] == f"/review/{first}"
    assert 'name="answer" value="same"' in browser.get(f"/review/{first}").text
    again = browser.post(undo[1], data={"form_word": word_of(shown)})
    assert again.status_code == 409


def test_unsure_leaves_the_question_open(app: App) -> None:
    browser = app.somebody()
    first = questions_of(browser.get("/review").text)[0]
    answer(browser, first, "unsure")
    assert 'name="answer" value="same"' in browser.get(f"/review/{first}").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PRIVACY_OFFICER])
def test_who_may_not_decide_sees_and_does_not_answer(app: App, role: Role) -> None:
    browser = app.somebody(role)
    listed = browser.get("/review").text
    first = questions_of(listed)[0]
    assert 'name="answer"' not in browser.get(f"/review/{first}").text
    fields = {"form_word": word_of(listed), "answer": "same"}
    assert browser.post(f"/review/{first}/answer", data=fields).status_code == 403
    assert app.desk.ledger.decisions() == []


def test_an_answer_that_is_none_is_refused(app: App) -> None:
    browser = app.somebody()
    first = questions_of(browser.get("/review").text)[0]
    assert answer(browser, first, "perhaps").status_code == 422
    assert answer(browser, first, "same", reason="長" * 2001).status_code == 422
    assert app.desk.ledger.decisions() == []


def test_a_question_that_was_never_asked_is_not_found(app: App) -> None:
    assert app.somebody().get("/review/0123456789abcdef").status_code == 404


def test_the_waterfall_adds_up_to_the_stored_weight(app: App) -> None:
    browser = app.somebody()
    for question_id in questions_of(browser.get("/review?kind=pair").text)[:5]:
        text = unescape(browser.get(f"/review/{question_id}").text)
        with app.desk.room.look() as look:
            asked = look.desk.question(question_id)
        figures = [float(found.replace("−", "-")) for found in re.findall(r'class="figure"[^>]*>([+−][\d.]+)<', text)]
        *steps, total = figures
        assert total == pytest.approx(asked.match_weight, abs=0.051)
        assert sum(steps) == pytest.approx(total, abs=0.051 * len(figures))


def test_the_list_is_narrowed_by_its_facets_and_walked_page_by_page(app: App) -> None:
    browser = app.somebody()
    everything: list[str] = []
    path: str | None = "/review"
    while path is not None:
        text = browser.get(path).text
        everything += questions_of(text)
        following = re.search(r'class="button" href="(/review\?[^"]*after=[^"]+)"', text)
        path = unescape(following[1]) if following else None
    with app.desk.room.look() as look:
        queued = [one.question_id for one in look.desk.questions()]
    assert everything == queued
    persons = questions_of(browser.get("/review?customer_type=person").text)
    assert 0 < len(persons) < len(everything)
    assert set(persons) < set(everything)
    assert "0" in browser.get("/review?reason=nothing_like_it").text


def test_nothing_personal_stands_in_addresses_and_titles(app: App) -> None:
    browser = app.somebody()
    with app.desk.room.look() as look:
        rows = look.con.execute("select name, phone_values[1], email_values[1] from standardised_records").fetchall()
    values = {value for row in rows for value in row if value and len(value) > 2}
    for question_id in questions_of(browser.get("/review").text)[:10]:
        text = browser.get(f"/review/{question_id}").text
        outside = " ".join(re.findall(r"<title>.*?</title>|(?:href|action)=\"[^\"]*\"", text, flags=re.S))
        assert not [value for value in values if value in outside]


def test_values_are_text_and_never_markup(app: App) -> None:
    browser = app.somebody()
    first = questions_of(browser.get("/review").text)[0]
    with app.desk.room.look() as look:
        asked = look.desk.question(first)
    answer(browser, first, "unsure", reason="<script>alert(1)</script>{{ 7 * 7 }}")
    assert "<script>alert" not in browser.get(f"/review/{asked.question_id}").text


def test_what_each_answer_would_do_is_told_before_it_is_given(app: App) -> None:
    browser = app.somebody()
    first = questions_of(browser.get("/review?kind=pair").text)[0]
    with app.desk.room.look() as look:
        asked = look.desk.question(first)
        ids = look.con.execute(
            "select distinct golden_id from crosswalk where valid_to is null and list_contains(?, record_id)",
            [[*asked.record_ids_left, *asked.record_ids_right]],
        ).fetchall()
    page = unescape(browser.get(f"/review/{first}/effects").text)
    part = browser.get(f"/review/{first}/effects", headers={"x-part": "1"}).text
    assert part.strip() in unescape(page) or unescape(part).strip() in page
    assert "<html" not in part
    assert sum(golden_id in part for (golden_id,) in ids) == 2
    assert "No customer changes." in page  # they are two as it is
    assert app.desk.ledger.decisions() == []


def test_the_next_question_is_looked_at_while_somebody_reads_the_one_before(app: App) -> None:
    browser = app.somebody()
    first, second, *_ = questions_of(browser.get("/review").text)
    browser.get(f"/review/{first}")
    app.desk.room.settle()
    with app.desk.room.look() as look:
        prepared = dict(look.publication.best_pairs)
        asked = {name: look.desk.question(name) for name in (first, second)}
        found = {
            name: look.evidence.best_pair(one.record_ids_left, one.record_ids_right) for name, one in asked.items()
        }
    assert prepared == found

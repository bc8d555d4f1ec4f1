"""Many questions answered with one word, which a second person approves."""

import re

import httpx
import pytest

from crm_pipelines.model.enums import Judgement, Role
from tests.crm_pipelines.web.pages.conftest import App, questions_of, word_of

FILTER = "/review/together?kind=pair&customer_type=person"


@pytest.fixture
def two(app: App) -> tuple[httpx.Client, httpx.Client]:
    return app.somebody(), app.somebody(name="佐伯 遼", email="saeki@example.jp")


def fingerprint_of(page: str) -> str:
    found = re.search(r'name="fingerprint" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def proposed(browser: httpx.Client, said: str = "different", **more: str | list[str]) -> httpx.Response:
    page = browser.get(f"{FILTER}&answer={said}").text
    fields = {"form_word": word_of(page), "fingerprint": fingerprint_of(page), "answer": said, "reason": "checked"}
    return browser.post(FILTER, data={**fields, **more})


def decide(browser: httpx.Client, path: str, what: str, **fields: str) -> httpx.Response:
    return browser.post(f"{path}/{what}", data={"form_word": word_of(browser.get("/review").text), **fields})


def matching(app: App) -> list[str]:
    with app.desk.room.look() as look:
        found = look.desk.questions()
    return [one.question_id for one in found if (one.kind.value, one.customer_type.value) == ("pair", "person")]


def test_a_preview_says_what_would_happen_and_records_nothing(app: App) -> None:
    browser = app.somebody()
    asked = matching(app)
    page = browser.get(f"{FILTER}&answer=same").text
    assert f"<dd>{len(asked)}</dd>" in page
    shown = re.findall(r'name="left_out" value="([0-9a-f]+)"', page)
    assert set(shown) <= set(asked)
    assert len(shown) == len(set(shown)) == min(len(asked), 30)
    assert browser.get(f"{FILTER}&answer=same").text == page  # the same rows by chance
    assert app.desk.ledger.decisions() == []


def test_a_proposal_counts_when_somebody_else_approves_it_and_is_undone_at_once(
    app: App, two: tuple[httpx.Client, httpx.Client]
) -> None:
    browser, other = two
    asked = matching(app)
    where = proposed(browser, left_out=asked[:1]).headers["location"]
    assert app.desk.ledger.decisions() == []
    assert "/approve" not in browser.get(where).text
    assert decide(browser, where, "approve").status_code == 409
    assert where in other.get("/review/approvals").text
    assert decide(other, where, "approve").headers["location"] == where

    written = app.desk.ledger.decisions()
    assert sorted(one.question_id or "" for one in written) == sorted(asked[1:])
    assert {(one.judgement, one.steward, one.approved_by, one.reason) for one in written} == {
        (Judgement.NO_MATCH, "森 千尋", "佐伯 遼", "checked")
    }
    assert app.desk.ledger.verify_chain().is_whole
    assert not set(asked[1:]) & set(questions_of(browser.get("/review?kind=pair&customer_type=person").text))

    decide(browser, where, "undo")
    assert matching(app) == asked
    with app.desk.room.look() as look:
        assert all(look.desk.question(name).state.value == "open" for name in asked)
    assert decide(browser, where, "undo").status_code == 409


def test_questions_answered_meanwhile_are_left_out_and_it_is_said(
    app: App, two: tuple[httpx.Client, httpx.Client]
) -> None:
    browser, other = two
    asked = matching(app)
    where = proposed(browser).headers["location"]
    other.post(f"/review/{asked[0]}/answer", data={"form_word": word_of(other.get("/review").text), "answer": "same"})
    decide(other, where, "approve")
    told = [(one.question_id, one.judgement) for one in app.desk.ledger.decisions()]
    assert told[0] == (asked[0], Judgement.MATCH)
    assert {name for name, _ in told[1:]} == set(asked[1:])
    page = browser.get(where, headers={"accept-language": "en"}).text
    assert f"{len(asked) - 1} decisions; questions that wanted no answer any more: 1" in page


def test_a_proposal_is_sent_back_with_a_reason_or_withdrawn_by_its_proposer(
    app: App, two: tuple[httpx.Client, httpx.Client]
) -> None:
    browser, other = two
    where = proposed(browser).headers["location"]
    assert decide(other, where, "withdraw").status_code == 409
    assert decide(other, where, "send-back").status_code == 409  # without a reason
    decide(other, where, "send-back", reason="zu viele")
    assert "zu viele" in browser.get(where).text
    assert decide(other, where, "approve").status_code == 409
    again = proposed(browser).headers["location"]
    decide(browser, again, "withdraw")
    assert decide(other, again, "approve").status_code == 409
    assert app.desk.ledger.decisions() == []


def test_nothing_is_proposed_that_was_not_shown_or_has_no_reason(
    app: App, two: tuple[httpx.Client, httpx.Client]
) -> None:
    browser, other = two
    asked = matching(app)
    assert proposed(browser, reason=" ").status_code == 422
    assert proposed(browser, answer="unsure").status_code == 422
    page = browser.get(f"{FILTER}&answer=same").text
    other.post(f"/review/{asked[0]}/answer", data={"form_word": word_of(other.get("/review").text), "answer": "same"})
    fields = {"form_word": word_of(page), "fingerprint": fingerprint_of(page), "answer": "same", "reason": "x"}
    assert browser.post(FILTER, data=fields).status_code == 409
    assert app.desk.batches.waiting() == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PRIVACY_OFFICER])
def test_who_may_not_decide_neither_proposes_nor_approves(app: App, role: Role) -> None:
    browser, stranger = app.somebody(), app.somebody(role, "見る 人", "viewer@example.jp")
    where = proposed(browser).headers["location"]
    for path in (FILTER, "/review/approvals", where):
        assert stranger.get(path).status_code == 403
    for what in ("approve", "send-back", "withdraw", "undo"):
        assert decide(stranger, where, what).status_code == 403


def test_a_proposal_that_never_was_is_not_found(app: App) -> None:
    browser = app.somebody()
    assert browser.get("/review/approvals/0123").status_code == 404
    assert decide(browser, "/review/approvals/0123", "approve").status_code == 404

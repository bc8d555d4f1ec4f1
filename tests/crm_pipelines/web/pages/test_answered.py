"""What was decided: the list, one decision, and decisions taken back."""

import re
from html import unescape

import httpx

from crm_pipelines.model.enums import Judgement, Role
from tests.crm_pipelines.web.pages.conftest import App, questions_of, word_of
from tests.crm_pipelines.web.pages.test_review import answer


def decisions_of(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'class="pair" href="/decisions/([^"]+)"', page)))


def answered(app: App, browser: httpx.Client, n_questions: int) -> list[str]:
    """Answer some questions; their ids in the order of the answers."""
    asked = questions_of(browser.get("/review").text)[:n_questions]
    for number, question_id in enumerate(asked):
        app.clock.pass_by(minutes=1)
        answer(browser, question_id, "different" if number % 2 else "same", reason=f"number {number}")
    return asked


def test_decisions_are_listed_the_newest_first_with_their_state(app: App) -> None:
    browser = app.somebody()
    answered(app, browser, 3)
    text = browser.get("/decisions").text
    assert decisions_of(text) == [one.decision_id for one in reversed(app.desk.ledger.decisions())]
    assert text.index("number 2") < text.index("number 1") < text.index("number 0")
    assert len(decisions_of(browser.get("/decisions?state=pending").text)) == 3
    assert decisions_of(browser.get("/decisions?state=applied").text) == []
    assert 'href="/decisions?state=pending"' in browser.get("/review").text


def test_the_list_is_walked_page_by_page_and_narrowed_to_ones_own(app: App) -> None:
    browser, other = app.somebody(), app.somebody(name="佐伯 遼", email="saeki@example.jp")
    first, second = questions_of(browser.get("/review").text)[:2]
    for _ in range(30):  # answered and taken back: two decisions each time
        answer(browser, first, "same")
        page = browser.get("/decisions").text
        browser.post(f"/decisions/{decisions_of(page)[0]}/undo", data={"form_word": word_of(page)})
    answer(other, second, "same")
    walked: list[str] = []
    path: str | None = "/decisions"
    while path is not None:
        page = browser.get(path).text
        walked += decisions_of(page)
        following = re.search(r'class="button" href="(/decisions\?[^"]*after=\d+)"', page)
        path = unescape(following[1]) if following else None
    assert walked == [one.decision_id for one in reversed(app.desk.ledger.decisions())]
    assert len(walked) == 61
    assert len(decisions_of(other.get("/decisions?by=me").text)) == 1
    assert len(decisions_of(browser.get("/decisions?state=superseded").text)) == 30


def test_a_decision_shows_its_records_and_what_undoing_it_would_do(app: App) -> None:
    browser = app.somebody()
    answered(app, browser, 1)
    (decision,) = app.desk.ledger.decisions()
    text = unescape(browser.get(f"/decisions/{decision.decision_id}").text)
    assert all(record in text for record in (*decision.record_ids_left, *decision.record_ids_right))
    assert "number 0" in text
    browser.post(f"/decisions/{decision.decision_id}/undo", data={"form_word": word_of(text)})
    undone = browser.get(f"/decisions/{decision.decision_id}").text
    later = app.desk.ledger.decisions()[-1]
    assert f'href="/decisions/{later.decision_id}"' in undone
    assert '/undo"' not in undone
    assert f'href="/decisions/{decision.decision_id}"' in browser.get(f"/decisions/{later.decision_id}").text


def test_who_may_not_decide_sees_decisions_and_takes_none_back(app: App) -> None:
    browser, viewer = app.somebody(), app.somebody(Role.VIEWER, "見る 人", "viewer@example.jp")
    answered(app, browser, 1)
    (decision,) = app.desk.ledger.decisions()
    page = viewer.get(f"/decisions/{decision.decision_id}").text
    assert "/undo" not in page
    data = {"form_word": word_of(page)}
    assert viewer.post(f"/decisions/{decision.decision_id}/undo", data=data).status_code == 403
    assert [one.judgement for one in app.desk.ledger.decisions()] == [Judgement.MATCH]


def test_a_decision_that_was_never_made_is_not_found(app: App) -> None:
    assert app.somebody().get("/decisions/0123").status_code == 404


def test_a_reason_is_chosen_by_its_code_and_told_in_the_readers_language(app: App) -> None:
    browser = app.somebody()
    first, second = questions_of(browser.get("/review").text)[:2]
    answer(browser, first, "different", reason_code="family", reason="twins")
    answer(browser, second, "different", reason_code="no_such_reason")
    assert [one.reason for one in app.desk.ledger.decisions()] == ["web.reason.family twins", None]
    told = {"en": "Family or colleagues: twins", "ja": "家族・同僚: twins"}
    for language, words in told.items():
        form = {"form_word": word_of(browser.get("/review").text), "here": "/review", "language": language}
        browser.post("/settings/me", data=form)
        assert words in browser.get("/decisions").text

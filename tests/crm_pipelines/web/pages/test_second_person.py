"""An answer on which much hangs waits for a second person, whichever door it comes through."""

import re
from typing import Any

import httpx
import pytest

from crm_pipelines.model.enums import Judgement, Role, TokenScope
from crm_pipelines.rules.review import ReviewRules
from crm_pipelines.stores.ledger.tokens import NewToken
from crm_pipelines.web.api.application import PREFIX
from tests.crm_pipelines.web.pages.conftest import App, questions_of, word_of


@pytest.fixture
def app(shared_app: App) -> App:
    return shared_app


@pytest.fixture
def asked(app: App) -> str:
    """The id of a question that needs two people; one of two records does not."""
    with app.desk.room.look() as look:
        (found, *_) = look.con.execute(
            "select question_id, value from review_queue where kind in ('pair', 'cluster') order by value desc, 1"
        ).fetchall()
        set_limit(look.loaded.rules.review, int(found[1]))
    return str(found[0])


def set_limit(rules: ReviewRules, limit: int) -> None:
    """As if the project's `rules/review.yaml` said so; the rules of a test's own project are its own."""
    object.__setattr__(rules, "two_people_from", limit)


def answered(browser: httpx.Client, question_id: str, said: str, **more: str) -> httpx.Response:
    word = word_of(browser.get("/review").text)
    return browser.post(f"/review/{question_id}/answer", data={"form_word": word, "answer": said, **more})


def decided_about(browser: httpx.Client, where: str, what: str, **more: str) -> httpx.Response:
    return browser.post(f"{where}/{what}", data={"form_word": word_of(browser.get("/review").text), **more})


def waiting(app: App) -> str:
    (one,) = app.desk.batches.waiting()
    return f"/review/approvals/{one.batch_id}"


def second(app: App, role: Role = Role.LEAD) -> httpx.Client:
    return app.somebody(role, "佐伯 遼", "saeki@example.jp")


def test_an_answer_waits_and_counts_when_a_lead_has_approved_it(app: App, asked: str) -> None:
    browser, lead = app.somebody(), second(app)
    assert "web.proposal" not in browser.get(f"/review/{asked}").text
    assert answered(browser, asked, "same", reason="電話で確認").status_code == 303
    assert app.desk.ledger.decisions() == []  # what the applier follows
    where = waiting(app)
    assert asked not in questions_of(browser.get("/review").text)
    page = lead.get(f"/review/{asked}").text
    assert where in page
    assert 'name="answer"' not in page
    assert f"{where}/withdraw" in browser.get(f"/review/{asked}").text
    assert f"{where}/approve" not in browser.get(where).text
    assert decided_about(browser, where, "approve").status_code == 409
    assert f"{where}/approve" in lead.get(where).text
    assert decided_about(lead, where, "approve").headers["location"] == where
    (decision,) = app.desk.ledger.decisions()
    assert (decision.judgement, decision.question_id, decision.steward, decision.approved_by, decision.reason) == (
        Judgement.MATCH, asked, "森 千尋", "佐伯 遼", "電話で確認",
    )  # fmt: skip


def test_a_second_answer_is_told_who_was_first_and_what_is_sent_back_can_be_answered_anew(app: App, asked: str) -> None:
    browser, other = app.somebody(), second(app, Role.STEWARD)
    answered(browser, asked, "same")
    late = answered(other, asked, "different")
    assert late.status_code == 409
    assert "森 千尋" in late.text
    where = waiting(app)
    assert decided_about(other, where, "send-back").status_code == 409  # without a reason
    decided_about(other, where, "send-back", reason="別人")
    assert answered(browser, asked, "different").status_code == 303
    decided_about(browser, waiting(app), "withdraw")
    assert app.desk.batches.waiting() == []
    assert app.desk.ledger.decisions() == []


def test_what_decides_nothing_and_what_little_hangs_on_waits_for_nobody(app: App, asked: str) -> None:
    browser = app.somebody()
    with app.desk.room.look() as look:
        small = look.con.execute(
            "select question_id from review_queue where kind = 'pair' and value <= 2 order by 1 limit 1"
        ).fetchall()[0][0]
    answered(browser, asked, "unsure")
    answered(browser, small, "different")
    assert [one.question_id for one in app.desk.ledger.decisions()] == [asked, small]
    assert app.desk.batches.waiting() == []


def program(app: App, *scopes: TokenScope, name: str = "shop") -> httpx.Client:
    client = app.client()
    new = NewToken(name=name, made_by="admin", scopes=frozenset(scopes or {TokenScope.DECISIONS_WRITE}))
    client.headers["authorization"] = f"Bearer {app.desk.tokens.create(new, app.clock.now)[1]}"
    return client


def decide(client: httpx.Client, key: str, **body: Any) -> httpx.Response:
    return client.post(f"{PREFIX}/decisions", json=body, headers={"idempotency-key": key})


def test_a_program_hears_that_its_answer_waits_and_later_what_became_of_it(app: App, asked: str) -> None:
    client, lead = program(app), second(app)
    said = {"kind": "question", "question_id": asked, "answer": "different", "reason": "father and son"}
    laid_down = decide(client, "k", **said)
    assert (laid_down.status_code, laid_down.json()["question_id"]) == (202, asked)
    again = decide(client, "k", **said)
    assert (again.status_code, again.json()) == (202, laid_down.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert decide(client, "k", **{**said, "answer": "same"}).json()["code"] == "api.key_reused"
    assert decide(program(app, name="other"), "k", **said).json()["code"] == "batch.proposed_already"
    assert app.desk.ledger.decisions() == []
    assert decided_about(lead, waiting(app), "approve").status_code == 303
    (decision,) = app.desk.ledger.decisions()
    assert (decision.steward, decision.approved_by) == ("shop", "佐伯 遼")
    made = decide(client, "k", **said)
    assert (made.status_code, made.json()["decision_id"]) == (200, decision.decision_id)


def test_a_program_hears_that_its_answer_was_not_approved(app: App, asked: str) -> None:
    client, lead = program(app), second(app)
    said = {"kind": "question", "question_id": asked, "answer": "same"}
    decide(client, "k", **said)
    decided_about(lead, waiting(app), "send-back", reason="no")
    late = decide(client, "k", **said)
    assert (late.status_code, late.json()["code"]) == (409, "batch.not_approved")
    assert decide(client, "new", **said).status_code == 202


def test_a_program_does_not_get_round_it_by_naming_the_records(app: App, asked: str) -> None:
    with app.desk.room.look() as look:
        question = look.desk.question(asked)
    sides = {"record_ids_left": list(question.record_ids_left), "record_ids_right": list(question.record_ids_right)}
    told = decide(program(app), "k", kind="records", answer="same", **sides)
    assert (told.status_code, told.json()["n_records"]) == (202, question.value)
    assert app.desk.ledger.decisions() == []


def test_a_token_takes_back_its_own_and_needs_a_scope_for_what_others_decided(app: App) -> None:
    browser = app.somebody()
    one, other = questions_of(browser.get("/review").text)[:2]
    answered(browser, one, "same")
    (theirs,) = app.desk.ledger.decisions()
    client = program(app)
    own = decide(client, "a", kind="question", question_id=other, answer="same").json()["decision_id"]
    refused = decide(client, "b", kind="undo", decision_id=theirs.decision_id)
    assert (refused.status_code, refused.json()["facts"]) == (403, {"scope": "decisions:others"})
    assert decide(client, "c", kind="undo", decision_id=own).status_code == 201
    free = program(app, TokenScope.DECISIONS_WRITE, TokenScope.DECISIONS_OF_OTHERS, name="free")
    assert decide(free, "d", kind="undo", decision_id=theirs.decision_id).status_code == 201


def test_a_contradiction_is_told_without_words_of_the_command_line(app: App) -> None:
    client = program(app)
    with app.desk.room.look() as look:
        one, other = (
            row[0]
            for row in look.con.execute(
                "select min(record_id) from crosswalk join customers using (golden_id) where valid_to is null "
                "and customer_type = 'person' group by golden_id order by 1 limit 2"
            ).fetchall()
        )
    sides = {"kind": "records", "record_ids_left": [one], "record_ids_right": [other]}
    decide(client, "a", **sides, answer="different")
    told = decide(client, "b", **sides, answer="same").json()
    assert told["code"] == "stewardship.contradicts"
    assert "--" not in told["detail"]
    assert re.search(r"\bsupersede", told["detail"]) is None

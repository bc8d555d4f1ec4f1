"""The gates on the quality page, and somebody who answers for a rule there: who may, how far, how long, how it ends."""

from datetime import timedelta

from crm_pipelines.model.enums import Role
from tests.crm_pipelines.web.pages.conftest import App, word_of
from tests.crm_pipelines.web.pages.test_operations_pages import plain

_RULE = "email_shape"
_PAGE = f"/quality/override/{_RULE}"


def test_the_quality_page_shows_the_three_gates_and_what_each_rule_asks_for(app: App) -> None:
    page = plain(app.somebody().get("/quality").text)
    for gate in ("1 Arrival Lets pass", "2 Golden customers Lets pass", "3 Publication Lets pass"):
        assert gate in page
    assert "An email address has the shape of one." in page


def test_a_lead_overrides_a_rule_until_it_ends_by_itself(app: App) -> None:
    lead = app.somebody(Role.LEAD)
    word, until = word_of(lead.get(_PAGE).text), (app.clock.now + timedelta(days=2)).date().isoformat()
    form = {"form_word": word, "reason": "送り主に連絡済み", "until": until, "up_to": "5"}
    assert lead.post(_PAGE, data=form).headers["location"] == "/quality"
    page = plain(lead.get("/quality").text)
    assert "Overrides in force" in page
    assert "email_shape 5 rows" in page
    assert "森 千尋 送り主に連絡済み" in page
    [entry] = app.desk.ledger.overrides()
    assert (entry.check, entry.steward, entry.most_failed) == (_RULE, "森 千尋", 5)
    admin = app.somebody(Role.ADMIN, "管理", "admin@example.jp")
    assert "Gate overridden" in plain(admin.get("/audit").text)
    app.clock.pass_by(days=3, hours=16)
    later = app.somebody(Role.LEAD, "林 次郎", "hayashi@example.jp")
    assert "Overrides in force" not in plain(later.get("/quality").text)


def test_an_override_is_withdrawn_with_a_reason(app: App) -> None:
    lead = app.somebody(Role.LEAD)
    word, until = word_of(lead.get(_PAGE).text), (app.clock.now + timedelta(days=2)).date().isoformat()
    lead.post(_PAGE, data={"form_word": word, "reason": "x", "until": until, "up_to": "2%"})
    assert "2% of the rows" in plain(lead.get("/quality").text)
    assert lead.post(f"{_PAGE}/withdraw", data={"form_word": word, "reason": " "}).status_code == 422
    assert lead.post(f"{_PAGE}/withdraw", data={"form_word": word, "reason": "mended"}).status_code == 303
    assert "Overrides in force" not in plain(lead.get("/quality").text)
    assert lead.post(f"{_PAGE}/withdraw", data={"form_word": word, "reason": "again"}).status_code == 422
    assert [one.withdraws for one in app.desk.ledger.overrides()] == [False, True]


def test_what_is_missing_or_goes_too_far_is_said_and_nothing_is_recorded(app: App) -> None:
    lead = app.somebody(Role.LEAD)
    word, until = word_of(lead.get(_PAGE).text), (app.clock.now + timedelta(days=2)).date().isoformat()
    good = {"form_word": word, "reason": "kept words", "until": until, "up_to": "5"}
    for wrong in ({"reason": ""}, {"until": "2020-01-01"}, {"until": "2999-01-01"}, {"up_to": "all"}, {"up_to": ""}):
        answer = lead.post(_PAGE, data=good | wrong)
        assert answer.status_code == 422, wrong
        assert 'role="alert"' in answer.text
        assert "kept words" in answer.text or "reason" in wrong
    assert lead.post("/quality/override/customer_fill_rate", data=good).status_code == 422  # it only warns
    assert lead.get("/quality/override/no_such_rule").status_code == 404
    assert lead.post(_PAGE, data=good | {"form_word": "0" * 64}).status_code == 403
    assert app.desk.ledger.overrides() == []


def test_a_steward_sees_the_gates_and_no_way_to_override_them(app: App) -> None:
    steward = app.somebody(Role.STEWARD)
    assert "/quality/override" not in steward.get("/quality").text
    assert steward.get(_PAGE).status_code == 403

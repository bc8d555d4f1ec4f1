"""What was taken back counts again when that is taken back itself: the whole of it, and by two where that needs two."""

import re

import httpx
import pytest

from crm_pipelines.model.enums import Judgement
from tests.crm_pipelines.web.pages.conftest import App, questions_of, word_of
from tests.crm_pipelines.web.pages.test_acts_of_two import limit_to, proposed, two_large
from tests.crm_pipelines.web.pages.test_customer_acts import posted, records_of
from tests.crm_pipelines.web.pages.test_second_person import answered, decided_about, second, waiting


@pytest.fixture
def app(shared_app: App) -> App:
    return shared_app


def undo_button(browser: httpx.Client, where: str) -> bool:
    return f'action="{where}/undo"' in browser.get(where).text


def test_an_approved_undo_is_taken_back_from_its_own_page_and_that_needs_two_as_well(app: App) -> None:
    one, other, _ = two_large(app)
    browser, lead = app.somebody(), second(app)
    proposed(browser, f"/customers/{one}/merge", other=other)
    merging = waiting(app)
    assert not undo_button(browser, merging)  # nothing counts yet
    decided_about(lead, merging, "approve")
    assert undo_button(browser, merging)
    proposed(browser, decided_about(browser, merging, "undo").headers["location"])
    undoing = waiting(app)
    decided_about(lead, undoing, "approve")
    assert not undo_button(browser, merging)
    assert undo_button(browser, undoing)
    elsewhere = decided_about(browser, undoing, "undo").headers["location"]
    assert elsewhere.endswith(f"/undo/{app.desk.ledger.decisions()[-1].decision_id}")
    proposed(browser, elsewhere)
    decided_about(lead, waiting(app), "approve")
    merged, _, again = app.desk.ledger.decisions()
    assert (again.judgement, again.record_ids_left, again.approved_by) == (
        Judgement.MATCH, merged.record_ids_left, "佐伯 遼",
    )  # fmt: skip
    assert not undo_button(browser, undoing)


def test_what_an_undo_had_brought_back_gives_way_again_when_the_undo_is_taken_back(app: App) -> None:
    one, other, _ = two_large(app)
    browser = app.somebody()
    limit_to(app, 0)
    for golden_id in (one, other):  # both contradict the merge
        posted(browser, f"/customers/{golden_id}/split", record=records_of(app, golden_id)[:1], act="record")
    earlier = [entry.decision_id for entry in app.desk.ledger.decisions()]
    assert len(earlier) == 2
    posted(browser, f"/customers/{one}/merge", other=other, act="record", replacing=earlier)
    n_before = len(app.desk.ledger.decisions())
    word, standing = word_of(browser.get("/review").text), []
    for _ in range(4):
        last = app.desk.ledger.decisions()[-1]
        done = browser.post(f"/decisions/{last.decision_id}/undo", data={"form_word": word})
        assert done.status_code == 303, done.text
        with app.desk.room.look() as look:
            standing.append([entry.judgement for entry in look.desk.decisions if look.desk.is_in_force(entry)])
    parted_again, merged_again = [Judgement.NO_MATCH] * 2, [Judgement.UNSURE, Judgement.MATCH]
    assert standing == [parted_again, merged_again, parted_again, merged_again]
    assert len(app.desk.ledger.decisions()) == n_before + 8


def test_an_answer_comes_back_with_a_second_person_when_its_undo_is_taken_back(app: App) -> None:
    browser, lead = app.somebody(), second(app)
    asked = questions_of(browser.get("/review").text)[0]
    limit_to(app, 2)
    answered(browser, asked, "same")
    where = waiting(app)
    decided_about(lead, where, "approve")
    proposed(browser, decided_about(browser, where, "undo").headers["location"])  # two gave it, two take it back
    decided_about(lead, waiting(app), "approve")
    undone = app.desk.ledger.decisions()[-1]
    word = word_of(browser.get("/review").text)
    assert asked in questions_of(browser.get("/review").text)
    back = browser.post(f"/decisions/{undone.decision_id}/undo", data={"form_word": word})
    assert re.fullmatch(rf"/customers/[^/]+/undo/{undone.decision_id}", back.headers["location"])
    proposed(browser, back.headers["location"])
    assert app.desk.ledger.decisions()[-1] == undone
    decided_about(lead, waiting(app), "approve")
    assert app.desk.ledger.decisions()[-1].judgement is Judgement.MATCH
    assert asked not in questions_of(browser.get("/review").text)

"""A change of customers on which much hangs waits for a second person, whichever door it comes through."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import httpx
import pytest

from crm_pipelines.model.enums import ActKind, BatchState, Judgement, Role, TokenScope
from crm_pipelines.stores.ledger.batches import Batch
from tests.crm_pipelines.web.conftest import Switchboard
from tests.crm_pipelines.web.pages.conftest import App, opened_app, questions_of, word_of
from tests.crm_pipelines.web.pages.test_customer_acts import posted, records_of, two_persons
from tests.crm_pipelines.web.pages.test_second_person import (
    answered,
    decide,
    decided_about,
    program,
    second,
    set_limit,
    waiting,
)

CHANGED = "The records have changed since this was shown."


@pytest.fixture
def app(shared_app: App) -> App:
    return shared_app


@pytest.fixture
def own(root: Path, switchboard: Switchboard) -> Iterator[App]:
    """An app over a project whose publication a test may change."""
    with opened_app(root, switchboard) as opened:
        yield opened


def limit_to(app: App, n_records: int) -> None:
    with app.desk.room.look() as look:
        set_limit(look.loaded.rules.review, n_records)


def two_large(app: App) -> tuple[str, str, int]:
    """Two persons, and how many records both have; from so many on a change needs two people."""
    one, other = two_persons(app)
    n_records = len(records_of(app, one)) + len(records_of(app, other))
    limit_to(app, n_records)
    return one, other, n_records


def shown_in(page: httpx.Response) -> str:
    """The fingerprint of what a preview shows."""
    found = re.search(r'name="shown" value="([0-9a-f]{32})"', page.text)
    assert found is not None, page.text
    return found[1]


def proposed(browser: httpx.Client, path: str, **fields: object) -> httpx.Response:
    """Look at the preview and confirm it."""
    return posted(browser, path, act="record", shown=shown_in(posted(browser, path, act="preview", **fields)), **fields)


def the_one(app: App) -> Batch:
    (one,) = app.desk.batches.waiting()
    return one


def test_a_merge_waits_is_seen_by_its_customers_and_counts_when_another_approves_it(app: App) -> None:
    one, other, n_records = two_large(app)
    browser, lead = app.somebody(), second(app)
    path = f"/customers/{one}/merge"
    preview = posted(browser, path, other=other, act="preview")
    assert f"({n_records} records)" in preview.text
    assert "Propose" in preview.text
    done = posted(browser, path, other=other, act="record", shown=shown_in(preview), reason="電話で確認")
    assert (done.status_code, done.headers["location"]) == (303, f"/customers/{one}")
    assert app.desk.ledger.decisions() == []  # what the applier follows
    where = waiting(app)
    for golden_id in (one, other):
        assert f'href="{where}"' in lead.get(f"/customers/{golden_id}").text
    assert "Merge of customers" in lead.get("/review/approvals").text
    own, theirs = browser.get(where).text, lead.get(where).text
    assert f"{where}/approve" not in own
    assert f"{where}/withdraw" in own
    assert f"{where}/approve" in theirs
    members = [*records_of(app, one), *records_of(app, other)]
    assert all(name.partition(":")[2] in theirs for name in members)  # the cards of the act's own preview
    assert decided_about(browser, where, "approve").status_code == 409
    assert app.desk.ledger.decisions() == []

    assert decided_about(lead, where, "approve").headers["location"] == where
    (decision,) = app.desk.ledger.decisions()
    assert (decision.judgement, decision.steward, decision.approved_by, decision.reason, decision.question_id) == (
        Judgement.MATCH, "森 千尋", "佐伯 遼", "電話で確認", None,
    )  # fmt: skip
    assert decision.batch_id == where.rpartition("/")[2]
    assert sorted([*decision.record_ids_left, *decision.record_ids_right]) == sorted(members)
    assert "tag pending" in browser.get(f"/customers/{one}").text
    assert "Proposal" in browser.get(f"/decisions/{decision.decision_id}").text


def test_what_was_approved_is_taken_back_in_one_go_and_that_needs_two_as_well(app: App) -> None:
    one, other, _ = two_large(app)
    browser, lead = app.somebody(), second(app)
    proposed(browser, f"/customers/{one}/merge", other=other)
    where = waiting(app)
    decided_about(lead, where, "approve")
    (decision,) = app.desk.ledger.decisions()
    elsewhere = decided_about(lead, where, "undo").headers["location"]
    assert re.fullmatch(rf"/customers/({one}|{other})/undo/{decision.decision_id}", elsewhere)
    word = word_of(browser.get("/review").text)
    by_key = browser.post(f"/decisions/{decision.decision_id}/undo", data={"form_word": word})  # `Z` in the queue
    assert by_key.headers["location"] == elsewhere
    assert len(app.desk.ledger.decisions()) == 1
    assert proposed(lead, elsewhere).status_code == 303
    assert the_one(app).act is not None
    again = waiting(app)
    assert decided_about(lead, again, "approve").status_code == 409
    assert f"/decisions/{decision.decision_id}" in browser.get(again).text
    assert decided_about(browser, again, "approve").status_code == 303
    undone = app.desk.ledger.decisions()[-1]
    assert (undone.supersedes, undone.steward, undone.approved_by) == (decision.decision_id, "佐伯 遼", "森 千尋")
    assert decided_about(browser, where, "undo").status_code == 409


def test_what_was_approved_is_taken_back_at_once_where_one_is_enough_by_now(app: App) -> None:
    one, other, _ = two_large(app)
    browser, lead = app.somebody(), second(app)
    limit_to(app, 0)
    posted(browser, f"/customers/{one}/split", record=records_of(app, one)[:1], act="record")
    (parted,) = app.desk.ledger.decisions()
    limit_to(app, 2)
    proposed(browser, f"/customers/{one}/merge", other=other, replacing=parted.decision_id)
    where = waiting(app)
    assert decided_about(lead, where, "approve").status_code == 303
    assert app.desk.ledger.decisions()[-1].supersedes == parted.decision_id
    limit_to(app, 0)
    assert decided_about(lead, where, "undo").headers["location"] == where
    restored = app.desk.ledger.decisions()[-1]
    assert (restored.judgement, restored.record_ids_left) == (Judgement.NO_MATCH, parted.record_ids_left)


def test_on_which_fewer_records_hang_is_recorded_at_once(app: App) -> None:
    one, other, n_records = two_large(app)
    limit_to(app, n_records + 1)
    browser = app.somebody()
    preview = posted(browser, f"/customers/{one}/merge", other=other, act="preview")
    assert "second person" not in preview.text
    proposed(browser, f"/customers/{one}/merge", other=other)
    assert len(app.desk.ledger.decisions()) == 1
    assert app.desk.batches.waiting() == []


def test_the_same_is_not_proposed_twice_and_what_is_withdrawn_or_sent_back_may_be_proposed_anew(app: App) -> None:
    one, other, _ = two_large(app)
    browser, lead = app.somebody(), second(app)
    there = f"/customers/{other}/merge"
    fields = {"other": one, "act": "record", "shown": shown_in(posted(lead, there, other=one, act="preview"))}
    assert proposed(browser, f"/customers/{one}/merge", other=other).status_code == 303
    late = posted(lead, there, **fields)  # looked at before, confirmed behind the other
    assert late.status_code == 409
    assert "森 千尋" in late.text
    where = waiting(app)
    assert f'href="{where}"' in late.text
    preview = posted(lead, there, other=one, act="preview").text
    assert f'href="{where}"' in preview
    assert 'value="record"' not in preview
    assert decided_about(lead, where, "withdraw").status_code == 409
    assert decided_about(lead, where, "send-back").status_code == 409  # without a reason
    decided_about(lead, where, "send-back", reason="別人")
    assert "別人" in browser.get(where).text
    assert proposed(lead, there, other=one).status_code == 303
    decided_about(lead, waiting(app), "withdraw")
    assert (app.desk.batches.waiting(), app.desk.ledger.decisions()) == ([], [])


def test_a_split_waits_for_the_whole_customer_and_nothing_is_proposed_that_was_not_shown(app: App) -> None:
    one, _, _ = two_large(app)
    records, browser, lead = records_of(app, one), app.somebody(), second(app)
    limit_to(app, len(records))
    path = f"/customers/{one}/split"
    blind = posted(browser, path, record=records[:1], act="record")
    assert blind.status_code == 409
    assert CHANGED in blind.text
    preview = posted(browser, path, record=records[1:2], act="preview")
    other_records = posted(browser, path, record=records[:1], act="record", shown=shown_in(preview))
    assert other_records.status_code == 409
    assert app.desk.batches.waiting() == []
    assert posted(browser, path, record=records[:1], act="record", shown=shown_in(blind)).status_code == 303
    assert decided_about(lead, waiting(app), "approve").status_code == 303
    (decision,) = app.desk.ledger.decisions()
    assert (decision.judgement, decision.record_ids_left) == (Judgement.NO_MATCH, (records[0],))
    assert sorted(decision.record_ids_right) == records[1:]


def test_what_somebody_decided_against_it_meanwhile_is_told_and_nothing_is_written(app: App) -> None:
    one, other, n_records = two_large(app)
    browser, lead = app.somebody(), second(app)
    proposed(browser, f"/customers/{one}/merge", other=other)
    limit_to(app, n_records + 1)
    posted(lead, f"/customers/{one}/split", record=records_of(app, one)[:1], act="record")
    where = waiting(app)
    page = lead.get(where).text
    assert "contradicts an earlier decision" in page
    assert f"{where}/approve" not in page
    assert f"{where}/send-back" in page
    refused = decided_about(lead, where, "approve")
    assert refused.status_code == 409
    assert "佐伯 遼" in refused.text
    assert (len(app.desk.ledger.decisions()), the_one(app).state) == (1, BatchState.PROPOSED)


@pytest.mark.parametrize("change", ["joined", "gone"])
def test_it_is_refused_when_the_records_of_a_customer_are_others_than_the_proposer_saw(own: App, change: str) -> None:
    app, (one, other, _) = own, two_large(own)
    browser, lead = app.somebody(), second(app)
    proposed(browser, f"/customers/{one}/merge", other=other)
    where = waiting(app)
    with app.desk.room.look() as look:
        file = look.loaded.root / "data" / "published" / f"{look.version}.duckdb"
        [(stranger,)] = look.con.execute(
            "select min(record_id) from homes where golden_id not in (?, ?)", [one, other]
        ).fetchall()
    app.desk.room.close()
    with duckdb.connect(str(file)) as con:  # as another publication would have it
        moved = [stranger, one] if change == "joined" else [records_of_file(con, other)[0], two_others(con, one, other)]
        for table in ("homes", "crosswalk"):
            valid = " and valid_to is null" if table == "crosswalk" else ""
            con.execute(f"update {table} set golden_id = ? where record_id = ?{valid}", moved[::-1])
    page = lead.get(where)
    assert "have changed since this was proposed" in page.text
    assert f"{where}/approve" not in page.text
    assert decided_about(lead, where, "approve").status_code == 409
    assert app.desk.ledger.decisions() == []
    assert decided_about(browser, where, "withdraw").status_code == 303


def records_of_file(con: duckdb.DuckDBPyConnection, golden_id: str) -> list[str]:
    rows = con.execute("select record_id from homes where golden_id = ? order by 1", [golden_id]).fetchall()
    return [name for (name,) in rows]


def two_others(con: duckdb.DuckDBPyConnection, *but_for: str) -> str:
    [(found,)] = con.execute("select min(golden_id) from homes where golden_id not in (?, ?)", but_for).fetchall()
    return str(found)


def test_of_two_who_approve_at_once_one_does(app: App) -> None:
    one, other, _ = two_large(app)
    proposed(app.somebody(), f"/customers/{one}/merge", other=other)
    where = waiting(app)
    others = [app.somebody(Role.STEWARD, f"人{number}", f"p{number}@example.jp") for number in range(4)]
    words = [word_of(browser.get("/review").text) for browser in others]

    def approve(place: int) -> int:
        return others[place].post(f"{where}/approve", data={"form_word": words[place]}).status_code

    with ThreadPoolExecutor(len(others)) as pool:
        assert sorted(pool.map(approve, range(len(others)))) == [303, 409, 409, 409]
    assert len(app.desk.ledger.decisions()) == 1


def test_taking_back_an_answer_waits_on_a_customers_page_and_not_where_its_question_is_asked_again(app: App) -> None:
    browser = app.somebody()
    asked = questions_of(browser.get("/review").text)[0]
    answered(browser, asked, "same")
    (decision,) = app.desk.ledger.decisions()
    with app.desk.room.look() as look:
        [(golden_id,)] = look.con.execute(
            "select golden_id from homes where record_id = ?", [decision.record_ids_left[0]]
        ).fetchall()
    limit_to(app, 2)
    path = f"/customers/{golden_id}/undo/{decision.decision_id}"
    assert "a second person has approved it" in browser.get(path).text
    assert proposed(browser, path).headers["location"] == f"/customers/{golden_id}"
    assert the_one(app).act is not None
    assert "take a decision back" in browser.get(f"/customers/{golden_id}").text
    word = word_of(browser.get("/review").text)
    back = browser.post(f"/decisions/{decision.decision_id}/undo", data={"form_word": word})
    assert back.headers["location"] == f"/review/{asked}"
    refused = decided_about(second(app), waiting(app), "approve")
    assert refused.status_code == 409  # what it would take back is gone
    assert len(app.desk.ledger.decisions()) == 2


def test_an_answer_that_two_people_gave_is_not_taken_back_by_one(app: App) -> None:
    browser, lead = app.somebody(), second(app)
    limit_to(app, 2)
    asked = questions_of(browser.get("/review").text)[0]
    answered(browser, asked, "same")
    where = waiting(app)
    decided_about(lead, where, "approve")
    (decision,) = app.desk.ledger.decisions()
    elsewhere = decided_about(browser, where, "undo").headers["location"]
    assert decided_about(browser, f"/decisions/{decision.decision_id}", "undo").headers["location"] == elsewhere  # `Z`
    assert proposed(browser, elsewhere).status_code == 303
    assert len(app.desk.ledger.decisions()) == 1
    decided_about(lead, waiting(app), "approve")
    assert app.desk.ledger.decisions()[-1].supersedes == decision.decision_id
    assert asked in questions_of(browser.get("/review").text)


def test_whoever_may_not_decide_sees_that_it_waits_and_nothing_more(app: App) -> None:
    one, other, _ = two_large(app)
    proposed(app.somebody(), f"/customers/{one}/merge", other=other)
    where = waiting(app)
    viewer = app.somebody(Role.VIEWER, "見る 人", "viewer@example.jp")
    page = viewer.get(f"/customers/{one}").text
    assert "森 千尋 proposed to merge" in page
    assert where not in page
    assert viewer.get(where).status_code == 403
    web = app.served.state.web
    steward = app.somebody(Role.LEAD, "佐伯 遼", "saeki@example.jp")
    word = word_of(steward.get("/review").text)
    web.access = web.access.model_copy(update={"masked": {Role.LEAD: ("email",)}})
    assert steward.get(where).status_code == 403
    assert steward.post(f"{where}/approve", data={"form_word": word}).status_code == 403
    web.access = web.access.model_copy(update={"masked": {}, "purpose_required_for": ("customer",)})
    asked = steward.get(where).text
    assert 'name="purpose"' in asked
    assert other not in asked
    assert app.desk.ledger.decisions() == []


def sides_of(app: App) -> dict[str, list[str]]:
    one, other, _ = two_large(app)
    return {"record_ids_left": records_of(app, one)[:1], "record_ids_right": records_of(app, other)[:1]}


def test_a_judgement_of_a_program_counts_the_customers_behind_the_records_and_waits(app: App) -> None:
    sides = sides_of(app)  # one record of each: all others follow
    client, lead = program(app), second(app)
    said = {"kind": "records", "answer": "same", "reason": "moved house", **sides}
    laid_down = decide(client, "k", **said)
    assert (laid_down.status_code, laid_down.json()["question_id"]) == (202, None)
    again = decide(client, "k", **said)
    assert (again.status_code, again.json()) == (202, laid_down.json())
    assert decide(client, "k", **{**said, "answer": "different"}).json()["code"] == "api.key_reused"
    assert decide(client, "k", kind="undo", decision_id="d").json()["code"] == "api.key_reused"
    assert decide(program(app, name="other"), "k", **said).json()["code"] == "batch.act_proposed_already"
    assert app.desk.ledger.decisions() == []
    assert "Records judged: same customer" in lead.get(waiting(app)).text
    assert decided_about(lead, waiting(app), "approve").status_code == 303
    (decision,) = app.desk.ledger.decisions()
    assert (decision.steward, decision.approved_by) == ("shop", "佐伯 遼")
    assert (list(decision.record_ids_left), list(decision.record_ids_right)) == (
        sides["record_ids_left"], sides["record_ids_right"],
    )  # fmt: skip
    made = decide(client, "k", **said)
    assert (made.status_code, made.json()["decision_id"]) == (200, decision.decision_id)


def test_a_program_takes_back_with_a_second_person_and_does_not_get_round_it(app: App) -> None:
    sides = sides_of(app)
    n_records = app.desk.room.loaded.rules.review.two_people_from
    limit_to(app, 0)
    client, lead = program(app), second(app)
    made = decide(client, "a", kind="records", answer="same", **sides).json()["decision_id"]
    limit_to(app, n_records)
    undo = {"kind": "undo", "decision_id": made}
    told = decide(client, "b", **undo)
    assert (told.status_code, told.json()["undoes"], told.json()["n_records"]) == (202, made, n_records)
    round_it = decide(client, "c", kind="records", answer="unsure", replacing=[made], **sides)
    assert round_it.status_code == 202
    with app.desk.room.look() as look:
        small = look.con.execute(
            "select question_id from review_queue where kind = 'pair' and value <= 2 order by 1 limit 1"
        ).fetchall()[0][0]
    by_question = {"kind": "question", "question_id": small, "answer": "unsure", "replacing": [made]}
    assert decide(client, "d", **by_question).status_code == 202
    assert len(app.desk.ledger.decisions()) == 1
    assert decide(client, "e", kind="records", answer="unsure", **sides).status_code == 201  # decides nothing
    undoing = next(one for one in app.desk.batches.acts() if one.act is not None and one.act.kind is ActKind.UNDO)
    assert decided_about(lead, f"/review/approvals/{undoing.batch_id}", "send-back", reason="no").status_code == 303
    late = decide(client, "b", **undo)
    assert (late.status_code, late.json()["code"]) == (409, "batch.not_approved")


def test_a_program_needs_its_scope_to_propose_taking_back_what_others_decided(app: App) -> None:
    one, other, n_records = two_large(app)
    limit_to(app, 0)
    posted(app.somebody(), f"/customers/{one}/merge", other=other, act="record")
    limit_to(app, n_records)
    (theirs,) = app.desk.ledger.decisions()
    undo = {"kind": "undo", "decision_id": theirs.decision_id}
    assert decide(program(app), "a", **undo).status_code == 403
    free = program(app, TokenScope.DECISIONS_WRITE, TokenScope.DECISIONS_OF_OTHERS, name="free")
    assert decide(free, "b", **undo).status_code == 202

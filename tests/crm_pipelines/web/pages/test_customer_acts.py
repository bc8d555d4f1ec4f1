"""What stewards do to customers: merge, split, take back, pin; told before, pending after, done by the next run."""

import re
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from crm_pipelines.model.enums import Judgement, TokenScope
from crm_pipelines.stores.golden_outlook import (
    foreseen_consents,
    foreseen_values,
    published_consents,
    published_values,
)
from crm_pipelines.stores.ledger.tokens import NewToken
from crm_pipelines.web.api.application import PREFIX
from tests.crm_pipelines.web.pages.conftest import App, word_of
from tests.worlds import run


def two_persons(app: App) -> tuple[str, str]:
    """Two persons that nobody asked about."""
    with app.desk.room.look() as look:
        rows = look.con.execute(
            """select golden_id from customers
               where customer_type = 'person' and golden_id not in (
                   select crosswalk.golden_id from crosswalk, review_queue
                   where list_contains(record_ids_left, record_id) or list_contains(record_ids_right, record_id)
               )
               order by record_count desc, golden_id limit 2"""
        ).fetchall()
    return rows[0][0], rows[1][0]


def records_of(app: App, golden_id: str) -> list[str]:
    with app.desk.room.look() as look:
        rows = look.con.execute(
            "select record_id from crosswalk where golden_id = ? and valid_to is null order by 1", [golden_id]
        ).fetchall()
    return [name for (name,) in rows]


@pytest.fixture
def applied(app: App) -> Callable[[], None]:
    """Runs the project once more, as the applier would."""

    def once_more() -> None:
        with app.desk.room.look() as look:
            root = look.loaded.root
        app.desk.room.close()
        run(root)

    return once_more


def outlook_of(app: App, one: str, other: str) -> tuple[dict[str, str | None], object]:
    """The values and consents that two customers would have as one."""
    with app.desk.room.look() as look:
        homes = {name: records_of(app, name) for name in (one, other)}
        joined = {"joined": [*homes[one], *homes[other]]}
        consents = foreseen_consents(published_consents(look.con, homes), homes, joined)
        return foreseen_values(look.con, look.loaded, joined, [])["joined"], consents["joined"]


def program(app: App) -> httpx.Client:
    """A program that reads customers and changes."""
    scopes = frozenset({TokenScope.CUSTOMERS_READ, TokenScope.CHANGES_READ})
    text = app.desk.tokens.create(NewToken(name="shop", made_by="admin", scopes=scopes), app.clock.now)[1]
    client = app.client()
    client.headers["authorization"] = f"Bearer {text}"
    return client


def posted(browser: httpx.Client, path: str, **fields: object) -> httpx.Response:
    word = word_of(browser.get("/customers").text)
    return browser.post(path, data={"form_word": word, **fields})


def test_a_merge_is_previewed_confirmed_pending_applied_redirects_and_is_taken_back(
    app: App, applied: Callable[[], None]
) -> None:
    one, other = two_persons(app)
    members = records_of(app, one), records_of(app, other)
    browser = app.somebody()
    shown = posted(browser, f"/customers/{one}/merge", other=f" {other.lower()} ", act="preview")
    assert shown.status_code == 200
    assert app.desk.ledger.decisions() == []
    assert all(name.partition(":")[2] in shown.text for side in members for name in side)
    foreseen = outlook_of(app, one, other)
    assert [text for text in foreseen[0].values() if text and text not in unescape(shown.text)] == []
    done = posted(browser, f"/customers/{one}/merge", other=other, act="record", reason="電話で本人に確認")
    assert done.headers["location"] == f"/customers/{one}"
    (decision,) = app.desk.ledger.decisions()
    assert (decision.judgement, decision.steward, decision.reason) == (Judgement.MATCH, "森 千尋", "電話で本人に確認")
    for golden_id in (one, other):
        assert "tag pending" in browser.get(f"/customers/{golden_id}").text
    again = posted(browser, f"/customers/{one}/merge", other=other, act="record")
    assert again.status_code == 409
    assert len(app.desk.ledger.decisions()) == 1

    applied()
    retired = next(name for name in (one, other) if browser.get(f"/customers/{name}").status_code == 302)
    living = other if retired == one else one
    with app.desk.room.look() as look:
        assert published_values(look.con, [living])[living] == foreseen[0]
        assert published_consents(look.con, [living])[living] == foreseen[1]
    api = program(app)
    answers = {name: api.get(f"{PREFIX}/customers/{name}").json() for name in (one, other)}
    assert [answers[name]["is_retired"] for name in (retired, living)] == [True, False]
    assert [found["golden_id"] for found in answers[retired]["customers"]] == [living]
    changes = api.get(f"{PREFIX}/changes").json()["changes"]
    assert [found["resolves_to"] for found in changes if found["golden_id"] == retired][-1] == [living]
    led = browser.get(f"/customers/{retired}").headers["location"]
    assert led == f"/customers/{living}?came_from={retired}"
    page = browser.get(led).text
    assert f"{retired} was merged into {living}." in page
    assert "tag pending" not in page
    undo = re.search(rf'href="(/customers/{living}/undo/[^"]+)"', page)
    assert undo is not None
    preview = browser.get(undo[1]).text
    assert retired in preview
    assert posted(browser, undo[1], act="record").headers["location"] == f"/customers/{living}"

    applied()
    for golden_id, records in zip((one, other), members, strict=True):
        assert browser.get(f"/customers/{golden_id}").status_code == 200
        assert records_of(app, golden_id) == records
        answer = api.get(f"{PREFIX}/customers/{golden_id}").json()
        assert not answer["is_retired"]
        assert [record["record_id"] for record in answer["customers"][0]["records"]] == records


def test_a_split_parts_the_records_chosen_and_their_customer_is_told_by_whom(
    app: App, applied: Callable[[], None]
) -> None:
    one, _ = two_persons(app)
    records, browser = records_of(app, one), app.somebody()
    path = f"/customers/{one}/split"
    assert posted(browser, path, act="preview").status_code == 422
    assert posted(browser, path, record=records, act="preview").status_code == 409
    assert posted(browser, path, record=["erp:none"], act="preview").status_code == 409
    preview = posted(browser, path, record=records[:1], act="preview")
    assert preview.status_code == 200
    assert preview.text.count('type="hidden" name="record"') == 1
    assert app.desk.ledger.decisions() == []
    assert "told once it is applied" in preview.text or "Nothing is known of consents" in preview.text
    parts = {records[0]: records[:1], records[-1]: records[1:]}
    with app.desk.room.look() as look:
        foreseen = foreseen_values(look.con, look.loaded, parts, [])
    assert posted(browser, path, record=records[:1], act="record").status_code == 303
    applied()
    with app.desk.room.look() as look:
        homes = dict(look.con.execute("select record_id, golden_id from crosswalk where valid_to is null").fetchall())
        for name, part in parts.items():
            assert sorted(record for record, home in homes.items() if home == homes[name]) == part
            assert published_values(look.con, [homes[name]])[homes[name]] == foreseen[name]
    assert not set(records[:1]) & set(records_of(app, one)) or not set(records[1:]) & set(records_of(app, one))
    assert "森 千尋" in browser.get(f"/customers/{one}").text


def test_what_contradicts_an_earlier_decision_is_asked_back_once_and_may_replace_it(app: App) -> None:
    one, other = two_persons(app)
    first, second = app.somebody(), app.somebody(name="佐伯 遼", email="saeki@example.jp")
    posted(first, f"/customers/{one}/split", record=records_of(app, one)[:1], act="record")
    path = f"/customers/{one}/merge"
    refused = posted(second, path, other=other, act="record")
    assert refused.status_code == 409
    assert "森 千尋" in refused.text
    (decided,) = app.desk.ledger.decisions()
    assert re.findall(r'name="replacing" value="([^"]+)"', refused.text) == [decided.decision_id]
    shown = posted(second, path, other=other, act="preview", replacing=decided.decision_id)
    assert shown.status_code == 200
    assert "森 千尋" in shown.text
    assert len(app.desk.ledger.decisions()) == 1
    assert posted(second, path, other=other, act="record", replacing=decided.decision_id).status_code == 303
    assert app.desk.ledger.decisions()[-1].supersedes == decided.decision_id


def test_a_value_is_pinned_with_reason_and_end_shown_pending_applied_and_lifted(
    app: App, applied: Callable[[], None]
) -> None:
    one, _ = two_persons(app)
    browser, path = app.somebody(), f"/customers/{one}/pins"
    form = browser.get(f"{path}?attribute=email").text
    assert 'value="2027-04-01"' in form  # a year from the clock of the test
    wrong = posted(browser, path, attribute="email", choice="typed", typed="no address", reason="-", act="pin")
    assert wrong.status_code == 422
    assert 'value="no address"' in wrong.text
    assert posted(browser, path, attribute="email", choice="typed", typed="a@shop.example.jp").status_code == 422
    assert posted(browser, path, attribute="email", reason="why", act="pin").status_code == 422
    assert posted(browser, path, attribute="run_id", choice="empty", reason="why", act="pin").status_code == 422
    late = {"attribute": "email", "choice": "empty", "reason": "why", "expires_on": "2026-03-01"}
    assert posted(browser, path, **late).status_code == 422
    assert app.desk.ledger.pins() == []
    wish = {"attribute": "email", "choice": "typed", "typed": "pinned@takahashi-shop.jp", "reason": "本人から連絡"}
    preview = posted(browser, path, **wish, expires_on="2999-12-31", act="preview").text
    assert '<mark class="different">pinned@takahashi-shop.jp</mark>' in preview
    assert 'value="本人から連絡"' in preview
    assert app.desk.ledger.pins() == []
    assert posted(browser, path, **wish, expires_on="2999-12-31", act="pin").status_code == 303
    (pin,) = app.desk.ledger.pins()
    assert (pin.value, pin.reason, pin.steward) == ("pinned@takahashi-shop.jp", "本人から連絡", "森 千尋")
    assert pin.expires_at is not None
    assert pin.expires_at.isoformat() == "2999-12-31T15:00:00+00:00"  # the end of that day in Tokyo
    assert "tag pending" in browser.get(f"/customers/{one}").text
    applied()
    page = unescape(browser.get(f"/customers/{one}").text)
    assert "pinned@takahashi-shop.jp" in page
    assert "本人から連絡" in page
    assert posted(browser, path, attribute="email", reason="done", act="lift").status_code == 303
    applied()
    assert "Pinned by" not in browser.get(f"/customers/{one}").text

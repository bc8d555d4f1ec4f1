"""Search before create: records the publication knows are found, with the weights that `explain` tells."""

import json
from typing import Any

import httpx
import pytest

from crm_pipelines.model.enums import TokenScope
from crm_pipelines.model.ids import suppression_digest
from crm_pipelines.stores.ledger.facts import NewSuppression
from tests.crm_pipelines.web.api.conftest import Program
from tests.crm_pipelines.web.pages.conftest import App

_RECORDS = """
    select r.record_id, r.customer_type, r.raw_values, c.golden_id
    from standardised_records r join crosswalk c on c.record_id = r.record_id and c.valid_to is null
    where r.observation is null and r.customer_type = ? and (
        select count(*) from crosswalk o where o.golden_id = c.golden_id and o.valid_to is null) > 1
    order by r.record_id"""


def known(app: App, kind: str) -> list[tuple[str, str, dict[str, Any], str]]:
    """Records of customers that have several, with what their source wrote."""
    with app.desk.room.look() as look:
        rows = look.con.execute(_RECORDS, [kind]).fetchall()
    return [
        (record, kind, {name: text.split("\n") for name, text in json.loads(raw).items()}, golden_id)
        for record, kind, raw, golden_id in rows
    ]


def match(client: httpx.Client, kind: str, record: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = client.post("/match", json={"record": record, "customer_type": kind, "limit": 20, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_a_record_that_is_there_finds_its_customer_with_the_weight_that_explain_tells(
    app: App, program: Program, kind: str
) -> None:
    client = program()
    n_first = n_tried = 0
    for record_id, _, raw, golden_id in known(app, kind)[:25]:
        app.clock.pass_by(seconds=1)
        found = match(client, kind, raw)
        assert found["customer_type"] == kind
        ids = [one["golden_id"] for one in found["customers"]]
        n_tried, n_first = n_tried + 1, n_first + (ids[:1] == [golden_id])
        assert golden_id in ids, record_id
        weights = [one["match_weight"] for one in found["customers"]]
        assert weights == sorted(weights, reverse=True)
        with app.desk.room.look() as look:
            for one in found["customers"]:
                own, other = look.evidence.record(record_id), look.evidence.record(one["record_id"])
                score = look.evidence.score(own, other)
                assert one["match_weight"] == pytest.approx(score.match_weight, abs=1e-9), (record_id, one["record_id"])
                assert one["match_probability"] == pytest.approx(score.match_probability)
                assert one["band"] == score.band
                assert sum(reason["weight"] for reason in one["reasons"]) == pytest.approx(score.match_weight)
    assert n_tried >= 10
    assert n_first >= 0.9 * n_tried


def test_a_stored_pair_has_the_weight_that_matching_stored(app: App, program: Program) -> None:
    client, n_compared = program(), 0
    for record_id, kind, raw, _ in known(app, "person")[:15]:
        for one in match(client, kind, raw)["customers"]:
            with app.desk.room.look() as look:
                stored = look.evidence.stored(record_id, one["record_id"])
            if stored is not None and one["record_id"] != record_id:
                n_compared += 1
                assert one["match_weight"] == pytest.approx(stored.match_weight, abs=1e-9)
    assert n_compared > 5


def test_reasons_are_sentences_in_the_callers_language(app: App, program: Program) -> None:
    _, kind, raw, _ = known(app, "person")[0]
    client = program()
    english = match(client, kind, raw)["customers"][0]["reasons"]
    client.headers["accept-language"] = "ja"
    japanese = match(client, kind, raw)["customers"][0]["reasons"]
    assert [one["code"] for one in english] == [one["code"] for one in japanese]
    assert english[0]["code"] == "evidence.prior"
    assert all(one["sentence"] != other["sentence"] for one, other in zip(english, japanese, strict=True))


def test_names_are_told_to_who_may_read_customers_alone(app: App, program: Program) -> None:
    _, kind, raw, _ = known(app, "person")[0]
    assert match(program(TokenScope.MATCH), kind, raw)["customers"][0]["display_name"] is None
    both = program(TokenScope.MATCH, TokenScope.CUSTOMERS_READ, name="both")
    assert match(both, kind, raw)["customers"][0]["display_name"]


def test_somebody_new_is_nobody_of_ours(program: Program) -> None:
    found = match(program(), "auto", {"name": "鰐渕 蓮太郎", "email": "w.rentaro@nowhere-at-all.example"})
    assert (found["customers"], found["customer_type"], found["is_suppressed"]) == ([], "person", False)


def test_a_record_that_a_source_would_see_in_quarantine_is_refused_with_its_reason(program: Program) -> None:
    client = program()
    for record, code in (
        ({}, "row.nobody"),
        ({"name": "テスト"}, "row.nobody"),
        ({"name": "山田\ufffd\ufffd郎", "email": "a@b.example"}, "row.lost_characters"),
    ):
        answer = client.post("/match", json={"record": record})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert client.post("/match", json={"record": {"shoe_size": "27"}}).status_code == 422


def test_who_must_not_come_in_again_is_told_so_and_compared_with_nobody(app: App, program: Program) -> None:
    record = {"name": "鰐渕 蓮太郎", "email": "w.rentaro@nowhere-at-all.example"}
    with app.desk.room.look() as look:
        digest = suppression_digest(look.loaded.project_key, "email", record["email"])
    app.desk.ledger.record_suppression(
        NewSuppression(digest=digest, kind="email", recorded_by="officer", recorded_at=app.clock.now)
    )
    found = match(program(), "auto", record)
    assert (found["is_suppressed"], found["customers"], found["n_compared"]) == (True, [], 0)


def test_nothing_of_a_match_is_kept(app: App, program: Program) -> None:
    record = {"name": "鰐渕 蓮太郎", "email": "w.rentaro@nowhere-at-all.example", "phone": "090-1111-2222"}
    match(program(), "person", record)
    with app.desk.room.look() as look:
        left = {
            name for (name,) in look.con.execute("select table_name from duckdb_tables() where temporary").fetchall()
        }
        shown = [str(look.con.execute(f"select * from temp.{name}").fetchall()) for name in left]
    assert not [rows for rows in shown if "rentaro" in rows or "9011112222" in rows]

"""An id that a merge retires tells where it leads, and lives again when the merge is taken back."""

from tests.crm_pipelines.web.api.conftest import Program
from tests.crm_pipelines.web.pages.conftest import App
from tests.worlds import run


def test_a_retired_id_tells_where_it_leads_and_lives_again_when_the_merge_is_undone(app: App, program: Program) -> None:
    client = program()
    with app.desk.room.look() as look:
        root = look.loaded.root
        (one, of_one), (other, of_other) = look.con.execute(
            """select golden_id, list(record_id order by record_id) from crosswalk join customers using (golden_id)
               where valid_to is null and customer_type = 'person' group by golden_id order by golden_id limit 2"""
        ).fetchall()
    merging = {"kind": "records", "record_ids_left": of_one, "record_ids_right": of_other, "answer": "same"}
    made = client.post("/decisions", json=merging, headers={"idempotency-key": "merge"})
    assert made.status_code == 201, made.text
    tag = client.get(f"/customers/{one}").headers["etag"]
    run(root)

    told = {name: client.get(f"/customers/{name}", headers={"if-none-match": tag}).json() for name in (one, other)}
    (retired,) = [name for name in (one, other) if told[name]["is_retired"]]
    survivor = other if retired == one else one
    assert [found["golden_id"] for found in told[retired]["customers"]] == [survivor]
    assert [record["record_id"] for record in told[retired]["customers"][0]["records"]] == sorted(of_one + of_other)
    changes = client.get("/changes").json()["changes"]
    assert [found["resolves_to"] for found in changes if found["golden_id"] == retired][-1] == [survivor]

    undoing = {"kind": "undo", "decision_id": made.json()["decision_id"]}
    assert client.post("/decisions", json=undoing, headers={"idempotency-key": "undo"}).status_code == 201
    run(root)
    for name, records in ((one, of_one), (other, of_other)):
        answer = client.get(f"/customers/{name}").json()
        assert not answer["is_retired"]
        assert [record["record_id"] for record in answer["customers"][0]["records"]] == records

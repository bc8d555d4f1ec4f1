"""Customers by id, by rows of sources, by what they say; ids that were retired."""

import json

from tests.crm_pipelines.web.api.conftest import Program
from tests.crm_pipelines.web.pages.conftest import App


def living(app: App, kind: str = "person") -> list[tuple[str, list[str]]]:
    with app.desk.room.look() as look:
        return look.con.execute(
            """select golden_id, list(record_id order by record_id) from crosswalk join customers using (golden_id)
               where valid_to is null and customer_type = ? group by golden_id order by golden_id""",
            [kind],
        ).fetchall()


def test_a_customer_is_told_whole_with_the_origin_of_its_values(app: App, program: Program) -> None:
    golden_id, records = max(living(app), key=lambda one: len(one[1]))
    answer = program().get(f"/customers/{golden_id.lower().replace('-', '')}").json()
    assert (answer["golden_id"], answer["is_retired"]) == (golden_id, False)
    (told,) = answer["customers"]
    with app.desk.room.look() as look:
        (row,) = look.con.execute("select * from customers where golden_id = ?", [golden_id]).fetchall()
        columns = [column[0] for column in look.con.description or ()]
        n_points = look.con.execute("select count(*) from contact_points where golden_id = ?", [golden_id]).fetchall()
    golden = dict(zip(columns, row, strict=True))
    assert [one["record_id"] for one in told["records"]] == records
    assert {one["attribute"]: one["value"] for one in told["values"]}.items() >= {
        name: golden[name] for name in ("name", "email", "phone", "address") if golden[name] is not None
    }.items()
    assert all(one["record_id"] in records and one["rule"] for one in told["values"])
    assert len(told["contact_points"]) == n_points[0][0]
    assert told["display_name"] == golden["display_name"]


def test_every_customer_can_be_told(app: App, program: Program) -> None:
    client = program()
    for golden_id, records in [*living(app)[::9], *living(app, "organisation")[::5]]:
        answer = client.get(f"/customers/{golden_id}")
        assert answer.status_code == 200, answer.text
        assert [one["record_id"] for one in answer.json()["customers"][0]["records"]] == records
        app.clock.pass_by(seconds=1)


def test_who_has_the_answer_already_is_not_given_it_again(app: App, program: Program) -> None:
    client = program()
    (one, _), (other, _) = living(app)[:2]
    tag = client.get(f"/customers/{one}").headers["etag"]
    for known in (tag, f'W/{tag}, "x"', "*"):
        again = client.get(f"/customers/{one}", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"/customers/{other}", headers={"if-none-match": tag}).status_code == 200


def test_rows_of_sources_lead_to_their_customers_personal_keys_in_the_body(app: App, program: Program) -> None:
    with app.desk.room.look() as look:
        rows = look.con.execute(
            """select source_system, payload, source_id, record_id, golden_id from crosswalk
               join source_records using (source_system, source_id)
               where valid_to is null and observation is null order by record_id"""
        ).fetchall()
    by_source = {row[0]: row for row in rows}
    assert len(by_source) == 4
    asked = [{"source": source, "source_id": row[2]} for source, row in by_source.items()]
    results = program().post("/source-records/lookup", json={"records": asked}).json()["results"]
    for (_, row), found in zip(by_source.items(), results, strict=True):
        assert found["is_known"]
        assert (row[3], row[4]) in [(one["record_id"], one["golden_id"]) for one in found["records"]]
    message_id = json.loads(by_source["mail"][1])["message_id"]  # as the mail said it, not hashed
    asked = [{"source": "mail", "source_id": message_id}, {"source": "erp", "source_id": "no such row"}]
    mail, unknown = program(name="other").post("/source-records/lookup", json={"records": asked}).json()["results"]
    assert by_source["mail"][4] in [one["golden_id"] for one in mail["records"]]
    assert (unknown["is_known"], unknown["records"]) == (False, [])


def test_what_a_record_says_finds_its_customer_however_it_is_written(app: App, program: Program) -> None:
    client = program()
    with app.desk.room.look() as look:
        rows = look.con.execute(
            """select r.raw_values, c.golden_id from standardised_records r
               join crosswalk c on c.record_id = r.record_id and c.valid_to is null
               where r.name_key is not null and len(r.email_keys) > 0 and len(r.phone_keys) > 0 
                 and r.observation is null and r.customer_type = 'person' order by r.record_id limit 15"""
        ).fetchall()
    assert len(rows) == 15
    for raw_values, golden_id in rows:
        raw = json.loads(raw_values)
        email, phone = raw["email"].split("\n")[0], raw["phone"].split("\n")[0]
        for asked in ({"email": email.upper()}, {"phone": phone}, {"email": email, "phone": phone}):
            found = client.post("/customers/search", json=asked)
            assert golden_id in [one["golden_id"] for one in found.json()["customers"]], found.status_code
        app.clock.pass_by(seconds=1)
    assert client.post("/customers/search", json={}).status_code == 422
    assert client.post("/customers/search", json={"email": "no address"}).json()["facts"] == {"field": "email"}


def test_a_search_by_name_and_company_is_exact_and_has_an_end(app: App, program: Program) -> None:
    client = program()
    with app.desk.room.look() as look:
        ((company, golden_id),) = look.con.execute(
            "select organisation_name, golden_id from customers where customer_type = 'organisation' limit 1"
        ).fetchall()
        ((name, person),) = look.con.execute(
            "select name, golden_id from customers where customer_type = 'person' and name is not null limit 1"
        ).fetchall()
    by_company = client.post("/customers/search", json={"company": company, "limit": 1}).json()
    assert len(by_company["customers"]) == 1
    everybody = client.post("/customers/search", json={"company": company, "limit": 100}).json()
    assert golden_id in [one["golden_id"] for one in everybody["customers"]]
    assert by_company["is_complete"] is (len(everybody["customers"]) == 1)
    assert person in [
        one["golden_id"] for one in client.post("/customers/search", json={"name": name}).json()["customers"]
    ]

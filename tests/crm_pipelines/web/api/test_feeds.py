"""The crosswalk and the changes, walked to their ends."""

import base64

import httpx
import pytest

from crm_pipelines.model.enums import TokenScope
from tests.crm_pipelines.web.api.conftest import Program
from tests.crm_pipelines.web.pages.conftest import App


def walked(client: httpx.Client, app: App, limit: int) -> list[list[tuple[str, str]]]:
    """The pages, each as (record id, golden id)."""
    pages, cursor = [], None
    while True:
        app.clock.pass_by(seconds=1)
        asked = {"limit": limit} | ({} if cursor is None else {"cursor": cursor})
        answer = client.get("/crosswalk", params=asked).json()
        pages.append([(one["record_id"], one["golden_id"]) for one in answer["records"]])
        cursor = answer["next_cursor"]
        if cursor is None:
            return pages


@pytest.mark.parametrize("limit", [7, 1000])
def test_the_crosswalk_is_walked_whole_and_no_customer_is_torn_apart(app: App, program: Program, limit: int) -> None:
    pages = walked(program(TokenScope.CHANGES_READ), app, limit)
    with app.desk.room.look() as look:
        known = look.con.execute("select record_id, golden_id from crosswalk where valid_to is null").fetchall()
    assert sorted(pair for page in pages for pair in page) == sorted(known)
    customers = [{golden_id for _, golden_id in page} for page in pages]
    assert sum(map(len, customers)) == len(set.union(*customers))
    assert all(len(found) <= limit for found in customers)
    assert (limit == 7) is (len(pages) > 5)


def test_a_cursor_says_nothing_of_a_record_and_is_none_of_the_callers(app: App, program: Program) -> None:
    client = program()
    cursor = client.get("/crosswalk", params={"limit": 1}).json()["next_cursor"]
    with app.desk.room.look() as look:
        first = look.con.execute("select min(golden_id) from crosswalk where valid_to is null").fetchall()[0][0]
    assert base64.urlsafe_b64decode(cursor + "==").decode() == first
    for made_up in ("x", "%00", cursor[:-1], f"{cursor}A", "A" * 101, "ヤ"):
        answer = client.get("/crosswalk", params={"cursor": made_up})
        assert answer.status_code == 422, made_up
        assert answer.json()["code"] in ("api.bad_cursor", "api.invalid")


def test_the_changes_are_followed_from_place_to_place(app: App, program: Program) -> None:
    client, seqs, since = program(TokenScope.CHANGES_READ), [], 0
    while True:
        app.clock.pass_by(seconds=1)
        answer = client.get("/changes", params={"since": since, "limit": 23}).json()
        seqs += [one["seq"] for one in answer["changes"]]
        since = answer["next_since"]
        if not answer["has_more"]:
            break
    with app.desk.room.look() as look:
        known = [seq for (seq,) in look.con.execute("select seq from changes order by seq").fetchall()]
    assert seqs == known
    assert len(known) > 23
    ended = client.get("/changes", params={"since": since}).json()
    assert (ended["changes"], ended["next_since"], ended["has_more"]) == ([], since, False)
    alive = client.get("/changes", params={"since": 0, "limit": 5}).json()["changes"]
    assert [one["resolves_to"] for one in alive] == [[one["golden_id"]] for one in alive]
    assert client.get("/changes", params={"since": 2**63}).status_code == 422


def test_a_feed_has_a_tag_of_its_own_for_each_page(program: Program) -> None:
    client = program()
    tag = client.get("/changes?since=0").headers["etag"]
    assert client.get("/changes?since=0", headers={"if-none-match": tag}).status_code == 304
    assert client.get("/changes?since=1", headers={"if-none-match": tag}).status_code == 200
    assert client.get("/crosswalk", headers={"if-none-match": tag}).status_code == 200

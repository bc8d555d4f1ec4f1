"""The client of the package against a real server."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from crm_pipelines.client import ApiError, Client
from crm_pipelines.model.enums import TokenScope
from crm_pipelines.web.api.rates import BURST
from tests.crm_pipelines.web.api.conftest import token_text
from tests.crm_pipelines.web.pages.conftest import App


@pytest.fixture
def client(app: App) -> Iterator[Client]:
    with ExitStack() as stack:
        address = str(app.client().base_url)

        def sleep(seconds: float) -> None:
            app.clock.pass_by(seconds=seconds)

        yield stack.enter_context(Client(address, token_text(app), language="ja", sleep=sleep))


def test_customers_are_read_found_and_followed(app: App, client: Client) -> None:
    places = list(client.crosswalk(page=40))
    with app.desk.room.look() as look:
        n_live = look.con.execute("select count(*) from crosswalk where valid_to is null").fetchall()[0][0]
        n_changes = look.con.execute("select count(*) from changes").fetchall()[0][0]
    assert len(places) == len({one.record_id for one in places}) == n_live
    assert len(list(client.changes())) == n_changes
    place = next(one for one in places if one.source_system == "erp" and one.observation is None)
    (whole,) = client.customer(place.golden_id).customers
    assert place.record_id in [one.record_id for one in whole.records]
    (row,) = client.source_records([("erp", str(place.source_id))])
    assert place.golden_id in [one.golden_id for one in row.records]
    person = next(
        found
        for one in places
        for found in client.customer(one.golden_id).customers
        if found.customer_type == "person" and any(point.kind == "email" for point in found.contact_points)
    )
    email = next(point.value for point in person.contact_points if point.kind == "email")
    assert person.golden_id in [one.golden_id for one in client.search(email=email).customers]
    name = next(one.value for one in person.values if one.attribute == "name")
    matched = client.match({"name": str(name), "email": [email]}, customer_type="person")
    assert person.golden_id in [one.golden_id for one in matched.customers]


def test_decisions_are_made_once_and_taken_back(app: App, client: Client) -> None:
    with app.desk.room.look() as look:
        first, second, *_ = (one.question_id for one in look.desk.questions())
    made = client.answer(first, "same", key="k")
    assert client.answer(first, "same", key="k") == made
    with pytest.raises(ApiError) as caught:
        client.answer(first, "different")
    assert (caught.value.status, caught.value.code, caught.value.facts["steward"]) == (
        409, "ledger.question_decided", "shop",
    )  # fmt: skip
    assert "回答" in caught.value.sentence
    assert client.undo(made.decision_id).supersedes == made.decision_id
    assert client.answer(second, "unsure").judgement == "UNSURE"
    assert len(app.desk.ledger.decisions()) == 3


def test_the_client_waits_when_it_asks_too_often(app: App, client: Client) -> None:
    began = app.clock.now
    for _ in range(BURST + 5):
        client.search(email="nobody@nowhere.example")
    assert app.clock.now > began


def test_what_is_not_the_api_is_an_error_without_a_value(app: App) -> None:
    with Client("http://127.0.0.1:1", "x", sleep=lambda seconds: None) as nobody:
        with pytest.raises(ApiError) as caught:
            next(nobody.changes())
        assert (caught.value.status, caught.value.code) == (0, "client.no_answer")
    with Client(str(app.client().base_url), token_text(app, TokenScope.MATCH)) as client:
        with pytest.raises(ApiError, match="api.out_of_scope"):
            client.search(email="yamada@example.jp")
        with pytest.raises(ApiError, match="web.not_found"):
            client.customer("../../login")

"""Pins from a steward's wish to the golden record and back, on a small road with a real ledger."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.rule_set import shipped_rules
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores.ledger.facts import NewPin, pins_in_force
from crm_pipelines.stores.ledger.ledger import Ledger, open_ledger
from crm_pipelines.stores.pinning import PinWish, pin_states, proposed_lifts, proposed_pins, record_pins
from crm_pipelines.stores.publication_view import opened_publication
from tests.crm_pipelines.stores.publishing_road import Publishing
from tests.crm_pipelines.stores.small_road import DAY_ONE, row

RULES = shipped_rules().survivorship
HOME = Place("JP", "Asia/Tokyo")
NOW = DAY_ONE + timedelta(days=40)


class Desk(Publishing):
    """A road whose pins come from a ledger."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        super().__init__(folder)
        self.ledger = ledger
        self.now = NOW

    def walk_on(self) -> None:
        """One more run, at `now`."""
        self.pins = [
            (one.seq, one.pin_id, list(one.record_ids), one.attribute, one.value, one.steward, one.pinned_at,
             one.expires_at)
            for one in pins_in_force(self.ledger.pins(), self.now)
        ]  # fmt: skip
        self.walk()

    def publication(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.published), read_only=True)

    def wish(self, name: str = "erp:1", /, reason: str = "本人に確認", **values: str | None) -> PinWish:
        return PinWish(name=name, values=values, steward="hana", reason=reason, at=self.now)

    def pin(self, wish: PinWish) -> list[NewPin]:
        with self.publication() as con:
            proposed, faults = proposed_pins(con, wish, RULES, HOME)
        assert faults == []
        record_pins(self.ledger, proposed, self.now)
        return proposed

    def refused(self, wish: PinWish) -> list[str]:
        with self.publication() as con:
            proposed, faults = proposed_pins(con, wish, RULES, HOME)
        assert proposed == []
        return [fault.code for fault in faults]

    def shown(self, attribute: str) -> list[str | None]:
        with opened_publication(self.published) as con:
            return [value for (value,) in con.execute(f"select {attribute} from customers order by 1").fetchall()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        opened = Desk(tmp_path, ledger)
        opened.land(row("1", "佐藤 太郎", email="a@kaisha.example.jp", postal_code="100-0001",
                        address="東京都千代田区千代田1-1", phone="03-3581-0427"))  # fmt: skip
        opened.walk_on()
        yield opened
        opened.warehouse.close()


def test_pinned_value_is_standardised_and_stands_after_the_next_run(desk: Desk) -> None:
    desk.pin(desk.wish(phone="０３（３２１３）１１１１"))
    desk.walk_on()
    assert desk.shown("phone") == ["+81332131111"]


def test_group_is_pinned_whole(desk: Desk) -> None:
    found = {one.attribute: one.value for one in desk.pin(desk.wish(postal_code="530-0001"))}
    assert set(found) == set(RULES.groups["address"])
    assert found["address"] == "東京都千代田区千代田1-1"


def test_address_of_another_town_stands_without_the_postal_code_and_building_of_the_old_one(desk: Desk) -> None:
    desk.land(row("1", "佐藤 太郎", postal_code="100-0001", address="東京都千代田区千代田1-1", building="皇居ビル"))
    desk.walk_on()
    found = {one.attribute: one.value for one in desk.pin(desk.wish(address="大阪府大阪市北区梅田1-1"))}
    assert (found["postal_code"], found["building"]) == (None, None)


def test_address_put_right_in_its_town_keeps_the_postal_code_and_loses_the_building_of_another_number(
    desk: Desk,
) -> None:
    desk.land(row("1", "佐藤 太郎", postal_code="100-0001", address="東京都千代田区千代田1-1", building="皇居ビル"))
    desk.walk_on()
    found = {one.attribute: one.value for one in desk.pin(desk.wish(address="東京都千代田区千代田1-2"))}
    assert (found["postal_code"], found["building"]) == ("100-0001", None)


def test_address_that_a_record_tells_comes_with_what_that_record_tells_beside_it(desk: Desk) -> None:
    desk.land(
        row("1", "佐藤 太郎", group="g", postal_code="100-0001", address="東京都千代田区千代田1-1"),
        row(
            "2", "佐藤 太郎", group="g", postal_code="530-0001", address="大阪府大阪市北区梅田1-1", building="梅田ビル"
        ),
    )
    desk.walk_on()
    for address, postal_code in (
        ("東京都千代田区千代田1-1", "100-0001"),
        ("大阪府大阪市北区梅田1-1 梅田ビル", "530-0001"),
    ):
        found = {one.attribute: one.value for one in desk.pin(desk.wish(address=address))}
        assert found["postal_code"] == postal_code


def test_another_name_stands_without_the_reading_of_the_old_one(desk: Desk) -> None:
    desk.land(row("1", "佐藤 太郎", kana="サトウ タロウ", email="a@kaisha.example.jp"))
    desk.walk_on()
    found = {one.attribute: one.value for one in desk.pin(desk.wish(name="斎藤 太郎"))}
    assert (found["family_name"], found["name_kana"]) == ("斎藤", None)
    kept = {one.attribute: one.value for one in desk.pin(desk.wish(name="佐藤　太郎"))}
    assert kept["name_kana"] == "サトウ タロウ"


def test_same_wish_again_changes_nothing(desk: Desk) -> None:
    desk.pin(desk.wish(phone="03-3213-1111"))
    head = desk.ledger.head_seq()
    desk.now += timedelta(days=1)
    desk.pin(desk.wish(phone="03-3213-1111"))
    assert desk.ledger.head_seq() == head


def test_lifted_pin_gives_the_value_back_and_may_be_set_anew(desk: Desk) -> None:
    desk.pin(desk.wish(phone="03-3213-1111"))
    desk.walk_on()
    with desk.publication() as con:
        lifts, faults = proposed_lifts(con, desk.ledger, desk.wish(phone=None), RULES)
    assert faults == []
    record_pins(desk.ledger, lifts, desk.now)
    desk.walk_on()
    assert desk.shown("phone") == ["+81335810427"]
    desk.pin(desk.wish(phone="03-3213-1111"))
    desk.walk_on()
    assert desk.shown("phone") == ["+81332131111"]


def test_pin_ends_by_itself_in_the_next_run(desk: Desk) -> None:
    wish = desk.wish(phone="03-3213-1111")
    desk.pin(PinWish(**{**{name: getattr(wish, name) for name in PinWish.__slots__},
                        "expires_at": NOW + timedelta(days=7)}))  # fmt: skip
    desk.walk_on()
    assert desk.shown("phone") == ["+81332131111"]
    desk.now += timedelta(days=8)
    desk.walk_on()
    assert desk.shown("phone") == ["+81335810427"]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"phone": "abc"}, ["pin.not_a_value"]),
        ({"name": "テスト"}, ["pin.not_a_value"]),
        ({"shoe_size": "42"}, ["pin.unknown_attribute"]),
        ({"tags": "vip"}, ["pin.unknown_attribute"]),
        ({}, ["pin.no_attribute"]),
    ],
)
def test_wish_that_cannot_be_is_refused(desk: Desk, values: dict[str, str | None], codes: list[str]) -> None:
    assert desk.refused(desk.wish(**values)) == codes


def test_wish_without_reason_customer_or_future_is_refused(desk: Desk) -> None:
    assert desk.refused(desk.wish(reason=" ", phone="03-3213-1111")) == ["pin.no_reason"]
    assert desk.refused(desk.wish("erp:404", phone="03-3213-1111")) == ["pin.no_customer"]
    past = PinWish(name="erp:1", values={"phone": None}, steward="", reason="x", at=NOW, expires_at=NOW)
    assert desk.refused(past) == ["pin.no_steward", "pin.expired"]


def test_lifting_what_nobody_pinned_is_refused(desk: Desk) -> None:
    with desk.publication() as con:
        assert proposed_lifts(con, desk.ledger, desk.wish(phone=None), RULES) == (
            [],
            [Fault("pin.nothing_pinned", {"field": "attribute"})],
        )


def test_pins_whose_sources_changed_come_first_with_what_the_sources_say(desk: Desk) -> None:
    desk.now = DAY_ONE + timedelta(days=1, hours=1)  # before the next delivery
    desk.pin(desk.wish(email="b@kaisha.example.jp"))
    desk.pin(desk.wish(phone="03-3213-1111"))
    assert [state.golden_id for state in states(desk)] == [None, None]
    desk.walk_on()
    assert {state.source_changed_at for state in states(desk)} == {None}
    desk.land(row("1", "佐藤 太郎", phone="06-6345-1111"))
    desk.walk_on()
    first, second = states(desk)
    assert (first.pin.attribute, first.source_value) == ("phone", "+81663451111")
    assert isinstance(first.source_changed_at, datetime)
    assert (second.pin.attribute, second.source_value, second.source_changed_at) == ("email", None, None)


def states(desk: Desk) -> list[object]:
    with desk.publication() as con:
        return list(pin_states(con, desk.ledger.pins(), desk.now))

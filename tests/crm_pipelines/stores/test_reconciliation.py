"""Every row is missed, wherever it is dropped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.model.errors import ContractError
from crm_pipelines.stores.landed_accounts import settle_sums
from crm_pipelines.stores.reconciliation import gaps
from tests.crm_pipelines.stores.publishing_road import Publishing
from tests.crm_pipelines.stores.small_road import SmallRoad, bad, row
from tests.soak.lost_rows import Trials, walked

_N_TRIALS = 40


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trials]:
    found = Trials(walked(tmp_path_factory.mktemp("lost")), seed=7)
    yield found
    found.close()


def test_nothing_is_missed_where_nothing_was_dropped(trials: Trials) -> None:
    assert trials.found() == []


def test_the_places_are_those_from_landing_to_the_publication(trials: Trials) -> None:
    named = {"main.quarantine", "main.set_aside_records", "main.observed_interactions", "main.consent_events",
             "main.attribute_values", "shown.customers", "shown.interactions", "shown.consents", "landing"}  # fmt: skip
    assert named <= set(trials.places)


def test_a_dropped_row_is_missed_wherever_it_was(trials: Trials) -> None:
    trials.run(_N_TRIALS)
    assert trials.unseen == []
    assert sum(trials.missed.values()) == _N_TRIALS
    assert trials.found() == []


@pytest.mark.parametrize(
    ("after", "table"),
    [
        ("interpret", "standardised_records"), ("interpret", "observed_interactions"), ("interpret", "quarantine"),
        ("cluster", "clusters"), ("identify", "crosswalk"), ("make_golden", "attribute_values"),
        ("make_golden", "contact_points"), ("make_profiles", "consents"), ("make_profiles", "interactions"),
    ],
)  # fmt: skip
def test_a_row_lost_between_two_steps_is_missed_by_the_same_run(tmp_path: Path, after: str, table: str) -> None:
    road = Publishing(tmp_path)
    road.land(
        row("1", "佐藤 太郎", email="a@example.jp", agrees="true", agreed_at="2026-03-01T09:00:00+09:00"), bad("2")
    )
    road.land(row("o1", stream="orders", customer="1", at="2026-03-02T10:00:00+09:00", amount="10", currency="JPY"))
    road.run_id = "r1"
    for step in ("apply", "interpret", "cluster", "identify", "make_golden", "make_evidence", "make_profiles"):
        getattr(road, step)()
        if step == after:
            road.warehouse.connection.execute(f"delete from {table} where rowid = (select min(rowid) from {table})")
    found = gaps(road.warehouse, "r1", None, {})
    road.warehouse.close()
    assert table in {gap.place for gap in found}


def test_the_sum_of_what_landed_is_the_sum_of_what_became_of_it(tmp_path: Path) -> None:
    road = SmallRoad(tmp_path)
    road.land(*_orders("100", "2,000.5", "30"), bad("b", amount="7"))
    _settle(road)
    found = road.rows("select disposition, n_rows, cast(total as varchar) from run_sums order by disposition")
    road.warehouse.close()
    assert found == [("activity", 3, "2130.5000"), ("quarantined", 1, "7.0000"), ("received", 4, "2137.5000")]


def test_a_row_that_changed_on_its_way_stops_the_step(tmp_path: Path) -> None:
    road = SmallRoad(tmp_path)
    road.land(*_orders("100", "2000"))
    road.apply()
    road.warehouse.connection.execute("update deliveries set payload = replace(payload, '2000', '2001')")
    with pytest.raises(ContractError, match=r"accounting\.open") as caught:
        _settle(road)
    assert (caught.value.facts["identity"], caught.value.facts["left"]) == ("amount", "2100.0000")
    road.warehouse.close()


def test_a_delivered_row_that_is_gone_before_it_is_read_stops_the_step(tmp_path: Path) -> None:
    road = SmallRoad(tmp_path)
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子"))
    road.apply()
    road.warehouse.connection.execute("delete from deliveries where source_id = '2'")
    with pytest.raises(ContractError, match=r"accounting\.open") as caught:
        road.interpret()
    assert (caught.value.facts["identity"], caught.value.facts["left"], caught.value.facts["right"]) == ("landed", 2, 1)
    road.warehouse.close()


def _orders(*amounts: str) -> list[Any]:
    times = {"at": "2026-03-02T10:00:00+09:00", "currency": "JPY"}
    return [
        row(f"o{number}", stream="orders", customer="1", amount=amount, **times)
        for number, amount in enumerate(amounts)
    ]


def _settle(road: SmallRoad) -> None:
    """One run as far as standardised records, with the sums of `amount`."""
    road.intake()
    with road.step("standardised_records") as step:
        settle_sums(step, road.landing, {"erp": ["amount"]})

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.model.errors import ContractError
from crm_pipelines.stores import accounts
from crm_pipelines.stores.statements import statement
from tests.crm_pipelines.stores.small_road import SmallRoad, bad, row

TERMS = (*accounts.RECEIVED_TERMS, *accounts.GAINS, *accounts.LOSSES)
BALANCED: dict[str, Any] = {
    "source_system": "erp", **dict.fromkeys(TERMS, 0), "received": 5, "new": 2, "changed": 2, "quarantined": 1,
    "live_before": 7, "released": 1, "deleted": 3, "live_after": 7,
}  # fmt: skip


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path)
    yield opened
    opened.warehouse.close()


def test_identities_that_close_pass() -> None:
    accounts.check(BALANCED)


@pytest.mark.parametrize("term", [*TERMS, "received", "live_after"])
def test_one_row_too_many_in_any_term_is_an_error(term: str) -> None:
    with pytest.raises(ContractError) as caught:
        accounts.check(BALANCED | {term: BALANCED[term] + 1})
    assert caught.value.code == "accounting.open"
    assert caught.value.facts["source"] == "erp"
    left, right = caught.value.facts["left"], caught.value.facts["right"]
    assert isinstance(left, int)
    assert isinstance(right, int)
    assert abs(left - right) == 1


def test_accounts_are_kept_per_run_and_source(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), bad("2"))
    road.land(row("a", "田中 一郎"), source="form")
    road.intake()
    road.intake()
    found = road.rows("select run_id, source_system, received, live_before, live_after from accounts order by 1, 2")
    assert found == [("r1", "erp", 2, 0, 1), ("r1", "form", 1, 0, 1), ("r2", "erp", 0, 1, 1), ("r2", "form", 0, 1, 1)]


def test_row_lost_on_the_way_stops_the_step_and_undoes_it(road: SmallRoad, monkeypatch: pytest.MonkeyPatch) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子"))
    road.apply()

    def without_a_row(name: str) -> str:
        return statement(name).replace(
            "from standardised_records", "from standardised_records where name <> '鈴木 花子'"
        )

    monkeypatch.setattr("crm_pipelines.stores.accounts.statement", without_a_row)
    with pytest.raises(ContractError, match="accounting.open"):
        road.interpret()
    assert road.warehouse.count("standardised_records") == 0
    assert road.warehouse.count("accounts") == 0
    monkeypatch.undo()
    assert road.interpret()["erp"]["new"] == 2


def test_rows_of_a_killed_run_are_counted_by_the_next(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.apply()
    road.land(row("1", "佐藤 次郎"))
    assert road.intake()["erp"]["superseded"] == 1

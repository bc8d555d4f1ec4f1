from pathlib import Path

import pytest

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.positions import require_not_ahead
from tests.crm_pipelines.stores.small_road import SmallRoad, row


@pytest.fixture
def road(tmp_path: Path) -> SmallRoad:
    road = SmallRoad(tmp_path, in_memory=True)
    road.land(row("1", "佐藤 太郎"))
    road.run()
    return road


def test_warehouse_that_is_level_or_behind_may_go_on(road: SmallRoad) -> None:
    require_not_ahead(road.warehouse, road.landing, road.log, 0)
    road.land(row("2", "鈴木 花子"))
    require_not_ahead(road.warehouse, road.landing, road.log, 5)


@pytest.mark.parametrize("store", ["landing", "identity", "ledger"])
def test_warehouse_that_has_followed_further_than_a_store_goes_is_refused(road: SmallRoad, store: str) -> None:
    if store == "identity":
        next(road.log.root.glob("*.parquet")).unlink()
    with road.step("source_records") as step:
        step.note("applied_batch", "2" if store == "landing" else "1")
        step.con.execute("insert into run_log (ledger_seq) values (?)", [3 if store == "ledger" else 0])
    with pytest.raises(StoreError) as caught:
        require_not_ahead(road.warehouse, road.landing, road.log, 2)
    assert caught.value.code == "warehouse.ahead"
    assert caught.value.facts["store"] == store

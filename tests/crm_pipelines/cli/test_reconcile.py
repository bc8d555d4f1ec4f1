"""`reconcile`: what it says of stores at rest, and that it misses a row."""

import shutil
from pathlib import Path

from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.warehouse import connect
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World


def test_stores_that_close_are_0_and_one_that_lost_a_row_is_1(world: World, ask: CallWorld, tmp_path: Path) -> None:
    copy = World(tmp_path / "copy")
    shutil.copytree(world.root, copy.root, ignore=shutil.ignore_patterns("dagster", "values", "search"))
    code, document = ask(copy, "reconcile")
    assert (code, document["gaps"]) == (0, [])
    assert {row["source"] for row in document["received"]} == {"erp", "mail", "support", "web_form"}

    with connect(ProjectPaths(copy.root).warehouse) as con:
        con.execute("delete from interactions where rowid = (select min(rowid) from interactions)")
    code, document = ask(copy, "reconcile")
    assert code == 1
    found = {gap["sentence"]["code"] for gap in document["gaps"] if gap["place"] == "interactions"}
    assert found == {"reconcile.rows", "reconcile.left", "reconcile.published"}
    assert "interactions" in document["gaps"][0]["sentence"]["message"]


def test_a_batch_that_was_changed_is_named(world: World, ask: CallWorld, tmp_path: Path) -> None:
    copy = World(tmp_path / "copy")
    shutil.copytree(world.root, copy.root, ignore=shutil.ignore_patterns("dagster", "values", "search"))
    batch = next((copy.root / "data" / "landing" / "erp").rglob("rows.parquet"))
    batch.write_bytes(batch.read_bytes()[:-1])
    code, document = ask(copy, "reconcile")
    assert code == 1
    assert [gap["sentence"]["code"] for gap in document["gaps"]] == ["reconcile.landing"]

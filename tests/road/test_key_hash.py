"""A warehouse whose keys another version of the database hashed otherwise is compared anew, not half and half."""

from pathlib import Path

import duckdb

from tests.road.projects import deliver_form, form_project, published
from tests.road.runner import Runner

_ROW = "山崎 透,toru@yamazaki-toru.jp,0466-22-1099"


def test_keys_of_another_hash_are_made_anew(tmp_path: Path, runner: Runner) -> None:
    project = form_project(tmp_path / "project", "name", "email", "phone", is_complete=False)
    rows = [f"1,{_ROW}", "2,佐藤 花子,hanako@sato-hanako.jp,03-3580-3311"]
    deliver_form(project, rows)
    runner.walk(project)
    with duckdb.connect(str(project / "data" / "warehouse.duckdb")) as con:
        con.execute("update blocking_keys set key = key // 2")
        con.execute("update key_counts set key = key // 2")
        con.execute("update step_facts set value = '0' where step = 'scored_pairs' and fact = 'key_hash'")

    deliver_form(project, [*rows, f"3,{_ROW}"])
    runner.walk(project)
    assert published(project, "select count(*), max(record_count) from customers") == [(2, 2)]

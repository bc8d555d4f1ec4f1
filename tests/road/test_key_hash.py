"""A warehouse whose keys another version of the database hashed otherwise is compared anew, not half and half."""

from pathlib import Path

import duckdb

from tests.road.projects import new_folder, published
from tests.road.runner import Runner

_CONFIGURATION = """\
timezone: Asia/Tokyo
language: en
country: JP
sources:
  form: {connector: files, path: data/form.csv, key: no}
"""
_MAPPING = "record_type: person\nfields: {name: name, email: email, phone: phone}\n"
_ROW = "山崎 透,toru@yamazaki-toru.jp,0466-22-1099"


def test_keys_of_another_hash_are_made_anew(tmp_path: Path, runner: Runner) -> None:
    project = new_folder(tmp_path / "project", _CONFIGURATION)
    (project / "mappings" / "form.yaml").write_text(_MAPPING, encoding="utf-8")
    rows = ["no,name,email,phone", f"1,{_ROW}", "2,佐藤 花子,hanako@sato-hanako.jp,03-3580-3311"]
    _deliver(project, rows)
    runner.walk(project)
    with duckdb.connect(str(project / "data" / "warehouse.duckdb")) as con:
        con.execute("update blocking_keys set key = key // 2")
        con.execute("update key_counts set key = key // 2")
        con.execute("update step_facts set value = '0' where step = 'scored_pairs' and fact = 'key_hash'")

    _deliver(project, [*rows, f"3,{_ROW}"])
    runner.walk(project)
    assert published(project, "select count(*), max(record_count) from customers") == [(2, 2)]


def _deliver(project: Path, rows: list[str]) -> None:
    (project / "data").mkdir(exist_ok=True)
    (project / "data" / "form.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

"""The memory of values: found again in another run, never in the way."""

import sqlite3

import pytest

from crm_pipelines.standardise import remembered
from crm_pipelines.standardise.remembered import address_of, remembering
from crm_pipelines.stores.value_memory import ValueMemory, sweep

ADDRESS = address_of("person", ["山田 花子"])


def test_what_is_kept_is_found_by_another_process(tmp_path):
    with ValueMemory.opened(tmp_path, "v1") as memory, ValueMemory.opened(tmp_path, "v1") as other:
        memory.keep(ADDRESS, "[1]")
        assert memory.find(ADDRESS) == "[1]"
        assert other.find(ADDRESS) is None
        memory.write()
        assert other.find(ADDRESS) == "[1]"
    with ValueMemory.opened(tmp_path, "v2") as later:
        assert later.find(ADDRESS) is None


def test_files_of_other_rules_are_swept(tmp_path):
    for version in ("v1", "v2"):
        with ValueMemory.opened(tmp_path, version) as memory:
            memory.keep(ADDRESS, version)
    (tmp_path / "notes.txt").touch()
    sweep(tmp_path, "v2")
    assert {path.name.split(".sqlite")[0] for path in tmp_path.iterdir()} == {"v2", "notes.txt"}
    with ValueMemory.opened(tmp_path, "v2") as memory:
        assert memory.find(ADDRESS) == "v2"


def no_database(path):
    path.write_bytes(b"no database " * 1000)


def other_tables(path):
    with sqlite3.connect(path) as connection:
        connection.execute("create table outcomes (something_else)")


def a_folder(path):
    path.mkdir()


@pytest.mark.parametrize("harm", [no_database, other_tables, a_folder])
def test_a_file_that_is_no_memory_costs_time_and_nothing_else(tmp_path, harm):
    harm(tmp_path / "v1.sqlite")
    with ValueMemory.opened(tmp_path, "v1") as memory:
        memory.keep(ADDRESS, "[1]")
        assert memory.find(ADDRESS) in (None, "[1]")
        memory.write()


def test_a_folder_that_cannot_be_made_costs_time_and_nothing_else(tmp_path):
    (tmp_path / "values").touch()
    with ValueMemory.opened(tmp_path / "values", "v1") as memory:
        memory.keep(ADDRESS, "[1]")
        assert memory.find(ADDRESS) is None
    sweep(tmp_path / "values", "v1")


RAWS = {
    remembered.person: [("山田　花子 様",), ("髙橋（旧姓：田中）花子",), ("ご担当者様",), ("",), ("Ito, Miki",)],
    remembered.company: [("㈱ｻﾝﾌﾗﾜｰ",), ("北洋建設㈱ 札幌支店",), ("なし",), ("青空\ud800",)],
    remembered.address: [
        ("東京都港区六本木6-10-1-3201", None, "JP"),
        ("1600 Pennsylvania Ave, Washington, DC 20500", None, "US"),
    ],
    remembered.reading_keys: [("山田", "花子", None, None), (None, None, None, None)],
}


def test_a_remembered_value_is_the_computed_one(tmp_path):
    computed = [[function(*raw) for raw in raws] for function, raws in RAWS.items()]
    kept = []
    for _ in range(2):
        for function in RAWS:
            function.cache_clear()
        with ValueMemory.opened(tmp_path, "v1") as memory, remembering(memory):
            kept.append([[function(*raw) for raw in raws] for function, raws in RAWS.items()])
    assert kept == [computed, computed]
    with sqlite3.connect(tmp_path / "v1.sqlite") as connection:
        assert connection.execute("select count(*) from outcomes").fetchone() == (sum(map(len, RAWS.values())),)

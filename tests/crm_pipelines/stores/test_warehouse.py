import traceback
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from crm_pipelines.model.errors import ContractError, StepError, StoreError
from crm_pipelines.stores.warehouse import READERS, SCHEMA_VERSION, Warehouse

SECRET = "山田太郎"


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path / "warehouse.duckdb", threads=1) as opened:
        yield opened


def changed_by(warehouse: Warehouse, step: str, topic: str) -> list[str]:
    with warehouse.step(step, reads=(topic,)) as opened:
        return sorted(key for (key,) in opened.con.execute(f"select key from {opened.changed(topic)}").fetchall())


def mark(warehouse: Warehouse, topic: str, *keys: str) -> None:
    with warehouse.step("writer") as step:
        step.mark(topic, "select unnest(?)", [list(keys)])


def kept(warehouse: Warehouse, topic: str) -> list[str]:
    found = warehouse.connection.execute("select distinct key from changed_keys where topic = ? order by 1", [topic])
    return [key for (key,) in found.fetchall()]


def test_new_file_is_new_and_an_old_one_keeps_its_instance(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as first:
        assert first.is_new
        instance = first.instance_id
    with Warehouse.open(tmp_path / "w.duckdb") as second:
        assert not second.is_new
        assert second.instance_id == instance


def test_rebuilt_file_is_another_instance(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "a.duckdb") as first, Warehouse.open(tmp_path / "b.duckdb") as second:
        assert first.instance_id != second.instance_id


def test_other_schema_is_refused_and_the_file_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create table warehouse_meta (schema_version integer, instance_id varchar, commit_number bigint)")
        con.execute("insert into warehouse_meta values (9, 'x', 7)")
    with pytest.raises(StoreError) as caught:
        Warehouse.open(path)
    assert caught.value.code == "warehouse.other_schema"
    assert caught.value.facts == {"file": "w.duckdb", "found": 9, "expected": SCHEMA_VERSION}
    with duckdb.connect(str(path)) as con:
        assert con.execute("select table_name from duckdb_tables()").fetchall() == [("warehouse_meta",)]


def test_file_of_another_kind_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "w.duckdb").write_text("no database" * 1000)
    with pytest.raises(StoreError) as caught:
        Warehouse.open(tmp_path / "w.duckdb")
    assert caught.value.code == "warehouse.cannot_open"


def test_step_commits_rows_keys_facts_and_watermark_together(warehouse: Warehouse) -> None:
    mark(warehouse, "pairs", "1")
    with warehouse.step("clusters", reads=("pairs",)) as step:
        step.con.execute("insert into record_keys values (1, 'a')")
        step.mark("clusters", "select 1")
        step.note("settings", "x")
    assert warehouse.count("record_keys") == 1
    assert kept(warehouse, "clusters") == ["1"]
    assert warehouse.fact("clusters", "settings") == "x"
    assert changed_by(warehouse, "clusters", "pairs") == []
    assert warehouse.commit_number == 3


@pytest.mark.parametrize("error", [RuntimeError(SECRET), ContractError("x.y"), KeyboardInterrupt()])
def test_broken_step_leaves_nothing_behind(warehouse: Warehouse, error: BaseException) -> None:
    mark(warehouse, "pairs", "1")
    with pytest.raises(BaseException), warehouse.step("clusters", reads=("pairs",)) as step:  # noqa: B017, PT011, PT012
        step.con.execute("insert into record_keys values (1, 'a')")
        step.mark("clusters", "select 1")
        step.note("settings", "x")
        step.temporary("left_over", "select 1")
        raise error
    assert warehouse.count("record_keys") == 0
    assert kept(warehouse, "clusters") == []
    assert warehouse.fact("clusters", "settings") is None
    assert warehouse.commit_number == 1
    assert changed_by(warehouse, "clusters", "pairs") == ["1"]


def test_step_error_says_where_and_nothing_of_the_values(warehouse: Warehouse) -> None:
    with pytest.raises(StepError) as caught, warehouse.step("names") as step:
        step.con.execute(f"select cast('{SECRET}' as integer)").fetchall()
    assert caught.value.facts["step"] == "names"
    assert caught.value.facts["error"] == "ConversionException"
    assert "test_warehouse.py" in str(caught.value.facts["at"])
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_errors_of_our_own_pass_as_they_are(warehouse: Warehouse) -> None:
    with pytest.raises(ContractError, match="accounting.open"), warehouse.step("any"):
        raise ContractError("accounting.open", source="erp")


def test_temporary_tables_are_gone_after_the_step(warehouse: Warehouse) -> None:
    with warehouse.step("any") as step:
        step.temporary("numbers", "select 1 as n")
        step.frame("letters", pl.DataFrame({"l": ["a"]}))
        assert step.polars("select n, l from numbers, letters").rows() == [(1, "a")]
    with pytest.raises(duckdb.CatalogException):
        warehouse.connection.execute("select * from numbers")


def test_reader_sees_each_key_once_and_again_when_it_changes_again(warehouse: Warehouse) -> None:
    mark(warehouse, "records", "a", "b", "a")
    mark(warehouse, "records", "c")
    assert changed_by(warehouse, "attribute_values", "records") == ["a", "b", "c"]
    mark(warehouse, "records", "a")
    assert changed_by(warehouse, "attribute_values", "records") == ["a"]


def test_keys_are_forgotten_when_every_reader_has_passed_them(warehouse: Warehouse) -> None:
    assert READERS["pairs"] == ("clusters", "publication")
    mark(warehouse, "pairs", "a")
    changed_by(warehouse, "clusters", "pairs")
    assert kept(warehouse, "pairs") == ["a"]
    with warehouse.step("publication") as step:
        step.advance("publication", "pairs", 1)
    assert kept(warehouse, "pairs") == []


def test_slower_reader_keeps_what_it_has_not_seen(warehouse: Warehouse) -> None:
    mark(warehouse, "pairs", "a")
    mark(warehouse, "pairs", "b")
    changed_by(warehouse, "clusters", "pairs")
    with warehouse.step("publication") as step:
        step.advance("publication", "pairs", 1)
    assert kept(warehouse, "pairs") == ["b"]


def test_step_does_not_skip_what_it_marks_in_a_topic_that_it_reads(warehouse: Warehouse) -> None:
    with warehouse.step("clusters", reads=("pairs",)) as step:
        step.mark("pairs", "select 'x'")
    assert changed_by(warehouse, "clusters", "pairs") == ["x"]


def test_topic_must_be_declared(warehouse: Warehouse) -> None:
    with pytest.raises(ContractError, match="warehouse.topic_not_declared"), warehouse.step("any") as step:
        step.changed("pairs")


def test_null_keys_are_not_marked(warehouse: Warehouse) -> None:
    with warehouse.step("any") as step:
        assert step.mark("pairs", "select unnest([null, 'a'])") == 1

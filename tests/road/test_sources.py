"""Each source on its own: a changed shape, a range read again, a fresh start, a failure that waits."""

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.road.projects import accounts, new_folder, operations, published
from tests.road.runner import Runner

CONFIGURATION = """
language: en
sources:
  legacy: {{connector: files, path: data/legacy.csv, key: 顧客番号, complete: true, schema_contract: {contract}}}
  erp: {{connector: sql, url: "sqlite:///erp.db", table: customers, key: no, cursor: updated_at}}
"""
LEGACY = "record_type: person\nfields: {name: 氏名, email: メール, birth_date: 生年月日}\n"
ERP = "record_type: person\nfields: {name: name, email: email}\n"
N_ROWS = 8


def project_with(root: Path, contract: str = "evolve") -> Path:
    project = new_folder(root, CONFIGURATION.format(contract=contract))
    (project / "mappings" / "legacy.yaml").write_text(LEGACY, encoding="utf-8")
    (project / "mappings" / "erp.yaml").write_text(ERP, encoding="utf-8")
    (project / "data").mkdir()
    write_legacy(project, legacy_rows())
    with sqlite3.connect(project / "erp.db") as database:
        database.execute("create table customers (no text not null primary key, name, email, updated_at text)")
        database.executemany(
            "insert into customers values (?, ?, ?, ?)",
            [(f"E{n}", f"佐藤 {n}郎", f"e{n}@mail.example.jp", f"2026-01-{n + 1:02} 10:00:00") for n in range(N_ROWS)],
        )
    return project


def legacy_rows() -> list[dict[str, str]]:
    return [
        {"顧客番号": f"L{n}", "氏名": f"山田 {n}子", "メール": f"l{n}@mail.example.jp", "生年月日": f"1980-01-0{n + 1}"}
        for n in range(N_ROWS)
    ]


def write_legacy(project: Path, rows: list[dict[str, str]]) -> None:
    with (project / "data" / "legacy.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)


def renamed(rows: list[dict[str, str]], old: str, new: str) -> list[dict[str, str]]:
    return [{new if name == old else name: value for name, value in row.items()} for row in rows]


def emails(project: Path) -> set[Any]:
    rows = published(project, "select email from standardised_records where source_system = 'legacy'")
    return {row[0] for row in rows}


def status(project: Path, source: str) -> dict[str, Any]:
    columns = ("state", "n_failures", "error_code", "notices", "next_try_at")
    (row,) = operations(project, f"select {', '.join(columns)} from source_status where source_system = ?", [source])
    return dict(zip(columns, row, strict=True))


def notices(project: Path, source: str) -> dict[str, str]:
    """Column -> code of what was noticed of it."""
    return {facts["column"]: code for code, facts in json.loads(status(project, source)["notices"])}


def test_a_renamed_column_stops_its_source_alone_and_nothing_is_lost(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p")
    runner.walk(project)
    before = emails(project)
    changed = [row | {"氏名": "山田 新子"} if row["顧客番号"] == "L1" else row for row in legacy_rows()]
    write_legacy(project, renamed(changed, "メール", "連絡先"))
    with sqlite3.connect(project / "erp.db") as database:
        database.execute("update customers set name = '佐藤 新郎', updated_at = '2026-02-01' where no = 'E0'")

    ended = runner.run(project, "run")
    assert ended.code == 1, ended.stderr
    assert emails(project) == before
    assert notices(project, "legacy") == {"メール": "schema.renamed_column"}
    found = status(project, "legacy")
    assert (found["state"], found["error_code"]) == ("needs_action", "source.schema_changed")
    assert accounts(project)["erp"]["changed"] == 1
    told = runner.run(project, "--lang", "ja", "sources", "list").stdout
    assert "連絡先" in told

    (project / "mappings" / "legacy.yaml").write_text(LEGACY.replace("メール", "連絡先"), encoding="utf-8")
    runner.walk(project)
    assert emails(project) == before
    assert published(project, "select name from standardised_records where record_id = 'legacy:L1'") == [("山田 新子",)]
    assert runner.run(project, "sources", "accept", "legacy").code == 0
    runner.walk(project)
    assert notices(project, "legacy") == {}


def test_a_new_column_is_taken_and_proposed(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p")
    runner.walk(project)
    write_legacy(project, [row | {"電話番号": "03-1234-5678"} for row in legacy_rows()])
    runner.walk(project)
    assert notices(project, "legacy") == {"電話番号": "schema.new_column_of_field"}
    assert accounts(project)["legacy"]["changed"] == N_ROWS


def test_a_frozen_source_stops_at_any_change_until_it_is_accepted(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", "freeze")
    runner.walk(project)
    write_legacy(project, [row | {"備考欄": "x"} for row in legacy_rows()])
    assert runner.run(project, "run").code == 1
    assert accounts(project)["legacy"]["received"] == 0
    assert runner.run(project, "sources", "accept", "legacy").code == 0
    runner.walk(project)
    assert accounts(project)["legacy"]["changed"] == N_ROWS


def test_rows_of_another_shape_are_set_aside_and_come_back_once_accepted(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", "set_aside")
    runner.walk(project)
    before = emails(project)
    write_legacy(project, renamed(legacy_rows(), "メール", "連絡先"))
    runner.walk(project)
    assert accounts(project)["legacy"]["quarantined"] == N_ROWS
    assert emails(project) == before
    held = operations(project, "select distinct reason_code from quarantine where source_system = 'legacy'")
    assert held == [("row.schema_changed",)]
    (project / "mappings" / "legacy.yaml").write_text(LEGACY.replace("メール", "連絡先"), encoding="utf-8")
    assert runner.run(project, "sources", "accept", "legacy").code == 0
    runner.walk(project)
    assert emails(project) == before
    assert operations(project, "select count(*) from quarantine where source_system = 'legacy'") == [(0,)]


def test_a_range_is_read_again_and_the_live_cursor_stays(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p")
    runner.walk(project)
    with sqlite3.connect(project / "erp.db") as database:  # a bulk update that leaves the times as they are
        database.execute("update customers set name = '佐藤 改郎' where no in ('E2', 'E6')")
    runner.walk(project)
    assert accounts(project)["erp"]["received"] == 0
    ended = runner.run(project, "sources", "backfill", "erp", "--from", "2026-01-03", "--until", "2026-01-05")
    assert ended.code == 0, ended.stdout + ended.stderr
    found = accounts(project)
    assert (found["erp"]["received"], found["erp"]["changed"], found["legacy"]["received"]) == (2, 1, 0)
    with sqlite3.connect(project / "erp.db") as database:
        database.execute("insert into customers values ('E9', '佐藤 九郎', null, '2026-03-01 00:00:00')")
    runner.walk(project)
    assert accounts(project)["erp"]["new"] == 1


def test_a_source_that_knows_no_time_says_so(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p")
    ended = runner.run(project, "sources", "backfill", "legacy", "--from", "2026-01-03", "--until", "2026-01-05")
    assert ended.code == 3
    assert status(project, "legacy")["error_code"] == "source.no_backfill"


def test_a_source_that_is_reset_is_read_from_the_beginning_and_changes_nothing(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p")
    runner.walk(project)
    before = published(project, "select golden_id, display_name from customers order by 1")
    assert runner.run(project, "sources", "reset", "erp").code == 0
    runner.walk(project)
    found = accounts(project)["erp"]
    assert (found["received"], found["unchanged"]) == (N_ROWS, N_ROWS)
    assert published(project, "select golden_id, display_name from customers order by 1") == before


@pytest.mark.parametrize("is_automatic", [True, False])
def test_only_a_scheduled_run_leaves_a_failed_source_to_its_wait(
    runner: Runner, tmp_path: Path, is_automatic: bool
) -> None:
    project = project_with(tmp_path / "p")
    runner.walk(project)
    (project / "erp.db").rename(project / "away.db")
    assert runner.run(project, "run").code == 1
    assert status(project, "erp")["n_failures"] == 1
    (project / "away.db").rename(project / "erp.db")
    ended = runner.run(project, is_automatic=is_automatic)
    assert (ended.code != 0) == is_automatic
    assert (status(project, "erp")["state"] == "ok") != is_automatic


def test_a_long_read_of_a_scheduled_run_is_broken_off_and_gone_on_with(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p")
    configuration = project / "crm_pipelines.yaml"
    configuration.write_text(
        configuration.read_text(encoding="utf-8").replace(
            "cursor: updated_at", "cursor: updated_at, page_size: 3, overlap_seconds: 0, read_budget_minutes: 0.0000001"
        ),
        encoding="utf-8",
    )
    received = []
    for _ in range(4):
        runner.walk(project, is_automatic=True)
        received.append(accounts(project)["erp"]["received"])
        if status(project, "erp")["error_code"] is None:
            break
        assert status(project, "erp")["error_code"] == "source.over_budget"
    assert len(received) > 1
    assert sum(received) == N_ROWS
    assert published(project, "select count(*) from source_records where source_system = 'erp'") == [(N_ROWS,)]


def test_a_complete_read_is_not_broken_off_for_it_could_not_be_gone_on_with(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p")
    configuration = project / "crm_pipelines.yaml"
    budget = "complete: true, page_size: 3, read_budget_minutes: 0.0000001"
    configuration.write_text(configuration.read_text(encoding="utf-8").replace("complete: true", budget), "utf-8")
    runner.walk(project, is_automatic=True)
    assert accounts(project)["legacy"]["received"] == N_ROWS
    assert status(project, "legacy")["error_code"] is None


def test_an_audit_finds_deleted_rows_and_those_that_the_cursor_missed(runner: Runner, tmp_path: Path) -> None:
    project = project_with(tmp_path / "p")
    configuration = project / "crm_pipelines.yaml"
    audited = "cursor: updated_at, audit_hours: 0.0000001, page_size: 3, complete_shrink_limit: 0.5"
    configuration.write_text(
        configuration.read_text(encoding="utf-8").replace("cursor: updated_at", audited), encoding="utf-8"
    )
    runner.walk(project)
    assert accounts(project)["erp"]["live_after"] == N_ROWS
    with sqlite3.connect(project / "erp.db") as database:
        database.execute("delete from customers where no in ('E1', 'E2')")
        database.execute("insert into customers values ('OLD', '佐藤 古郎', null, '2020-01-01 00:00:00')")
    runner.walk(project)
    found = accounts(project)["erp"]
    assert (found["deleted"], found["new"], found["live_after"]) == (2, 1, N_ROWS - 1)
    runner.walk(project)
    found = accounts(project)["erp"]
    assert (found["received"], found["unchanged"]) == (N_ROWS - 1, N_ROWS - 1)

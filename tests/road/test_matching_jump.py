"""A source that suddenly says one person's data in every row: the last publication stays, and the reason is told."""

import json
from pathlib import Path

from tests.road.projects import (
    contents,
    current_version,
    last_run,
    new_folder,
    operations,
    published,
    with_checks,
)
from tests.road.runner import Runner

_MEMBERS = """\
language: en
sources:
  members: {connector: files, path: data/inbox/members.csv, key: member_no, complete: true}
"""
_MAPPING = "record_type: person\nfields: {name: name, email: email, phone: phone}\n"
_GIVEN = ("太郎", "花子", "次郎", "美咲", "健一", "由美", "直樹", "陽子", "大輔", "恵子")
_FAMILY = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村")


def test_clusters_that_explode_leave_the_last_publication_live(runner: Runner, tmp_path: Path) -> None:
    project = new_folder(tmp_path / "project", _MEMBERS)
    with_checks(project)
    (project / "mappings" / "members.yaml").write_text(_MAPPING, encoding="utf-8")
    members = project / "data" / "inbox" / "members.csv"
    members.parent.mkdir(parents=True)
    rows = [_row(number, number % 60) for number in range(120)]
    _deliver(members, rows)
    runner.walk(project)  # sixty customers of two records: a first run is stopped by no jump
    live = (current_version(project), contents(project / "data" / "published")[f"{current_version(project)}.duckdb"])
    assert len(published(project, "select golden_id from customers")) == 60

    poisoned = [_row(120 + number, 0) for number in range(40)]
    _deliver(members, [*rows, *poisoned])
    ended = runner.run(project, "--lang", "en", "run")
    assert ended.code == 1, ended.stdout + ended.stderr
    assert "Pairs merged without a person" in ended.stdout
    assert "…" not in ended.stdout
    assert live == (
        current_version(project), contents(project / "data" / "published")[f"{current_version(project)}.duckdb"],
    )  # fmt: skip
    _, _, outcome, reason, facts = last_run(project)
    assert (outcome, reason) == ("gate_held", "run.gate_held")
    assert {"match_volume", "cluster_sizes"} <= set(json.loads(facts)["checks"].split(", "))
    told = operations(
        project,
        """select "check", message_facts from quality_results where not passed and "check" = 'match_volume'""",
    )
    figures = json.loads(told[0][1])
    assert figures["before"] == 0.5
    assert figures["now"] > 4

    mended = [*rows, *(_row(120 + number, 60 + number) for number in range(20))]
    _deliver(members, mended)
    runner.walk(project)
    assert current_version(project) != live[0]
    assert len(published(project, "select golden_id from customers")) == 80


def _row(number: int, person: int) -> str:
    name = f"{_FAMILY[person % len(_FAMILY)]} {_GIVEN[person // len(_FAMILY)]}"
    return f"{number:04},{name},p{person}@members.example.jp,090-1234-{person:04d}"


def _deliver(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join(["member_no,name,email,phone", *rows]) + "\n", encoding="utf-8")

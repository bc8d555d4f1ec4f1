"""A source that is called otherwise from now on: its records, verdicts and customers stay what they are."""

from datetime import UTC, datetime
from pathlib import Path

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.projects import accounts, differences, forget, new_folder, publication, published
from tests.road.runner import Runner

_CONFIGURATION = """\
timezone: Asia/Tokyo
language: en
country: JP
sources:
  {name}: {{connector: files, path: data/rows.csv, key: no, complete: true{more}}}
"""
_MAPPING = "record_type: person\nfields: {name: name, email: email, phone: phone}\n"
_HEAD = "no,name,email,phone"
_ROWS = [
    "1,小笠原 健太郎,kentaro@ogasawara-ke.jp,0466-22-1099",
    "2,小笠原 健太郎,kentaro@ogasawara-ke.jp,0466-22-1099",
    "3,勅使河原 美咲,misaki@teshigawara-misaki.jp,0466-33-2088",
]
_LIVE = "select record_id, golden_id from crosswalk where valid_to is null order by record_id"


def test_a_declared_rename_keeps_records_verdicts_and_customers(runner: Runner, tmp_path: Path) -> None:
    project = new_folder(tmp_path / "project", _CONFIGURATION.format(name="erp", more=""))
    (project / "mappings" / "erp.yaml").write_text(_MAPPING, encoding="utf-8")
    (project / "data").mkdir(exist_ok=True)
    _deliver(project, _ROWS)
    parted = NewDecision(
        judgement=Judgement.NO_MATCH, record_ids_left=("erp:1",), record_ids_right=("erp:2",), steward="hanako",
        decided_at=datetime(2026, 4, 1, tzinfo=UTC),
    )  # fmt: skip
    with open_ledger(ProjectPaths(project).ledger_url) as ledger:
        ledger.record_decision(parted)
    runner.walk(project)
    before = publication(project)
    assert len({golden_id for _, golden_id in published(project, _LIVE)}) == 3

    configuration = _CONFIGURATION.format(name="crm", more=", formerly: erp")
    (project / "crm_pipelines.yaml").write_text(configuration, encoding="utf-8")
    (project / "mappings" / "erp.yaml").rename(project / "mappings" / "crm.yaml")
    runner.walk(project)
    assert differences(before, publication(project)) == []
    account = accounts(project)["erp"]
    assert (account["received"], account["live_after"]) == (0, 3)  # the bookmark counts on

    _deliver(project, [*_ROWS, "4,小笠原 健太郎,kentaro@ogasawara-ke.jp,0466-22-1099"])
    runner.walk(project)
    homes = dict(published(project, _LIVE))
    assert set(homes) == {"erp:1", "erp:2", "erp:3", "erp:4"}
    assert homes["erp:1"] != homes["erp:2"]
    after = publication(project)
    forget(project, "warehouse.duckdb")
    runner.walk(project)
    assert differences(after, publication(project)) == []
    ended = runner.run(project, "explain", "crm:1", "crm:2", "--json")
    assert ended.code == 0, ended.stderr


def _deliver(project: Path, rows: list[str]) -> None:
    (project / "data" / "rows.csv").write_text("\n".join([_HEAD, *rows]) + "\n", encoding="utf-8")

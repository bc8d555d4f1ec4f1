import dataclasses
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores import durable
from crm_pipelines.stores.backup_manifest import MANIFEST_NAME
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.restore import RestorePlan, finish, read_backup, restore
from tests.crm_pipelines.stores.backed_up_project import NOON, back_up, contents, decide, land, log, project

PLAN = RestorePlan(replaces=False, keeps_ledger=False, ledger_url=None, now=NOON)
REPLACE = dataclasses.replace(PLAN, replaces=True)


@pytest.fixture
def paths(tmp_path: Path) -> ProjectPaths:
    return project(tmp_path / "project")


@pytest.fixture
def archive(paths: ProjectPaths, tmp_path: Path) -> Path:
    back_up(paths, tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def put_back(paths: ProjectPaths, archive: Path, plan: RestorePlan = PLAN) -> Path | None:
    return restore(paths, archive, read_backup(archive), plan)


def refused(paths: ProjectPaths, archive: Path, plan: RestorePlan = REPLACE) -> str:
    before = contents(paths.root)
    with pytest.raises(StoreError) as caught:
        put_back(paths, archive, plan)
    assert contents(paths.root) == before
    return caught.value.code


def rewritten(archive: Path, change: Any) -> Path:
    """The backup with other members: `change` gets name -> content and gives it back."""
    with tarfile.open(archive) as tar:
        found = {name: file.read() for name in tar.getnames() if (file := tar.extractfile(name)) is not None}
    target = archive.with_name("changed.tar")
    with tarfile.open(target, "w") as tar:
        for name, content in change(found).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return target


def test_empty_folder_becomes_the_project(paths: ProjectPaths, archive: Path, tmp_path: Path) -> None:
    other = ProjectPaths(tmp_path / "other")
    assert put_back(other, archive) is None
    expected = contents(paths.root)
    del expected[".env"], expected["data/warehouse.duckdb"]
    expected["data/inbox/form/2026.jsonl"] = b'{"n": 1}\n'
    found = contents(other.root)
    assert found.keys() == expected.keys()
    del expected["data/ledger.db"], found["data/ledger.db"]
    assert found == expected
    posted = Path("data/inbox/form/2026.jsonl")
    assert (other.root / posted).stat().st_mtime_ns == (paths.root / posted).stat().st_mtime_ns


def test_project_that_holds_something_is_refused(paths: ProjectPaths, archive: Path) -> None:
    assert refused(paths, archive, PLAN) == "restore.not_empty"


def test_lost_data_come_back_beside_their_own_configuration_only(paths: ProjectPaths, archive: Path) -> None:
    for name in ("landing", "identity", "models"):
        (paths.data / name).rename(paths.root.parent / name)
    for file in (paths.labels, paths.ledger, paths.warehouse):
        file.unlink()
    (paths.rules / "quality.yaml").write_text("{}\n", encoding="utf-8")
    assert refused(paths, archive, PLAN) == "restore.not_empty"
    (paths.rules / "quality.yaml").unlink()
    assert put_back(paths, archive) is None


def test_what_is_replaced_is_kept_aside_and_the_inbox_stays(paths: ProjectPaths, archive: Path) -> None:
    land(paths, "2")
    log(paths, "K2")
    decide(paths, "erp:1", "erp:4")
    (paths.rules / "quality.yaml").write_text("{}\n", encoding="utf-8")
    before = contents(paths.root)
    aside = put_back(paths, archive, REPLACE)
    assert aside == paths.root / "before-restore-20260501T030000"
    kept, now = contents(aside), contents(paths.root)
    assert kept.keys() >= {name for name in before if name.startswith(("data/landing", "data/identity", "rules"))}
    assert kept["data/warehouse.duckdb"] == b"made again"
    assert not paths.warehouse.exists()
    assert "rules/quality.yaml" not in now
    assert now["data/inbox/form/2026.jsonl"] == before["data/inbox/form/2026.jsonl"]
    assert back_up(paths, archive.with_name("again.tar")).ledger_seq == 1


def test_ledger_that_has_gone_on_may_stay_and_another_may_not(paths: ProjectPaths, archive: Path) -> None:
    keeping = dataclasses.replace(REPLACE, keeps_ledger=True, ledger_url=paths.ledger_url)
    decide(paths, "erp:1", "erp:4")
    put_back(paths, archive, keeping)
    assert back_up(paths, archive.with_name("again.tar")).ledger_seq == 2
    for file in paths.data.glob("ledger.db*"):
        file.unlink()
    decide(paths, "erp:8", "erp:9")
    assert refused(paths, archive, keeping) == "restore.ledger_differs"


def flipped(found: dict[str, bytes], name: str) -> dict[str, bytes]:
    return found | {name: found[name][:-1] + bytes([found[name][-1] ^ 1])}


def in_manifest(found: dict[str, bytes], **changed: Any) -> dict[str, bytes]:
    return found | {MANIFEST_NAME: json.dumps(json.loads(found[MANIFEST_NAME]) | changed).encode()}


def escaping(found: dict[str, bytes]) -> dict[str, bytes]:
    manifest = json.loads(found[MANIFEST_NAME])
    manifest["files"][0]["path"] = "rules/../../escaped"
    files = {name.replace("crm_pipelines.yaml", "rules/../../escaped"): content for name, content in found.items()}
    return files | {MANIFEST_NAME: json.dumps(manifest).encode()}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda found: flipped(found, "data/labels.jsonl"), "backup.damaged"),
        (lambda found: flipped(found, "data/ledger.db"), "backup.damaged"),
        (lambda found: {name: found[name] for name in found if name != "data/labels.jsonl"}, "backup.damaged"),
        (lambda found: {"data/more": b"", **found}, "backup.damaged"),
        (lambda found: {name: found[name] for name in found if name != MANIFEST_NAME}, "backup.damaged"),
        (lambda found: found | {MANIFEST_NAME: b"{}"}, "backup.damaged"),
        (lambda found: in_manifest(found, identity_position=9), "backup.damaged"),
        (lambda found: in_manifest(found, ledger_hash="0" * 64), "backup.damaged"),
        (lambda found: in_manifest(found, format_version=99), "store.newer_schema"),
        (escaping, "backup.damaged"),
    ],
)
def test_damaged_backup_is_refused_before_anything_is_touched(
    paths: ProjectPaths, archive: Path, change: Any, code: str
) -> None:
    assert refused(paths, rewritten(archive, change)) == code


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_backup_that_was_cut_off_is_refused(paths: ProjectPaths, archive: Path, share: float) -> None:
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * share)])
    assert refused(paths, archive) == "backup.damaged"


def test_backup_that_is_not_there_is_named(paths: ProjectPaths, tmp_path: Path) -> None:
    assert refused(paths, tmp_path / "none.tar") == "backup.not_found"


def test_full_disk_is_told_before_anything_is_touched(
    paths: ProjectPaths, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "free_bytes", lambda path: 1_000)
    assert refused(paths, archive) == "store.disk_full"


def test_there_is_nothing_to_finish_where_nothing_was_interrupted(paths: ProjectPaths) -> None:
    with pytest.raises(StoreError, match="restore.nothing_to_finish"):
        finish(paths)

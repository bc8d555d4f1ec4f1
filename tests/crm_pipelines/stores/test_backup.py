import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores import durable
from crm_pipelines.stores.backup_manifest import MANIFEST_NAME
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.stores.backed_up_project import back_up, decide, project


@pytest.fixture
def paths(tmp_path: Path) -> ProjectPaths:
    return project(tmp_path / "project")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar"


def members(target: Path) -> list[str]:
    with tarfile.open(target) as tar:
        return tar.getnames()


def test_backup_holds_every_truth_and_nothing_that_follows_from_it(paths: ProjectPaths, target: Path) -> None:
    back_up(paths, target)
    assert [name for name in members(target) if not name.startswith(("data/landing", "data/identity"))] == [
        "crm_pipelines.yaml",
        "rules/matching.yaml",
        "data/models/m1/SHA256SUMS.json",
        "data/models/m1/weights.json",
        "data/labels.jsonl",
        "data/inbox/form/2026.jsonl",
        "data/ledger.db",
        MANIFEST_NAME,
    ]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_secrets_go_in_only_when_asked_for(paths: ProjectPaths, target: Path) -> None:
    back_up(paths, target)
    assert ".env" not in members(target)
    assert b"kept-to-ourselves" not in target.read_bytes()
    other = target.with_name("other.tar")
    back_up(paths, other, with_secrets=True)
    assert ".env" in members(other)


def test_manifest_says_where_the_stores_stood(paths: ProjectPaths, target: Path) -> None:
    decide(paths, "erp:1", "erp:3")
    manifest = back_up(paths, target)
    assert (manifest.landing_sequence, manifest.identity_position, manifest.ledger_seq) == (1, 1, 2)
    assert manifest.has_ledger


def test_a_line_that_is_being_written_is_left_out(paths: ProjectPaths, target: Path) -> None:
    back_up(paths, target)
    with tarfile.open(target) as tar:
        file = tar.extractfile("data/inbox/form/2026.jsonl")
        assert file is not None
        assert file.read() == b'{"n": 1}\n'


def test_ledger_is_whole_while_somebody_writes(paths: ProjectPaths, target: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(paths.ledger, isolation_level=None)) as writer:
        writer.execute("begin immediate")
        writer.execute("create table half_done (n)")
        back_up(paths, target)
        writer.execute("rollback")
    with tarfile.open(target) as tar:
        tar.extract("data/ledger.db", tmp_path, filter="data")
    with closing(sqlite3.connect(tmp_path / "data" / "ledger.db")) as copy:
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
        assert copy.execute("select count(*) from sqlite_master where name = 'half_done'").fetchone() == (0,)


def spoil_batch(paths: ProjectPaths) -> None:
    (rows,) = paths.landing.rglob("rows.parquet")
    rows.write_bytes(rows.read_bytes()[:-1] + b"?")


def spoil_log(paths: ProjectPaths) -> None:
    (file,) = paths.identity.glob("*.parquet")
    file.write_bytes(b"?")


def spoil_ledger(paths: ProjectPaths) -> None:
    with closing(sqlite3.connect(paths.ledger)) as connection, connection:
        (table,) = connection.execute("select name from sqlite_master where sql like '%prev_hash%' limit 1").fetchone()
        connection.execute(f"update {table} set actor = 'taro'")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (spoil_batch, "store.damaged_batch"),
        (spoil_log, "store.damaged_file"),
        (spoil_ledger, "backup.ledger_broken"),
    ],
)
def test_what_is_damaged_itself_is_not_passed_off_as_a_backup(
    paths: ProjectPaths, target: Path, spoil: Callable[[ProjectPaths], None], code: str
) -> None:
    spoil(paths)
    with pytest.raises(StoreError) as caught:
        back_up(paths, target)
    assert caught.value.code == code
    assert [path.name for path in target.parent.iterdir()] == ["project"]


def test_a_full_disk_is_told_before(paths: ProjectPaths, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "free_bytes", lambda path: 1_000)
    with pytest.raises(StoreError, match="store.disk_full"):
        back_up(paths, target)
    assert not target.exists()

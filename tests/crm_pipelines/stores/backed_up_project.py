"""A small project with something in every store, without a run: for tests of what backs up and restores it."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from crm_pipelines.model.delivery import DeliveredRow, Page
from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.backup import BackupRequest, write_backup
from crm_pipelines.stores.backup_manifest import BackupManifest
from crm_pipelines.stores.identity_log import IDENTITY_EVENTS, IdentityLog
from crm_pipelines.stores.landing import Landing
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.project_paths import ProjectPaths

KEY = bytes(range(32))
NOON = datetime(2026, 5, 1, 3, tzinfo=UTC)


def project(root: Path) -> ProjectPaths:
    """The project, new in an empty folder."""
    paths = ProjectPaths(root)
    for folder in (paths.mappings, paths.rules, paths.inbox_of("form"), paths.data):
        folder.mkdir(parents=True, exist_ok=True)
    paths.configuration.write_text("sources: {}\n", encoding="utf-8")
    (paths.rules / "matching.yaml").write_text("{}\n", encoding="utf-8")
    paths.environment.write_text("PROJECT_KEY=kept-to-ourselves\n", encoding="utf-8")
    paths.labels.write_text('{"a": 1}\n', encoding="utf-8")
    (paths.inbox_of("form") / "2026.jsonl").write_text('{"n": 1}\n{"n": 2', encoding="utf-8")
    land(paths, "1")
    log(paths, "K1")
    ModelStore(paths.models).save("m1", {"weights.json": b"{}"})
    decide(paths, "erp:1", "erp:2")
    paths.warehouse.write_bytes(b"made again")
    return paths


def land(paths: ProjectPaths, key: str) -> None:
    """One batch of one row."""
    with Landing(paths.landing, clock=lambda: NOON).open_read(
        "erp", run_id="r", connector="sql", started_at=NOON
    ) as read:
        read.add(Page((DeliveredRow(key, {"name": "佐藤"}, f"row {key}"),), {"day": key}))


def log(paths: ProjectPaths, golden_id: str) -> None:
    """One event of the identity log."""
    event = {
        "event_id": golden_id,
        "golden_id": golden_id,
        "version": 1,
        "event": "minted",
        "reason": "new",
        "record_ids": ["erp:1"],
        "to_golden_id": None,
        "run_id": "r",
        "happened_at": NOON,
        "position": 0,
    }
    IdentityLog(paths.identity).append(pl.DataFrame([event], schema=IDENTITY_EVENTS))


def decide(paths: ProjectPaths, left: str, right: str) -> None:
    """One decision in the ledger."""
    with open_ledger(paths.ledger_url) as ledger:
        ledger.record_decision(
            NewDecision(
                judgement=Judgement.NO_MATCH,
                record_ids_left=(left,),
                record_ids_right=(right,),
                steward="hana",
                decided_at=NOON,
            )
        )


def back_up(
    paths: ProjectPaths, target: Path, *, with_secrets: bool = False, has_ledger: bool = True
) -> BackupManifest:
    """Back the project up."""
    return write_backup(
        BackupRequest(
            paths=paths,
            project_key=KEY,
            target=target,
            created_at=NOON,
            ledger=paths.ledger if has_ledger else None,
            ledger_url=paths.ledger_url,
            with_secrets=with_secrets,
        )
    )


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a project but the lock and what SQLite keeps beside a database."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", "-wal", "-shm"))
    }

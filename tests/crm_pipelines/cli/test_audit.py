"""`crm-pipelines audit`: what happened, and whether the log still says it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_pipelines.cli.main import run_command
from crm_pipelines.stores.ledger.audit import Action, AuditLog, Happening
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.tables import audit
from tests.worlds import PROJECT_KEY

LOOK = Happening(happened_at=datetime(2026, 4, 1, tzinfo=UTC), action=Action.LOOKED, customer_id="K7M2-QX9A-TB4W")


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    (tmp_path / "crm_pipelines.yaml").write_text("{}\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    engine = open_engine(f"sqlite:///{tmp_path}/data/ledger.db")
    AuditLog(engine).note(LOOK, LOOK)
    return engine


def test_a_log_is_verified_listed_and_caught(
    tmp_path: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: str) -> tuple[int, dict[str, object]]:
        code = run_command(["--project", str(tmp_path), "--json", *arguments], {"PROJECT_KEY": PROJECT_KEY})
        return code, json.loads(capsys.readouterr().out)

    code, whole = said("audit", "verify")
    assert (code, whole["n_rows"], whole["fault"]) == (0, 2, None)
    _, listed = said("audit", "list", "--customer", "K7M2-QX9A-TB4W", "--limit", "1")
    assert [row["seq"] for row in listed["audit"]] == [2]
    with engine.begin() as connection:
        connection.execute(audit.delete().where(audit.c.seq == 2))
    assert said("audit", "verify")[0] == 0
    code, cut = said("audit", "verify", "--kept", str(whole["head"]))
    assert (code, cut["fault"], cut["broken_seq"]) == (1, "cut", 2)
    assert said("audit", "verify", "--kept", "nonsense")[0] == 2
    assert said("audit", "list", "--action", "nonsense")[0] == 2

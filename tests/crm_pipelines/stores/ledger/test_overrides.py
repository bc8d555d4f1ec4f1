"""Overrides of gates in the ledger: in force until they end, are replaced or withdrawn; told in the audit log."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.audit import Action, AuditFilter, AuditLog
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.ledger.overrides import NewOverride, overrides_in_force

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
BUDGET = NewOverride(
    check="quarantine_share", steward="森", recorded_at=NOW, reason="送り主に連絡済み", ends_at=LATER, most_failed=12
)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    url = f"sqlite:///{tmp_path}/ledger.db"
    if request.param == "postgresql":
        uri, name = request.getfixturevalue("postgres_uri"), f"overrides_{uuid4().hex}"
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(f"create schema {name}".encode())
        url = sa.make_url(uri).update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(False)
    found = open_engine(url)
    yield found
    found.dispose()


def test_an_override_holds_until_it_ends_or_is_withdrawn(engine: sa.Engine) -> None:
    ledger = Ledger(engine)
    first = ledger.record_override(BUDGET)
    share = NewOverride(check="email_shape", steward="森", recorded_at=NOW, reason="x", ends_at=LATER, most_share=0.02)
    second = ledger.record_override(share)
    assert overrides_in_force(ledger.overrides(), NOW) == {"quarantine_share": first, "email_shape": second}
    assert overrides_in_force(ledger.overrides(), LATER) == {}
    withdrawal = NewOverride(
        check="quarantine_share",
        steward="林",
        recorded_at=NOW,
        reason="直った",
        replaces=first.override_id,
        withdraws=True,
    )
    assert ledger.record_override(withdrawal).withdraws
    assert overrides_in_force(ledger.overrides(), NOW) == {"email_shape": second}
    with pytest.raises(ConflictError, match="not_in_force"):
        ledger.record_override(withdrawal)
    assert [row.happening.action for row in AuditLog(engine).rows(AuditFilter())] == [
        Action.GATE_OVERRIDE_ENDED, Action.GATE_OVERRIDDEN, Action.GATE_OVERRIDDEN,
    ]  # fmt: skip
    assert ledger.verify_chain().is_whole


def test_an_override_covers_as_many_rows_as_were_answered_for(engine: sa.Engine) -> None:
    ledger = Ledger(engine)
    rows = ledger.record_override(BUDGET)
    assert (rows.covers(1000, 12), rows.covers(1000, 13)) == (True, False)
    share = ledger.record_override(
        NewOverride(check="c", steward="森", recorded_at=NOW, reason="x", ends_at=LATER, most_share=0.02)
    )
    assert (share.covers(1000, 20), share.covers(1000, 21), share.covers(0, 0)) == (True, False, True)

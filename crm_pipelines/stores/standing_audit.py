"""Whether the audit log and the ledger still say what they said, as a condition."""

from crm_pipelines.model.alerting import AlertSeverity, Condition, Observation
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.ledger.audit_check import check_audit
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.ledger import Ledger

AUDIT = "audit"


def audit_observation(ledger_url: str) -> Observation:
    """Check both chains from end to end.

    Raises:
        StoreError: `store.ledger_unavailable`.
    """
    engine = open_engine(ledger_url)
    try:
        report, chain = check_audit(engine), Ledger(engine).verify_chain()
    finally:
        engine.dispose()
    found = []
    if report.fault is not None:
        found.append(Fault(f"audit.broken.{report.fault}", {"seq": report.broken_seq}))
    if chain.first_broken_seq is not None:
        found.append(Fault("audit.broken_ledger", {"seq": chain.first_broken_seq}))
    return Observation(AUDIT, tuple(_broken(cause) for cause in found[:1]))


def _broken(cause: Fault) -> Condition:
    return Condition(code="audit_broken", severity=AlertSeverity.CRITICAL, cause=cause, page="/audit")

"""Whether the warehouse stands as readers see it, so that nothing but decisions can have changed since.

The part of the road that a decision touches may be walked alone only then. After a run that was held or killed, behind
rows that wait in landing, or with other rules, another model or a new suppression, the whole road must be walked.
"""

from assets.resources import Road
from crm_pipelines.rules.rule_set import content_hash
from crm_pipelines.standardise.version import RULES_VERSION
from crm_pipelines.stores.run_log import runs_since

_STEP = "settled"


def note_settled(road: Road) -> None:
    """Note that readers see all that this run made."""
    with road.warehouse.step(_STEP, run_id=road.run_id) as step:
        step.note("run_id", road.run_id)
        step.note("basis", _basis(road))
        step.note("landed", str(road.landing.last_sequence()))


def is_settled(road: Road) -> bool:
    """Whether nothing but decisions, pins, consents and the clock can have changed since readers got the last run."""
    warehouse = road.warehouse
    if road.is_rebuild or road.publications.current_version() is None:
        return False
    if warehouse.fact(_STEP, "basis") != _basis(road):
        return False
    if warehouse.fact(_STEP, "landed") != str(road.landing.last_sequence()):
        return False
    return runs_since(warehouse, warehouse.fact(_STEP, "run_id") or "") == [road.run_id]


def _basis(road: Road) -> str:
    """What everything rests on beside rows and decisions; a row put right is read anew, which is the whole road."""
    corrected = [found.seq for found in road.ledger.corrections(road.ledger_seq)][-1:]
    suppressed = sorted(found.digest for found in road.ledger.suppressions(road.ledger_seq))
    priors = sorted((kind.value, prior) for kind, prior in road.priors.items())
    return content_hash([road.loaded.content_hash, RULES_VERSION, road.model.id, priors, suppressed, corrected])

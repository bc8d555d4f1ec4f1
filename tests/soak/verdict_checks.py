"""What people decided holds: a naive closure of the ledger, held against the published customers."""

from collections.abc import Iterator
from itertools import product

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import Decision
from tests.soak.published_state import PublishedState


def violations(state: PublishedState) -> Iterator[str]:
    """Verdicts that the customers break. Persons and organisations are never one customer, whatever anybody says."""
    groups, apart = closure(state.decisions)
    for group in groups:
        for kind in ("person", "organisation"):
            ids = {state.homes[record] for record in group if record in state.homes and state.kinds[record] == kind}
            if len(ids) > 1:
                yield f"decided to be one customer: {sorted(group)[:4]} are {len(ids)}"
    for left, right in apart:
        one, other = ({state.homes[record] for record in side if record in state.homes} for side in (left, right))
        if one & other:
            yield f"decided to be apart: {sorted(left)[:3]} and {sorted(right)[:3]} share {sorted(one & other)[:2]}"


def closure(decisions: list[Decision]) -> tuple[list[set[str]], list[tuple[set[str], set[str]]]]:
    """Groups that must be one, and pairs of sets that must not meet; a decision against earlier ones has no effect."""
    superseded = {decision.supersedes for decision in decisions}
    groups: list[set[str]] = []
    apart: list[tuple[str, str]] = []

    def group_of(record: str) -> set[str]:
        return next((group for group in groups if record in group), {record})

    for decision in decisions:
        left, right = set(decision.record_ids_left), set(decision.record_ids_right)
        if decision.decision_id in superseded or decision.judgement is Judgement.UNSURE:
            continue
        if decision.judgement is Judgement.NO_MATCH:
            pairs = [(one, other) for one, other in product(left, right) if one != other]
            if all(other not in group_of(one) for one, other in pairs):
                apart += pairs
            continue
        joined = set().union(*(group_of(record) for record in left | right))
        if not any(one in joined and other in joined for one, other in apart):
            groups = [group for group in groups if not group & joined] + [joined]
    return groups, [(group_of(one), group_of(other)) for one, other in apart]

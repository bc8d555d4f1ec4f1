"""Decisions that came in with one file, taken back in one go."""

from collections.abc import Collection

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.review_desk import ReviewDesk
from crm_pipelines.stores.stewardship import Proposal, Signature, taken_back


def undo_import(desk: ReviewDesk, places: Collection[int], signed: Signature) -> Proposal:
    """Take back whatever of an import is in force; what it had replaced counts again.

    Args:
        desk: the ledger.
        places: `seq` of what came in.
        signed: who takes it back.

    Raises:
        ConflictError: `stewardship.import_undone`: nothing of it is left that could be.
    """
    imported = [one for one in desk.decisions if one.seq in places]
    own = {one.decision_id for one in imported}
    standing = [
        (one, before)
        for one in imported
        if desk.is_in_force(one)
        for before in [_before(desk, one, own)]
        if before is not None or one.judgement is not Judgement.UNSURE
    ]
    if not standing:
        raise ConflictError("stewardship.import_undone")
    standing.sort(key=lambda pair: (pair[1] is None, pair[0].seq if pair[1] is None else pair[1].seq))
    entries = tuple(taken_back(one, before, signed) for one, before in standing)
    return Proposal(entries, tuple(one for one, _ in standing))


def _before(desk: ReviewDesk, decision: Decision, own: Collection[str]) -> Decision | None:
    """What counted before any decision of the import took its place."""
    found = desk.by_id.get(decision.supersedes or "")
    while found is not None and found.decision_id in own:
        found = desk.by_id.get(found.supersedes or "")
    return found
